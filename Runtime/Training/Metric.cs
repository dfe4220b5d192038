// Which result of an epoch decides: for early stopping, plateaus and the best epoch. Knows results; refuses to know what is done with them.
using System;
using System.Linq;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>A number of an epoch's results, of the validation where there is one, and whether more or less of it is better.</summary>
public sealed class Metric
{
    private readonly Func<EvaluationResult, double?> _read;
    private readonly LossKind[]? _losses;
    private readonly string _plain;
    private readonly string? _head;

    private Metric(string name, bool higherIsBetter, Func<EvaluationResult, double?> read, LossKind[]? losses = null, string? head = null)
    {
        (_plain, HigherIsBetter, _read, _losses, _head) = (name, higherIsBetter, read, losses, head);
    }

    /// <summary>The loss.</summary>
    public static Metric Loss { get; } = new("loss", false, r => r.Loss);

    /// <summary>The accuracy.</summary>
    public static Metric Accuracy { get; } = new("accuracy", true, r => r.Accuracy, [LossKind.SoftmaxCrossEntropy, LossKind.BinaryCrossEntropy]);

    /// <summary>The root of the mean squared error.</summary>
    public static Metric RootMeanSquaredError { get; } = new("RMSE", false, r => r.RootMeanSquaredError, [LossKind.MeanSquaredError, LossKind.MeanAbsoluteError, LossKind.Huber]);

    /// <summary>The mean absolute error.</summary>
    public static Metric MeanAbsoluteError { get; } = new("MAE", false, r => r.MeanAbsoluteError, [LossKind.MeanSquaredError, LossKind.MeanAbsoluteError, LossKind.Huber]);

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

    /// <summary>The same of one of several heads.</summary>
    /// <param name="head">The head's name.</param>
    public Metric OfHead(string head)
    {
        ArgumentException.ThrowIfNullOrEmpty(head);
        return new(_plain, HigherIsBetter, r => r.Heads.TryGetValue(head, out EvaluationResult? one) ? _read(one) : null, _losses, head);
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
        if (!_losses.Contains(port.Loss!.Kind))
        {
            throw new NotSupportedException($"{plan.Name} has no {Name} to monitor: its loss is {port.Loss.Kind}, and {Name} is measured for {string.Join(", ", _losses)}.");
        }
    }

    /// <summary>The number, or an error where there is none that can be compared.</summary>
    internal double Read(EvaluationResult result) => _read(result) is { } value && double.IsFinite(value)
        ? value
        : throw new InvalidOperationException($"The monitored {Name} is {_read(result)?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "not there"} in {result}: early stopping, plateaus and the best epoch need a finite number.");
}
