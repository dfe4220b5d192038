// One running sequence: the base of a generated network's StepStream.
// Knows the state's memory; the step itself is generated.
using System;
using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>A sequence that is fed step by step. It owns its state and shares the network's parameters; it is used by one thread at a
/// time, and nothing but its construction allocates.</summary>
public abstract class RecurrentStream
{
    // The buffers are pinned: their addresses are kept, and a reference made of one keeps its buffer alive as any other does.
    private readonly NetworkCore _core;
    private readonly AlignedBuffer _state;
    private readonly AlignedBuffer _scratch;
    private readonly unsafe float* _parametersAt;
    private readonly unsafe float* _derivedAt;
    private readonly unsafe float* _stateAt;
    private readonly unsafe float* _scratchAt;
    private readonly unsafe float* _inputAt;
    private readonly unsafe float* _outputAt;
    // Of a network without parameters no size and no token is right: the check of either finds it.
    private int _inputSize = -1;
    private int _tokenCount;
    private readonly int _outputSize;
    private readonly unsafe int* _tokenAt;

    // One for each head that had an output at the last step; only where there are several.
    private readonly unsafe int* _givenAt;
    private readonly OutputPlaces[] _outputs;
    private readonly int[][] _learned;
    private int _turn;
    private int _startedAt;

    /// <summary>Allocates a stream at its start: see <see cref="Reset"/>.</summary>
    /// <param name="core">The network; generated code passes its own.</param>
    /// <exception cref="NotSupportedException">The network cannot run step by step.</exception>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected RecurrentStream(NetworkCore core)
    {
        ArgumentNullException.ThrowIfNull(core);
        WorkArea area = StreamStates.AreaOf(core.Plan);
        _core = core;
        _state = new AlignedBuffer(area.TapeWidths[0]);
        // One float more than asked for holds the token, others what each head has given.
        _scratch = new AlignedBuffer(area.ScratchWidth + 1 + area.Outputs.Length);
        _outputs = area.Outputs;
        unsafe
        {
            _parametersAt = Address(core.Master);
            _derivedAt = Address(core.Derived);
            _stateAt = Address(_state);
            _scratchAt = Address(_scratch);
            _tokenAt = (int*)(_scratchAt + area.ScratchWidth);
            _givenAt = _tokenAt + 1;
            Place input = area.Inputs[0], output = area.Outputs[0].Output;
            _inputAt = core.Plan.InputSize > 0 ? (input.Area == Area.Tape ? _stateAt : _scratchAt) + input.Start(1, 1, 1) : null;
            _outputAt = (output.Area == Area.Tape ? _stateAt : _scratchAt) + output.Start(1, 1, 1);
        }

        if (core.Version > 0)
        {
            (_inputSize, _tokenCount) = (core.Plan.InputSize, core.Plan.TokenCount);
        }

        _outputSize = core.Plan.OutputSize;
        StateSize = StreamStates.Size(area);
        _learned = StreamStates.Learned(core.Plan);
        Reset();
    }

    /// <summary>Floats that <see cref="SaveState"/> writes.</summary>
    public int StateSize { get; }

    internal NetworkCore Core => _core;

    /// <summary>Whether no step was taken, and no state given, since <see cref="Reset"/>.</summary>
    internal bool IsAtStart => _turn == _startedAt;

    /// <summary>The packed parameters.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected unsafe ref float Parameters => ref *_parametersAt;

    /// <summary>The derived copy of the parameters.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected unsafe ref float Derived => ref *_derivedAt;

    /// <summary>The state arena.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected unsafe ref float State => ref *_stateAt;

    /// <summary>The scratch arena.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected unsafe ref float Scratch => ref *_scratchAt;

    /// <summary>Takes one step in and gives the output as if the sequence ended here.</summary>
    /// <param name="x">The input, InputSize floats.</param>
    /// <param name="y">Receives the output, OutputSize floats; that of the first head where there are several, see <see cref="TryGetOutput"/>.</param>
    /// <returns>Whether there is an output after this step; if not, <paramref name="y"/> holds nothing of use. Always true but for networks
    /// with a valid or strided convolution before that output.</returns>
    public virtual bool Step(ReadOnlySpan<float> x, Span<float> y) => throw TakesTokens();

    /// <summary>Takes one token in and gives the output as if the sequence ended here.</summary>
    /// <param name="token">The token, 0 to TokenCount - 1.</param>
    /// <param name="y">Receives the output, OutputSize floats.</param>
    /// <returns>Whether there is an output after this step: see the other overload.</returns>
    public virtual bool Step(int token, Span<float> y) => throw TakesNumbers();

    /// <summary>Takes one step in without working out the output.</summary>
    /// <param name="x">The input, InputSize floats.</param>
    /// <returns>Whether <see cref="Step(ReadOnlySpan{float}, Span{float})"/> would have given an output.</returns>
    public virtual bool Advance(ReadOnlySpan<float> x) => throw TakesTokens();

    /// <summary>Takes one token in without working out the output.</summary>
    /// <param name="token">The token, 0 to TokenCount - 1.</param>
    /// <returns>Whether <see cref="Step(int, Span{float})"/> would have given an output.</returns>
    public virtual bool Advance(int token) => throw TakesNumbers();

    /// <summary>Copies out what a head gave at the last Step.</summary>
    /// <param name="head">The head's name; the first head's output is the one that Step gives.</param>
    /// <param name="y">Receives the output, as many floats as the head has.</param>
    /// <returns>Whether the head has an output after that step: not at every step where a valid or strided convolution is before it, and not after
    /// Advance, <see cref="Reset"/> or another state. If not, <paramref name="y"/> is left as it is.</returns>
    /// <exception cref="ArgumentException">There is no such head, or <paramref name="y"/> has another length.</exception>
    public unsafe bool TryGetOutput(string head, Span<float> y)
    {
        int index = StreamStates.HeadOf(_core.Plan, head);
        StreamStates.CheckHead(_core.Plan, index, y.Length, 1, nameof(y));
        if (_givenAt[index] == 0)
        {
            return false;
        }

        Place place = _outputs[index].Output;
        new ReadOnlySpan<float>((place.Area == Area.Tape ? _stateAt : _scratchAt) + place.Start(1, 1, 1), y.Length).CopyTo(y);
        return true;
    }

    /// <summary>Back to the start: all states zero, learned ones at their parameters' present values.</summary>
    public void Reset()
    {
        Forget();
        _startedAt = _turn;
        _state.Span.Clear();
        StreamStates.Start(_core, _learned, ref State, ref Scratch, 1, 0);
    }

    /// <summary>Takes over the state of another stream of the same kind of network.</summary>
    public void CopyFrom(RecurrentStream other)
    {
        ArgumentNullException.ThrowIfNull(other);
        StreamStates.CheckSamePlan(_core.Plan, other._core.Plan);
        Forget();
        _startedAt = _turn - 1;
        other._state.Span.CopyTo(_state.Span);
    }

    /// <summary>Writes the state out: the states in the network's order, without padding.</summary>
    /// <param name="destination"><see cref="StateSize"/> floats.</param>
    public void SaveState(Span<float> destination)
    {
        StreamStates.CheckLength(_core.Plan, destination.Length, StateSize, nameof(destination));
        StreamStates.Save(_core.Plan, ref State, ref Scratch, 1, 0, destination);
    }

    /// <summary>Writes one of the states out, without padding.</summary>
    internal void CopyState(StatePlace place, Span<float> destination) =>
        StateLayout.Save(place, ref StreamStates.RowOf(place, ref State, ref Scratch, 1, 0), destination);

    /// <summary>Continues from a state that <see cref="SaveState"/> wrote: the steps that follow give the same bits.</summary>
    /// <param name="source"><see cref="StateSize"/> floats.</param>
    public void LoadState(ReadOnlySpan<float> source)
    {
        StreamStates.CheckLength(_core.Plan, source.Length, StateSize, nameof(source));
        Forget();
        _startedAt = _turn - 1;
        StreamStates.Load(_core.Plan, ref State, ref Scratch, 1, 0, source);
    }

    /// <summary>Fills the frame of one step in place; a frame that is returned goes through memory twice.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected unsafe void CreateFrame(out Frame frame)
    {
        Unsafe.SkipInit(out frame);
        frame.Parameters = ref *_parametersAt;
        frame.Derived = ref *_derivedAt;
        frame.Transposed = ref Unsafe.NullRef<float>();
        frame.Tape = ref *_stateAt;
        frame.Scratch = ref *_scratchAt;
        frame.Gradients = ref Unsafe.NullRef<float>();
        frame.Input = ref *_inputAt;
        frame.Given = ref *_givenAt;
        frame.Tokens = ref *_tokenAt;
        frame.Lengths = default;
        frame.Batch = 1;
        frame.Steps = 1;
        frame.Turn = _turn++;
        frame.InputGradient = false;
        frame.Continue = false;
        frame.Shape = null;
        if (_outputs.Length > 1)
        {
            Forget();
        }
    }

    /// <summary>Checks the input.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected unsafe void CheckInput(ReadOnlySpan<float> x)
    {
        if (x.Length != _inputSize || _inputAt is null)
        {
            CheckAgain(x.Length);
        }
    }

    /// <summary>Checks the input and copies it to its place.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected unsafe void StageInput(ReadOnlySpan<float> x)
    {
        CheckInput(x);
        Copy(ref MemoryMarshal.GetReference(x), ref *_inputAt, x.Length);
    }

    /// <summary>Checks the token and keeps it for the frame.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected unsafe void StageToken(int token)
    {
        if ((uint)token >= (uint)_tokenCount)
        {
            CheckTokenAgain(token);
        }

        *_tokenAt = token;
    }

    /// <summary>Checks that the output has room: before the step, so that a wrong call changes nothing.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected void CheckOutput(Span<float> y)
    {
        if (y.Length != _outputSize)
        {
            ThrowOutput(y.Length);
        }
    }

    /// <summary>Copies the output out of its place.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected unsafe void FinishOutput(Span<float> y) => Copy(ref *_outputAt, ref MemoryMarshal.GetReference(y), y.Length);

    /// <summary>No head has an output.</summary>
    private unsafe void Forget() => new Span<int>(_givenAt, _outputs.Length).Clear();

    // Features of sensors are few: a call of the general copy would take longer than these moves.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy(ref float source, ref float destination, int count)
    {
        if (count > 8)
        {
            MemoryMarshal.CreateSpan(ref source, count).CopyTo(MemoryMarshal.CreateSpan(ref destination, count));
            return;
        }

        for (nint i = 0; i < count; i++)
        {
            Unsafe.Add(ref destination, i) = Unsafe.Add(ref source, i);
        }
    }

    private static unsafe float* Address(AlignedBuffer buffer) => (float*)Unsafe.AsPointer(ref buffer.Origin);

    /// <summary>Finds what is wrong, if it still is: a stream may have been there before its network's parameters.</summary>
    private unsafe void CheckAgain(int length)
    {
        _core.RequireParameters();
        _inputSize = _core.Plan.InputSize;
        if (length != _inputSize || _inputAt is null)
        {
            throw _core.Plan.TokenCount > 0 ? TakesTokens() : new ArgumentException(
                $"{_core.Plan.Name} takes {_inputSize} features a step, {length} were given. Pass one step: a span of {_inputSize} floats.", "x");
        }
    }

    private void CheckTokenAgain(int token)
    {
        _core.RequireParameters();
        _tokenCount = _core.Plan.TokenCount;
        if ((uint)token >= (uint)_tokenCount)
        {
            throw _tokenCount == 0 ? TakesNumbers() : new ArgumentOutOfRangeException(
                nameof(token), token, $"{_core.Plan.Name} takes tokens 0 to {_tokenCount - 1}, {token} was given.");
        }
    }

    [DoesNotReturn]
    private void ThrowOutput(int length) => throw new ArgumentException(
        $"{_core.Plan.Name} gives {_outputSize} outputs a step, there is room for {length}. Pass a span of {_outputSize} floats.", "y");

    private NotSupportedException TakesTokens() =>
        new($"{_core.Plan.Name} takes tokens: call Step(int token, y) or Advance(int token).");

    private NotSupportedException TakesNumbers() =>
        new($"{_core.Plan.Name} takes {_core.Plan.InputSize} numbers a step, not tokens: call Step(x, y) or Advance(x).");
}
