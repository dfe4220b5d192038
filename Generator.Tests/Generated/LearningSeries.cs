// What a device meets, for any network: inputs step by step, and the truth about them, some of it missing. A learner is led through it, and the same updates are
// made by a loop of one's own with a workspace.
// Knows streams, windows and masks; refuses to know layers.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Kernels.V1;

namespace SeqGen.Generator.Tests.Generated;

internal sealed class LearningSeries
{
    private readonly NetworkPlan _plan;
    private readonly float[][] _inputs;
    private readonly int[] _tokens;
    private readonly Dictionary<string, Truth> _truths;

    /// <param name="network">The network.</param>
    /// <param name="steps">Steps there are.</param>
    /// <param name="seed">Of the draws.</param>
    /// <param name="gaps">The share of truths that are missing.</param>
    public LearningSeries(INetwork network, int steps, int seed, double gaps)
    {
        _plan = network.Core.Plan;
        var random = new System.Random(seed);
        Steps = steps;
        _inputs = [.. Enumerable.Range(0, steps).Select(_ => RandomData.Uniform(random, _plan.InputSize))];
        _tokens = [.. Enumerable.Range(0, steps).Select(_ => random.Next(Math.Max(1, _plan.TokenCount)))];
        _truths = Heads.ToDictionary(h => h.Name, h => new Truth(
            [.. Enumerable.Range(0, steps).Select(_ => RandomData.Targets(random, h.Loss!.Kind, h.TargetSize))],
            [.. Enumerable.Range(0, steps).Select(_ => random.Next(h.Size))],
            [.. Enumerable.Range(0, steps).Select(_ => random.NextDouble() >= gaps)]));
    }

    public int Steps { get; }

    private IEnumerable<OutputPort> Heads => _plan.Outputs.Where(o => o.Loss is not null);

    /// <summary>Whether a learner takes the network.</summary>
    public static bool CanLearn(NetworkPlan plan) => plan is { CanTrain: true, CanStream: true, TruncatesBackward: true }
        && plan.Outputs.Any(o => o.Loss is not null) && !plan.Outputs.Any(o => o.Loss?.Kind == LossKind.Ctc);

    /// <summary>Leads a learner from one step to another; gives the outputs.</summary>
    /// <param name="learner">The learner.</param>
    /// <param name="from">The first step.</param>
    /// <param name="to">The step after the last.</param>
    /// <param name="onlyStep">Whether the last step's truth is left for <see cref="Observe"/>.</param>
    public float[] Run(OnlineLearner learner, int from, int to, bool onlyStep = false)
    {
        var outputs = new List<float>();
        var y = new float[_plan.OutputSize];
        for (int t = from; t < to; t++)
        {
            _ = _plan.TokenCount > 0 ? learner.Step(_tokens[t], y) : learner.Step(_inputs[t], y);
            outputs.AddRange(y);
            if (!onlyStep || t < to - 1)
            {
                Observe(learner, t);
            }
        }

        return [.. outputs];
    }

    /// <summary>The same with the plain stream.</summary>
    public float[] Run(RecurrentStream stream)
    {
        var outputs = new List<float>();
        var y = new float[_plan.OutputSize];
        for (int t = 0; t < Steps; t++)
        {
            _ = _plan.TokenCount > 0 ? stream.Step(_tokens[t], y) : stream.Step(_inputs[t], y);
            outputs.AddRange(y);
        }

        return [.. outputs];
    }

    /// <summary>Hands in what is known after a step.</summary>
    public void Observe(OnlineLearner learner, int t)
    {
        int of = t - learner.Horizon;
        foreach (OutputPort head in Heads)
        {
            Truth truth = _truths[head.Name];
            if (of < 0 || !truth.Known[of])
            {
                continue;
            }

            _ = head.Loss!.Kind.TakesClasses() ? learner.Observe(head.Name, truth.Classes[of]) : learner.Observe(head.Name, truth.Values[of]);
        }
    }

    /// <summary>The same updates by hand.</summary>
    /// <param name="network">A network with the parameters that the learner's had.</param>
    /// <param name="optimizer">A fresh optimizer.</param>
    /// <param name="options">The learner's.</param>
    /// <returns>How many updates were made; -1 where a loss or gradient is not finite, so that a learner would begin anew.</returns>
    public int ByHand(INetwork network, Optimizer optimizer, OnlineLearnerOptions options)
    {
        Workspace workspace = network.CreateWorkspace(1, options.Window);
        workspace.UsesRunningStatistics = true;
        int window = workspace.MaxSteps, done = 0;
        for (int n = 0; IsComplete(n, window, options.Horizon); n++)
        {
            workspace.Resize(1, window, keepStates: n > 0);
            bool counts = Fill(workspace, n * window, window);
            workspace.Seed = options.Seed;
            workspace.SampleOffset = n;
            if (!counts)
            {
                workspace.Forward(ForwardMode.Training);
                workspace.CarryState();
                continue;
            }

            workspace.ZeroGradients();
            workspace.Forward(ForwardMode.Training);
            double loss = workspace.Loss();
            workspace.Backward();
            double norm = options.GradientClipping.Apply(network.Parameters, workspace.Gradients);
            if (!double.IsFinite(loss) || !double.IsFinite(norm))
            {
                return -1;
            }

            optimizer.Step(network.Parameters, workspace.Gradients);
            workspace.CarryState();
            done++;
        }

        return done;
    }

    /// <summary>Whether a window's truth is all in, or its last step's not awaited any more.</summary>
    private bool IsComplete(int n, int window, int horizon)
    {
        int last = ((n + 1) * window) - 1;
        return last + horizon + 1 < Steps || (last + horizon < Steps && Heads.All(h => _truths[h.Name].Known[last]));
    }

    /// <summary>Fills a window; whether anything counts.</summary>
    private bool Fill(Workspace workspace, int from, int window)
    {
        bool counts = false;
        if (_plan.TokenCount > 0)
        {
            _tokens.AsSpan(from, window).CopyTo(workspace.Tokens);
        }
        else
        {
            _inputs[from..(from + window)].SelectMany(x => x).ToArray().CopyTo(workspace.Input);
        }

        foreach (OutputPort head in Heads)
        {
            Truth truth = _truths[head.Name];
            Range steps = head.Axis >= 0 ? from..(from + window) : (from + window - 1)..(from + window);
            if (head.Loss!.Kind.TakesClasses())
            {
                truth.Classes[steps].CopyTo(workspace.TargetClassesOf(head.Name));
            }
            else
            {
                truth.Values[steps].SelectMany(v => v).ToArray().CopyTo(workspace.TargetOf(head.Name));
            }

            float[] mask = [.. truth.Known[steps].Select((known, i) => known ? 1f : 0f)];
            workspace.SetMask(head.Name, mask);
            counts |= mask.Contains(1) && (!head.Loss.Kind.TakesClasses() || head.Loss.IgnoredClass is null
                || truth.Classes[steps].Zip(mask).Any(p => p.Second == 1 && p.First != head.Loss.IgnoredClass));
        }

        return counts;
    }

    private sealed record Truth(float[][] Values, int[] Classes, bool[] Known);
}
