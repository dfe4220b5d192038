// Takes the time of a workload as the other engines' workers do (worker.h): about so many seconds in five parts, the median counts.
// Knows clocks and counters; refuses to know what it runs.
using System.Diagnostics;

namespace SeqGen.Benchmarks;

/// <summary>Times one workload, again and again.</summary>
public sealed class Stopclock(IWorkload workload)
{
    private double _secondsPerUnit;

    /// <summary>Nanoseconds a step, and how many units were run.</summary>
    public (double Nanoseconds, long Units) Measure(double budget)
    {
        if (_secondsPerUnit == 0)
        {
            // Whatever the first call does besides is not to be counted, unless a unit is long anyway.
            double first = Time(1);
            _secondsPerUnit = first > budget ? first : 0;
        }

        for (long n = 1; _secondsPerUnit == 0; n *= 4)
        {
            double time = Time(n);
            _secondsPerUnit = time > budget / 20 ? time / n : 0;
        }

        long units = Math.Max(1, (long)(budget / 5 / _secondsPerUnit)), total = 0;
        List<double> parts = [];
        for (double spent = 0; spent < budget * 0.9;)
        {
            double time = Time(units);
            parts.Add(time / units);
            spent += time;
            total += units;
        }

        parts.Sort();
        _secondsPerUnit = parts[parts.Count / 2];
        return (_secondsPerUnit * 1e9 / workload.StepsPerUnit, total);
    }

    /// <summary>Bytes allocated on all threads by many calls.</summary>
    public long Allocated()
    {
        workload.Run(2);
        long units = Math.Max(8, (long)(0.2 / Math.Max(1e-9, Time(2) / 2)));
        long before = GC.GetTotalAllocatedBytes(precise: true);
        workload.Run(units);
        return GC.GetTotalAllocatedBytes(precise: true) - before;
    }

    /// <summary>Nanoseconds of a step in calls 2 to 1,001, for a process that has done nothing else.</summary>
    public double StartUp()
    {
        workload.Run(1);
        return Time(1000) * 1e6 / workload.StepsPerUnit;
    }

    private double Time(long units)
    {
        long start = Stopwatch.GetTimestamp();
        workload.Run(units);
        return (Stopwatch.GetTimestamp() - start) / (double)Stopwatch.Frequency;
    }
}

/// <summary>Lets the JIT compile what is called often for the last time.</summary>
public static class WarmUp
{
    // From unoptimized over instrumented to final code, each after 30 calls and a pause without new methods: a tenth of a second, and
    // ten times that where there is one processor, as for a pinned process.
    private const int Stages = 3, Calls = 40, Pause = 1200;

    /// <summary>Runs all workloads between pauses.</summary>
    public static void Run(IReadOnlyList<IWorkload> workloads)
    {
        for (int stage = 0; stage < Stages; stage++)
        {
            foreach (IWorkload workload in workloads)
            {
                long start = Stopwatch.GetTimestamp();
                for (int i = 0; i < Calls && Stopwatch.GetElapsedTime(start).TotalSeconds < 0.05; i++)
                {
                    workload.Run(1);
                }
            }

            if (System.Runtime.CompilerServices.RuntimeFeature.IsDynamicCodeCompiled)
            {
                Thread.Sleep(Pause);
            }
        }
    }
}
