// What one execution is given: batch size, axis lengths, parameters, ports, noise, masks. Knows no graph.
using System;
using System.Collections.Generic;
using SeqGen.Generator.Graph;

namespace SeqGen.Generator.Tests.Interpreter;

internal sealed class Run(int batch)
{
    public int Batch { get; } = batch;

    /// <summary>Steps of every axis that is not derived from another, by name.</summary>
    public Dictionary<string, int> Steps { get; } = new();

    /// <summary>Valid steps of every row, by axis; an axis without runs to its end in every row.</summary>
    public Dictionary<string, int[]> Lengths { get; } = new();

    public Dictionary<string, double[]> Parameters { get; } = new();

    public Dictionary<string, double[]> Ports { get; } = new();

    /// <summary>Given draws; noise that is not given has its inference value.</summary>
    public Dictionary<string, double[]> Noise { get; } = new();

    /// <summary>How every result is rounded, as an evaluation in float would at least (<see cref="Rounding"/>); null for not at all.</summary>
    public Func<double, double>? Round { get; set; }

    /// <summary>What positions [batch, steps], or values of their targets [batch, steps, size], count in losses along an axis; null for all alike.</summary>
    public double[]? StepMask { get; set; }

    /// <summary>What sequences [batch], or values of their targets [batch, size], count in losses that are one a sequence; null for all alike.</summary>
    public double[]? RowMask { get; set; }

    /// <summary>What sequences [batch] count in a CTC loss; null for all alike.</summary>
    public double[]? LabelMask { get; set; }

    /// <summary>Steps of every row that count in a CTC loss; null for the axis' own lengths.</summary>
    public int[]? LossLengths { get; set; }

    /// <summary>Nodes that go back through the steps from <see cref="FirstStep"/> on alone, as if what was before were a constant; null for none.</summary>
    public IReadOnlySet<Node>? Cut { get; set; }

    public int FirstStep { get; set; }

    /// <summary>Whether batch normalisations read the running statistics.</summary>
    public bool ReadsRunningStatistics { get; set; }

    /// <summary>What batch normalisations have divided by, feature by feature, for their ways back: negative where it was the running statistics'.</summary>
    public Dictionary<(Tensor RunningMean, int Unit), double> Deviations { get; } = new();

    public int StepsOf(Axis axis) => axis.Source is null
        ? Steps.TryGetValue(axis.Name, out int steps) ? steps : throw new InvalidOperationException($"the run says nothing of axis {axis}")
        : Derived(axis, StepsOf(axis.Source));

    public int LengthOf(Axis axis, int row)
    {
        if (Lengths.TryGetValue(axis.Name, out int[]? lengths))
        {
            return lengths[row];
        }

        return axis.Source is null ? StepsOf(axis) : Derived(axis, LengthOf(axis.Source, row));
    }

    /// <summary>How many items a value of that shape has.</summary>
    public int Items(Shape shape) => shape.Extent switch
    {
        Extent.None => shape.Axis is not { } axis ? 1 : axis.Max > 0 ? axis.Max : StepsOf(axis),
        Extent.Batch => Batch,
        _ => Batch * StepsOf(shape.Axis!) * (shape.Across is null ? 1 : StepsOf(shape.Across)),
    };

    /// <summary>The item of a value of shape <paramref name="part"/> that belongs to item <paramref name="item"/> of a wider one.</summary>
    public int ItemOf(Shape full, int item, Shape part)
    {
        if (part.Extent == Extent.None)
        {
            return 0;
        }

        if (part.Extent == full.Extent && ReferenceEquals(part.Axis, full.Axis) && ReferenceEquals(part.Across, full.Across))
        {
            return item;
        }

        if (part.Extent == full.Extent && part.Axis == full.Axis && part.Across == full.Across)
        {
            return item;
        }

        int row = item / (Items(full) / Batch);
        if (part.Extent == Extent.Batch)
        {
            return row;
        }

        throw new InvalidOperationException($"{part} does not stretch to {full}");
    }

    /// <summary>The row that an item of that shape belongs to.</summary>
    public int RowOf(Shape shape, int item) => item / (Items(shape) / Batch);

    private static int Derived(Axis axis, int steps) => Math.Max(0, (steps - axis.Trim) / axis.Stride);
}
