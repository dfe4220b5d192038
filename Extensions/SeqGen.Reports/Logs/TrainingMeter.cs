// A training as instruments of System.Diagnostics.Metrics, for dotnet-counters and OpenTelemetry. Knows instruments; refuses to know who listens.
using System;
using System.Collections.Generic;
using System.Diagnostics.Metrics;

namespace SeqGen.Reports;

/// <summary>Reports to the meter <c>SeqGen.Training</c>: gauges <c>seqgen.training.loss</c>, <c>.validation.loss</c>, <c>.monitored</c>, <c>.learning_rate</c>, <c>.gradient_norm</c>, <c>.samples_per_second</c> and
/// <c>.epoch</c>, counters <c>.batches</c> and <c>.epochs</c>, a histogram <c>.epoch.duration</c> in seconds; each with the tag <c>network</c>. Costs next to nothing while nobody listens.</summary>
public sealed class TrainingMeter : IProgress<TrainingProgress>, IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string Name = "SeqGen.Training";
    private readonly Meter _meter;
    private readonly KeyValuePair<string, object?> _network;
    private readonly Gauge<double> _loss, _validationLoss, _monitored, _rate, _norm, _speed;
    private readonly Gauge<int> _epoch;
    private readonly Counter<long> _batches, _epochs;
    private readonly Histogram<double> _duration;
    private (int Epoch, int Batch) _last;

    /// <summary>Creates the instruments.</summary>
    /// <param name="network">What the tag <c>network</c> is to say.</param>
    public TrainingMeter(string network)
    {
        ArgumentException.ThrowIfNullOrEmpty(network);
        _network = new("network", network);
        _meter = new Meter(Name);
        _loss = _meter.CreateGauge<double>("seqgen.training.loss", description: "Mean loss of the epoch so far");
        _validationLoss = _meter.CreateGauge<double>("seqgen.training.validation.loss", description: "Loss of the validation data after the last epoch");
        _monitored = _meter.CreateGauge<double>("seqgen.training.monitored", description: "What early stopping and the best epoch go by");
        _rate = _meter.CreateGauge<double>("seqgen.training.learning_rate", description: "Learning rate of the last update");
        _norm = _meter.CreateGauge<double>("seqgen.training.gradient_norm", description: "L2 norm of all gradients at the last update, before clipping");
        _speed = _meter.CreateGauge<double>("seqgen.training.samples_per_second", "{sample}/s", "Speed of the epoch so far");
        _epoch = _meter.CreateGauge<int>("seqgen.training.epoch", description: "The epoch that runs, from 1");
        _batches = _meter.CreateCounter<long>("seqgen.training.batches", "{batch}", "Batches done by this process");
        _epochs = _meter.CreateCounter<long>("seqgen.training.epochs", "{epoch}", "Epochs done by this process");
        _duration = _meter.CreateHistogram<double>("seqgen.training.epoch.duration", "s", "How long epochs took, validation included");
    }

    /// <summary>Records a report.</summary>
    public void Report(TrainingProgress value)
    {
        if (Moment.IsOfNoUpdate(value))
        {
            return;
        }

        _loss.Record(value.Loss, _network);
        _rate.Record(value.LearningRate, _network);
        _norm.Record(value.GradientNorm, _network);
        _speed.Record(value.SamplesPerSecond, _network);
        _epoch.Record(value.Epoch, _network);

        // One report comes after every update, be it of several batches; that of an epoch stands for its last one.
        bool goesOn = value.Epoch == _last.Epoch && value.Batch >= _last.Batch;
        _batches.Add(goesOn ? value.Batch - _last.Batch : _last.Epoch == 0 ? 1 : value.Batch, _network);
        _last = (value.Epoch, value.Batch);
        if (value.Completed is not { } epoch)
        {
            return;
        }

        _epochs.Add(1, _network);
        _duration.Record(epoch.Duration.TotalSeconds, _network);
        _monitored.Record(epoch.Monitored, _network);
        if (epoch.Validation is { } validation)
        {
            _validationLoss.Record(validation.Loss, _network);
        }
    }

    /// <summary>Ends the instruments.</summary>
    public void Dispose() => _meter.Dispose();
}
