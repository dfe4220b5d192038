// The learner of a stream: its updates are those of a loop of one's own, to the bit; what is missing, paused, refused and broken off.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using SeqGen.Kernels.V1;
using SeqGen.Tests.Support;
using Xunit;

namespace SeqGen.Tests;

public sealed class OnlineLearnerTests : IDisposable
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

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ADeviceThatLosesItsPowerAtAnyStepGoesOnAsIfItHadNot(bool sequence, float keep, int horizon, bool gaps)
    {
        TinyOptions options = _each with { Sequence = sequence, Keep = keep };
        Series series = new(options.Units, gaps);
        (TinyNetwork whole, OnlineLearner one) = (new(3, options), null!);
        one = Learner(whole, new Adam(0.03f), horizon);
        float[] expected = Run(one, series, 0, Steps);
        for (int t = 0; t <= Steps; t++)
        {
            foreach (bool between in new[] { false, true })
            {
                string path = Path.Combine(_directory, "device.safetensors");
                OnlineLearner before = Learner(new TinyNetwork(3, options), new Adam(0.03f), horizon);
                float[] begun = Run(before, series, 0, t, lastTruth: !between);
                before.Save(path);

                TinyNetwork other = new(99, options);
                OnlineLearner after = Learner(other, new Adam(0.5f), horizon);
                Run(after, series, 3, 14);
                after.Load(path);
                if (between && t > 0)
                {
                    Observe(after, series, t - 1);
                }

                float[] rest = Run(after, series, t, Steps);
                Assert.Equal(expected, (float[])[.. begun, .. rest]);
                Assert.Equal(whole.Parameters.Values.ToArray(), other.Parameters.Values.ToArray());
                Assert.Equal((one.Steps, one.Updates, one.Loss, one.GradientNorm), (after.Steps, after.Updates, after.Loss, after.GradientNorm));
            }
        }
    }

    [Fact]
    public void WhatDoesNotFitIsRefusedByNameAndChangesNothing()
    {
        Series series = new(3, gaps: false);
        string path = Path.Combine(_directory, "device.safetensors"), plain = Path.Combine(_directory, "plain.safetensors");
        TinyNetwork net = new(3, _each);
        OnlineLearner saved = Learner(net, new Adam(0.03f));
        Run(saved, series, 0, 12);
        saved.Save(path);
        Checkpoint.Save(plain, net, saved.Optimizer);

        Refused("Window: 5 then, 4 now", () => new(new TinyNetwork(4, _each).CreateStream(), new Adam(0.03f), new() { Window = 4, GradientClipping = GradientClipping.ByNorm(0.5f), Seed = 7 }));
        Refused("Horizon: 0 then, 2 now", () => Learner(new TinyNetwork(4, _each), new Adam(0.03f), horizon: 2));
        Refused("GradientClipping: ByNorm(0.5) then, None now", () => new(new TinyNetwork(4, _each).CreateStream(), new Adam(0.03f), new() { GradientClipping = GradientClipping.None, Seed = 7 }));
        Refused("Seed: 7 then, 0 now", () => new(new TinyNetwork(4, _each).CreateStream(), new Adam(0.03f), new() { GradientClipping = GradientClipping.ByNorm(0.5f) }));
        Refused("parameter groups: none then,", () => Learner(new TinyNetwork(4, _each), new Adam(0.03f) { Groups = [new("*") { Decays = false }] }));
        Refused("the checkpoint's optimizer is Adam", () => Learner(new TinyNetwork(4, _each), new Sgd(0.03f)));
        Refused("it is no learner's", () => Learner(new TinyNetwork(4, _each), new Adam(0.03f)), plain);

        byte[] bytes = File.ReadAllBytes(path);
        Random random = new(5);
        for (int i = 0; i < 200; i++)
        {
            byte[] damaged = [.. bytes];
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(path, i % 4 == 0 ? damaged[..random.Next(damaged.Length)] : damaged);
            Refused("", () => Learner(new TinyNetwork(4, _each), new Adam(0.03f)));
        }

        // It is a file of parameters and of parameters with an optimizer all the same.
        File.WriteAllBytes(path, bytes);
        TinyNetwork loaded = new(8, _each), both = new(8, _each);
        loaded.Load(bytes);
        Adam adam = new(0.5f);
        Checkpoint.Load(path, both, adam);
        Assert.Equal(net.Parameters.Values.ToArray(), loaded.Parameters.Values.ToArray());
        Assert.Equal(net.Parameters.Values.ToArray(), both.Parameters.Values.ToArray());
        Assert.Equal((saved.Optimizer.StepCount, 0.03f), (adam.StepCount, adam.LearningRate));

        void Refused(string reason, Func<OnlineLearner> create, string? file = null)
        {
            OnlineLearner learner = create(), untouched = create();
            float[] until = Run(learner, series, 0, 7);
            Run(untouched, series, 0, 7);
            Assert.Contains(reason, Assert.Throws<NetworkFileException>(() => learner.Load(file ?? path)).Message, StringComparison.Ordinal);
            Assert.Equal(Run(untouched, series, 7, 20), Run(learner, series, 7, 20));
        }
    }

    [Fact]
    public void ASaveThatFailsLeavesTheFileBefore()
    {
        Series series = new(3, gaps: false);
        string path = Path.Combine(_directory, "device.safetensors");
        OnlineLearner learner = Learner(new TinyNetwork(3, _each), new Adam(0.03f));
        learner.Save(path);
        byte[] before = File.ReadAllBytes(path);
        Run(learner, series, 0, 9);
        Assert.Throws<DirectoryNotFoundException>(() => learner.Save(Path.Combine(_directory, "nowhere", "device.safetensors")));
        Assert.Equal(before, File.ReadAllBytes(path));
        learner.Save(path);
        Assert.NotEqual(before, File.ReadAllBytes(path));
        Assert.Single(Directory.GetFiles(_directory));
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

    public static TheoryData<string> Optimizers => [.. _optimizers.Keys];

    private static readonly Dictionary<string, Func<Optimizer>> _optimizers = new()
    {
        ["Sgd"] = () => new Sgd(0.1f),
        ["Momentum"] = () => new Sgd(0.1f, 0.9f),
        ["Adam"] = () => new Adam(),
        ["Amsgrad"] = () => new Adam(amsgrad: true),
        ["AdamW"] = () => new AdamW(),
        ["RmsProp"] = () => new RmsProp(),
        ["RmsProp, all"] = () => new RmsProp(momentum: 0.9, centered: true),
        ["RmsProp, centred"] = () => new RmsProp(centered: true),
        ["Adagrad"] = () => new Adagrad(),
    };

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void OptimizersSayHowMuchTheyKeepBeforeTheyKeepIt(string name)
    {
        Optimizer optimizer = _optimizers[name]();
        TinyNetwork net = new();
        (int slots, long bytes) = (optimizer.SlotCount, optimizer.BytesFor(net));
        _ = net.Parameters.TrainableRanges;
        long floats = 0;
        AlignedBuffer.Allocator = length =>
        {
            floats += length + 16;
            float[] array = GC.AllocateArray<float>(length + 16, pinned: true);
            return (array, 0);
        };
        try
        {
            optimizer.Attach(net.Parameters);
        }
        finally
        {
            AlignedBuffer.Allocator = null;
        }

        Assert.Equal(optimizer.Accumulated.Count, slots);
        Assert.Equal(bytes, sizeof(float) * floats);
    }

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
