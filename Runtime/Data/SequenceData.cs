// Samples in memory: sequences of numbers or tokens with their targets, lengths and masks.
// Knows where sample i lies; refuses to know networks (Workspace and Trainer check that they fit). What is added to samples (targets of several
// heads, of a decoder, labels, more inputs) is in SequenceData.Parts.
using System;
using System.Collections.Generic;
using System.Linq;

namespace SeqGen;

/// <summary>A set of sequences in memory, with targets to learn or none. Cheap views (<see cref="Take"/>, <see cref="Skip"/>,
/// <see cref="Split"/>, <see cref="Shuffle"/>) share the arrays. Arrays are not copied: do not change them while they are in use.</summary>
public sealed partial class SequenceData
{
    private readonly int[]? _order;
    private readonly int _first;

    private SequenceData(int count, int steps)
    {
        Count = count;
        Steps = steps;
    }

    private SequenceData(SequenceData source, int steps)
        : this(source, source._order, source._first, source.Count)
    {
        Steps = steps;
    }

    private SequenceData(SequenceData source, int[]? order, int first, int count)
    {
        _order = order;
        _first = first;
        Count = count;
        Steps = source.Steps;
        InputBlocks = source.InputBlocks;
        TargetBlocks = source.TargetBlocks;
        Lengths = source.Lengths;
        TargetLengths = source.TargetLengths;
        Resets = source.Resets;
        Rows = source.Rows;
    }

    /// <summary>Number of samples (sequences).</summary>
    public int Count { get; }

    /// <summary>Steps of a sequence, the padding of shorter ones included.</summary>
    public int Steps { get; }

    /// <summary>Steps of the decoder's targets, for encoder-decoders; those of the targets otherwise, 1 for one a sequence and 0 for none.</summary>
    public int TargetSteps => MainTarget?.Steps ?? 0;

    /// <summary>Features a step; 0 for tokens.</summary>
    public int Features => InputBlocks[0].Size;

    /// <summary>Values of a target (of a step's target, where there is one a step); 0 where targets are classes or there are none.</summary>
    public int Outputs => MainTarget?.Size ?? 0;

    /// <summary>Whether there is a target for every step, or one for the sequence.</summary>
    public bool TargetsAreSequences => MainTarget is { IsSequence: true };

    /// <summary>Whether the sequences are tokens.</summary>
    public bool HasTokens => Tokens is not null;

    /// <summary>Whether the targets are classes.</summary>
    public bool HasClasses => Classes is not null;

    /// <summary>Whether there are targets.</summary>
    public bool HasTargets => TargetBlocks.Length > 0;

    /// <summary>The inputs, the main one first.</summary>
    internal InputBlock[] InputBlocks { get; private init; } = [];

    /// <summary>The targets, in the order in which they were given.</summary>
    internal TargetBlock[] TargetBlocks { get; private init; } = [];

    internal Block<float>? Inputs => InputBlocks[0].Values;

    internal Block<int>? Tokens => InputBlocks[0].Tokens;

    internal Block<float>? Values => MainTarget?.Values;

    internal Block<int>? Classes => MainTarget?.Classes;

    internal int[]? Lengths { get; private init; }

    /// <summary>Lengths along a decoder's axis.</summary>
    internal int[]? TargetLengths { get; private init; }

    /// <summary>Where pieces begin inside of sequences; null for nowhere.</summary>
    internal Block<bool>? Resets { get; private init; }

    /// <summary>Where the samples were cut from; null where they are from arrays.</summary>
    internal SampleRows? Rows { get; private init; }

    /// <summary>The targets that were given without a name; else the first of those that were.</summary>
    private TargetBlock? MainTarget => Array.Find(TargetBlocks, t => t.Name.Length == 0) ?? (TargetBlocks.Length > 0 ? TargetBlocks[0] : null);

    /// <summary>Sequences of numbers with values to learn (or none).</summary>
    /// <param name="inputs">[N, T, features].</param>
    /// <param name="targets">[N, outputs], or [N, T, outputs] with <paramref name="targetEveryStep"/>; null for none.</param>
    /// <param name="steps">T.</param>
    /// <param name="features">Features a step.</param>
    /// <param name="outputs">Values of a target.</param>
    /// <param name="targetEveryStep">Whether there is a target for every step.</param>
    /// <param name="lengths">[N], 1 to T; null when all sequences are full.</param>
    /// <param name="mask">What targets count in the loss, finite and 0 or more: [N, T] with a target a step, else [N]; or as the targets, one a value; or [N], one a sample; null for all alike.
    /// Where it is 0, targets may be anything.</param>
    public static SequenceData FromArrays(
        float[] inputs, float[]? targets, int steps, int features = 1, int outputs = 1, bool targetEveryStep = false, int[]? lengths = null, float[]? mask = null)
    {
        int count = CountOf(inputs, Positive(steps, nameof(steps)) * (long)Positive(features, nameof(features)), $"inputs [N, {steps}, {features}]", nameof(inputs));
        int each = targetEveryStep ? steps : 1;
        Expect(targets, Size(count, each, Positive(outputs, nameof(outputs))), "targets", nameof(targets));
        NeedsTargets(mask, targets);
        return new SequenceData(count, steps)
        {
            InputBlocks = [new("", new(inputs, 0, steps * features), null, features, steps)],
            TargetBlocks = targets is null ? [] : [new("", each, targetEveryStep) { Size = outputs, Values = new(targets, 0, each * outputs), Masks = CheckedMask(mask, count, each, outputs) }],
            Lengths = CheckedLengths(lengths, count, steps, nameof(lengths)),
        };
    }

    /// <summary>Sequences of numbers with classes to learn.</summary>
    /// <param name="inputs">[N, T, features].</param>
    /// <param name="classes">[N], or [N, T] with <paramref name="targetEveryStep"/>; from 0.</param>
    /// <param name="steps">T.</param>
    /// <param name="features">Features a step.</param>
    /// <param name="targetEveryStep">Whether there is a target for every step.</param>
    /// <param name="lengths">[N], 1 to T; null when all sequences are full.</param>
    /// <param name="mask">What targets count in the loss, finite and 0 or more: [N, T] with a target a step, else [N]; or [N], one a sample; null for all alike.</param>
    public static SequenceData FromClasses(
        float[] inputs, int[] classes, int steps, int features = 1, bool targetEveryStep = false, int[]? lengths = null, float[]? mask = null)
    {
        int count = CountOf(inputs, Positive(steps, nameof(steps)) * (long)Positive(features, nameof(features)), $"inputs [N, {steps}, {features}]", nameof(inputs));
        ArgumentNullException.ThrowIfNull(classes);
        int each = targetEveryStep ? steps : 1;
        Expect(classes, count * (long)each, "classes", nameof(classes));
        return new SequenceData(count, steps)
        {
            InputBlocks = [new("", new(inputs, 0, steps * features), null, features, steps)],
            TargetBlocks = [new("", each, targetEveryStep) { Classes = new(classes, 0, each), Masks = CheckedMask(mask, count, each) }],
            Lengths = CheckedLengths(lengths, count, steps, nameof(lengths)),
        };
    }

    /// <summary>Sequences of tokens with values to learn (or none).</summary>
    /// <param name="tokens">[N, T], from 0.</param>
    /// <param name="targets">[N, outputs], or [N, T, outputs] with <paramref name="targetEveryStep"/>; null for none.</param>
    /// <param name="steps">T.</param>
    /// <param name="outputs">Values of a target.</param>
    /// <param name="targetEveryStep">Whether there is a target for every step.</param>
    /// <param name="lengths">[N], 1 to T; null when all sequences are full.</param>
    /// <param name="mask">What targets count in the loss, finite and 0 or more: [N, T] with a target a step, else [N]; or as the targets, one a value; or [N], one a sample; null for all alike.
    /// Where it is 0, targets may be anything.</param>
    public static SequenceData FromTokens(
        int[] tokens, float[]? targets, int steps, int outputs = 1, bool targetEveryStep = false, int[]? lengths = null, float[]? mask = null)
    {
        int count = CountOf(tokens, Positive(steps, nameof(steps)), $"tokens [N, {steps}]", nameof(tokens));
        int each = targetEveryStep ? steps : 1;
        Expect(targets, Size(count, each, Positive(outputs, nameof(outputs))), "targets", nameof(targets));
        NeedsTargets(mask, targets);
        return new SequenceData(count, steps)
        {
            InputBlocks = [new("", null, new(tokens, 0, steps), 0, steps)],
            TargetBlocks = targets is null ? [] : [new("", each, targetEveryStep) { Size = outputs, Values = new(targets, 0, each * outputs), Masks = CheckedMask(mask, count, each, outputs) }],
            Lengths = CheckedLengths(lengths, count, steps, nameof(lengths)),
        };
    }

    /// <summary>Sequences of tokens with classes to learn.</summary>
    /// <param name="tokens">[N, T], from 0.</param>
    /// <param name="classes">[N], or [N, T] with <paramref name="targetEveryStep"/>; from 0.</param>
    /// <param name="steps">T.</param>
    /// <param name="targetEveryStep">Whether there is a target for every step.</param>
    /// <param name="lengths">[N], 1 to T; null when all sequences are full.</param>
    /// <param name="mask">What targets count in the loss, finite and 0 or more: [N, T] with a target a step, else [N]; or [N], one a sample; null for all alike.</param>
    public static SequenceData FromTokenClasses(
        int[] tokens, int[] classes, int steps, bool targetEveryStep = false, int[]? lengths = null, float[]? mask = null)
    {
        int count = CountOf(tokens, Positive(steps, nameof(steps)), $"tokens [N, {steps}]", nameof(tokens));
        ArgumentNullException.ThrowIfNull(classes);
        int each = targetEveryStep ? steps : 1;
        Expect(classes, count * (long)each, "classes", nameof(classes));
        return new SequenceData(count, steps)
        {
            InputBlocks = [new("", null, new(tokens, 0, steps), 0, steps)],
            TargetBlocks = [new("", each, targetEveryStep) { Classes = new(classes, 0, each), Masks = CheckedMask(mask, count, each) }],
            Lengths = CheckedLengths(lengths, count, steps, nameof(lengths)),
        };
    }

    /// <summary>The first <paramref name="count"/> samples.</summary>
    public SequenceData Take(int count) => new(this, _order, _first, OfAll(count));

    /// <summary>All but the first <paramref name="count"/> samples.</summary>
    public SequenceData Skip(int count) => new(this, _order, _first + OfAll(count), Count - count);

    /// <summary>The samples in a random order, for instance before <see cref="Split"/> of samples that share nothing. (The trainer shuffles every epoch by itself.)</summary>
    /// <param name="seed">The same seed gives the same order.</param>
    public SequenceData Shuffle(ulong seed)
    {
        int[] order = Enumerable.Range(0, Count).Select(Index).ToArray();
        RandomSequences.Create(seed, 0x5EED).Shuffle(order.AsSpan());
        return new SequenceData(this, order, 0, Count);
    }

    /// <summary>Which of the samples that there were at first sample i of these is, and which rows of which series it was cut from: the same after <see cref="Shuffle"/>,
    /// <see cref="Skip"/>, <see cref="Split"/> and all other views.</summary>
    /// <param name="sample">0 to <see cref="Count"/> - 1.</param>
    public SampleIndex IndexOf(int sample)
    {
        if ((uint)sample >= (uint)Count)
        {
            throw new ArgumentOutOfRangeException(nameof(sample), sample, $"There are samples 0 to {Count - 1}, {sample} was asked for.");
        }

        int index = Index(sample);
        if (Rows is null)
        {
            return new(index, 0, index, index);
        }

        int series = Rows.SeriesOf(index), row = Rows.RowOf(index) - Rows.Begins[series];
        return new(index, series, row, row + Rows.FirstTarget);
    }

    /// <summary>Why the samples are not the windows of one long sequence, each so many steps after the one before; null where they may be.</summary>
    internal string? WhyNotContiguous(int steps) => _order is not null ? (InOrder() ? "between some of these others were left out" : "these were shuffled")
        : Rows is { Begins.Length: > 1 } ? $"these are windows of {Rows.Begins.Length} series: use one series, or declare Resets = true and say by resets where the next begins"
        : (Rows?.Stride ?? Tokens?.Stride ?? (Inputs!.Stride / Features)) is var stride && stride != steps
            ? $"these windows of {Steps} steps start every {stride} steps: use a stride of {steps}{(steps == Steps && stride < Steps ? $", or UpdateSteps = {stride} for windows that overlap" : "")}"
        : null;

    /// <summary>The position of sample i in the arrays.</summary>
    internal int Index(int sample) => _order is null ? _first + sample : _order[_first + sample];

    /// <summary>The samples in the order of their positions in the arrays.</summary>
    internal IEnumerable<int> ByPlace() => _order is null || InOrder() ? Enumerable.Range(0, Count) : Enumerable.Range(0, Count).OrderBy(Index);

    private bool InOrder()
    {
        int i = 1;
        while (i < Count && Index(i) > Index(i - 1))
        {
            i++;
        }

        return i >= Count;
    }

    private int OfAll(int count) => count >= 0 && count <= Count
        ? count
        : throw new ArgumentOutOfRangeException(nameof(count), count, $"There are {Count} samples: 0 to {Count} can be taken or left out, {count} were asked for.");
}
