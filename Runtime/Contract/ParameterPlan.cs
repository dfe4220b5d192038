// One parameter: its name and shape in files, its packing in the master, its initialization.
// Knows the packing rule; refuses to know values.
using System;
using System.ComponentModel;
using System.Globalization;

namespace SeqGen.Kernels.V1;

/// <summary>How one parameter is called, shaped, packed and initialized.</summary>
/// <remarks>
/// Element (i, j) of the file's matrix <c>[Gates * Units, Columns]</c> lives in the master at
/// <c>Offset + (u / 16) * BlockStride + j * RowStride + g * 16 + u % 16</c>, with <c>g = i / Units</c> and <c>u = i % Units</c>.
/// If <see cref="Transposed"/>, the file's matrix is <c>[Columns, Units]</c> (an embedding table): its element (v, d) is
/// <c>j = v, u = d, g = 0</c>. A vector has <c>Columns = 1</c>. Floats of the master that no element maps to are padding: they
/// are zero and must stay zero, so their gradients must be zero too.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ParameterPlan
{
    /// <summary>The name PyTorch's <c>state_dict</c> uses, for instance "lstm.weight_ih_l0".</summary>
    public required string Name { get; init; }

    /// <summary>The shape in files; its product is <c>Gates * Units * Columns</c>.</summary>
    public required int[] Shape { get; init; }

    /// <summary>First float of the parameter in the master.</summary>
    public required int Offset { get; init; }

    /// <summary>Gates stacked in the rows of the file's matrix.</summary>
    public int Gates { get; init; } = 1;

    /// <summary>Rows of one gate (the elements that lie along lanes).</summary>
    public required int Units { get; init; }

    /// <summary>Columns of the file's matrix; 1 for a vector.</summary>
    public int Columns { get; init; } = 1;

    /// <summary>Floats from one block of 16 units to the next.</summary>
    public required int BlockStride { get; init; }

    /// <summary>Floats from one column to the next.</summary>
    public int RowStride { get; init; }

    /// <summary>Where each gate lies, for a parameter whose gates are read by different products (the reset-before GRU's
    /// <c>weight_hh</c>); empty where gates lie side by side, 16 floats apart.</summary>
    public GatePlace[] GatePlaces { get; init; } = [];

    /// <summary>Whether the file's matrix is <c>[Columns, Units]</c>.</summary>
    public bool Transposed { get; init; }

    /// <summary>Whether optimizers change it.</summary>
    public bool Trainable { get; init; } = true;

    /// <summary>Whether a file may lack it; it then gets its initial values.</summary>
    public bool Optional { get; init; }

    /// <summary>Its values at the start.</summary>
    public InitializationPlan Initialization { get; init; } = new(InitializationKind.Zeros);

    /// <summary>This parameter once for each of some steps, as NAME.t0, NAME.t1 and so on, each behind the one before.</summary>
    /// <param name="steps">How many.</param>
    /// <param name="stride">Floats of the master from one to the next.</param>
    public ParameterPlan[] OfSteps(int steps, int stride)
    {
        ParameterPlan[] plans = new ParameterPlan[steps];
        for (int t = 0; t < steps; t++)
        {
            int ahead = checked(t * stride);
            plans[t] = new ParameterPlan
            {
                Name = string.Create(CultureInfo.InvariantCulture, $"{Name}.t{t}"),
                Shape = Shape,
                Offset = checked(Offset + ahead),
                Gates = Gates,
                Units = Units,
                Columns = Columns,
                BlockStride = BlockStride,
                RowStride = RowStride,
                GatePlaces = Array.ConvertAll(GatePlaces, g => g with { Offset = checked(g.Offset + ahead) }),
                Transposed = Transposed,
                Trainable = Trainable,
                Optional = Optional,
                Initialization = Initialization,
            };
        }

        return plans;
    }

    /// <summary>Elements: the product of the shape.</summary>
    public int Count => Gates * Units * Columns;

    /// <summary>One past its last float in the master.</summary>
    internal long End
    {
        get
        {
            long end = 0;
            for (int g = 0; g < Gates; g++)
            {
                // In 64 bits: a plan is checked with it before places in 32 are trusted.
                GatePlace gate = Gate(g);
                long last = gate.Offset + ((long)((Units - 1) / 16) * gate.BlockStride) + ((long)(Columns - 1) * gate.RowStride);
                end = Math.Max(end, last + Math.Min(16, Units));
            }

            return end;
        }
    }

    /// <summary>Where a gate lies.</summary>
    internal GatePlace Gate(int gate) => GatePlaces.Length > 0 ? GatePlaces[gate] : new GatePlace(Offset + (16 * gate), BlockStride, RowStride);
}

/// <summary>Where one gate of a parameter lies: element (unit u, column j) at <c>Offset + (u / 16) * BlockStride + j * RowStride + u % 16</c>.</summary>
/// <param name="Offset">First float of the gate in the master.</param>
/// <param name="BlockStride">Floats from one block of 16 units to the next.</param>
/// <param name="RowStride">Floats from one column to the next.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct GatePlace(int Offset, int BlockStride, int RowStride);

/// <summary>The kinds of initialization. Fan-in and fan-out are those of <see cref="InitializationPlan"/>.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public enum InitializationKind
{
    /// <summary>All 0.</summary>
    Zeros,

    /// <summary>All 1.</summary>
    Ones,

    /// <summary>All <see cref="InitializationPlan.Value"/>.</summary>
    Constant,

    /// <summary>Uniform in [-Value, Value].</summary>
    Uniform,

    /// <summary>Normal with mean 0 and standard deviation Value.</summary>
    Normal,

    /// <summary>Uniform in +-sqrt(6 / (fan-in + fan-out)) (Glorot and Bengio, 2010).</summary>
    GlorotUniform,

    /// <summary>Normal with standard deviation sqrt(2 / (fan-in + fan-out)) (Glorot and Bengio, 2010).</summary>
    GlorotNormal,

    /// <summary>Uniform in +-sqrt(6 / fan-in) (He et al., 2015).</summary>
    HeUniform,

    /// <summary>Normal with standard deviation sqrt(2 / fan-in) (He et al., 2015).</summary>
    HeNormal,

    /// <summary>Each gate's matrix has orthonormal rows or columns, whichever are fewer (Saxe et al., 2014).</summary>
    Orthogonal,

    /// <summary>Uniform in +-1 / sqrt(fan-in), PyTorch's default; for a recurrent layer fan-in is its hidden size, for a bias that of its weight.</summary>
    PyTorchUniform,

    /// <summary><see cref="InitializationPlan.Value"/> in the first element, 0 in the others.</summary>
    First,

    /// <summary>Uniform, at most <see cref="InitializationPlan.Value"/> from <see cref="InitializationPlan.OverrideValue"/>.</summary>
    UniformAround,
}

/// <summary>How a parameter starts.</summary>
/// <param name="Kind">The law.</param>
/// <param name="Value">The constant, half-range or standard deviation of the kinds that have one.</param>
/// <param name="FanIn">Inputs of one unit; must be positive for the kinds that use it.</param>
/// <param name="FanOut">Outputs of one input; must be positive for the kinds that use it.</param>
/// <param name="OverrideGate">A gate whose elements all get <paramref name="OverrideValue"/> instead (the LSTM's forget bias of one); -1 for none.</param>
/// <param name="OverrideValue">The value of the overridden gate.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record InitializationPlan(
    InitializationKind Kind,
    float Value = 0f,
    int FanIn = 0,
    int FanOut = 0,
    int OverrideGate = -1,
    float OverrideValue = 0f);
