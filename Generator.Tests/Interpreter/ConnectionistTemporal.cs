// Connectionist temporal classification (Graves et al. 2006) by the forward-backward algorithm in logarithms.
// Knows one row's lengths; the mean over the batch is here, what a position costs in other losses is not.
using System;
using System.Linq;

namespace SeqGen.Generator.Tests.Interpreter;

internal static class ConnectionistTemporal
{
    public static double Compute(int blank, bool zeroInfinity, Evaluation e, double[]? gradient)
    {
        Tensor y = e.Inputs[0], target = e.Inputs[1];
        int steps = e.Run.StepsOf(y.Shape.Axis!), labels = e.Run.StepsOf(target.Shape.Axis!), classes = y.Size;
        double loss = 0, total = e.Run.LabelMask?.Sum() ?? e.Run.Batch;
        for (int row = 0; row < e.Run.Batch; row++)
        {
            int length = e.Run.LossLengths?[row] ?? e.Run.LengthOf(y.Shape.Axis!, row);
            int count = e.Run.LengthOf(target.Shape.Axis!, row);
            var extended = new int[(2 * count) + 1];
            for (int s = 0; s < extended.Length; s++)
            {
                extended[s] = s % 2 == 0 ? blank : (int)target.Data[(row * labels) + (s / 2)];
            }

            double scale = (e.Run.LabelMask?[row] ?? 1) / (total * Math.Max(1, count));
            if (e.Run.LabelMask?[row] == 0)
            {
                continue;
            }

            Span<double> dy = gradient is null ? default : gradient.AsSpan(row * steps * classes, length * classes);
            loss += scale * Row(y.Data.AsSpan(row * steps * classes, length * classes), classes, extended, blank, zeroInfinity, dy, scale, e);
        }

        return loss;
    }

    private static double Row(ReadOnlySpan<double> logits, int classes, int[] labels, int blank, bool zeroInfinity, Span<double> gradient, double scale, Evaluation e)
    {
        int steps = logits.Length / classes, states = labels.Length;
        var logs = new double[steps, classes];
        for (int t = 0; t < steps; t++)
        {
            double total = LossEvaluators.LogSumExp(logits.Slice(t * classes, classes));
            for (int k = 0; k < classes; k++)
            {
                logs[t, k] = logits[(t * classes) + k] - total;
            }
        }

        // alpha counts a step's own emission, beta does not: their product is the probability of a path through a state.
        double[,] alpha = Forward(logs, labels, blank), beta = Backward(logs, labels, blank);
        double probability = Add(alpha[steps - 1, states - 1], states > 1 ? alpha[steps - 1, states - 2] : double.NegativeInfinity);
        if (zeroInfinity && double.IsNegativeInfinity(probability))
        {
            return 0;
        }

        for (int t = 0; t < steps && gradient.Length > 0; t++)
        {
            for (int k = 0; k < classes; k++)
            {
                double through = double.NegativeInfinity;
                for (int s = 0; s < states; s++)
                {
                    through = labels[s] == k ? Add(through, alpha[t, s] + beta[t, s]) : through;
                }

                // Their difference has what rounding the first one leaves of it; the second is one of doubles in kernels too.
                gradient[(t * classes) + k] = scale * (e.OnTheWay(Math.Exp(logs[t, k])) - Math.Exp(through - probability));
            }
        }

        return -probability;
    }

    private static double[,] Forward(double[,] logs, int[] labels, int blank)
    {
        int steps = logs.GetLength(0);
        var alpha = new double[steps, labels.Length];
        for (int t = 0; t < steps; t++)
        {
            for (int s = 0; s < labels.Length; s++)
            {
                double before = t == 0 ? (s < 2 ? 0 : double.NegativeInfinity) : alpha[t - 1, s];
                if (t > 0 && s > 0)
                {
                    before = Add(before, alpha[t - 1, s - 1]);
                }

                if (t > 0 && MaySkip(labels, s, blank))
                {
                    before = Add(before, alpha[t - 1, s - 2]);
                }

                alpha[t, s] = before + logs[t, labels[s]];
            }
        }

        return alpha;
    }

    private static double[,] Backward(double[,] logs, int[] labels, int blank)
    {
        int steps = logs.GetLength(0), states = labels.Length;
        var beta = new double[steps, states];
        for (int s = 0; s < states; s++)
        {
            beta[steps - 1, s] = s >= states - 2 ? 0 : double.NegativeInfinity;
        }

        for (int t = steps - 2; t >= 0; t--)
        {
            for (int s = 0; s < states; s++)
            {
                double after = beta[t + 1, s] + logs[t + 1, labels[s]];
                if (s + 1 < states)
                {
                    after = Add(after, beta[t + 1, s + 1] + logs[t + 1, labels[s + 1]]);
                }

                if (s + 2 < states && MaySkip(labels, s + 2, blank))
                {
                    after = Add(after, beta[t + 1, s + 2] + logs[t + 1, labels[s + 2]]);
                }

                beta[t, s] = after;
            }
        }

        return beta;
    }

    private static bool MaySkip(int[] labels, int s, int blank) => s >= 2 && labels[s] != blank && labels[s] != labels[s - 2];

    private static double Add(double a, double b) => LossEvaluators.LogSumExp([a, b]);
}
