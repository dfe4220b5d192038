// The forecaster's sensor is exchanged for one that shows changes too small, and the network learns on while it runs; a power cut does not matter to it.
// Knows weeks, errors and checkpoints; refuses to know lines.
using System.Diagnostics;
using System.Runtime.InteropServices;
using SeqGen;

namespace EmbeddedAot;

/// <summary>Two networks with the same weights meet the same readings. One of them stays as it was trained; the other learns from the truth, which a reference
/// station tells a quarter of a year later. After <see cref="Exchange"/> weeks the sensor shows <see cref="Gain"/> times each change.</summary>
public sealed class Adaptation
{
    private const int Exchange = 1118, Quarter = Co2Forecaster.Weeks, TwoYears = 104, Blocks = 32;
    private const float Gain = 0.4f;

    private readonly Co2Adapter _net;
    private readonly OnlineLearner _learner;
    private readonly Co2Forecaster.StepStream _asTrained;
    private readonly long _resumed, _measured;
    private readonly float[] _change = new float[1], _output = new float[1], _truth = new float[1];

    // The last quarter: what the reference station said, and what both have forecast.
    private readonly float[] _levels = new float[Quarter], _forecasts = new float[Quarter], _forecastsAsTrained = new float[Quarter];

    // Squared errors, two years a place; the exchange is in the middle.
    private readonly double[] _errors = new double[Blocks], _errorsAsTrained = new double[Blocks];
    private readonly int[] _counts = new int[Blocks];
    private float _last = float.NaN;
    private long _updateTicks;

    /// <param name="weights">Those of <see cref="Co2Forecaster"/>.</param>
    /// <param name="checkpoint">A file to go on from, if it is there; null for none.</param>
    public Adaptation(byte[] weights, string? checkpoint)
    {
        var trained = new Co2Forecaster();
        trained.Load(weights);
        _asTrained = trained.CreateStream();

        // All the memory that learning takes: the network, its stream, the learner and its optimizer.
        long before = Live();
        _net = new Co2Adapter();
        _learner = new OnlineLearner(_net.CreateStream(), new Adam(3e-4f), new() { Horizon = Quarter });
        _measured = Live() - before;

        _net.Load(weights);
        if (File.Exists(checkpoint))
        {
            _learner.Load(checkpoint);
            _resumed = _learner.Steps;
        }
    }

    /// <summary>Weeks so far.</summary>
    public long Week { get; private set; }

    /// <summary>Writes a checkpoint, from which a device goes on as if nothing had happened. This allocates, and nothing else does.</summary>
    public void Save(string path) => _learner.Save(path);

    /// <summary>One week. Weeks before the checkpoint are read again, for what is remembered of them, but not learned from again.</summary>
    /// <param name="level">The reference station's level, ppm; NaN for a week without.</param>
    public void Step(float level)
    {
        int place = (int)(Week % Quarter);
        float aQuarterAgo = Week < Quarter ? float.NaN : _levels[place], known = float.IsNaN(level) ? _last : level;
        Judge(level - aQuarterAgo, place);
        _change[0] = float.IsNaN(_last) || float.IsNaN(known) ? 0 : (known - _last) * (Week < Exchange ? 1 : Gain);
        (_last, _levels[place]) = (known, level);

        _asTrained.Step(_change, _output);
        _forecastsAsTrained[place] = _output[0];
        if (Week++ >= _resumed)
        {
            _learner.Step(_change, _output);
            _forecasts[place] = _output[0];

            // NaN where one of the two levels is missing: this step then does not count.
            _truth[0] = (level - aQuarterAgo) / Co2Forecaster.ChangeUnit;
            long start = Stopwatch.GetTimestamp();
            if (_learner.Observe(_truth))
            {
                _updateTicks += Stopwatch.GetTimestamp() - start;
            }
        }
    }

    /// <summary>The table of errors, and what learning has cost.</summary>
    /// <param name="allocated">Bytes that were allocated in all steps together.</param>
    public void Report(long allocated)
    {
        using Process process = Process.GetCurrentProcess();
        Console.WriteLine("error of forecasts (RMSE, ppm)  as trained  learning on");
        Line("before the exchange", 0, Blocks / 2);
        for (int block = Blocks / 2; block < Blocks; block++)
        {
            int year = (2 * (block - (Blocks / 2))) + 1;
            Line($"years {year} and {year + 1} after it", block, block + 1);
        }

        Console.WriteLine($"updates           {_learner.Updates}, refused {_learner.RefusedUpdates}; {Stopwatch.GetElapsedTime(0, _updateTicks).TotalMicroseconds / Math.Max(1, _learner.Updates - (_resumed / Quarter)):F0} us each");
        Console.WriteLine($"memory            {_learner.Bytes} bytes: {Co2Adapter.LearningBytes} known when this was compiled, {Quarter * sizeof(float)} for the horizon, {_learner.Optimizer.BytesFor(_net)} of Adam");
        Console.WriteLine($"measured          {_measured} bytes with all objects; the process at its peak {process.PeakWorkingSet64 / 1024.0 / 1024.0:F1} MiB");
        Console.WriteLine($"allocated         {allocated} bytes after start-up");
        Console.WriteLine($"parameters        {Fingerprint(_net.Parameters.Values):x16}");
    }

    private void Judge(float change, int place)
    {
        if (!float.IsNaN(change) && Week >= _resumed + Quarter)
        {
            int block = (int)Math.Floor((Week - Exchange) / (double)TwoYears) + (Blocks / 2);
            _errors[block] += Math.Pow(change - (Co2Forecaster.ChangeUnit * _forecasts[place]), 2);
            _errorsAsTrained[block] += Math.Pow(change - (Co2Forecaster.ChangeUnit * _forecastsAsTrained[place]), 2);
            _counts[block]++;
        }
    }

    private void Line(string what, int first, int end)
    {
        int count = _counts[first..end].Sum();
        if (count > 0)
        {
            Console.WriteLine($"  {what,-28}  {Math.Sqrt(_errorsAsTrained[first..end].Sum() / count),10:F2}  {Math.Sqrt(_errors[first..end].Sum() / count),11:F2}");
        }
    }

    /// <summary>The same for the same bits: FNV-1a (Fowler, Noll, Vo).</summary>
    private static ulong Fingerprint(ReadOnlySpan<float> values)
    {
        ulong hash = 14695981039346656037;
        foreach (byte one in MemoryMarshal.AsBytes(values))
        {
            hash = unchecked((hash ^ one) * 1099511628211);
        }

        return hash;
    }

    /// <summary>Bytes of objects that are in use. What the runtime's own threads had begun to let go of is gone first.</summary>
    private static long Live()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
