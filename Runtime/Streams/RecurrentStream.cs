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
    private readonly NetworkCore _core;
    private readonly AlignedBuffer _parameters;
    private readonly AlignedBuffer _derived;
    private readonly AlignedBuffer _state;
    private readonly AlignedBuffer _scratch;
    private readonly AlignedBuffer? _input;
    private readonly AlignedBuffer _output;
    private readonly int _inputStart;
    private readonly int _inputSize;
    private readonly int _outputStart;
    private readonly int _outputSize;
    private int _token;

    /// <summary>Allocates a stream at its start, all states zero.</summary>
    /// <param name="core">The network; generated code passes its own.</param>
    /// <exception cref="NotSupportedException">The network cannot run step by step.</exception>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected RecurrentStream(NetworkCore core)
    {
        ArgumentNullException.ThrowIfNull(core);
        WorkArea area = StreamStates.AreaOf(core.Plan);
        _core = core;
        _parameters = core.Master;
        _derived = core.Derived;
        _state = new AlignedBuffer(area.TapeWidth);
        _scratch = new AlignedBuffer(area.ScratchWidth);
        if (area.Input is { } input)
        {
            _input = input.Area == Area.Tape ? _state : _scratch;
            _inputStart = (int)input.Start(1, 1, 1);
        }

        _output = area.Output.Area == Area.Tape ? _state : _scratch;
        _outputStart = (int)area.Output.Start(1, 1, 1);
        _inputSize = core.Plan.InputSize;
        _outputSize = core.Plan.OutputSize;
        StateSize = StreamStates.Size(area);
    }

    /// <summary>Floats that <see cref="SaveState"/> writes.</summary>
    public int StateSize { get; }

    /// <summary>The packed parameters.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected ref float Parameters => ref _parameters.Origin;

    /// <summary>The derived copy of the parameters.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected ref float Derived => ref _derived.Origin;

    /// <summary>The state arena.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected ref float State => ref _state.Origin;

    /// <summary>The scratch arena.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected ref float Scratch => ref _scratch.Origin;

    /// <summary>Takes one step in and gives the output as if the sequence ended here.</summary>
    /// <param name="x">The input, InputSize floats.</param>
    /// <param name="y">Receives the output, OutputSize floats.</param>
    public virtual void Step(ReadOnlySpan<float> x, Span<float> y) => throw TakesTokens();

    /// <summary>Takes one token in and gives the output as if the sequence ended here.</summary>
    /// <param name="token">The token, 0 to TokenCount - 1.</param>
    /// <param name="y">Receives the output, OutputSize floats.</param>
    public virtual void Step(int token, Span<float> y) => throw TakesNumbers();

    /// <summary>Takes one step in without working out the output.</summary>
    /// <param name="x">The input, InputSize floats.</param>
    public virtual void Advance(ReadOnlySpan<float> x) => throw TakesTokens();

    /// <summary>Takes one token in without working out the output.</summary>
    /// <param name="token">The token, 0 to TokenCount - 1.</param>
    public virtual void Advance(int token) => throw TakesNumbers();

    /// <summary>Back to the start: all states zero.</summary>
    public void Reset() => _state.Span.Clear();

    /// <summary>Takes over the state of another stream of the same kind of network.</summary>
    public void CopyFrom(RecurrentStream other)
    {
        ArgumentNullException.ThrowIfNull(other);
        StreamStates.CheckSamePlan(_core.Plan, other._core.Plan);
        other._state.Span.CopyTo(_state.Span);
    }

    /// <summary>Writes the state out: the states in the network's order, without padding.</summary>
    /// <param name="destination"><see cref="StateSize"/> floats.</param>
    public void SaveState(Span<float> destination)
    {
        StreamStates.CheckLength(_core.Plan, destination.Length, StateSize, nameof(destination));
        StreamStates.Save(_core.Plan, ref State, ref Scratch, 1, 0, destination);
    }

    /// <summary>Continues from a state that <see cref="SaveState"/> wrote: the steps that follow give the same bits.</summary>
    /// <param name="source"><see cref="StateSize"/> floats.</param>
    public void LoadState(ReadOnlySpan<float> source)
    {
        StreamStates.CheckLength(_core.Plan, source.Length, StateSize, nameof(source));
        StreamStates.Load(_core.Plan, ref State, ref Scratch, 1, 0, source);
    }

    /// <summary>The frame of one step.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected Frame CreateFrame() => new(ref _parameters.Origin, ref _derived.Origin, ref _state.Origin, ref _scratch.Origin, ref _token, 1);

    /// <summary>Checks the input and copies it to its place.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected void StageInput(ReadOnlySpan<float> x)
    {
        if (x.Length != _inputSize || _input is null)
        {
            ThrowInput(x.Length);
        }

        x.CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.Add(ref _input.Origin, _inputStart), _inputSize));
    }

    /// <summary>Checks the token and keeps it for the frame.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected void StageToken(int token)
    {
        if ((uint)token >= (uint)_core.Plan.TokenCount)
        {
            ThrowToken(token);
        }

        _token = token;
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
    protected void FinishOutput(Span<float> y) =>
        MemoryMarshal.CreateSpan(ref Unsafe.Add(ref _output.Origin, _outputStart), _outputSize).CopyTo(y);

    [DoesNotReturn]
    private void ThrowInput(int length) => throw (_input is null ? TakesTokens() : new ArgumentException(
        $"{_core.Plan.Name} takes {_inputSize} features a step, {length} were given. Pass one step: a span of {_inputSize} floats.", "x"));

    [DoesNotReturn]
    private void ThrowOutput(int length) => throw new ArgumentException(
        $"{_core.Plan.Name} gives {_outputSize} outputs a step, there is room for {length}. Pass a span of {_outputSize} floats.", "y");

    [DoesNotReturn]
    private void ThrowToken(int token) => throw (_core.Plan.TokenCount == 0 ? TakesNumbers() : new ArgumentOutOfRangeException(
        nameof(token), token, $"{_core.Plan.Name} takes tokens 0 to {_core.Plan.TokenCount - 1}, {token} was given."));

    private NotSupportedException TakesTokens() =>
        new($"{_core.Plan.Name} takes tokens: call Step(int token, y) or Advance(int token).");

    private NotSupportedException TakesNumbers() =>
        new($"{_core.Plan.Name} takes {_inputSize} numbers a step, not tokens: call Step(x, y) or Advance(x).");
}
