// SeqGen and all peers, alive at once, one at a time at work on one core: the variants avx512 and avx2.
// Knows who is compared with whom and when a comparison does not count; refuses to know how turns are timed.
using SeqGen.Benchmarks.Reports;

namespace SeqGen.Benchmarks.Running;

/// <summary>One variant of the comparison with peers.</summary>
public sealed class SideBySide : IDisposable
{
    private const int LeastRead = 16 * 1024;
    private const double RelativeDifference = 5e-4, AbsoluteDifference = 5e-5;
    private readonly string _variant;
    private readonly Options _options;
    private readonly Roster _roster;
    private readonly string? _cores;
    private readonly Engine _seqgen;
    private readonly Engine? _limits;
    private readonly List<Engine> _peers = [];
    private readonly Dictionary<string, string> _missing = [];

    /// <summary>Starts all engines.</summary>
    /// <exception cref="EngineException">SeqGen's own worker does not start.</exception>
    public SideBySide(string variant, Options options, string? cores)
    {
        (_variant, _options, _cores, _roster) = (variant, options, cores, new Roster(variant));
        _seqgen = Engine.Start(Roster.SeqGen, cores, _roster.Environment);
        foreach (EngineStart start in _roster.Peers(options.Quick))
        {
            if (Start(start) is { } peer)
            {
                _peers.Add(peer);
            }
        }

        _limits = Start(_roster.Limits(Work.All.Select(w => Math.Max(LeastRead, w.WeightBytes)).Distinct()));
    }

    /// <summary>What the engines say they are, and which are missing.</summary>
    public IEnumerable<string> Engines =>
    [
        .. _peers.Prepend(_seqgen).Select(e => $"{_variant}: {e.Name}: {e.Version}"),
        .. _missing.Select(m => $"{_variant}: {m.Key}: {m.Value}"),
        .. _options.Quick ? [$"{_variant}: torch: not in a quick run"] : Array.Empty<string>(),
    ];

    /// <summary>Measures every workload that was asked for.</summary>
    public IEnumerable<Row> Run()
    {
        _seqgen.WarmUp(_options.Workloads);
        foreach (string name in _options.Workloads)
        {
            yield return Measure(Work.Of(name));
        }
    }

    /// <summary>Calls 2 to 1,001 of fresh processes against their steady time, by workload. They pause for the JIT all at once.</summary>
    public Dictionary<string, double> StartUps(IEnumerable<string> workloads)
    {
        const int Turns = 5;
        List<(string Workload, Engine Engine, double First)> fresh = [];
        try
        {
            foreach (string name in workloads)
            {
                // A start happens once: where it was disturbed, another process starts.
                for (int attempt = 1; ; attempt++)
                {
                    Engine engine = Engine.Start(Roster.SeqGen, _cores, _roster.Environment);
                    (double first, bool disturbed) = Rounds.Undisturbed(engine, () => engine.StartUp(name));
                    if (!disturbed || attempt > _options.Retries)
                    {
                        fresh.Add((name, engine, first));
                        break;
                    }

                    engine.Dispose();
                }
            }

            Task.WaitAll([.. fresh.Select(f => Task.Run(() => f.Engine.WarmUp([f.Workload])))]);
            Thread.Sleep(500);
            return fresh.ToDictionary(f => f.Workload, f => f.First / Statistics.Median([.. Enumerable.Range(0, Turns).Select(_ => Rounds.Turn(f.Engine, f.Workload, _options.Turn, _options.Retries).Time)]));
        }
        finally
        {
            fresh.ForEach(f => f.Engine.Dispose());
        }
    }

    public void Dispose()
    {
        foreach (Engine engine in _peers.Prepend(_seqgen).Append(_limits).OfType<Engine>())
        {
            engine.Dispose();
        }
    }

    private Engine? Start(EngineStart start)
    {
        try
        {
            return Engine.Start(start, _cores, _roster.Environment);
        }
        catch (EngineException e)
        {
            _missing[start.Name] = e.Message;
            return null;
        }
    }

    private Row Measure(Work work)
    {
        double[] expected = _seqgen.Check(work.Name);
        Dictionary<string, string> failed = new(_missing);
        List<Engine> peers = [.. _peers.Where(p => p.Workloads.Contains(work.Name) && Agrees(p, work.Name, expected, failed))];
        string width = _variant == "avx512" && Machine.HasAvx512 ? "512" : "256";
        long read = Math.Max(LeastRead, work.WeightBytes);
        var rounds = new Rounds();
        List<double> limits = [];
        rounds.Run([_seqgen, .. peers], work.Name, _options.Rounds, _options.Turn, _options.Retries, () =>
        {
            // In every round too, because the clock changes.
            if (_limits is not null)
            {
                limits.Add(Math.Max(
                    work.Operations / 1e6 * Rounds.Turn(_limits, "fma" + width, _options.Turn / 4, _options.Retries).Time,
                    work.BytesRead / read * Rounds.Turn(_limits, $"read{width}:{read}", _options.Turn / 4, _options.Retries).Time));
            }
        });
        if (rounds.Failures.TryGetValue(_seqgen.Name, out string? wrong))
        {
            throw new EngineException($"SeqGen failed at {work.Name}: {wrong}");
        }

        foreach ((string peer, string why) in rounds.Failures)
        {
            failed[peer] = why;
        }

        return RowOf(work, rounds, limits, failed) with { Allocated = _seqgen.Allocated(work.Name) };
    }

    private Row RowOf(Work work, Rounds rounds, List<double> limits, Dictionary<string, string> failed)
    {
        IReadOnlyList<double> mine = rounds.Of(_seqgen.Name);
        Dictionary<string, double> peers = rounds.Engines.Where(e => e != _seqgen.Name).OrderBy(rounds.Median).ToDictionary(e => e, rounds.Median);
        string? best = peers.Keys.FirstOrDefault();
        IReadOnlyList<double> ratios = best is null ? [] : rounds.Ratios(_seqgen.Name, best);
        List<string> notes = [];
        string[] absent = [.. work.Holders.Where(h => !peers.ContainsKey(h))];
        if (absent.Length > 0)
        {
            notes.Add($"no ratio: {string.Join("; ", absent.Select(h => $"{h} {failed.GetValueOrDefault(h, "does not have the workload")}"))}");
            ratios = [];
        }

        notes.AddRange(failed.Where(f => !absent.Contains(f.Key) && Concerns(f.Key, work)).Select(f => $"without {f.Key}: {f.Value}"));
        notes.AddRange(rounds.Notes);
        return new Row(work.Name, _variant)
        {
            SeqGen = rounds.Median(_seqgen.Name),
            Spread = Statistics.Spread(mine),
            Peers = peers,
            BestPeer = best,
            Ratio = ratios.Count > 0 ? Statistics.Median(ratios) : null,
            RatioSpread = ratios.Count > 0 ? Statistics.Spread(ratios) : null,
            Bar = _variant == "avx2" ? 1.0 : work.Bar,
            Limit = limits.Count > 0 ? Statistics.Median(limits) : null,
            LimitRatio = limits.Count > 0 ? rounds.Median(_seqgen.Name) / Statistics.Median(limits) : null,
            LimitBar = _variant == "avx2" ? null : work.LimitBar,
            Notes = notes,
            Unsure = rounds.Unsure(_seqgen.Name) || (best is not null && rounds.Unsure(best)),
        };
    }

    // Engines that cannot do a kind of work anyway are not missed there.
    private static bool Concerns(string engine, Work work) => engine switch
    {
        _ when engine.StartsWith("cells-batch", StringComparison.Ordinal) => work.IsCell && !work.IsStreaming,
        _ when engine.StartsWith("cells-", StringComparison.Ordinal) => work.IsCell && (work.IsStreaming || work.Name.EndsWith("-1", StringComparison.Ordinal)),
        _ when work.IsCell => false,
        "ort" => !work.IsTraining,
        "onednn" or "torch" => true,
        _ when engine.StartsWith("train", StringComparison.Ordinal) => work.IsTraining || work.Name.EndsWith("-32", StringComparison.Ordinal),
        _ when engine.StartsWith("eigen", StringComparison.Ordinal) || engine.StartsWith("loops", StringComparison.Ordinal) => work.IsStreaming || work.Name.EndsWith("-1", StringComparison.Ordinal),
        _ => false,
    };

    // The same weights and inputs must give the same numbers, or another network is measured.
    private static bool Agrees(Engine peer, string workload, double[] expected, Dictionary<string, string> failed)
    {
        try
        {
            double[] got = peer.Check(workload);
            if (got.Length == expected.Length && got.Zip(expected).All(p => Math.Abs(p.First - p.Second) <= AbsoluteDifference + (RelativeDifference * Math.Abs(p.Second))))
            {
                return true;
            }

            failed[peer.Name] = $"computes something else: {string.Join(' ', got.Take(4).Select(v => v.ToString("G6")))}, not {string.Join(' ', expected.Take(4).Select(v => v.ToString("G6")))}";
        }
        catch (EngineException e)
        {
            failed[peer.Name] = e.Message;
        }

        return false;
    }
}
