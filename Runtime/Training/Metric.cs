// Which result of an epoch decides: for early stopping, plateaus and the best epoch. Knows results; refuses to know what is done with them.
using System;
using System.Linq;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>A number of an epoch's results, of the validation where there is one, and whether more or less of it is better.</summary>
public sealed class Metric
{
    // Before what reads it: statics begin in the order of their lines.
    private static readonly LossKind[] _values =
        [LossKind.MeanSquaredError, LossKind.MeanAbsoluteError, LossKind.Huber, LossKind.PoissonLikelihood, LossKind.Quantile, LossKind.GaussianLikelihood, LossKind.Custom];

    private readonly Func<EvaluationResult, double?> _read;
    private readonly LossKind[]? _losses;
    private readonly string _plain;
    private readonly string? _head;
    private readonly bool _isMeasured;

    private Metric(string name, bool higherIsBetter, Func<EvaluationResult, double?> read, LossKind[]? losses = null, string? head = null, bool isMeasured = false)
    {
        (_plain, HigherIsBetter, _read, _losses, _head, _isMeasured) = (name, higherIsBetter, read, losses, head, isMeasured);
    }

    /// <summary>The loss.</summary>
    public static Metric Loss { get; } = new("loss", false, r => r.Loss);

    /// <summary>The accuracy.</summary>
    public static Metric Accuracy { get; } = new("accuracy", true, r => r.Accuracy, [LossKind.SoftmaxCrossEntropy, LossKind.BinaryCrossEntropy, LossKind.CustomOfClasses]);

    /// <summary>The root of the mean squared error.</summary>
    public static Metric RootMeanSquaredError { get; } = new("RMSE", false, r => r.RootMeanSquaredError, _values);

    /// <summary>The mean absolute error.</summary>
    public static Metric MeanAbsoluteError { get; } = new("MAE", false, r => r.MeanAbsoluteError, _values);

    /// <summary>What it is called.</summary>
    public string Name => _head is null ? _plain : $"{_plain} of {_head}";

    /// <summary>Whether more is better.</summary>
    public bool HigherIsBetter { get; }

    /// <summary>A number of one's own.</summary>
    /// <param name="name">What it is called; a training goes on from checkpoints of the same name alone.</param>
    /// <param name="higherIsBetter">Whether more is better.</param>
    /// <param name="read">Works it out; finite.</param>
    public static Metric Of(string name, bool higherIsBetter, Func<EvaluationResult, double> read)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(read);
        return new(name, higherIsBetter, r => read(r));
    }

    /// <summary>A number of what is measured of the validation data (<see cref="TrainerOptions.Measures"/>), by its name: "macro F1", say.</summary>
    /// <param name="name">Its name in <see cref="EvaluationResult.Measures"/>.</param>
    /// <param name="higherIsBetter">Whether more is better.</param>
    public static Metric Measured(string name, bool higherIsBetter) => Measured(name, higherIsBetter, head: null);

    private static Metric Measured(string name, bool higherIsBetter, string? head)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new(name, higherIsBetter, r => r.Measures.TryGet(name, out double value, head) ? value : null, losses: null, head, isMeasured: true);
    }

    /// <summary>The same of one of several heads.</summary>
    /// <param name="head">The head's name.</param>
    public Metric OfHead(string head)
    {
        ArgumentException.ThrowIfNullOrEmpty(head);
        return _isMeasured ? Measured(_plain, HigherIsBetter, head) : new(_plain, HigherIsBetter, r => r.Heads.TryGetValue(head, out EvaluationResult? one) ? _read(one) : null, _losses, head);
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>Fails where a network has no such number.</summary>
    internal void Check(NetworkPlan plan)
    {
        OutputPort[] counted = Array.FindAll(plan.Outputs, o => o.Loss is { Kind: not LossKind.None });
        string heads = string.Join(", ", counted.Select(o => o.Name));
        if (_head is not null && (counted.Length < 2 || !Array.Exists(counted, o => o.Name == _head)))
        {
            throw new NotSupportedException(counted.Length < 2
                ? $"{plan.Name} has one loss: monitor {_plain} without OfHead."
                : $"{plan.Name} has no head '{_head}' with a loss to monitor. It has {heads}.");
        }

        if (_losses is null)
        {
            return;
        }

        if (_head is null && counted.Length > 1)
        {
            throw new NotSupportedException($"{plan.Name} has several losses: say whose {Name} to monitor, with OfHead: {heads}.");
        }

        OutputPort port = _head is null ? counted[0] : Array.Find(counted, o => o.Name == _head)!;
        if (port.Loss!.Kind == LossKind.Custom && port.TargetSize != port.Size && _losses.Contains(LossKind.Custom))
        {
            throw new NotSupportedException($"{plan.Name} has no {Name} to monitor: its loss takes {port.TargetSize} targets for {port.Size} outputs, which are no forecasts of them.");
        }

        if (!_losses.Contains(port.Loss.Kind))
        {
            throw new NotSupportedException($"{plan.Name} has no {Name} to monitor: its loss is {port.Loss.Program?.Name ?? port.Loss.Kind.ToString()}, and {Name} is measured for {string.Join(", ", _losses)}.");
        }
    }

    /// <summary>Fails where no such number is measured.</summary>
    /// <param name="measures">What measures give of data without samples; null without validation data or measures.</param>
    /// <param name="network">The network's name.</param>
    internal void Check(MeasureResults? measures, string network)
    {
        if (!_isMeasured || measures?.TryGet(_plain, out _, _head) == true)
        {
            return;
        }

        string whole = string.Join(", ", measures?.Where(v => v.Step is null && v.Group is null && v.Class is null).Select(v => v.Head is null ? v.Name : $"{v.Name} of {v.Head}") ?? []);
        throw new NotSupportedException(measures is null
            ? $"{network} is to be monitored by {Name}, which is measured of validation data: give Fit some, or a ValidationSplit, and TrainerOptions.Measures what to measure."
            : $"{network} has no {Name} to monitor{(measures.Where(v => v.Name == _plain).Select(v => v.Head).Distinct().Count() > 1 ? ": say of which head, with OfHead" : "")}. TrainerOptions.Measures gives {(whole.Length > 0 ? whole : "no number over everything: of each step or group there are several, and the measure itself, without ByStep and ByGroup, gives the one")}.");
    }

    /// <summary>The number, or an error where there is none that can be compared.</summary>
    internal double Read(EvaluationResult result) => _read(result) is { } value && double.IsFinite(value)
        ? value
        : throw new InvalidOperationException($"The monitored {Name} is {_read(result)?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "not there"} in {result}: early stopping, plateaus and the best epoch need a finite number.");
}
