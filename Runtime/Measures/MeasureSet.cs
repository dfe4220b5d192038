// Several measures of one head, added up position by position. Knows their sums; refuses to know where positions come from.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace SeqGen;

/// <summary>Measures of outputs that come one by one: forecasts of a stream, of a decoder, of something that is no network. <see cref="Trainer"/> measures with it. Nothing but
/// its construction and <see cref="Results"/> allocates.</summary>
/// <example><code>
/// MeasureSet set = new(new() { Outputs = 1 }, Measure.MeanAbsoluteError, Measure.RSquared);
/// set.Add([forecast], [truth]);
/// Console.WriteLine(set.Results());
/// </code></example>
public sealed class MeasureSet
{
    private readonly Measure[] _measures;
    private readonly int[] _starts;
    private readonly double[] _sums;
    private readonly int[] _scratch;

    /// <summary>Measures of outputs.</summary>
    /// <param name="shape">What outputs and targets are.</param>
    /// <param name="measures">What to measure, in the order of the table.</param>
    /// <exception cref="ArgumentException">A measure cannot be taken of such outputs: the message says why.</exception>
    public MeasureSet(MeasureShape shape, params Measure[] measures)
        : this(shape, measures ?? throw new ArgumentNullException(nameof(measures)), maxLabels: 0)
    {
    }

    internal MeasureSet(MeasureShape shape, ReadOnlySpan<Measure> measures, int maxLabels)
    {
        ArgumentNullException.ThrowIfNull(shape);
        Check(shape);
        _measures = measures.ToArray();

        // What one of them calls the classes, all of them do.
        string[]? labels = shape.Labels.Count > 0 ? null : Array.Find(_measures, m => m?.ClassLabels?.Count == shape.LabelCount)?.ClassLabels?.ToArray();
        Shape = shape = labels is null ? shape : shape with { Labels = labels };
        _starts = new int[_measures.Length + 1];
        _scratch = new int[maxLabels + 1];
        for (int i = 0; i < _measures.Length; i++)
        {
            ArgumentNullException.ThrowIfNull(_measures[i], nameof(measures));
            if (string.IsNullOrEmpty(_measures[i].Name))
            {
                throw new ArgumentException($"{_measures[i].GetType().Name} has no Name: results are found by it.", nameof(measures));
            }

            if (_measures[i].WhyNot(shape) is { } reason)
            {
                throw new ArgumentException($"{_measures[i].Name} cannot be measured of '{shape.Head}': {reason}.", nameof(measures));
            }

            long end = _starts[i] + (long)Sums(_measures[i], shape);
            _starts[i + 1] = end <= Array.MaxLength ? (int)end : throw TooMany(_measures[i], shape);
        }

        _sums = new double[_starts[^1]];
    }

    /// <summary>What is measured.</summary>
    public MeasureShape Shape { get; }

    /// <summary>Positions added so far.</summary>
    public long Positions { get; private set; }

    /// <summary>Forgets all that was added.</summary>
    public void Clear()
    {
        Array.Clear(_sums);
        Positions = 0;
    }

    /// <summary>Adds outputs and their targets.</summary>
    /// <param name="outputs">[Outputs], in the target's unit, or scores.</param>
    /// <param name="targets">[Targets].</param>
    /// <param name="weight">How much it counts, finite, 0 or more.</param>
    /// <param name="step">Its step, 0 to <see cref="MeasureShape.Steps"/> - 1.</param>
    /// <param name="group">Its group, one of <see cref="MeasureShape.Groups"/>; left out where there are none.</param>
    public void Add(ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, float weight = 1, int step = 0, int group = 0)
    {
        if (Shape.Kind is not (TargetKind.Values or TargetKind.YesNo) || outputs.Length != Shape.Outputs || targets.Length != Shape.Targets)
        {
            throw new ArgumentException(Shape.Kind is TargetKind.Values or TargetKind.YesNo
                ? $"'{Shape.Head}' has {Shape.Outputs} outputs and {Shape.Targets} targets; {outputs.Length} and {targets.Length} were given."
                : $"The targets of '{Shape.Head}' are {(Shape.Kind == TargetKind.Classes ? "classes: use the other overload" : "labels, which Trainer.Evaluate measures alone")}.", nameof(targets));
        }

        Add(new MeasuredPosition(Shape) { Outputs = outputs, Targets = targets, Weight = Checked(weight), Step = CheckedStep(step), Group = GroupOf(group) });
    }

    /// <summary>Adds scores of classes and the class that was right.</summary>
    /// <param name="outputs">[classes], logits or probabilities.</param>
    /// <param name="target">The class; below 0: it does not count.</param>
    /// <param name="weight">How much it counts, finite, 0 or more.</param>
    /// <param name="step">Its step, 0 to <see cref="MeasureShape.Steps"/> - 1.</param>
    /// <param name="group">Its group, one of <see cref="MeasureShape.Groups"/>; left out where there are none.</param>
    public void Add(ReadOnlySpan<float> outputs, int target, float weight = 1, int step = 0, int group = 0)
    {
        if (Shape.Kind != TargetKind.Classes || outputs.Length != Shape.Outputs || target >= Shape.Outputs)
        {
            throw new ArgumentException(Shape.Kind == TargetKind.Classes
                ? $"'{Shape.Head}' has scores of the classes 0 to {Shape.Outputs - 1}; {outputs.Length} scores and the class {target} were given."
                : $"The targets of '{Shape.Head}' are {(Shape.Kind == TargetKind.Labels ? "labels, which Trainer.Evaluate measures alone" : "values: use the other overload")}.", nameof(target));
        }

        Add(new MeasuredPosition(Shape) { Outputs = outputs, Class = target, Weight = target < 0 ? 0 : Checked(weight), Step = CheckedStep(step), Group = GroupOf(group) });
    }

    /// <summary>What was measured so far.</summary>
    public MeasureResults Results()
    {
        List<MeasuredValue> values = [];
        List<(string?, object)> details = [];
        Write(values, details, head: null);
        return new MeasureResults(values, details);
    }

    internal void Write(List<MeasuredValue> values, List<(string?, object)> details, string? head)
    {
        MeasureWriter writer = new(values) { Head = head };
        for (int i = 0; i < _measures.Length; i++)
        {
            ReadOnlySpan<double> sums = SumsOf(i);
            _measures[i].Write(sums, Shape, writer);
            if (_measures[i].Details(sums, Shape) is { } one)
            {
                details.Add((head, one));
            }
        }
    }

    internal void Add(scoped MeasuredPosition position)
    {
        if (position.Weight == 0)
        {
            return;
        }

        Positions++;
        for (int i = 0; i < _measures.Length; i++)
        {
            _measures[i].Add(SumsOf(i), position);
        }
    }

    /// <summary>Room for a measure's own working, as long as the labels of a sequence can be and one more.</summary>
    internal Span<int> Scratch => _scratch;

    private static int Sums(Measure measure, MeasureShape shape)
    {
        try
        {
            int count = measure.SumCount(shape);
            return count >= 0 ? count
                : throw new ArgumentException($"{measure.GetType().Name} asks for {count} sums of '{shape.Head}': its SumCount is 0 or more.", nameof(measure));
        }
        catch (OverflowException)
        {
            throw TooMany(measure, shape);
        }
    }

    private static ArgumentException TooMany(Measure measure, MeasureShape shape) =>
        new($"{measure.Name} of '{shape.Head}' needs more sums than one array holds ({shape.Outputs} outputs, {shape.Steps} steps, {shape.Groups.Count} groups): measure fewer of them.", nameof(measure));

    private static void Check(MeasureShape shape)
    {
        Settings.Check(shape.Outputs, shape.Outputs >= (shape.Kind == TargetKind.Classes ? 2 : 1), nameof(shape.Outputs), shape.Kind == TargetKind.Classes ? "at least 2 classes" : "at least 1");
        Settings.Check(shape.Steps, shape.Steps >= 1, nameof(shape.Steps), "at least 1");
        Settings.Check(shape.Targets, shape.Targets >= (shape.Kind is TargetKind.Values or TargetKind.YesNo ? 1 : 0), nameof(shape.Targets), "at least 1");
        for (int i = 0; i < shape.Quantiles.Count; i++)
        {
            Settings.Check(shape.Quantiles[i], shape.Quantiles[i] is > 0 and < 1 && (i == 0 || shape.Quantiles[i] > shape.Quantiles[i - 1]), nameof(shape.Quantiles), "between 0 and 1, and rise");
        }

        if (shape.Labels.Count > 0 && shape.Labels.Count != shape.LabelCount)
        {
            throw new ArgumentException($"'{shape.Head}' has {shape.Labels.Count} labels; {shape.LabelCount} classes have a label each, or none.", nameof(shape));
        }

        if (shape.HasVariances && (shape.Kind != TargetKind.Values || shape.Outputs != 2L * shape.Targets || shape.Quantiles.Count > 0))
        {
            throw new ArgumentException($"'{shape.Head}' has {shape.Outputs} outputs for {shape.Targets} targets: a mean and a variance of each are {2L * shape.Targets}, and no quantiles.", nameof(shape));
        }

        if (shape.Kind == TargetKind.Values && shape.Targets * (long)shape.Stride > shape.Outputs)
        {
            throw new ArgumentException($"'{shape.Head}' has {shape.Outputs} outputs for {shape.Targets} targets{(shape.Quantiles.Count > 0 ? $" of {shape.Quantiles.Count} quantiles" : "")}: {shape.Targets * (long)shape.Stride} are needed.", nameof(shape));
        }
    }

    private Span<double> SumsOf(int measure) => _sums.AsSpan(_starts[measure].._starts[measure + 1]);

    private static float Checked(float weight) => Settings.Check(weight, weight >= 0 && float.IsFinite(weight), nameof(weight), "finite and 0 or more");

    private int CheckedStep(int step) => (uint)step < (uint)Shape.Steps ? step
        : throw new ArgumentOutOfRangeException(nameof(step), step, $"'{Shape.Head}' has steps 0 to {Shape.Steps - 1}, {step} was given.");

    private int GroupOf(int group)
    {
        for (int i = 0; i < Shape.Groups.Count; i++)
        {
            if (Shape.Groups[i] == group)
            {
                return i;
            }
        }

        return Shape.Groups.Count == 0 ? 0 : throw new ArgumentOutOfRangeException(
            nameof(group), group, $"{group} is none of the groups {string.Join(", ", Shape.Groups.Take(20).Select(g => g.ToString(CultureInfo.InvariantCulture)))}.");
    }
}
