// Engines take turns at one workload, round after round.
// Knows turns and what disturbs them; refuses to know who SeqGen is and who a peer.
namespace SeqGen.Benchmarks.Running;

/// <summary>What the engines took for one workload: for each, nanoseconds a step of every round it was in.</summary>
public sealed class Rounds
{
    private const double Waiting = 0.02;
    private const int Retries = 2;
    private readonly Dictionary<string, List<double>> _times = [];

    /// <summary>Turns that another process had taken part of the core from, all retries included.</summary>
    public int Disturbed { get; private set; }

    /// <summary>Engines that failed, and how.</summary>
    public Dictionary<string, string> Failures { get; } = [];

    public IReadOnlyList<double> Of(string engine) => _times.TryGetValue(engine, out List<double>? times) ? times : [];

    public IEnumerable<string> Engines => _times.Keys;

    public double Median(string engine) => Statistics.Median(Of(engine));

    /// <summary>Lets every engine warm up, then take its turns.</summary>
    /// <param name="engines">The engines, in the order of their turns. The first is in every round; of the others, those that two rounds
    /// showed to be more than twice as slow as the fastest rest after that.</param>
    /// <param name="workload">What they do.</param>
    /// <param name="rounds">How often.</param>
    /// <param name="seconds">Time of a turn.</param>
    /// <param name="afterRound">What else is done in every round.</param>
    public void Run(IReadOnlyList<Engine> engines, string workload, int rounds, double seconds, Action? afterRound = null)
    {
        List<Engine> playing = [.. engines];
        foreach (Engine engine in engines)
        {
            Try(engine, playing, () => engine.Run(workload, seconds / 2));
        }

        for (int round = 0; round < rounds; round++)
        {
            foreach (Engine engine in playing.ToArray())
            {
                if (Try(engine, playing, () => Turn(engine, workload, seconds)) is { } time)
                {
                    (_times.TryGetValue(engine.Name, out List<double>? times) ? times : _times[engine.Name] = []).Add(time);
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

    private double? Try(Engine engine, List<Engine> playing, Func<double> action)
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

    // A turn in which the engine waited for its core is taken again.
    private double Turn(Engine engine, string workload, double seconds)
    {
        for (int attempt = 0; ; attempt++)
        {
            var before = engine.Scheduled();
            double time = engine.Run(workload, seconds);
            var after = engine.Scheduled();
            if (before is not { } b || after is not { } a || a.Waiting - b.Waiting <= Waiting * (a.Running - b.Running))
            {
                return time;
            }

            Disturbed++;
            if (attempt == Retries)
            {
                return time;
            }
        }
    }
}
