// Engines take turns at one workload, round after round.
// Knows turns and what disturbs them; refuses to know who SeqGen is and who a peer.
namespace SeqGen.Benchmarks.Running;

/// <summary>What the engines took for one workload: for each, nanoseconds a step of every round it was in.</summary>
public sealed class Rounds
{
    // A turn's time is the median of five parts, which a short interruption does not change.
    private const double Waiting = 0.05;
    private readonly Dictionary<string, List<(double Time, bool Disturbed)>> _times = [];

    /// <summary>What the engines' times say about how far to trust them; empty where nothing is to be said.</summary>
    public IEnumerable<string> Notes
    {
        get
        {
            int turns = _times.Values.Sum(t => t.Count), disturbed = _times.Values.Sum(t => t.Count(x => x.Disturbed));
            return disturbed == 0 ? [] : [$"{disturbed} of {turns} turns disturbed by other processes, whatever was tried"];
        }
    }

    /// <summary>Whether other processes disturbed more than half of an engine's turns: then nothing can be judged by them.</summary>
    public bool Unsure(string engine) => _times.TryGetValue(engine, out var times) && times.Count(t => t.Disturbed) * 2 > times.Count;

    /// <summary>Engines that failed, and how.</summary>
    public Dictionary<string, string> Failures { get; } = [];

    public IEnumerable<string> Engines => _times.Keys;

    /// <summary>An engine's times: of the turns that nothing disturbed, where those are half of all at least.</summary>
    public IReadOnlyList<double> Of(string engine)
    {
        List<(double Time, bool Disturbed)> all = _times[engine], clean = [.. all.Where(t => !t.Disturbed)];
        return [.. (clean.Count * 2 >= all.Count ? clean : all).Select(t => t.Time)];
    }

    public double Median(string engine) => Statistics.Median(Of(engine));

    /// <summary>What one engine took, divided by what another took in the same round: of rounds that nothing disturbed, where those are half
    /// of all at least.</summary>
    public IReadOnlyList<double> Ratios(string engine, string other)
    {
        var all = _times[engine].Zip(_times[other]).ToList();
        var clean = all.Where(p => !p.First.Disturbed && !p.Second.Disturbed).ToList();
        return [.. (clean.Count * 2 >= all.Count ? clean : all).Select(p => p.First.Time / p.Second.Time)];
    }

    /// <summary>Lets every engine warm up, then take its turns.</summary>
    /// <param name="engines">The engines, in the order of their turns. The first is in every round; of the others, those that two rounds
    /// showed to be more than twice as slow as the fastest rest after that.</param>
    /// <param name="workload">What they do.</param>
    /// <param name="rounds">How often.</param>
    /// <param name="seconds">Time of a turn.</param>
    /// <param name="retries">How often a disturbed turn is taken again.</param>
    /// <param name="afterRound">What else is done in every round.</param>
    public void Run(IReadOnlyList<Engine> engines, string workload, int rounds, double seconds, int retries, Action? afterRound = null)
    {
        List<Engine> playing = [.. engines];
        foreach (Engine engine in engines)
        {
            Try(engine, playing, () => (engine.Run(workload, seconds / 2), false));
        }

        for (int round = 0; round < rounds; round++)
        {
            foreach (Engine engine in playing.ToArray())
            {
                if (Try(engine, playing, () => Turn(engine, workload, seconds, retries)) is { } turn)
                {
                    (_times.TryGetValue(engine.Name, out List<(double, bool)>? times) ? times : _times[engine.Name] = []).Add(turn);
                }
            }

            afterRound?.Invoke();
            if (round == 1)
            {
                double fastest = playing.Skip(1).Select(e => Median(e.Name)).DefaultIfEmpty(double.MaxValue).Min();
                playing.RemoveAll(e => e != engines[0] && Median(e.Name) > 2 * fastest);
            }
        }
    }

    private (double, bool)? Try(Engine engine, List<Engine> playing, Func<(double, bool)> action)
    {
        try
        {
            return action();
        }
        catch (EngineException e)
        {
            Failures[engine.Name] = e.Message;
            _times.Remove(engine.Name);
            playing.Remove(engine);
            return null;
        }
    }

    /// <summary>One engine's turn. Where it waited for its core, the turn is taken again, a little later each time.</summary>
    public static (double Time, bool Disturbed) Turn(Engine engine, string workload, double seconds, int retries)
    {
        for (int attempt = 0; ; attempt++)
        {
            (double time, bool disturbed) = Undisturbed(engine, () => engine.Run(workload, seconds));
            if (!disturbed || attempt == retries)
            {
                return (time, disturbed);
            }

            Thread.Sleep(20 << attempt);
        }
    }

    /// <summary>Has an engine do something, and sees whether it waited for its core meanwhile.</summary>
    public static (double Time, bool Disturbed) Undisturbed(Engine engine, Func<double> action)
    {
        var before = engine.Scheduled();
        double time = action();
        var after = engine.Scheduled();
        return (time, before is { } b && after is { } a && a.Waiting - b.Waiting > Waiting * (a.Running - b.Running));
    }
}
