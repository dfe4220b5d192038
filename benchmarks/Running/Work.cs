// The workloads as the runner sees them: who holds the record, the bar, how much there is to compute and to read.
// Knows the bars and arithmetic of issue and literature; refuses to know how anything is run.
namespace SeqGen.Benchmarks.Running;

/// <summary>A recurrent layer: gates, inputs, units.</summary>
public readonly record struct Layer(int Gates, int Inputs, int Units)
{
    /// <summary>Whether gates see the state by a matrix.</summary>
    public bool SeesState { get; init; } = true;

    public long Weights => (long)Gates * Units * (Inputs + (SeesState ? Units : 0));
}

/// <summary>One workload.</summary>
/// <param name="Name">As in reports: A1, B-A1-32, C1-1.</param>
/// <param name="Holders">The engines of which one held the record when the bars were set: without any of them there is no ratio.</param>
/// <param name="Bar">The most that the ratio to the best peer may be.</param>
public sealed record Work(string Name, string[] Holders, double Bar)
{
    private const int Sequence = 100;
    private static readonly string[] Cpp = ["eigen-gcc", "eigen-clang", "loops-gcc", "loops-clang"];
    private static readonly string[] CppAndLibraries = [.. Cpp, "onednn", "ort"];
    private static readonly string[] CppTraining = ["train-gcc", "train-clang"];
    private static readonly Dictionary<string, (Layer[] Layers, int Outputs)> Networks = new()
    {
        ["A1"] = ([new(4, 1, 20)], 1),
        ["A2"] = ([new(3, 1, 8)], 1),
        ["A3"] = ([new(4, 8, 64), new(3, 64, 32)], 1),
        ["A4"] = ([new(4, 40, 128)], 12),
        ["A5"] = ([new(4, 64, 256)], 10),
        ["A6"] = ([new(1, 8, 32)], 1),
        ["LiGru-32"] = ([new(2, 8, 32)], 1),
        ["LiGru-128"] = ([new(2, 40, 128)], 12),
        ["LiGru-256"] = ([new(2, 64, 256)], 10),
        ["MinGru-32"] = ([new(2, 8, 32) { SeesState = false }], 1),
        ["MinGru-128"] = ([new(2, 40, 128) { SeesState = false }], 12),
        ["MinGru-256"] = ([new(2, 64, 256) { SeesState = false }], 10),
        ["IndRnn-32"] = ([new(1, 8, 32) { SeesState = false }], 1),
        ["IndRnn-128"] = ([new(1, 40, 128) { SeesState = false }], 12),
        ["IndRnn-256"] = ([new(1, 64, 256) { SeesState = false }], 10),
        ["Mgu-128"] = ([new(2, 40, 128)], 12),
        ["Janet-128"] = ([new(2, 40, 128)], 12),
        ["C1"] = ([new(4, 8, 64), new(3, 64, 32)], 1),
        ["C2"] = ([new(4, 40, 128)], 12),
        ["C3"] = ([new(3, 32, 256), new(3, 256, 256)], 10),
    };

    // Users' cells are asked for what built-in cells of the same sizes are: A6, A4, A5 and their sequences.
    private static readonly (string Cell, double Step, double Alone, double Batch)[] Cells =
    [
        .. new[] { "LiGru", "MinGru", "IndRnn" }.SelectMany(cell => new[] { (cell + "-32", 0.95, 0.90, 0.75), (cell + "-128", 0.75, 0.80, 0.85), (cell + "-256", 0.80, 0.90, 0.94) }),
        ("Mgu-128", 0.75, 0.80, 0.85), ("Janet-128", 0.75, 0.80, 0.85),
    ];

    private static readonly string[] CppCells = ["cells-eigen-gcc", "cells-eigen-clang"], CppCellBatches = ["cells-batch-gcc", "cells-batch-clang"];

    /// <summary>All of them, in the order of reports.</summary>
    public static IReadOnlyList<Work> All { get; } =
    [
        new("A1", Cpp, 0.65), new("A2", Cpp, 0.95), new("A3", Cpp, 0.72), new("A4", Cpp, 0.75), new("A5", Cpp, 0.80), new("A6", Cpp, 0.95),
        new("B-A1-1", CppAndLibraries, 0.80), new("B-A1-32", ["ort"], 0.75), new("B-A2-1", CppAndLibraries, 0.90), new("B-A2-32", ["ort"], 0.75),
        new("B-A3-1", CppAndLibraries, 0.80), new("B-A3-32", ["onednn"], 0.75), new("B-A4-1", CppAndLibraries, 0.80), new("B-A4-32", ["onednn"], 0.85),
        new("B-A5-1", CppAndLibraries, 0.90), new("B-A5-32", ["onednn"], 0.94), new("B-A6-1", CppAndLibraries, 0.90), new("B-A6-32", ["onednn"], 0.75),
        new("C1-1", CppTraining, 0.65), new("C1-32", CppTraining, 0.70), new("C2", ["onednn"], 0.80), new("C3", ["onednn"], 0.90),
        .. Cells.Select(c => new Work("D-" + c.Cell, CppCells, c.Step)),
        .. Cells.SelectMany(c => new Work[] { new($"E-{c.Cell}-1", [.. CppCells, .. CppCellBatches], c.Alone), new($"E-{c.Cell}-32", CppCellBatches, c.Batch) }),
    ];

    public bool IsStreaming => Name[0] is 'A' or 'D';

    /// <summary>Whether the layer is a cell that a user wrote.</summary>
    public bool IsCell => Name[0] is 'D' or 'E';

    public bool IsTraining => Name[0] == 'C';

    /// <summary>Units of one timed call.</summary>
    public int StepsPerUnit => Name[0] is 'B' or 'E' ? Sequence : 1;

    /// <summary>The most that the ratio to the machine's limit may be; null where nothing is asked.</summary>
    public double? LimitBar => Name switch { "A4" or "A5" => 1.2, "C2" or "C3" => 1 / 0.82, _ => null };

    /// <summary>Bytes of weights, read at least once a step.</summary>
    public long WeightBytes => 4 * (Recurrent + Dense);

    /// <summary>Floating-point operations of one timed step, two a multiply-add.</summary>
    public double Operations => IsTraining
        ? 2.0 * Batch * ((3.0 * Steps * Recurrent) - ((double)Steps * Network.Layers[0].Gates * Network.Layers[0].Units * Network.Layers[0].Inputs) + (3 * Dense))
        : 2.0 * Batch * (Recurrent + Dense);

    /// <summary>Bytes read by one timed step: in training the weights on the way forth and their copies on the way back.</summary>
    public double BytesRead => IsTraining ? 2.0 * Steps * 4 * Recurrent : WeightBytes;

    private static int Steps => 50;

    private long Recurrent => Network.Layers.Sum(l => l.Weights);

    private long Dense => (long)Network.Outputs * Network.Layers[^1].Units;

    private int Batch => Name switch { "C2" => 32, "C3" => 64, _ => IsStreaming ? 1 : int.Parse(Name[(Name.LastIndexOf('-') + 1)..], System.Globalization.CultureInfo.InvariantCulture) };

    private (Layer[] Layers, int Outputs) Network => Networks[Name[0] switch
    {
        'B' => Name[2..4],
        'D' => Name[2..],
        'E' => Name[2..Name.LastIndexOf('-')],
        _ => Name[..2],
    }];

    public static Work Of(string name) => All.First(w => w.Name == name);

    /// <summary>Whether a word of the command line means this workload.</summary>
    public bool IsCalled(string word) =>
        Name.Equals(word, StringComparison.OrdinalIgnoreCase)
        || (Name.StartsWith(word, StringComparison.OrdinalIgnoreCase) && (word.Length == 1 || Name[word.Length] == '-'));
}
