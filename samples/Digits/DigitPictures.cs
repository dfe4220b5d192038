// The data: pictures and their digits. Knows pixels; refuses to know networks.
using SeqGen;

namespace Digits;

/// <summary>Pictures of 8 x 8 pixels from 0 to 1, each with its digit.</summary>
public sealed class DigitPictures
{
    private const int Side = 8;
    private readonly List<float> _pixels = [];
    private readonly List<int> _digits = [];

    /// <summary>The digits, one a picture.</summary>
    public IReadOnlyList<int> Digits => _digits;

    /// <summary>Reads the embedded file: the first <paramref name="training"/> pictures and the rest, which other people wrote.</summary>
    public static (DigitPictures Training, DigitPictures Test) Read(int training)
    {
        using var reader = new StreamReader(typeof(DigitPictures).Assembly.GetManifestResourceStream("digits.csv")!);
        DigitPictures first = new(), rest = new();
        while (reader.ReadLine() is { Length: > 0 } line)
        {
            int[] row = line.Split(',').Select(int.Parse).ToArray();
            DigitPictures target = first._digits.Count < training ? first : rest;
            target._pixels.AddRange(row[..^1].Select(pixel => pixel / 16f));
            target._digits.Add(row[^1]);
        }

        return (first, rest);
    }

    /// <summary>The pictures, and each moved by one pixel up, down, left and right: where a digit stands does not change what it is.</summary>
    public DigitPictures WithShifts()
    {
        var result = new DigitPictures();
        foreach ((int right, int down) in ((int, int)[])[(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)])
        {
            for (int i = 0; i < _pixels.Count; i++)
            {
                int column = (i % Side) - right, row = (i / Side % Side) - down;
                bool inside = (uint)column < Side && (uint)row < Side;
                result._pixels.Add(inside ? _pixels[i - right - (Side * down)] : 0);
            }

            result._digits.AddRange(_digits);
        }

        return result;
    }

    /// <summary>As sequences: a row of pixels is a step.</summary>
    public SequenceData ToSequences() => SequenceData.FromClasses([.. _pixels], [.. _digits], steps: Side, features: Side);
}
