// The forms that a product with weights is emitted in, and what each needs to be written. Pure data; deciding is ProductForms' work.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Passes;

namespace SeqGen.Generator.Emission;

/// <summary>How a product is emitted: a call of the matrix kernel, unless it is one of the others.</summary>
internal abstract record ProductForm
{
    /// <summary>A call of the matrix kernel for any number of rows.</summary>
    public sealed record General : ProductForm;

    /// <summary>Dot products with a derived copy of few units' weights, for any number of rows.</summary>
    /// <param name="Product">What is multiplied.</param>
    /// <param name="Method">The method that does it.</param>
    public sealed record Dots(RowProduct Product, LoopMethod Method) : ProductForm;

    /// <summary>One method for the product and for the loop behind it where there is one row; else the two, one after the other.</summary>
    /// <param name="Product">What is multiplied, and the loop.</param>
    /// <param name="Method">The method that does both.</param>
    /// <param name="Kept">A state that the method reads to the end only after it has begun to overwrite it, or null.</param>
    public sealed record Row(RowProduct Product, LoopMethod Method, Value? Kept) : ProductForm;

    /// <summary>What inputs add, for some steps at once where there are few rows: as many steps as make enough of them. What states add follows step by step.</summary>
    /// <param name="Few">The most rows that are few.</param>
    public sealed record Span(int Few) : ProductForm;
}

/// <summary>One term of a product: how many inputs, where its weights begin in a block, and the slots that it feeds.</summary>
internal sealed record RowTerm(Value Source, int Count, int Offset, int Mask)
{
    /// <summary>Floats of one row of weights.</summary>
    public int Step => 16 * Slots(Mask).Count();

    /// <summary>The slots of a mask.</summary>
    public static IEnumerable<int> Slots(int mask) => Enumerable.Range(0, 4).Where(s => ((mask >> s) & 1) != 0);
}

/// <summary>A product small enough for one method, and the loop that follows it; without one, the sums are stored.</summary>
internal sealed record RowProduct(PackedAffine Packed, Node Node, IReadOnlyList<RowTerm> Terms, Task? Loop)
{
    public int Blocks => Packed.Blocks;

    public int BlockStride => Packed.Panels[0].BlockStride;

    /// <summary>Whether it is made of dot products, a unit each.</summary>
    public bool IsDot => Loop is null && Packed.UnitRows >= 0;

    /// <summary>Slots that any term feeds.</summary>
    public int Mask => Terms.Aggregate(0, (m, t) => m | t.Mask);

    /// <summary>Sums that run side by side. Two multiply-adds begin in a cycle and each takes four: eight keep a core busy.</summary>
    public int Sums => Blocks * RowTerm.Slots(Mask).Count();

    /// <summary>Parts that each sum is divided into, for that reason.</summary>
    public int Chains => Sums >= 5 ? 1 : Sums >= 3 ? 2 : 4;
}
