// The code of a generated network, as the runtime calls it.
// Knows the entry points; everything they do is generated.
using System;
using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace SeqGen.Kernels.V1;

/// <summary>The programs of a generated network. Stateless: one instance serves every network of its type and every thread.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class NetworkProgram
{
    /// <summary>The network's description; the same object at every call.</summary>
    public abstract NetworkPlan Plan { get; }

    /// <summary>Rebuilds the derived copy (sums of biases, say) that inference, streaming and the forward pass read.</summary>
    /// <param name="parameters">The packed master.</param>
    /// <param name="derived">The derived copy, <see cref="NetworkPlan.DerivedLength"/> floats; zero before the first call.</param>
    public virtual void Derive(ref float parameters, ref float derived)
    {
    }

    /// <summary>Rebuilds the transposed copy that <see cref="Backward"/> reads.</summary>
    /// <param name="parameters">The packed master.</param>
    /// <param name="transposed">The transposed copy, <see cref="NetworkPlan.TransposedLength"/> floats; zero before the first call.</param>
    public virtual void DeriveTransposed(ref float parameters, ref float transposed)
    {
    }

    /// <summary>Inference over <c>Batch x Steps</c>, in the places of <see cref="NetworkPlan.Inference"/>.</summary>
    public abstract void Predict(in Frame f);

    /// <summary>More steps of a decoder over <c>Batch</c> rows: inference without what depends on the encoder's input alone. With
    /// <see cref="Frame.Continue"/> its states go on from the final ones of the call before instead of the encoder's.</summary>
    public virtual void Decode(in Frame f) => throw Missing("Decode");

    /// <summary>The forward pass of training, in the places of <see cref="NetworkPlan.Training"/>; fills the tape.</summary>
    public virtual void Forward(in Frame f) => throw Missing("Forward");

    /// <summary>Back-propagation through time from step <c>Steps - 1</c> down to <paramref name="firstStep"/>; adds to <see cref="Frame.Gradients"/>.</summary>
    /// <param name="f">The frame of the forward pass before.</param>
    /// <param name="firstStep">0 for the whole sequence; later for truncated back-propagation. Initial-state gradients are those at that step.</param>
    public virtual void Backward(in Frame f, int firstStep) => throw Missing("Backward");

    /// <summary>A loss of a user's own over <c>Batch</c> positions, in the places of its <see cref="LossProgram"/>.</summary>
    /// <param name="head">The head whose loss it is.</param>
    /// <param name="f">The loss's frame.</param>
    public virtual void Loss(int head, in Frame f) => throw Missing("Loss");

    /// <summary>Its gradient by the output, from the seed.</summary>
    /// <param name="head">The head whose loss it is.</param>
    /// <param name="f">The frame of <see cref="Loss"/> before.</param>
    public virtual void LossBackward(int head, in Frame f) => throw Missing("LossBackward");

    /// <summary>One streaming step of <c>Batch</c> rows, in the places of <see cref="NetworkPlan.Streaming"/>; Steps is 1, Tape the state.</summary>
    /// <param name="f">The stream's frame.</param>
    /// <param name="output">Whether the output is wanted, or the state alone.</param>
    /// <returns>Whether there is an output, of the first head where there are several, after this step: not always where a convolution is valid or
    /// strided. What the others have is in <see cref="Frame.Given"/>.</returns>
    public virtual bool Step(in Frame f, bool output) => throw Missing("Step");

    private NotSupportedException Missing(string what) =>
        new($"{Plan.Name} was generated without {what}. This is checked before it is called: please report it.");
}

/// <summary>What a program works on. References are null references where a mode has no such buffer.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public ref struct Frame
{
    /// <summary>The packed master.</summary>
    public ref float Parameters;

    /// <summary>The derived copy; see <see cref="NetworkProgram.Derive"/>.</summary>
    public ref float Derived;

    /// <summary>The transposed copy; see <see cref="NetworkProgram.DeriveTransposed"/>. Training only.</summary>
    public ref float Transposed;

    /// <summary>The tape, or a stream's state.</summary>
    public ref float Tape;

    /// <summary>The scratch.</summary>
    public ref float Scratch;

    /// <summary>The gradients, packed as the master; a backward pass adds to them. Training only.</summary>
    public ref float Gradients;

    /// <summary>The input of a streaming step: the caller's memory, or its copy in the scratch.</summary>
    public ref float Input;

    /// <summary>One for each head of a stream's step that has an output, 0 for the others; written where there are several heads and outputs are wanted.</summary>
    public ref int Given;

    /// <summary>Tokens, time-major <c>t * Batch + b</c>; all in range (0 beyond a length). Those of all ports, one after the other: see
    /// <see cref="TokenStarts"/>.</summary>
    public ref int Tokens;

    /// <summary>Lengths of the sequences along axis 0, each 1 to Steps; empty when all are full.</summary>
    public ReadOnlySpan<int> Lengths;

    /// <summary>Sequences.</summary>
    public int Batch;

    /// <summary>Steps of axis 0, the padding of shorter sequences included.</summary>
    public int Steps;

    /// <summary>Which step of a stream this is, as far as its caller counts: odd ones walk weights in the other direction. No result depends on it.</summary>
    public int Turn;

    /// <summary>Whether a backward pass is to leave the input's gradient.</summary>
    public bool InputGradient;

    /// <summary>Whether a decoder goes on from where it was: see <see cref="NetworkProgram.Decode"/>.</summary>
    public bool Continue;

    /// <summary>Steps that are made at once where that asks for no state: <see cref="WorkArea.Span"/> of this batch.</summary>
    /// <param name="few">How many sequences are few.</param>
    public readonly int Span(int few) => WorkArea.Span(Batch, few);

    /// <summary>See <see cref="WorkArea.SpanRows"/>.</summary>
    public readonly int SpanRows => WorkArea.SpanRows(Batch);

    // One reference for all axes and ports: a frame is filled at every step of a stream, which has one of each and leaves it null.
    internal FrameShape? Shape;

    /// <summary>A frame of a workspace.</summary>
    public Frame(
        ref float parameters, ref float derived, ref float transposed, ref float tape, ref float scratch, ref float gradients,
        ref int tokens, int batch, int steps, ReadOnlySpan<int> lengths, bool inputGradient, FrameShape? shape = null)
    {
        Parameters = ref parameters;
        Derived = ref derived;
        Transposed = ref transposed;
        Tape = ref tape;
        Scratch = ref scratch;
        Gradients = ref gradients;
        Tokens = ref tokens;
        Lengths = lengths;
        Batch = batch;
        Steps = steps;
        InputGradient = inputGradient;
        Shape = shape;
    }

    /// <summary>Steps of each axis. Workspaces only.</summary>
    public readonly ReadOnlySpan<int> AllSteps => Shape!.Steps;

    /// <summary>Lengths along every axis, <c>axis * Batch + b</c>; empty when all are full. Those of an axis that follows from another
    /// may be 0. Workspaces only.</summary>
    public readonly ReadOnlySpan<int> AllLengths => Shape!.ShortAxes == 0 ? default : Shape.Lengths.AsSpan(0, Shape.Steps.Length * Batch);

    /// <summary>The step of the decoder that step 0 of this call is: 0 unless it goes on (<see cref="Continue"/>). Parameters that every step has
    /// of its own are those of <c>FirstStep + t</c>. Workspaces only.</summary>
    public readonly int FirstStep => Shape!.FirstStep;

    /// <summary>What batch normalizations see of the batch. Workspaces for training only.</summary>
    public readonly BatchStatistics Statistics => Shape!.Statistics!;

    /// <summary>The first token of each port in <see cref="Tokens"/>. Workspaces only.</summary>
    public readonly ReadOnlySpan<int> TokenStarts => Shape!.TokenStarts;

    /// <summary>Steps of an axis, the padding of shorter sequences included.</summary>
    public readonly int StepsOf(int axis) => Shape is null ? Steps : Shape.Steps[axis];

    /// <summary>Lengths along an axis; empty when all are full.</summary>
    public readonly ReadOnlySpan<int> LengthsOf(int axis) =>
        Shape is null || (Shape.ShortAxes & (1 << axis)) == 0 ? default : Shape.Lengths.AsSpan(axis * Batch, Batch);
}

/// <summary>Axes and ports of a pass, kept by a workspace.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class FrameShape
{
    /// <summary>Room for the lengths of some sequences.</summary>
    internal FrameShape(int[] steps, int ports, int maxBatch)
    {
        Steps = steps;
        TokenStarts = new int[ports];
        Lengths = new int[steps.Length * maxBatch];
    }

    /// <summary>Steps of each axis.</summary>
    internal int[] Steps { get; }

    /// <summary>The first token of each port.</summary>
    internal int[] TokenStarts { get; }

    /// <summary>Lengths along every axis, <c>axis * Batch + b</c>, where one is short.</summary>
    internal int[] Lengths { get; }

    /// <summary>A bit for every axis along which sequences are shorter than its steps.</summary>
    internal int ShortAxes { get; set; }

    /// <summary>What batch normalizations see; null where there are none, or nothing is trained.</summary>
    internal BatchStatistics? Statistics { get; set; }

    /// <summary>The steps of the decoder before this call's.</summary>
    internal int FirstStep { get; set; }
}
