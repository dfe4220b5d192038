// Checks that the SeqGen assembly the user refers to is there and speaks the contract that generated code is written for.
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace SeqGen.Generator.Parsing;

/// <summary>The agreement between generated code and runtime.</summary>
internal static class RuntimeRules
{
    /// <summary>The revision of the contract that this generator writes code for: <c>NetworkPlan.CurrentContract</c> of the runtime it ships with.</summary>
    public const int Contract = 1;

    public static bool HasRuntime(Compilation compilation) => compilation.GetTypeByMetadataName(Names.NetworkProgram) is not null;

    public static void Check(INamedTypeSymbol symbol, AttributeOrder order, Compilation compilation, List<Finding> findings)
    {
        Location? network = order.Network?.Syntax.GetLocation();
        if (!HasRuntime(compilation))
        {
            findings.Add(Finding.At("SEQ0014", network, symbol.Name));
        }
        else if (Found(compilation) is var found && found != Contract.ToString(CultureInfo.InvariantCulture))
        {
            findings.Add(Finding.At("SEQ0015", network, symbol.Name, found, Contract));
        }
    }

    private static string Found(Compilation compilation) =>
        compilation.GetTypeByMetadataName(Names.NetworkPlan)?
            .GetMembers(Names.ContractField)
            .OfType<IFieldSymbol>()
            .FirstOrDefault(f => f.HasConstantValue)?
            .ConstantValue is int version
            ? version.ToString(CultureInfo.InvariantCulture)
            : "none";
}
