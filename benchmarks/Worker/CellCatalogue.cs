// The workloads of cells that a user wrote: "D-CELL-UNITS" a step of a stream, "E-CELL-UNITS-BATCH" whole sequences; and the built-in
// workloads with their layers written again as users' cells, under the names of those.
// Knows which there are; refuses to know the cells' equations.
using SeqGen.Kernels.V1;

namespace SeqGen.Benchmarks;

/// <summary>Networks of users' cells by their names.</summary>
public static class CellCatalogue
{
    private static readonly Dictionary<string, Func<IWorkload>> _makers = new(
        new[]
        {
            Of("LiGru-32", () => new LiGru32(), n => n.CreateStream()), Of("LiGru-128", () => new LiGru128(), n => n.CreateStream()), Of("LiGru-256", () => new LiGru256(), n => n.CreateStream()),
            Of("MinGru-32", () => new MinGru32(), n => n.CreateStream()), Of("MinGru-128", () => new MinGru128(), n => n.CreateStream()), Of("MinGru-256", () => new MinGru256(), n => n.CreateStream()),
            Of("IndRnn-32", () => new IndRnn32(), n => n.CreateStream()), Of("IndRnn-128", () => new IndRnn128(), n => n.CreateStream()), Of("IndRnn-256", () => new IndRnn256(), n => n.CreateStream()),
            Of("Mgu-128", () => new Mgu128(), n => n.CreateStream()), Of("Janet-128", () => new Janet128(), n => n.CreateStream()),
        }.SelectMany(cells => cells),
        StringComparer.Ordinal);

    private static readonly Dictionary<string, Func<IWorkload>> _own = new(StringComparer.Ordinal)
    {
        ["A3"] = () => Stream(new OwnA3(), n => n.CreateStream()),
        ["A4"] = () => Stream(new OwnA4(), n => n.CreateStream()),
        ["A6"] = () => Stream(new OwnA6(), n => n.CreateStream()),
        ["B-A3-1"] = () => new Sequences(new OwnA3(), 1),
        ["B-A3-32"] = () => new Sequences(new OwnA3(), 32),
        ["B-A4-1"] = () => new Sequences(new OwnA4(), 1),
        ["B-A4-32"] = () => new Sequences(new OwnA4(), 32),
        ["B-A6-1"] = () => new Sequences(new OwnA6(), 1),
        ["B-A6-32"] = () => new Sequences(new OwnA6(), 32),
        ["C1-1"] = () => new Training(new OwnC1(), 1),
        ["C1-32"] = () => new Training(new OwnC1(), 32),
        ["C2"] = () => new Training(new OwnC2(), 32),
        ["C3"] = () => new Training(new OwnC3(), 64),
    };

    /// <summary>All workloads of users' cells.</summary>
    public static IEnumerable<string> Names => _makers.Keys;

    /// <summary>The built-in workloads that there are with users' cells too.</summary>
    public static IEnumerable<string> OwnNames => _own.Keys;

    /// <summary>Makes the one of a name; null where there is none.</summary>
    public static IWorkload? Make(string name) => _makers.TryGetValue(name, out Func<IWorkload>? make) ? make() : null;

    /// <summary>Makes a built-in workload whose layers are users' cells.</summary>
    /// <exception cref="ArgumentException">There is none of this name.</exception>
    public static IWorkload MakeOwn(string name) => _own.TryGetValue(name, out Func<IWorkload>? make) ? make()
        : throw new ArgumentException($"There is no workload '{name}' of users' cells. There are {string.Join(", ", _own.Keys)}.");

    private static IEnumerable<KeyValuePair<string, Func<IWorkload>>> Of<TNetwork>(string name, Func<TNetwork> make, Func<TNetwork, RecurrentStream> stream)
        where TNetwork : INetwork =>
    [
        new("D-" + name, () => Stream(make(), stream)),
        new($"E-{name}-1", () => new Sequences(make(), 1)),
        new($"E-{name}-32", () => new Sequences(make(), 32)),
    ];

    private static Streaming<StepOf> Stream<TNetwork>(TNetwork network, Func<TNetwork, RecurrentStream> stream)
        where TNetwork : INetwork =>
        new(new StepOf(stream(Catalogue.Loaded(network)), network.Core.Plan));
}
