// Several reporters as one, the meter and the logger: what they are told comes out, on the thread that trains.
// Knows listeners; refuses to know files and pages.
using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics.Metrics;
using System.Linq;
using Microsoft.Extensions.Logging;
using SeqGen.Extensions.Tests.Support;
using SeqGen.Reports;
using Xunit;

namespace SeqGen.Extensions.Tests;

public class ReporterTests
{
    [Fact]
    public void All_are_told_in_order_on_the_thread_of_Fit()
    {
        List<string> told = [];
        Reporter Named(string name) => new(p => told.Add($"{name} {p.Epoch}.{p.Batch} {Environment.CurrentManagedThreadId}"));
        Trainer.For(new Forecaster(seed: 1), new Adam(1e-2f)).Fit(Samples.Series(40), 1, progress: Progress.To(Named("a"), null, Named("b")));
        int thread = Environment.CurrentManagedThreadId;
        Assert.Equal([$"a 1.1 {thread}", $"b 1.1 {thread}", $"a 1.2 {thread}", $"b 1.2 {thread}"], told);
        Progress.To().Report(Samples.Progress(1, 1));
    }

    [Fact]
    public void Where_one_throws_the_others_are_told()
    {
        int told = 0;
        IProgress<TrainingProgress> one = Progress.To(new Reporter(_ => throw new TimeoutException("first")), new Reporter(_ => told++));
        Assert.Equal("first", Assert.Throws<TimeoutException>(() => one.Report(Samples.Progress(1, 1))).Message);
        Assert.Equal(1, told);
        IProgress<TrainingProgress> two = Progress.To(new Reporter(_ => throw new TimeoutException("first")), new Reporter(_ => told++), new Reporter(_ => throw new InvalidOperationException("second")));
        Assert.Equal(["first", "second"], Assert.Throws<AggregateException>(() => two.Report(Samples.Progress(1, 1))).InnerExceptions.Select(e => e.Message));
        Assert.Equal(2, told);
    }

    [Fact]
    public void The_meter_measures()
    {
        ConcurrentDictionary<string, List<double>> values = [];
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter.Name == TrainingMeter.Name)
            {
                l.EnableMeasurementEvents(instrument);
            }
        };
        void Add(string name, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (tags[0] is { Key: "network", Value: "measured" })
            {
                values.GetOrAdd(name, _ => []).Add(value);
            }
        }

        listener.SetMeasurementEventCallback<double>((i, v, tags, _) => Add(i.Name, v, tags));
        listener.SetMeasurementEventCallback<long>((i, v, tags, _) => Add(i.Name, v, tags));
        listener.SetMeasurementEventCallback<int>((i, v, tags, _) => Add(i.Name, v, tags));
        listener.Start();
        TrainingHistory history;
        using (TrainingMeter meter = new("measured"))
        {
            history = Trainer.For(new Forecaster(seed: 1), new Adam(1e-2f), new() { BatchSize = 8 }).Fit(Samples.Series(40), 3, validation: Samples.Series(9), progress: meter);
            meter.Report(Samples.Progress(3, 4, notice: "It was over."));
        }

        Assert.Equal(15, values["seqgen.training.batches"].Sum());
        Assert.Equal(3, values["seqgen.training.epochs"].Sum());
        Assert.Equal(3, values["seqgen.training.epoch.duration"].Count);
        Assert.Equal(history.Epochs.Select(e => e.Validation!.Loss), values["seqgen.training.validation.loss"]);
        Assert.Equal(history.Last.Training.Loss, values["seqgen.training.loss"][^1]);
        Assert.Equal(3, values["seqgen.training.epoch"][^1]);
        Assert.Equal(0.01, values["seqgen.training.learning_rate"][^1], 1e-6);
        Assert.All(values["seqgen.training.gradient_norm"], v => Assert.True(v > 0));
        Assert.All(values["seqgen.training.samples_per_second"], v => Assert.True(v > 0));
    }

    [Fact]
    public void The_logger_has_numbers_by_name()
    {
        Logger logger = new();
        LoggerProgress progress = new(logger, everyBatches: 2);
        progress.Report(Samples.Progress(1, 1, notice: "A damaged checkpoint."));
        progress.Report(Samples.Progress(1, 2, loss: 0.125));
        progress.Report(Samples.Progress(1, 3));
        progress.Report(Samples.Progress(1, 4, Samples.Epoch(1, 0.5, 0.25)));
        Assert.Equal([(LogLevel.Warning, 2), (LogLevel.Debug, 3), (LogLevel.Information, 1)], logger.Said.Select(s => (s.Level, s.Event.Id)));
        Assert.Equal("A damaged checkpoint.", logger.Said[0].Text);
        Assert.Equal("Epoch 1 of 10, batch 2 of 4: loss so far 0.125, gradient norm 0, 1,000 samples/s", logger.Said[1].Text);
        Assert.Equal("Epoch 1 of 10: loss 0.5, validation loss 0.25, monitored 0.25, learning rate 0.001, 1.5 s", logger.Said[2].Text);
        Assert.Equal(0.25, logger.Said[2].Values["ValidationLoss"]);
        Assert.Throws<ArgumentNullException>(() => new LoggerProgress(null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LoggerProgress(logger, -1));
    }

    private sealed class Logger : ILogger
    {
        public List<(LogLevel Level, EventId Event, string Text, Dictionary<string, object?> Values)> Said { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Said.Add((logLevel, eventId, formatter(state, exception), ((IEnumerable<KeyValuePair<string, object?>>)state!).ToDictionary()));
    }
}
