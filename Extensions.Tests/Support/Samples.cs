// Data and trainings for tests. Knows numbers; refuses to know reports.
using System;
using System.IO;
using System.Linq;

namespace SeqGen.Extensions.Tests.Support;

internal static class Samples
{
    /// <summary>The mean of the first input over the sequence, as its target.</summary>
    public static SequenceData Series(int count, int steps = Forecaster.Timesteps, int seed = 1)
    {
        var random = new Random(seed);
        float[] inputs = [.. Enumerable.Range(0, count * steps * 2).Select(_ => (float)random.NextDouble() - 0.5f)];
        float[] targets = [.. Enumerable.Range(0, count).Select(i => 4 * Enumerable.Range(0, steps).Average(t => inputs[((i * steps) + t) * 2]))];
        return SequenceData.FromArrays(inputs, targets, steps, 2);
    }

    /// <summary>Whether that mean is low, in the middle or high.</summary>
    public static (SequenceData Data, int[] Classes) Kinds(int count, int seed = 1)
    {
        SequenceData data = Series(count, Classifier.Timesteps, seed);
        var random = new Random(seed);
        float[] inputs = [.. Enumerable.Range(0, count * Classifier.Timesteps * 2).Select(_ => (float)random.NextDouble() - 0.5f)];
        int[] classes = [.. Enumerable.Range(0, count).Select(i => Enumerable.Range(0, Classifier.Timesteps).Average(t => inputs[((i * Classifier.Timesteps) + t) * 2]) switch { < -0.04f => 0, > 0.04f => 2, _ => 1 })];
        return (SequenceData.FromArrays(inputs, null, Classifier.Timesteps, 2).WithClasses(classes), classes);
    }

    /// <summary>An epoch's result.</summary>
    public static EpochResult Epoch(int epoch, double loss, double? validation = null, double? accuracy = null) => new()
    {
        Epoch = epoch,
        Training = new EvaluationResult { Loss = loss, Positions = 100, Accuracy = accuracy },
        Validation = validation is { } v ? new EvaluationResult { Loss = v, Positions = 20, Accuracy = accuracy } : null,
        LearningRate = 0.001f,
        Duration = TimeSpan.FromSeconds(1.5),
        Monitored = validation ?? loss,
    };

    /// <summary>An update that was looked at closely.</summary>
    public static TrainingMeasurement Measurement(int update, int epoch = 1) => new()
    {
        Update = update,
        Epoch = epoch,
        Loss = 1.0 / update,
        LearningRate = 0.125f,
        GradientNorm = 2.0 / update,
        ClippingFactor = update % 2 == 0 ? 0.5 : 1,
        Parameters = [new("lstm.weight", 1.5 / update, 4, 0.004), new("lstm.bias", 0.5 / update, 1, 0.5e-3 / update), new("dense.weight", 0.1 / update, 2, 0)],
        Activations = [new("lstm", "lstm.i", "sigmoid", 8, 0.25 / update, 0.125, 0), new("lstm", "lstm.f", "sigmoid", 8, 0, 0.5 - (0.3 / update), 0), new("dense", "dense", "relu", 16, 0.5, 0, 0.25 - (0.2 / update))],
        GradientFlow = new GradientFlowResult("net", [1, 2, 4, 8], [new("lstm.h", [1, 0.5, 0.1 + (0.01 * update), 0.01]), new("lstm.c", [1, 0.9, 0.8, 0.5])]),
    };

    /// <summary>A report as Fit gives it.</summary>
    public static TrainingProgress Progress(int epoch, int batch, EpochResult? completed = null, string? notice = null, double loss = 0.5) =>
        new(epoch, 10, batch, 4, loss, 1000, TimeSpan.FromSeconds(epoch), TimeSpan.FromSeconds(10), completed) { Notice = notice };
}

/// <summary>A folder that is there for a test.</summary>
internal sealed class Folder : IDisposable
{
    public string FullPath { get; } = Directory.CreateTempSubdirectory("seqgen-extensions-").FullName;

    public string this[string name] => Path.Combine(FullPath, name);

    public void Dispose() => Directory.Delete(FullPath, recursive: true);
}
