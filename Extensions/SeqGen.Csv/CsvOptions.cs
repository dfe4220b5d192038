// How a CSV file is written. Knows settings alone.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace SeqGen.Csv;

/// <summary>How a CSV file is written.</summary>
public sealed record CsvOptions
{
    /// <summary>What stands between the columns; null for what the first line shows (semicolon, tab, comma or bar).</summary>
    public char? Separator { get; init; }

    /// <summary>Whether the first line names the columns. Without names they are called "0", "1" and so on.</summary>
    public bool HasHeader { get; init; } = true;

    /// <summary>How numbers are written: which sign is the decimal point; and the names of months in dates whose form is given. ISO 8601 is the same in every culture. The invariant culture unless it is said.</summary>
    public CultureInfo Culture { get; init => field = value ?? throw new ArgumentNullException(nameof(Culture)); } = CultureInfo.InvariantCulture;

    /// <summary>How the characters of a file without a byte order mark are written, <see cref="System.Text.Encoding.Latin1"/> for instance; null for UTF-8, in which what is no character is an error.</summary>
    public Encoding? Encoding { get; init; }

    /// <summary>Cells that say that there is no value, beside empty ones.</summary>
    public IReadOnlyCollection<string> Missing { get; init => field = value ?? throw new ArgumentNullException(nameof(Missing)); } = ["NA", "N/A", "NaN", "nan", "null", "NULL", "-"];
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
