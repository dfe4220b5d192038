// A native binary with its weights inside: a weekly CO2 reading (ppm) a line in, the level expected a quarter of a year later a line out.
// An empty line is a week without a reading. Opens no file.
// Usage: EmbeddedAot [--raw: the network's outputs as they are] [--stats: time, memory and size, on standard error] < readings
using System.Buffers.Text;
using System.Diagnostics;
using EmbeddedAot;

long start = Stopwatch.GetTimestamp();
var net = new Co2Forecaster();
using (Stream weights = typeof(Co2Forecaster).Assembly.GetManifestResourceStream("co2.safetensors")!)
{
    byte[] bytes = new byte[weights.Length];
    weights.ReadExactly(bytes);
    net.Load(bytes);
}

bool raw = args.Contains("--raw"), stats = args.Contains("--stats");
Co2Forecaster.StepStream stream = net.CreateStream();
var pipe = new LinePipe(Console.OpenStandardInput(), Console.OpenStandardOutput());
float[] change = new float[Co2Forecaster.InputSize], output = new float[Co2Forecaster.OutputSize];
float last = float.NaN;
long lines = 0;

pipe.WarmUp();
TimeSpan startUp = Stopwatch.GetElapsedTime(start);

// From here on nothing is allocated.
long allocated = GC.GetTotalAllocatedBytes(precise: true);
start = Stopwatch.GetTimestamp();
while (pipe.TryRead(out ReadOnlySpan<byte> line))
{
    bool read = Utf8Parser.TryParse(line, out float level, out int used) && used == line.Length && float.IsFinite(level);
    if (!read && !line.IsEmpty)
    {
        Console.Error.WriteLine($"line {lines + 1} is not a number: taken as a week without a reading");
    }

    level = read ? level : last;
    change[0] = float.IsNaN(last) || float.IsNaN(level) ? 0 : level - last;
    last = level;
    stream.Step(change, output);
    pipe.WriteLine(raw ? output[0] : level + (Co2Forecaster.ChangeUnit * output[0]), decimals: raw ? (byte)7 : (byte)2);
    lines++;
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
