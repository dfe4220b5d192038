// Samples on disk, and room in memory for some of them. Knows blocks; refuses to know who reads when (BatchReader).
using System;
using System.Linq;

namespace SeqGen;

public sealed partial class SequenceData
{
    /// <summary>Sequences of numbers on disk, which may be larger than memory, with values to learn (or none). The same bits as from arrays.</summary>
    /// <param name="inputs">Rows of <paramref name="features"/> numbers, <paramref name="steps"/> rows a sample; or rows of [steps x features]. Open for as long as the data is in use.</param>
    /// <param name="targets">[N, outputs], or [N, T, outputs] with <paramref name="targetEveryStep"/>; null for none.</param>
    /// <param name="steps">T.</param>
    /// <param name="features">Features a step.</param>
    /// <param name="outputs">Values of a target.</param>
    /// <param name="targetEveryStep">Whether there is a target for every step.</param>
    /// <param name="lengths">[N], 1 to T; null when all sequences are full.</param>
    /// <exception cref="ArgumentException">The files' numbers are not so many.</exception>
    public static SequenceData FromFiles(SeriesFile inputs, SeriesFile? targets, int steps, int features = 1, int outputs = 1, bool targetEveryStep = false, int[]? lengths = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        inputs.RequireOpen();
        targets?.RequireOpen();
        long each = Positive(steps, nameof(steps)) * (long)Positive(features, nameof(features)), own = (targetEveryStep ? steps : 1) * (long)Positive(outputs, nameof(outputs));
        long count = inputs.Count / each;
        if (each > int.MaxValue || own > int.MaxValue || count > int.MaxValue || inputs.Count % each != 0)
        {
            throw new ArgumentException($"{inputs.Path} has {inputs.Count} numbers: expected is a multiple of {each}, the {steps} x {features} of a sample, and {int.MaxValue} samples at most.", nameof(inputs));
        }

        if (targets is not null && targets.Count != count * own)
        {
            throw new ArgumentException($"{targets.Path} has {targets.Count} numbers; {count} samples have {count * own} targets.", nameof(targets));
        }

        return new SequenceData((int)count, steps)
        {
            InputBlocks = [new("", OnDisk(inputs, (int)each), null, features, steps)],
            TargetBlocks = targets is null ? [] : [new("", targetEveryStep ? steps : 1, targetEveryStep) { Size = outputs, Values = OnDisk(targets, (int)own) }],
            Lengths = CheckedLengths(lengths, (int)count, steps, nameof(lengths)),
        };
    }

    /// <summary>Whether anything of a sample has to be read from a file.</summary>
    internal bool IsOnDisk => InputBlocks.Any(i => i.Values?.File is not null) || TargetBlocks.Any(t => t.Values?.File is not null);

    /// <summary>Room for some samples of this form, in memory.</summary>
    internal SequenceData RoomFor(int most) => new(most, Steps)
    {
        InputBlocks = [.. InputBlocks.Select(i => i with { Values = RoomFor(i.Values, most), Tokens = RoomFor(i.Tokens, most) })],
        TargetBlocks =
        [
            .. TargetBlocks.Select(t => t with
            {
                Values = RoomFor(t.Values, most),
                Classes = RoomFor(t.Classes, most),
                Masks = RoomFor(t.Masks, most),
                Labels = RoomFor(t.Labels, most),
                LabelLengths = t.LabelLengths is null ? null : new int[most],
                LossLengths = t.LossLengths is null ? null : new int[most],
            }),
        ],
        Lengths = Lengths is null ? null : new int[most],
        TargetLengths = TargetLengths is null ? null : new int[most],
        Resets = RoomFor(Resets, most),
    };

    /// <summary>Copies samples of the data that this is room for.</summary>
    internal void Copy(SequenceData from, ReadOnlySpan<int> samples)
    {
        for (int i = 0; i < samples.Length; i++)
        {
            int index = from.Index(samples[i]);
            for (int b = 0; b < InputBlocks.Length; b++)
            {
                Copy(from.InputBlocks[b].Values, index, InputBlocks[b].Values, i);
                Copy(from.InputBlocks[b].Tokens, index, InputBlocks[b].Tokens, i);
            }

            for (int b = 0; b < TargetBlocks.Length; b++)
            {
                TargetBlock source = from.TargetBlocks[b], own = TargetBlocks[b];
                Copy(source.Values, index, own.Values, i);
                Copy(source.Classes, index, own.Classes, i);
                Copy(source.Masks, index, own.Masks, i);
                Copy(source.Labels, index, own.Labels, i);
                Copy(source.LabelLengths, index, own.LabelLengths, i);
                Copy(source.LossLengths, index, own.LossLengths, i);
            }

            Copy(from.Lengths, index, Lengths, i);
            Copy(from.TargetLengths, index, TargetLengths, i);
            Copy(from.Resets, index, Resets, i);
        }
    }

    private static Block<float> OnDisk(SeriesFile file, int each) => new([], 0, each) { File = new FileReads(file) };

    private static Block<T>? RoomFor<T>(Block<T>? block, int most) => block is null ? null : new(new T[checked(most * block.Length)], 0, block.Length);

    private static void Copy<T>(Block<T>? from, int index, Block<T>? to, int i)
    {
        if (from is not null)
        {
            from[index].CopyTo(to!.Array.AsSpan(i * to.Length, to.Length));
        }
    }

    private static void Copy(int[]? from, int index, int[]? to, int i)
    {
        if (from is not null)
        {
            to![i] = from[index];
        }
    }
}
