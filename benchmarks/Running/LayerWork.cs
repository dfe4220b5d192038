// What one layer of each kind has to compute at the sizes of Worker/LayerNetworks.cs: the arithmetic of its floor.
// Knows the equations of docs/layers as counts; refuses to know how anything is run.
namespace SeqGen.Benchmarks.Running;

/// <summary>Activations of a row.</summary>
public readonly record struct Functions(double Sigmoid = 0, double Tanh = 0, double Exp = 0);

/// <summary>The work of one row (a step of a sequence) of a network that holds one layer.</summary>
/// <param name="Kind">As in LayerCatalogue.</param>
/// <param name="Outer">Multiply-adds with what needs no gradient, the network's input: once forth, once back.</param>
/// <param name="Inner">All other multiply-adds: once forth, twice back.</param>
/// <param name="Weights">Weights that every step has to read, forth and back; those of products over all steps at once are not counted.</param>
/// <param name="Moved">Numbers that layers without products read and write, forth and back.</param>
/// <param name="Functions">Activations, forth; their derivatives come from their values.</param>
public sealed record LayerWork(string Kind, double Outer, double Inner, double Weights, double Moved, Functions Functions)
{
    private const double H = LayerSizes.Units, T = LayerSizes.Steps, HH = H * H, Slots = 128, Width = 20, Lattice = (2 * LayerSizes.Labels) + 1;

    // A row of layer normalization of n numbers: x, y forth; x, dy, dx back.
    private const double Normalized = 5;

    // Steps that a step looks at on average, where it looks at the past alone.
    private const double Looked = (T + 1) / 2;
    private static readonly Functions LstmCell = new(3 * H, 2 * H), GruCell = new(2 * H, H);

    /// <summary>All kinds, in the order of tables.</summary>
    public static IReadOnlyList<LayerWork> All { get; } =
    [
        new("Dense", HH, 0, 0, 0, default),
        new("Rnn", HH, HH, HH, 0, new(Tanh: H)),
        new("Elman", HH, 2 * HH, HH, 0, new(Tanh: H)),
        new("Jordan", HH, 2 * HH, 2 * HH, 0, new(Tanh: H)),
        new("Lstm", 4 * HH, 4 * HH, 4 * HH, 0, LstmCell),
        new("Lstm.Peephole", 4 * HH, (4 * HH) + (3 * H), 4 * HH, 0, LstmCell),
        new("Lstm.Projection", 4 * HH, 2.5 * HH, 2.5 * HH, 0, LstmCell),
        new("Lstm.LayerNorm", 4 * HH, 4 * HH, 4 * HH, Normalized * 9 * H, LstmCell),
        new("Lstm.Coupled", 3 * HH, 3 * HH, 3 * HH, 0, new(2 * H, 2 * H)),
        new("Lstm.Both", 8 * HH, 8 * HH, 8 * HH, 0, new(6 * H, 4 * H)),
        new("Lstm.RecurrentDropout", 4 * HH, 4 * HH, 4 * HH, 0, LstmCell),
        new("Lstm.VariationalHidden", 4 * HH, 4 * HH, 4 * HH, 0, LstmCell),
        new("Lstm.WeightDrop", 4 * HH, 4 * HH, 4 * HH, 0, LstmCell),
        new("Gru", 3 * HH, 3 * HH, 3 * HH, 0, GruCell),
        new("Gru.LayerNorm", 3 * HH, 3 * HH, 3 * HH, Normalized * 6 * H, GruCell),
        new("Tdnn", 5 * HH, 0, 0, 0, default),
        new("Autoregressive", 4 * HH, 0, 0, 0, default),
        new("LayerNorm", HH, 0, 0, Normalized * H, default),
        new("Dropout", HH, 0, 0, Normalized * H, default),
        new("Embedding", 0, 0, 0, Normalized * H, default),
        new("SelfAttention", 3 * HH, HH + (2 * H * Looked), 0, 0, new(Exp: Looked)),
        new("AttentionPooling", HH, 2 * H, 0, 0, new(Tanh: H, Exp: 1)),
        new("Luong", 0, (15 * HH) + (2 * H * T), 6 * HH, 2 * Normalized * H, new(4 * H, 3 * H, T + H)),
        new("Bahdanau", 0, (12 * HH) + (6 * HH) + (2 * H * T), 10 * HH, 2 * Normalized * H, new(4 * H, (2 * H) + (H * T), T + H)),
        new("NeuralTuringMachine", HH, TuringProducts, TuringWeights, 0, new(2 + Width, H + (3 * Width), 2 * ((3 * Slots) + 7))),
        new("Ctc", HH, 0, 0, 0, new(Exp: (2 * H) + (6 * Lattice))),
    ];

    /// <summary>Floating-point operations of a training step over all rows, two a multiply-add.</summary>
    public double TrainingOperations => 2.0 * LayerSizes.Steps * LayerSizes.Batch * ((2 * Outer) + (3 * Inner));

    /// <summary>Bytes of weights that a training step reads: forth and back at every step.</summary>
    public double TrainingBytes => 2.0 * 4 * T * Weights;

    /// <summary>Bytes that layers without products read and write in a training step.</summary>
    public double MovedBytes => 4.0 * LayerSizes.Steps * LayerSizes.Batch * Moved;

    /// <summary>Floating-point operations of a step of a stream.</summary>
    public double StreamOperations => 2 * (Outer + Inner);

    /// <summary>Bytes of weights that a step of a stream reads; of a layer without products, the numbers it copies.</summary>
    public double StreamBytes => 4 * Math.Min(Outer + Inner == 0 ? 2 * H : Outer + Inner, Kind == "NeuralTuringMachine" ? HH + TuringWeights : double.MaxValue);

    // Controller from the read vector, two heads, erase and add, output from controller and read vector.
    private static double TuringWeights => (H * Width) + (2 * H * (Width + 6)) + (2 * H * Width) + (H * (H + Width));

    // The memory: a dot product and a length for each head, the read vector, erased and added; three shifts a head.
    private static double TuringProducts => TuringWeights + (7 * Slots * Width) + (6 * Slots);

    /// <summary>The one of a kind.</summary>
    public static LayerWork Of(string kind) => All.First(w => w.Kind == kind);
}
