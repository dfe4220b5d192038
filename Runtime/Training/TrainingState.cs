// Where one training stands: all that goes on when it is resumed, in this process or in another, beside the parameters and the optimizer's state.
// Knows positions and results; refuses to know files and how anything is computed.
using System;
using System.Collections.Generic;

namespace SeqGen;

/// <summary>One training between two updates.</summary>
internal sealed class TrainingState
{
    private readonly List<EpochResult> _results = [];
    private readonly List<double> _monitored = [];
    private readonly List<TrainingMeasurement> _measurements = [];
    private double _toBeat;

    /// <summary>Batches done of the epoch that runs; 0 where none has begun.</summary>
    public int Batch { get; set; }

    /// <summary>Samples that the trainer has drawn noise for.</summary>
    public long SamplesSeen { get; set; }

    /// <summary>The number of the epoch that runs, over this training and those of the trainer before: each has an order of its own.</summary>
    public int EpochNumber { get; set; }

    /// <summary>The optimizer's own rate, which the schedule's factor is of.</summary>
    public float Rate { get; set; }

    /// <summary>The rate of the last update.</summary>
    public float UpdateRate { get; set; }

    /// <summary>The epochs that are done.</summary>
    public IReadOnlyList<EpochResult> Results => _results;

    /// <summary>What was measured of updates.</summary>
    public IReadOnlyList<TrainingMeasurement> Measurements => _measurements;

    /// <summary>What was monitored after each of them; lower is better (the negative, where higher is).</summary>
    public IReadOnlyList<double> Monitored => _monitored;

    /// <summary>The first of the epochs with the best monitored value.</summary>
    public EpochResult? Best { get; private set; }

    /// <summary>The parameters after that epoch, packed.</summary>
    public float[]? BestValues { get; set; }

    /// <summary>The running mean of the parameters, packed; null where there is none.</summary>
    public float[]? Average { get; set; }

    /// <summary>The parameters of the last update, where the network was given the best epoch's, or their mean.</summary>
    public float[]? LastValues { get; set; }

    /// <summary>Results and measurements as they are kept.</summary>
    public HistoryLog Log { get; } = new();

    /// <summary>Sums over the batches of the epoch that runs.</summary>
    public double[] Sums { get; set; } = [];

    /// <summary>States that the next batch of a stateful training begins at: [rows, size] each. Null where it begins at none.</summary>
    public IReadOnlyDictionary<string, float[]>? Carried { get; set; }

    /// <summary>Rows of <see cref="Carried"/>.</summary>
    public int CarriedRows { get; set; }

    /// <summary>Time that the training took so far, and the epoch that runs.</summary>
    public TimeSpan Elapsed { get; set; }

    /// <inheritdoc cref="Elapsed"/>
    public TimeSpan EpochElapsed { get; set; }

    /// <summary>The beginning of a training.</summary>
    /// <param name="last">The trainer's training before. An epoch of it that was broken off is not repeated in the same order, nor with the same noise.</param>
    /// <param name="rate">The optimizer's own rate.</param>
    public static TrainingState After(TrainingState? last, float rate) => new()
    {
        Rate = rate,
        SamplesSeen = last?.SamplesSeen ?? 0,
        EpochNumber = last is null ? 0 : last.EpochNumber + (last.Batch > 0 ? 1 : 0),
    };

    /// <summary>Adds a finished epoch; the next one begins.</summary>
    /// <returns>Whether it is the best so far.</returns>
    /// <param name="result">The epoch.</param>
    /// <param name="higherIsBetter">Which of two monitored values is better.</param>
    public bool Add(EpochResult result, bool higherIsBetter)
    {
        double monitored = higherIsBetter ? -result.Monitored : result.Monitored;
        _results.Add(result);
        EpochNumber++;
        (Batch, EpochElapsed) = (0, TimeSpan.Zero);
        _monitored.Add(monitored);
        if (Best is not null && !(monitored < _toBeat))
        {
            return false;
        }

        (Best, _toBeat) = (result, monitored);
        return true;
    }

    /// <summary>Adds what was measured of an update.</summary>
    public void Add(TrainingMeasurement measurement) => _measurements.Add(measurement);

    /// <summary>Whether a rule would stop here.</summary>
    public bool IsOver(EarlyStopping? stopping)
    {
        if (stopping is null)
        {
            return false;
        }

        double toBeat = double.PositiveInfinity;
        int waited = 0;
        foreach (double loss in _monitored)
        {
            waited++;
            if (loss < toBeat - stopping.MinDelta)
            {
                (toBeat, waited) = (loss, 0);
            }
        }

        return waited >= stopping.Patience;
    }
}
