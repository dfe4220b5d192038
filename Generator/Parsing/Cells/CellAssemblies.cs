// Finds the code of a cell that another assembly brings: its generator wrote it into an attribute of the assembly.
using System.Linq;
using Microsoft.CodeAnalysis;
using SeqGen.Generator.Model;

namespace SeqGen.Generator.Parsing.Cells;

internal static class CellAssemblies
{
    private const string Attribute = "SeqGen.Kernels.V1.CellCodeAttribute";

    /// <summary>The cell, or null where the assembly was compiled without the generator, or by one whose text has another form.</summary>
    public static CellCode? Find(INamedTypeSymbol symbol) => symbol.ContainingAssembly.GetAttributes()
        .Where(a => a.AttributeClass?.ToDisplayString() == Attribute && a.ConstructorArguments.Length == 2 && Equals(a.ConstructorArguments[0].Value, Names.FullName(symbol)))
        .Select(a => a.ConstructorArguments[1].Value is string text ? CellText.Read(text) : null)
        .FirstOrDefault();
}
