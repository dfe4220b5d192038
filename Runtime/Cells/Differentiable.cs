// What the method of a user's own cell, loss or activation can call on vectors, matrices and numbers. Called as ordinary code it computes in double.
// Knows functions; knows no layer. The compiler's side of this list is Generator/Layers/Cells/CellFunctions.cs.
// Long because: one function a line, for each of the three kinds of values.
using System;
using System.Linq;

namespace SeqGen;

/// <summary>The functions that the method of a cell, a loss or an activation of one's own is written with.</summary>
/// <remarks>Every attribute has them as a base class, so that they need no prefix in such a method; other classes write <c>using static SeqGen.Differentiable;</c>.</remarks>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public abstract class Differentiable : Attribute
{
    private protected Differentiable()
    {
    }

    /// <summary>e to the power of a, element by element.</summary>
    public static Vec Exp(Vec a) => Vec.Map(a, static x => Math.Exp(x));

    /// <summary>e to the power of a, element by element.</summary>
    public static Scalar Exp(Scalar a) => Scalar.Map(a, static x => Math.Exp(x));

    /// <summary>e to the power of a, element by element.</summary>
    public static Mat Exp(Mat a) => Mat.Map(a, static x => Math.Exp(x));

    /// <summary>The natural logarithm, element by element.</summary>
    public static Vec Log(Vec a) => Vec.Map(a, static x => Math.Log(x));

    /// <summary>The natural logarithm, element by element.</summary>
    public static Scalar Log(Scalar a) => Scalar.Map(a, static x => Math.Log(x));

    /// <summary>The natural logarithm, element by element.</summary>
    public static Mat Log(Mat a) => Mat.Map(a, static x => Math.Log(x));

    /// <summary>The square root, element by element.</summary>
    public static Vec Sqrt(Vec a) => Vec.Map(a, static x => Math.Sqrt(x));

    /// <summary>The square root, element by element.</summary>
    public static Scalar Sqrt(Scalar a) => Scalar.Map(a, static x => Math.Sqrt(x));

    /// <summary>The square root, element by element.</summary>
    public static Mat Sqrt(Mat a) => Mat.Map(a, static x => Math.Sqrt(x));

    /// <summary>The size without its sign; no gradient at 0, element by element.</summary>
    public static Vec Abs(Vec a) => Vec.Map(a, static x => Math.Abs(x));

    /// <summary>The size without its sign; no gradient at 0, element by element.</summary>
    public static Scalar Abs(Scalar a) => Scalar.Map(a, static x => Math.Abs(x));

    /// <summary>The size without its sign; no gradient at 0, element by element.</summary>
    public static Mat Abs(Mat a) => Mat.Map(a, static x => Math.Abs(x));

    /// <summary>-1, 0 or 1; no gradient flows through it, element by element.</summary>
    public static Vec Sign(Vec a) => Vec.Map(a, static x => double.IsNaN(x) ? x : Math.Sign(x));

    /// <summary>-1, 0 or 1; no gradient flows through it, element by element.</summary>
    public static Scalar Sign(Scalar a) => Scalar.Map(a, static x => double.IsNaN(x) ? x : Math.Sign(x));

    /// <summary>-1, 0 or 1; no gradient flows through it, element by element.</summary>
    public static Mat Sign(Mat a) => Mat.Map(a, static x => double.IsNaN(x) ? x : Math.Sign(x));

    /// <summary>The largest whole number that is not above; no gradient flows through it, element by element.</summary>
    public static Vec Floor(Vec a) => Vec.Map(a, static x => Math.Floor(x));

    /// <summary>The largest whole number that is not above; no gradient flows through it, element by element.</summary>
    public static Scalar Floor(Scalar a) => Scalar.Map(a, static x => Math.Floor(x));

    /// <summary>The largest whole number that is not above; no gradient flows through it, element by element.</summary>
    public static Mat Floor(Mat a) => Mat.Map(a, static x => Math.Floor(x));

    /// <summary>The hyperbolic tangent, element by element.</summary>
    public static Vec Tanh(Vec a) => Vec.Map(a, static x => Math.Tanh(x));

    /// <summary>The hyperbolic tangent, element by element.</summary>
    public static Scalar Tanh(Scalar a) => Scalar.Map(a, static x => Math.Tanh(x));

    /// <summary>The hyperbolic tangent, element by element.</summary>
    public static Mat Tanh(Mat a) => Mat.Map(a, static x => Math.Tanh(x));

    /// <summary>1 / (1 + exp(-a)), element by element.</summary>
    public static Vec Sigmoid(Vec a) => Vec.Map(a, static x => 1 / (1 + Math.Exp(-x)));

    /// <summary>1 / (1 + exp(-a)), element by element.</summary>
    public static Scalar Sigmoid(Scalar a) => Scalar.Map(a, static x => 1 / (1 + Math.Exp(-x)));

    /// <summary>1 / (1 + exp(-a)), element by element.</summary>
    public static Mat Sigmoid(Mat a) => Mat.Map(a, static x => 1 / (1 + Math.Exp(-x)));

    /// <summary>log(1 + exp(a)), element by element.</summary>
    public static Vec Softplus(Vec a) => Vec.Map(a, static x => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x))));

    /// <summary>log(1 + exp(a)), element by element.</summary>
    public static Scalar Softplus(Scalar a) => Scalar.Map(a, static x => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x))));

    /// <summary>log(1 + exp(a)), element by element.</summary>
    public static Mat Softplus(Mat a) => Mat.Map(a, static x => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x))));

    /// <summary>a above zero, else 0, element by element.</summary>
    public static Vec Relu(Vec a) => Vec.Map(a, static x => x > 0 ? x : double.IsNaN(x) ? x : 0);

    /// <summary>a above zero, else 0, element by element.</summary>
    public static Scalar Relu(Scalar a) => Scalar.Map(a, static x => x > 0 ? x : double.IsNaN(x) ? x : 0);

    /// <summary>a above zero, else 0, element by element.</summary>
    public static Mat Relu(Mat a) => Mat.Map(a, static x => x > 0 ? x : double.IsNaN(x) ? x : 0);

    /// <summary>a above zero, else exp(a) - 1, element by element.</summary>
    public static Vec Elu(Vec a) => Vec.Map(a, static x => x > 0 ? x : Math.Exp(x) - 1);

    /// <summary>a above zero, else exp(a) - 1, element by element.</summary>
    public static Scalar Elu(Scalar a) => Scalar.Map(a, static x => x > 0 ? x : Math.Exp(x) - 1);

    /// <summary>a above zero, else exp(a) - 1, element by element.</summary>
    public static Mat Elu(Mat a) => Mat.Map(a, static x => x > 0 ? x : Math.Exp(x) - 1);

    /// <summary>min(max(a / 6 + 0.5, 0), 1), as PyTorch has it, element by element.</summary>
    public static Vec HardSigmoid(Vec a) => Vec.Map(a, static x => Math.Min(Math.Max((x / 6) + 0.5, 0), 1));

    /// <summary>min(max(a / 6 + 0.5, 0), 1), as PyTorch has it, element by element.</summary>
    public static Scalar HardSigmoid(Scalar a) => Scalar.Map(a, static x => Math.Min(Math.Max((x / 6) + 0.5, 0), 1));

    /// <summary>min(max(a / 6 + 0.5, 0), 1), as PyTorch has it, element by element.</summary>
    public static Mat HardSigmoid(Mat a) => Mat.Map(a, static x => Math.Min(Math.Max((x / 6) + 0.5, 0), 1));

    /// <summary>min(max(a, -1), 1), element by element.</summary>
    public static Vec HardTanh(Vec a) => Vec.Map(a, static x => Math.Min(Math.Max(x, -1), 1));

    /// <summary>min(max(a, -1), 1), element by element.</summary>
    public static Scalar HardTanh(Scalar a) => Scalar.Map(a, static x => Math.Min(Math.Max(x, -1), 1));

    /// <summary>min(max(a, -1), 1), element by element.</summary>
    public static Mat HardTanh(Mat a) => Mat.Map(a, static x => Math.Min(Math.Max(x, -1), 1));

    /// <summary>a above zero, else a / 100, element by element.</summary>
    public static Vec LeakyRelu(Vec a) => Vec.Map(a, static x => x > 0 ? x : 0.01 * x);

    /// <summary>a above zero, else a / 100, element by element.</summary>
    public static Scalar LeakyRelu(Scalar a) => Scalar.Map(a, static x => x > 0 ? x : 0.01 * x);

    /// <summary>a above zero, else a / 100, element by element.</summary>
    public static Mat LeakyRelu(Mat a) => Mat.Map(a, static x => x > 0 ? x : 0.01 * x);

    /// <summary>a / (1 + |a|), element by element.</summary>
    public static Vec Softsign(Vec a) => Vec.Map(a, static x => x / (1 + Math.Abs(x)));

    /// <summary>a / (1 + |a|), element by element.</summary>
    public static Scalar Softsign(Scalar a) => Scalar.Map(a, static x => x / (1 + Math.Abs(x)));

    /// <summary>a / (1 + |a|), element by element.</summary>
    public static Mat Softsign(Mat a) => Mat.Map(a, static x => x / (1 + Math.Abs(x)));

    /// <summary>a sigmoid(a), which is swish, element by element.</summary>
    public static Vec Silu(Vec a) => Vec.Map(a, static x => x / (1 + Math.Exp(-x)));

    /// <summary>a sigmoid(a), which is swish, element by element.</summary>
    public static Scalar Silu(Scalar a) => Scalar.Map(a, static x => x / (1 + Math.Exp(-x)));

    /// <summary>a sigmoid(a), which is swish, element by element.</summary>
    public static Mat Silu(Mat a) => Mat.Map(a, static x => x / (1 + Math.Exp(-x)));

    /// <summary>The greater of two, element by element.</summary>
    public static Vec Max(Vec a, Vec b) => Vec.Zip(a, b, static (x, y) => Math.Max(x, y));

    /// <summary>The greater of two, element by element.</summary>
    public static Vec Max(Vec a, Scalar b) => Vec.Zip(a, b, static (x, y) => Math.Max(x, y));

    /// <summary>The greater of two, element by element.</summary>
    public static Scalar Max(Scalar a, Scalar b) => Scalar.Zip(a, b, static (x, y) => Math.Max(x, y));

    /// <summary>The greater of two, element by element.</summary>
    public static Mat Max(Mat a, Mat b) => Mat.Zip(a, b, static (x, y) => Math.Max(x, y));

    /// <summary>The greater of two, element by element.</summary>
    public static Mat Max(Mat a, Scalar b) => Mat.Zip(a, b, static (x, y) => Math.Max(x, y));

    /// <summary>The smaller of two, element by element.</summary>
    public static Vec Min(Vec a, Vec b) => Vec.Zip(a, b, static (x, y) => Math.Min(x, y));

    /// <summary>The smaller of two, element by element.</summary>
    public static Vec Min(Vec a, Scalar b) => Vec.Zip(a, b, static (x, y) => Math.Min(x, y));

    /// <summary>The smaller of two, element by element.</summary>
    public static Scalar Min(Scalar a, Scalar b) => Scalar.Zip(a, b, static (x, y) => Math.Min(x, y));

    /// <summary>The smaller of two, element by element.</summary>
    public static Mat Min(Mat a, Mat b) => Mat.Zip(a, b, static (x, y) => Math.Min(x, y));

    /// <summary>The smaller of two, element by element.</summary>
    public static Mat Min(Mat a, Scalar b) => Mat.Zip(a, b, static (x, y) => Math.Min(x, y));

    /// <summary>The first to the power of the second, element by element.</summary>
    public static Vec Pow(Vec a, Vec b) => Vec.Zip(a, b, static (x, y) => Math.Pow(x, y));

    /// <summary>The first to the power of the second, element by element.</summary>
    public static Vec Pow(Vec a, Scalar b) => Vec.Zip(a, b, static (x, y) => Math.Pow(x, y));

    /// <summary>The first to the power of the second, element by element.</summary>
    public static Scalar Pow(Scalar a, Scalar b) => Scalar.Zip(a, b, static (x, y) => Math.Pow(x, y));

    /// <summary>The first to the power of the second, element by element.</summary>
    public static Mat Pow(Mat a, Mat b) => Mat.Zip(a, b, static (x, y) => Math.Pow(x, y));

    /// <summary>The first to the power of the second, element by element.</summary>
    public static Mat Pow(Mat a, Scalar b) => Mat.Zip(a, b, static (x, y) => Math.Pow(x, y));

    /// <summary>a, but at least <paramref name="least"/> and at most <paramref name="most"/>, which are constants; no gradient where it is one of them.</summary>
    public static Vec Clip(Vec a, double least, double most) => Vec.Map(a, x => Math.Min(Math.Max(x, least), most));

    /// <summary>a, but at least <paramref name="least"/> and at most <paramref name="most"/>, which are constants; no gradient where it is one of them.</summary>
    public static Scalar Clip(Scalar a, double least, double most) => Scalar.Map(a, x => Math.Min(Math.Max(x, least), most));

    /// <summary>a, but at least <paramref name="least"/> and at most <paramref name="most"/>, which are constants; no gradient where it is one of them.</summary>
    public static Mat Clip(Mat a, double least, double most) => Mat.Map(a, x => Math.Min(Math.Max(x, least), most));

    /// <summary>Element by element: <paramref name="a"/> where the condition is not 0, else <paramref name="b"/>; what is not chosen gets no gradient. Branches on data are written so.</summary>
    public static Vec Select(Vec condition, Vec a, Vec b) => condition.Size == a.Size && a.Size == b.Size
        ? new Vec(Elements.Select([.. condition.Values], [.. a.Values], [.. b.Values]))
        : throw new ArgumentException($"A condition of {condition.Size} elements does not choose between {a.Size} and {b.Size}.");

    /// <inheritdoc cref="Select(Vec, Vec, Vec)"/>
    public static Vec Select(Vec condition, Vec a, double b) => Select(condition, a, Vec.Map(a, _ => b));

    /// <inheritdoc cref="Select(Vec, Vec, Vec)"/>
    public static Vec Select(Vec condition, double a, Vec b) => Select(condition, Vec.Map(b, _ => a), b);

    /// <summary>One of two vectors, whole.</summary>
    public static Vec Select(Scalar condition, Vec a, Vec b) => Select(Vec.Map(a, _ => condition.Value), a, b);

    /// <inheritdoc cref="Select(Vec, Vec, Vec)"/>
    public static Scalar Select(Scalar condition, Scalar a, Scalar b) => condition.Value != 0 ? a : b;

    /// <summary>The sum of products of two vectors of one size.</summary>
    public static Scalar Dot(Vec a, Vec b) => Sum(a * b);

    /// <summary>A matrix times a vector of its columns: one number a row.</summary>
    public static Vec Dot(Mat a, Vec b) => a.Columns == b.Size
        ? new Vec([.. Enumerable.Range(0, a.Rows).Select(r => Enumerable.Range(0, a.Columns).Sum(c => a.Values[(r * a.Columns) + c] * b.Values[c]))])
        : throw new ArgumentException($"A matrix of {a.Rows} x {a.Columns} does not multiply a vector of {b.Size}.");

    /// <summary>A vector of its rows times a matrix: one number a column.</summary>
    public static Vec Dot(Vec a, Mat b) => a.Size == b.Rows
        ? new Vec([.. Enumerable.Range(0, b.Columns).Select(c => Enumerable.Range(0, b.Rows).Sum(r => a.Values[r] * b.Values[(r * b.Columns) + c]))])
        : throw new ArgumentException($"A vector of {a.Size} does not multiply a matrix of {b.Rows} x {b.Columns}.");

    /// <summary>The outer product, <c>[a.Size, b.Size]</c>: every element of the first times every element of the second.</summary>
    public static Mat Outer(Vec a, Vec b) => new(a.Size, b.Size, [.. a.ToArray().SelectMany(x => b.ToArray().Select(y => x * y))]);

    /// <summary>The sum of all elements.</summary>
    public static Scalar Sum(Vec a) => new(a.ToArray().Sum());

    /// <summary>The mean of all elements.</summary>
    public static Scalar Mean(Vec a) => new(a.ToArray().Average());

    /// <summary>The greatest element; the gradient goes to the first of equal ones.</summary>
    public static Scalar Max(Vec a) => new(a.ToArray().Max());

    /// <summary>exp(a) / sum(exp(a)): positive numbers whose sum is 1.</summary>
    public static Vec Softmax(Vec a)
    {
        double most = a.ToArray().Max();
        Vec powers = Vec.Map(a, x => Math.Exp(x - most));
        return powers / Sum(powers);
    }

    /// <summary>Two vectors one behind the other.</summary>
    public static Vec Concat(Vec a, Vec b) => new([.. a.Values, .. b.Values]);

    /// <summary>Three vectors one behind the other.</summary>
    public static Vec Concat(Vec a, Vec b, Vec c) => new([.. a.Values, .. b.Values, .. c.Values]);

    /// <summary>Four vectors one behind the other.</summary>
    public static Vec Concat(Vec a, Vec b, Vec c, Vec d) => new([.. a.Values, .. b.Values, .. c.Values, .. d.Values]);
}
