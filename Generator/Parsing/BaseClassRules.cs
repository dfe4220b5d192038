// Checks that the generated constructor can call a base class the user chose. Knows nothing else of base classes.
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SeqGen.Generator.Parsing;

/// <summary>The rule about base classes.</summary>
internal static class BaseClassRules
{
    public static void Check(INamedTypeSymbol symbol, TypeDeclarationSyntax main, List<Finding> findings, CancellationToken cancel)
    {
        if (!SurfaceReader.HasConstructor(symbol, cancel) && !CanConstruct(symbol))
        {
            findings.Add(Finding.At("SEQ0017", main.Identifier.GetLocation(), symbol.Name, symbol.BaseType!.Name));
        }
    }

    /// <summary>Whether a constructor of the base class can be called without arguments. A base class that is itself a mistake can.</summary>
    public static bool CanConstruct(INamedTypeSymbol symbol) =>
        symbol.TypeKind != TypeKind.Class
        || symbol.BaseType is not { SpecialType: SpecialType.None, TypeKind: TypeKind.Class } type
        || type.InstanceConstructors.Any(c => c.Parameters.All(p => p.IsOptional || p.IsParams) && IsVisible(c, symbol));

    /// <summary>Whether a class that derives from the constructor's can call it.</summary>
    public static bool IsVisible(IMethodSymbol constructor, INamedTypeSymbol from) => constructor.DeclaredAccessibility switch
    {
        Accessibility.Private => IsInside(from, constructor.ContainingType),
        Accessibility.Internal or Accessibility.ProtectedAndInternal =>
            SymbolEqualityComparer.Default.Equals(constructor.ContainingAssembly, from.ContainingAssembly),
        _ => true,
    };

    private static bool IsInside(INamedTypeSymbol symbol, INamedTypeSymbol outer)
    {
        for (INamedTypeSymbol? type = symbol.ContainingType; type is not null; type = type.ContainingType)
        {
            if (SymbolEqualityComparer.Default.Equals(type, outer))
            {
                return true;
            }
        }

        return false;
    }
}
