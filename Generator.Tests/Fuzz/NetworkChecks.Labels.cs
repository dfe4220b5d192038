// Labels out of outputs that are trained with CTC.
// Knows paths and what they give, one label sequence by one; refuses to know networks.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Tests.Generated;
using SeqGen.Kernels.V1;

namespace SeqGen.Generator.Tests.Fuzz;

internal sealed partial class NetworkChecks
{
    private const int MostLabelings = 400;

    /// <summary>The best path and searches of several widths, over what the network gave, against a search that writes every label sequence out.</summary>
    private void Labels(PassResults got, PassData data)
    {
        foreach (OutputPort head in _plan.Outputs.Where(o => o.Loss is { Kind: LossKind.Ctc } && o.Axis >= 0))
        {
            Try("labels", () =>
            {
                int all = data.StepsOf(_plan, head.Axis), steps = 1, blank = (int)head.Loss!.Option;
                while (steps < all && Math.Pow(head.Size, steps + 1) <= MostLabelings)
                {
                    steps++;
                }

                float[] logits = got[NameOf(head)][..(steps * head.Size)];
                CheckPath(logits, head.Size, blank);
                foreach (int width in new[] { 1, 2, _draws.Between(3, 6), (int)Math.Pow(head.Size, steps) })
                {
                    CheckLabels(logits, head.Size, blank, width);
                }

                _counts.Passes++;
            });
        }
    }

    /// <summary>Logarithms of probabilities of classes, [steps][classes].</summary>
    private static double[][] Logs(float[] logits, int classes) => [.. logits.Chunk(classes).Select(y =>
    {
        double most = y.Max(), total = most + Math.Log(y.Sum(v => Math.Exp(v - most)));
        return Array.ConvertAll(y, v => v - total);
    })];

    private static void CheckPath(float[] logits, int classes, int blank)
    {
        double[][] logs = Logs(logits, classes);
        int[] path = [.. logs.Select(y => Array.IndexOf(y, y.Max()))];
        int[] expected = [.. path.Where((k, t) => k != blank && (t == 0 || path[t - 1] != k))], labels = new int[path.Length];
        int count = new CtcDecoder(classes, blank, path.Length).Greedy(logits, labels, out double score);
        double sum = logs.Sum(y => y.Max());
        if (!labels.AsSpan(0, count).SequenceEqual(expected) || !(Math.Abs(score - sum) <= 1e-9 * (1 + Math.Abs(sum))))
        {
            throw new MismatchException($"the best path gives {string.Join(" ", labels[..count])} ({score:R}), should give {string.Join(" ", expected)} ({sum:R})");
        }
    }

    private static void CheckLabels(float[] logits, int classes, int blank, int width)
    {
        var labels = new int[logits.Length / classes];
        int count = new CtcDecoder(classes, blank, labels.Length, width).BeamSearch(logits, labels, out double score);
        string found = string.Join(" ", labels[..count]);

        // The paths to each label sequence that end with a blank, and with its last label; of the likeliest some.
        var beam = new Dictionary<string, (double Blank, double Label)> { [""] = (1, 0) };
        bool isSure = true;
        foreach (double[] step in Logs(logits, classes))
        {
            var next = new Dictionary<string, (double Blank, double Label)>();
            void Add(string text, double blanks, double ends) => next[text] = next.GetValueOrDefault(text) is var sum ? (sum.Blank + blanks, sum.Label + ends) : default;
            foreach ((string text, (double before, double ends)) in beam)
            {
                string[] all = text.Split(' ');
                Add(text, (before + ends) * Math.Exp(step[blank]), 0);
                for (int k = 0; k < classes; k++)
                {
                    string label = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{k}"), longer = text.Length == 0 ? label : text + " " + label;
                    if (k == blank)
                    {
                        continue;
                    }

                    bool repeats = all[^1] == label;
                    Add(longer, 0, (repeats ? before : before + ends) * Math.Exp(step[k]));
                    if (repeats)
                    {
                        Add(text, 0, ends * Math.Exp(step[k]));
                    }
                }
            }

            KeyValuePair<string, (double Blank, double Label)>[] ordered = [.. next.Where(n => n.Value.Blank + n.Value.Label > 0).OrderByDescending(n => n.Value.Blank + n.Value.Label)];
            isSure &= ordered.Length <= width || Above(ordered[width - 1].Value, ordered[width].Value);
            beam = ordered.Take(width).ToDictionary();
        }

        var best = beam.MaxBy(b => b.Value.Blank + b.Value.Label);
        double expected = Math.Log(best.Value.Blank + best.Value.Label);
        isSure &= beam.Where(b => b.Key != best.Key).All(b => Above(best.Value, b.Value));
        if (isSure && (found != best.Key || !(Math.Abs(score - expected) <= 1e-9 * (1 + Math.Abs(expected)))))
        {
            throw new MismatchException($"beams {width} find the labels {found} ({score:R}), should find {best.Key} ({expected:R})");
        }

        static bool Above((double Blank, double Label) a, (double Blank, double Label) b) => (a.Blank + a.Label) * (1 - 1e-9) > b.Blank + b.Label;
    }
}
