// The rules about the class itself: what C# lets a generator add to. Shapes and layers are no concern of this file.
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SeqGen.Generator.Parsing;

/// <summary>Checks that a class can be a network.</summary>
internal static class DeclarationRules
{
    public static void Check(INamedTypeSymbol symbol, AttributeOrder order, List<Finding> findings, CancellationToken cancel)
    {
        IReadOnlyList<TypeDeclarationSyntax> parts = UserSource.Parts(symbol, cancel);
        if (parts.Count == 0)
        {
            return;
        }

        TypeDeclarationSyntax main = order.Network?.Part as TypeDeclarationSyntax ?? parts[0];
        CheckKind(symbol, main, parts, findings);
        CheckContaining(symbol, findings, cancel);
        CheckParts(symbol, order, findings);
        if (LanguageVersionOf(main) < LanguageVersion.CSharp12)
        {
            findings.Add(Finding.At("SEQ0013", main.Identifier.GetLocation(), symbol.Name, LanguageVersionOf(main).ToDisplayString()));
        }
    }

    public static LanguageVersion LanguageVersionOf(SyntaxNode node) =>
        node.SyntaxTree.Options is CSharpParseOptions options ? options.LanguageVersion : LanguageVersion.CSharp12;

    public static bool IsPartial(IReadOnlyList<TypeDeclarationSyntax> parts) =>
        parts.Count > 0 && parts.All(p => p.Modifiers.Any(SyntaxKind.PartialKeyword));

    private static void CheckKind(
        INamedTypeSymbol symbol, TypeDeclarationSyntax main, IReadOnlyList<TypeDeclarationSyntax> parts, List<Finding> findings)
    {
        Location name = main.Identifier.GetLocation();
        if (!IsPartial(parts))
        {
            findings.Add(Finding.At("SEQ0001", name, symbol.Name));
        }

        if (symbol.TypeKind == TypeKind.Interface)
        {
            findings.Add(Finding.At("SEQ0019", main.Keyword.GetLocation(), symbol.Name));
        }
        else if (symbol.IsStatic)
        {
            findings.Add(Finding.At("SEQ0003", Modifier(parts, SyntaxKind.StaticKeyword) ?? name, symbol.Name));
        }
        else if (symbol.IsAbstract)
        {
            findings.Add(Finding.At("SEQ0004", Modifier(parts, SyntaxKind.AbstractKeyword) ?? name, symbol.Name));
        }

        if (symbol.IsRecord || symbol.TypeKind is not (TypeKind.Class or TypeKind.Interface))
        {
            findings.Add(Finding.At("SEQ0006", main.Keyword.GetLocation(), symbol.Name, Keyword(symbol)));
        }

        if (symbol.IsFileLocal)
        {
            findings.Add(Finding.At("SEQ0007", Modifier(parts, SyntaxKind.FileKeyword) ?? name, symbol.Name));
        }

        if (parts.Select(p => p.ParameterList).FirstOrDefault(p => p is not null) is { } parameters)
        {
            findings.Add(Finding.At("SEQ0008", parameters.GetLocation(), symbol.Name));
        }

        if (main.TypeParameterList is { } generic)
        {
            findings.Add(Finding.At("SEQ0005", generic.GetLocation(), symbol.Name, "it"));
        }
    }

    /// <summary>The keyword a type is declared with.</summary>
    public static string Keyword(INamedTypeSymbol symbol) => symbol.TypeKind switch
    {
        TypeKind.Interface => "interface",
        TypeKind.Struct => symbol.IsRecord ? "record struct" : "struct",
        _ => symbol.IsRecord ? "record" : "class",
    };

    private static void CheckContaining(INamedTypeSymbol symbol, List<Finding> findings, CancellationToken cancel)
    {
        for (INamedTypeSymbol? outer = symbol.ContainingType; outer is not null; outer = outer.ContainingType)
        {
            IReadOnlyList<TypeDeclarationSyntax> parts = UserSource.Parts(outer, cancel);
            if (parts.Count == 0)
            {
                continue;
            }

            if (!IsPartial(parts))
            {
                findings.Add(Finding.At("SEQ0002", parts[0].Identifier.GetLocation(), symbol.Name, outer.Name));
            }

            if (parts[0].TypeParameterList is { } generic)
            {
                findings.Add(Finding.At("SEQ0005", generic.GetLocation(), symbol.Name, $"its containing type '{outer.Name}'"));
            }

            if (outer.IsFileLocal)
            {
                findings.Add(Finding.At("SEQ0007", Modifier(parts, SyntaxKind.FileKeyword), symbol.Name));
            }
        }
    }

    private static void CheckParts(INamedTypeSymbol symbol, AttributeOrder order, List<Finding> findings)
    {
        if (order.Network is null)
        {
            findings.Add(Finding.At("SEQ0011", order.Layers[0].Syntax.GetLocation(), symbol.Name, AttributeReader.Kind(order.Layers[0].Data)));
        }
        else if (!order.Layers.Any(l => !AttributeOrder.IsLoss(l.Data)))
        {
            findings.Add(Finding.At("SEQ0012", order.Network.Syntax.GetLocation(), symbol.Name));
        }

        PlacedAttribute? other = order.Layers.FirstOrDefault(l => l.Part != order.Layers[0].Part);
        if (other is not null)
        {
            // The part with [Network] is the one to keep: what is elsewhere is to be moved.
            PlacedAttribute misplaced = order.Network is { } network && other.Part == network.Part ? order.Layers[0] : other;
            findings.Add(Finding.At("SEQ0010", misplaced.Syntax.GetLocation(), symbol.Name, AttributeReader.Kind(misplaced.Data)));
        }
    }

    private static Location? Modifier(IEnumerable<TypeDeclarationSyntax> parts, SyntaxKind kind)
    {
        foreach (TypeDeclarationSyntax part in parts)
        {
            SyntaxToken token = part.Modifiers.FirstOrDefault(m => m.IsKind(kind));
            if (token != default)
            {
                return token.GetLocation();
            }
        }

        return null;
    }
}
