// What must be the same for a training to go on with the same bits, as names and texts. Knows what matters; refuses to know files.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Runtime.InteropServices;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>The settings of a training by name.</summary>
internal sealed class TrainingSettings
{
    private TrainingSettings(IReadOnlyList<KeyValuePair<string, string>> all) => All = all;

    /// <summary>Names and texts.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> All { get; }

    public static TrainingSettings Of(HeadLosses losses, Optimizer optimizer, float rate, TrainerOptions options, int threads, SequenceData train, SequenceData? validation)
    {
        List<KeyValuePair<string, string>> all = [];
        Add(all, "network", losses.Text is { Length: > 0 } own ? $"{losses.Plan.Declaration}, handed in: {own}" : losses.Plan.Declaration);
        Add(all, "optimizer", optimizer);
        Add(all, "parameter groups", GroupsOf(optimizer));
        Add(all, "learning rate", rate);
        Add(all, "BatchSize", options.BatchSize);
        Add(all, "threads", threads);
        Add(all, "Seed", options.Seed);
        Add(all, "Shuffle", options.Shuffle);
        Add(all, "ShuffleBlock", options.ShuffleBlock);
        Add(all, "Stateful", options.Stateful);
        Add(all, "Lanes", options.Lanes);
        Add(all, "UpdateSteps", options.UpdateSteps);
        Add(all, "GradientSteps", options.GradientSteps);
        Add(all, "BucketBatches", options.BucketBatches);
        Add(all, "LossReduction", options.LossReduction);
        Add(all, "GradientClipping", options.GradientClipping);
        Add(all, "LearningRate", options.LearningRate);
        Add(all, "TeacherForcing", options.TeacherForcing);
        Add(all, "EarlyStopping", options.EarlyStopping);
        Add(all, "Monitor", options.Monitor.HigherIsBetter ? $"{options.Monitor}, more is better" : options.Monitor);
        Add(all, "AccumulatedBatches", options.AccumulatedBatches);
        Add(all, "WeightAverage", options.WeightAverage);
        Add(all, "training data", Of(train));
        Add(all, "validation data", validation is null ? null : Of(validation));
        return new(all);
    }

    /// <summary>The settings of an online learner.</summary>
    /// <param name="plan">The network.</param>
    /// <param name="optimizer">Its optimizer, whose own settings a checkpoint compares in any case.</param>
    /// <param name="options">The learner's.</param>
    /// <param name="window">Steps of a window.</param>
    public static TrainingSettings Of(NetworkPlan plan, Optimizer optimizer, OnlineLearnerOptions options, int window)
    {
        List<KeyValuePair<string, string>> all = [];
        Add(all, "network", plan.Declaration);
        Add(all, "parameter groups", GroupsOf(optimizer));
        Add(all, "Window", window);
        Add(all, "Horizon", options.Horizon);
        Add(all, "GradientClipping", options.GradientClipping);
        Add(all, "Seed", options.Seed);
        return new(all);
    }

    private static string? GroupsOf(Optimizer optimizer) => optimizer.Groups.Count == 0 ? null : string.Join(" ", optimizer.Groups);

    private static void Add(List<KeyValuePair<string, string>> all, string name, object? value) =>
        all.Add(new(name, value is null ? "none" : string.Create(CultureInfo.InvariantCulture, $"{value}")));

    /// <summary>Sizes and a sum over all numbers of some data, in the order of the samples.</summary>
    private static string Of(SequenceData data)
    {
        Checksum sum = default;
        for (int i = 0; i < data.Count; i++)
        {
            int index = data.Index(i);
            foreach (InputBlock input in data.InputBlocks)
            {
                Append(ref sum, input.Values, input.Tokens, index);
            }

            foreach (TargetBlock target in data.TargetBlocks)
            {
                Append(ref sum, target.Values, target.Classes, index);
                Append(ref sum, target.Masks, target.Labels, index);
                Append(ref sum, target.LabelLengths, index);
                Append(ref sum, target.LossLengths, index);
            }

            Append(ref sum, data.Lengths, index);
            Append(ref sum, data.TargetLengths, index);
            if (data.Resets is { } resets)
            {
                sum.Append(MemoryMarshal.AsBytes(resets[index].Span));
            }
        }

        IEnumerable<SeriesFile> sources = data.InputBlocks.Select(i => i.Values).Concat(data.TargetBlocks.Select(t => t.Values)).Select(v => v?.File?.Source).OfType<SeriesFile>().Distinct();
        string files = string.Concat(sources.Select(f => ", of a file of " + f.Fingerprint()));
        string heads = string.Join(" ", data.TargetBlocks.Select(t => string.Create(CultureInfo.InvariantCulture, $"{t.Name}[{t.Steps}, {t.Size}]{(t.Missing is null ? "" : $" without missing {t.Missing}")}")));
        return string.Create(CultureInfo.InvariantCulture, $"{data.Count} samples of {data.Steps} x {data.Features}, targets {heads} #{sum}{files}");
    }

    private static void Append(ref Checksum sum, Block<float>? numbers, Block<int>? integers, int index)
    {
        if (numbers?.File is not null)
        {
            // The file's own sum stands for what lies in it.
            sum.Append(MemoryMarshal.AsBytes([numbers.StartOf(index), numbers.Length]));
            sum.Append(numbers.Picks.AsSpan());
            sum.Append(MemoryMarshal.AsBytes(numbers.Picks.AsSpan()));
        }
        else if (numbers is not null)
        {
            Append(ref sum, numbers[index]);
        }

        if (integers is not null)
        {
            sum.Append(integers[index].Span);
        }
    }

    // Numbers that are chosen from rows count as if they followed each other.
    private static void Append(ref Checksum sum, BlockSample<float> sample)
    {
        if (sample.IsSpan)
        {
            sum.Append(sample.Span);
            return;
        }

        Span<float> part = stackalloc float[256];
        for (int i = 0; i < sample.Length; i += part.Length)
        {
            BlockSample<float> next = sample.Slice(i, Math.Min(part.Length, sample.Length - i));
            next.CopyTo(part);
            sum.Append(part[..next.Length]);
        }
    }

    private static void Append(ref Checksum sum, int[]? lengths, int index)
    {
        if (lengths is not null)
        {
            sum.Append(lengths[index]);
        }
    }
}
