// What is known of a window's targets before they come: the same columns of the series up to its last input row.
// Knows rows and columns of windows; refuses to know forecasts.
using System;

namespace SeqGen;

/// <summary>The targets of windows over series, by row and column.</summary>
internal sealed class TargetSeries
{
    private readonly SequenceData _data;
    private readonly TargetBlock _target;
    private readonly Block<float> _block;
    private readonly SampleRows _rows;
    private readonly SeriesPages? _pages;

    public TargetSeries(SequenceData data, string head, bool isFirst, string argument)
    {
        ArgumentNullException.ThrowIfNull(data, argument);
        TargetBlock? target = Array.FindLast(data.TargetBlocks, t => t.Name == head || (isFirst && t.Name.Length == 0));
        if (data.Rows is not { } rows || target?.Values is not { StepStride: > 0 } block)
        {
            throw new ArgumentException("A baseline forecasts from what came before, and only windows over a series say what that is: cut the samples with SequenceData.Windows.", argument);
        }

        (_data, _target, _block, _rows) = (data, target, block, rows);
        _pages = block.File is { } file ? new SeriesPages(file.Source) : null;
    }

    public int Samples => _data.Count;

    /// <summary>Columns of the series.</summary>
    public int Columns => _block.StepStride;

    /// <summary>Rows of the series.</summary>
    public int Rows => (int)((_pages?.Count ?? _block.Array.Length) / Columns);

    /// <summary>Numbers of a target.</summary>
    public int Size => _target.Size;

    /// <summary>Steps of a window.</summary>
    public int Timesteps => _data.Steps;

    /// <summary>Targets a sample.</summary>
    public int Steps => _target.Steps;

    /// <summary>Steps whose targets are forecast by rules of their own: those of a decoder.</summary>
    public int OwnSteps => _rows.AreDecoderSteps ? Steps : 1;

    /// <summary>Columns of a target's numbers that repeat: of several rows ahead the columns of one.</summary>
    public int TargetColumns
    {
        get
        {
            int count = 1;
            while (count < Size && ColumnOf(count) != ColumnOf(0))
            {
                count++;
            }

            return count;
        }
    }

    public float this[int row, int column] => ((row * (long)Columns) + column) is var at && _pages is not null ? _pages[at] : _block.Array[at];

    /// <summary>The column of a number of the target.</summary>
    public int ColumnOf(int element) => (int)(Offset(0, 0, element) % Columns);

    /// <summary>The row of a number of a sample's target.</summary>
    public int RowOf(int sample, int step, int element) => (int)(Offset(_data.Index(sample), step, element) / Columns);

    /// <summary>What is known before a target.</summary>
    public TargetPast PastOf(int sample, int step)
    {
        int first = RowOf(sample, _rows.AreDecoderSteps ? 0 : step, 0);
        return new TargetPast(this, _rows.Begins[_rows.SeriesOf(_data.Index(sample))], first - _rows.StepsAhead);
    }

    /// <summary>Marks the rows that the samples have, from their first input to their last target.</summary>
    public bool[] Seen()
    {
        bool[] seen = new bool[Rows];
        for (int i = 0; i < Samples; i++)
        {
            int first = _rows.RowOf(_data.Index(i));
            seen.AsSpan(first, Math.Min(_rows.LastTarget + 1, Rows - first)).Fill(true);
        }

        return seen;
    }

    /// <summary>Whether two rows are of one series.</summary>
    public bool SameSeries(int row, int other) => _rows.SameSeries(row, other);

    private long Offset(int index, int step, int element)
    {
        int i = (step * Size) + element;
        long start = _block.StartOf(index);
        return start + (_block.Picks is { } picks ? (i / picks.Length * _block.StepStride) + picks[i % picks.Length] : i);
    }
}

/// <summary>A series on disk, of which some pieces are kept: those that were read last of each place modulo their number.</summary>
internal sealed class SeriesPages(SeriesFile file)
{
    private const int PageLength = 1 << 14, Pages = 32;

    private readonly float[]?[] _pages = new float[]?[Pages];
    private readonly long[] _numbers = new long[Pages];

    public long Count => file.Count;

    public float this[long at]
    {
        get
        {
            (long number, long place) = Math.DivRem(at, PageLength);
            int slot = (int)(number % Pages);
            if (_pages[slot] is not { } page || _numbers[slot] != number)
            {
                page = _pages[slot] ??= new float[PageLength];

                // Until it is read it is none.
                _numbers[slot] = -1;
                file.Read(number * PageLength, page.AsSpan(0, (int)Math.Min(PageLength, file.Count - (number * PageLength))));
                _numbers[slot] = number;
            }

            return page[place];
        }
    }
}

/// <summary>What is known before a target.</summary>
/// <param name="series">The series.</param>
/// <param name="Begin">The first row of its series.</param>
/// <param name="Origin">The last row that is known.</param>
internal readonly record struct TargetPast(TargetSeries series, int Begin, int Origin)
{
    /// <summary>The number at a row, or the last before it that is one; before the beginning the first row's. NaN where there is none.</summary>
    public double At(int row, int column)
    {
        for (row = Math.Max(row, Begin); row >= Begin; row--)
        {
            if (!float.IsNaN(series[row, column]))
            {
                return series[row, column];
            }
        }

        return double.NaN;
    }

    /// <summary>The number at a row, or NaN.</summary>
    public double Exactly(long row, int column) => row >= Begin ? series[(int)row, column] : double.NaN;
}
