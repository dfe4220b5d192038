// Losses and their gradients, as the golden cases' README defines them: means over the positions that count, weighted.
// Knows lengths and masks; CTC is in its own file.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Tests.Interpreter;

internal static class LossEvaluators
{
    public static void Register(Dictionary<Type, Action<Op, Evaluation>> table)
    {
        table.On<LossOp>((op, e) => e.Result.Data[0] = op.Formula is { } formula ? Own(formula, op.Kind, op.IgnoredClass, op.ClassWeights, e, null)
            : op.Kind == LossKind.SoftmaxCrossEntropy
            ? CrossEntropies(op.Option, op.IgnoredClass, op.ClassWeights, e, null)
            : Compute(op.Kind, op.Option, op.Quantiles, op.ZeroInfinity, e, null));
        table.On<LossGradientOp>((op, e) => _ = op.Formula is { } formula ? Own(formula, op.Kind, op.IgnoredClass, op.ClassWeights, e, e.Result.Data)
            : op.Kind == LossKind.SoftmaxCrossEntropy
            ? CrossEntropies(op.Option, op.IgnoredClass, op.ClassWeights, e, e.Result.Data)
            : Compute(op.Kind, op.Option, op.Quantiles, op.ZeroInfinity, e, e.Result.Data));
    }

    /// <summary>The loss; its derivative by the output too where <paramref name="gradient"/> is there to take it.</summary>
    private static double Compute(LossKind kind, double option, IReadOnlyList<double> quantiles, bool zeroInfinity, Evaluation e, double[]? gradient)
    {
        if (kind == LossKind.Ctc)
        {
            return ConnectionistTemporal.Compute((int)option, zeroInfinity, e, gradient);
        }

        Tensor y = e.Inputs[0], target = e.Inputs[1];
        List<int> counted = Counted(e, y);
        double total = counted.Sum(item => Enumerable.Range(0, target.Size).Sum(i => WeightOf(e, y, item, i))), loss = 0;
        foreach (int item in counted)
        {
            Span<double> dy = gradient is null ? default : gradient.AsSpan(item * y.Size, y.Size);
            for (int i = 0; i < target.Size; i++)
            {
                double scale = WeightOf(e, y, item, i) / total;
                if (scale == 0)
                {
                    continue;
                }

                foreach ((int at, double value, double slope) in Terms(kind, option, quantiles, y.Item(item).ToArray(), target.Item(item)[i], i, target.Size))
                {
                    loss += scale * value;
                    if (gradient is not null)
                    {
                        dy[at] += scale * slope;
                    }
                }
            }
        }

        return loss;
    }

    /// <summary>What the loss of a target adds, and its derivatives by outputs.</summary>
    private static IEnumerable<(int At, double Value, double Slope)> Terms(
        LossKind kind, double option, IReadOnlyList<double> quantiles, double[] y, double target, int i, int targets)
    {
        switch (kind)
        {
            case LossKind.Quantile:
                for (int k = 0; k < quantiles.Count; k++)
                {
                    int at = (i * quantiles.Count) + k;
                    double error = target - y[at], q = quantiles[k];
                    yield return (at, Math.Max(q * error, (q - 1) * error) / quantiles.Count, (error > 0 ? -q : error < 0 ? 1 - q : 0) / quantiles.Count);
                }

                break;
            case LossKind.GaussianLikelihood:
                double r = y[i] - target, v = y[targets + i];
                yield return (i, (Math.Log(v) + (r * r / v)) / 2, r / v);
                yield return (targets + i, 0, ((1 / v) - (r * r / (v * v))) / 2);
                break;
            default:
                (double value, double slope) = Element(kind, option, y[i], target);
                yield return (i, value, slope);
                break;
        }
    }

    /// <summary>sum(w l) / sum(w) over the counted positions whose target is not the ignored class, w the position's weight times that of its target's class.</summary>
    private static double CrossEntropies(double smoothing, int? ignored, IReadOnlyList<double> weights, Evaluation e, double[]? gradient)
    {
        Tensor y = e.Inputs[0], target = e.Inputs[1];
        List<int> counted = Counted(e, y).FindAll(item => (int)target.Data[item] != ignored);
        double Weight(int item) => WeightOf(e, y, item, 0) * (weights.Count == 0 ? 1 : weights[(int)target.Data[item]]);
        double total = counted.Sum(Weight), loss = 0;
        foreach (int item in counted)
        {
            double scale = total == 0 ? 0 : Weight(item) / total;
            loss += scale * CrossEntropy(y.Item(item), (int)target.Data[item], gradient is null ? default : gradient.AsSpan(item * y.Size, y.Size), scale, smoothing);
        }

        return loss;
    }

    /// <summary>A loss of a user's own: its graph, run over the positions that count.</summary>
    private static double Own(Func<NetworkGraph> formula, LossKind kind, int? ignored, IReadOnlyList<double> weights, Evaluation e, double[]? gradient)
    {
        Tensor y = e.Inputs[0], target = e.Inputs[1];
        bool ofClasses = kind == LossKind.CustomOfClasses;
        int Class(int item) => (int)target.Data[item];
        List<int> counted = Counted(e, y).FindAll(item => !ofClasses || Class(item) != ignored);
        if (counted.Count == 0)
        {
            return 0;
        }

        NetworkGraph graph = NetworkCompiler.TrainingGraph(formula(), CompilerOptions.Default);
        int size = graph.Results["output"].Shape.Size;
        double Weight(int item, int k) => WeightOf(e, y, item, k) * (weights.Count == 0 ? 1 : weights[Class(item)]);
        double total = counted.Sum(item => Enumerable.Range(0, size).Sum(k => Weight(item, k)));
        double[] scales = [.. counted.SelectMany(item => Enumerable.Range(0, size).Select(k => total == 0 ? 0 : Weight(item, k) / total))];
        var run = new Run(counted.Count) { Round = e.Run.Round };
        run.Steps["position"] = 1;
        run.Ports[Ports.Input] = [.. counted.SelectMany(item => y.Item(item).ToArray())];
        run.Ports[Ports.LossTarget] = ofClasses ? [.. counted.SelectMany(item => Enumerable.Range(0, y.Size).Select(k => k == Class(item) ? 1.0 : 0))]
            : [.. counted.SelectMany(item => target.Item(item).ToArray())];
        run.Ports["seed"] = scales;
        GraphInterpreter results = GraphInterpreter.Execute(graph, run);
        double[] dy = results["grad.input"].Data;
        for (int i = 0; gradient is not null && i < counted.Count; i++)
        {
            dy.AsSpan(i * y.Size, y.Size).CopyTo(gradient.AsSpan(counted[i] * y.Size));
        }

        return results["output"].Data.Zip(scales, (loss, scale) => scale == 0 ? 0 : loss * scale).Sum();
    }

    private static List<int> Counted(Evaluation e, Tensor y) =>
        Enumerable.Range(0, y.Items).Where(item => IsCounted(e, y, item)).ToList();

    private static bool IsCounted(Evaluation e, Tensor y, int item)
    {
        if (!Enumerable.Range(0, e.Inputs[1].Size).Any(i => WeightOf(e, y, item, i) > 0))
        {
            return false;
        }

        if (y.Shape.Extent != Extent.BatchAxis)
        {
            return true;
        }

        int steps = e.Run.StepsOf(y.Shape.Axis!);
        return e.IsValid(y.Shape.Axis!, item / steps, item % steps);
    }

    /// <summary>What a value of a position counts by the mask, which has one number a position or one a value.</summary>
    private static double WeightOf(Evaluation e, Tensor y, int item, int i)
    {
        double[]? mask = y.Shape.Extent == Extent.BatchAxis ? e.Run.StepMask : e.Run.RowMask;
        return mask is null ? 1 : mask.Length == y.Items ? mask[item] : mask[(item * e.Inputs[1].Size) + i];
    }

    private static (double Value, double Slope) Element(LossKind kind, double option, double y, double target)
    {
        double r = y - target;
        return kind switch
        {
            LossKind.MeanSquaredError => (r * r, 2 * r),
            LossKind.MeanAbsoluteError => (Math.Abs(r), Math.Sign(r)),
            LossKind.Huber when Math.Abs(r) <= option => (r * r / 2, r),
            LossKind.Huber => (option * (Math.Abs(r) - (option / 2)), option * Math.Sign(r)),
            LossKind.PoissonLikelihood => (Math.Exp(y) - (target * y), Math.Exp(y) - target),
            LossKind.BinaryCrossEntropy when option != 0 =>
                (((1 - target) * y) + ((1 + ((option - 1) * target)) * ElementwiseEvaluators.Softplus(-y)), 1 - target - ((1 + ((option - 1) * target)) * ElementwiseEvaluators.Sigmoid(-y))),
            LossKind.BinaryCrossEntropy => (ElementwiseEvaluators.Softplus(y) - (target * y), ElementwiseEvaluators.Sigmoid(y) - target),
            _ => throw new NotSupportedException($"the interpreter has no loss {kind}"),
        };
    }

    private static double CrossEntropy(Span<double> logits, int target, Span<double> gradient, double scale, double smoothing)
    {
        double total = LogSumExp(logits), mean = 0;
        foreach (double logit in logits)
        {
            mean += logit / logits.Length;
        }

        for (int i = 0; i < gradient.Length; i++)
        {
            gradient[i] = scale * (Math.Exp(logits[i] - total) - (i == target ? 1 - smoothing : 0) - (smoothing / logits.Length));
        }

        return total - ((1 - smoothing) * logits[target]) - (smoothing * mean);
    }

    internal static double LogSumExp(ReadOnlySpan<double> x)
    {
        double max = double.NegativeInfinity, sum = 0;
        foreach (double value in x)
        {
            max = Math.Max(max, value);
        }

        if (double.IsNegativeInfinity(max))
        {
            return max;
        }

        foreach (double value in x)
        {
            sum += Math.Exp(value - max);
        }

        return max + Math.Log(sum);
    }
}
