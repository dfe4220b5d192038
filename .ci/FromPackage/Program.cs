// A user's program, built against the packed packages: does the generator arrive and run, can the network train, stream, be tested and be reported on?
// Knows the packages alone; refuses to know the repository.
using SeqGen;
using SeqGen.Csv;
using SeqGen.Reports;
using SeqGen.Testing;

const string Source = """
    using SeqGen;

    [Network(Inputs = 1, Timesteps = 8)] [Lstm(8, Returns = Returns.Last)] [Dense(1)] [MeanSquaredError]
    public partial class Tested;
    """;

// A sine to learn.
float[] wave = [.. Enumerable.Range(0, 400).Select(i => MathF.Sin(0.3f * i))];
var net = new Consumer(seed: 1);
await using LiveReport live = LiveReport.Start(net);
TrainingHistory history = Trainer.For(net, new Adam(1e-2f)).Fit(SequenceData.Windows(wave, Consumer.Timesteps), epochs: 10, progress: live);
using HttpClient client = new();

Consumer.StepStream stream = net.CreateStream();
float[] next = new float[Consumer.OutputSize];
for (int i = 392; i < 400; i++)
{
    stream.Step(wave.AsSpan(i, 1), next);
}

Check("training", history.Last.Training.Loss < 0.05);
Check("streaming", Math.Abs(next[0] - MathF.Sin(0.3f * 400)) < 0.5f);
Check("SeqGen.Testing", SeqGenTest.Run(Source).IsClean);
Check("SeqGen.Reports", new TrainingReport(net, history).ToHtml().Contains("uPlot"));
Check("SeqGen.Reports.Live", (await client.GetStringAsync(live.Address)).Contains("Consumer"));
Check("SeqGen.Csv", CsvTable.Read(new StringReader("day,load\n2024-01-01,1.5\n")).Numbers("load")[0] == 1.5f);
Console.WriteLine("the packages work");

static void Check(string what, bool holds)
{
    if (!holds)
    {
        throw new InvalidOperationException(what + " failed");
    }
}

/// <summary>A network, declared by a user of the package.</summary>
[Network(Inputs = 1, Timesteps = 8)]
[Lstm(8, Returns = Returns.Last)]
[Dense(1)]
[MeanSquaredError]
public partial class Consumer;
