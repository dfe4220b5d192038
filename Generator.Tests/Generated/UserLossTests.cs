// Losses of a user's own, compiled: the numbers of papers, of the method itself run in double, and of our own losses written again as users'.
// Knows what must agree; refuses to know how a loss becomes a program.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Reflection;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

public class UserLossTests
{
    private static readonly Dictionary<string, double[]> _numbers = Repository.Read("Generator.Tests/Goldens/functions.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Split(' ')).ToDictionary(p => p[0], p => p[1..].Select(v => double.Parse(v, CultureInfo.InvariantCulture)).ToArray());

    private const string _losses = """
        namespace Own;

        public sealed class SquareAttribute : CustomLossAttribute { public static Vec Loss(Vec y, [Target(TargetKind.Values)] Vec target) => (y - target) * (y - target); }

        public sealed class DistanceAttribute : CustomLossAttribute { public static Scalar Loss(Vec y, Vec target) => Mean(Abs(y - target)); }

        public sealed class BendAttribute : CustomLossAttribute
        {
            public double Delta { get; set; } = 1;

            public Vec Loss(Vec y, Vec target)
            {
                Vec e = Abs(y - target);
                return Select(e > Delta, Delta * (e - 0.5 * Delta), 0.5 * e * e);
            }
        }

        public sealed class AnswerAttribute : CustomLossAttribute { public static Vec Loss(Vec y, [Target(TargetKind.YesNo)] Vec target) => Softplus(y) - target * y; }

        public sealed class ChoiceAttribute : CustomLossAttribute
        {
            public static Scalar Loss(Vec y, [Target(TargetKind.Classes)] Vec target)
            {
                Vec shifted = y - Max(y);
                return Log(Sum(Exp(shifted))) - Dot(shifted, target);
            }
        }

        // Relative error: the target divides.
        public sealed class PercentAttribute : CustomLossAttribute { public static Vec Loss(Vec y, Vec target) => Abs((y - target) / target) + 0 * Log(target) + 0 * Log(1 - target); }

        // One number of the target for all outputs: weights and means of a mixture of two normal distributions, as in mixture density networks.
        public sealed class MixtureAttribute : CustomLossAttribute
        {
            public int Parts { get; set; } = 2;

            public Scalar Loss(Vec y, [Size(1)] Vec target)
            {
                Vec weights = Softmax(y[..2]), means = y[2..4], scales = Softplus(y[4..6]) + 0.1;
                Vec z = (target[0] - means) / scales;
                Scalar p = 0;
                for (int k = 0; k < Parts; k++)
                {
                    p = p + weights[k] * Exp(-0.5 * z[k] * z[k]) / scales[k];
                }

                return -Log(p + 1e-6);
            }
        }

        // Looks at neighbours, at the largest.
        public sealed class KinksAttribute : CustomLossAttribute
        {
            public static Scalar Loss(Vec y, Vec target) => Sum(Abs(y[1..] - y[..^1])) * 0.1 + Max(Max(y - target, target - y)) + Sum(Clip(y, -0.1, 0.2));
        }

        // Looks at neighbours, at all pairs, at a product of two matrices.
        public sealed class MixedAttribute : CustomLossAttribute
        {
            public static Scalar Loss(Vec y, Vec target)
            {
                Vec e = y - target;
                Mat all = Outer(e, Tanh(e));
                return Sum(Softplus(y[1..] - y[..^1])) * 0.1 + Log(Sum(Exp(e))) + 0.01 * Sum(Dot(all, e)) + Mean(Concat(e, e * e)) + 0.1 * Sum(Dot(e, all));
            }
        }
        """;

    private static readonly (string Name, string Layers)[] _all =
    [
        ("LogCosh", "[Gru(5)] [Dense(3)] [Cells.LogCosh]"),
        ("Focal", "[Gru(5, Returns = Returns.Last)] [Dense(4)] [Cells.Focal(Gamma = 1.5, ClassWeights = new[] { 1.0, 2.0, 0.5, 0.25 })]"),
        ("FocalSteps", "[Gru(5)] [Dense(17)] [Cells.Focal(IgnoredClass = 3)]"),
        ("Mixture", "[Gru(5)] [Dense(6)] [Own.Mixture]"),
        ("Mixed", "[Gru(5)] [Dense(18)] [Own.Mixed]"),
        ("Kinks", "[Gru(5)] [Dense(18)] [Own.Kinks]"),
        ("Answer", "[Gru(5)] [Dense(17)] [Own.Answer]"),
        ("Heads", "[Gru(5)] [Head(\"a\")] [Dense(3)] [Cells.LogCosh(Weight = 0.5)] [Head(\"b\")] [Dense(6)] [Own.Mixture] [Head(\"c\")] [Dense(2)] [MeanSquaredError]"),
        ("Forecast", "[Gru(5)] [Dense(3)] [Cells.LogCosh]"),
    ];

    private static readonly (string Ours, string Own, int Units)[] _twins =
    [
        ("MeanSquaredError", "Square", 3),
        ("MeanAbsoluteError", "Distance", 3),
        ("Huber(0.25)", "Bend(Delta = 0.25)", 3),
        ("BinaryCrossEntropy", "Answer", 17),
        ("SoftmaxCrossEntropy", "Choice", 5),
        ("SoftmaxCrossEntropy(IgnoredClass = 2, ClassWeights = new[] { 1.0, 0.5, 3.0, 2.0, 0.25 })", "Choice(IgnoredClass = 2, ClassWeights = new[] { 1.0, 0.5, 3.0, 2.0, 0.25 })", 5),
    ];

    private static readonly Lazy<LoadedNetworks> _networks = new(() => NetworkHarness.Load(
    [
        .. UserCells.Sample.Values,
        _losses,
        .. _all.Select(c => $"[Network(Inputs = 3, Timesteps = 7{(c.Name == "Forecast" ? ", NormalizeTargets = true" : "")})] {c.Layers} public partial class {c.Name};"),
        .. _twins.Select((t, i) => $"[Network(Inputs = 3, Timesteps = 7)] [Gru(5)] [Dense({t.Units})] [{t.Ours}] public partial class Ours{i}; [Network(Inputs = 3, Timesteps = 7)] [Gru(5)] [Dense({t.Units})] [Own.{t.Own}] public partial class Own{i};"),
        "[Network(Inputs = 3, Timesteps = 7)] [Dense(2)] [Own.Percent] public partial class Percent;",
    ]));

    public static TheoryData<string> Names => new(_all.Select(c => c.Name));

    public static TheoryData<int> Twins => [.. Enumerable.Range(0, _twins.Length)];

    [Fact]
    public void Losses_and_activations_give_the_numbers_of_their_papers_equations()
    {
        double[] y = [.. Enumerable.Range(0, 5).Select(k => 1.3 * Math.Sin((0.9 * k) + 0.2))], target = [.. Enumerable.Range(0, 5).Select(k => Math.Cos(1.1 * k))];
        Vec Far(double[] values) => Vec.Of([.. values.Select(v => 40 * v)]);
        Vec oneHot = Vec.Of(0, 0, 1, 0, 0);
        var found = new Dictionary<string, double[]>
        {
            ["LogCosh"] = Cells.LogCoshAttribute.Loss(Vec.Of(y), Vec.Of(target)).ToArray(),
            ["LogCosh.Far"] = Cells.LogCoshAttribute.Loss(Far(y), Far(target)).ToArray(),
            ["Mish"] = Cells.MishAttribute.Apply(Vec.Of(y)).ToArray(),
            ["Swish.1.0"] = new Cells.SwishAttribute().Apply(Vec.Of(y)).ToArray(),
            ["Swish.1.5"] = new Cells.SwishAttribute { Beta = 1.5 }.Apply(Vec.Of(y)).ToArray(),
        };
        foreach (double gamma in new[] { 0, 0.5, 2, 5 })
        {
            var focal = new Cells.FocalAttribute { Gamma = gamma };
            string name = gamma.ToString("F1", CultureInfo.InvariantCulture);
            found["Focal." + name] = [focal.Loss(Vec.Of(y), oneHot).Value];
            found["Focal.Far." + name] = [focal.Loss(Far(y), oneHot).Value];
        }

        Assert.Equal(_numbers.Keys.Order(), found.Keys.Order());
        Assert.All(_numbers, n => Assert.All(n.Value.Zip(found[n.Key]), pair => Assert.Equal(pair.First, pair.Second, 1e-12)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Training_gives_what_the_interpreter_gives(string name) =>
        Equivalence.CheckTraining(Oracle.Of(_networks.Value, name), [Variants.Create(_networks.Value[name], seed: 7)]);

    [Theory]
    [MemberData(nameof(Names))]
    public void Inference_and_streams_give_what_the_interpreter_gives(string name) =>
        Equivalence.CheckInference(Oracle.Of(_networks.Value, name), [Variants.Create(_networks.Value[name], seed: 7)]);

    // Differences are of no use where a loss has a kink at every number.
    public static TheoryData<string> SmoothNames => new(_all.Select(c => c.Name).Where(n => n != "Kinks"));

    [Theory]
    [MemberData(nameof(SmoothNames))]
    public void Gradients_are_derivatives(string name)
    {
        INetwork network = Variants.Create(_networks.Value[name], seed: 7);
        PassData data = RandomData.Batch(network, 4, 7, seed: 5) with { States = new Dictionary<string, float[]>() };
        GradientCheckResult result = GradientCheck.Run(network, Samples.Of(network.Core.Plan, data));
        Assert.True(result.Passes, result.ToString());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_loss_gives_what_its_method_gives(string name)
    {
        INetwork network = Variants.Create(_networks.Value[name], seed: 7);
        Kernels.V1.OutputPort head = network.Core.Plan.Outputs[0];
        object attribute = network.GetType().GetCustomAttributes(inherit: false).First(a => a is CustomLossAttribute);
        MethodInfo method = attribute.GetType().GetMethod("Loss")!;
        PassData data = RandomData.Batch(network, 3, 7, seed: 4) with { States = new Dictionary<string, float[]>(), Lengths = [], Noise = new Dictionary<string, float[]>() };
        Workspace workspace = network.CreateWorkspace(3, 7);
        workspace.Resize(3, 7);
        Passes.Fill(network.Core.Plan, workspace, data);
        workspace.SetMask([]);
        workspace.Forward(ForwardMode.Inference);
        workspace.Loss();
        float[] mean = head.Normalization is null ? new float[head.TargetSize] : network.Parameters["target.mean"].ToArray(), scale = head.Normalization is null ? [] : network.Parameters["target.std"].ToArray();
        double sum = 0, weights = 0;
        float[] outputs = workspace.Output.ToArray();
        for (int row = 0; row < outputs.Length / head.Size; row++)
        {
            double[] y = [.. outputs.Skip(row * head.Size).Take(head.Size).Select((v, k) => scale.Length == 0 ? v : (double)(v - mean[k]) / scale[k])];
            int @class = head.Loss!.Kind == Kernels.V1.LossKind.CustomOfClasses ? workspace.TargetClassesOf(head.Name)[row] : -1;
            double[] target = @class == -1 ? [.. workspace.TargetOf(head.Name).Slice(row * head.TargetSize, head.TargetSize).ToArray().Select((v, k) => scale.Length == 0 ? v : (double)(v - mean[k]) / scale[k])]
                : [.. Enumerable.Range(0, head.Size).Select(k => k == @class ? 1.0 : 0)];
            double weight = @class == -1 ? 1 : @class == head.Loss.IgnoredClass ? 0 : head.Loss.ClassWeights?[@class] ?? 1;
            object loss = weight == 0 ? 0.0 : method.Invoke(method.IsStatic ? null : attribute, [Vec.Of(y), Vec.Of(target)])!;
            sum += weight * (loss is Vec each ? each.ToArray().Average() : loss is Scalar one ? one.Value : 0);
            weights += weight;
        }

        Closeness.Equal(sum / weights, workspace.LossOf(head.Name), name);
    }

    [Theory]
    [MemberData(nameof(Twins))]
    public void A_loss_of_ours_written_as_a_user_s_learns_the_same(int twin)
    {
        foreach ((bool lengths, bool mask, int seed) in new[] { (false, false, 2), (true, true, 2), (true, true, 4) })
        {
            // Weights of values (seed 4) are for losses of values: Distance gives one number.
            INetwork[] networks = [.. new[] { "Ours", "Own" }.Select(kind => Variants.Create(_networks.Value[kind + twin.ToString(CultureInfo.InvariantCulture)], seed: 7))];
            PassData data = RandomData.Batch(networks[0], 5, 7, seed, lengths, mask && (seed == 2 || _twins[twin].Own != "Distance")) with { States = new Dictionary<string, float[]>() };
            PassResults[] results = [.. networks.Select(network => Passes.Train(network, data))];
            foreach (string name in results[0].Keys)
            {
                Closeness.Equal(results[0][name], results[1][name], _twins[twin].Own + " " + name);
            }

            Closeness.Equal(results[0].Loss, results[1].Loss, $"{_twins[twin].Own}, lengths {lengths}, mask {mask}, seed {seed}");
        }
    }

    [Fact]
    public void What_does_not_count_reaches_no_gradient_whatever_it_is()
    {
        INetwork network = Variants.Create(_networks.Value["Percent"], seed: 7);
        Workspace workspace = network.CreateWorkspace(2, 7);
        workspace.Resize(2, 7);
        var random = new Random(1);
        for (int i = 0; i < workspace.Input.Length; i++)
        {
            workspace.Input[i] = random.NextSingle();
        }

        for (int i = 0; i < workspace.Target.Length; i++)
        {
            workspace.Target[i] = 0.2f + (0.1f * (i % 5));
        }

        // A position of nothing, and one number of another.
        (workspace.Target[4], workspace.Target[5], workspace.Target[9]) = (float.NaN, 0, float.NaN);
        float[] mask = [.. Enumerable.Repeat(1f, workspace.Target.Length)];
        (mask[4], mask[5], mask[9]) = (0, 0, 0);
        workspace.SetMask(mask);
        workspace.ZeroGradients();
        double loss = workspace.ForwardBackward();
        Assert.True(double.IsFinite(loss));
        Assert.DoesNotContain(workspace.Gradients.ToArray(), g => !float.IsFinite(g));
        Assert.Contains(workspace.Gradients.ToArray(), g => g != 0);
        double expected = 0;
        for (int i = 0; i < mask.Length; i++)
        {
            expected += mask[i] == 0 ? 0 : Math.Abs((workspace.Output[i] - workspace.Target[i]) / (double)workspace.Target[i]);
        }

        Closeness.Equal(expected / mask.Sum(), loss, "percent");
    }

    [Fact]
    public void A_number_that_is_none_is_seen_where_it_counts()
    {
        INetwork network = Variants.Create(_networks.Value["LogCosh"], seed: 7);
        Workspace workspace = network.CreateWorkspace(1, 2);
        workspace.Resize(1, 2);
        workspace.Target[3] = float.NaN;
        Assert.True(double.IsNaN(workspace.ForwardBackward()));
    }

    [Fact]
    public void Weights_of_numbers_are_refused_by_a_loss_of_positions()
    {
        INetwork network = Variants.Create(_networks.Value["Mixed"], seed: 7);
        Workspace workspace = network.CreateWorkspace(1, 2);
        workspace.Resize(1, 2);
        NotSupportedException error = Assert.Throws<NotSupportedException>(() => workspace.SetMask(new float[2 * 18]));
        Assert.Contains("[Mixed] of Mixed gives one number for a whole position", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_trainer_learns_by_it_and_measures()
    {
        INetwork network = Variants.Create(_networks.Value["FocalSteps"], seed: 7);
        PassData data = RandomData.Batch(network, 12, 7, seed: 5) with { States = new Dictionary<string, float[]>() };
        SequenceData samples = Samples.Of(network.Core.Plan, data);
        Trainer trainer = Trainer.For(network, new Adam(1e-2f), new() { BatchSize = 4, Threads = 2, Monitor = Metric.Accuracy });
        EvaluationResult before = trainer.Evaluate(samples);
        trainer.Fit(samples, 40, cancellationToken: TestContext.Current.CancellationToken);
        EvaluationResult after = trainer.Evaluate(samples);
        Assert.True(after.Loss < 0.9 * before.Loss, $"{before.Loss} to {after.Loss}");
        Assert.True(after.Accuracy > before.Accuracy);
    }
}
