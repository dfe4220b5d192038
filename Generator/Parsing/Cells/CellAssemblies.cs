// Finds the code of a cell that another assembly brings: its generator wrote it into an attribute of the assembly.
using System.Linq;
using Microsoft.CodeAnalysis;
using SeqGen.Generator.Model;

namespace SeqGen.Generator.Parsing.Cells;

internal static class CellAssemblies
{
    /// <summary>Name of the attribute, in the namespace of the runtime's contract.</summary>
    public const string Attribute = "CellCodeAttribute";

    /// <summary>The cell, or null where the assembly was compiled without the generator, or by one whose text has another form.</summary>
    public static CellCode? Find(INamedTypeSymbol symbol) => symbol.ContainingAssembly.GetAttributes()
        .Where(a => a.AttributeClass?.Name == Attribute && a.ConstructorArguments.Length == 2 && Equals(a.ConstructorArguments[0].Value, Names.FullName(symbol)))
        .Select(a => a.ConstructorArguments[1].Value is string text ? CellText.Read(text) : null)
        .FirstOrDefault();
}
