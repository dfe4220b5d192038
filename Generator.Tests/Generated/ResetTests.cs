// Resets inside of sequences: what the pieces give together is what each gives by itself.
// Knows pieces; refuses to know layers. (Against the interpreter, with lengths, masks and all options, they are fuzzed.)
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Tests.Fuzz;
using SeqGen.Generator.Tests.Harness;
using SeqGen.Kernels.V1;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

public class ResetTests
{
    private const int Steps = 11;

    // Where pieces begin, that at the first step among them.
    private static readonly int[][] _begins = [[4, 7], [0, 1, 10], [6]];

    private static readonly (string Arguments, string Layers)[] _stacks =
    [
        ("Inputs = 5", "[Lstm(17)] [Dense(3)]"),
        ("Inputs = 5", "[Gru(16)] [Gru(33, ResetAfter = false, LayerNorm = true)]"),
        ("Inputs = 5, TimeMajor = true", "[Lstm(6, Peephole = true, Projection = 3, Direction = Direction.Both)] [Rnn(5, Direction = Direction.Backward, Name = \"back\")]"),
        ("Inputs = 5", "[Rnn(7, Output = RnnOutput.PreviousState, Outputs = 5)] [Elman(7, 4, Context = 2)] [Jordan(5, 3, Recurrent = true)]"),
        ("Inputs = 5", "[Gru(17, InitialState = InitialState.Learned, Direction = Direction.Both, Merge = Merge.Sum)] [Lstm(4, InitialState = InitialState.Learned, Trainable = false)]"),
        ("Inputs = 5, NormalizeInputs = true", "[Tdnn(5, 3, Dilation = 2)] [Lstm(5, Residual = true)] [Autoregressive(4)] [Gru(3, Skip = Skip.Concatenate)]"),
        ("Inputs = 5", "[NeuralTuringMachine(3, ControllerUnits = 9, Slots = 5, Width = 4, MemoryStart = MemoryStart.Learned)]"),
        ("Tokens = 9", "[Embedding(6)] [Lstm(20, CoupledGates = true)] [Dense(9)]"),
        ("Inputs = 5", "[Gru(9)] [Head(\"each\")] [Dense(2)] [Head(\"end\")] [Lstm(4, Returns = Returns.Last)]"),
        ("Inputs = 5", "[Tdnn(5, 3, Padding = Padding.Same)] [Gru(5)] [Tdnn(4, 4, Dilation = 2, Padding = Padding.Same)]"),
    ];

    private static readonly Lazy<LoadedNetworks> _networks = new(() => NetworkHarness.Load([
        .. _stacks.SelectMany((s, i) => new[]
        {
            $"namespace Whole; [Network({s.Arguments}, Timesteps = 11, Resets = true)] {s.Layers} public partial class N{i};",
            $"namespace Pieces; [Network({s.Arguments}, Timesteps = 11)] {s.Layers} public partial class N{i};",
        }),
        "[Network(Inputs = 3, Timesteps = 8, Resets = true)] [Tdnn(4, 2)] [Gru(5, InitialState = InitialState.Learned, Direction = Direction.Both)] [Dense(2)] [MeanSquaredError] public partial class Checked;",
        "[Network(Inputs = 3, Timesteps = 8, Resets = true)] [Gru(4, InitialState = InitialState.Random, RandomDeviation = 0.5)] [Dense(2)] [MeanSquaredError] public partial class Drawn;",
        "[Network(Inputs = 3, Timesteps = 8, Resets = true)] [Gru(5, InitialState = InitialState.Learned)] [Tdnn(4, 2)] [Lstm(4, InitialState = InitialState.Learned)] [Dense(2)] [MeanSquaredError] public partial class Learnt;",
    ]));

    public static TheoryData<int, int> Cases => new(_stacks.SelectMany((_, i) => new[] { 1, 3 }.Select(b => (i, b))));

    /// <summary>Every row has the same pieces, so that batches of them have the same shape. (A product of one sequence takes other forms, by its number of steps.)</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Pieces_give_what_they_give_by_themselves_to_the_bit_in_batches(int index, int batch)
    {
        (INetwork whole, INetwork plain) = Pair(index);
        Action<float[], float[], string> same = batch > 1 ? (a, b, what) => Closeness.Same(a, b, what) : (a, b, what) => Closeness.Equal(a, b, what);
        foreach (int[] begins in _begins)
        {
            PassData data = Data(whole, batch, begins);
            PassResults together = Passes.Predict(whole, data);
            int[] starts = [.. begins.Prepend(0).Distinct()];
            for (int i = 0; i < starts.Length; i++)
            {
                int from = starts[i], end = i + 1 < starts.Length ? starts[i + 1] : Steps;
                PassResults alone = Passes.Predict(plain, Piece(data, from, end, begins));
                foreach ((string name, float[] values) in alone.Where(r => !r.Key.StartsWith("final.", StringComparison.Ordinal)))
                {
                    int size = together[name].Length / batch / Steps;
                    if (values.Length == batch * (end - from) * size)
                    {
                        same(Between(together[name], batch, from, end - from), values, $"{name}, steps {from} to {end - 1}");
                    }
                    else if (end == Steps)
                    {
                        same(together[name], values, name + " of the last piece");
                    }
                }

                foreach ((string name, float[] values) in alone.Where(r => r.Key.StartsWith("final.", StringComparison.Ordinal)))
                {
                    if (IsBackward(name) ? from == 0 : end == Steps)
                    {
                        same(together[name], values, name);
                    }
                }
            }
        }
    }

    /// <summary>In double, by two graphs: with resets over all of it, and without over each piece. Then the generated code against that.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_are_the_sums_of_those_of_the_pieces(int index, int batch)
    {
        (INetwork whole, INetwork plain) = Pair(index);
        Oracle plainOracle = Oracle.Of(_networks.Value, "Pieces.N" + index), wholeOracle = Oracle.Of(_networks.Value, "Whole.N" + index);
        if (plain.Core.Plan.Outputs.Any(o => o.Axis < 0))
        {
            return;
        }

        foreach (int[] begins in _begins)
        {
            PassData data = Data(whole, batch, begins);
            var judged = Judgement.From(wholeOracle, whole, data, firstStep: 0);
            IReadOnlyDictionary<string, double[]> together = judged.Values;
            PassResults generated = Passes.Train(whole, data);
            var sums = new Dictionary<string, double[]>();
            int[] starts = [.. begins.Prepend(0).Distinct()];
            for (int i = 0; i < starts.Length; i++)
            {
                int from = starts[i], end = i + 1 < starts.Length ? starts[i + 1] : Steps;
                foreach ((string name, double[] values) in plainOracle.Train(plain, Piece(data, from, end, begins)).Where(r => r.Key.StartsWith("grad.", StringComparison.Ordinal)))
                {
                    if (name == "grad.input")
                    {
                        Near(Between(together[name], batch, from, end - from), values, name);
                    }
                    else if (!name.StartsWith("grad.init.", StringComparison.Ordinal))
                    {
                        sums[name] = sums.TryGetValue(name, out double[]? sum) ? [.. sum.Zip(values, (a, b) => a + b)] : values;
                    }
                }
            }

            Assert.NotEmpty(sums);
            foreach ((string name, double[] sum) in sums)
            {
                Near(together[name], sum, name);
                judged.Check(name, sum, generated[name], name);
            }
        }
    }

    [Fact]
    public void Streams_are_reset_by_who_steps_them()
    {
        foreach (int index in Enumerable.Range(0, _stacks.Length))
        {
            (INetwork network, _) = Pair(index);
            NetworkPlan plan = network.Core.Plan;
            if (!plan.CanStream)
            {
                continue;
            }

            PassData data = Data(network, 3, [2, 3, 9]);
            PassResults expected = Passes.Predict(network, data);
            Streaming.Check(network, data, Closeness.Doubles(expected["output" + (plan.Outputs.Length > 1 ? "." + plan.Outputs[0].Name : "")]), new Dictionary<string, double[]>());
        }
    }

    [Fact]
    public void Memory_is_known_when_it_is_compiled()
    {
        foreach (int index in Enumerable.Range(0, _stacks.Length))
        {
            OnlineLearnerTests.CheckBytes(Pair(index).Whole);
        }
    }

    [Fact]
    public void Difference_quotients_agree()
    {
        INetwork network = Variants.Create(_networks.Value["Checked"], seed: 1);
        PassData data = RandomData.Batch(network, 4, 8, seed: 2) with { States = new Dictionary<string, float[]>() };
        Assert.Contains(true, data.Resets);
        GradientCheckResult result = GradientCheck.Run(network, Samples.Of(network.Core.Plan, data));
        Assert.True(result.Passes, result.ToString());
        Assert.Contains("initial_h", string.Join(" ", network.Parameters.Select(p => p.Name)), StringComparison.Ordinal);
    }

    /// <summary>Where every row begins a piece at the first of the last steps, no gradient is lost by going back no further: those of learned beginnings neither.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_way_back_to_a_reset_is_the_whole_way_back(int threads)
    {
        INetwork network = Variants.Create(_networks.Value["Learnt"], seed: 1);
        RandomData.SetParameters(network, seed: 2);
        PassData data = RandomData.Batch(network, 4, 8, seed: 3) with { States = new Dictionary<string, float[]>(), Resets = [.. Enumerable.Range(0, 32).Select(i => i % 8 == 3 || i is 6 or 14 or 1)] };
        using ParallelWorkspace workspace = new(network.Core, 4, 8, threads, training: true, processors: 2);
        workspace.LossSteps = 5;
        foreach (int first in new[] { 5, 0 })
        {
            float[][] all = [.. new[] { 0, first }.Select(back =>
            {
                workspace.Resize(4, 8);
                workspace.SetResets(data.Resets);
                data.Input.CopyTo(workspace.Input);
                workspace.ZeroGradients();
                workspace.ForwardBackward(back);
                return workspace.Gradients.ToArray();
            })];
            Closeness.Equal(all[0], all[1], $"{first} steps back");
            foreach (Parameter parameter in network.Parameters.Where(p => p.Name.Contains("initial_", StringComparison.Ordinal)))
            {
                float[] gradient = new float[parameter.Count];
                parameter.CopyGradientTo(all[1], gradient);
                Assert.Contains(gradient, g => g != 0);
            }
        }
    }

    [Fact]
    public void What_was_given_or_carried_does_not_come_back()
    {
        INetwork network = Variants.Create(_networks.Value["Whole.N0"], seed: 1);
        PassData data = Data(network, 2, [5]);
        PassData other = data with { States = data.States.ToDictionary(s => s.Key, s => Array.ConvertAll(s.Value, v => v + 1)) };
        float[] one = Passes.Predict(network, data)["output"], two = Passes.Predict(network, other)["output"];
        Assert.NotEqual(Between(one, 2, 0, 5), Between(two, 2, 0, 5));
        Closeness.Same(Between(one, 2, 5, 6), Between(two, 2, 5, 6), "after the reset");

        // Nor does anything of a step that was not a number.
        PassData spoiled = data with { Input = [.. data.Input.Select((v, i) => i % (Steps * 5) / 5 < 5 ? float.NaN : v)] };
        float[] three = Passes.Predict(network, spoiled)["output"];
        Assert.All(Between(three, 2, 0, 5), v => Assert.True(float.IsNaN(v)));
        Closeness.Same(Between(one, 2, 5, 6), Between(three, 2, 5, 6), "after a piece of NaN");
    }

    [Fact]
    public void A_drawn_beginning_is_drawn_again_for_the_row()
    {
        INetwork network = Variants.Create(_networks.Value["Drawn"], seed: 1);
        PassData data = RandomData.Batch(network, 2, 8, seed: 2) with { States = new Dictionary<string, float[]>(), Resets = [.. Enumerable.Range(0, 16).Select(i => i % 8 == 3)] };
        data = data with { Input = [.. Enumerable.Range(0, 2).SelectMany(b => Enumerable.Range(0, 8).SelectMany(t => data.Input.AsSpan(((b * 8) + (t % 3)) * 3, 3).ToArray()))] };
        float[] output = Passes.Train(network, data)["output"];
        Closeness.Same(Between(output, 2, 0, 3), Between(output, 2, 3, 3), "the piece, which reads the same from the same beginning");
        Assert.NotEqual(output, Passes.Predict(network, data)["output"]);
    }

    [Fact]
    public void Misuse_is_told()
    {
        INetwork whole = Variants.Create(_networks.Value["Whole.N0"], seed: 1), plain = Variants.Create(_networks.Value["Pieces.N0"], seed: 1);
        string without = Assert.Throws<NotSupportedException>(() => plain.CreateWorkspace(1).SetResets(new bool[Steps])).Message;
        Assert.Contains("write Resets = true in its [Network]", without, StringComparison.Ordinal);
        string count = Assert.Throws<ArgumentException>(() => whole.CreateWorkspace(1).SetResets(new bool[3])).Message;
        Assert.Contains("resets [Batch = 1, Steps = 11] has 11 elements here, 3 were given", count, StringComparison.Ordinal);
        SequenceData data = SequenceData.FromArrays(new float[2 * Steps * 5], null, Steps, 5);
        Assert.Contains("There should be 22 resets for these inputs; 4 were given", Assert.Throws<ArgumentException>(() => data.WithResets(new bool[4])).Message, StringComparison.Ordinal);
        string undeclared = Assert.Throws<ArgumentException>(() => plain.CreateWorkspace(2).Fill(data.WithResets(new bool[2 * Steps]), [0])).Message;
        Assert.Contains("has resets inside of sequences; N0 is declared without", undeclared, StringComparison.Ordinal);
    }

    [Fact]
    public void Windows_of_a_series_and_of_a_text_have_the_flags_of_their_rows()
    {
        bool[] begins = new bool[40];
        (begins[3], begins[14], begins[15]) = (true, true, true);
        INetwork network = Variants.Create(_networks.Value["Whole.N7"], seed: 1);
        int[] text = [.. Enumerable.Range(0, 40).Select(i => i * 7 % 9)];
        SequenceData windows = SequenceData.NextToken(text, 4, stride: 3, resets: begins);
        Workspace workspace = network.CreateWorkspace(maxBatch: 1, maxSteps: 40);
        for (int w = 0; w < windows.Count; w++)
        {
            workspace.Fill(windows, [w]);
            workspace.Forward(ForwardMode.Inference);
            float[] filled = workspace.Output.ToArray();
            workspace.SetResets(begins.AsSpan(w * 3, 4));
            workspace.Forward(ForwardMode.Inference);
            Closeness.Same(workspace.Output, filled, $"window {w}");
        }

        Assert.Throws<ArgumentException>(() => SequenceData.NextToken(text, 4, resets: new bool[39]));
        Assert.Throws<ArgumentException>(() => SequenceData.Windows(new float[80], 4, 2, resets: new bool[41]));
        Assert.Equal(12, SequenceData.Windows(new float[80], 4, 2, stride: 3, resets: begins).Count);
    }

    private static (INetwork Whole, INetwork Plain) Pair(int index)
    {
        INetwork whole = Variants.Create(_networks.Value["Whole.N" + index], seed: 1), plain = Variants.Create(_networks.Value["Pieces.N" + index], seed: 2);
        RandomData.SetParameters(whole, seed: 3 + index);
        Equivalence.CopyParameters(whole, plain);
        return (whole, plain);
    }

    private static PassData Data(INetwork network, int batch, int[] begins)
    {
        PassData data = RandomData.Batch(network, batch, Steps, seed: 4) with { Resets = [.. Enumerable.Range(0, batch * Steps).Select(i => begins.Contains(i % Steps))] };

        // Learned beginnings are left to the network.
        return data with { States = data.States.Where(s => network.Core.Plan.Inference.States.First(p => p.Name == s.Key).Start != StateStart.Learned).ToDictionary() };
    }

    /// <summary>A piece alone: states that were given belong to the first, or of a backward direction to the last, and to no piece where a reset stands before it.</summary>
    private static PassData Piece(PassData data, int from, int end, int[] begins) => data.Between(from, end - from) with
    {
        Resets = [],
        States = data.States.Where(s => IsBackward(s.Key) ? end == Steps : from == 0 && !begins.Contains(0)).ToDictionary(),
    };

    private static bool IsBackward(string state) => state.EndsWith("_reverse", StringComparison.Ordinal) || state.Contains("back.", StringComparison.Ordinal);

    private static T[] Between<T>(T[] values, int batch, int from, int count)
    {
        int row = values.Length / batch, size = row / (row % Steps == 0 ? Steps : 8);
        return [.. Enumerable.Range(0, batch).SelectMany(b => values.AsSpan((b * row) + (from * size), count * size).ToArray())];
    }

    private static void Near(double[] expected, double[] got, string what)
    {
        double largest = Math.Max(1e-12, expected.Max(Math.Abs));
        Assert.Equal(expected.Length, got.Length);
        Assert.All(expected.Zip(got), p => Assert.True(Math.Abs(p.First - p.Second) <= 1e-12 * largest, $"{what}: {p.First:R} and {p.Second:R}"));
    }
}
