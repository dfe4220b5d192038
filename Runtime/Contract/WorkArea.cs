// What a program needs to run in one mode (training, inference, streaming) and where the runtime puts and finds data.
// Knows places; refuses to know layers.
using System;
using System.ComponentModel;

namespace SeqGen.Kernels.V1;

/// <summary>Sizes and places of one mode of a program.</summary>
/// <remarks>
/// Contract on contents. The runtime clears both arenas when batch or steps change, so lanes of a row that nobody writes are zero.
/// Before a run it writes <see cref="Input"/> (zero beyond a sequence's length), the initial states and the noises. After a
/// forward pass, and still after the backward pass, <see cref="Output"/>, <see cref="LossInput"/>, the final states and
/// <see cref="LayerOutputs"/> must hold their values. Noises are read only: they are written once and read by many runs. A backward
/// pass may overwrite everything else.
/// Before a backward pass the runtime writes <see cref="Seed"/>, zero in rows beyond a length.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class WorkArea
{
    /// <summary>Floats per row of the tape.</summary>
    public required int TapeWidth { get; init; }

    /// <summary>Floats per batch row of the scratch.</summary>
    public required int ScratchWidth { get; init; }

    /// <summary>Floats behind the scratch of one row, for products made some steps ahead where there is one sequence.</summary>
    public int AheadLength { get; init; }

    /// <summary>The input, steps x batch rows of <see cref="NetworkPlan.InputSize"/>; null for token networks.</summary>
    public Place? Input { get; init; }

    /// <summary>The output: rows of <see cref="NetworkPlan.OutputSize"/>, batch of them, times steps where the output is a sequence.</summary>
    public required Place Output { get; init; }

    /// <summary>What the loss reads (logits, say): rows as many and as wide as the output's. Null: the output itself.</summary>
    public Place? LossInput { get; init; }

    /// <summary>Where a backward pass finds the gradient of the loss with respect to <see cref="LossInput"/>, or without a loss, to
    /// <see cref="Output"/>. Rows as the output's. Null outside of training.</summary>
    public Place? Seed { get; init; }

    /// <summary>Where a backward pass leaves the gradient of the input when it was asked for; null where there is none.</summary>
    public Place? InputGradient { get; init; }

    /// <summary>The states that start and end a run.</summary>
    public StatePlace[] States { get; init; } = Array.Empty<StatePlace>();

    /// <summary>The noise (dropout masks) that a training run reads.</summary>
    public NoisePlace[] Noises { get; init; } = Array.Empty<NoisePlace>();

    /// <summary>Outputs of inner layers that can be looked at.</summary>
    public OutputPlace[] LayerOutputs { get; init; } = Array.Empty<OutputPlace>();

    /// <summary>Floats of the scratch for up to <paramref name="batch"/> rows.</summary>
    public long ScratchLength(int batch) => Math.Max((long)ScratchWidth * batch, (long)ScratchWidth + AheadLength);
}

/// <summary>A state: where a run finds its initial value and leaves its final one.</summary>
/// <param name="Name">For instance "lstm.h"; the same in every mode.</param>
/// <param name="Size">Floats a sequence.</param>
/// <param name="Initial">Batch rows with the initial values. In a stream: the state itself, in place.</param>
/// <param name="Final">Batch rows with the values after the last step of each sequence. In a stream: the same as <paramref name="Initial"/>.</param>
/// <param name="InitialGradient">Batch rows where the backward pass leaves the gradient of the initial value; null where it does not.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record StatePlace(string Name, int Size, Place Initial, Place Final, Place? InitialGradient = null);

/// <summary>A block of noise: each element is 0 or 1/keep in training, and <paramref name="Expected"/> in inference.</summary>
/// <param name="Name">For instance "dropout.mask".</param>
/// <param name="Layer">The key that keeps the draws of one layer apart from another's.</param>
/// <param name="Width">Elements a row.</param>
/// <param name="Keep">The probability of an element that is not 0.</param>
/// <param name="PerSequence">Whether a sequence has one row (batch rows) or one for every step (steps x batch rows).</param>
/// <param name="Place">Where the rows are.</param>
/// <param name="Expected">What a training program sees in inference mode.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record NoisePlace(string Name, int Layer, int Width, float Keep, bool PerSequence, Place Place, float Expected = 1f);

/// <summary>The output of an inner layer.</summary>
/// <param name="Layer">The layer's name, as in <see cref="LayerInfo.Name"/>.</param>
/// <param name="Size">Floats a row.</param>
/// <param name="IsSequence">Whether there are steps x batch rows or batch rows.</param>
/// <param name="Place">Where the rows are; a carry's sequence has <c>Slot = 1</c>.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record OutputPlace(string Layer, int Size, bool IsSequence, Place Place);
