// A training as messages of an ILogger. Knows levels and names of values; refuses to know where messages go.
using System;
using Microsoft.Extensions.Logging;

namespace SeqGen.Reports;

/// <summary>Reports to an <see cref="ILogger"/>: an epoch is Information (event 1), with its numbers as values of the message; a notice, such as a damaged checkpoint, is a Warning (2);
/// batches, where asked for, are Debug (3).</summary>
/// <param name="logger">Where to.</param>
/// <param name="everyBatches">A message after so many batches of an epoch; 0 for none.</param>
public sealed partial class LoggerProgress(ILogger logger, int everyBatches = 0) : IProgress<TrainingProgress>
{
    private readonly ILogger _logger = logger ?? throw new ArgumentNullException(nameof(logger));
    private Rhythm _rhythm = new(everyBatches);

    /// <summary>Logs a report.</summary>
    public void Report(TrainingProgress value)
    {
        if (value.Notice is { } notice)
        {
            Notice(notice);
        }

        if (value.Completed is { } epoch)
        {
            Epoch(epoch.Epoch, value.Epochs, epoch.Training.Loss, epoch.Validation?.Loss, epoch.Monitored, epoch.LearningRate, epoch.Duration.TotalSeconds);
        }
        else if (_rhythm.IsDue(value))
        {
            Batch(value.Epoch, value.Epochs, value.Batch, value.Batches, value.Loss, value.GradientNorm, value.SamplesPerSecond);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Epoch {Epoch} of {Epochs}: loss {Loss:G5}, validation loss {ValidationLoss:G5}, monitored {Monitored:G5}, learning rate {LearningRate:G3}, {Seconds:F1} s")]
    private partial void Epoch(int epoch, int epochs, double loss, double? validationLoss, double monitored, float learningRate, double seconds);

    [LoggerMessage(2, LogLevel.Warning, "{Notice}")]
    private partial void Notice(string notice);

    [LoggerMessage(3, LogLevel.Debug, "Epoch {Epoch} of {Epochs}, batch {Batch} of {Batches}: loss so far {Loss:G5}, gradient norm {GradientNorm:G4}, {SamplesPerSecond:N0} samples/s")]
    private partial void Batch(int epoch, int epochs, int batch, int batches, double loss, double gradientNorm, double samplesPerSecond);
}
