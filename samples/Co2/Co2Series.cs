// The data: weeks with gaps, and the windows to learn from. Knows time; refuses to know networks.
using SeqGen;
using SeqGen.Csv;

namespace Co2;

/// <summary>Weekly CO2 in ppm, and the columns that are made of it.</summary>
public sealed class Co2Series
{
    /// <summary>Weeks of a year.</summary>
    public const int Year = 52;

    /// <summary>Years whose same weeks are the base of a forecast.</summary>
    private const int Years = 4;

    private const int Columns = 7;

    private readonly float[] _filled;

    private Co2Series(DateTime[] weeks, float[] co2)
    {
        (Weeks, Co2, _filled) = (weeks, co2, Filled(co2));
    }

    /// <summary>The first day of every week.</summary>
    public DateTime[] Weeks { get; }

    /// <summary>[weeks], ppm; not a number where nothing was measured.</summary>
    public float[] Co2 { get; }

    /// <summary>The weeks that windows are cut from begin here: before, there are no four years to look back on.</summary>
    public static int First => Years * Year;

    /// <summary>Reads the embedded file.</summary>
    public static Co2Series Read()
    {
        using StreamReader reader = new(typeof(Co2Series).Assembly.GetManifestResourceStream("co2_weekly.csv")!);
        CsvTable table = CsvTable.Read(reader, "co2_weekly.csv").WithEveryStep("date", TimeSpan.FromDays(7), "yyyyMMdd");
        return new Co2Series(table.Dates("date", "yyyyMMdd"), table.Numbers("co2"));
    }

    /// <summary>The mean of the same week in the four years before: what a forecast is added to. Known a year ahead.</summary>
    public float Base(int week)
    {
        double sum = 0;
        for (int year = 1; year <= Years; year++)
        {
            sum += _filled[week - (year * Year)];
        }

        return (float)(sum / Years);
    }

    /// <summary>Two years of weeks and the year after, for the network: targets are what was measured, less the base; what was not measured does not count.</summary>
    public SequenceData Windows()
    {
        int rows = Weeks.Length - First;
        float[] inputs = new float[rows * Columns], targets = new float[rows], calendar = CalendarFeatures.Of(Weeks, CalendarCycles.Year);
        for (int r = 0; r < rows; r++)
        {
            int week = First + r;
            float above = _filled[week] - Base(week);
            Span<float> row = inputs.AsSpan(r * Columns, Columns);
            row[0] = above;
            row[1] = float.IsNaN(Co2[week]) ? 0 : 1;
            row[2] = _filled[week] - ((_filled[week] + _filled[week - 1] + _filled[week - 2] + _filled[week - 3] + _filled[week - 4]) / 5);
            (row[3], row[4]) = (calendar[2 * week], calendar[(2 * week) + 1]);

            // Of the year before: known when this week is forecast.
            row[5] = r >= Year ? inputs[(r - Year) * Columns] : 0;
            row[6] = _filled[week - Year] - Base(week);
            targets[r] = Co2[week] - Base(week);
        }

        return SequenceData.Windows(inputs, new WindowOptions
        {
            Timesteps = Co2Forecaster.Timesteps,
            Columns = Columns,
            InputColumns = [0, 1, 2, 3, 4],
            KnownColumns = [3, 4, 5, 6],
            TargetSeries = targets,
            TargetSteps = Year,
            Target = WindowTarget.DecoderSteps,
        }).IgnoreMissingTargets();
    }

    /// <summary>The same weeks as they are, in ppm, for forecasts that need nothing else.</summary>
    public SequenceData PlainWindows() => SequenceData.Windows(_filled[First..], new WindowOptions
    {
        Timesteps = Co2Forecaster.Timesteps,
        TargetSeries = Co2[First..],
        TargetSteps = Year,
        Target = WindowTarget.DecoderSteps,
    }).IgnoreMissingTargets();

    /// <summary>Weeks that were not measured, as the year before went on.</summary>
    private static float[] Filled(float[] co2)
    {
        float[] filled = [.. co2];
        for (int week = 1; week < filled.Length; week++)
        {
            if (float.IsNaN(filled[week]))
            {
                filled[week] = week > Year ? filled[week - 1] + filled[week - Year] - filled[week - Year - 1] : filled[week - 1];
            }
        }

        return filled;
    }
}
