// The check of gradients that users are given: right networks pass, and a wrong one is found with the parameter that is wrong.
using System;
using System.Linq;
using SeqGen.Kernels.V1;
using SeqGen.Tests.Support;
using Xunit;

namespace SeqGen.Tests;

public sealed class GradientCheckTests
{
    [Theory]
    [InlineData(LossKind.MeanSquaredError)]
    [InlineData(LossKind.Huber)]
    [InlineData(LossKind.SoftmaxCrossEntropy)]
    public void RightGradientsPassAndNothingChanges(LossKind loss)
    {
        TinyNetwork net = new(3, new() { Units = 5, Loss = loss, Keep = 0.8f, Normalization = true });
        float[] before = net.Parameters.Values.ToArray(), x = TestData.Random(8 * 15, 2);
        SequenceData data = loss == LossKind.SoftmaxCrossEntropy
            ? SequenceData.FromClasses(x, TestData.RandomInts(8, 5, 3), 5, 3) : SequenceData.FromArrays(x, TestData.Random(40, 4), 5, 3, 5);
        GradientCheckResult result = GradientCheck.Run(net, data);
        Assert.True(result.Passes, result.ToString());
        Assert.Equal(3 * net.Parameters.Count(p => p.IsTrainable), result.All.Count);
        Assert.StartsWith("The gradients of Tiny are the derivatives of its loss", result.ToString(), StringComparison.Ordinal);
        Assert.All(result.All, c => Assert.InRange(c.Uncertainty, 0, 0.05 + Math.Abs(c.Difference)));
        Assert.Equal(before, net.Parameters.Values.ToArray());
    }

    [Fact]
    public void AWrongGradientIsFoundAndNamed()
    {
        // A tenth of one parameter's gradient is missing, or one of its elements has the wrong sign.
        string[] names = [.. new TinyNetwork().Parameters.Where(p => p.IsTrainable).Select(p => p.Name)];
        foreach (string name in names)
        {
            foreach (bool all in new[] { true, false })
            {
                TinyNetwork net = new(new WrongProgram(name, all), 3);
                GradientCheckResult result = GradientCheck.Run(net, TestData.Learnable(8), directions: 6);
                Assert.False(result.Passes);
                Assert.Equal(name, result.Worst!.Parameter);
                Assert.Contains("are NOT the derivatives", result.ToString(), StringComparison.Ordinal);
                Assert.All(result.All.Where(c => c.Parameter != name), c => Assert.InRange(c.Error, 0, GradientCheckResult.Limit));
            }
        }
    }

    [Fact]
    public void WhatCannotBeCheckedSaysWhy()
    {
        Assert.Throws<ArgumentException>(() => GradientCheck.Run(new TinyNetwork(), SequenceData.FromArrays(new float[30], null, 5, 3)));
        Assert.Throws<ArgumentOutOfRangeException>(() => GradientCheck.Run(new TinyNetwork(), TestData.Learnable(2), directions: 0));
    }

    [Fact]
    public void AGradientOfWhichNothingIsKnownDoesNotPass()
    {
        // What comes of differences of losses that are not finite.
        foreach (GradientComparison nothing in new[] { new("w", "its gradient", 1, 0, double.PositiveInfinity), new GradientComparison("w", "its gradient", double.NaN, 1, 0) })
        {
            Assert.False(new GradientCheckResult("Net", [new("v", "its gradient", 1, 1, 0), nothing]).Passes);
        }
    }

    private sealed class WrongProgram(string name, bool all) : TinyProgram(new())
    {
        public override void Backward(in Frame f, int firstStep)
        {
            base.Backward(in f, firstStep);
            int[] positions = PackedLayout.Positions(Array.Find(Plan.Parameters, p => p.Name == name)!);
            foreach (int position in all ? positions : positions[..1])
            {
                ref float g = ref System.Runtime.CompilerServices.Unsafe.Add(ref f.Gradients, position);
                g = all ? 0.9f * g : -g;
            }
        }
    }
}
