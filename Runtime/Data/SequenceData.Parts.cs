// What can be added to samples: targets of several heads or of a decoder, labels, more inputs.
// Knows arrays and their checks; refuses to know networks.
using System;
using System.Linq;

namespace SeqGen;

public sealed partial class SequenceData
{
    /// <summary>Pairs of token sequences of unequal length, for encoder-decoders: sources and what is to be written.</summary>
    /// <param name="sources">[N, sourceSteps].</param>
    /// <param name="targets">[N, targetSteps]; the end token belongs to them, the start token does not.</param>
    /// <param name="sourceSteps">Steps of the longest source.</param>
    /// <param name="targetSteps">Steps of the longest target.</param>
    /// <param name="sourceLengths">[N], 1 to sourceSteps; null when all are full.</param>
    /// <param name="targetLengths">[N], 1 to targetSteps; null when all are full.</param>
    public static SequenceData FromTokenPairs(
        int[] sources, int[] targets, int sourceSteps, int targetSteps, int[]? sourceLengths = null, int[]? targetLengths = null) =>
        FromTokens(sources, null, sourceSteps, lengths: sourceLengths).WithClasses(targets, Positive(targetSteps, nameof(targetSteps)), targetLengths);

    /// <summary>The same samples with values to learn: for one head more, or for a decoder, whose steps are other than the inputs'. They take the place of
    /// what the head had. Like everything that is added, they are given for all samples, before <see cref="Skip"/>, <see cref="Split"/> and <see cref="Shuffle"/>.</summary>
    /// <param name="targets">[N, steps, outputs], or [N, outputs] where <paramref name="steps"/> is 0.</param>
    /// <param name="outputs">Values of a target.</param>
    /// <param name="steps">Targets a sequence; 0 for one that belongs to the sequence as a whole.</param>
    /// <param name="lengths">[N], 1 to steps: how many targets a decoder writes; null for all, and for networks without a decoder.</param>
    /// <param name="mask">What targets count in the loss, finite and 0 or more, one a target, or one a value of each, or one a sample; null for all alike. Where it is 0, targets may be anything.</param>
    /// <param name="head">The head's name; null for the first.</param>
    /// <exception cref="InvalidOperationException">These samples are part of others, or in another order.</exception>
    public SequenceData WithTargets(float[] targets, int outputs = 1, int steps = 0, int[]? lengths = null, float[]? mask = null, string? head = null)
    {
        int each = EachOf(steps);
        ArgumentNullException.ThrowIfNull(targets);
        Expect(targets, Size(Count, each, Positive(outputs, nameof(outputs))), "targets", nameof(targets));
        return With(new(head ?? "", each, steps > 0) { Size = outputs, Values = new(targets, 0, each * outputs), Masks = CheckedMask(mask, Count, each, outputs) }, lengths);
    }

    /// <summary>The same samples with classes to learn: for one head more, or for a decoder, whose steps are other than the inputs'.</summary>
    /// <param name="classes">[N, steps], or [N] where <paramref name="steps"/> is 0; from 0.</param>
    /// <param name="steps">Targets a sequence; 0 for one that belongs to the sequence as a whole.</param>
    /// <param name="lengths">[N], 1 to steps: how many targets a decoder writes; null for all, and for networks without a decoder.</param>
    /// <param name="mask">What targets count in the loss, finite and 0 or more, one a target, or one a sample; null for all alike.</param>
    /// <param name="head">The head's name; null for the first.</param>
    /// <exception cref="InvalidOperationException">These samples are part of others, or in another order.</exception>
    public SequenceData WithClasses(int[] classes, int steps = 0, int[]? lengths = null, float[]? mask = null, string? head = null)
    {
        int each = EachOf(steps);
        ArgumentNullException.ThrowIfNull(classes);
        Expect(classes, Count * (long)each, "classes", nameof(classes));
        return With(new(head ?? "", each, steps > 0) { Classes = new(classes, 0, each), Masks = CheckedMask(mask, Count, each) }, lengths);
    }

    /// <summary>The same samples with labels to learn by a CTC loss: what each sequence says, in order, without times.</summary>
    /// <param name="labels">[N, longest], from 0; beyond a sequence's number of labels they may be anything.</param>
    /// <param name="labelLengths">[N], 0 to longest.</param>
    /// <param name="lossLengths">[N], how many steps of the output the loss reads, from 1; null for all within the sequences' lengths.</param>
    /// <param name="head">The head's name; null for the first.</param>
    /// <param name="mask">[N], what each sequence counts in the loss and in measures: 0 for not at all; null for all alike.</param>
    /// <exception cref="InvalidOperationException">These samples are part of others, or in another order.</exception>
    public SequenceData WithLabels(int[] labels, int[] labelLengths, int[]? lossLengths = null, string? head = null, float[]? mask = null)
    {
        RequireAllSamples();
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(labelLengths);
        Expect(labelLengths, Count, "label lengths", nameof(labelLengths));
        int longest = labels.Length / Count;
        Expect(labels, Count * (long)longest, $"labels [N = {Count}, longest]", nameof(labels));
        for (int i = 0; i < Count; i++)
        {
            if (labelLengths[i] < 0 || labelLengths[i] > longest)
            {
                throw new ArgumentOutOfRangeException(nameof(labelLengths), labelLengths[i], $"Sample {i} has {labelLengths[i]} labels; it must be 0 to {longest}.");
            }
        }

        return With(
            new(head ?? "", longest, true)
            {
                Labels = new(labels, 0, longest),
                LabelLengths = labelLengths,

                // How many outputs there are, only the network says: a decoder's are as many as its steps.
                LossLengths = CheckedLengths(lossLengths, Count, steps: null, nameof(lossLengths)),
                Masks = CheckedMask(mask, Count, 1),
            },
            null);
    }

    /// <summary>The same samples with another input of numbers.</summary>
    /// <param name="name">The input's name in the network.</param>
    /// <param name="values">[N, steps, features], or [N, features] where <paramref name="steps"/> is 0.</param>
    /// <param name="features">Features a step.</param>
    /// <param name="steps">Steps; 0 for one that belongs to the sequence as a whole.</param>
    public SequenceData WithInput(string name, float[] values, int features = 1, int steps = 0)
    {
        int each = EachOf(steps);
        ArgumentNullException.ThrowIfNull(values);
        Expect(values, Size(Count, each, Positive(features, nameof(features))), $"values of '{name}'", nameof(values));
        return With(new InputBlock(name, new(values, 0, each * features), null, features, each));
    }

    /// <summary>The same samples with another input of tokens.</summary>
    /// <param name="name">The input's name in the network.</param>
    /// <param name="tokens">[N, steps], or [N] where <paramref name="steps"/> is 0.</param>
    /// <param name="steps">Steps; 0 for one that belongs to the sequence as a whole.</param>
    public SequenceData WithInput(string name, int[] tokens, int steps = 0)
    {
        int each = EachOf(steps);
        ArgumentNullException.ThrowIfNull(tokens);
        Expect(tokens, Count * (long)each, $"tokens of '{name}'", nameof(tokens));
        return With(new InputBlock(name, null, new(tokens, 0, each), 0, each));
    }

    /// <summary>The same samples with pieces that begin inside of sequences (episodes, documents), for a network with <c>Resets = true</c>: before a step that is flagged,
    /// states go back to where they begin.</summary>
    /// <param name="resets">[N, T], true where a piece begins.</param>
    public SequenceData WithResets(bool[] resets)
    {
        ArgumentNullException.ThrowIfNull(resets);
        RequireAllSamples();
        Expect(resets, Count * (long)Steps, "resets", nameof(resets));
        return new(this, null, 0, Count) { Resets = new(resets, 0, Steps) };
    }

    /// <summary>The same samples, where targets that are missing (not a number) do not count in loss and metrics; else they are a mistake that is named before training. What is in a mask stays.</summary>
    /// <param name="by">What does not count: the values that are missing, or whole targets of which one is.</param>
    /// <exception cref="InvalidOperationException">There are no targets that are values.</exception>
    public SequenceData IgnoreMissingTargets(MissingTargets by = MissingTargets.Values)
    {
        Settings.Check(by, Enum.IsDefined(by), nameof(by), "Values or Positions");
        return Array.Exists(TargetBlocks, t => t.Values is not null)
            ? new(this, _order, _first, Count) { TargetBlocks = [.. TargetBlocks.Select(t => t.Values is null ? t : t with { Missing = by })] }
            : throw new InvalidOperationException("These samples have no targets that are values. A class that does not count is IgnoredClass of the loss, or 0 in a mask.");
    }

    /// <summary>Some steps of every sequence, as sequences; what is one a sequence stays. For sequences that are full, whose targets and inputs lie along one axis.</summary>
    internal SequenceData Section(int first, int count) => new(this, count)
    {
        Lengths = null,
        InputBlocks = [.. InputBlocks.Select(i => i.Steps != Steps ? i : i with { Values = Cut(i.Values, first * i.Size, count * i.Size), Tokens = Cut(i.Tokens, first, count), Steps = count })],
        TargetBlocks =
        [
            .. TargetBlocks.Select(t => !t.IsSequence ? t : t with
            {
                Steps = count, Values = Cut(t.Values, first * t.Size, count * t.Size), Classes = Cut(t.Classes, first, count),
                Masks = t.Masks is null || t.MaskSize == 0 ? t.Masks : Cut(t.Masks, first * t.MaskSize, count * t.MaskSize),
            }),
        ],
        Resets = Cut(Resets, first, count),
    };

    private static Block<T>? Cut<T>(Block<T>? block, int start, int length) => block?.Cut(start, length);

    // In the order in which they were given: only the network knows whether a name is the first head's, and what came last is meant (DataChecks.TargetOf).
    private SequenceData With(TargetBlock target, int[]? lengths) => new(this, null, 0, Count)
    {
        TargetBlocks = [.. TargetBlocks.Where(t => t.Name != target.Name), target],
        TargetLengths = lengths is null ? TargetLengths : CheckedLengths(lengths, Count, target.Steps, nameof(lengths)),
    };

    private SequenceData With(InputBlock input)
    {
        ArgumentException.ThrowIfNullOrEmpty(input.Name);
        return new(this, null, 0, Count) { InputBlocks = [.. InputBlocks.Where(i => i.Name != input.Name), input] };
    }

    private int EachOf(int steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        RequireAllSamples();
        return Math.Max(1, steps);
    }

    // Arrays are those of all samples: a view has lost which ones it left out, and from a shuffled one nobody can tell which order an array is in.
    private void RequireAllSamples()
    {
        if (_order is not null || _first != 0)
        {
            throw new InvalidOperationException("Targets and inputs are added to all samples: do it before Skip, Split and Shuffle.");
        }

        if (Count == 0)
        {
            throw new InvalidOperationException("There are no samples to add targets or inputs to.");
        }
    }
}
