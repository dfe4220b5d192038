// A native binary with its weights inside: a weekly CO2 reading (ppm) a line in, the level expected a quarter of a year later a line out.
// An empty line is a week without a reading. Opens no file but a checkpoint.
// Usage: EmbeddedAot [--raw: the network's outputs as they are] [--stats: time, memory and size, on standard error] < readings
//        EmbeddedAot --adapt [--checkpoint FILE: go on from it, write it every half year] [--power-cut WEEK: end without notice] < readings
using System.Buffers.Text;
using System.Diagnostics;
using EmbeddedAot;

long start = Stopwatch.GetTimestamp();
byte[] weights;
using (Stream stored = typeof(Co2Forecaster).Assembly.GetManifestResourceStream("co2.safetensors")!)
{
    weights = new byte[stored.Length];
    stored.ReadExactly(weights);
}

var pipe = new LinePipe(Console.OpenStandardInput(), Console.OpenStandardOutput());
long lines = 0;
if (args.Contains("--adapt"))
{
    Adapt();
}
else
{
    Forecast(raw: args.Contains("--raw"), stats: args.Contains("--stats"));
}

// The answers of the network as it was trained.
void Forecast(bool raw, bool stats)
{
    var net = new Co2Forecaster();
    net.Load(weights);
    Co2Forecaster.StepStream stream = net.CreateStream();
    float[] change = new float[Co2Forecaster.InputSize], output = new float[Co2Forecaster.OutputSize];
    float last = float.NaN;
    pipe.WarmUp();
    TimeSpan startUp = Stopwatch.GetElapsedTime(start);

    // From here on nothing is allocated.
    long allocated = GC.GetTotalAllocatedBytes(precise: true);
    start = Stopwatch.GetTimestamp();
    while (TryRead(out float level))
    {
        level = float.IsNaN(level) ? last : level;
        change[0] = float.IsNaN(last) || float.IsNaN(level) ? 0 : level - last;
        last = level;
        stream.Step(change, output);
        pipe.WriteLine(raw ? output[0] : level + (Co2Forecaster.ChangeUnit * output[0]), decimals: raw ? (byte)7 : (byte)2);
    }

    pipe.Flush();
    TimeSpan all = Stopwatch.GetElapsedTime(start);
    if (stats)
    {
        // The step alone, many times over.
        const int Steps = 200_000;
        start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Steps; i++)
        {
            stream.Step(change, output);
        }

        double step = Stopwatch.GetElapsedTime(start).TotalNanoseconds / Steps;
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        Console.Error.WriteLine($"start-up          {startUp.TotalMilliseconds:F1} ms");
        Console.Error.WriteLine($"step              {step:F0} ns");
        Console.Error.WriteLine($"line, in to out   {all.TotalNanoseconds / Math.Max(1, lines):F0} ns ({lines} lines)");
        Console.Error.WriteLine($"allocated         {allocated} bytes after start-up");
        Console.Error.WriteLine($"size              {new FileInfo(Environment.ProcessPath!).Length / 1024.0 / 1024.0:F2} MiB");
    }
}

// The same network learns on while it runs: its sensor is exchanged, its power is cut.
void Adapt()
{
    const int HalfYear = 26;
    string? checkpoint = After("--checkpoint");
    long cut = long.Parse(After("--power-cut") ?? "-1");
    var adaptation = new Adaptation(weights, checkpoint);
    pipe.WarmUp();

    // The finalizer's thread allocates when it runs for the first time, at any moment after a collection: let it be before the first week.
    GC.WaitForPendingFinalizers();
    long allocated = 0;
    while (true)
    {
        long before = GC.GetTotalAllocatedBytes(precise: true);
        if (!TryRead(out float level))
        {
            break;
        }

        adaptation.Step(level);
        allocated += GC.GetTotalAllocatedBytes(precise: true) - before;
        if (checkpoint is not null && adaptation.Week % HalfYear == 0)
        {
            adaptation.Save(checkpoint);
        }

        if (adaptation.Week == cut)
        {
            Process.GetCurrentProcess().Kill();         // SIGKILL: nothing is written any more
        }
    }

    adaptation.Report(allocated);
}

// The next week's level; NaN without a reading.
bool TryRead(out float level)
{
    level = float.NaN;
    if (!pipe.TryRead(out ReadOnlySpan<byte> line))
    {
        return false;
    }

    lines++;
    if (Utf8Parser.TryParse(line, out float value, out int used) && used == line.Length && float.IsFinite(value))
    {
        level = value;
    }
    else if (!line.IsEmpty)
    {
        Console.Error.WriteLine($"line {lines} is not a number: taken as a week without a reading");
    }

    return true;
}

string? After(string option) => Array.IndexOf(args, option) is >= 0 and int at && at + 1 < args.Length ? args[at + 1] : null;
