// Looks into constructors of the user's own for what gives the parameters their values. It reads syntax and follows the class's own methods;
// where it cannot see far enough it holds its tongue.
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SeqGen.Generator.Parsing;

/// <summary>The rule about constructors that leave every parameter zero.</summary>
internal static class ConstructorRules
{
    public static void Check(INamedTypeSymbol symbol, List<Finding> findings, CancellationToken cancel)
    {
        MemberDeclarationSyntax[] members = UserSource.Parts(symbol, cancel).SelectMany(p => p.Members).ToArray();
        foreach (ConstructorDeclarationSyntax constructor in members.OfType<ConstructorDeclarationSyntax>())
        {
            if (constructor.Modifiers.Any(SyntaxKind.StaticKeyword)
                || constructor.Initializer?.ThisOrBaseKeyword.IsKind(SyntaxKind.ThisKeyword) == true
                || Fills(constructor, members, new HashSet<string>()))
            {
                continue;
            }

            // A private one may leave it to a method of the class that makes networks.
            bool isPrivate = !constructor.Modifiers.Any(m => m.Kind() is SyntaxKind.PublicKeyword or SyntaxKind.InternalKeyword or SyntaxKind.ProtectedKeyword);
            if (!isPrivate || !members.Any(m => m is not ConstructorDeclarationSyntax && Fills(m, members, new HashSet<string>())))
            {
                findings.Add(Finding.At("SEQ0020", constructor.Identifier.GetLocation(), symbol.Name));
            }
        }
    }

    /// <summary>Whether a member draws or loads the parameters, or hands the network to somebody who may.</summary>
    private static bool Fills(MemberDeclarationSyntax member, MemberDeclarationSyntax[] members, HashSet<string> seen)
    {
        foreach (SyntaxNode node in member.DescendantNodes())
        {
            switch (node)
            {
                case ThisExpressionSyntax { Parent: not MemberAccessExpressionSyntax }:
                case IdentifierNameSyntax { Identifier.ValueText: "Parameters" or "Initialize" or "Load" or "_core" }:
                case ConstructorDeclarationSyntax { ExpressionBody.Expression: ThrowExpressionSyntax }:
                case ArrowExpressionClauseSyntax { Expression: ThrowExpressionSyntax }:
                    return true;
                case InvocationExpressionSyntax { Expression: var called } when Name(called) is { } name && seen.Add(name)
                    && members.OfType<MethodDeclarationSyntax>().Any(m => m.Identifier.ValueText == name && Fills(m, members, seen)):
                    return true;
            }
        }

        return false;
    }

    private static string? Name(ExpressionSyntax called) => called switch
    {
        SimpleNameSyntax name => name.Identifier.ValueText,
        MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } access => access.Name.Identifier.ValueText,
        _ => null,
    };
}
