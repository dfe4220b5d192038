// Reads what the generator left in its code for the analyzer: that Unroll is over budget, which takes a compilation to know, and that the
// value of an argument lies in generated code, its own or another's, as in [Network(Inputs = Encoder.OutputSize)]. The compiler sees such
// a value afterwards and is content; without this rule nobody would tell.
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SeqGen.Generator.Emission;
using SeqGen.Generator.Model;

namespace SeqGen.Generator.Parsing;

/// <summary>The rules about what is in generated code.</summary>
internal static class GeneratedConstants
{
    /// <summary>The mistake, if the generator left its mark that it could not read what the compiler can.</summary>
    public static Finding? Find(ParsedNetwork parsed, Compilation compilation, CancellationToken cancel)
    {
        if (parsed.Symbol.GetMembers(GeneratedMarks.Unreadable).IsEmpty)
        {
            return null;
        }

        Location? place = Arguments(parsed).FirstOrDefault(a => IsGenerated(a, compilation, cancel))?.GetLocation();
        return Finding.At("SEQ0018", place ?? parsed.Attributes.Network!.Syntax.GetLocation(), parsed.Symbol.Name);
    }

    /// <summary>The same before anything is generated: an argument whose name a network will have.</summary>
    public static Finding? Foresee(ParsedNetwork parsed, Compilation compilation, CancellationToken cancel)
    {
        if (parsed.State != DeclarationState.Unreadable)
        {
            return null;
        }

        AttributeArgumentSyntax? argument = Arguments(parsed).FirstOrDefault(a => WillBeGenerated(a, parsed.Symbol, compilation, cancel));
        return argument is null ? null : Finding.At("SEQ0018", argument.GetLocation(), parsed.Symbol.Name);
    }

    private static IEnumerable<AttributeArgumentSyntax> Arguments(ParsedNetwork parsed) => parsed.Attributes.Layers
        .Prepend(parsed.Attributes.Network!)
        .SelectMany(a => a.Syntax.ArgumentList?.Arguments.AsEnumerable() ?? []);

    private static bool WillBeGenerated(AttributeArgumentSyntax argument, INamedTypeSymbol own, Compilation compilation, CancellationToken cancel)
    {
        SemanticModel model = ModelOf(argument, compilation);
        return argument.Expression.DescendantNodesAndSelf()
            .OfType<IdentifierNameSyntax>()
            .Where(name => SurfaceMembers.Constants(tokens: true).Any(c => c.Name == name.Identifier.ValueText) && model.GetSymbolInfo(name, cancel).Symbol is null)
            .Select(name => name.Parent is MemberAccessExpressionSyntax access && access.Name == name ? model.GetSymbolInfo(access.Expression, cancel).Symbol : own)
            .Any(type => type is INamedTypeSymbol network && AttributeOrder.Any(network));
    }

    /// <summary>What the generator found about <c>Unroll</c>.</summary>
    public static IEnumerable<Problem> UnrollProblems(ParsedNetwork parsed) => NetworkCompiler.UnrollProblems(
        parsed.Spec, parsed.Symbol.GetMembers(GeneratedMarks.LargestUnroll).OfType<IFieldSymbol>().FirstOrDefault()?.ConstantValue as int?);

    private static bool IsGenerated(AttributeArgumentSyntax argument, Compilation compilation, CancellationToken cancel)
    {
        SemanticModel model = ModelOf(argument, compilation);
        return argument.Expression.DescendantNodesAndSelf()
            .OfType<SimpleNameSyntax>()
            .Select(name => model.GetSymbolInfo(name, cancel).Symbol)
            .Any(symbol => symbol is IFieldSymbol && symbol.Locations.Any(l => UserSource.IsGenerated(l.SourceTree)));
    }

    /// <summary>One look at the binding of a few names after a mistake: the cost of a semantic model does not matter here.</summary>
    private static SemanticModel ModelOf(AttributeArgumentSyntax argument, Compilation compilation)
    {
#pragma warning disable RS1030
        return compilation.GetSemanticModel(argument.SyntaxTree);
#pragma warning restore RS1030
    }
}
