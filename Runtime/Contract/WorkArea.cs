// What a program needs to run in one mode (training, inference, streaming) and where the runtime puts and finds data.
// Knows places; refuses to know layers.
using System;
using System.ComponentModel;
using System.Numerics;

namespace SeqGen.Kernels.V1;

/// <summary>Sizes and places of one mode of a program.</summary>
/// <remarks>
/// Contract on contents. The runtime clears both arenas when batch or steps change, so lanes of a row that nobody writes are zero.
/// Before a run it writes <see cref="Inputs"/> (zero beyond a sequence's length), the states' initial values and beginnings, the flags of resets and the noises. After a
/// forward pass, and still after the backward pass, outputs, what losses read, the final states and
/// <see cref="LayerOutputs"/> must hold their values. Noises are read only: they are written once and read by many runs. A backward
/// pass may overwrite everything else.
/// Before a backward pass the runtime writes the seeds, zero in rows beyond a length, and the gradients of final states.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class WorkArea
{
    /// <summary>Floats per row of each class of the tape. Class k of as many as there are axes has (steps of axis k + 1) * batch rows;
    /// the others belong to <see cref="Pairs"/>. Class k starts behind the classes before: at the sum of their widths times rows.
    /// In a stream there is one class of batch rows.</summary>
    public required int[] TapeWidths { get; init; }

    /// <summary>Pairs of axes that values lie along (attention weights): the class of pair i, number <c>Axes.Length + i</c>, has
    /// steps(Outer) * steps(Inner) * batch rows, row <c>(t_outer * steps(Inner) + t_inner) * batch + b</c>.</summary>
    public (int Outer, int Inner)[] Pairs { get; init; } = [];

    /// <summary>Floats per batch row of the scratch.</summary>
    public required int ScratchWidth { get; init; }

    /// <summary>Floats per row of what is made for <see cref="Span"/> steps at once and used step by step. It lies behind the scratch of all rows: <see cref="SpanRows"/> rows.</summary>
    public int SpanWidth { get; init; }

    /// <summary>The inputs, one place a port: rows of <see cref="InputPort.Size"/>. The place of tokens is not used.</summary>
    public required Place[] Inputs { get; init; }

    /// <summary>The outputs, one a port. In a stream: batch rows.</summary>
    public required OutputPlaces[] Outputs { get; init; }

    /// <summary>Where a backward pass leaves the gradient of each input when it was asked for; null where there is none. Empty for none at all.</summary>
    public Place?[] InputGradients { get; init; } = [];

    /// <summary>The states that start and end a run.</summary>
    public StatePlace[] States { get; init; } = [];

    /// <summary>States of which the final values can be read and nothing else: a decoder's, which begin where the encoder ended. Hidden ones, with names.</summary>
    public StatePlace[] Finals { get; init; } = [];

    /// <summary>Where flags of resets go; null for none.</summary>
    public ResetPlaces? Resets { get; init; }

    /// <summary>The noise (dropout masks) that a training run reads.</summary>
    public NoisePlace[] Noises { get; init; } = [];

    /// <summary>Outputs of inner layers that can be looked at.</summary>
    public OutputPlace[] LayerOutputs { get; init; } = [];

    /// <summary>Training: gates and other activations that the forward pass leaves, in the order in which they are computed. They are there from the end of a forward
    /// pass to the beginning of the backward pass, which may overwrite them.</summary>
    public ActivationPlace[] Activations { get; init; } = [];

    /// <summary>Inference: whether there is <see cref="NetworkProgram.Decode"/>. The final values that it goes on from are those of
    /// <see cref="States"/>, the decoder's <see cref="StateStart.Hidden"/> ones included: a search moves them from row to row.</summary>
    public bool Continues { get; init; }

    /// <summary>Streaming: whether streams that are stepped together must all be at the same step (a strided convolution).</summary>
    public bool InStep { get; init; }

    /// <summary>Floats of the scratch for up to <paramref name="batch"/> rows.</summary>
    public long ScratchLength(int batch) => ((long)ScratchWidth * batch) + ((long)SpanWidth * SpanRows(batch));

    /// <summary>Rows that are enough to make a product of them at full speed, and few enough to stay in the second-level cache until they are used.</summary>
    private const int MostSpanRows = 64;

    /// <summary>Steps whose products with inputs are made at once: as many as make rows enough where sequences are few, else one. A power of two.</summary>
    /// <param name="batch">Sequences.</param>
    /// <param name="few">How many are few.</param>
    public static int Span(int batch, int few) => batch > few ? 1 : MostSpanRows / (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, batch));

    /// <summary>Rows of all the steps of a span, at most.</summary>
    /// <param name="batch">Sequences.</param>
    public static int SpanRows(int batch) => Math.Max(batch, MostSpanRows);
}

/// <summary>Where one output and what belongs to it lie.</summary>
/// <param name="Output">Rows of <see cref="OutputPort.Size"/>, batch of them, times the steps of the output's axis.</param>
/// <param name="LossInput">What the loss reads (logits, say): rows as many and as wide as the output's. Null: the output itself.</param>
/// <param name="Seed">Where a backward pass finds the gradient of the loss with respect to <paramref name="LossInput"/>, or without a loss,
/// to <paramref name="Output"/>. Rows as the output's. Null outside of training.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record OutputPlaces(Place Output, Place? LossInput = null, Place? Seed = null);

/// <summary>Where a program reads that a step begins a new piece of its sequence: one number a step along axis 0, null where nobody asks.</summary>
/// <param name="Flags">Not 0 where states that go forward in time are set back before the step.</param>
/// <param name="Ends">Not 0 where those that go backward are: at the last step of every piece but the last.</param>
/// <param name="Pieces">The number of the piece.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record ResetPlaces(Place? Flags = null, Place? Ends = null, Place? Pieces = null);

/// <summary>What a state is where a user neither gave nor carried it.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public enum StateStart
{
    /// <summary>Zero.</summary>
    Zero,

    /// <summary>The values of a parameter, in every mode and in streams; gradients of the state are the parameter's.</summary>
    Learned,

    /// <summary>Drawn from a normal distribution in forward passes of training mode, else zero.</summary>
    Random,

    /// <summary>Not the user's: saved, reset to zero and moved between streams with the others, but without a name (the ring of a
    /// convolution's inputs; the states of a decoder, which start from the encoder's).</summary>
    Hidden,
}

/// <summary>A state: where a run finds its initial value and leaves its final one.</summary>
/// <param name="Name">For instance "lstm.h"; the same in every mode.</param>
/// <param name="Size">Floats a sequence.</param>
/// <param name="Initial">Batch rows with the initial values. In a stream: the state itself, in place. The runtime does not write hidden ones of workspaces.</param>
/// <param name="Final">Batch rows with the values after the last step of each sequence. In a stream: the same as <paramref name="Initial"/>.</param>
/// <param name="InitialGradient">Batch rows where the backward pass leaves the gradient of the initial value; null where it does not.</param>
/// <param name="Start">What it is where it is not given.</param>
/// <param name="Parameter">The parameter of a learned state: <paramref name="Size"/> elements.</param>
/// <param name="Deviation">The standard deviation of a random state.</param>
/// <param name="Slots">Rows of a memory; each of its <c>Size / Slots</c> floats is padded to 16. Users see [Slots, width] without padding.</param>
/// <param name="Beginning">Batch rows with what resets inside a sequence set it back to: what it starts from where it is not given. Null for zero.</param>
/// <param name="BeginningGradient">Batch rows where the backward pass leaves the gradient of that; null where it does not.</param>
/// <param name="FinalGradient">Batch rows where the runtime writes the gradient of the final value before the backward pass (zero where the user gives none); null where nothing reads it.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record StatePlace(
    string Name,
    int Size,
    Place Initial,
    Place Final,
    Place? InitialGradient = null,
    StateStart Start = StateStart.Zero,
    string? Parameter = null,
    float Deviation = 0f,
    int Slots = 1,
    Place? Beginning = null,
    Place? BeginningGradient = null,
    Place? FinalGradient = null);

/// <summary>How long a noise lasts.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public enum NoiseLife
{
    /// <summary>A row for every step and sequence.</summary>
    Step,

    /// <summary>A row a sequence.</summary>
    Sequence,

    /// <summary>One mask a pass on the elements of a parameter.</summary>
    Weight,
}

/// <summary>A block of noise: each element is <paramref name="Scale"/> with probability <paramref name="Keep"/> and else 0 in training, and
/// <paramref name="Expected"/> in inference.</summary>
/// <param name="Name">The name that <see cref="Workspace.SetNoise"/> knows: "dropout", "lstm.h", "lstm.weight_hh".</param>
/// <param name="Layer">The key that keeps the draws of one layer apart from another's.</param>
/// <param name="Width">Elements a row; those of the parameter where the noise is a weight's.</param>
/// <param name="Keep">The probability of an element that is not 0.</param>
/// <param name="Scale">The value of such an element: 1 / keep for a dropout.</param>
/// <param name="Expected">What a training program sees in inference mode.</param>
/// <param name="Life">Rows: one a step, or one a sequence; or a mask on a parameter.</param>
/// <param name="Place">Where the rows are; not used for a weight's.</param>
/// <param name="Axis">The axis of the steps.</param>
/// <param name="Parameter">The parameter of a weight's mask. The pass runs on copies of the parameters whose elements of this one are
/// multiplied by the mask, and so is what the pass adds to its gradient.</param>
/// <param name="Id">Keeps noises of one layer apart, 0 to 255.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record NoisePlace(
    string Name,
    int Layer,
    int Width,
    float Keep,
    float Scale,
    float Expected,
    NoiseLife Life,
    Place Place,
    int Axis = 0,
    string? Parameter = null,
    int Id = 0);

/// <summary>The output of an inner layer, or something else of it that can be looked at.</summary>
/// <param name="Layer">The layer's name, as in <see cref="LayerInfo.Name"/>; or "LAYER.WHAT".</param>
/// <param name="Size">Floats a row.</param>
/// <param name="Axis">The axis of the steps; -1 for one a sequence.</param>
/// <param name="Place">Where the rows are; a carry's sequence has <c>Slot = 1</c>.</param>
/// <param name="Across">A second axis inside of the first; the place is then in the class of that pair. -1 for none.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record OutputPlace(string Layer, int Size, int Axis, Place Place, int Across = -1);

/// <summary>The functions of activations that can be looked at.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public enum ActivationFunction
{
    /// <summary>1 / (1 + exp(-x)).</summary>
    Sigmoid,

    /// <summary>The hyperbolic tangent.</summary>
    Tanh,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>A line cut off at 0 and 1.</summary>
    HardSigmoid,
}

/// <summary>A gate, or another activation of a layer.</summary>
/// <param name="Layer">The layer's name, as in <see cref="LayerInfo.Name"/>.</param>
/// <param name="Name">"LAYER.WHAT": "lstm.f", "dense.relu". All are different.</param>
/// <param name="Function">The function.</param>
/// <param name="Size">Units a row.</param>
/// <param name="Axis">The axis of the steps; -1 for one a sequence.</param>
/// <param name="Place">Where the rows are; of gates that lie side by side, those of all of them.</param>
/// <param name="Lane">Floats from the start of a row to the first unit.</param>
/// <param name="InBlocks">Whether blocks of 16 units lie apart, as the gates of a step do: the next block follows after the rows of the whole class, or of the scratch. Else a row
/// has all its units.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record ActivationPlace(
    string Layer, string Name, ActivationFunction Function, int Size, int Axis, Place Place, int Lane = 0, bool InBlocks = false);
