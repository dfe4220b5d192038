// What a trainer measures of an update, against a loop by hand.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Tests.Support;
using Xunit;

namespace SeqGen.Tests;

public sealed class InsightTests
{
    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    public void NormsAndRatiosAreThoseOfALoopByHand(int accumulated, bool byValue)
    {
        const float Rate = 0.1f;
        SequenceData data = TestData.Learnable(22);
        GradientClipping clipping = byValue ? GradientClipping.ByValue(0.01f) : GradientClipping.ByNorm(0.05f);
        TinyNetwork net = new(3, new() { Keep = 0.8f, Normalization = true }), own = new(3, new() { Keep = 0.8f, Normalization = true });
        Trainer trainer = Trainer.For(net, new Sgd(Rate), new()
        {
            BatchSize = 5,
            Threads = 1,
            Shuffle = false,
            Seed = 4,
            GradientClipping = clipping,
            AccumulatedBatches = accumulated,
            FitNormalization = false,
            Insight = new(1),
        });
        List<TrainingProgress> reports = [];
        TrainingHistory history = trainer.Fit(data, 2, progress: new Reports(reports.Add));

        Sgd optimizer = new(Rate);
        Workspace workspace = own.CreateWorkspace(5);
        Parameter[] parameters = [.. own.Parameters.Where(p => p.IsTrainable)];
        Assert.NotEqual(own.Parameters.Count, parameters.Length);
        (int update, int seen) = (0, 0);
        foreach (int[][] batches in Enumerable.Range(0, 2).SelectMany(_ => Enumerable.Range(0, 22).Chunk(5).Chunk(accumulated)))
        {
            double loss = 0;
            workspace.ZeroGradients();
            foreach (int[] batch in batches)
            {
                workspace.Fill(data, batch);
                (workspace.Seed, workspace.SampleOffset) = (4, seen);
                seen += batch.Length;
                loss += workspace.ForwardBackward() / batches.Length;
            }

            workspace.ScaleGradients(1f / batches.Length);
            TrainingMeasurement got = history.Measurements[update];
            double norm = GradientClipping.Norm(own.Parameters, workspace.Gradients);
            Dictionary<string, float[]> before = parameters.ToDictionary(p => p.Name, p => p.ToArray());
            Dictionary<string, float[]> gradients = parameters.ToDictionary(p => p.Name, p =>
            {
                float[] gradient = new float[p.Count];
                p.CopyGradientTo(workspace.Gradients, gradient);
                return gradient;
            });
            clipping.Apply(workspace);
            double after = GradientClipping.Norm(own.Parameters, workspace.Gradients);
            optimizer.Step(workspace);

            Assert.Equal((++update, (seen + 21) / 22, Rate), ((int)got.Update, got.Epoch, got.LearningRate));
            Near(loss, got.Loss);
            Near(norm, got.GradientNorm);
            Near(after / norm, got.ClippingFactor);
            Assert.True(got.ClippingFactor < 0.99, "nothing is clipped: the test says nothing");
            Assert.Equal(parameters.Select(p => p.Name), got.Parameters.Select(p => p.Name));
            foreach (ParameterMeasurement parameter in got.Parameters)
            {
                float[] now = own.Parameters[parameter.Name].ToArray();
                Near(Norm(gradients[parameter.Name]), parameter.GradientNorm);
                Near(Norm(now), parameter.Norm);
                Near(Norm([.. now.Zip(before[parameter.Name], (a, b) => a - b)]), parameter.UpdateNorm);
                Near(parameter.UpdateNorm / parameter.Norm, parameter.UpdateRatio);
            }
        }

        Assert.Equal(update, history.Measurements.Count);
        Assert.Equal(own.Parameters.Values, net.Parameters.Values);

        // Every update has a report of its own batch's end, and those say what was measured.
        Assert.Equal(history.Measurements, reports.Select(r => r.Measurement).OfType<TrainingMeasurement>());
        Assert.All(reports, r => Assert.Equal(r.Measurement!.GradientNorm, r.GradientNorm));
        Assert.All(reports, r => Assert.Equal(Rate, r.LearningRate));
    }

    [Fact]
    public void WhatIsNotAskedForIsNotMeasured()
    {
        TinyNetwork net = new(3);
        Trainer trainer = Trainer.For(net, new Sgd(0.1f), new() { BatchSize = 5 });
        List<TrainingProgress> reports = [];
        Assert.Empty(trainer.Fit(TestData.Learnable(22), 2, progress: new Reports(reports.Add)).Measurements);
        Assert.All(reports, r => Assert.Null(r.Measurement));
        Assert.All(reports, r => Assert.True(r.GradientNorm > 0));
        Assert.Contains("at least 1", Assert.Throws<ArgumentOutOfRangeException>(() => new TrainingInsight(0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AParameterThatBeginsAtZeroHasARatio()
    {
        Assert.Equal(0, new ParameterMeasurement("a", 0, 0, 0).UpdateRatio);
        Assert.Equal(1, new ParameterMeasurement("a", 0.5, 0.1, 0.1).UpdateRatio);
    }

    private static double Norm(float[] values) => Math.Sqrt(values.Sum(v => (double)v * v));

    private static void Near(double expected, double got) => Assert.InRange(got, expected * (1 - 1e-6), expected * (1 + 1e-6));
}
