// A vector as the method of a user's own cell, loss or activation sees it. In that method it stands for a value of the generated code; where the method
// is called, in a test or a debugger, it computes in double. Knows arithmetic; knows no layer and no network.
using System;
using System.Globalization;
using System.Linq;

namespace SeqGen;

/// <summary>A vector of numbers in the method of a cell, a loss or an activation of one's own: <c>[size]</c>, of one row of the batch at one step.</summary>
/// <remarks>Operators work element by element, on two vectors of one size or on a vector and a number. Vectors do not change once they are made.
/// Called as ordinary code, for instance in a test, all of it computes in double; what the compiler makes of the method is <see cref="float"/>, vectorized, with derived gradients.</remarks>
public sealed class Vec
{
    private readonly double[] _values;

    internal Vec(double[] values) => _values = values;

    /// <summary>A vector of these numbers, for tests: a cell's method is given its vectors.</summary>
    public static Vec Of(params double[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return values.Length > 0 ? new Vec([.. values]) : throw new ArgumentException("A vector has at least one element.", nameof(values));
    }

    /// <summary>How many elements it has.</summary>
    public int Size => _values.Length;

    /// <summary>One element.</summary>
    /// <param name="index">From 0 to <see cref="Size"/> - 1; <c>^1</c> is the last.</param>
    public Scalar this[Index index] => index.GetOffset(Size) is var offset && offset >= 0 && offset < Size
        ? new Scalar(_values[offset])
        : throw new ArgumentOutOfRangeException(nameof(index), $"Element {index} of a vector of {Size}.");

    /// <summary>Some elements that follow each other.</summary>
    /// <param name="range">At least one; <c>..3</c> are the first three, <c>^3..</c> the last.</param>
    public Vec this[Range range]
    {
        get
        {
            (int start, int end) = (range.Start.GetOffset(Size), range.End.GetOffset(Size));
            return start >= 0 && end <= Size && start < end
                ? new Vec(_values[start..end])
                : throw new ArgumentOutOfRangeException(nameof(range), $"Elements {range} of a vector of {Size}.");
        }
    }

    internal ReadOnlySpan<double> Values => _values;

    /// <summary>A copy of the elements, for tests.</summary>
    public double[] ToArray() => [.. _values];

    /// <inheritdoc/>
    public override string ToString() => "[" + string.Join(", ", _values.Select(v => v.ToString("G6", CultureInfo.InvariantCulture))) + "]";

    /// <summary>The sums, element by element.</summary>
    public static Vec operator +(Vec a, Vec b) => Zip(a, b, static (x, y) => x + y);

    /// <summary>The sums, element by element.</summary>
    public static Vec operator +(Vec a, Scalar b) => Zip(a, b, static (x, y) => x + y);

    /// <summary>The sums, element by element.</summary>
    public static Vec operator +(Scalar a, Vec b) => Zip(a, b, static (x, y) => x + y);

    /// <summary>The sums, element by element.</summary>
    public static Vec operator +(Vec a, double b) => Zip(a, b, static (x, y) => x + y);

    /// <summary>The sums, element by element.</summary>
    public static Vec operator +(double a, Vec b) => Zip(a, b, static (x, y) => x + y);

    /// <summary>The differences, element by element.</summary>
    public static Vec operator -(Vec a, Vec b) => Zip(a, b, static (x, y) => x - y);

    /// <summary>The differences, element by element.</summary>
    public static Vec operator -(Vec a, Scalar b) => Zip(a, b, static (x, y) => x - y);

    /// <summary>The differences, element by element.</summary>
    public static Vec operator -(Scalar a, Vec b) => Zip(a, b, static (x, y) => x - y);

    /// <summary>The differences, element by element.</summary>
    public static Vec operator -(Vec a, double b) => Zip(a, b, static (x, y) => x - y);

    /// <summary>The differences, element by element.</summary>
    public static Vec operator -(double a, Vec b) => Zip(a, b, static (x, y) => x - y);

    /// <summary>The products, element by element.</summary>
    public static Vec operator *(Vec a, Vec b) => Zip(a, b, static (x, y) => x * y);

    /// <summary>The products, element by element.</summary>
    public static Vec operator *(Vec a, Scalar b) => Zip(a, b, static (x, y) => x * y);

    /// <summary>The products, element by element.</summary>
    public static Vec operator *(Scalar a, Vec b) => Zip(a, b, static (x, y) => x * y);

    /// <summary>The products, element by element.</summary>
    public static Vec operator *(Vec a, double b) => Zip(a, b, static (x, y) => x * y);

    /// <summary>The products, element by element.</summary>
    public static Vec operator *(double a, Vec b) => Zip(a, b, static (x, y) => x * y);

    /// <summary>The quotients, element by element.</summary>
    public static Vec operator /(Vec a, Vec b) => Zip(a, b, static (x, y) => x / y);

    /// <summary>The quotients, element by element.</summary>
    public static Vec operator /(Vec a, Scalar b) => Zip(a, b, static (x, y) => x / y);

    /// <summary>The quotients, element by element.</summary>
    public static Vec operator /(Scalar a, Vec b) => Zip(a, b, static (x, y) => x / y);

    /// <summary>The quotients, element by element.</summary>
    public static Vec operator /(Vec a, double b) => Zip(a, b, static (x, y) => x / y);

    /// <summary>The quotients, element by element.</summary>
    public static Vec operator /(double a, Vec b) => Zip(a, b, static (x, y) => x / y);

    /// <summary>1 where the first is greater, else 0; no gradient flows through it, element by element.</summary>
    public static Vec operator >(Vec a, Vec b) => Zip(a, b, static (x, y) => x > y ? 1 : 0);

    /// <summary>1 where the first is greater, else 0; no gradient flows through it, element by element.</summary>
    public static Vec operator >(Vec a, Scalar b) => Zip(a, b, static (x, y) => x > y ? 1 : 0);

    /// <summary>1 where the first is greater, else 0; no gradient flows through it, element by element.</summary>
    public static Vec operator >(Scalar a, Vec b) => Zip(a, b, static (x, y) => x > y ? 1 : 0);

    /// <summary>1 where the first is greater, else 0; no gradient flows through it, element by element.</summary>
    public static Vec operator >(Vec a, double b) => Zip(a, b, static (x, y) => x > y ? 1 : 0);

    /// <summary>1 where the first is greater, else 0; no gradient flows through it, element by element.</summary>
    public static Vec operator >(double a, Vec b) => Zip(a, b, static (x, y) => x > y ? 1 : 0);

    /// <summary>1 where the first is smaller, else 0; no gradient flows through it, element by element.</summary>
    public static Vec operator <(Vec a, Vec b) => Zip(a, b, static (x, y) => x < y ? 1 : 0);

    /// <summary>1 where the first is smaller, else 0; no gradient flows through it, element by element.</summary>
    public static Vec operator <(Vec a, Scalar b) => Zip(a, b, static (x, y) => x < y ? 1 : 0);

    /// <summary>1 where the first is smaller, else 0; no gradient flows through it, element by element.</summary>
    public static Vec operator <(Scalar a, Vec b) => Zip(a, b, static (x, y) => x < y ? 1 : 0);

    /// <summary>1 where the first is smaller, else 0; no gradient flows through it, element by element.</summary>
    public static Vec operator <(Vec a, double b) => Zip(a, b, static (x, y) => x < y ? 1 : 0);

    /// <summary>1 where the first is smaller, else 0; no gradient flows through it, element by element.</summary>
    public static Vec operator <(double a, Vec b) => Zip(a, b, static (x, y) => x < y ? 1 : 0);

    /// <summary>The negatives, element by element.</summary>
    public static Vec operator -(Vec a) => Map(a, static x => -x);

    internal static Vec Map(Vec a, Func<double, double> function) => new(Elements.Map(a._values, function));

    internal static Vec Zip(Vec a, Vec b, Func<double, double, double> function) => a.Size == b.Size
        ? new Vec(Elements.Zip(a._values, b._values, function))
        : throw new ArgumentException($"A vector of {a.Size} and one of {b.Size} elements do not go together element by element.");

    internal static Vec Zip(Vec a, Scalar b, Func<double, double, double> function) => new(Elements.Zip(a._values, [b.Value], function));

    internal static Vec Zip(Scalar a, Vec b, Func<double, double, double> function) => new(Elements.Zip([a.Value], b._values, function));
}
