// A training as one HTML file. Knows what belongs into it; refuses to know how it is drawn and written.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace SeqGen.Reports;

/// <summary>A report of a training: learning curves, learning rate, results, the table of layers, and what is there of measured updates, gradient flow, confusions, forecasts and attention. One file that needs
/// no network: it opens in any browser, in light and dark, on paper and on a telephone.</summary>
/// <example><code>
/// TrainingHistory history = trainer.Fit(train, epochs: 30, validation: test);
/// new TrainingReport(net, history) { Evaluations = { ["test"] = trainer.Evaluate(test) } }.Save("report.html");
/// </code></example>
public sealed class TrainingReport
{
    /// <summary>A report of a training by the trainer.</summary>
    /// <param name="network">The network.</param>
    /// <param name="history">What Fit gave, or <see cref="Trainer.History"/> where it ended with an exception.</param>
    public TrainingReport(INetwork network, TrainingHistory history)
        : this(InfoOf(network), (history ?? throw new ArgumentNullException(nameof(history))).Epochs)
    {
        Notices = [.. history.Notices];
        Measurements = [.. history.Measurements];
        StoppedEarly = history.StoppedEarly;
        Best = history.Epochs.Count > 0 ? history.Best.Epoch : null;
    }

    /// <summary>A report of a training by a loop of one's own.</summary>
    /// <param name="info">The network's description (<c>Forecaster.Info</c>).</param>
    /// <param name="epochs">Results of the epochs, in order; none are an answer too.</param>
    public TrainingReport(NetworkInfo info, IReadOnlyList<EpochResult> epochs)
    {
        ArgumentNullException.ThrowIfNull(info);
        ArgumentNullException.ThrowIfNull(epochs);
        (Info, Epochs, Title) = (info, [.. epochs], info.Name);
        RequireRising([.. epochs.Select(e => (long)e.Epoch)], "epochs", nameof(epochs));
    }

    /// <summary>The heading; the network's name if nothing is said.</summary>
    public string Title { get; init; }

    /// <summary>Sentences below the heading: what was trained on, what for.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>What the monitored value is (<see cref="TrainerOptions.Monitor"/>); null for the metric of which the epochs have just these values, if there is one.</summary>
    public Metric? Monitor { get; init; }

    /// <summary>The epoch to mark as the best; null for none.</summary>
    public int? Best { get; init; }

    /// <summary>Results on other data, by the data's name.</summary>
    public IDictionary<string, EvaluationResult> Evaluations { get; init; } = new Dictionary<string, EvaluationResult>();

    /// <summary>The network beside simple forecasts (<see cref="Trainer.Compare"/>), by the data's name.</summary>
    public IDictionary<string, Comparison> Comparisons { get; init; } = new Dictionary<string, Comparison>();

    /// <summary>What was taken for what; null for what the first evaluation that measured it says.</summary>
    public ConfusionTable? Confusion { get; init; }

    /// <summary>Forecasts beside what came.</summary>
    public IReadOnlyList<ForecastChart> Forecasts { get; init; } = [];

    /// <summary>Weights of attention.</summary>
    public IReadOnlyList<AttentionMap> Attention { get; init; } = [];

    /// <summary>How far back gradients come (<see cref="GradientFlow.Measure"/>); null for what the last measurement says of it.</summary>
    public GradientFlowResult? Flow { get; init; }

    /// <summary>Updates that were looked at closely (<see cref="TrainerOptions.Insight"/>): those of the history if nothing is said.</summary>
    public IReadOnlyList<TrainingMeasurement> Measurements
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            RequireRising([.. value.Select(m => m.Update)], "updates", nameof(Measurements));
            field = value;
        }
    }

    = [];

    internal ConfusionTable? ShownConfusion
    {
        get
        {
            foreach ((string name, EvaluationResult result) in Evaluations)
            {
                if (Confusion is null && result.Measures.TryGetConfusion(out ConfusionMatrix? matrix))
                {
                    return new ConfusionTable(matrix) { Title = "Confusion: " + name };
                }
            }

            return Confusion;
        }
    }

    internal NetworkInfo Info { get; }

    internal IReadOnlyList<EpochResult> Epochs { get; }

    internal IReadOnlyList<string> Notices { get; init; } = [];

    internal bool StoppedEarly { get; init; }

    /// <summary>Writes the file; it is there whole or not at all.</summary>
    /// <param name="path">Where to; an existing file is replaced.</param>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        byte[] page = Encoding.UTF8.GetBytes(ToHtml());
        FileReplacement.Write(path, stream => stream.Write(page));
    }

    /// <summary>The file's text.</summary>
    public string ToHtml() => ReportPage.Html(this, live: false);

    private static void RequireRising(long[] numbers, string what, string name)
    {
        int at = Enumerable.Range(1, Math.Max(0, numbers.Length - 1)).FirstOrDefault(i => numbers[i] <= numbers[i - 1]);
        if (at > 0)
        {
            throw new ArgumentException($"The numbers of {what} are to rise, and {numbers[at]} comes after {numbers[at - 1]}. Give them in order, each once.", name);
        }
    }

    internal static NetworkInfo InfoOf(INetwork network)
    {
        ArgumentNullException.ThrowIfNull(network);
        return new NetworkInfo(network.Core.Plan);
    }
}
