// Measures of baselines over the same positions as a network's: what counts, and how much, says the workspace. Knows one head; refuses to know how batches come about.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Kernels.V1;

namespace SeqGen;

internal sealed class BaselineMeasures
{
    private readonly Baseline[] _baselines;
    private readonly MeasureSet[] _sets;
    private readonly NetworkPlan _plan;
    private readonly int _head;
    private readonly float[] _forecast;

    /// <summary>Measures of fitted baselines.</summary>
    /// <param name="plan">The network beside which they are measured.</param>
    /// <param name="head">The head whose targets they forecast.</param>
    /// <param name="series">The data.</param>
    /// <param name="baselines">The baselines.</param>
    /// <param name="measures">What is measured of the network; those that a single forecast has not are left out.</param>
    /// <param name="steps">Steps of the head in a batch.</param>
    public BaselineMeasures(NetworkPlan plan, int head, TargetSeries series, IReadOnlyList<Baseline> baselines, IReadOnlyList<Measure> measures, int steps)
    {
        (_plan, _head, _baselines, _forecast) = (plan, head, [.. baselines], new float[series.Size]);
        MeasureShape shape = HeadMeasures.ShapeOf(plan, head, steps, []) with { Outputs = series.Size, Targets = series.Size, Quantiles = [], HasVariances = false };
        Measure[] taken = [.. measures.Where(m => (m.Head is null || m.Head == shape.Head) && m.WhyNot(shape) is null)];
        _sets = [.. _baselines.Select(_ => new MeasureSet(shape, taken))];
        foreach (Baseline baseline in _baselines)
        {
            baseline.Check(series);
        }
    }

    /// <summary>Adds the batch that a workspace has just run over.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="series">The targets of the data that it was filled from.</param>
    /// <param name="samples">The samples.</param>
    public void Add(Workspace workspace, TargetSeries series, ReadOnlySpan<int> samples)
    {
        int steps = workspace.StepsOfHead(_head), axis = _plan.Outputs[_head].Axis;
        for (int b = 0; b < samples.Length; b++)
        {
            for (int t = 0; t < steps; t++)
            {
                if (workspace.CountOf(_head, b, t) is not (var weight and not 0))
                {
                    continue;
                }

                // Where a convolution has left steps out, the target is that of the step that it has come to.
                int step = axis >= 0 && steps != series.Steps ? AxisSteps.LastSeen(_plan, axis, t) : t;
                for (int i = 0; i < _baselines.Length; i++)
                {
                    _baselines[i].Forecast(series, samples[b], step, _forecast);
                    _sets[i].Add(new MeasuredPosition(_sets[i].Shape)
                    {
                        Outputs = _forecast,
                        Targets = workspace.TargetAt(_head, b, t),
                        Weight = weight,
                        ElementWeights = workspace.WeightsAt(_head, b, t),
                        Step = t,
                    });
                }
            }
        }
    }

    public IEnumerable<(string Name, MeasureResults Results)> Results() => _baselines.Zip(_sets, (b, s) => (b.Name, s.Results()));
}
