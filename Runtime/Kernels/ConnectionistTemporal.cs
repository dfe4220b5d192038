// Knows: the loss of connectionist temporal classification over a batch of sequences, its arguments and its gradient's rows.
// Refuses to know: the recursions over a sequence's lattice (see CtcLattice), and where logits and labels come from.

using System;
using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace SeqGen.Kernels.V1;

/// <summary>
/// Connectionist temporal classification (Graves et al. 2006): 1/batch sum over b of L_b / max(1, labels of b), L_b = -log of the total probability
/// of all paths that give the labels once equal neighbours are merged and then blanks dropped. Forward-backward in logarithms, in double.
/// </summary>
/// <remarks>
/// Logits are rows t * batch + b. A target may be empty. A target that no path gives, because it has more labels (and a blank between equal ones) than
/// the input has steps, has an infinite loss, as in PyTorch, and a gradient of 0; where infinite losses are zero, as with PyTorch's zero_infinity, a loss of 0, and the mean is one
/// over it too. With weights it is sum(w L / max(1, labels)) / sum(w); what weighs 0 is not read. NaN in a logit that counts makes the loss and the sequence's gradient NaN.
/// Padding of logits is ignored. Nothing is allocated.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class ConnectionistTemporal
{
    /// <summary>How many doubles a call needs as scratch: at most some hundred a step, however many labels there may be.</summary>
    /// <param name="steps">Steps of the logits.</param>
    /// <param name="maxLabels">Most labels of a target.</param>
    /// <param name="classes">Classes, the blank included.</param>
    public static long ScratchLength(int steps, int maxLabels, int classes) => CtcLattice.ScratchLength(steps, maxLabels, classes);

    /// <summary>The fewest steps that can say some labels: one each, and one for the blank between equal neighbours. With fewer the loss is infinite.</summary>
    /// <param name="labels">The labels of one sequence.</param>
    public static int StepsOf(ReadOnlySpan<int> labels) => CtcLattice.StepsOf(labels);

    /// <summary>The loss.</summary>
    /// <param name="y">Logits; they are normalised here.</param>
    /// <param name="yRow">Distance of their rows.</param>
    /// <param name="steps">Steps of the logits.</param>
    /// <param name="batch">Sequences.</param>
    /// <param name="classes">Classes, the blank included.</param>
    /// <param name="blank">The blank's class.</param>
    /// <param name="inputLengths">How many steps of each sequence count; empty: all.</param>
    /// <param name="labels">Labels, [batch][maxLabels].</param>
    /// <param name="maxLabels">Most labels of a target.</param>
    /// <param name="labelLengths">How many labels each target has; empty: all have <paramref name="maxLabels"/>.</param>
    /// <param name="scratch">At least <see cref="ScratchLength"/> doubles of any content.</param>
    /// <param name="weights">What each sequence counts; empty for all alike.</param>
    /// <param name="zeroInfinity">Whether a target that no path gives has a loss of 0 instead of an infinite one.</param>
    /// <exception cref="ArgumentException">A length does not fit, a label is no class or the blank, or the scratch is too short.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Loss(
        ref float y, nint yRow, int steps, int batch, int classes, int blank, ReadOnlySpan<int> inputLengths,
        ReadOnlySpan<int> labels, int maxLabels, ReadOnlySpan<int> labelLengths, Span<double> scratch, ReadOnlySpan<float> weights = default, bool zeroInfinity = false)
    {
        Check(steps, batch, classes, blank, inputLengths, labels, maxLabels, labelLengths, scratch);
        double sum = 0, total = Total(weights, batch);
        fixed (float* yPin = &y)
        fixed (double* scratchPin = scratch)
        {
            for (var b = 0; b < batch; b++)
            {
                double weight = weights.IsEmpty ? 1 : weights[b];
                if (weight == 0)
                {
                    continue;
                }

                var count = labelLengths.IsEmpty ? maxLabels : labelLengths[b];
                var lattice = new CtcLattice(scratchPin, steps, classes, blank, labels.Slice(b * maxLabels, count), CtcLattice.Room(steps, maxLabels));
                var length = inputLengths.IsEmpty ? steps : inputLengths[b];
                double probability = lattice.Forward(yPin + (b * yRow), batch * yRow, length);
                sum -= zeroInfinity && double.IsNegativeInfinity(probability) ? 0 : weight * probability / Math.Max(1, count);
            }
        }

        return total == 0 ? 0 : sum / total;
    }

    /// <summary>The loss, and scale times its gradient with respect to the logits: rows beyond a sequence's length, and padding, get 0. dy may be y.</summary>
    /// <param name="y">Logits.</param>
    /// <param name="yRow">Distance of their rows.</param>
    /// <param name="steps">Steps of the logits.</param>
    /// <param name="batch">Sequences.</param>
    /// <param name="classes">Classes, the blank included.</param>
    /// <param name="blank">The blank's class.</param>
    /// <param name="inputLengths">How many steps of each sequence count; empty: all.</param>
    /// <param name="labels">Labels, [batch][maxLabels].</param>
    /// <param name="maxLabels">Most labels of a target.</param>
    /// <param name="labelLengths">How many labels each target has; empty: all have <paramref name="maxLabels"/>.</param>
    /// <param name="scale">A factor of the gradient (not of the loss).</param>
    /// <param name="dy">The gradient's rows.</param>
    /// <param name="dyRow">Their distance.</param>
    /// <param name="scratch">At least <see cref="ScratchLength"/> doubles of any content.</param>
    /// <param name="weights">What each sequence counts; empty for all alike.</param>
    /// <param name="zeroInfinity">Whether a target that no path gives has a loss of 0 instead of an infinite one.</param>
    /// <exception cref="ArgumentException">A length does not fit, a label is no class or the blank, or the scratch is too short.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double LossAndGradient(
        ref float y, nint yRow, int steps, int batch, int classes, int blank, ReadOnlySpan<int> inputLengths,
        ReadOnlySpan<int> labels, int maxLabels, ReadOnlySpan<int> labelLengths, float scale, ref float dy, nint dyRow, Span<double> scratch,
        ReadOnlySpan<float> weights = default, bool zeroInfinity = false)
    {
        Check(steps, batch, classes, blank, inputLengths, labels, maxLabels, labelLengths, scratch);
        double sum = 0, total = Total(weights, batch);
        fixed (float* yPin = &y, dyPin = &dy)
        fixed (double* scratchPin = scratch)
        {
            for (var b = 0; b < batch; b++)
            {
                var count = labelLengths.IsEmpty ? maxLabels : labelLengths[b];
                var lattice = new CtcLattice(scratchPin, steps, classes, blank, labels.Slice(b * maxLabels, count), CtcLattice.Room(steps, maxLabels));
                var length = inputLengths.IsEmpty ? steps : inputLengths[b];
                double weight = weights.IsEmpty ? 1 : weights[b], probability = weight == 0 ? 0 : lattice.Forward(yPin + (b * yRow), batch * yRow, length);
                sum -= zeroInfinity && double.IsNegativeInfinity(probability) ? 0 : weight * probability / Math.Max(1, count);
                if (weight == 0 || double.IsNegativeInfinity(probability))
                {
                    length = 0;
                }
                else if (double.IsNaN(probability))
                {
                    for (nint t = 0; t < length; t++)
                    {
                        new Span<float>(dyPin + (((t * batch) + b) * dyRow), classes).Fill(float.NaN);
                        new Span<float>(dyPin + (((t * batch) + b) * dyRow) + classes, -classes & 15).Clear();
                    }
                }
                else
                {
                    lattice.Backward(
                        yPin + (b * yRow), batch * yRow, length, probability, weight * scale / (total * Math.Max(1, count)), dyPin + (b * dyRow), batch * dyRow);
                }

                for (nint t = length; t < steps; t++)
                {
                    new Span<float>(dyPin + (((t * batch) + b) * dyRow), (classes + 15) & ~15).Clear();
                }
            }
        }

        return total == 0 ? 0 : sum / total;
    }

    private static double Total(ReadOnlySpan<float> weights, int batch)
    {
        double total = weights.IsEmpty ? batch : 0;
        foreach (float weight in weights)
        {
            total += weight;
        }

        return total;
    }

    private static void Check(
        int steps, int batch, int classes, int blank, ReadOnlySpan<int> inputLengths, ReadOnlySpan<int> labels, int maxLabels,
        ReadOnlySpan<int> labelLengths, Span<double> scratch)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan((long)scratch.Length, ScratchLength(steps, maxLabels, classes), nameof(scratch));
        ArgumentOutOfRangeException.ThrowIfLessThan(labels.Length, batch * maxLabels, nameof(labels));
        CheckRange(blank, classes, nameof(blank), "The blank is not a class.");
        for (var b = 0; b < batch; b++)
        {
            CheckRange(inputLengths.IsEmpty ? steps : inputLengths[b], steps + 1, nameof(inputLengths), "A length is not between 0 and the number of steps.");
            var count = labelLengths.IsEmpty ? maxLabels : labelLengths[b];
            CheckRange(count, maxLabels + 1, nameof(labelLengths), "A number of labels is not between 0 and the most there may be.");
            foreach (var label in labels.Slice(b * maxLabels, count))
            {
                CheckRange(label, classes, nameof(labels), "A label is not a class.");
                if (label == blank)
                {
                    throw new ArgumentException($"Label {label} is the blank, which is between labels and never one.", nameof(labels));
                }
            }
        }
    }

    private static void CheckRange(int value, int end, string name, string message)
    {
        if ((uint)value >= (uint)end)
        {
            throw new ArgumentOutOfRangeException(name, value, message);
        }
    }
}
