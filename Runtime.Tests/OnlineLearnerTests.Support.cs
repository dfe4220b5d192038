// What a sensor gives and what is true of it, a learner led through it, and the same updates by hand.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Tests.Support;
using Xunit;

namespace SeqGen.Tests;

public sealed partial class OnlineLearnerTests
{
    private static OnlineLearner Learner(TinyNetwork net, Optimizer optimizer, int horizon = 0) =>
        new(net.CreateStream(), optimizer, new() { Horizon = horizon, GradientClipping = GradientClipping.ByNorm(0.5f), Seed = 7 });

    /// <summary>Steps from one to another; gives all outputs.</summary>
    private static float[] Run(OnlineLearner learner, Series series, int from, int to, bool lastTruth = true)
    {
        List<float> outputs = [];
        float[] y = new float[series.Outputs];
        for (int t = from; t < to; t++)
        {
            learner.Step(series.Input(t), y);
            outputs.AddRange(y);
            if (lastTruth || t < to - 1)
            {
                Observe(learner, series, t);
            }
        }

        return [.. outputs];
    }

    /// <summary>Hands in after step t what is known then.</summary>
    private static void Observe(OnlineLearner learner, Series series, int t)
    {
        int of = t - learner.Horizon;
        if (of < 0)
        {
            Assert.False(learner.Observe(new float[series.Outputs]));
        }
        else if (series.IsKnown(of))
        {
            learner.Observe(series.Target(of));
        }
        else if (of % 2 == 0)
        {
            learner.Observe([.. Enumerable.Repeat(float.NaN, series.Outputs)]);
        }
    }

    /// <summary>One update of a loop of one's own from a window.</summary>
    private static bool OwnUpdate(TinyNetwork net, Workspace workspace, Optimizer optimizer, Series series, int from, ulong seed, int window, bool keep = false)
    {
        bool sequence = net.Core.Plan.OutputIsSequence;
        workspace.Resize(1, Window, keepStates: window > 0 || keep);
        float[] mask = series.Fill(workspace, from, sequence);
        if (mask.All(m => m == 0))
        {
            workspace.Seed = seed;
            workspace.SampleOffset = window;
            workspace.Forward(ForwardMode.Training);
            workspace.CarryState();
            return false;
        }

        workspace.SetMask(mask);
        Update(workspace, optimizer, seed, window);
        return true;
    }

    private static void Update(Workspace workspace, Optimizer optimizer, ulong seed, int window)
    {
        workspace.Seed = seed;
        workspace.SampleOffset = window;
        workspace.ZeroGradients();
        workspace.ForwardBackward();
        GradientClipping.ByNorm(0.5f).Apply(workspace);
        optimizer.Step(workspace);
        workspace.CarryState();
    }

    /// <summary>What a sensor gives, and what is true of it.</summary>
    private sealed class Series(int outputs, bool gaps)
    {
        private readonly float[] _inputs = TestData.Random(3 * (Steps + 3), 11);
        private readonly float[] _targets = TestData.Random(outputs * (Steps + 3), 12);

        public int Outputs => outputs;

        public bool IsKnown(int t) => !gaps || t % 3 != 1;

        public float[] Input(int t) => Inputs(t, 1);

        public float[] Inputs(int t, int count) => _inputs[(3 * t)..(3 * (t + count))];

        public float[] Target(int t) => _targets[(outputs * t)..(outputs * (t + 1))];

        /// <summary>Fills a workspace; gives the mask.</summary>
        public float[] Fill(Workspace workspace, int from, bool sequence)
        {
            Inputs(from, Window).CopyTo(workspace.Input);
            int[] steps = [.. Enumerable.Range(from, Window).Skip(sequence ? 0 : Window - 1)];
            steps.SelectMany(Target).ToArray().CopyTo(workspace.Target);
            return [.. steps.Select(t => IsKnown(t) ? 1f : 0f)];
        }
    }
}
