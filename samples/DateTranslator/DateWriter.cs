// The data: dates as people write them. Knows formats; refuses to know tokens and networks.
using System.Globalization;

namespace DateTranslator;

/// <summary>Writes a date in one of many formats. Each text has one reading:
/// <list type="bullet">
/// <item>three numbers begin with the year if the first has four digits (2011.3.4), otherwise with the day (3/4/11 is the 3rd of April);</item>
/// <item>years of two digits are 1950 to 2049;</item>
/// <item>eight digits without anything between are year, month, day.</item>
/// </list></summary>
public static class DateWriter
{
    /// <summary>The first day.</summary>
    public static DateOnly First { get; } = new(1950, 1, 1);

    /// <summary>The last day.</summary>
    public static DateOnly Last { get; } = new(2049, 12, 31);

    /// <summary>The longest text.</summary>
    public const int Longest = 33;

    // th stands for the ending of an ordinal number; the rest are formats of .NET.
    private static readonly string[] Formats =
    [
        "d MMMM yyyy", "dd MMMM yyyy", "d MMM yyyy", "MMM d, yyyy", "MMMM d, yyyy", "MMMM dth, yyyy", "dth 'of' MMMM yyyy", "dddd, dth 'of' MMMM yyyy",
        "ddd, d MMM yyyy", "dddd d MMMM yyyy", "'the' dth 'of' MMMM, yyyy", "dd/MM/yy", "d/M/yy", "d/M/yyyy", "dd/MM/yyyy", "dd.MM.yyyy", "d.M.yy", "yyyy.M.d",
        "yyyy/MM/dd", "yyyy-M-d", "yyyy MMMM d", "yyyy, MMM d", "dd-MMM-yy", "d-MMM-yyyy", "yyyyMMdd", "MMMM d \\'yy", "MMM dth \\'yy", "dddd, MMMM dth, yyyy", "d. MMMM yyyy",
    ];

    /// <summary>How many formats there are.</summary>
    public static int Count => Formats.Length;

    /// <summary>A date in some format; sometimes in small letters.</summary>
    /// <param name="date">The date.</param>
    /// <param name="format">0 to <see cref="Count"/> - 1.</param>
    /// <param name="small">Whether there are no capitals.</param>
    public static string Write(DateOnly date, int format, bool small)
    {
        string text = date.ToString(Formats[format].Replace("dth", "d'th'"), CultureInfo.InvariantCulture).Replace($"{date.Day}th", $"{date.Day}{Ending(date.Day)}");
        return small ? text.ToLowerInvariant() : text;
    }

    /// <summary>What the network should answer.</summary>
    public static string Iso(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Ending(int day) => (day % 10, day / 10) switch
    {
        (1, not 1) => "st",
        (2, not 1) => "nd",
        (3, not 1) => "rd",
        _ => "th",
    };
}
