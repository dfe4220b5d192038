// Windows of the monthly sunspot numbers since 1749, the next month to be forecast at every step.
using System.Globalization;
using SeqGen;

namespace Memories;

internal static class Months
{
    public const int Window = 132;

    /// <summary>Windows of eleven years, a year apart: to train on, and the last ones to measure.</summary>
    public static (SequenceData Train, SequenceData Last) Read()
    {
        using Stream stream = typeof(Months).Assembly.GetManifestResourceStream("sunspots_monthly.csv")!;
        using var reader = new StreamReader(stream);
        reader.ReadLine();
        var numbers = new List<float>();
        while (reader.ReadLine() is { } line)
        {
            numbers.Add(float.Parse(line.AsSpan(line.IndexOf(',') + 1), CultureInfo.InvariantCulture) / 100);
        }

        SequenceData all = SequenceData.Windows([.. numbers], Window, stride: 12, targetEveryStep: true);
        return all.Split(0.85);
    }
}
