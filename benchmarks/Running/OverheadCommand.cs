// The command `overhead`: what a trainer's Fit costs over a bare loop that does the same updates, with everything off and with measurements.
// Knows the loop and the trainer; refuses to know networks and engines.
using System.Globalization;
using SeqGen.Benchmarks.Reports;

namespace SeqGen.Benchmarks.Running;

/// <summary>Times Fit against a loop by hand, in turns within one process. Times are the processor's, of this process: what others do at the same time is not in them.</summary>
public static class OverheadCommand
{
    public const string Usage =
        """
        Usage: overhead [--rounds N] [--core N] [--markdown FILE]

          --rounds N        rounds of turns, each 100 updates of the network of C1-32 (31)
          --core N          the core that it runs on (the last of those allowed)
          --markdown FILE   the table as markdown too
        """;

    private const int Batch = 32, Batches = 50, Epochs = 2, WarmUpRounds = 4;
    private const double MostOff = 0.03, MostInsight = 0.08;

    public static int Run(string[] args)
    {
        try
        {
            (int rounds, int core, string? markdown) = Parse(args);
            if (OperatingSystem.IsLinux() && Machine.CanPin)
            {
                System.Diagnostics.Process.GetCurrentProcess().ProcessorAffinity = 1 << core;
            }

            return Measure(rounds, core, markdown);
        }
        catch (UsageException e)
        {
            Console.Error.WriteLine($"{e.Message}\n{Usage}");
            return 2;
        }
    }

    private static int Measure(int rounds, int core, string? markdown)
    {
        SequenceData data = Data();
        var bare = new BareLoop(data);
        (string Name, double? Most, Action Run)[] turns =
        [
            ("bare loop", null, bare.Run),
            ("Fit", MostOff, Fitting(data, null)),
            ("Fit, insight every 50 updates", MostInsight, Fitting(data, new TrainingInsight(50))),
            ("Fit, insight with gradient flow every 50 updates", MostInsight, Fitting(data, new TrainingInsight(50) { GradientFlow = true })),
        ];
        double[][] times = [.. turns.Select(_ => new double[rounds])];
        for (int round = -WarmUpRounds; round < rounds; round++)
        {
            // Another first one each round, so that none always follows the same.
            for (int i = 0; i < turns.Length; i++)
            {
                int turn = (i + round + WarmUpRounds) % turns.Length;
                double time = Time(turns[turn].Run);
                if (round >= 0)
                {
                    times[turn][round] = time / (Epochs * Batches);
                }
            }

            if (round < 0)
            {
                // The JIT's last word takes a pause.
                Thread.Sleep(1200);
            }
        }

        var table = new Table("loop", "update", "over the bare loop", "spread", "bar", "met");
        bool met = true;
        for (int i = 0; i < turns.Length; i++)
        {
            double[] ratios = [.. times[i].Zip(times[0], (a, b) => a / b)];
            double over = Statistics.Median(ratios) - 1;
            bool isMet = turns[i].Most is not { } most || over <= most;
            met &= isMet;
            table.Add(
                turns[i].Name, $"{Statistics.Median(times[i]) * 1e6:F0} us", i == 0 ? "-" : over.ToString("P1", CultureInfo.InvariantCulture), i == 0 ? "-" : Statistics.Spread(ratios).ToString("P1", CultureInfo.InvariantCulture),
                turns[i].Most?.ToString("P0", CultureInfo.InvariantCulture) ?? "-", turns[i].Most is null ? "-" : isMet ? "yes" : "NO");
        }

        Console.WriteLine($"{Machine.Description}; core {core}, {rounds} rounds of {Epochs * Batches} updates\n\n{table.Aligned()}");
        if (markdown is not null)
        {
            File.WriteAllText(markdown, table.Markdown());
        }

        return met ? 0 : 1;
    }

    private static Action Fitting(SequenceData data, TrainingInsight? insight)
    {
        var network = new C1();
        Trainer trainer = Trainer.For(network, new Adam(1e-3f), new() { BatchSize = Batch, Threads = 1, GradientClipping = GradientClipping.ByNorm(1), Insight = insight });
        return () => trainer.Fit(data, Epochs);
    }

    private static SequenceData Data()
    {
        int samples = Batch * Batches;
        float[] inputs = Lcg.Signal(samples * Sizes.Training * 8);
        return SequenceData.FromArrays(inputs, Lcg.Target(samples), Sizes.Training, 8);
    }

    private static double Time(Action action)
    {
        TimeSpan before = Environment.CpuUsage.TotalTime;
        action();
        return (Environment.CpuUsage.TotalTime - before).TotalSeconds;
    }

    private static (int Rounds, int Core, string? Markdown) Parse(string[] args)
    {
        (int rounds, int core, string? markdown) = (31, Machine.Core(null), (string?)null);
        for (int i = 0; i < args.Length; i += 2)
        {
            string value = i + 1 < args.Length ? args[i + 1] : throw new UsageException($"{args[i]} needs a value.");
            switch (args[i])
            {
                case "--rounds":
                    rounds = Number(args[i], value, 1);
                    break;
                case "--core":
                    core = Machine.Core(Number(args[i], value, 0));
                    break;
                case "--markdown":
                    markdown = value;
                    break;
                default:
                    throw new UsageException($"There is no option '{args[i]}'.");
            }
        }

        return (rounds, core, markdown);
    }

    private static int Number(string name, string value, int least) => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least
        ? number
        : throw new UsageException($"{name} takes a number from {least}, '{value}' was given.");

    /// <summary>The loop of docs/training.md, with samples in another order every epoch.</summary>
    private sealed class BareLoop
    {
        private readonly SequenceData _data;
        private readonly C1 _network = new();
        private readonly Adam _optimizer = new(1e-3f);
        private readonly GradientClipping _clipping = GradientClipping.ByNorm(1);
        private readonly Workspace _workspace;
        private readonly int[] _order;
        private readonly Random _random = new(1);

        public BareLoop(SequenceData data)
        {
            (_data, _workspace) = (data, _network.CreateWorkspace(Batch));
            _order = [.. Enumerable.Range(0, data.Count)];
        }

        public double Loss { get; private set; }

        public void Run()
        {
            for (int epoch = 0; epoch < Epochs; epoch++)
            {
                _random.Shuffle(_order);
                for (int first = 0; first < _order.Length; first += Batch)
                {
                    _workspace.Fill(_data, _order.AsSpan(first, Batch));
                    _workspace.Forward(ForwardMode.Training);
                    Loss += _workspace.Loss();
                    _workspace.ZeroGradients();
                    _workspace.Backward();
                    _clipping.Apply(_workspace);
                    _optimizer.Step(_workspace);
                }
            }
        }
    }
}
