// The learner of a stream: its updates are those of a loop of one's own, to the bit; what is missing, paused, refused and broken off.
using System;
using System.IO;
using System.Linq;
using SeqGen.Kernels.V1;
using SeqGen.Tests.Support;
using Xunit;

namespace SeqGen.Tests;

public sealed partial class OnlineLearnerTests : IDisposable
{
    private const int Steps = 43, Window = 5;
    private static readonly TinyOptions _each = new() { Sequence = true, Units = 3, Timesteps = Window };
    private readonly string _directory = Directory.CreateTempSubdirectory("seqgen-learner-").FullName;

    /// <summary>Noise, one output a window or one a step, and whether some truths are missing.</summary>
    public static TheoryData<bool, float, int, bool> Kinds
    {
        get
        {
            TheoryData<bool, float, int, bool> kinds = [];
            foreach ((bool sequence, float keep, int horizon, bool gaps) in new[] { (true, 1f, 0, false), (true, 0.7f, 3, true), (false, 1f, 2, false), (false, 0.7f, 0, true), (true, 1f, 12, true) })
            {
                kinds.Add(sequence, keep, horizon, gaps);
            }

            return kinds;
        }
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void UpdatesAreThoseOfALoopOfOnesOwn(bool sequence, float keep, int horizon, bool gaps)
    {
        TinyOptions options = _each with { Sequence = sequence, Keep = keep };
        TinyNetwork net = new(3, options), own = new(3, options);
        Series series = new(options.Units, gaps);
        OnlineLearner learner = Learner(net, new Adam(0.03f), horizon);
        Run(learner, series, 0, Steps);

        Adam adam = new(0.03f);
        Workspace workspace = own.CreateWorkspace(1);
        int updates = 0, windows = (Steps - horizon - 1) / Window;
        for (int window = 0; window < windows; window++)
        {
            updates += OwnUpdate(own, workspace, adam, series, window * Window, (ulong)7, window) ? 1 : 0;
        }

        // The last window may be complete by its truth alone.
        if ((windows + 1) * Window + horizon <= Steps && series.IsKnown(((windows + 1) * Window) - 1))
        {
            updates += OwnUpdate(own, workspace, adam, series, windows * Window, 7, windows) ? 1 : 0;
        }

        Assert.Equal(own.Parameters.Values.ToArray(), net.Parameters.Values.ToArray());
        Assert.Equal((updates, adam.StepCount), (learner.Updates, learner.Optimizer.StepCount));
        Assert.True(updates > 3);
        Assert.NotEqual(new TinyNetwork(3, options).Parameters.Values.ToArray(), net.Parameters.Values.ToArray());
    }

    [Fact]
    public void WithoutLearningAnOutputIsThePlainStreams()
    {
        Series series = new(3, gaps: false);
        TinyNetwork net = new(3, _each);
        TinyStream plain = net.CreateStream();
        OnlineLearner learner = Learner(net, new Adam(0.03f));
        learner.Learns = false;
        float[] before = net.Parameters.Values.ToArray(), y = new float[3], expected = new float[3];
        for (int t = 0; t < Steps; t++)
        {
            plain.Step(series.Input(t), expected);
            learner.Step(series.Input(t), y);
            Assert.Equal(expected, y);
            Assert.False(learner.Observe(series.Target(t)));
        }

        Assert.Equal(before, net.Parameters.Values.ToArray());
        Assert.Equal((Steps, 0L, 0), (learner.Steps, learner.Updates, learner.Optimizer.StepCount));
    }

    [Fact]
    public void TheStreamGoesOnWithItsStatesAndTheNewParameters()
    {
        Series series = new(3, gaps: false);
        TinyNetwork net = new(3, _each);
        TinyStream plain = net.CreateStream();
        OnlineLearner learner = Learner(net, new Adam(0.03f));
        float[] y = new float[3], expected = new float[3];
        for (int t = 0; t < Steps; t++)
        {
            // Both are of one network: the other one sees the parameters change.
            plain.Step(series.Input(t), expected);
            learner.Step(series.Input(t), y);
            Assert.Equal(expected, y);
            Assert.Equal(t % Window == Window - 1, learner.Observe(series.Target(t)));
        }
    }

    [Fact]
    public void AfterAPauseAWindowBeginsAtTheStreamsStates()
    {
        Series series = new(3, gaps: false);
        TinyNetwork net = new(3, _each);
        OnlineLearner learner = Learner(net, new Sgd(0.1f));
        learner.Learns = false;
        Run(learner, series, 0, 8);
        TinyNetwork own = new(3, _each);
        own.Parameters.CopyFrom(net.Parameters);
        TinyStream stream = own.CreateStream();
        float[] y = new float[3], state = new float[stream.StateSize];
        for (int t = 0; t < 8; t++)
        {
            stream.Step(series.Input(t), y);
        }

        learner.Learns = true;
        Run(learner, series, 8, 8 + Window);
        stream.SaveState(state);
        Workspace workspace = own.CreateWorkspace(1);
        workspace.SetInitialState(own.Core.Plan.Training!.States[0].Name, state);
        OwnUpdate(own, workspace, new Sgd(0.1f), series, 8, 7, 0, keep: true);
        Assert.Equal(own.Parameters.Values.ToArray(), net.Parameters.Values.ToArray());

        // What was not learned from before a pause is forgotten.
        Run(learner, series, 13, 13 + Window - 1);
        learner.Learns = false;
        learner.Learns = true;
        Run(learner, series, 17, 17 + Window - 1);
        Assert.Equal(1, learner.Updates);
    }

    [Fact]
    public void AnInputThatIsMissingIsTheLastOneThereWas()
    {
        Series series = new(3, gaps: false);
        TinyNetwork net = new(3, _each), plain = new(3, _each);
        OnlineLearner learner = Learner(net, new Adam(0.03f)), held = Learner(plain, new Adam(0.03f));
        float[] y = new float[3], expected = new float[3], last = new float[3];
        long missing = 0;
        for (int t = 0; t < Steps; t++)
        {
            float[] x = series.Input(t);
            for (int i = 0; i < 3; i++)
            {
                if ((t + i) % 4 == 0)
                {
                    x[i] = (t % 3) switch { 0 => float.NaN, 1 => float.PositiveInfinity, _ => float.NegativeInfinity };
                    missing++;
                }
                else
                {
                    last[i] = x[i];
                }
            }

            learner.Step(x, y);
            held.Step(last, expected);
            Assert.Equal(expected, y);
            learner.Observe(series.Target(t));
            held.Observe(series.Target(t));
        }

        Assert.Equal(plain.Parameters.Values.ToArray(), net.Parameters.Values.ToArray());
        Assert.Equal((missing, 0L), (learner.MissingInputs, held.MissingInputs));
    }

    [Fact]
    public void AWindowOfWhichNothingCountsMakesNoUpdateAndCarriesItsStates()
    {
        Series series = new(3, gaps: false);
        TinyNetwork net = new(3, _each), own = new(3, _each);
        OnlineLearner learner = Learner(net, new Adam(0.03f));
        float[] y = new float[3];
        for (int t = 0; t < 3 * Window; t++)
        {
            learner.Step(series.Input(t), y);
            if (t / Window == 1)
            {
                Assert.False(learner.Observe([float.NaN, 0, 0]));
            }
            else
            {
                learner.Observe(series.Target(t));
            }
        }

        Adam adam = new(0.03f);
        Workspace workspace = own.CreateWorkspace(1);
        OwnUpdate(own, workspace, adam, series, 0, 7, 0);
        series.Fill(workspace, Window, sequence: true);
        workspace.Forward(ForwardMode.Training);
        workspace.CarryState();
        OwnUpdate(own, workspace, adam, series, 2 * Window, 7, 2);
        Assert.Equal(own.Parameters.Values.ToArray(), net.Parameters.Values.ToArray());
        Assert.Equal((2L, 0L, 2), (learner.Updates, learner.RefusedUpdates, learner.Optimizer.StepCount));
    }

    [Fact]
    public void ATruthThatComesNotIsNotWaitedFor()
    {
        Series series = new(3, gaps: false);
        TinyNetwork net = new(3, _each);
        OnlineLearner learner = Learner(net, new Adam(0.03f));
        float[] y = new float[3];
        for (int t = 0; t < Window; t++)
        {
            learner.Step(series.Input(t), y);
            if (t < Window - 1)
            {
                learner.Observe(series.Target(t));
            }
        }

        Assert.Equal(0, learner.Updates);
        learner.Step(series.Input(Window), y);
        Assert.Equal(1, learner.Updates);
        Assert.True(double.IsFinite(learner.Loss) && learner.GradientNorm > 0);
    }

    [Fact]
    public void WhatIsHandedInAgainCountsInstead()
    {
        Series series = new(3, gaps: false);
        TinyNetwork once = new(3, _each), again = new(3, _each);
        OnlineLearner first = Learner(once, new Adam(0.03f)), second = Learner(again, new Adam(0.03f));
        float[] y = new float[3];
        for (int t = 0; t < Window; t++)
        {
            first.Step(series.Input(t), y);
            second.Step(series.Input(t), y);
            if (t < Window - 1)
            {
                second.Observe([9, 9, float.NaN]);
            }

            Assert.Equal(first.Observe(series.Target(t)), second.Observe(series.Target(t)));
        }

        Assert.Equal(once.Parameters.Values.ToArray(), again.Parameters.Values.ToArray());
    }

    [Fact]
    public void AGradientThatIsNotFiniteIsRefusedAndLearningGoesOn()
    {
        Series series = new(3, gaps: false);
        TinyNetwork net = new(3, _each), without = new(3, _each);
        OnlineLearner learner = Learner(net, new Adam(0.03f));
        float[] before = net.Parameters.Values.ToArray();
        float[] y = new float[3];
        for (int t = 0; t < Window; t++)
        {
            learner.Step(series.Input(t), y);
            Assert.False(learner.Observe([float.MaxValue, float.MaxValue, float.MaxValue]));
        }

        Assert.Equal((0L, 1L, 0), (learner.Updates, learner.RefusedUpdates, learner.Optimizer.StepCount));
        Assert.False(double.IsFinite(learner.Loss) && double.IsFinite(learner.GradientNorm));
        Assert.Equal(before, net.Parameters.Values.ToArray());

        // The next window is that of a learner that begins where the stream is.
        TinyStream stream = without.CreateStream();
        for (int t = 0; t < Window; t++)
        {
            stream.Step(series.Input(t), y);
        }

        Run(learner, series, Window, 3 * Window);
        Run(new OnlineLearner(stream, new Adam(0.03f), new() { GradientClipping = GradientClipping.ByNorm(0.5f), Seed = 7 }), series, Window, 3 * Window);
        Assert.Equal(2, learner.Updates);
        Assert.Equal(without.Parameters.Values.ToArray(), net.Parameters.Values.ToArray());
    }

    [Fact]
    public void ParametersThatAreNotFiniteAnyMoreAreAnError()
    {
        Series series = new(3, gaps: false);
        OnlineLearner learner = new(new TinyNetwork(3, _each).CreateStream(), new Sgd(1e30f), new() { GradientClipping = GradientClipping.None });
        Run(learner, series, 0, Window, lastTruth: false);
        TrainingDivergedException e = Assert.Throws<TrainingDivergedException>(() => learner.Observe([1e15f, 1e15f, 1e15f]));
        Assert.Contains("Tiny has left parameters that are not finite", e.Message, StringComparison.Ordinal);
        Assert.Contains("Load the last checkpoint", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NothingIsAllocatedFromTheFirstStepOn()
    {
        Series series = new(3, gaps: false);
        float[][] inputs = [.. Enumerable.Range(0, 40).Select(series.Input)], targets = [.. Enumerable.Range(0, 40).Select(series.Target)];
        float[] y = new float[3];

        // Another learner has compiled the code: what is left is what a learner itself would allocate.
        Run(Learner(new TinyNetwork(5, _each with { Keep = 0.7f }), new Adam(0.03f), horizon: 2), series, 0, 40);
        OnlineLearner learner = Learner(new TinyNetwork(3, _each with { Keep = 0.7f }), new Adam(0.03f), horizon: 2);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int t = 0; t < 40; t++)
        {
            learner.Step(inputs[t], y);
            learner.Observe(targets[t]);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(learner.Updates > 5);
    }

    [Fact]
    public void WrongCallsSayWhatIsWrongAndChangeNothing()
    {
        Series series = new(3, gaps: false);
        TinyNetwork net = new(3, _each), other = new(3, _each);
        OnlineLearner learner = Learner(net, new Adam(0.03f)), same = Learner(other, new Adam(0.03f));
        float[] y = new float[3];
        Run(learner, series, 0, 3);
        Run(same, series, 0, 3);
        Assert.Contains("takes 3 features a step, 2 were given", Assert.Throws<ArgumentException>(() => learner.Step(new float[2], y)).Message, StringComparison.Ordinal);
        Assert.Contains("there is room for 1", Assert.Throws<ArgumentException>(() => learner.Step(new float[3], new float[1])).Message, StringComparison.Ordinal);
        Assert.Contains("not tokens", Assert.Throws<NotSupportedException>(() => learner.Step(1, y)).Message, StringComparison.Ordinal);
        Assert.Contains("takes 3 values a step, 2 values were given", Assert.Throws<ArgumentException>(() => learner.Observe(new float[2])).Message, StringComparison.Ordinal);
        Assert.Contains("a class was given", Assert.Throws<ArgumentException>(() => learner.Observe(1)).Message, StringComparison.Ordinal);
        Assert.Contains("has no head 'x' with a loss. It has output", Assert.Throws<ArgumentException>(() => learner.Observe("x", y)).Message, StringComparison.Ordinal);
        Run(learner, series, 3, 30);
        Run(same, series, 3, 30);
        Assert.Equal(other.Parameters.Values.ToArray(), net.Parameters.Values.ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => new OnlineLearnerOptions { Window = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new OnlineLearnerOptions { Horizon = -1 });
        Assert.Throws<ArgumentNullException>(() => new OnlineLearnerOptions { GradientClipping = null! });
    }

    [Fact]
    public void NetworksThatCannotLearnSoAreRefusedWithTheReason()
    {
        Refused<NotSupportedException>("has no loss to learn by", _each with { Loss = LossKind.None });
        Refused<NotSupportedException>("the labels of a whole sequence", _each with { Loss = LossKind.Ctc, FullLoss = new(LossKind.Ctc) });
        Adam adam = new(0.1f);
        _ = new OnlineLearner(new TinyNetwork(3, _each).CreateStream(), adam);
        Assert.Contains(
            "already belongs to another network",
            Assert.Throws<InvalidOperationException>(() => new OnlineLearner(new TinyNetwork(3, _each).CreateStream(), adam)).Message, StringComparison.Ordinal);
        Assert.Contains("has no parameters yet", Assert.Throws<InvalidOperationException>(
            () => new OnlineLearner(new TinyStream(new NetworkCore(new TinyProgram(_each))), new Adam(0.1f))).Message, StringComparison.Ordinal);

        static void Refused<T>(string reason, TinyOptions options)
            where T : Exception =>
            Assert.Contains(reason, Assert.Throws<T>(() => new OnlineLearner(new TinyNetwork(3, options).CreateStream(), new Adam(0.1f))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ClassesAreHandedInAndMinusOneIsUnknown()
    {
        TinyOptions options = _each with { Loss = LossKind.SoftmaxCrossEntropy, FullLoss = new(LossKind.SoftmaxCrossEntropy, IgnoredClass: 99) };
        TinyNetwork net = new(3, options), own = new(3, options);
        OnlineLearner learner = Learner(net, new Adam(0.03f));
        Series series = new(3, gaps: false);
        float[] y = new float[3];
        int[] classes = [1, -1, 0, 99, 2];
        for (int t = 0; t < Window; t++)
        {
            learner.Step(series.Input(t), y);
            Assert.Contains("classes 0 to 2", Assert.Throws<ArgumentOutOfRangeException>(() => learner.Observe(3)).Message, StringComparison.Ordinal);
            Assert.Equal(t == Window - 1, learner.Observe(classes[t]));
        }

        Workspace workspace = own.CreateWorkspace(1);
        Adam adam = new(0.03f);
        workspace.Resize(1, Window);
        series.Inputs(0, Window).CopyTo(workspace.Input);
        (new int[] { 1, 0, 0, 99, 2 }).CopyTo(workspace.TargetClasses);
        workspace.SetMask([1, 0, 1, 1, 1]);
        Update(workspace, adam, 7, 0);
        Assert.Equal(own.Parameters.Values.ToArray(), net.Parameters.Values.ToArray());
    }
}
