// Checks that the SeqGen assembly the user refers to is there and speaks the contract that generated code is written for.
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Microsoft.CodeAnalysis;
using SeqGen.Generator.Model;

namespace SeqGen.Generator.Parsing;

/// <summary>The agreement between generated code and runtime.</summary>
internal static class RuntimeRules
{
    public static bool HasRuntime(Compilation compilation) => compilation.GetTypeByMetadataName(Names.NetworkProgram) is not null;

    public static void Check(INamedTypeSymbol symbol, AttributeOrder order, Compilation compilation, List<Finding> findings)
    {
        Location? network = order.Network?.Syntax.GetLocation();
        if (!HasRuntime(compilation))
        {
            findings.Add(Finding.At("SEQ0014", network, symbol.Name));
        }
        else if (!HasContract(compilation))
        {
            findings.Add(Finding.At("SEQ0015", network, symbol.Name, Found(compilation), RuntimeContract.Version));
        }
    }

    /// <summary>Whether its types are those that generated code is written for.</summary>
    public static bool HasContract(Compilation compilation) => Found(compilation) == RuntimeContract.Version.ToString(CultureInfo.InvariantCulture);

    private static string Found(Compilation compilation) =>
        compilation.GetTypeByMetadataName(Names.NetworkPlan)?
            .GetMembers(Names.ContractField)
            .OfType<IFieldSymbol>()
            .FirstOrDefault(f => f.HasConstantValue)?
            .ConstantValue is int version
            ? version.ToString(CultureInfo.InvariantCulture)
            : "none";
}
