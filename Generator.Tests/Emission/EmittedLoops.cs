// What the inliner sees in generated methods: calls of members of the vector type, counted by the compiler's own reading of the text.
// Knows the vector interface; refuses to know how the generator counts.
using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Xunit;

namespace SeqGen.Generator.Tests.Emission;

/// <summary>A generated method and what it calls of <c>IVec</c>; <paramref name="Results"/> are the members that compute.</summary>
internal sealed record EmittedLoop(string File, string Method, int Operations, int Activations, int Results);

internal static class EmittedLoops
{
    /// <summary>Most of a method: what generic-tiles.md section 5 found to be inlined by JIT and Native AOT.</summary>
    public const int MaxOperations = 150, MaxActivations = 24;

    private static readonly string[] _activations = ["Sigmoid", "Tanh", "Exp", "Log", "Softplus", "Pow"];

    /// <summary>All methods of the generated files that use vectors.</summary>
    public static IReadOnlyList<EmittedLoop> In(Compilation compilation)
    {
        var found = new List<EmittedLoop>();
        foreach (SyntaxTree tree in compilation.SyntaxTrees.Where(t => t.FilePath.EndsWith(".g.cs", StringComparison.Ordinal)))
        {
            SemanticModel model = compilation.GetSemanticModel(tree);
            foreach (MethodDeclarationSyntax method in tree.GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>().Where(m => m.TypeParameterList is not null))
            {
                string[] members = [.. model.GetOperation(method)!.Descendants().Select(Member).OfType<string>()];
                if (members.Length > 0)
                {
                    found.Add(new(System.IO.Path.GetFileName(tree.FilePath), method.Identifier.Text, members.Length, members.Count(_activations.Contains),
                        members.Count(m => m is not ("Load" or "Store" or "Set" or "get_Count"))));
                }
            }
        }

        return found;
    }

    /// <summary>Fails if a method is longer than the inliner takes.</summary>
    public static void AssertWithinBudget(Compilation compilation)
    {
        IReadOnlyList<EmittedLoop> loops = In(compilation);
        Assert.NotEmpty(loops);
        Assert.Equal("", string.Join("\n", loops.Where(l => l.Operations > MaxOperations || l.Activations > MaxActivations)));
    }

    private static string? Member(IOperation operation)
    {
        ISymbol? symbol = operation switch
        {
            IInvocationOperation call => call.TargetMethod,
            IBinaryOperation binary => binary.OperatorMethod,
            IUnaryOperation unary => unary.OperatorMethod,
            IPropertyReferenceOperation property => property.Property.GetMethod,
            _ => null,
        };
        return symbol?.ContainingType is { Name: "IVec" } ? symbol.Name : null;
    }
}
