// Which workloads there are, by their names.
// Knows what each is made of; refuses to know how it is measured.
namespace SeqGen.Benchmarks;

/// <summary>The workloads that SeqGen has.</summary>
public static class Catalogue
{
    private static readonly Dictionary<string, Func<IWorkload>> _makers = new(StringComparer.Ordinal)
    {
        ["A1"] = () => new Streaming<StepA1>(new StepA1(Loaded(new A1()))),
        ["A2"] = () => new Streaming<StepA2>(new StepA2(Loaded(new A2()))),
        ["A3"] = () => new Streaming<StepA3>(new StepA3(Loaded(new A3()))),
        ["A4"] = () => new Streaming<StepA4>(new StepA4(Loaded(new A4()))),
        ["A5"] = () => new Streaming<StepA5>(new StepA5(Loaded(new A5()))),
        ["A6"] = () => new Streaming<StepA6>(new StepA6(Loaded(new A6()))),
        ["B-A1-1"] = () => new Sequences(new A1(), 1),
        ["B-A1-32"] = () => new Sequences(new A1(), 32),
        ["B-A2-1"] = () => new Sequences(new A2(), 1),
        ["B-A2-32"] = () => new Sequences(new A2(), 32),
        ["B-A3-1"] = () => new Sequences(new A3(), 1),
        ["B-A3-32"] = () => new Sequences(new A3(), 32),
        ["B-A4-1"] = () => new Sequences(new A4(), 1),
        ["B-A4-32"] = () => new Sequences(new A4(), 32),
        ["B-A5-1"] = () => new Sequences(new A5(), 1),
        ["B-A5-32"] = () => new Sequences(new A5(), 32),
        ["B-A6-1"] = () => new Sequences(new A6(), 1),
        ["B-A6-32"] = () => new Sequences(new A6(), 32),
        ["C1-1"] = () => new Training(new C1(), 1),
        ["C1-32"] = () => new Training(new C1(), 32),
        ["C2"] = () => new Training(new C2(), 32),
        ["C3"] = () => new Training(new C3(), 64),
    };

    /// <summary>All of them, in the order of tables.</summary>
    public static IReadOnlyCollection<string> Names => _makers.Keys;

    /// <summary>Those that run on so many threads: this build trains on one.</summary>
    public static IEnumerable<string> For(int threads) => threads == 1 ? Names : [];

    /// <summary>Makes one anew.</summary>
    /// <exception cref="ArgumentException">There is none of this name.</exception>
    public static IWorkload Make(string name) => _makers.TryGetValue(name, out Func<IWorkload>? make)
        ? make()
        : throw new ArgumentException($"There is no workload '{name}'. There are {string.Join(", ", Names)}.");

    private static T Loaded<T>(T network)
        where T : INetwork
    {
        Lcg.Load(network.Parameters);
        return network;
    }
}
