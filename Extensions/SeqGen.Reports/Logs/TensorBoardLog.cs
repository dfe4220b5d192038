// A training as scalars for TensorBoard. Knows tags and steps; refuses to know bytes.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;

namespace SeqGen.Reports;

/// <summary>Writes event files that TensorBoard reads: <c>tensorboard --logdir runs</c>, with a folder below <c>runs</c> for each training. The step of every value is the number of batches
/// since the beginning. Tags are <c>loss/training</c>, <c>loss/validation</c>, the same of <c>accuracy</c>, <c>rmse</c> and <c>mae</c> (and of heads, as <c>head/loss/training</c>),
/// <c>learning_rate</c>, <c>monitored</c>, <c>epoch</c>, <c>samples_per_second</c>; <c>loss/epoch_so_far</c> and <c>gradient_norm</c> within epochs; of measured updates
/// (<see cref="TrainerOptions.Insight"/>) <c>loss/update</c>, <c>clipping_factor</c>, <c>gradient/</c> and <c>update_ratio/</c> with the parameter's name, <c>saturated/</c> or <c>dead/</c> with the gate's.</summary>
/// <remarks>Each process writes a file of its own. One that goes on from a checkpoint tells TensorBoard to forget what older files have from its first step on, so curves have each point once.
/// What cannot be written is thrown, and ends the training.</remarks>
public sealed class TensorBoardLog : IProgress<TrainingProgress>, IDisposable
{
    private static int _files;
    private readonly Func<DateTime> _now;
    private readonly FileStream _stream;
    private Rhythm _rhythm;
    private long _last = -1;
    private DateTime _flushed;

    /// <summary>Begins a file in a folder.</summary>
    /// <param name="folder">The training's own; created where it is missing.</param>
    /// <param name="everyBatches">The loss of an epoch so far after so many batches; 0 for epochs alone.</param>
    public TensorBoardLog(string folder, int everyBatches = 10)
        : this(folder, everyBatches, () => DateTime.UtcNow)
    {
    }

    internal TensorBoardLog(string folder, int everyBatches, Func<DateTime> now)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        (_rhythm, _now) = (new Rhythm(everyBatches), now);
        Directory.CreateDirectory(folder);

        // TensorBoard takes the files of a folder in the order of their names: by time, then by those of this process.
        string host = string.Concat(Environment.MachineName.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '-'));
        string name = string.Create(CultureInfo.InvariantCulture, $"events.out.tfevents.{(long)Seconds():D10}.{host}.{Environment.ProcessId}.{Interlocked.Increment(ref _files):D4}");
        _stream = new FileStream(Path.Combine(folder, name), FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 1 << 14);
        EventRecord.Write(_stream, EventRecord.Version(Seconds()));
    }

    /// <summary>The file that is written.</summary>
    public string FullPath => _stream.Name;

    /// <summary>Writes what there is to say. The file is whole after every epoch, and at most two seconds behind between them.</summary>
    public void Report(TrainingProgress value)
    {
        if (Moment.IsOfNoUpdate(value))
        {
            return;
        }

        long step = ((long)((value.Completed?.Epoch ?? value.Epoch) - 1) * value.Batches) + value.Batch;
        if (step <= _last || _last < 0)
        {
            // The first of this process, or another training with the same log.
            EventRecord.Write(_stream, EventRecord.Start(Seconds(), step));
        }

        _last = step;
        if (value.Completed is { } epoch)
        {
            EventRecord.Write(_stream, EventRecord.Scalars(Seconds(), step, Values(epoch, value.SamplesPerSecond)));
        }
        else if (_rhythm.IsDue(value))
        {
            EventRecord.Write(_stream, EventRecord.Scalars(Seconds(), step, [("loss/epoch_so_far", (float)value.Loss), ("gradient_norm", (float)value.GradientNorm), ("learning_rate", value.LearningRate)]));
        }

        if (value.Measurement is { } measurement)
        {
            EventRecord.Write(_stream, EventRecord.Scalars(Seconds(), step, Values(measurement)));
        }

        if (value.Completed is not null || _now() - _flushed > TimeSpan.FromSeconds(2))
        {
            _stream.Flush();
            _flushed = _now();
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _stream.Dispose();

    private static IEnumerable<(string Tag, float Value)> Values(EpochResult epoch, double speed)
    {
        foreach ((string suffix, EvaluationResult? result) in (IEnumerable<(string, EvaluationResult?)>)[("training", epoch.Training), ("validation", epoch.Validation)])
        {
            foreach ((string name, double? value) in result is null ? [] : Results.Of(result))
            {
                if (value is { } number)
                {
                    yield return ($"{name}/{suffix}", (float)number);
                }
            }
        }

        yield return ("learning_rate", epoch.LearningRate);
        yield return ("monitored", (float)epoch.Monitored);
        yield return ("epoch", epoch.Epoch);
        yield return ("samples_per_second", (float)speed);
    }

    private static IEnumerable<(string Tag, float Value)> Values(TrainingMeasurement measurement)
    {
        yield return ("loss/update", (float)measurement.Loss);
        yield return ("clipping_factor", (float)measurement.ClippingFactor);
        foreach (ParameterMeasurement parameter in measurement.Parameters)
        {
            yield return ($"gradient/{parameter.Name}", (float)parameter.GradientNorm);
            yield return ($"update_ratio/{parameter.Name}", (float)parameter.UpdateRatio);
        }

        foreach (ActivationMeasurement activation in measurement.Activations)
        {
            yield return activation.Function == "relu" ? ($"dead/{activation.Name}", (float)activation.Dead) : ($"saturated/{activation.Name}", (float)activation.Saturated);
        }
    }

    private double Seconds() => (_now() - DateTime.UnixEpoch).TotalSeconds;
}
