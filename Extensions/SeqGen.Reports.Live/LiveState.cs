// What viewers of a live page can see, and what each of them has seen already. Knows reports and what is new of them; refuses to know connections.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;

namespace SeqGen.Reports;

internal sealed class LiveState(Metric? monitor)
{
    /// <summary>As many points as a chart can show; where there are more, every second one goes.</summary>
    private const int MostPoints = 2000;

    private readonly Lock _lock = new();
    private readonly List<EpochResult> _epochs = [];
    private readonly List<(double Epoch, double Loss)> _points = [];
    private readonly List<TrainingMeasurement> _measurements = [];
    private readonly List<string> _notices = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TrainingProgress? _last;
    private int _training = 1, _thinned = 1, _thinnedMeasurements = 1, _skipped, _version = 1;
    private bool _isOver;

    /// <summary>What a viewer has seen; the default is nothing.</summary>
    internal struct Seen
    {
        public int Version, Training, Thinned, ThinnedMeasurements, Epochs, Points, Measurements, Notices;
    }

    /// <summary>The epoch of the best monitored value.</summary>
    public int? Best
    {
        get
        {
            lock (_lock)
            {
                return BestOf();
            }
        }
    }

    public EpochResult[] Epochs()
    {
        lock (_lock)
        {
            return [.. _epochs];
        }
    }

    /// <summary>Adds reports, in the order in which they came.</summary>
    public void Add(IReadOnlyList<TrainingProgress> reports)
    {
        if (reports.Count == 0)
        {
            return;
        }

        lock (_lock)
        {
            foreach (TrainingProgress report in reports)
            {
                Add(report);
            }

            Change();
        }
    }

    /// <summary>There will be nothing more.</summary>
    public void End()
    {
        lock (_lock)
        {
            _isOver = true;
            Change();
        }
    }

    /// <summary>What is new to a viewer, as JSON (null for nothing), and what tells that there is more.</summary>
    public (string? News, Task Changed, bool IsOver) Since(ref Seen seen)
    {
        lock (_lock)
        {
            string? news = seen.Version == _version ? null : News(seen);
            seen = new Seen
            {
                Version = _version,
                Training = _training,
                Thinned = _thinned,
                ThinnedMeasurements = _thinnedMeasurements,
                Epochs = _epochs.Count,
                Points = _points.Count,
                Measurements = _measurements.Count,
                Notices = _notices.Count,
            };
            return (news, _changed.Task, _isOver);
        }
    }

    private void Change()
    {
        _version++;
        TaskCompletionSource before = _changed;
        _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        before.SetResult();
    }

    private void Add(TrainingProgress report)
    {
        if (report.Notice is { } notice)
        {
            _notices.Add(notice);
        }

        if (Moment.IsOfNoUpdate(report))
        {
            return;
        }

        // An earlier moment is one of another training, or of one that was taken up again.
        Moment now = Moment.Of(report);
        if (_last is { } last && now.CompareTo(Moment.Of(last)) <= 0)
        {
            _training++;
            _epochs.RemoveAll(e => e.Epoch >= now.Epoch);
            _points.RemoveAll(p => p.Epoch > now.Epoch - 1);
            _measurements.RemoveAll(m => m.Epoch >= now.Epoch);
        }

        if (report.Completed is { } epoch)
        {
            _epochs.Add(epoch);
        }
        else if (double.IsFinite(report.Loss) && ++_skipped >= Stride)
        {
            _skipped = 0;
            _points.Add((report.Epoch - 1 + (report.Batch / (double)report.Batches), report.Loss));
            _thinned += Thin(_points, MostPoints);
        }

        if (report.Measurement is { } measurement)
        {
            _measurements.Add(measurement);
            _thinnedMeasurements += Thin(_measurements, ReportModel.MostMeasurements);
        }

        _last = report;
    }

    private int Stride => 1 << (_thinned - 1);

    /// <summary>Drops every second one where there are too many, and says so by 1.</summary>
    private static int Thin<T>(List<T> list, int most)
    {
        if (list.Count < most)
        {
            return 0;
        }

        int n = 0;
        for (int i = 1; i < list.Count; i += 2)
        {
            list[n++] = list[i];
        }

        list.RemoveRange(n, list.Count - n);
        return 1;
    }

    private int? BestOf()
    {
        if (monitor?.HigherIsBetter is not { } higherIsBetter)
        {
            // Metrics of heads are called "accuracy of kind".
            string name = _last?.Monitor ?? Metric.Loss.Name;
            Metric? known = Array.Find([Metric.Loss, Metric.Accuracy, Metric.RootMeanSquaredError, Metric.MeanAbsoluteError], m => name == m.Name || name.StartsWith(m.Name + " of ", StringComparison.Ordinal));
            if (known is null)
            {
                return null;
            }

            higherIsBetter = known.HigherIsBetter;
        }

        EpochResult? best = null;
        foreach (EpochResult epoch in _epochs)
        {
            best = best is null || (higherIsBetter ? epoch.Monitored > best.Monitored : epoch.Monitored < best.Monitored) ? epoch : best;
        }

        return best?.Epoch;
    }

    private string News(Seen seen)
    {
        bool isNew = seen.Training != _training, all = isNew || seen.Thinned != _thinned, allMeasurements = isNew || seen.ThinnedMeasurements != _thinnedMeasurements;
        return ReportModel.Text(json =>
        {
            json.WriteBoolean("reset", isNew);
            ReportModel.Epochs(json, _epochs.Skip(isNew ? 0 : seen.Epochs));
            ReportModel.Strings(json, "notices", _notices.Skip(isNew ? 0 : seen.Notices));
            json.WriteStartObject("points");
            json.WriteBoolean("all", all);
            ReportModel.Numbers(json, "x", _points.Skip(all ? 0 : seen.Points).Select(p => p.Epoch), digits: 6);
            ReportModel.Numbers(json, "loss", _points.Skip(all ? 0 : seen.Points).Select(p => p.Loss), digits: 5);
            json.WriteEndObject();
            json.WriteBoolean("allMeasurements", allMeasurements);
            ReportModel.Measured(json, _measurements);
            ReportModel.Measurements(json, _measurements.Skip(allMeasurements ? 0 : seen.Measurements));
            if ((monitor?.Name ?? _last?.Monitor) is { } name)
            {
                json.WriteString("monitor", name);
            }

            if (BestOf() is { } best)
            {
                json.WriteNumber("best", best);
            }

            if (_last is { } last)
            {
                json.WriteStartObject("progress");
                json.WriteNumber("epoch", last.Epoch);
                json.WriteNumber("epochs", last.Epochs);
                json.WriteNumber("batch", last.Batch);
                json.WriteNumber("batches", last.Batches);
                Results.Write(json, "loss", last.Loss);
                Results.Write(json, "gradientNorm", last.GradientNorm);
                Results.Write(json, "samplesPerSecond", last.SamplesPerSecond);
                if (last.Remaining < TimeSpan.MaxValue)
                {
                    Results.Write(json, "remaining", Math.Round(last.Remaining.TotalSeconds));
                }

                json.WriteEndObject();
            }
        });
    }
}
