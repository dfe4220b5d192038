// Many streams of one network stepped together, rows movable: servers and beam search.
// Knows the state's memory; refuses to know the step and who owns a row.
using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>A fixed number of sequences that advance together, one row each. Used by one thread at a time; nothing but its
/// construction allocates.</summary>
public sealed class StreamBatch
{
    private readonly NetworkCore _core;
    private readonly WorkArea _area;
    private readonly AlignedBuffer _state;
    private readonly AlignedBuffer _scratch;
    private readonly AlignedBuffer _copy;
    private readonly int[] _tokens;
    private readonly int[] _given;
    private readonly int[][] _learned;
    private int _turn;

    internal StreamBatch(NetworkCore core, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        _area = StreamStates.AreaOf(core.Plan);
        if (_area.InStep)
        {
            throw new NotSupportedException(
                $"Streams of {core.Plan.Name} cannot be stepped together: it has a strided convolution, and each stream gives outputs at steps of its own. Use CreateStream, one for each.");
        }

        _core = core;
        Count = count;
        StateSize = StreamStates.Size(_area);
        _state = new AlignedBuffer(WorkspaceSizes.Floats(_area.TapeWidths[0], count, core.Plan.Name));
        _scratch = new AlignedBuffer(WorkspaceSizes.Floats(_area.ScratchWidth, count, core.Plan.Name));
        _copy = new AlignedBuffer(WorkspaceSizes.Floats(StateSize, count, core.Plan.Name));
        _tokens = new int[count];
        _given = new int[_area.Outputs.Length];
        _learned = StreamStates.Learned(core.Plan);
        Reset();
    }

    internal NetworkCore Core => _core;

    /// <summary>Number of streams (rows).</summary>
    public int Count { get; }

    /// <summary>Floats of one row's state.</summary>
    public int StateSize { get; }

    /// <summary>Takes one step of every stream in, and gives the outputs as if the sequences ended here.</summary>
    /// <param name="x">[Count, InputSize].</param>
    /// <param name="y">Receives [Count, OutputSize].</param>
    /// <returns>Whether there are outputs after this step: see <see cref="RecurrentStream.Step(ReadOnlySpan{float}, Span{float})"/>.</returns>
    public bool Step(ReadOnlySpan<float> x, Span<float> y)
    {
        CheckInput(x);
        CheckOutput(y);
        StageInput(x);
        bool output = Run(output: true);
        Gather(y);
        return output;
    }

    /// <summary>Takes one token of every stream in, and gives the outputs as if the sequences ended here.</summary>
    /// <param name="tokens">[Count], each 0 to TokenCount - 1.</param>
    /// <param name="y">Receives [Count, OutputSize].</param>
    /// <returns>Whether there are outputs after this step.</returns>
    public bool Step(ReadOnlySpan<int> tokens, Span<float> y)
    {
        CheckTokens(tokens);
        CheckOutput(y);
        tokens.CopyTo(_tokens);
        bool output = Run(output: true);
        Gather(y);
        return output;
    }

    /// <summary>Takes one step of every stream in without working out the outputs.</summary>
    /// <param name="x">[Count, InputSize].</param>
    /// <returns>Whether there would have been outputs.</returns>
    public bool Advance(ReadOnlySpan<float> x)
    {
        CheckInput(x);
        StageInput(x);
        return Run(output: false);
    }

    /// <summary>Takes one token of every stream in without working out the outputs.</summary>
    /// <param name="tokens">[Count], each 0 to TokenCount - 1.</param>
    /// <returns>Whether there would have been outputs.</returns>
    public bool Advance(ReadOnlySpan<int> tokens)
    {
        CheckTokens(tokens);
        tokens.CopyTo(_tokens);
        return Run(output: false);
    }

    /// <summary>Copies out what a head gave at the last Step.</summary>
    /// <param name="head">The head's name; the first head's outputs are those that Step gives.</param>
    /// <param name="y">Receives [Count, outputs of the head].</param>
    /// <returns>Whether there are outputs: not after Advance, and not before the first Step. If not, <paramref name="y"/> is left as it is.</returns>
    /// <exception cref="ArgumentException">There is no such head, or <paramref name="y"/> has another length.</exception>
    public bool TryGetOutput(string head, Span<float> y)
    {
        int index = StreamStates.HeadOf(_core.Plan, head), size = _core.Plan.Outputs[index].Size;
        StreamStates.CheckHead(_core.Plan, index, y.Length, Count, nameof(y));
        if (_given[index] == 0)
        {
            return false;
        }

        for (int b = 0; b < Count; b++)
        {
            Row(_area.Outputs[index].Output, b, size).CopyTo(y.Slice(b * size, size));
        }

        return true;
    }

    /// <summary>One stream back to its start: its states zero, learned ones at their parameters' present values.</summary>
    public void Reset(int row)
    {
        CheckRow(row, nameof(row));
        foreach (StatePlace state in _area.States)
        {
            StateRow(state, row).Clear();
        }

        StreamStates.Start(_core, _learned, ref _state.Origin, ref _scratch.Origin, Count, row);
    }

    /// <summary>Every stream back to its start.</summary>
    public void Reset()
    {
        _state.Span.Clear();
        for (int row = 0; row < Count; row++)
        {
            StreamStates.Start(_core, _learned, ref _state.Origin, ref _scratch.Origin, Count, row);
        }
    }

    /// <summary>Row i becomes a copy of what row <paramref name="sourceRows"/>[i] was; a row may go to several (a beam search keeps its best).</summary>
    /// <param name="sourceRows">[Count], each 0 to Count - 1.</param>
    public void Permute(ReadOnlySpan<int> sourceRows)
    {
        Check(sourceRows.Length, Count, 1, "source row", nameof(sourceRows));
        for (int b = 0; b < Count; b++)
        {
            CheckRow(sourceRows[b], nameof(sourceRows));
        }

        for (int b = 0; b < Count; b++)
        {
            StreamStates.Save(_core.Plan, ref _state.Origin, ref _scratch.Origin, Count, b, _copy.Span.Slice(b * StateSize, StateSize));
        }

        for (int b = 0; b < Count; b++)
        {
            StreamStates.Load(_core.Plan, ref _state.Origin, ref _scratch.Origin, Count, b, _copy.Span.Slice(sourceRows[b] * StateSize, StateSize));
        }
    }

    /// <summary>Copies the state of one stream over another's.</summary>
    public void CopyRow(int source, int destination)
    {
        CheckRow(source, nameof(source));
        CheckRow(destination, nameof(destination));
        foreach (StatePlace state in _area.States)
        {
            StateRow(state, source).CopyTo(StateRow(state, destination));
        }
    }

    /// <summary>Writes one stream's state out, in the order and length of <see cref="RecurrentStream.SaveState"/>.</summary>
    public void SaveState(int row, Span<float> destination)
    {
        CheckRow(row, nameof(row));
        StreamStates.CheckLength(_core.Plan, destination.Length, StateSize, nameof(destination));
        StreamStates.Save(_core.Plan, ref _state.Origin, ref _scratch.Origin, Count, row, destination);
    }

    /// <summary>Continues one stream from a saved state.</summary>
    public void LoadState(int row, ReadOnlySpan<float> source)
    {
        CheckRow(row, nameof(row));
        StreamStates.CheckLength(_core.Plan, source.Length, StateSize, nameof(source));
        StreamStates.Load(_core.Plan, ref _state.Origin, ref _scratch.Origin, Count, row, source);
    }

    private void StageInput(ReadOnlySpan<float> x)
    {
        int size = _core.Plan.InputSize;
        for (int b = 0; b < Count; b++)
        {
            x.Slice(b * size, size).CopyTo(Row(_area.Inputs[0], b, size));
        }
    }

    private bool Run(bool output)
    {
        Frame frame = new(
            ref _core.Master.Origin, ref _core.Derived.Origin, ref Unsafe.NullRef<float>(), ref _state.Origin, ref _scratch.Origin,
            ref Unsafe.NullRef<float>(), ref MemoryMarshal.GetArrayDataReference(_tokens), Count, 1, default, inputGradient: false);
        frame.Turn = _turn++;
        Array.Clear(_given);
        frame.Given = ref MemoryMarshal.GetArrayDataReference(_given);
        if (_core.Plan.InputSize > 0)
        {
            frame.Input = ref MemoryMarshal.GetReference(Row(_area.Inputs[0], 0, 1));
        }

        return _core.Program.Step(in frame, output);
    }

    private void Gather(Span<float> y)
    {
        int size = _core.Plan.OutputSize;
        for (int b = 0; b < Count; b++)
        {
            Row(_area.Outputs[0].Output, b, size).CopyTo(y.Slice(b * size, size));
        }
    }

    /// <summary>The floats of one state of one row, padding between its slots included.</summary>
    private Span<float> StateRow(StatePlace state, int row) => MemoryMarshal.CreateSpan(
        ref StreamStates.RowOf(state, ref _state.Origin, ref _scratch.Origin, Count, row), state.Slots == 1 ? state.Size : state.Initial.Row);

    private Span<float> Row(Place place, int row, int size)
    {
        ref float arena = ref place.Area == Area.Tape ? ref _state.Origin : ref _scratch.Origin;
        return MemoryMarshal.CreateSpan(ref Unsafe.Add(ref arena, place.Start(Count, 1, Count) + ((nint)row * place.Row)), size);
    }

    private void CheckInput(ReadOnlySpan<float> x)
    {
        NetworkPlan plan = _core.Plan;
        if (plan.TokenCount > 0)
        {
            throw new NotSupportedException($"{plan.Name} takes tokens: call Step or Advance with a span of int.");
        }

        Check(x.Length, Count * plan.InputSize, plan.InputSize, "features", nameof(x));
    }

    private void CheckTokens(ReadOnlySpan<int> tokens)
    {
        NetworkPlan plan = _core.Plan;
        if (plan.TokenCount == 0)
        {
            throw new NotSupportedException($"{plan.Name} takes {plan.InputSize} numbers a step, not tokens: call Step or Advance with a span of float.");
        }

        Check(tokens.Length, Count, 1, "token", nameof(tokens));
        for (int b = 0; b < Count; b++)
        {
            if ((uint)tokens[b] >= (uint)plan.TokenCount)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(tokens), tokens[b], $"Stream {b}: {plan.Name} takes tokens 0 to {plan.TokenCount - 1}, {tokens[b]} was given.");
            }
        }
    }

    private void CheckOutput(Span<float> y) => Check(y.Length, Count * _core.Plan.OutputSize, _core.Plan.OutputSize, "outputs", nameof(y));

    private void Check(int length, int expected, int each, string what, string argument)
    {
        if (length != expected)
        {
            throw new ArgumentException(
                $"{_core.Plan.Name}: {Count} streams of {each} {what} are {expected} values, {length} were given.", argument);
        }
    }

    private void CheckRow(int row, string argument)
    {
        if ((uint)row >= (uint)Count)
        {
            throw new ArgumentOutOfRangeException(argument, row, $"There are streams 0 to {Count - 1}, {row} was given.");
        }
    }
}
