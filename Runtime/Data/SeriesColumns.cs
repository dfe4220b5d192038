// Columns of a series side by side. Knows arrays; refuses to know what is in them.
using System;

namespace SeqGen;

/// <summary>Puts a series together of parts that have the same rows.</summary>
public static class SeriesColumns
{
    /// <summary>Parts side by side: each row has the columns of the first part, then those of the second, and so on.</summary>
    /// <param name="rows">Rows of every part.</param>
    /// <param name="parts">Each [rows, its columns].</param>
    /// <returns>[rows, all columns].</returns>
    public static float[] Join(int rows, params float[][] parts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentNullException.ThrowIfNull(parts);
        long columns = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            ArgumentNullException.ThrowIfNull(parts[i], nameof(parts));
            if (parts[i].Length == 0 || parts[i].Length % rows != 0)
            {
                throw new ArgumentException($"Part {i} has {parts[i].Length} numbers: expected is a positive multiple of the {rows} rows.", nameof(parts));
            }

            columns += parts[i].Length / rows;
        }

        if (parts.Length == 0)
        {
            throw new ArgumentException("There are no parts to put together.", nameof(parts));
        }

        float[] series = ArrayRoom.Of<float>(rows * columns, $"{rows} rows of {columns} columns", "Leave columns out, or join fewer rows.", nameof(parts));
        int first = 0;
        foreach (float[] part in parts)
        {
            int width = part.Length / rows;
            for (int r = 0; r < rows; r++)
            {
                part.AsSpan(r * width, width).CopyTo(series.AsSpan((r * (int)columns) + first));
            }

            first += width;
        }

        return series;
    }
}
