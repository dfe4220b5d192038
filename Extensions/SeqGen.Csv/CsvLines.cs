// From lines to cells. Knows Sep, headers and unequal lines; refuses to know what cells mean.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using nietras.SeparatedValues;

namespace SeqGen.Csv;

internal sealed class CsvLines(string source, CsvOptions options)
{
    // Characters that one string holds, and some room.
    private const int MostText = 1_000_000_000;

    private readonly StringBuilder _text = new();
    private readonly List<int> _ends = [], _lines = [];
    private int _skipped;

    public string[] Columns { get; private set; } = [];

    /// <summary>All cells, one after the other.</summary>
    public string Text => _text.ToString();

    /// <summary>Where each ends.</summary>
    public int[] Ends => [.. _ends];

    /// <summary>The line in which each row begins.</summary>
    public int[] Lines => [.. _lines];

    public void Read(TextReader reader)
    {
        try
        {
            // A reader of one's own may have left the byte order mark there: it is no part of a name.
            if (reader.Peek() == '\uFEFF')
            {
                reader.Read();
            }

            // Which separator it is, Sep sees in the first line.
            while (reader.Peek() is '\r' or '\n')
            {
                _skipped += reader.Read() == '\n' ? 1 : 0;
            }

            // Columns are counted here, with a message of ours; the header is a row like any other, so that its line is known too.
            using SepReader rows = Sep.Reader(o => o with { Sep = options.Separator is { } separator ? Sep.New(separator) : null, HasHeader = false, Unescape = true, DisableColCountCheck = true }).From(reader);
            foreach (SepReader.Row row in rows)
            {
                Add(row);
            }
        }
        catch (Exception e) when (e is InvalidDataException or FormatException or DecoderFallbackException or ArgumentException or NotSupportedException)
        {
            throw new CsvException(
                $"{source} cannot be read as CSV after line {(_lines.Count == 0 ? 0 : _lines[^1])}: {e.Message}" +
                (e is DecoderFallbackException ? " Say how its characters are written, Encoding = Encoding.Latin1 in the options for instance." : ""), e);
        }

        if (Columns.Length == 0 || _lines.Count == 0)
        {
            throw new CsvException($"{source} has {(Columns.Length == 0 ? "no lines" : "a header and no rows")}.");
        }
    }

    private void Add(SepReader.Row row)
    {
        // An empty line is one empty cell.
        int line = _skipped + (row.RowIndex == 0 ? 1 : row.LineNumberFrom);
        if (row.ColCount == 0 || (row.ColCount == 1 && row.Span.Trim().IsEmpty && Columns.Length != 1))
        {
            return;
        }

        if (Columns.Length == 0)
        {
            Columns = new string[row.ColCount];
            for (int c = 0; c < Columns.Length; c++)
            {
                Columns[c] = options.HasHeader ? row[c].Span.Trim().ToString() : c.ToString(CultureInfo.InvariantCulture);
            }

            if (Columns.GroupBy(c => c, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            {
                throw new CsvException($"{source}, line {line}: {twice.Count()} columns are called '{twice.Key}'. Give each a name of its own, or read with HasHeader = false.");
            }

            if (options.HasHeader)
            {
                return;
            }
        }

        if (row.ColCount != Columns.Length)
        {
            throw new CsvException(
                $"{source}, line {line}: {row.ColCount} columns, where the first line has {Columns.Length} ({string.Join(", ", Columns.Take(8))}{(Columns.Length > 8 ? ", ..." : "")}). " +
                "Quote cells that hold the separator, or say which one it is: Separator in the options.");
        }

        for (int c = 0; c < Columns.Length; c++)
        {
            if (_text.Length + row[c].Span.Length > MostText)
            {
                throw new CsvException($"{source}, line {line}: there are more than {MostText} characters, which is all that a table holds. Cut the file into several, or keep its numbers in a SeriesFile.");
            }

            _text.Append(row[c].Span);
            _ends.Add(_text.Length);
        }

        _lines.Add(line);
    }
}
