// The command `layers`: every layer kind once, a training step and a step of a stream, each beside its floor.
// Knows how floors are put together from what the machine can do; refuses to know layers.
using System.Globalization;
using SeqGen.Benchmarks.Reports;

namespace SeqGen.Benchmarks.Running;

/// <summary>Times every layer kind against its floor.</summary>
public static class LayersCommand
{
    public const string Usage =
        """
        Usage: layers [--only Lstm,Gru] [--rounds N] [--core N] [--markdown FILE]

          --only LIST       these kinds alone; Lstm stands for all that begin with "Lstm"
          --rounds N        rounds of turns (5)
          --core N          the core that everything measured runs on (the last of those allowed)
          --markdown FILE   the table as markdown too
        """;

    private const double Turn = 0.06;
    private const int Retries = 3, LeastRead = 16 * 1024;
    private static readonly string[] Functions = ["function:sigmoid", "function:tanh", "function:exp"];

    public static int Run(string[] args)
    {
        try
        {
            Choice choice = Choice.Parse(args);
            using var machine = new Pair(choice.Core, choice.Kinds);
            var table = new Table("layer", "training step", "floor", "ratio", "bytes", "stream step", "floor", "ratio", "bytes");
            foreach (LayerWork work in choice.Kinds)
            {
                string[] row = machine.Measure(work, choice.Rounds);
                Console.WriteLine(string.Join("  ", row));
                table.Add(row);
            }

            Console.WriteLine($"\n{Machine.Description}; core {choice.Core}, {choice.Rounds} rounds\n\n{table.Aligned()}");
            if (choice.Markdown is { } file)
            {
                File.WriteAllText(file, table.Markdown());
            }

            return 0;
        }
        catch (UsageException e)
        {
            Console.Error.WriteLine($"{e.Message}\n{Usage}");
            return 2;
        }
        catch (EngineException e)
        {
            Console.Error.WriteLine($"error: {e.Message}");
            return 1;
        }
    }

    /// <summary>What was asked for.</summary>
    private sealed record Choice(IReadOnlyList<LayerWork> Kinds, int Rounds, int Core, string? Markdown)
    {
        public static Choice Parse(string[] args)
        {
            Choice choice = new(LayerWork.All, 5, Machine.Core(null), null);
            for (int i = 0; i < args.Length; i += 2)
            {
                string value = i + 1 < args.Length ? args[i + 1] : throw new UsageException($"{args[i]} needs a value.");
                choice = args[i] switch
                {
                    "--only" => choice with { Kinds = Named(value) },
                    "--rounds" => choice with { Rounds = Number(args[i], value, 1) },
                    "--core" => choice with { Core = Machine.Core(Number(args[i], value, 0)) },
                    "--markdown" => choice with { Markdown = value },
                    _ => throw new UsageException($"There is no option '{args[i]}'."),
                };
            }

            return choice;
        }

        private static LayerWork[] Named(string list)
        {
            string[] asked = list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            LayerWork[] found = [.. LayerWork.All.Where(w => asked.Any(a => w.Kind.Equals(a, StringComparison.OrdinalIgnoreCase) || w.Kind.StartsWith(a + ".", StringComparison.OrdinalIgnoreCase)))];
            return found.Length > 0 ? found : throw new UsageException($"There is no layer kind '{list}'. There are {string.Join(", ", LayerWork.All.Select(w => w.Kind))}.");
        }

        private static int Number(string name, string value, int least) => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= 1000
            ? number
            : throw new UsageException($"{name} takes a number from {least} to 1000, '{value}' was given.");
    }

    /// <summary>SeqGen's worker and the one that measures the machine, taking turns on one core.</summary>
    private sealed class Pair : IDisposable
    {
        private readonly string _width = Machine.HasAvx512 ? "512" : "256";
        private readonly Engine _seqgen;
        private readonly Engine _limits;

        public Pair(int core, IReadOnlyList<LayerWork> kinds)
        {
            var roster = new Roster(Machine.HasAvx512 ? "avx512" : "avx2");
            string? cores = Machine.CanPin ? $"{core}" : null;
            try
            {
                _limits = Engine.Start(roster.Limits(kinds.SelectMany(Sizes).Distinct()), cores, roster.Environment);
            }
            catch (EngineException e)
            {
                throw new EngineException($"the machine's limits cannot be measured ({e.Message}): run benchmarks/setup.sh first");
            }

            _seqgen = Engine.Start(Roster.SeqGen, cores, roster.Environment);
            _seqgen.WarmUp([.. kinds.Select(k => "layer:" + k.Kind), .. kinds.Where(k => LayerCatalogue.Streams(k.Kind)).Select(k => "stream:" + k.Kind), .. Functions]);
        }

        public void Dispose()
        {
            _limits.Dispose();
            _seqgen.Dispose();
        }

        /// <summary>A row of the table.</summary>
        public string[] Measure(LayerWork work, int rounds)
        {
            string training = "layer:" + work.Kind, stream = "stream:" + work.Kind;
            bool streams = LayerCatalogue.Streams(work.Kind);
            List<double> step = [], stepFloor = [], one = [], oneFloor = [];
            for (int round = 0; round < rounds; round++)
            {
                // In every round anew, because the clock changes.
                double flop = Limit("fma" + _width) / 1e6;
                double[] functions = [.. Functions.Select(f => Rounds.Turn(_seqgen, f, Turn / 4, Retries).Time)];
                double activations = (work.Functions.Sigmoid * functions[0]) + (work.Functions.Tanh * functions[1]) + (work.Functions.Exp * functions[2]);
                step.Add(Rounds.Turn(_seqgen, training, Turn, Retries).Time);
                stepFloor.Add(Math.Max(work.TrainingOperations * flop, Read(work.TrainingBytes, Once(work))) + Read(work.MovedBytes, Moved(work)) + (activations * LayerSizes.Steps * LayerSizes.Batch));
                if (streams)
                {
                    one.Add(Rounds.Turn(_seqgen, stream, Turn, Retries).Time);
                    oneFloor.Add(Math.Max(work.StreamOperations * flop, Read(work.StreamBytes, Once(work))) + activations);
                }
            }

            string[] cells = [work.Kind, .. Cells(step, stepFloor), $"{_seqgen.Allocated(training)}"];
            return streams ? [.. cells, .. Cells(one, oneFloor), $"{_seqgen.Allocated(stream)}"] : [.. cells, "-", "-", "-", "-"];
        }

        // The least of the rounds on both sides: what nothing disturbed. Of a floor, all parts are of one round.
        private static string[] Cells(List<double> times, List<double> floors) => [Text.Time(times.Min()), Text.Time(floors.Min()), Text.Ratio(times.Min() / floors.Min())];

        // Bytes are read at the rate of an array as large as what is read again and again.
        private static long Once(LayerWork work) => Math.Max(LeastRead, (long)work.StreamBytes);

        private static long Moved(LayerWork work) => Math.Max(LeastRead, (long)work.MovedBytes);

        private static IEnumerable<long> Sizes(LayerWork work) => [Once(work), Moved(work)];

        private double Read(double bytes, long size) => bytes == 0 ? 0 : bytes / size * Limit($"read{_width}:{size}");

        private double Limit(string name) => Rounds.Turn(_limits, name, Turn / 4, Retries).Time;
    }
}
