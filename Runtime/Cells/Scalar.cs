// One number of a row as the method of a user's own cell, loss or activation sees it. See Vec.
using System;
using System.Globalization;

namespace SeqGen;

/// <summary>One number in the method of a cell, a loss or an activation of one's own, which differs from row to row and from step to step: a sum, an element, a learned scalar.</summary>
/// <remarks>A <see cref="double"/> where one is asked for becomes one. See <see cref="Vec"/>.</remarks>
public sealed class Scalar
{
    internal Scalar(double value) => Value = value;

    /// <summary>Its value, for tests.</summary>
    public double Value { get; }

    /// <summary>A constant.</summary>
    public static implicit operator Scalar(double value) => new(value);

    /// <summary>Whether it is not 0: for tests that call a step. In a step itself a branch on data is <c>Select(condition, a, b)</c>, and the compiler says so.</summary>
    public static bool operator true(Scalar value) => value.Value != 0;

    /// <summary>Whether it is 0.</summary>
    public static bool operator false(Scalar value) => value.Value == 0;

    /// <inheritdoc/>
    public override string ToString() => Value.ToString("G6", CultureInfo.InvariantCulture);

    /// <summary>The sums, as a number.</summary>
    public static Scalar operator +(Scalar a, Scalar b) => Zip(a, b, static (x, y) => x + y);

    /// <summary>The sums, as a number.</summary>
    public static Scalar operator +(Scalar a, double b) => Zip(a, b, static (x, y) => x + y);

    /// <summary>The sums, as a number.</summary>
    public static Scalar operator +(double a, Scalar b) => Zip(a, b, static (x, y) => x + y);

    /// <summary>The differences, as a number.</summary>
    public static Scalar operator -(Scalar a, Scalar b) => Zip(a, b, static (x, y) => x - y);

    /// <summary>The differences, as a number.</summary>
    public static Scalar operator -(Scalar a, double b) => Zip(a, b, static (x, y) => x - y);

    /// <summary>The differences, as a number.</summary>
    public static Scalar operator -(double a, Scalar b) => Zip(a, b, static (x, y) => x - y);

    /// <summary>The products, as a number.</summary>
    public static Scalar operator *(Scalar a, Scalar b) => Zip(a, b, static (x, y) => x * y);

    /// <summary>The products, as a number.</summary>
    public static Scalar operator *(Scalar a, double b) => Zip(a, b, static (x, y) => x * y);

    /// <summary>The products, as a number.</summary>
    public static Scalar operator *(double a, Scalar b) => Zip(a, b, static (x, y) => x * y);

    /// <summary>The quotients, as a number.</summary>
    public static Scalar operator /(Scalar a, Scalar b) => Zip(a, b, static (x, y) => x / y);

    /// <summary>The quotients, as a number.</summary>
    public static Scalar operator /(Scalar a, double b) => Zip(a, b, static (x, y) => x / y);

    /// <summary>The quotients, as a number.</summary>
    public static Scalar operator /(double a, Scalar b) => Zip(a, b, static (x, y) => x / y);

    /// <summary>1 where the first is greater, else 0; no gradient flows through it, as a number.</summary>
    public static Scalar operator >(Scalar a, Scalar b) => Zip(a, b, static (x, y) => x > y ? 1 : 0);

    /// <summary>1 where the first is greater, else 0; no gradient flows through it, as a number.</summary>
    public static Scalar operator >(Scalar a, double b) => Zip(a, b, static (x, y) => x > y ? 1 : 0);

    /// <summary>1 where the first is greater, else 0; no gradient flows through it, as a number.</summary>
    public static Scalar operator >(double a, Scalar b) => Zip(a, b, static (x, y) => x > y ? 1 : 0);

    /// <summary>1 where the first is smaller, else 0; no gradient flows through it, as a number.</summary>
    public static Scalar operator <(Scalar a, Scalar b) => Zip(a, b, static (x, y) => x < y ? 1 : 0);

    /// <summary>1 where the first is smaller, else 0; no gradient flows through it, as a number.</summary>
    public static Scalar operator <(Scalar a, double b) => Zip(a, b, static (x, y) => x < y ? 1 : 0);

    /// <summary>1 where the first is smaller, else 0; no gradient flows through it, as a number.</summary>
    public static Scalar operator <(double a, Scalar b) => Zip(a, b, static (x, y) => x < y ? 1 : 0);

    /// <summary>The negatives, as a number.</summary>
    public static Scalar operator -(Scalar a) => Map(a, static x => -x);

    internal static Scalar Map(Scalar a, Func<double, double> function) => new(function(a.Value));

    internal static Scalar Zip(Scalar a, Scalar b, Func<double, double, double> function) => new(function(a.Value, b.Value));
}
