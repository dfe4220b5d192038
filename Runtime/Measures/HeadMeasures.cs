// Measures of all heads of a network over batches. Knows which measure is of which head; refuses to know how batches come about.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>Adds batches that a workspace has run over to measures; allocates nothing on the way.</summary>
internal sealed class HeadMeasures
{
    private readonly OutputPort[] _outputs;
    private readonly MeasureSet?[] _sets;
    private readonly int[] _path;

    /// <summary>Measures of a network's heads.</summary>
    /// <param name="plan">The network.</param>
    /// <param name="measures">Each of the head that it names, or of all of which it can be taken.</param>
    /// <param name="steps">Steps of each head in a batch.</param>
    /// <param name="groups">The groups that there are, in rising order; empty for none.</param>
    /// <param name="maxLabels">The most labels of a sequence.</param>
    /// <exception cref="ArgumentException">A measure cannot be taken: the message says of what and why.</exception>
    public HeadMeasures(NetworkPlan plan, IReadOnlyList<Measure> measures, ReadOnlySpan<int> steps, IReadOnlyList<int> groups, int maxLabels = 0)
    {
        _outputs = plan.Outputs;
        _sets = new MeasureSet?[_outputs.Length];
        List<Measure>[] mine = Divide(plan, measures, groups);
        for (int i = 0; i < _sets.Length; i++)
        {
            if (mine[i].Count > 0)
            {
                _sets[i] = new MeasureSet(ShapeOf(plan, i, Math.Max(1, steps[i]), groups), mine[i].ToArray(), maxLabels);
            }
        }

        _path = new int[_sets.Max(s => s?.Shape.Kind == TargetKind.Labels ? s.Shape.Steps : 0)];
    }

    /// <summary>What the outputs and targets of a head are.</summary>
    /// <param name="plan">The network.</param>
    /// <param name="head">The head.</param>
    /// <param name="steps">Its steps in a batch.</param>
    /// <param name="groups">The groups that there are.</param>
    public static MeasureShape ShapeOf(NetworkPlan plan, int head, int steps, IReadOnlyList<int> groups)
    {
        OutputPort port = plan.Outputs[head];
        LossKind kind = port.Loss?.Kind ?? LossKind.None;
        return new MeasureShape
        {
            Head = port.Name,
            Outputs = port.Size,
            Targets = port.TargetSize,
            Quantiles = port.Loss?.Quantiles is { } quantiles ? [.. quantiles.Select(q => (double)(decimal)q)] : [],
            Kind = kind switch
            {
                LossKind.SoftmaxCrossEntropy or LossKind.CustomOfClasses => TargetKind.Classes,
                LossKind.BinaryCrossEntropy => TargetKind.YesNo,
                LossKind.Ctc => TargetKind.Labels,
                _ => TargetKind.Values,
            },
            HasVariances = kind == LossKind.GaussianLikelihood,
            AreProbabilities = plan.GivesProbabilities(head),
            Blank = kind == LossKind.Ctc ? (int)port.Loss!.Option : 0,
            Steps = port.Axis < 0 ? 1 : steps,
            Groups = groups,
        };
    }

    /// <summary>Fails where measures cannot be taken of a network.</summary>
    public static void Check(NetworkPlan plan, IReadOnlyList<Measure> measures, IReadOnlyList<int> groups) => Divide(plan, measures, groups);

    public void Clear()
    {
        foreach (MeasureSet? set in _sets)
        {
            set?.Clear();
        }
    }

    /// <summary>Adds the batch that a workspace has just run over, with its targets.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="groups">The group of each sequence, as a number among all groups; empty for none.</param>
    public void Add(Workspace workspace, ReadOnlySpan<int> groups)
    {
        for (int i = 0; i < _sets.Length; i++)
        {
            if (_sets[i] is not { } set)
            {
                continue;
            }

            for (int b = 0; b < workspace.Batch; b++)
            {
                int group = groups.IsEmpty ? 0 : groups[b];
                if (set.Shape.Kind == TargetKind.Labels)
                {
                    if (workspace.CountOf(i, b, 0) is var counts && counts != 0)
                    {
                        AddLabels(set, workspace, i, b, group, counts);
                    }

                    continue;
                }

                for (int t = 0; t < workspace.StepsOfHead(i); t++)
                {
                    if (workspace.CountOf(i, b, t) is var weight && weight != 0)
                    {
                        set.Add(new MeasuredPosition(set.Shape)
                        {
                            Outputs = workspace.OutputAt(i, b, t),
                            Targets = workspace.TargetAt(i, b, t),
                            Class = workspace.ClassAt(i, b, t),
                            Weight = weight,
                            ElementWeights = workspace.WeightsAt(i, b, t),
                            Step = t,
                            Group = group,
                        });
                    }
                }
            }
        }
    }

    public MeasureResults Results()
    {
        List<MeasuredValue> values = [];
        List<(string?, object)> details = [];
        for (int i = 0; i < _sets.Length; i++)
        {
            _sets[i]?.Write(values, details, _sets.Length > 1 ? _outputs[i].Name : null);
        }

        return new MeasureResults(values, details);
    }

    private static List<Measure>[] Divide(NetworkPlan plan, IReadOnlyList<Measure> measures, IReadOnlyList<int> groups)
    {
        List<Measure>[] all = [.. plan.Outputs.Select(_ => new List<Measure>())];
        foreach (Measure measure in measures)
        {
            ArgumentNullException.ThrowIfNull(measure, nameof(measures));
            List<string> reasons = [];
            bool isTaken = false;
            for (int i = 0; i < all.Length; i++)
            {
                OutputPort port = plan.Outputs[i];
                if (measure.Head is { } head && head != port.Name)
                {
                    continue;
                }

                string? reason = port.Loss is { Kind: not LossKind.None } ? measure.WhyNot(ShapeOf(plan, i, 1, groups)) : "it has no loss, and so no targets";
                if (reason is null)
                {
                    all[i].Add(measure);
                    isTaken = true;
                }
                else
                {
                    reasons.Add(all.Length == 1 ? reason : $"of '{port.Name}': {reason}");
                }
            }

            if (!isTaken || (measure.Head is not null && reasons.Count > 0))
            {
                throw new ArgumentException(reasons.Count == 0
                    ? $"{plan.Name} has no head '{measure.Head}' to measure {measure.Name} of. It has {string.Join(", ", plan.OutputNames)}."
                    : $"{measure.Name} of {plan.Name} cannot be measured: {string.Join("; ", reasons)}.", nameof(measures));
            }
        }

        return all;
    }

    /// <summary>A sequence of labels: the most likely class of each step, equal neighbours merged and then blanks dropped. Where scores are not numbers there are none.</summary>
    private void AddLabels(MeasureSet set, Workspace workspace, int head, int b, int group, float weight)
    {
        ReadOnlySpan<int> labels = workspace.LabelsAt(head, b, out int steps);
        int count = 0, previous = set.Shape.Blank;
        for (int t = 0; t < steps; t++)
        {
            int best = ClassScores.Highest(workspace.OutputAt(head, b, t));
            if (best < 0)
            {
                count = 0;
                break;
            }

            if (best != previous && best != set.Shape.Blank)
            {
                _path[count++] = best;
            }

            previous = best;
        }

        set.Add(new MeasuredPosition(set.Shape) { Labels = labels, Decoded = _path.AsSpan(0, count), Scratch = set.Scratch, Weight = weight, Group = group });
    }
}
