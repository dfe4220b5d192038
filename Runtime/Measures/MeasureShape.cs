// What is measured: the sizes of a head's outputs and targets, and what its outputs mean (TargetKind).
// Knows numbers; refuses to know networks.
using System;
using System.Collections.Generic;
using System.Globalization;

namespace SeqGen;

/// <summary>What there is to measure: the outputs and targets of one head.</summary>
public sealed record MeasureShape
{
    /// <summary>The head's name, for messages and tables.</summary>
    public string Head { get; init; } = "output";

    /// <summary>What targets are.</summary>
    public TargetKind Kind { get; init; }

    /// <summary>Numbers of an output; classes, where they are scores of classes.</summary>
    public required int Outputs { get; init; }

    /// <summary>Numbers of a target: as many as outputs, or fewer where several outputs are of one target. 0 for as many as outputs.</summary>
    public int Targets { get => field == 0 && Kind is TargetKind.Values or TargetKind.YesNo ? Outputs : field; init; }

    /// <summary>Whether scores are probabilities already; else they are logits.</summary>
    public bool AreProbabilities { get; init; }

    /// <summary>The quantiles that outputs are, rising: target by target, all quantiles of the first, then of the second. Empty where outputs are the targets' forecasts.</summary>
    public IReadOnlyList<double> Quantiles { get; init; } = [];

    /// <summary>Whether outputs are the means of all targets, then the variances of all of a normal distribution.</summary>
    public bool HasVariances { get; init; }

    /// <summary>The blank of labels.</summary>
    public int Blank { get; init; }

    /// <summary>What classes are called, one a class (of one yes or no two; of several yes or no one an output). Empty for numbers from 0, or what a <see cref="Measure.Classification"/> beside calls them.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Positions a sequence, 1 for one.</summary>
    public int Steps { get; init; } = 1;

    /// <summary>What the groups are called: numbers that were handed in, in rising order. Empty where none were.</summary>
    public IReadOnlyList<int> Groups { get; init; } = [];

    /// <summary>How many names classes have.</summary>
    internal int LabelCount => Kind == TargetKind.YesNo && Outputs == 1 ? 2 : Outputs;

    /// <summary>Whether there is a forecast of each target among the outputs: a loss of one's own can take targets of which outputs are none.</summary>
    internal bool AreForecasts => Outputs == (long)Targets * Stride * (HasVariances ? 2 : 1);

    /// <summary>Outputs from one target's forecast to the next one's.</summary>
    internal int Stride => Math.Max(1, Quantiles.Count);

    /// <summary>What a class is called.</summary>
    internal string LabelOf(int label) => Labels.Count > 0 ? Labels[label] : label.ToString(CultureInfo.InvariantCulture);

    /// <summary>Which of the quantiles is taken for the forecast: that next to the median.</summary>
    internal int Middle
    {
        get
        {
            int best = 0;
            for (int i = 1; i < Quantiles.Count; i++)
            {
                best = Math.Abs(Quantiles[i] - 0.5) < Math.Abs(Quantiles[best] - 0.5) ? i : best;
            }

            return best;
        }
    }
}
