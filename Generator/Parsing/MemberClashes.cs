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

    /// <summary>Reports clashes with what is generated.</summary>
    public static void Check(INamedTypeSymbol symbol, IReadOnlyList<SurfaceMember> generated, Location? className, List<Finding> findings)
    {
        if (generated.Any(g => g.Name == symbol.Name))
        {
            findings.Add(Finding.At("SEQ0016", className, symbol.Name));
        }

        foreach (ISymbol member in Members(symbol).Where(m => generated.Any(g => Clash(m, g))))
        {
            findings.Add(Finding.At("SEQ0009", UserSource.Place(member), symbol.Name, member.Name));
        }
    }

    /// <summary>Keys of the members that cannot be added to the class, of all that a network may have.</summary>
    public static IReadOnlyList<string> Without(INamedTypeSymbol symbol) => SurfaceMembers.All(tokens: true, numbers: true)
        .Where(g => g.Name == symbol.Name || symbol.TypeParameters.Any(p => p.Name == g.Name) || Members(symbol).Any(m => Clash(m, g)))
        .Select(g => g.Key)
        .Distinct(StringComparer.Ordinal)
        .ToArray();

    /// <summary>The user's members, accessors and constructors left out.</summary>
    private static IEnumerable<ISymbol> Members(INamedTypeSymbol symbol) =>
        symbol.GetMembers().Where(m => m is not IMethodSymbol { MethodKind: not MethodKind.Ordinary } && UserSource.Place(m) is not null);

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
