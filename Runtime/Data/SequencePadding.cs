// Sequences of unequal lengths as one array with room for the longest. Knows arrays; refuses to know samples and networks.
using System;
using System.Collections.Generic;
using System.Linq;

namespace SeqGen;

/// <summary>What becomes of a sequence that is longer than there is room.</summary>
public enum Truncation
{
    /// <summary>It is an error.</summary>
    None,

    /// <summary>Its first steps are kept.</summary>
    KeepFirst,

    /// <summary>Its last steps are kept: the newest.</summary>
    KeepLast,
}

/// <summary>Sequences of unequal lengths side by side.</summary>
/// <param name="Values">[N, Steps] tokens, or [N, Steps, features].</param>
/// <param name="Lengths">[N].</param>
/// <param name="Steps">Steps that each has room for.</param>
public sealed record PaddedSequences<T>(T[] Values, int[] Lengths, int Steps);

/// <summary>Gives sequences the same number of steps, for <see cref="SequenceData"/>, which takes their <see cref="PaddedSequences{T}.Lengths"/> too: networks never read what is beyond.</summary>
/// <example><code>
/// var (tokens, lengths, steps) = SequencePadding.Pad(sentences);
/// SequenceData data = SequenceData.FromTokenClasses(tokens, classes, steps, lengths: lengths);
/// </code></example>
public static class SequencePadding
{
    /// <summary>Pads sequences of tokens at their ends.</summary>
    /// <param name="sequences">N of them, none empty.</param>
    /// <param name="steps">Steps that each is to have; 0 for those of the longest.</param>
    /// <param name="padding">What stands beyond the ends.</param>
    /// <param name="truncation">What becomes of longer ones.</param>
    public static PaddedSequences<int> Pad(IReadOnlyList<int[]> sequences, int steps = 0, int padding = 0, Truncation truncation = Truncation.None) =>
        Pad(sequences, 1, steps, padding, truncation);

    /// <summary>Pads sequences of numbers at their ends, with zeros.</summary>
    /// <param name="sequences">N of them, none empty, each [its steps, features].</param>
    /// <param name="features">Features a step.</param>
    /// <param name="steps">Steps that each is to have; 0 for those of the longest.</param>
    /// <param name="truncation">What becomes of longer ones.</param>
    public static PaddedSequences<float> Pad(IReadOnlyList<float[]> sequences, int features = 1, int steps = 0, Truncation truncation = Truncation.None) =>
        Pad(sequences, features, steps, 0f, truncation);

    private static PaddedSequences<T> Pad<T>(IReadOnlyList<T[]> sequences, int features, int steps, T padding, Truncation truncation)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        ArgumentOutOfRangeException.ThrowIfLessThan(features, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        Settings.Check(truncation, Enum.IsDefined(truncation), nameof(truncation), "None, KeepFirst or KeepLast");
        int[] lengths = new int[sequences.Count];
        for (int i = 0; i < lengths.Length; i++)
        {
            T[] sequence = sequences[i] ?? throw new ArgumentException($"Sequence {i} is null.", nameof(sequences));
            if (sequence.Length == 0 || sequence.Length % features != 0)
            {
                throw new ArgumentException($"Sequence {i} has {sequence.Length} elements: expected is a positive multiple of {features}. Leave empty ones out.", nameof(sequences));
            }

            lengths[i] = sequence.Length / features;
        }

        if (lengths.Length == 0)
        {
            throw new ArgumentException("There are no sequences to pad.", nameof(sequences));
        }

        int all = steps == 0 ? lengths.Max() : steps;
        T[] values = ArrayRoom.Of<T>(lengths.Length * (long)all * features, $"{lengths.Length} sequences of {all} x {features}", "Cut the longest with steps and truncation.", nameof(sequences));
        Array.Fill(values, padding);
        for (int i = 0; i < lengths.Length; i++)
        {
            if (lengths[i] > all && truncation == Truncation.None)
            {
                throw new ArgumentException($"Sequence {i} has {lengths[i]} steps, {all} is the most. Give more steps, or a truncation.", nameof(sequences));
            }

            int kept = Math.Min(lengths[i], all), first = truncation == Truncation.KeepLast ? lengths[i] - kept : 0;
            sequences[i].AsSpan(first * features, kept * features).CopyTo(values.AsSpan(i * all * features));
            lengths[i] = kept;
        }

        return new PaddedSequences<T>(values, lengths, all);
    }
}
