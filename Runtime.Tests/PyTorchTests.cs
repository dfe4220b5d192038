// Optimizers and schedules against PyTorch's own numbers, which PyTorch/make.py writes.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Text.Json;
using SeqGen.Tests.Support;
using Xunit;

namespace SeqGen.Tests;

public sealed class PyTorchTests
{
    // By the names in the files, which are how each is written.
    private static readonly Dictionary<string, Func<float, Optimizer>> Optimizers = new()
    {
        ["Sgd(lr)"] = lr => new Sgd(lr),
        ["Sgd(lr, momentum: 0.9f, dampening: 0.3f, weightDecay: 0.1f)"] = lr => new Sgd(lr, momentum: 0.9f, dampening: 0.3f, weightDecay: 0.1f),
        ["Sgd(lr, momentum: 0.8f, nesterov: true, weightDecay: 0.1f)"] = lr => new Sgd(lr, momentum: 0.8f, nesterov: true, weightDecay: 0.1f),
        ["Adam(lr)"] = lr => new Adam(lr),
        ["Adam(lr, weightDecay: 0.2, amsgrad: true)"] = lr => new Adam(lr, weightDecay: 0.2, amsgrad: true),
        ["Adam(lr, beta1: 0.7, beta2: 0.6, amsgrad: true)"] = lr => new Adam(lr, beta1: 0.7, beta2: 0.6, amsgrad: true),
        ["AdamW(lr, weightDecay: 0.2)"] = lr => new AdamW(lr, weightDecay: 0.2),
        ["AdamW(lr, weightDecay: 0.2, beta2: 0.5, amsgrad: true)"] = lr => new AdamW(lr, weightDecay: 0.2, beta2: 0.5, amsgrad: true),
        ["RmsProp(lr)"] = lr => new RmsProp(lr),
        ["RmsProp(lr, alpha: 0.8, momentum: 0.7, weightDecay: 0.1)"] = lr => new RmsProp(lr, alpha: 0.8, momentum: 0.7, weightDecay: 0.1),
        ["RmsProp(lr, alpha: 0.8, centered: true)"] = lr => new RmsProp(lr, alpha: 0.8, centered: true),
        ["RmsProp(lr, alpha: 0.8, momentum: 0.7, centered: true, weightDecay: 0.1)"] = lr => new RmsProp(lr, alpha: 0.8, momentum: 0.7, centered: true, weightDecay: 0.1),
        ["Adagrad(lr)"] = lr => new Adagrad(lr),
        ["Adagrad(lr, initialAccumulator: 0.5, rateDecay: 0.2, weightDecay: 0.1)"] = lr => new Adagrad(lr, initialAccumulator: 0.5, rateDecay: 0.2, weightDecay: 0.1),
    };

    private static readonly Dictionary<string, LearningRateSchedule> Schedules = new()
    {
        ["StepDecay(5, 0.5)"] = LearningRateSchedule.StepDecay(5, 0.5),
        ["MultiStep([3, 7, 8], 0.3)"] = LearningRateSchedule.MultiStep([3, 7, 8], 0.3),
        ["Exponential(0.9).PerEpoch()"] = LearningRateSchedule.Exponential(0.9).PerEpoch(),
        ["Cosine(0, 0.05).PerEpoch()"] = LearningRateSchedule.Cosine(0, 0.05).PerEpoch(),
        ["CosineRestarts(3, 2, 0.05).PerEpoch()"] = LearningRateSchedule.CosineRestarts(3, 2, 0.05).PerEpoch(),
        ["Linear(0.25, 0.75, 6).PerEpoch()"] = LearningRateSchedule.Linear(0.25, 0.75, 6).PerEpoch(),
        ["Polynomial(2, 10).PerEpoch()"] = LearningRateSchedule.Polynomial(2, 10).PerEpoch(),
        ["Linear(0.1, 1, 4).PerEpoch().Then(4, Cosine().PerEpoch())"] = LearningRateSchedule.Linear(0.1, 1, 4).PerEpoch().Then(4, LearningRateSchedule.Cosine().PerEpoch()),
        ["OneCycle()"] = LearningRateSchedule.OneCycle(),
        ["OneCycle(0.5, 0.1, 0.001)"] = LearningRateSchedule.OneCycle(0.5, 0.1, 0.001),
        ["ReduceOnPlateau(0.5, 1, 0.1, 0.01, relative: true)"] = LearningRateSchedule.ReduceOnPlateau(0.5, 1, 0.1, 0.01, relative: true),
        ["ReduceOnPlateau(0.5, 1, 0.3, 0.01, relative: false, cooldown: 2)"] = LearningRateSchedule.ReduceOnPlateau(0.5, 1, 0.3, 0.01, relative: false, cooldown: 2),
    };

    public static TheoryData<string> OptimizerNames => new(Optimizers.Keys);

    public static TheoryData<string> ScheduleNames => new(Schedules.Keys);

    [Theory]
    [MemberData(nameof(OptimizerNames))]
    public void AnOptimizerIsPyTorchs(string name)
    {
        using JsonDocument file = Read("optimizers.json");
        float[] p = Floats(file.RootElement.GetProperty("start"));
        float[][] gradients = [.. file.RootElement.GetProperty("gradients").EnumerateArray().Select(Floats)], after = [.. file.RootElement.GetProperty("after").GetProperty(name).EnumerateArray().Select(Floats)];
        TinyNetwork net = new(1, new() { Units = 18 });
        using (ParameterEdit edit = net.Parameters.Edit())
        {
            p.CopyTo(edit.Values);
        }

        Optimizer optimizer = Optimizers[name](0.1f);
        float[] packed = new float[net.Parameters.Values.Length];
        for (int k = 0; k < gradients.Length; k++)
        {
            gradients[k].CopyTo(packed, 0);
            optimizer.LearningRate = 0.1f / (1 + (k % 3));
            optimizer.Step(net.Parameters, packed);
            TestData.Near(after[k], net.Parameters.Values[..p.Length], 2e-6);
        }

        // What it says of itself is what a checkpoint compares, and its state is whole there.
        Assert.StartsWith(name[..name.IndexOf('(', StringComparison.Ordinal)] + "(", optimizer.ToString(), StringComparison.Ordinal);
        Assert.All(Optimizers.Where(o => o.Key != name), o => Assert.NotEqual(optimizer.ToString(), o.Value(0.1f).ToString()));
    }

    [Theory]
    [MemberData(nameof(OptimizerNames))]
    public void AnOptimizerGoesOnFromAFile(string name)
    {
        string path = Path.GetTempFileName();
        try
        {
            TinyNetwork whole = new(1, new() { Units = 18 }), cut = new(1, new() { Units = 18 }), other = new(2, new() { Units = 18 });
            Optimizer first = Optimizers[name](0.1f), second = Optimizers[name](0.1f), third = Optimizers[name](0.3f);
            float[] gradients = new float[whole.Parameters.Values.Length];
            for (int k = 0; k < 6; k++)
            {
                TestData.Random(37, (ulong)k + 1).CopyTo(gradients, 0);
                first.Step(whole.Parameters, gradients);
                if (k < 3)
                {
                    second.Step(cut.Parameters, gradients);
                }
                else
                {
                    third.Step(other.Parameters, gradients);
                }

                if (k == 2)
                {
                    Checkpoint.Save(path, cut, second);
                    Checkpoint.Load(path, other, third);
                }
            }

            // What is padding of a parameter is no part of a file: only tensors are.
            foreach (Parameter parameter in whole.Parameters)
            {
                Assert.Equal(parameter.ToArray(), other.Parameters[parameter.Name].ToArray());
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [MemberData(nameof(ScheduleNames))]
    public void AScheduleIsPyTorchs(string name)
    {
        using JsonDocument file = Read("schedules.json");
        double[] losses = Doubles(file.RootElement.GetProperty("losses")), factors = Doubles(file.RootElement.GetProperty("factors").GetProperty(name));
        LearningRateSchedule schedule = Schedules[name];
        for (int epoch = 0; epoch < factors.Length; epoch++)
        {
            Assert.Equal(factors[epoch], schedule.Factor(new(epoch, 1, factors.Length, losses[..epoch])), 1e-9);
            if (!name.StartsWith("OneCycle", StringComparison.Ordinal))
            {
                Assert.Equal(factors[epoch], schedule.Factor(new(epoch * 7, 7, factors.Length, losses[..epoch])), 1e-9);
                Assert.Equal(factors[epoch], schedule.Factor(new((epoch * 7) + 6, 7, factors.Length, losses[..epoch])), 1e-9);
            }
        }

        Assert.All(Schedules.Where(o => o.Key != name), o => Assert.NotEqual(schedule.ToString(), o.Value.ToString()));
    }

    [Fact]
    public void SchedulesCanMoveByUpdatesAndBeginSlowly()
    {
        LearningRateSchedule steps = LearningRateSchedule.StepDecay(10, 0.5).PerUpdate();
        Assert.Equal([1, 1, 0.5, 0.25], new long[] { 0, 9, 10, 25 }.Select(u => steps.Factor(new(u, 4, 9))));
        LearningRateSchedule warm = LearningRateSchedule.Cosine().WithWarmup(2, 0.1);
        Assert.Equal(0.1, warm.Factor(new(0, 10, 8)), 1e-12);
        Assert.Equal(0.55 * LearningRateSchedule.Cosine().Factor(new(10, 10, 8)), warm.Factor(new(10, 10, 8)), 1e-12);
        Assert.Equal(LearningRateSchedule.Cosine().Factor(new(30, 10, 8)), warm.Factor(new(30, 10, 8)), 1e-12);
        Assert.Equal("Cosine(warmupEpochs 0, floor 0).WithWarmup(epochs 2, start 0.1)", warm.ToString());
        LearningRateSchedule then = LearningRateSchedule.Constant.Then(2, LearningRateSchedule.ReduceOnPlateau(0.5, patience: 0));
        Assert.Equal(1, then.Factor(new(7, 1, 9)));
        Assert.Equal(0.5, then.Factor(new(5, 1, 9, [9, 8, 7, 6, 6])));
        Assert.Equal(5, new TrainingPosition(11, 2, 9).EpochsDone);
        Assert.Equal(5.5, new TrainingPosition(11, 2, 9).Epoch);
        Assert.Equal(18, new TrainingPosition(11, 2, 9).Updates);
    }

    private static JsonDocument Read(string name, [CallerFilePath] string self = "") => JsonDocument.Parse(File.ReadAllText(Path.Combine(Path.GetDirectoryName(self)!, "PyTorch", name)));

    private static float[] Floats(JsonElement array) => [.. array.EnumerateArray().Select(e => e.GetSingle())];

    private static double[] Doubles(JsonElement array) => [.. array.EnumerateArray().Select(e => e.GetDouble())];
}
