// Every setting beyond its range is refused where it is set, by name, with what it must be and what it was.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using SeqGen.Tests.Support;
using Xunit;

namespace SeqGen.Tests;

public sealed class SettingsTests
{
    private static readonly Dictionary<string, (Action<double> Set, double[] Wrong, double[] Right)> Settings = new()
    {
        ["BatchSize"] = (v => _ = new TrainerOptions { BatchSize = (int)v }, [0, -1], [1, int.MaxValue]),
        ["Threads"] = (v => _ = new TrainerOptions { Threads = (int)v }, [-1], [0, 7]),
        ["ValidationSplit"] = (v => _ = new TrainerOptions { ValidationSplit = v }, [-0.1, 1, double.NaN, double.PositiveInfinity], [0, 0.5]),
        ["MinDelta"] = (v => _ = new EarlyStopping(1) { MinDelta = v }, [-1e-9, double.NaN, double.PositiveInfinity], [0, 1e-3]),
        ["patience"] = (v => _ = new EarlyStopping((int)v), [0, -1], [1]),
        ["plateau.factor"] = (v => LearningRateSchedule.ReduceOnPlateau(factor: v), [0, 1.1, double.NaN], [0.5, 1]),
        ["plateau.patience"] = (v => LearningRateSchedule.ReduceOnPlateau(patience: (int)v), [-1], [0, 3]),
        ["plateau.minDelta"] = (v => LearningRateSchedule.ReduceOnPlateau(minDelta: v), [-1e-9, double.NaN, double.PositiveInfinity], [0, 1]),
        ["plateau.floor"] = (v => LearningRateSchedule.ReduceOnPlateau(floor: v), [-0.1, 2, double.NaN], [0, 1]),
        ["plateau.cooldown"] = (v => LearningRateSchedule.ReduceOnPlateau(cooldown: (int)v), [-1], [0, 3]),
        ["multiStep.epochs"] = (v => LearningRateSchedule.MultiStep([2, (int)v]), [0, 2, -1], [3]),
        ["multiStep.factor"] = (v => LearningRateSchedule.MultiStep([2], v), [0, 1.1, double.NaN], [1]),
        ["linear.start"] = (v => LearningRateSchedule.Linear(v), [-0.1, double.NaN, double.PositiveInfinity], [0, 2]),
        ["linear.end"] = (v => LearningRateSchedule.Linear(1, v), [-0.1, double.NaN, double.PositiveInfinity], [0, 2]),
        ["linear.epochs"] = (v => LearningRateSchedule.Linear(1, 1, v), [-0.1, double.NaN, double.PositiveInfinity], [0, 2.5]),
        ["polynomial.power"] = (v => LearningRateSchedule.Polynomial(v), [0, -1, double.NaN, double.PositiveInfinity], [0.5, 2]),
        ["polynomial.epochs"] = (v => LearningRateSchedule.Polynomial(1, v), [-1, double.NaN, double.PositiveInfinity], [0, 2.5]),
        ["restarts.epochs"] = (v => LearningRateSchedule.CosineRestarts((int)v), [0, -1], [1]),
        ["restarts.growth"] = (v => LearningRateSchedule.CosineRestarts(1, (int)v), [0, -1], [1, 2]),
        ["restarts.floor"] = (v => LearningRateSchedule.CosineRestarts(1, 1, v), [-0.1, 1.1, double.NaN], [0, 1]),
        ["oneCycle.rise"] = (v => LearningRateSchedule.OneCycle(v), [0, 1, double.NaN], [0.3]),
        ["oneCycle.start"] = (v => LearningRateSchedule.OneCycle(0.3, v), [0, 1.1, double.NaN], [1]),
        ["oneCycle.end"] = (v => LearningRateSchedule.OneCycle(0.3, 1, v), [-0.1, 1.1, double.NaN], [0, 1]),
        ["warmup.epochs"] = (v => LearningRateSchedule.Constant.WithWarmup(v), [0, -1, double.NaN, double.PositiveInfinity], [0.5]),
        ["warmup.start"] = (v => LearningRateSchedule.Constant.WithWarmup(1, v), [-0.1, 1.1, double.NaN], [0, 1]),
        ["then.epochs"] = (v => LearningRateSchedule.Constant.Then((int)v, LearningRateSchedule.Constant), [0, -1], [1]),
        ["sgd.dampening"] = (v => new Sgd(0.1f, 0.9f, dampening: (float)v), [-0.1, 1.1, double.NaN], [0, 1]),
        ["rmsprop.momentum"] = (v => new RmsProp(momentum: v), [-0.1, 1, double.NaN], [0, 0.9]),
        ["rmsprop.weightDecay"] = (v => new RmsProp(weightDecay: v), [-0.1, double.NaN, double.PositiveInfinity, 1e300], [0, 1]),
        ["adam.weightDecay"] = (v => new Adam(weightDecay: v), [-0.1, double.NaN, double.PositiveInfinity, 1e300], [0, 1]),
        ["adagrad.initialAccumulator"] = (v => new Adagrad(initialAccumulator: v), [-0.1, double.NaN, double.PositiveInfinity, 1e300], [0, 1]),
        ["adagrad.rateDecay"] = (v => new Adagrad(rateDecay: v), [-0.1, double.NaN, double.PositiveInfinity], [0, 1]),
        ["adagrad.weightDecay"] = (v => new Adagrad(weightDecay: v), [-0.1, double.NaN, double.PositiveInfinity, 1e300], [0, 1]),
        ["step.epochs"] = (v => LearningRateSchedule.StepDecay((int)v), [0, -1], [1]),
        ["step.factor"] = (v => LearningRateSchedule.StepDecay(1, v), [0, 1.1, double.NaN], [1]),
        ["exponential.factor"] = (v => LearningRateSchedule.Exponential(v), [0, 1.1, double.NaN], [1]),
        ["cosine.warmupEpochs"] = (v => LearningRateSchedule.Cosine(v), [-1, double.NaN, double.PositiveInfinity], [0, 2.5]),
        ["cosine.floor"] = (v => LearningRateSchedule.Cosine(0, v), [-0.1, 1.1, double.NaN], [0, 1]),
        ["constant.ratio"] = (v => TeacherForcing.Constant(v), [-0.1, 1.5, double.NaN], [0, 1]),
        ["linear.start"] = (v => TeacherForcing.Linear(start: v), [-0.1, 1.5, double.NaN], [0, 1]),
        ["linear.end"] = (v => TeacherForcing.Linear(end: v), [-0.1, 1.5, double.NaN], [0, 1]),
        ["linear.epochs"] = (v => TeacherForcing.Linear(epochs: v), [-0.1, double.NaN, double.PositiveInfinity], [0, 1.5]),
        ["exponential2.factor"] = (v => TeacherForcing.Exponential(v), [0, 1.1, double.NaN], [1]),
        ["sigmoid.k"] = (v => TeacherForcing.InverseSigmoid(v), [0.5, double.NaN, double.PositiveInfinity], [1, 50]),
        ["norm.max"] = (v => GradientClipping.ByNorm((float)v), [0, -1, double.NaN, double.PositiveInfinity], [1]),
        ["value.max"] = (v => GradientClipping.ByValue((float)v), [0, -1, double.NaN, double.PositiveInfinity], [1]),
        ["sgd.learningRate"] = (v => _ = new Sgd((float)v), [-1, double.NaN, double.PositiveInfinity], [0, 1]),
        ["sgd.momentum"] = (v => _ = new Sgd(1, (float)v), [-0.1, 1, double.NaN], [0, 0.9]),
        ["sgd.weightDecay"] = (v => _ = new Sgd(1, 0, false, (float)v), [-0.1, double.NaN, double.PositiveInfinity], [0, 0.9]),
        ["adam.learningRate"] = (v => _ = new Adam((float)v), [-1, double.NaN, double.PositiveInfinity], [0, 1]),
        ["adam.beta1"] = (v => _ = new Adam(beta1: v), [-0.1, 1, double.NaN], [0, 0.9]),
        ["adam.beta2"] = (v => _ = new Adam(beta2: v), [-0.1, 1, double.NaN], [0, 0.9]),
        ["adam.epsilon"] = (v => _ = new Adam(epsilon: v), [0, -1, 1e-60, 1e60, double.NaN, double.PositiveInfinity], [1e-8]),
        ["adamw.weightDecay"] = (v => _ = new AdamW(weightDecay: v), [-0.1, 1e60, double.NaN, double.PositiveInfinity], [0, 0.9]),
        ["rmsprop.alpha"] = (v => _ = new RmsProp(alpha: v), [-0.1, 1, double.NaN], [0, 0.9]),
        ["rmsprop.epsilon"] = (v => _ = new RmsProp(epsilon: v), [0, -1, 1e60, double.NaN], [1e-8]),
        ["adagrad.epsilon"] = (v => _ = new Adagrad(epsilon: v), [0, -1, 1e60, double.NaN], [1e-8]),
        ["AccumulatedBatches"] = (v => new TrainerOptions { AccumulatedBatches = (int)v }, [0, -1], [1, 7]),
        ["WeightAverage"] = (v => new TrainerOptions { WeightAverage = v }, [-0.1, 1, double.NaN], [0, 0.999]),
        ["EveryEpochs"] = (v => new Checkpoints("x") { EveryEpochs = (int)v }, [-1], [0, 7]),
        ["EveryUpdates"] = (v => new Checkpoints("x") { EveryUpdates = (int)v }, [-1], [0, 7]),
        ["Keep"] = (v => new Checkpoints("x") { Keep = (int)v }, [0, -1], [1, 7]),
        ["LearningRate"] = (v => new Adam().LearningRate = (float)v, [-1, double.NaN, double.PositiveInfinity], [0, 1]),
        ["sampler.temperature"] = (v => _ = new TokenSampler(new TinyNetwork(), 1, v), [-0.1, double.NaN, double.PositiveInfinity], [0, 2]),
        ["sampler.top"] = (v => _ = new TokenSampler(new TinyNetwork(), 1, 1, (int)v), [-1], [0, 5]),
        ["LengthPenalty"] = (v => new SequenceDecoder(Pair, 1).LengthPenalty = v, [-1, double.NaN, double.PositiveInfinity], [0, 0.6]),
        ["beamWidth"] = (v => _ = new SequenceDecoder(Pair, 2, beamWidth: (int)v), [0, -1, int.MaxValue], [1, 2]),
        ["maxBatch"] = (v => _ = new SequenceDecoder(Pair, (int)v), [0, -1], [1]),
        ["maxSourceSteps"] = (v => _ = new SequenceDecoder(Pair, 1, (int)v), [-1], [0, 5]),
        ["maxTargetSteps"] = (v => _ = new SequenceDecoder(Pair, 1, 0, (int)v), [-1], [0, 5]),
        ["ctc.classes"] = (v => _ = new CtcDecoder((int)v, 0, 1), [0, 1], [2]),
        ["ctc.blank"] = (v => _ = new CtcDecoder(3, (int)v, 1), [-1, 3], [0, 2]),
        ["ctc.maxSteps"] = (v => _ = new CtcDecoder(3, 0, (int)v), [0, -1], [1]),
        ["ctc.beamWidth"] = (v => _ = new CtcDecoder(3, 0, 1, (int)v), [0, -1, int.MaxValue], [1]),
        ["samples"] = (v => new MonteCarlo(new TinyNetwork(1, new() { Keep = 0.5f }).CreateWorkspace(1)).Predict((int)v, new float[2]), [0, -1], [1]),
    };

    public static TheoryData<string> Names => [.. Settings.Keys];

    private static TinyNetwork Pair => new(new PairProgram(), 2);

    [Theory]
    [MemberData(nameof(Names))]
    public void AreRefusedOutOfTheirRange(string name)
    {
        (Action<double> set, double[] wrong, double[] right) = Settings[name];
        foreach (double value in right)
        {
            set(value);
        }

        foreach (double value in wrong)
        {
            ArgumentOutOfRangeException thrown = Assert.Throws<ArgumentOutOfRangeException>(() => set(value));
            string setting = name.Split('.')[^1];
            Assert.Equal(setting, thrown.ParamName);
            Assert.StartsWith(setting, thrown.Message, StringComparison.Ordinal);
            Assert.Equal((float)value, Convert.ToSingle(thrown.ActualValue, System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    public void NothingIsNotASetting()
    {
        Assert.Throws<ArgumentNullException>(() => new TrainerOptions { GradientClipping = null! });
        Assert.Throws<ArgumentNullException>(() => new TrainerOptions { LearningRate = null! });
        Assert.Throws<ArgumentNullException>(() => new TrainerOptions { TeacherForcing = null! });
    }

    [Fact]
    public void WhatAScheduleOfOnesOwnGivesIsChecked()
    {
        Trainer rate = Trainer.For(new TinyNetwork(), new Sgd(0.1f), new() { LearningRate = new Wrong() });
        Assert.Contains("Wrong gave the factor NaN at epoch 0", Assert.Throws<InvalidOperationException>(() => rate.Fit(TestData.Learnable(5), 1)).Message, StringComparison.Ordinal);
        Trainer forced = Trainer.For(Pair, new Sgd(0.1f), new() { TeacherForcing = new WrongRatio() });
        SequenceData data = SequenceData.FromArrays(new float[8], null, 4).WithClasses(new int[6], 3).WithTargets(new float[6], 3, head: "sum").WithTargets(new float[8], steps: 4, head: "pairs");
        Assert.Contains("WrongRatio gave 1.5", Assert.Throws<InvalidOperationException>(() => forced.Fit(data, 1)).Message, StringComparison.Ordinal);
    }

    /// <summary>Options are shared; what a schedule remembers is the training's.</summary>
    [Fact]
    public void TrainersThatShareTheirOptionsDoNotShareAPlateau()
    {
        TrainerOptions shared = new() { Threads = 1, LearningRate = LearningRateSchedule.ReduceOnPlateau(0.9, patience: 0, minDelta: 1e-3) };
        SequenceData train = TestData.Learnable(60), validation = TestData.Learnable(20, seed: 9);
        float[] Rates(int k)
        {
            // Rates of different size: some stand on a plateau early, some late.
            Sgd sgd = new(0.01f * (1 + (40 * (k % 2))));
            return Trainer.For(new TinyNetwork((ulong)k + 1), sgd, shared).Fit(train, 12, validation).Epochs.Select(e => e.LearningRate).ToArray();
        }

        float[][] alone = Enumerable.Range(0, 4).Select(Rates).ToArray(), together = new float[4][], nested = new float[4][];
        Parallel.For(0, 4, k => together[k] = Rates(k));
        Assert.Equal(alone, together);
        Assert.Contains(alone, r => r[^1] < r[0]);

        // The same without chance: one training in the middle of another.
        Trainer outer = Trainer.For(new TinyNetwork(1), new Sgd(0.01f), shared);
        TrainingHistory history = outer.Fit(train, 12, validation, new Reports(p => nested[1] = p is { Epoch: 6, Completed: not null } ? Rates(1) : nested[1]));
        Assert.Equal(alone[0], history.Epochs.Select(e => e.LearningRate));
        Assert.Equal(alone[1], nested[1]);
    }

    private sealed class Wrong : LearningRateSchedule
    {
        public override double Factor(in TrainingPosition at) => double.NaN;
    }

    private sealed class WrongRatio : TeacherForcing
    {
        public override double Ratio(in TrainingPosition at) => 1.5;
    }
}
