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
        if (symbol.BaseType is { SpecialType: SpecialType.None, TypeKind: TypeKind.Class } type
            && symbol.TypeKind == TypeKind.Class
            && !SurfaceReader.HasConstructor(symbol, cancel)
            && !type.InstanceConstructors.Any(c => IsCallable(c, symbol)))
        {
            findings.Add(Finding.At("SEQ0017", main.Identifier.GetLocation(), symbol.Name, type.Name));
        }
    }

    private static bool IsCallable(IMethodSymbol constructor, INamedTypeSymbol from) =>
        constructor.Parameters.All(p => p.IsOptional || p.IsParams)
        && constructor.DeclaredAccessibility switch
        {
            Accessibility.Private => SymbolEqualityComparer.Default.Equals(constructor.ContainingType, from.ContainingType),
            Accessibility.Internal or Accessibility.ProtectedAndInternal =>
                SymbolEqualityComparer.Default.Equals(constructor.ContainingAssembly, from.ContainingAssembly),
            _ => true,
        };
}
