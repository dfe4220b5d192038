// Parts of samples that know nothing of each other: in time, by group, by class, and walking forward.
// Knows rows that samples read and learn; refuses to know networks.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>Which rows of a series two parts of its windows may both have.</summary>
public enum SharedRows
{
    /// <summary>No row that is a target in the first part is read or learnt in the second.</summary>
    None,

    /// <summary>Rows that are targets in the first part may be inputs in the second, as the past is known when a forecast is made; no row is a target in both.</summary>
    AsInputs,
}

public sealed partial class SequenceData
{
    /// <summary>The first part and the rest, in the order of the samples: for time series the past and the future. Windows that share rows (see <see cref="SharedRows.None"/>) are left out at the end of
    /// the first part, so that the second knows nothing of what the first has learnt; windows of several series are split series by series. Samples from arrays are split as they are. (<see cref="Take"/>
    /// and <see cref="Skip"/> cut without leaving anything out.)</summary>
    /// <param name="fraction">The share of the samples before the second part, above 0 and below 1.</param>
    /// <exception cref="ArgumentException">A part would be empty.</exception>
    /// <exception cref="InvalidOperationException">These are windows that overlap, in another order than that of time: any split would have the same rows in both parts.</exception>
    public (SequenceData First, SequenceData Second) Split(double fraction) => SplitInTime(fraction);

    /// <summary>The past and the future, as <see cref="Split(double)"/>, and how they are kept apart.</summary>
    /// <param name="fraction">The share of the samples before the second part, above 0 and below 1.</param>
    /// <param name="shared">Which rows both parts may have.</param>
    /// <param name="gap">Rows more (samples, of samples from arrays) to leave out before the second part: 0 for no more than <paramref name="shared"/> asks for.</param>
    /// <exception cref="ArgumentException">A part would be empty.</exception>
    /// <exception cref="InvalidOperationException">These are windows that overlap, in another order than that of time; or any in such an order, and there is a gap.</exception>
    public (SequenceData First, SequenceData Second) SplitInTime(double fraction, SharedRows shared = SharedRows.None, int gap = 0)
    {
        CheckFraction(fraction);
        CheckApart(shared, gap);
        List<int> first = [], second = [];
        foreach (int[] line in Lines(gap))
        {
            int cut = (int)Math.Round(line.Length * fraction);
            first.AddRange(Before(line, cut, shared, gap));
            second.AddRange(line.AsSpan(cut));
        }

        return first.Count > 0 && second.Count > 0 ? (Pick(first), Pick(second)) : throw new ArgumentException(
            $"{Count} samples split at {fraction} leave one part empty{(Rows is null ? "" : ", windows that share rows left out")}. Use more samples{(Rows is null ? "" : ", shorter windows")} or another fraction.", nameof(fraction));
    }

    /// <summary>Whole groups in one part or the other, chosen at random: for what is to be right about a machine, a patient or a shop that was never seen.</summary>
    /// <param name="fraction">The share of the groups in the first part, above 0 and below 1; each part has at least one.</param>
    /// <param name="seed">The same seed gives the same parts.</param>
    /// <param name="groups">[Count], the group of each of these samples; null for the series of a panel.</param>
    public (SequenceData First, SequenceData Second) SplitByGroup(double fraction, ulong seed, int[]? groups = null)
    {
        CheckFraction(fraction);
        Expect(groups, Count, "groups, one a sample,", nameof(groups));
        groups ??= Rows is { Begins.Length: > 1 }
            ? [.. Enumerable.Range(0, Count).Select(i => Rows.SeriesOf(Index(i)))]
            : throw new ArgumentNullException(nameof(groups), "These are not windows of several series: say which group each sample is of.");
        int[] names = [.. groups.Distinct().Order()];
        if (names.Length < 2)
        {
            throw new ArgumentException("The samples are of one group; two at least are needed for two parts.", nameof(groups));
        }

        RandomSequences.Create(seed, 0x6409).Shuffle(names.AsSpan());
        HashSet<int> chosen = [.. names[..Math.Clamp((int)Math.Round(names.Length * fraction), 1, names.Length - 1)]];
        RequireNoSharedRows("split by these groups", i => chosen.Contains(groups[i]));
        ILookup<bool, int> parts = Enumerable.Range(0, Count).ToLookup(i => chosen.Contains(groups[i]));
        return (Pick([.. parts[true]]), Pick([.. parts[false]]));
    }

    /// <summary>Two parts in which every class has the same share, as near as can be, each sample in one of them at random. For samples of one class each.</summary>
    /// <param name="fraction">The share of each class in the first part, above 0 and below 1; a class of two samples or more is in both.</param>
    /// <param name="seed">The same seed gives the same parts.</param>
    /// <exception cref="InvalidOperationException">The targets are not one class a sample, or these are windows that overlap.</exception>
    public (SequenceData First, SequenceData Second) SplitStratified(double fraction, ulong seed)
    {
        CheckFraction(fraction);
        if (MainTarget is not { Classes: { } classes, IsSequence: false })
        {
            throw new InvalidOperationException("A stratified split is one by classes, one a sample; these samples have other targets. Use SplitByGroup, or Shuffle and Split.");
        }

        RequireNoSharedRows("split by classes");
        RandomSource random = RandomSequences.Create(seed, 0x57A7);
        List<int> first = [], second = [];
        foreach (IGrouping<int, int> members in Enumerable.Range(0, Count).GroupBy(i => classes[Index(i)][0]).OrderBy(g => g.Key))
        {
            int[] own = [.. members];
            random.Shuffle(own.AsSpan());
            int share = (int)Math.Round(own.Length * fraction);
            share = own.Length > 1 ? Math.Clamp(share, 1, own.Length - 1) : share;
            first.AddRange(own[..share]);
            second.AddRange(own[share..]);
        }

        first.Sort();
        second.Sort();
        return first.Count > 0 && second.Count > 0 ? (Pick(first), Pick(second)) : throw new ArgumentException($"{Count} samples split at {fraction} leave one part empty.", nameof(fraction));
    }

    /// <summary>Pairs of training and test data that walk forward in time (rolling origin): the last <paramref name="folds"/> pieces of the samples are tests, one after the other, each after what comes before it. A series of a panel that is too short for a fold is left out of it.
    /// The last fold's training data is the largest, and a fold is a new network: nothing of a later one may be known in an earlier one.</summary>
    /// <param name="folds">Pairs, at least 1.</param>
    /// <param name="testSamples">Samples of a test (of each series); 0 for all samples divided by one more than there are folds.</param>
    /// <param name="trainSamples">The most samples of a training (of each series), the newest: a window that slides. 0 for all that come before: one that grows.</param>
    /// <param name="shared">Which rows a training and its test may both have. By default tests read rows that were learnt, as every forecast is made from a past that is known; what they are asked was never learnt.</param>
    /// <param name="gap">Rows more (samples, of samples from arrays) to leave out before each test.</param>
    /// <returns>The pairs, in order of time.</returns>
    /// <exception cref="ArgumentException">A part would be empty.</exception>
    /// <exception cref="InvalidOperationException">These are windows that overlap, in another order than that of time; or any in such an order, and there is a gap.</exception>
    public IReadOnlyList<(SequenceData Train, SequenceData Test)> Backtest(int folds, int testSamples = 0, int trainSamples = 0, SharedRows shared = SharedRows.AsInputs, int gap = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(folds);
        ArgumentOutOfRangeException.ThrowIfNegative(testSamples);
        ArgumentOutOfRangeException.ThrowIfNegative(trainSamples);
        CheckApart(shared, gap);
        int[][] lines = Lines(gap);
        List<(SequenceData, SequenceData)> pairs = [];
        for (int fold = 0; fold < folds; fold++)
        {
            List<int> train = [], test = [];
            foreach (int[] line in lines)
            {
                int size = testSamples > 0 ? testSamples : (int)(line.Length / (folds + 1L));
                if (size == 0 || (folds - fold) * (long)size >= line.Length)
                {
                    continue;
                }

                int cut = line.Length - ((folds - fold) * size);
                ReadOnlySpan<int> before = Before(line, cut, shared, gap);
                train.AddRange(trainSamples > 0 && before.Length > trainSamples ? before[^trainSamples..] : before);
                test.AddRange(line.AsSpan(cut, size));
            }

            if (train.Count == 0 || test.Count == 0)
            {
                throw new ArgumentException(
                    $"Fold {fold + 1} of {folds} has {(test.Count == 0 ? "no test samples" : "nothing to train on before its test")}: {Count} samples{(lines.Length > 1 ? $" of {lines.Length} series" : "")}" +
                    $"{(Rows is null ? "" : ", those that share rows with the test left out,")} are too few. Use fewer folds, smaller tests or shorter windows.", nameof(folds));
            }

            pairs.Add((Pick(train), Pick(test)));
        }

        return pairs;
    }

    private static void CheckFraction(double fraction)
    {
        if (!(fraction > 0 && fraction < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(fraction), fraction, "The share of the first part is above 0 and below 1, for instance 0.8.");
        }
    }

    private static void CheckApart(SharedRows shared, int gap)
    {
        Settings.Check(shared, Enum.IsDefined(shared), nameof(shared), "None or AsInputs");
        ArgumentOutOfRangeException.ThrowIfNegative(gap);
    }

    /// <summary>The samples series by series, each in the order in which they are here: that of time, or windows that share no rows.</summary>
    private int[][] Lines(int gap)
    {
        if (Rows is not { } rows)
        {
            return [[.. Enumerable.Range(0, Count)]];
        }

        int[][] lines = [.. Enumerable.Range(0, Count).GroupBy(i => rows.SeriesOf(Index(i))).OrderBy(g => g.Key).Select(g => g.ToArray())];
        foreach (int[] line in lines)
        {
            for (int i = 1; i < line.Length; i++)
            {
                if (rows.RowOf(Index(line[i])) < rows.RowOf(Index(line[i - 1])))
                {
                    RequireNoSharedRows("split in another order than that of time");
                    if (gap > 0)
                    {
                        throw new InvalidOperationException($"These windows are in another order than that of time, in which nothing is {gap} rows before something else. Split in time first and Shuffle the parts, or leave the gap out.");
                    }

                    break;
                }
            }
        }

        return lines;
    }

    /// <summary>What of a series comes before a cut and shares no rows with what comes after it that it may not.</summary>
    private ReadOnlySpan<int> Before(int[] line, int cut, SharedRows shared, int gap)
    {
        int end = cut;
        if (Rows is not { } rows)
        {
            return line.AsSpan(0, Math.Max(0, cut < line.Length ? cut - gap : cut));
        }

        // In an order that is not that of time no windows share rows: then there is no distance to keep.
        long least = rows.LastTarget - (shared == SharedRows.AsInputs ? rows.FirstTarget : 0) + 1L + gap;
        long after = cut < line.Length ? rows.RowOf(Index(line[cut])) : long.MaxValue;
        while (end > 0 && rows.RowOf(Index(line[end - 1])) is var row && row <= after && row + least > after)
        {
            end--;
        }

        return line.AsSpan(0, end);
    }

    /// <summary>Fails where windows of one series that overlap are, or could be, in different parts: those would have rows in common.</summary>
    private void RequireNoSharedRows(string what, Func<int, bool>? isFirst = null)
    {
        if (Rows is not { } rows)
        {
            return;
        }

        // Where two that overlap are in different parts, so are two neighbours between them, which overlap too.
        int[] order = [.. Enumerable.Range(0, Count).OrderBy(i => rows.RowOf(Index(i)))];
        for (int i = 1; i < order.Length; i++)
        {
            int row = rows.RowOf(Index(order[i])), before = rows.RowOf(Index(order[i - 1]));
            if (row - before <= rows.LastTarget && rows.SameSeries(row, before) && (isFirst is null || isFirst(order[i]) != isFirst(order[i - 1])))
            {
                throw new InvalidOperationException(
                    $"These windows read and learn {rows.LastTarget + 1} rows each, and begin {row - before} rows apart: {what}, both parts would have the same rows. Split in time first, and Shuffle the parts " +
                    "(Take and Skip cut whatever is in them).");
            }
        }
    }

    /// <summary>A view of some of these samples.</summary>
    private SequenceData Pick(List<int> samples)
    {
        bool isRange = _order is null && samples.Count > 0 && samples[^1] - samples[0] == samples.Count - 1;
        for (int i = 1; isRange && i < samples.Count; i++)
        {
            isRange = samples[i] == samples[i - 1] + 1;
        }

        return isRange ? new(this, null, _first + samples[0], samples.Count) : new(this, [.. samples.Select(Index)], 0, samples.Count);
    }
}
