// A CSV file in memory, cell by cell, and what its columns are read as.
// Knows cells, lines and their meaning; refuses to know how lines are cut into cells (Sep does) and what becomes of the numbers.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;

namespace SeqGen.Csv;

/// <summary>A CSV file, read once. Columns are asked for as what they are: numbers, dates, texts, categories.</summary>
/// <example><code>
/// CsvTable table = CsvTable.Read("load.csv").WithEveryStep("time", TimeSpan.FromHours(1));
/// float[] load = table.Numbers("load");                                             // a missing hour is NaN
/// float[] calendar = CalendarFeatures.Of(table.Dates("time"), CalendarCycles.Day | CalendarCycles.Week);
/// float[] series = SeriesColumns.Join(table.Rows, load, calendar);                  // [rows, 1 + 4]
/// </code></example>
public sealed class CsvTable
{
    private const string WrittenForm = "yyyy-MM-ddTHH:mm:ss.FFFFFFFK";

    // Of ISO 8601 what files have, with a zone (K) or without.
    private static readonly string[] DateForms =
        ["yyyy-MM-dd", "yyyy-MM-ddTHH:mmK", "yyyy-MM-dd HH:mmK", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-dd HH:mm:ssK", WrittenForm, "yyyy-MM-dd HH:mm:ss.FFFFFFFK", "yyyyMMdd"];

    private readonly string _source;
    private readonly CsvOptions _options;
    private readonly string[] _columns;
    private readonly string _text;

    // Cell (r, c) ends in the text where number r * columns + c says, and begins where the one before ends.
    private readonly int[] _ends;

    // The line of each row in the file; 0 for a row that was put in.
    private readonly int[] _lines;
    private readonly HashSet<string> _missing;

    private CsvTable(string source, CsvOptions options, string[] columns, string text, int[] ends, int[] lines)
    {
        (_source, _options, _columns, _text, _ends, _lines) = (source, options, columns, text, ends, lines);
        _missing = new(options.Missing, StringComparer.Ordinal) { "" };
    }

    /// <summary>Number of rows, the header not counted.</summary>
    public int Rows => _lines.Length;

    /// <summary>The names of the columns, in their order.</summary>
    public IReadOnlyList<string> Columns => _columns;

    /// <summary>Reads a file (UTF-8, or what its byte order mark or <see cref="CsvOptions.Encoding"/> says).</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="options">How it is written; null for the defaults.</param>
    /// <exception cref="CsvException">Lines have unequal numbers of columns, or names are there twice, or there is nothing.</exception>
    public static CsvTable Read(string path, CsvOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using StreamReader reader = new(path, options?.Encoding ?? new UTF8Encoding(false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: true, bufferSize: 1 << 16);
        return Read(reader, Path.GetFileName(path), options);
    }

    /// <summary>Reads what a reader gives.</summary>
    /// <param name="reader">The lines.</param>
    /// <param name="source">What they are called in messages.</param>
    /// <param name="options">How they are written; null for the defaults.</param>
    /// <exception cref="CsvException">Lines have unequal numbers of columns, or names are there twice, or there is nothing.</exception>
    public static CsvTable Read(TextReader reader, string source = "the CSV", CsvOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentException.ThrowIfNullOrEmpty(source);
        options ??= new CsvOptions();
        CsvLines lines = new(source, options);
        lines.Read(reader);
        return new CsvTable(source, options, lines.Columns, lines.Text, lines.Ends, lines.Lines);
    }

    /// <summary>Columns of numbers; a missing value is NaN.</summary>
    /// <param name="columns">Their names; none for one of every column.</param>
    /// <returns>[rows, columns].</returns>
    /// <exception cref="CsvException">A cell is no number that a float holds, or there is no such column.</exception>
    public float[] Numbers(params string[] columns)
    {
        int[] places = Places(columns);
        float[] numbers = new float[checked(Rows * places.Length)];
        for (int r = 0; r < Rows; r++)
        {
            for (int c = 0; c < places.Length; c++)
            {
                numbers[(r * places.Length) + c] = Number(r, places[c]);
            }
        }

        return numbers;
    }

    /// <summary>A column of dates, or of dates with times, as they are written. Where a zone is written with them (a Z, or +01:00) they are given in UTC, on every machine alike.</summary>
    /// <param name="column">Its name.</param>
    /// <param name="formats">How they are written, as <see cref="DateTime.ParseExact(string, string, IFormatProvider)"/> takes it; none for ISO 8601 (2024-02-29, 2024-02-29 13:45, 2024-02-29T13:45:00+01:00, 20240229).</param>
    /// <exception cref="CsvException">A cell is empty or no date of that form, or there is no such column.</exception>
    public DateTime[] Dates(string column, params string[] formats)
    {
        ArgumentNullException.ThrowIfNull(formats);
        int place = Place(column);
        DateTime[] dates = new DateTime[Rows];
        for (int r = 0; r < dates.Length; r++)
        {
            if (!TryParse(Cell(r, place), formats, out dates[r]))
            {
                string form = formats.Length == 0 ? "yyyy-MM-dd or yyyy-MM-ddTHH:mm or yyyy-MM-dd HH:mm" : string.Join(" or ", formats.Take(3));
                throw Fault(r, place, $"is no date of the form {form}", formats.Length == 0 ? $"Give its form after the name of the column: \"{column}\", \"dd.MM.yyyy HH:mm\"." : "");
            }
        }

        return dates;
    }

    /// <summary>A column of texts as they are.</summary>
    /// <exception cref="CsvException">There is no such column.</exception>
    public string[] Texts(string column)
    {
        int place = Place(column);
        string[] texts = new string[Rows];
        Dictionary<string, string> seen = new(StringComparer.Ordinal);
        Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> bySpan = seen.GetAlternateLookup<ReadOnlySpan<char>>();
        for (int r = 0; r < texts.Length; r++)
        {
            // Columns of categories repeat a few texts: each is there once.
            ReadOnlySpan<char> cell = Cell(r, place);
            if (!bySpan.TryGetValue(cell, out texts[r]!))
            {
                texts[r] = cell.ToString();
                if (seen.Count < 1 << 16)
                {
                    seen.Add(texts[r], texts[r]);
                }
            }
        }

        return texts;
    }

    /// <summary>The categories of a column, without spaces around them; missing ones are left out.</summary>
    /// <param name="column">Its name.</param>
    /// <param name="options">Symbols of its own, and what is left out.</param>
    /// <exception cref="CsvException">There is no such column, or nothing in it.</exception>
    public Vocabulary VocabularyOf(string column, VocabularyOptions? options = null)
    {
        string[] known = [.. Categories(column).Where(t => !_missing.Contains(t))];
        return known.Length > 0 ? Vocabulary.Of(known, options) : throw new CsvException($"{_source}: column '{column}' has no value to make a vocabulary of.");
    }

    /// <summary>A column of categories as tokens, or as classes to learn.</summary>
    /// <param name="column">Its name.</param>
    /// <param name="vocabulary">Their numbers, from <see cref="VocabularyOf"/> of the data that was trained on.</param>
    /// <returns>[rows].</returns>
    /// <exception cref="CsvException">A category is missing or not in the vocabulary, and nothing there stands for unknown ones.</exception>
    public int[] Tokens(string column, Vocabulary vocabulary)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        int place = Place(column);
        string[] texts = Categories(column);
        int[] tokens = new int[texts.Length];
        for (int r = 0; r < tokens.Length; r++)
        {
            bool isKnown = !_missing.Contains(texts[r]) && vocabulary.Contains(texts[r]);
            tokens[r] = isKnown ? vocabulary.TokenOf(texts[r]) : vocabulary.Unknown ?? throw Fault(
                r, place, $"is {(_missing.Contains(texts[r]) ? "no category" : $"none of the {vocabulary.Count} known categories")}", "Build the vocabulary with Unknown = \"<unk>\" in its options, or clean the file.");
        }

        return tokens;
    }

    /// <summary>A column of categories as features: one each, 1 where a row is of it. A missing or unknown one is the vocabulary's unknown, or all zeros where it has none.</summary>
    /// <param name="column">Its name.</param>
    /// <param name="vocabulary">Their numbers.</param>
    /// <returns>[rows, vocabulary.Count].</returns>
    public float[] OneHot(string column, Vocabulary vocabulary)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        string[] texts = Categories(column);
        float[] features = new float[checked(texts.Length * vocabulary.Count)];
        for (int r = 0; r < texts.Length; r++)
        {
            int? token = !_missing.Contains(texts[r]) && vocabulary.Contains(texts[r]) ? vocabulary.TokenOf(texts[r]) : vocabulary.Unknown;
            if (token is { } one)
            {
                features[(r * vocabulary.Count) + one] = 1;
            }
        }

        return features;
    }

    /// <summary>The same table with a row for every step of time: where the file leaves some out, rows are put in that have the time and nothing else.</summary>
    /// <param name="column">The column of the times, rising by whole steps.</param>
    /// <param name="step">From one row to the next.</param>
    /// <param name="formats">How times are written; none for ISO 8601.</param>
    /// <exception cref="CsvException">Times do not rise, or lie between steps.</exception>
    public CsvTable WithEveryStep(string column, TimeSpan step, params string[] formats)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(step, TimeSpan.Zero);
        int place = Place(column);
        DateTime[] dates = Dates(column, formats);
        RequireSteps(dates, step, place);
        StringBuilder text = new(_text.Length);
        List<int> ends = new(_ends.Length), lines = new(_lines.Length);
        for (int r = 0; r < dates.Length; r++)
        {
            for (DateTime next = r == 0 ? dates[r] : dates[r - 1] + step; next < dates[r]; next += step)
            {
                for (int c = 0; c < _columns.Length; c++)
                {
                    text.Append(c == place ? Written(next, formats) ?? throw Fault(r, place, $"comes after {next:s}, which is put in and which no form of {string.Join(" or ", formats)} says", "Give a form that has the time, or a longer step.") : "");
                    ends.Add(text.Length);
                }

                lines.Add(0);
            }

            for (int c = 0; c < _columns.Length; c++)
            {
                text.Append(Cell(r, c));
                ends.Add(text.Length);
            }

            lines.Add(_lines[r]);
        }

        return new CsvTable(_source, _options, _columns, text.ToString(), [.. ends], [.. lines]);
    }

    /// <summary>Fails where times do not rise by whole steps, or by so many that no table holds them.</summary>
    private void RequireSteps(DateTime[] dates, TimeSpan step, int place)
    {
        // Of each row that is put in the text of its time is kept, and where its cells end.
        const long MostRows = 40_000_000;
        long rows = 1;
        for (int r = 1; r < dates.Length; r++)
        {
            long apart = (dates[r] - dates[r - 1]).Ticks;
            if (apart <= 0 || apart % step.Ticks != 0)
            {
                throw Fault(r, place, $"is not a whole number of steps of {step} after the row before, {Cell(r - 1, place)}", "Sort the file, leave out what is there twice, or use a step that all rows fit. (Clocks that are put back show an hour twice: a zone written with the time, +01:00, tells them apart.)");
            }

            rows += apart / step.Ticks;
            if (rows > Math.Max(MostRows, dates.Length) || rows * _columns.Length > Array.MaxLength)
            {
                throw Fault(r, place, $"comes so long after {Cell(r - 1, place)} that the steps of {step} up to it are more than a table holds", "Check the date, or use a longer step.");
            }
        }
    }

    /// <summary>A time as text that is read as that time again; null where no form says it whole.</summary>
    private string? Written(DateTime time, string[] formats)
    {
        foreach (string form in formats.Length == 0 ? [WrittenForm] : formats)
        {
            string text = time.ToString(form, formats.Length == 0 ? CultureInfo.InvariantCulture : _options.Culture);
            if (TryParse(text, formats, out DateTime again) && again == time)
            {
                return text;
            }
        }

        return null;
    }

    private bool TryParse(ReadOnlySpan<char> text, string[] formats, out DateTime time) => DateTime.TryParseExact(
        text, formats.Length == 0 ? DateForms : formats, formats.Length == 0 ? CultureInfo.InvariantCulture : _options.Culture, DateTimeStyles.AllowWhiteSpaces | DateTimeStyles.AdjustToUniversal, out time);

    /// <summary>Texts as categories: spaces around them are no part of them, as in numbers and names of columns.</summary>
    private string[] Categories(string column) => Array.ConvertAll(Texts(column), t => t.Trim());

    private float Number(int row, int column)
    {
        ReadOnlySpan<char> cell = Cell(row, column).Trim();
        if (cell.IsEmpty || _missing.GetAlternateLookup<ReadOnlySpan<char>>().Contains(cell))
        {
            return float.NaN;
        }

        return float.TryParse(cell, NumberStyles.Float, _options.Culture, out float number) && float.IsFinite(number)
            ? number
            : throw Fault(
                row, column, "is no number that a float holds",
                cell.Contains(',') && _options.Culture.NumberFormat.NumberDecimalSeparator == "." ? "Numbers with a decimal comma need a culture: new CsvOptions { Culture = CultureInfo.GetCultureInfo(\"de\") }."
                : "What stands for a missing value is said by Missing in the options.");
    }

    private ReadOnlySpan<char> Cell(int row, int column)
    {
        int cell = (row * _columns.Length) + column;
        return _text.AsSpan()[(cell == 0 ? 0 : _ends[cell - 1]).._ends[cell]];
    }

    private int[] Places(string[] columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        return columns.Length == 0 ? [.. Enumerable.Range(0, _columns.Length)] : Array.ConvertAll(columns, Place);
    }

    private int Place(string column)
    {
        int place = Array.IndexOf(_columns, column);
        return place >= 0 ? place : throw new CsvException($"{_source} has no column '{column}'. It has {string.Join(", ", _columns.Take(40))}{(_columns.Length > 40 ? ", ..." : "")}.");
    }

    private CsvException Fault(int row, int column, string what, string advice)
    {
        string cell = Cell(row, column).ToString();
        string shown = cell.Length > 40 ? cell[..40] + "..." : cell;
        string where = _lines[row] > 0 ? $"line {_lines[row]}" : "a row that was put in";
        return new CsvException($"{_source}, {where}, column '{_columns[column]}': '{shown}' {what}.{(advice.Length > 0 ? " " + advice : "")}");
    }
}
