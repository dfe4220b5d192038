// Losses against difference quotients and against sums written out by hand: lengths, step masks, weights, and CTC against all its paths.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;
using Xunit;

namespace SeqGen.Generator.Tests.Interpreter;

public class LossGradientTests
{
    private static readonly Axis _time = new("time", 0);
    private static readonly Axis _labels = new("labels", 0);

    public static TheoryData<string> Kinds => new(Enum.GetNames<LossKind>().Where(k => k is not (nameof(LossKind.None) or nameof(LossKind.Ctc) or nameof(LossKind.Custom) or nameof(LossKind.CustomOfClasses))));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_loss_of_a_sequence_has_the_gradient_of_its_difference_quotient(string kind)
    {
        foreach ((bool lengths, bool mask) in new[] { (false, false), (true, false), (false, true), (true, true) })
        {
            FiniteDifferences.Check(
                () => Build(Enum.Parse<LossKind>(kind), Shape.Seq(_time, 4)),
                g => Prepare(g, lengths, mask ? [1, 0, 1, 1, 0, 1, 1, 1, 0, 0, 1, 1] : null),
                $"{kind}, lengths {lengths}, mask {mask}");
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_weighted_loss_has_the_gradient_of_its_difference_quotient(string kind)
    {
        double[] weights = [.. Enumerable.Range(0, 48).Select(i => i % 5 == 2 ? 0 : 0.25 * (i % 7))];
        LossKind loss = Enum.Parse<LossKind>(kind);
        FiniteDifferences.Check(() => Build(loss, Shape.Seq(_time, 4)), g => Prepare(g, true, weights[..12]), kind);
        if (loss != LossKind.SoftmaxCrossEntropy)
        {
            FiniteDifferences.Check(() => Build(loss, Shape.Seq(_time, 4)), g => Prepare(g, true, weights[..(12 * (loss == LossKind.Quantile ? 2 : 4))]), kind + " by value");
        }
    }

    [Theory]
    [InlineData("SoftmaxCrossEntropy", 0.1)]
    [InlineData("BinaryCrossEntropy", 3)]
    public void Smoothed_labels_and_weighted_yeses_have_the_gradient_of_their_difference_quotient(string kind, double option) =>
        FiniteDifferences.Check(() => Build(Enum.Parse<LossKind>(kind), Shape.Seq(_time, 4), option), g => Prepare(g, true, null), kind);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_loss_of_last_outputs_has_the_gradient_of_its_difference_quotient(string kind) =>
        FiniteDifferences.Check(() => Build(Enum.Parse<LossKind>(kind), Shape.PerRow(3)), g => Prepare(g, true, null), kind);

    [Fact]
    public void A_cross_entropy_with_an_ignored_class_and_weights_has_the_gradient_of_its_difference_quotient()
    {
        foreach (int ignored in new[] { -1, 1, 7 })
        {
            FiniteDifferences.Check(() => Weighted(ignored, [0.5, 2, 3, 0]), g => Prepare(g, true, null), $"ignored {ignored}");
        }
    }

    [Fact]
    public void Class_weights_make_a_weighted_mean_and_ignored_positions_do_not_count()
    {
        NetworkGraph graph = Weighted(1, [0.5, 2, 3, 1]);
        Run run = Prepare(graph, true, null);
        run.Ports["target"] = [0, 1, 2, 3, 0, 0, 0, 0, 1, 2, 9, 9];
        double[] x = run.Ports["x"];
        double Of(int item, int target) => Math.Log(Enumerable.Range(0, 4).Sum(i => Math.Exp(x[(item * 4) + i]))) - x[(item * 4) + target];
        double expected = ((0.5 * Of(0, 0)) + (3 * Of(2, 2)) + Of(3, 3) + (3 * Of(9, 2))) / (0.5 + 3 + 1 + 3);
        Assert.Equal(expected, GraphInterpreter.Execute(graph, run)["loss"].Data[0], 12);
    }

    [Fact]
    public void Two_weighted_losses_have_the_gradient_of_their_difference_quotient() => FiniteDifferences.Check(
        () =>
        {
            var graph = new NetworkGraph();
            Value y = graph.Add(new MapOp(MapKind.Tanh), graph.Add(new InputOp("x", Shape.Seq(_time, 3))));
            Value first = graph.Add(new LossOp(LossKind.MeanSquaredError), y, graph.Add(new InputOp("target", y.Shape)));
            Value second = graph.Add(new LossOp(LossKind.BinaryCrossEntropy), y, graph.Add(new InputOp("other", y.Shape)));
            Value weighted = graph.Add(new MapOp(MapKind.Mul), second, graph.Add(new ConstOp(0.3)));
            graph.Results["loss"] = graph.Add(new MapOp(MapKind.Add), first, weighted);
            return graph;
        },
        g => Prepare(g, true, null),
        "two losses");

    [Fact]
    public void Ctc_has_the_gradient_of_its_difference_quotient_with_repeated_and_with_no_labels() =>
        FiniteDifferences.Check(() => BuildCtc(blank: 1), g => PrepareCtc(g, [0, 0, 2, 2, 1, 1, 2, 0, 1], [2, 1, 0]), "ctc");

    [Fact]
    public void Ctc_is_the_probability_of_all_paths_that_collapse_to_the_target()
    {
        NetworkGraph graph = BuildCtc(blank: 1);
        int[] targets = [0, 0, 2, 2, 0, 1, 1, 1, 1], counts = [2, 2, 0];
        Run run = PrepareCtc(graph, Array.ConvertAll(targets, t => (double)t), counts);
        double expected = 0;
        for (int row = 0; row < 3; row++)
        {
            double probability = Paths(run.LossLengths![row])
                .Where(path => Collapse(path, blank: 1).SequenceEqual(targets.Skip(row * 3).Take(counts[row])))
                .Sum(path => Probability(run.Ports["x"], row, path));
            expected += -Math.Log(probability) / Math.Max(1, counts[row]) / 3;
        }

        Assert.Equal(expected, GraphInterpreter.Execute(graph, run)["loss"].Data[0], 12);
    }

    [Fact]
    public void A_position_outside_lengths_and_mask_has_no_gradient_and_no_influence()
    {
        NetworkGraph graph = Build(LossKind.MeanAbsoluteError, Shape.Seq(_time, 1));
        Run run = Prepare(graph, true, [1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
        double loss = GraphInterpreter.Execute(graph, run)["loss"].Data[0];
        run.Ports["x"][1] = run.Ports["x"][5] = double.NaN;
        Assert.Equal(loss, GraphInterpreter.Execute(graph, run)["loss"].Data[0]);
        double[] x = run.Ports["x"], target = run.Ports["target"];
        int[] counted = [0, 2, 3, 8, 9];
        Assert.Equal(counted.Sum(i => Math.Abs(x[i] - target[i])) / counted.Length, loss, 12);
    }

    private static NetworkGraph Build(LossKind kind, Shape shape, double option = 0)
    {
        var graph = new NetworkGraph();
        Value y = kind == LossKind.GaussianLikelihood ? null! : graph.Add(new InputOp("x", shape));
        double[] quantiles = kind == LossKind.Quantile ? shape.Width % 2 == 0 ? [0.1, 0.75] : [0.2, 0.5, 0.9] : [];
        if (kind == LossKind.GaussianLikelihood)
        {
            // Variances are above 0, and there are as many as means.
            shape = shape.WithDims(shape.Width * 2);
            y = graph.Add(new InputOp("x", shape));
            y = graph.Add(new ConcatOp(), graph.Add(new SliceOp(0, shape.Width / 2), y), graph.Add(new MapOp(MapKind.Exp), graph.Add(new SliceOp(shape.Width / 2, shape.Width / 2), y)));
        }

        int each = kind == LossKind.GaussianLikelihood ? 2 : Math.Max(1, quantiles.Length);
        Shape target = kind == LossKind.SoftmaxCrossEntropy ? shape.WithDims() with { Type = DType.I32 } : shape.WithDims(shape.Width / each);
        graph.Results["loss"] = graph.Add(new LossOp(kind, kind == LossKind.Huber ? 0.4 : option, quantiles: new(quantiles)), y, graph.Add(new InputOp("target", target)));
        return graph;
    }

    private static NetworkGraph Weighted(int ignored, double[] weights)
    {
        var graph = new NetworkGraph();
        Value y = graph.Add(new InputOp("x", Shape.Seq(_time, 4)));
        Value target = graph.Add(new InputOp("target", y.Shape.WithDims() with { Type = DType.I32 }));
        graph.Results["loss"] = graph.Add(new LossOp(LossKind.SoftmaxCrossEntropy, 0, ignored, new(weights)), y, target);
        return graph;
    }

    private static NetworkGraph BuildCtc(int blank)
    {
        var graph = new NetworkGraph();
        Value y = graph.Add(new InputOp("x", Shape.Seq(_time, 3)));
        Value target = graph.Add(new InputOp("target", Shape.Seq(_labels) with { Type = DType.I32 }));
        graph.Results["loss"] = graph.Add(new LossOp(LossKind.Ctc, blank), y, target);
        return graph;
    }

    /// <summary>Three rows of four steps; with lengths 4, 0 and 2.</summary>
    private static Run Prepare(NetworkGraph graph, bool lengths, double[]? mask)
    {
        var run = new Run(3) { StepMask = mask };
        run.Steps["time"] = 4;
        run.Steps["labels"] = 3;
        if (lengths)
        {
            run.Lengths["time"] = [4, 0, 2];
        }

        FiniteDifferences.Fill(graph, run, 5);
        return run;
    }

    private static Run PrepareCtc(NetworkGraph graph, double[] targets, int[] counts)
    {
        Run run = Prepare(graph, false, null);
        run.Lengths["labels"] = counts;
        run.LossLengths = [4, 3, 2];
        run.Ports["target"] = targets;
        return run;
    }

    private static IEnumerable<int[]> Paths(int steps) => steps == 0
        ? [[]]
        : Paths(steps - 1).SelectMany(p => Enumerable.Range(0, 3).Select(k => p.Append(k).ToArray()));

    private static IEnumerable<int> Collapse(int[] path, int blank) => path.Where((k, t) => k != blank && (t == 0 || path[t - 1] != k));

    private static double Probability(double[] logits, int row, int[] path) => path.Select((k, t) =>
    {
        double[] step = logits.AsSpan(((row * 4) + t) * 3, 3).ToArray();
        return Math.Exp(step[k]) / step.Sum(Math.Exp);
    }).Aggregate(1.0, (a, b) => a * b);
}
