// Finds the user's members that cannot stand beside the generated ones, of which there is one list (Emission/SurfaceMembers).
using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using SeqGen.Generator.Emission;

namespace SeqGen.Generator.Parsing;

/// <summary>Members of the user's class against those that are generated.</summary>
internal static class MemberClashes
{
    private static readonly SymbolDisplayFormat TypeFormat = new(
        globalNamespaceStyle: SymbolDisplayGlobalNamespaceStyle.Included,
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces,
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.UseSpecialTypes | SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers);

    /// <summary>Reports clashes and returns the keys of the generated members that are to be left out for them.</summary>
    public static IReadOnlyList<string> Check(INamedTypeSymbol symbol, IReadOnlyList<SurfaceMember> generated, Location? className, List<Finding> findings)
    {
        var without = new List<string>();
        if (generated.Any(g => g.Name == symbol.Name))
        {
            without.AddRange(generated.Where(g => g.Name == symbol.Name).Select(g => g.Key));
            findings.Add(Finding.At("SEQ0016", className, symbol.Name));
        }

        foreach (ISymbol member in symbol.GetMembers())
        {
            if (member is IMethodSymbol { MethodKind: not MethodKind.Ordinary } || UserSource.Place(member) is not { } place)
            {
                continue;
            }

            string[] clashes = generated.Where(g => Clash(member, g)).Select(g => g.Key).ToArray();
            if (clashes.Length > 0)
            {
                without.AddRange(clashes);
                findings.Add(Finding.At("SEQ0009", place, symbol.Name, member.Name));
            }
        }

        without.AddRange(generated.Where(g => symbol.TypeParameters.Any(p => p.Name == g.Name)).Select(g => g.Key));
        return without.Distinct(StringComparer.Ordinal).ToArray();
    }

    /// <summary>Overloads with other parameters are the user's to add.</summary>
    private static bool Clash(ISymbol member, SurfaceMember generated)
    {
        if (member.Name != generated.Name)
        {
            return false;
        }

        return generated.Parameters is null || member is not IMethodSymbol method
            || (method.TypeParameters.Length == 0
                && method.Parameters.All(p => p.RefKind == RefKind.None)
                && generated.ParameterTypes.SequenceEqual(method.Parameters.Select(p => p.Type.ToDisplayString(TypeFormat))));
    }
}
