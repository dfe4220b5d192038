// The one form of measures: some sums over positions, and numbers that are made of them. Knows sums; refuses to know networks and batches.
// Own measures and built-in ones are of this form, so that all of them stream over batches, allocate nothing on the way, and can be taken by step and by group.
using System;
using System.Collections.Generic;
using System.Globalization;

namespace SeqGen;

/// <summary>Something to measure of a network's outputs: sums over positions, and what is made of them. It holds no sums itself, so that one may be shared.</summary>
/// <remarks>A mask's weights count in all built-in measures: a mean is sum(w e) / sum(w). Of nothing there is no mean: it is NaN. What is not a number among outputs or targets makes
/// a mean NaN; a row of scores of which one is not a number is taken for no class.</remarks>
/// <example><code>
/// public sealed class Within(double share) : Measure
/// {
///     public override string Name => "within";
///     public override bool HigherIsBetter => true;
///     protected override int SumCount(MeasureShape shape) => 2;
///     protected override void Add(Span&lt;double&gt; sums, in MeasuredPosition position)
///     {
///         for (int i = 0; i &lt; position.Targets.Length; i++)
///         {
///             double weight = position.WeightOf(i), error = Math.Abs(position.Forecast(i) - position.Targets[i]);
///             sums[0] += error &lt;= share * Math.Abs(position.Targets[i]) ? weight : 0;
///             sums[1] += weight;
///         }
///     }
///     protected override double Value(ReadOnlySpan&lt;double&gt; sums, MeasureShape shape) => sums[0] / sums[1];
/// }
/// </code></example>
public abstract partial class Measure
{
    /// <summary>What it is called in tables and results.</summary>
    public abstract string Name { get; }

    /// <summary>Whether more is better.</summary>
    public virtual bool HigherIsBetter => false;

    /// <summary>The head it is of; null for every head of which it can be taken.</summary>
    public string? Head { get; private set; }

    /// <summary>The same of one of several heads.</summary>
    /// <param name="head">The head's name.</param>
    public Measure OfHead(string head)
    {
        ArgumentException.ThrowIfNullOrEmpty(head);
        Measure copy = (Measure)MemberwiseClone();
        copy.Head = head;
        return copy;
    }

    /// <summary>The same for each step on its own: of a head that gives an output a step, each step of the sequence; of one that gives all steps ahead at once, each step of the horizon.</summary>
    /// <param name="columns">Numbers of a target that belong to one step of the horizon, where the head gives them all at once.</param>
    public Measure ByStep(int columns = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        RequireOnce<StepMeasure>("step");
        return new StepMeasure(this, columns) { Head = Head };
    }

    /// <summary>The same for each group of samples on its own: a number a sample that is handed in with the data.</summary>
    public Measure ByGroup()
    {
        RequireOnce<GroupMeasure>("group");
        return new GroupMeasure(this) { Head = Head };
    }

    /// <inheritdoc/>
    public override string ToString() => Head is null ? Name : $"{Name} of {Head}";

    /// <summary>What it calls the classes; null where it does not say.</summary>
    internal virtual IReadOnlyList<string>? ClassLabels => null;

    /// <summary>Why it cannot be taken of a head; null where it can.</summary>
    /// <param name="shape">The head.</param>
    protected internal virtual string? WhyNot(MeasureShape shape) => null;

    /// <summary>How many sums it needs; all begin at 0.</summary>
    /// <param name="shape">What is measured.</param>
    protected internal abstract int SumCount(MeasureShape shape);

    /// <summary>Adds a position that counts. Allocates nothing.</summary>
    /// <param name="sums">Its sums.</param>
    /// <param name="position">The position.</param>
    protected internal abstract void Add(Span<double> sums, in MeasuredPosition position);

    /// <summary>The number that the sums make; NaN where nothing was counted.</summary>
    /// <param name="sums">Its sums.</param>
    /// <param name="shape">What was measured.</param>
    protected internal abstract double Value(ReadOnlySpan<double> sums, MeasureShape shape);

    /// <summary>Writes all numbers that the sums make, where they are several; else the one.</summary>
    /// <param name="sums">Its sums.</param>
    /// <param name="shape">What was measured.</param>
    /// <param name="values">Receives them.</param>
    protected internal virtual void Write(ReadOnlySpan<double> sums, MeasureShape shape, MeasureWriter values)
    {
        ArgumentNullException.ThrowIfNull(values);
        values.Add(Name, Value(sums, shape));
    }

    /// <summary>Something larger that the sums make, a <see cref="ConfusionMatrix"/> say; null for nothing.</summary>
    /// <param name="sums">Its sums.</param>
    /// <param name="shape">What was measured.</param>
    protected internal virtual object? Details(ReadOnlySpan<double> sums, MeasureShape shape) => null;

    private void RequireOnce<T>(string by)
        where T : Measure
    {
        for (Measure? measure = this; measure is not null; measure = (measure as PartMeasure)?.Inner)
        {
            if (measure is T)
            {
                throw new InvalidOperationException($"{Name} is taken by {by} already.");
            }
        }
    }

    /// <summary>A measure of each part of the positions.</summary>
    private abstract class PartMeasure(Measure inner) : Measure
    {
        public override string Name => inner.Name;

        public override bool HigherIsBetter => inner.HigherIsBetter;

        internal override IReadOnlyList<string>? ClassLabels => inner.ClassLabels;

        public Measure Inner => inner;

        protected internal override string? WhyNot(MeasureShape shape) => inner.WhyNot(shape);

        protected internal override int SumCount(MeasureShape shape) => checked(Math.Max(1, Parts(shape)) * inner.SumCount(shape));

        // Of many numbers none is the number.
        protected internal override double Value(ReadOnlySpan<double> sums, MeasureShape shape) => double.NaN;

        protected internal override void Write(ReadOnlySpan<double> sums, MeasureShape shape, MeasureWriter values)
        {
            for (int part = 0; part < Parts(shape); part++)
            {
                Enter(values, shape, part);
                inner.Write(sums.Slice(part * inner.SumCount(shape), inner.SumCount(shape)), shape, values);
            }

            Enter(values, shape, -1);
        }

        protected Span<double> SumsOf(Span<double> sums, int part, MeasureShape shape)
        {
            int count = inner.SumCount(shape);
            return sums.Slice(part * count, count);
        }

        protected abstract int Parts(MeasureShape shape);

        protected abstract void Enter(MeasureWriter values, MeasureShape shape, int part);
    }

    private sealed class StepMeasure(Measure inner, int columns) : PartMeasure(inner)
    {
        protected internal override string? WhyNot(MeasureShape shape) => Inner.WhyNot(shape) ?? (
            shape.Kind == TargetKind.Labels ? "labels have no steps"
            : shape.Steps == 1 && shape.Kind == TargetKind.Values && shape.Targets % columns != 0
                ? string.Create(CultureInfo.InvariantCulture, $"its targets of {shape.Targets} numbers are no whole steps of {columns}")
            : null);

        protected internal override void Add(Span<double> sums, in MeasuredPosition position)
        {
            if (!IsFlat(position.Shape))
            {
                Inner.Add(SumsOf(sums, position.Step, position.Shape), position);
                return;
            }

            for (int step = 0; step < position.Targets.Length / columns; step++)
            {
                Inner.Add(SumsOf(sums, step, position.Shape), position.Part(step, step * columns, columns));
            }
        }

        protected override int Parts(MeasureShape shape) => IsFlat(shape) ? shape.Targets / columns : shape.Steps;

        protected override void Enter(MeasureWriter values, MeasureShape shape, int part) => values.Step = part < 0 ? null : part;

        private static bool IsFlat(MeasureShape shape) => shape is { Steps: 1, Kind: TargetKind.Values };
    }

    private sealed class GroupMeasure(Measure inner) : PartMeasure(inner)
    {
        protected internal override string? WhyNot(MeasureShape shape) => Inner.WhyNot(shape) ?? (shape.Groups.Count == 0 ? "no groups were handed in, one number a sample" : null);

        protected internal override void Add(Span<double> sums, in MeasuredPosition position) => Inner.Add(SumsOf(sums, position.Group, position.Shape), position);

        protected override int Parts(MeasureShape shape) => shape.Groups.Count;

        protected override void Enter(MeasureWriter values, MeasureShape shape, int part) => values.Group = part < 0 ? null : shape.Groups[part];
    }
}

/// <summary>Where a measure writes its numbers.</summary>
public sealed class MeasureWriter
{
    private readonly List<MeasuredValue> _values;

    internal MeasureWriter(List<MeasuredValue> values) => _values = values;

    internal string? Head { get; set; }

    internal int? Step { get; set; }

    internal int? Group { get; set; }

    /// <summary>Writes a number.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="value">The number.</param>
    /// <param name="label">The class it is of; null for all.</param>
    public void Add(string name, double value, string? label = null) => _values.Add(new MeasuredValue(name, value) { Head = Head, Step = Step, Group = Group, Class = label });
}
