// Where in the day, the week and the year a moment is, as numbers that have no jump between the end of a cycle and its beginning.
// Knows the Gregorian calendar; refuses to know time zones and holidays.
using System;
using System.Numerics;

namespace SeqGen;

/// <summary>Cycles of the calendar.</summary>
[Flags]
public enum CalendarCycles
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The day, from midnight.</summary>
    Day = 1,

    /// <summary>The week, from Monday.</summary>
    Week = 2,

    /// <summary>The year, from January 1st, of 365 or 366 days.</summary>
    Year = 4,
}

/// <summary>Features of moments, known ahead: inputs of a forecast for its future as well as for its past.</summary>
public static class CalendarFeatures
{
    /// <summary>Features a moment: two a cycle.</summary>
    public static int Count(CalendarCycles cycles) => 2 * BitOperations.PopCount((uint)Checked(cycles));

    /// <summary>Sine and cosine of the share of each cycle that has passed, in the order day, week, year.</summary>
    /// <param name="times">Moments, as clocks at the place show them.</param>
    /// <param name="cycles">Which cycles.</param>
    /// <returns>[times, <see cref="Count"/>], from -1 to 1.</returns>
    public static float[] Of(ReadOnlySpan<DateTime> times, CalendarCycles cycles)
    {
        int count = Count(cycles), at = 0;
        float[] features = ArrayRoom.Of<float>(times.Length * (long)count, $"Features of {times.Length} times, {count} each,", "Take fewer times.", nameof(times));
        foreach (DateTime time in times)
        {
            double day = time.TimeOfDay.Ticks / (double)TimeSpan.TicksPerDay;
            Add(CalendarCycles.Day, day);
            Add(CalendarCycles.Week, ((((int)time.DayOfWeek + 6) % 7) + day) / 7);
            Add(CalendarCycles.Year, (time.DayOfYear - 1 + day) / (DateTime.IsLeapYear(time.Year) ? 366 : 365));
        }

        return features;

        void Add(CalendarCycles cycle, double share)
        {
            if (cycles.HasFlag(cycle))
            {
                (double sine, double cosine) = Math.SinCos(2 * Math.PI * share);
                (features[at], features[at + 1]) = ((float)sine, (float)cosine);
                at += 2;
            }
        }
    }

    private static CalendarCycles Checked(CalendarCycles cycles) =>
        cycles != CalendarCycles.None && (cycles & ~(CalendarCycles.Day | CalendarCycles.Week | CalendarCycles.Year)) == 0
            ? cycles
            : throw new ArgumentOutOfRangeException(nameof(cycles), cycles, "Calendar features are of the day, the week, the year, or several of them.");
}
