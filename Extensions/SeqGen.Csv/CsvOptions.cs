// How a CSV file is written. Knows settings alone.
using System;
using System.Collections.Generic;
using System.Globalization;

namespace SeqGen.Csv;

/// <summary>How a CSV file is written.</summary>
public sealed record CsvOptions
{
    /// <summary>What stands between the columns; null for what the first line shows (semicolon, tab, comma or bar).</summary>
    public char? Separator { get; init; }

    /// <summary>Whether the first line names the columns. Without names they are called "0", "1" and so on.</summary>
    public bool HasHeader { get; init; } = true;

    /// <summary>How numbers are written: which sign is the decimal point. The invariant culture unless it is said.</summary>
    public CultureInfo Culture { get; init; } = CultureInfo.InvariantCulture;

    /// <summary>Cells that say that there is no value, beside empty ones.</summary>
    public IReadOnlyCollection<string> Missing { get; init; } = ["NA", "N/A", "NaN", "nan", "null", "NULL", "-"];
}

/// <summary>A CSV file that cannot be read as it is asked for. The message names file, line and column, what is there and what was expected.</summary>
public sealed class CsvException : Exception
{
    /// <summary>Makes one.</summary>
    public CsvException()
    {
    }

    /// <summary>Makes one with a message.</summary>
    public CsvException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with a message and what it came from.</summary>
    public CsvException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
