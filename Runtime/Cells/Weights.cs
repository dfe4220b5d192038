// The weights of a user's own cell as its method sees them: asked for by name. Called as ordinary code it holds their numbers in double, and draws what nobody gave.
// Knows names and shapes; knows no file and no network. What the names become there is Generator/Layers/Cells/CellParameters.cs.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace SeqGen;

/// <summary>The trained parameters of a cell of one's own. The cell's method asks for them by name, and what it asks for exists.</summary>
/// <remarks>
/// <see cref="Affine(string, Vec, int, double)"/> and <see cref="Linear(string, Vec, int)"/> multiply; all products that read the same source are one product in the generated code, whatever
/// the number of gates. In a file the gates of one size are rows of one matrix, in the order in which the method names them: <c>weight_ih</c> [gates * H, inputs] multiplies what comes from the step's input alone,
/// <c>weight_hh</c> [gates * H, H] what a state has part in, <c>bias</c> [gates * H] is added; docs/your-own-cell.md says what gates of other sizes are called.
/// The same name again is the same weight.
/// <para>In a test the method is called with <c>new Weights(units, seed)</c>, which draws every weight when it is first asked for, within 1 / sqrt(size of its source), or with numbers of your own: <see cref="Set(string, double[])"/>.</para>
/// </remarks>
/// <param name="units">Size of the layer, H: what a gate has where the method does not say otherwise.</param>
/// <param name="seed">Of the numbers that are drawn.</param>
public sealed class Weights(int units, int seed = 0)
{
    private readonly Dictionary<string, double[]> _values = new(StringComparer.Ordinal);
    private ulong _state = (ulong)(uint)seed;

    /// <summary>Size of the layer, H.</summary>
    public int Units { get; } = units > 0 ? units : throw new ArgumentOutOfRangeException(nameof(units), units, "A layer has at least one unit.");

    /// <summary>What was given or drawn so far, by name: <c>f.0</c> is the matrix of gate f for its first source, row by row, <c>f.bias</c> its bias, all others are called as the method calls them.</summary>
    public IReadOnlyDictionary<string, double[]> Values => _values;

    /// <summary>Gives a weight its numbers, by its name in <see cref="Values"/>; a matrix row by row.</summary>
    public void Set(string name, params double[] values)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(values);
        _values[name] = [.. values];
    }

    /// <summary>W a + b.</summary>
    /// <param name="gate">Name of the gate.</param>
    /// <param name="a">The source, <c>[n]</c>; W is <c>[units, n]</c>.</param>
    /// <param name="units">Size of the gate; 0 for the layer's.</param>
    /// <param name="bias">What b begins at.</param>
    public Vec Affine(string gate, Vec a, int units = 0, double bias = 0) => Bias(gate, Product(gate, units, a), bias);

    /// <summary>W a + U b + bias.</summary>
    /// <inheritdoc cref="Affine(string, Vec, int, double)"/>
    public Vec Affine(string gate, Vec a, Vec b, int units = 0, double bias = 0) => Bias(gate, Product(gate, units, a, b), bias);

    /// <summary>W a + U b + V c + bias.</summary>
    /// <inheritdoc cref="Affine(string, Vec, int, double)"/>
    public Vec Affine(string gate, Vec a, Vec b, Vec c, int units = 0, double bias = 0) => Bias(gate, Product(gate, units, a, b, c), bias);

    /// <summary>W a, without a bias.</summary>
    /// <inheritdoc cref="Affine(string, Vec, int, double)"/>
    public Vec Linear(string gate, Vec a, int units = 0) => Product(gate, units, a);

    /// <summary>W a + U b, without a bias.</summary>
    /// <inheritdoc cref="Affine(string, Vec, int, double)"/>
    public Vec Linear(string gate, Vec a, Vec b, int units = 0) => Product(gate, units, a, b);

    /// <summary>W a + U b + V c, without a bias.</summary>
    /// <inheritdoc cref="Affine(string, Vec, int, double)"/>
    public Vec Linear(string gate, Vec a, Vec b, Vec c, int units = 0) => Product(gate, units, a, b, c);

    /// <summary>A learned vector, as a peephole is: it multiplies or is added, element by element.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="size">Its size; 0 for the layer's.</param>
    /// <param name="start">What its elements begin at.</param>
    /// <param name="spread">How far from that they are drawn, evenly on both sides.</param>
    public Vec Vector(string name, int size = 0, double start = 0, double spread = 0) => new(Get(name, Positive(name, size), start, spread));

    /// <summary>A learned matrix, for products with what is computed and sums with states of two dimensions.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="rows">Its rows; 0 for the layer's size.</param>
    /// <param name="columns">Its columns; 0 for the layer's size.</param>
    /// <param name="start">What its elements begin at.</param>
    /// <param name="spread">How far from that they are drawn, evenly on both sides.</param>
    public Mat Matrix(string name, int rows = 0, int columns = 0, double start = 0, double spread = 0)
    {
        (rows, columns) = (Positive(name, rows), Positive(name, columns));
        return new Mat(rows, columns, Get(name, rows * columns, start, spread));
    }

    /// <summary>A learned number.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="start">What it begins at.</param>
    public Scalar Scalar(string name, double start = 0) => new(Get(name, 1, start, 0)[0]);

    /// <summary>Layer normalization (Ba et al. 2016): <c>w (a - mean(a)) / sqrt(var(a) + epsilon) + b</c>, with <c>name.weight</c> that begins at 1 and <c>name.bias</c> that begins at 0.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="a">What is normalized, all of it at once.</param>
    /// <param name="epsilon">What is added to the variance, 1e-38 to 1; a constant.</param>
    public Vec LayerNorm(string name, Vec a, double epsilon = 1e-5)
    {
        ArgumentNullException.ThrowIfNull(a);
        double mean = a.ToArray().Average(), variance = a.ToArray().Average(x => (x - mean) * (x - mean));
        return (new Vec(Get(name + ".weight", a.Size, 1, 0)) * Vec.Map(a, x => (x - mean) / Math.Sqrt(variance + epsilon))) + new Vec(Get(name + ".bias", a.Size, 0, 0));
    }

    private Vec Product(string gate, int units, params ReadOnlySpan<Vec> sources)
    {
        units = Positive(gate, units);
        var sums = new double[units];
        for (int k = 0; k < sources.Length; k++)
        {
            ReadOnlySpan<double> x = sources[k].Values;
            double[] weight = Get(gate + "." + k.ToString(CultureInfo.InvariantCulture), units * x.Length, 0, 1 / Math.Sqrt(x.Length));
            for (int i = 0; i < weight.Length; i++)
            {
                sums[i / x.Length] += weight[i] * x[i % x.Length];
            }
        }

        return new Vec(sums);
    }

    private Vec Bias(string gate, Vec sum, double start) => sum + new Vec(Get(gate + ".bias", sum.Size, start, 0));

    private int Positive(string name, int size) => size >= 0
        ? size == 0 ? Units : size
        : throw new ArgumentOutOfRangeException(nameof(size), size, $"Weight \"{name}\" has at least one element.");

    private double[] Get(string name, int count, double start, double spread)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (!_values.TryGetValue(name, out double[]? values))
        {
            _values[name] = values = new double[count];
            for (int i = 0; i < count; i++)
            {
                values[i] = start + (spread * Draw());
            }
        }

        return values.Length == count ? values : throw new ArgumentException($"Weight \"{name}\" has {values.Length} numbers where {count} are asked for.");
    }

    /// <summary>From -1 to 1; splitmix64 (Steele et al. 2014), so that a seed means the same on every platform.</summary>
    private double Draw()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return ((z ^ (z >> 31)) >> 11) * (2.0 / (1UL << 53)) - 1;
    }
}
