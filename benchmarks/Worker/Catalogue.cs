// Which workloads there are, by their names.
// Knows what each is made of; refuses to know how it is measured.
namespace SeqGen.Benchmarks;

/// <summary>The workloads that SeqGen has.</summary>
public static class Catalogue
{
    private static readonly Dictionary<string, Func<int, IWorkload>> _makers = new(StringComparer.Ordinal)
    {
        ["A1"] = _ => new Streaming<StepA1>(new StepA1(Loaded(new A1()))),
        ["A2"] = _ => new Streaming<StepA2>(new StepA2(Loaded(new A2()))),
        ["A3"] = _ => new Streaming<StepA3>(new StepA3(Loaded(new A3()))),
        ["A4"] = _ => new Streaming<StepA4>(new StepA4(Loaded(new A4()))),
        ["A5"] = _ => new Streaming<StepA5>(new StepA5(Loaded(new A5()))),
        ["A6"] = _ => new Streaming<StepA6>(new StepA6(Loaded(new A6()))),
        ["B-A1-1"] = _ => new Sequences(new A1(), 1),
        ["B-A1-32"] = _ => new Sequences(new A1(), 32),
        ["B-A2-1"] = _ => new Sequences(new A2(), 1),
        ["B-A2-32"] = _ => new Sequences(new A2(), 32),
        ["B-A3-1"] = _ => new Sequences(new A3(), 1),
        ["B-A3-32"] = _ => new Sequences(new A3(), 32),
        ["B-A4-1"] = _ => new Sequences(new A4(), 1),
        ["B-A4-32"] = _ => new Sequences(new A4(), 32),
        ["B-A5-1"] = _ => new Sequences(new A5(), 1),
        ["B-A5-32"] = _ => new Sequences(new A5(), 32),
        ["B-A6-1"] = _ => new Sequences(new A6(), 1),
        ["B-A6-32"] = _ => new Sequences(new A6(), 32),
        ["C1-1"] = threads => new Training(new C1(), 1, threads),
        ["C1-32"] = threads => new Training(new C1(), 32, threads),
        ["C2"] = threads => new Training(new C2(), 32, threads),
        ["C3"] = threads => new Training(new C3(), 64, threads),
    };

    // Work that is shared by threads: what has sequences enough.
    private static readonly string[] _shared = ["C1-32", "C2", "C3"];

    /// <summary>Those that run on so many threads, in the order of tables.</summary>
    public static IEnumerable<string> Names(int threads) => threads == 1 ? [.. _makers.Keys, .. CellCatalogue.Names] : _shared;

    /// <summary>Makes one anew.</summary>
    /// <exception cref="ArgumentException">There is none of this name for so many threads.</exception>
    public static IWorkload Make(string name, int threads = 1) => LayerCatalogue.Make(name) is { } layer ? layer
        : Names(threads).Contains(name) && CellCatalogue.Make(name) is { } cell ? cell
        : Names(threads).Contains(name)
        ? _makers[name](threads)
        : throw new ArgumentException($"There is no workload '{name}' on {threads} threads. There are {string.Join(", ", Names(threads))}.");

    /// <summary>A network with its weights.</summary>
    public static T Loaded<T>(T network)
        where T : INetwork
    {
        Lcg.Load(network.Parameters);
        return network;
    }
}
