// How a batch is cut into parts: contiguous sequences, in groups that kernels like.
// Knows numbers; refuses to know threads and workspaces.
using System;

namespace SeqGen;

internal static class BatchSplit
{
    /// <summary>Matrix kernels take rows four at a time, then two, then one. An odd row is the dearest; beyond that, an even split is
    /// worth more than full turns (12 sequences as 4 + 8 wait for the 8: 0.69 ms on one core, where 6 take 0.53).</summary>
    private const int Group = 2;

    /// <summary>The fewest sequences that are worth a thread: with fewer, kernels load each weight for too few rows. Measured on two
    /// threads: 8 sequences each are 1.8 times as fast as one thread, 4 each 1.6 to 1.7 times, 2 each 1.2 times.</summary>
    private const int RowsOfAThread = 4;

    /// <summary>How many threads to use.</summary>
    /// <param name="asked">What the user asked for; 0 for as many as make sense.</param>
    /// <param name="batch">Sequences of a full batch.</param>
    /// <param name="processors">Processors there are. With one, threads could only take turns.</param>
    public static int Threads(int asked, int batch, int processors)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(asked);
        return processors <= 1 ? 1
            : asked == 0 ? Math.Clamp(batch / RowsOfAThread, 1, processors)
            : Math.Max(1, Math.Min(asked, batch));
    }

    /// <summary>The first sequence of a part; that of part <paramref name="parts"/> is the batch. Where there are fewer sequences than
    /// parts, the last parts are empty.</summary>
    public static int Start(int part, int batch, int parts)
    {
        if (batch / Group >= parts)
        {
            return (int)Math.Min(batch, Group * ((long)Groups(batch) * part / parts));
        }

        int used = Math.Min(batch, parts);
        return part >= used ? batch : batch * part / used;
    }

    /// <summary>The most sequences of any part, for every batch up to <paramref name="maxBatch"/>.</summary>
    public static int Capacity(int maxBatch, int parts)
    {
        bool small = maxBatch / Group < parts;
        int shared = small ? maxBatch : Groups(maxBatch), each = (shared / parts) + (shared % parts == 0 ? 0 : 1);
        return (int)Math.Min(maxBatch, small ? each : (long)Group * each);
    }

    private static int Groups(int batch) => (batch / Group) + (batch % Group == 0 ? 0 : 1);
}
