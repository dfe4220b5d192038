// A Neural Turing Machine learns to copy: trained on up to 20 vectors, tested on 40. A training loop of its own: every batch is new.
using System.Diagnostics;
using CopyMachine;
using SeqGen;
using SeqGen.Reports;
using SeqGen.Samples;

const string Usage = """
    Teaches a Neural Turing Machine to copy sequences of up to 20 vectors of 8 bits, and tests it on twice that length.

    Usage: CopyMachine [folder for the results, default artifacts/copy] [options]
      --quick            a few updates, to see that everything works; it copies nothing yet
      --updates NUMBER   updates at most, default 6000; training stops when length 20 is copied without a fault three times, 100 updates apart
      --seed NUMBER      another seed, default 1
    """;
const float Rate = 2e-3f;
const int Batch = 16, Longest = 20, Exam = 40;
if (SampleOptions.Read(args, Usage, "--quick", "--updates=", "--seed=") is not { } options)
{
    return;
}

int updates = options.Has("--quick") ? 100 : (int)options.Number("--updates", 6000);
int seed = (int)options.Number("--seed", 1);
string folder = options.Folder("copy");
Console.WriteLine(Copier.Info);

// 1. Train: a new batch every time, all of one length.
var net = new Copier((ulong)seed);
var optimizer = new Adam(Rate, beta2: 0.95, epsilon: 1e-5);            // a short memory of gradients' sizes: a Turing machine's jump
var clipping = GradientClipping.ByNorm(1f);
using ParallelWorkspace workspace = new(net, maxBatch: Batch, maxSteps: CopyTask.Steps(Exam));
var random = new Random(seed);
List<double> seen = [], losses = [];
long start = Stopwatch.GetTimestamp();
double loss = 0, seconds = 0;
int faultless = 0;
for (int update = 1; update <= updates; update++)
{
    CopyTask.Fill(workspace, Batch, random.Next(1, Longest + 1), random);
    workspace.ZeroGradients();
    loss += workspace.ForwardBackward() / Math.Log(2);
    clipping.Apply(workspace);
    optimizer.Step(workspace);
    if (update % 100 == 0)
    {
        double wrong = Test(Longest, new Random(1000 + update));
        seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Console.WriteLine($"{update,6} updates  {loss / 100:F4} bits lost a bit  {100 * wrong,5:F2} % wrong at length {Longest}  {seconds,4:F0} s");
        seen.Add(update * Batch);
        losses.Add(loss / 100);
        loss = 0;
        faultless = wrong == 0 && losses[^1] < 0.01 ? faultless + 1 : 0;
        if (faultless == 3)
        {
            break;
        }
    }
}

// 2. Test, on lengths that it never met too.
Console.WriteLine();
foreach (int length in (int[])[5, 10, Longest, 30, Exam])
{
    double sum = 0;
    for (int i = 0; i < 10; i++)
    {
        sum += Test(length, new Random(10_000 + (100 * length) + i));
    }

    Console.WriteLine($"length {length}: {100 * sum / 10:F2} % wrong bits over {10 * Batch} sequences{(length > Longest ? " (never trained on)" : "")}");
}

// 3. Look into it: where the heads stand, step by step, while one sequence is copied.
CopyTask.Fill(workspace, 1, Longest, new Random(7));
workspace.Forward(ForwardMode.Inference);
int steps = workspace.Steps;
SvgMatrix.Save(
    Path.Combine(folder, "memory.svg"),
    new SvgMatrix("Input: vectors, then the end mark", "step", "bit", Matrix(workspace.Input, CopyTask.Bits + 1)).Cell(10),
    new SvgMatrix("Where the write head stands", "step", "slot of the memory", Weighting("machine.w_write")).Cell(10),
    new SvgMatrix("Where the read head stands", "step", "slot of the memory", Weighting("machine.w_read")).Cell(10),
    new SvgMatrix("Output: the chance that a bit is set", "step", "bit", Matrix(workspace.Output.ToArray().Select(y => 1 / (1 + MathF.Exp(-y))).ToArray(), CopyTask.Bits)).Cell(10));
SvgPlot.Save(
    Path.Combine(folder, "learning-curve.svg"),
    new SvgPlot($"Copying up to {Longest} vectors: {seconds / 60:F1} minutes", "sequences seen", "bits lost a bit").Line("training", "#0b6fb8", seen, losses));
net.Save(Path.Combine(folder, "copy.safetensors"));
Console.WriteLine($"wrote memory.svg, learning-curve.svg and copy.safetensors to {folder}");

double Test(int length, Random bits)
{
    CopyTask.Fill(workspace, Batch, length, bits);
    workspace.Forward(ForwardMode.Inference);
    return CopyTask.WrongBits(workspace);
}

float[,] Weighting(string name)
{
    float[] values = new float[steps * Copier.Slots];
    workspace.OutputOf(name, values);
    return Matrix(values, Copier.Slots);
}

float[,] Matrix(ReadOnlySpan<float> values, int columns)
{
    float[,] matrix = new float[steps, columns];
    for (int i = 0; i < values.Length; i++)
    {
        matrix[i / columns, i % columns] = values[i];
    }

    return matrix;
}
