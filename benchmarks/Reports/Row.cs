// One line of the results: a workload in a variant.
// Knows what is reported and whether a bar is met; refuses to know how it was measured.
namespace SeqGen.Benchmarks.Reports;

/// <summary>A workload's result in one variant. What could not be measured is null, and <see cref="Notes"/> says why.</summary>
public sealed record Row(string Workload, string Variant)
{
    /// <summary>Nanoseconds a step: of a stream, of a whole batch in a sequence, of training.</summary>
    public double? SeqGen { get; init; }

    /// <summary>Distance between the quartiles of the rounds, as a part of the median.</summary>
    public double? Spread { get; init; }

    public long? Allocated { get; init; }

    public IReadOnlyDictionary<string, double> Peers { get; init; } = new Dictionary<string, double>();

    public string? BestPeer { get; init; }

    /// <summary>SeqGen's time divided by the best peer's: the median over the rounds.</summary>
    public double? Ratio { get; init; }

    public double? RatioSpread { get; init; }

    /// <summary>The most that the ratio may be.</summary>
    public double? Bar { get; init; }

    /// <summary>What the machine could do it in.</summary>
    public double? Limit { get; init; }

    /// <summary>SeqGen's time divided by the limit: the median over the rounds.</summary>
    public double? LimitRatio { get; init; }

    public double? LimitBar { get; init; }

    /// <summary>The limit divided by the best peer's time: a program at the limit would have this ratio.</summary>
    public double? LeastRatio => Limit is { } limit && BestPeer is { } best && Ratio is not null ? limit / Peers[best] : null;

    /// <summary>The mean of calls 2 to 1,001 of a fresh process, divided by the same process' steady time.</summary>
    public double? StartUp { get; init; }

    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The machine was too busy to judge by these figures.</summary>
    public bool Unsure { get; init; }

    public bool? BarMet => Ratio is { } ratio && Bar is { } bar && !Unsure ? ratio <= bar : null;

    public bool? LimitBarMet => LimitRatio is { } ratio && LimitBar is { } bar && !Unsure ? ratio <= bar : null;
}

/// <summary>All of a run.</summary>
/// <param name="Rows">The results.</param>
/// <param name="Machine">Processor and system, in a line.</param>
/// <param name="Date">When.</param>
/// <param name="Engines">What the engines say they are, by variant.</param>
/// <param name="Remarks">What else a reader must know.</param>
public sealed record Results(IReadOnlyList<Row> Rows, string Machine, DateTime Date, IReadOnlyList<string> Engines, IReadOnlyList<string> Remarks);
