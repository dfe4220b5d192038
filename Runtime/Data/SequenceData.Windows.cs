// Samples cut out of a long series by a sliding window, and the checks of arrays.
// Knows windows and horizons; refuses to know networks.
using System;

namespace SeqGen;

public sealed partial class SequenceData
{
    /// <summary>Windows over a series, to forecast it: the input is <paramref name="timesteps"/> rows, the target the row
    /// <paramref name="horizon"/> rows after the last (or, with <paramref name="targetEveryStep"/>, after each). The windows share the series.</summary>
    /// <param name="series">[rows, features], in order of time.</param>
    /// <param name="timesteps">Rows of a window.</param>
    /// <param name="features">Columns of the series, all of which are inputs.</param>
    /// <param name="horizon">How far ahead the target lies, in rows; at least 1.</param>
    /// <param name="stride">Rows from one window to the next.</param>
    /// <param name="targetColumns">The columns to forecast; empty for all.</param>
    /// <param name="targetEveryStep">Whether every step has a target.</param>
    /// <param name="resets">[rows], true where a piece of the series begins that the network is to read anew: see <see cref="WithResets"/>. Null for one piece.</param>
    public static SequenceData Windows(
        float[] series, int timesteps, int features = 1, int horizon = 1, int stride = 1, ReadOnlySpan<int> targetColumns = default, bool targetEveryStep = false, bool[]? resets = null)
    {
        int rows = CountOf(series, Positive(features, nameof(features)), $"series [rows, {features}]", nameof(series));
        int count = Windows(rows, timesteps, horizon, stride);
        Expect(resets, rows, "resets, one a row,", nameof(resets));
        float[] values = series;
        int outputs = features;
        if (!targetColumns.IsEmpty)
        {
            outputs = targetColumns.Length;
            values = new float[checked(rows * outputs)];
            for (int j = 0; j < outputs; j++)
            {
                int column = targetColumns[j];
                if ((uint)column >= (uint)features)
                {
                    throw new ArgumentOutOfRangeException(nameof(targetColumns), column, $"The series has columns 0 to {features - 1}, {column} was asked for.");
                }

                for (int r = 0; r < rows; r++)
                {
                    values[(r * outputs) + j] = series[(r * features) + column];
                }
            }
        }

        return new SequenceData(count, timesteps)
        {
            Resets = resets is null ? null : new(resets, 0, timesteps, stride),
            InputBlocks = [new("", new(series, 0, timesteps * features, stride * features), null, features, timesteps)],
            TargetBlocks =
            [
                new("", targetEveryStep ? timesteps : 1, targetEveryStep)
                {
                    Size = outputs,
                    Values = targetEveryStep
                        ? new(values, horizon * outputs, timesteps * outputs, stride * outputs)
                        : new(values, (timesteps - 1 + horizon) * outputs, outputs, stride * outputs),
                },
            ],
        };
    }

    /// <summary>Windows over a text of tokens, to learn what comes next: the class to learn is the token after each step (or, without
    /// <paramref name="targetEveryStep"/>, after the last). The windows share the text.</summary>
    /// <param name="tokens">The text.</param>
    /// <param name="timesteps">Tokens of a window.</param>
    /// <param name="stride">Tokens from one window to the next; 0 for <paramref name="timesteps"/>.</param>
    /// <param name="targetEveryStep">Whether every step has a target.</param>
    /// <param name="resets">One a token, true where a text begins that the network is to read anew: see <see cref="WithResets"/>. Null for one text.</param>
    public static SequenceData NextToken(int[] tokens, int timesteps, int stride = 0, bool targetEveryStep = true, bool[]? resets = null)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        Expect(resets, tokens.Length, "resets, one a token,", nameof(resets));
        stride = stride == 0 ? timesteps : stride;
        return new SequenceData(Windows(tokens.Length, timesteps, 1, stride), timesteps)
        {
            Resets = resets is null ? null : new(resets, 0, timesteps, stride),
            InputBlocks = [new("", null, new(tokens, 0, timesteps, stride), 0, timesteps)],
            TargetBlocks =
            [
                new("", targetEveryStep ? timesteps : 1, targetEveryStep)
                {
                    Classes = targetEveryStep ? new(tokens, 1, timesteps, stride) : new(tokens, timesteps, 1, stride),
                },
            ],
        };
    }

    private static int Windows(int rows, int timesteps, int horizon, int stride)
    {
        Positive(timesteps, nameof(timesteps));
        Positive(horizon, nameof(horizon));
        Positive(stride, nameof(stride));
        long last = (long)rows - timesteps - horizon;
        return last >= 0
            ? (int)(last / stride) + 1
            : throw new ArgumentException($"A window of {timesteps} steps and a target {horizon} ahead need {timesteps + (long)horizon} rows, the series has {rows}.");
    }

    private static int CountOf(Array array, long each, string what, string argument)
    {
        ArgumentNullException.ThrowIfNull(array, argument);
        return each > 0 && each <= int.MaxValue && array.Length > 0 && array.Length % each == 0
            ? (int)(array.Length / each)
            : throw new ArgumentException($"{what} is {each} elements a sample; {array.Length} are not a positive multiple of that.", argument);
    }

    private static void Expect(Array? array, long expected, string what, string argument)
    {
        if (array is not null && array.Length != expected)
        {
            throw new ArgumentException($"There should be {expected} {what} for these inputs; {array.Length} were given.", argument);
        }
    }

    /// <summary>Lengths, one a sample, from 1 to some steps; null where only the network says how many there can be.</summary>
    private static int[]? CheckedLengths(int[]? lengths, int count, int? steps, string argument)
    {
        Expect(lengths, count, argument, argument);
        for (int i = 0; i < lengths?.Length; i++)
        {
            if (lengths[i] < 1 || lengths[i] > steps)
            {
                throw new ArgumentOutOfRangeException(argument, lengths[i], $"Sample {i} has length {lengths[i]}; it must be {(steps is null ? "1 or more" : $"1 to {steps}")}. Leave empty sequences out.");
            }
        }

        return lengths;
    }

    /// <summary>Weights, one a target, or one a value of each, or one a sample.</summary>
    /// <param name="mask">[N, each], [N, each, size] or [N]; null for none.</param>
    /// <param name="count">N.</param>
    /// <param name="each">Targets a sample.</param>
    /// <param name="size">Values a target; 1 for classes.</param>
    private static Block<float>? CheckedMask(float[]? mask, int count, int each, int size = 1)
    {
        if (mask is null)
        {
            return null;
        }

        int own = mask.Length == count * (long)each * size ? each * size : mask.Length == count && count > 0 ? 1 : each;
        if (mask.Length != count * (long)own)
        {
            Expect(mask, count * (long)each, $"mask elements{(size > 1 ? $" (or {size} times as many, one a value" + (each > 1 ? $", or {count}, one a sample)" : ")") : each > 1 ? $" (or {count}, one a sample)" : "")}", nameof(mask));
        }

        for (int i = 0; i < mask.Length; i++)
        {
            if (!(mask[i] >= 0 && float.IsFinite(mask[i])))
            {
                int step = own == 1 ? 0 : i % own / (own / each);
                throw new ArgumentOutOfRangeException(
                    nameof(mask), mask[i], $"Sample {i / own} has {mask[i]} in its mask{(own > 1 && each > 1 ? $" at step {step}" : "")}; weights are finite and 0 (does not count) or more.");
            }
        }

        return new(mask, 0, own);
    }

    /// <summary>Nothing must be lost in silence: a mask belongs to targets.</summary>
    private static void NeedsTargets(float[]? mask, float[]? targets)
    {
        if (mask is not null && targets is null)
        {
            throw new ArgumentException("A mask says which targets count, and there are no targets. Give it with them: WithTargets or WithClasses.", nameof(mask));
        }
    }

    private static int Positive(int value, string argument)
    {
        return value > 0
            ? value
            : throw new ArgumentOutOfRangeException(argument, value, $"{argument} must be at least 1, {value} was given.");
    }
}
