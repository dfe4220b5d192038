// A matrix that a cell of a user's own has as a state, or makes of two vectors. See Vec.
using System;
using System.Globalization;
using System.Linq;

namespace SeqGen;

/// <summary>A matrix <c>[rows, columns]</c> in the method of a cell of one's own: a state of two dimensions, as fast weights are, or the outer product of two vectors.</summary>
/// <remarks>Operators work element by element, as on <see cref="Vec"/>; products with vectors are <c>Dot</c>. Weights are no such matrix: they multiply in <see cref="Weights.Linear(string, Vec, int)"/>.</remarks>
public sealed class Mat
{
    private readonly double[] _values;

    internal Mat(int rows, int columns, double[] values) => (Rows, Columns, _values) = (rows, columns, values);

    /// <summary>A matrix of these numbers, for tests.</summary>
    public static Mat Of(double[,] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return values.Length > 0
            ? new Mat(values.GetLength(0), values.GetLength(1), [.. values.Cast<double>()])
            : throw new ArgumentException("A matrix has at least one element.", nameof(values));
    }

    /// <summary>How many rows it has.</summary>
    public int Rows { get; }

    /// <summary>How many columns it has.</summary>
    public int Columns { get; }

    internal ReadOnlySpan<double> Values => _values;

    /// <summary>A copy of the elements, row by row, for tests.</summary>
    public double[] ToArray() => [.. _values];

    /// <inheritdoc/>
    public override string ToString() => "[" + string.Join("; ", Enumerable.Range(0, Rows).Select(
        r => string.Join(", ", _values.Skip(r * Columns).Take(Columns).Select(v => v.ToString("G6", CultureInfo.InvariantCulture))))) + "]";

    /// <summary>The sums, element by element.</summary>
    public static Mat operator +(Mat a, Mat b) => Zip(a, b, static (x, y) => x + y);

    /// <summary>The sums, element by element.</summary>
    public static Mat operator +(Mat a, Scalar b) => Zip(a, b, static (x, y) => x + y);

    /// <summary>The sums, element by element.</summary>
    public static Mat operator +(Scalar a, Mat b) => Zip(a, b, static (x, y) => x + y);

    /// <summary>The sums, element by element.</summary>
    public static Mat operator +(Mat a, double b) => Zip(a, b, static (x, y) => x + y);

    /// <summary>The sums, element by element.</summary>
    public static Mat operator +(double a, Mat b) => Zip(a, b, static (x, y) => x + y);

    /// <summary>The differences, element by element.</summary>
    public static Mat operator -(Mat a, Mat b) => Zip(a, b, static (x, y) => x - y);

    /// <summary>The differences, element by element.</summary>
    public static Mat operator -(Mat a, Scalar b) => Zip(a, b, static (x, y) => x - y);

    /// <summary>The differences, element by element.</summary>
    public static Mat operator -(Scalar a, Mat b) => Zip(a, b, static (x, y) => x - y);

    /// <summary>The differences, element by element.</summary>
    public static Mat operator -(Mat a, double b) => Zip(a, b, static (x, y) => x - y);

    /// <summary>The differences, element by element.</summary>
    public static Mat operator -(double a, Mat b) => Zip(a, b, static (x, y) => x - y);

    /// <summary>The products, element by element.</summary>
    public static Mat operator *(Mat a, Mat b) => Zip(a, b, static (x, y) => x * y);

    /// <summary>The products, element by element.</summary>
    public static Mat operator *(Mat a, Scalar b) => Zip(a, b, static (x, y) => x * y);

    /// <summary>The products, element by element.</summary>
    public static Mat operator *(Scalar a, Mat b) => Zip(a, b, static (x, y) => x * y);

    /// <summary>The products, element by element.</summary>
    public static Mat operator *(Mat a, double b) => Zip(a, b, static (x, y) => x * y);

    /// <summary>The products, element by element.</summary>
    public static Mat operator *(double a, Mat b) => Zip(a, b, static (x, y) => x * y);

    /// <summary>The quotients, element by element.</summary>
    public static Mat operator /(Mat a, Mat b) => Zip(a, b, static (x, y) => x / y);

    /// <summary>The quotients, element by element.</summary>
    public static Mat operator /(Mat a, Scalar b) => Zip(a, b, static (x, y) => x / y);

    /// <summary>The quotients, element by element.</summary>
    public static Mat operator /(Scalar a, Mat b) => Zip(a, b, static (x, y) => x / y);

    /// <summary>The quotients, element by element.</summary>
    public static Mat operator /(Mat a, double b) => Zip(a, b, static (x, y) => x / y);

    /// <summary>The quotients, element by element.</summary>
    public static Mat operator /(double a, Mat b) => Zip(a, b, static (x, y) => x / y);

    /// <summary>1 where the first is greater, else 0; no gradient flows through it, element by element.</summary>
    public static Mat operator >(Mat a, Mat b) => Zip(a, b, static (x, y) => x > y ? 1 : 0);

    /// <summary>1 where the first is greater, else 0; no gradient flows through it, element by element.</summary>
    public static Mat operator >(Mat a, Scalar b) => Zip(a, b, static (x, y) => x > y ? 1 : 0);

    /// <summary>1 where the first is greater, else 0; no gradient flows through it, element by element.</summary>
    public static Mat operator >(Scalar a, Mat b) => Zip(a, b, static (x, y) => x > y ? 1 : 0);

    /// <summary>1 where the first is greater, else 0; no gradient flows through it, element by element.</summary>
    public static Mat operator >(Mat a, double b) => Zip(a, b, static (x, y) => x > y ? 1 : 0);

    /// <summary>1 where the first is greater, else 0; no gradient flows through it, element by element.</summary>
    public static Mat operator >(double a, Mat b) => Zip(a, b, static (x, y) => x > y ? 1 : 0);

    /// <summary>1 where the first is smaller, else 0; no gradient flows through it, element by element.</summary>
    public static Mat operator <(Mat a, Mat b) => Zip(a, b, static (x, y) => x < y ? 1 : 0);

    /// <summary>1 where the first is smaller, else 0; no gradient flows through it, element by element.</summary>
    public static Mat operator <(Mat a, Scalar b) => Zip(a, b, static (x, y) => x < y ? 1 : 0);

    /// <summary>1 where the first is smaller, else 0; no gradient flows through it, element by element.</summary>
    public static Mat operator <(Scalar a, Mat b) => Zip(a, b, static (x, y) => x < y ? 1 : 0);

    /// <summary>1 where the first is smaller, else 0; no gradient flows through it, element by element.</summary>
    public static Mat operator <(Mat a, double b) => Zip(a, b, static (x, y) => x < y ? 1 : 0);

    /// <summary>1 where the first is smaller, else 0; no gradient flows through it, element by element.</summary>
    public static Mat operator <(double a, Mat b) => Zip(a, b, static (x, y) => x < y ? 1 : 0);

    /// <summary>The negatives, element by element.</summary>
    public static Mat operator -(Mat a) => Map(a, static x => -x);

    internal static Mat Map(Mat a, Func<double, double> function) => new(a.Rows, a.Columns, Elements.Map(a._values, function));

    internal static Mat Zip(Mat a, Mat b, Func<double, double, double> function) => (a.Rows, a.Columns) == (b.Rows, b.Columns)
        ? new Mat(a.Rows, a.Columns, Elements.Zip(a._values, b._values, function))
        : throw new ArgumentException($"A matrix of {a.Rows} x {a.Columns} and one of {b.Rows} x {b.Columns} do not go together element by element.");

    internal static Mat Zip(Mat a, Scalar b, Func<double, double, double> function) => new(a.Rows, a.Columns, Elements.Zip(a._values, [b.Value], function));

    internal static Mat Zip(Scalar a, Mat b, Func<double, double, double> function) => new(b.Rows, b.Columns, Elements.Zip([a.Value], b._values, function));
}
