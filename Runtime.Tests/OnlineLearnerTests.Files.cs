// A learner's checkpoint: broken off at any step, refused where it does not fit, damaged.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using SeqGen.Tests.Support;
using Xunit;

namespace SeqGen.Tests;

public sealed partial class OnlineLearnerTests
{
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
        saved.Save(path, new Dictionary<string, string> { ["place"] = "roof" });
        Assert.Contains("'place' is null", Assert.Throws<ArgumentException>(() => saved.Save(path, new Dictionary<string, string> { ["place"] = null! })).Message, StringComparison.Ordinal);
        OnlineLearner again = Learner(new TinyNetwork(4, _each), new Adam(0.03f));
        Assert.Equal("roof", Assert.Single(again.Load(path)).Value);
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
}
