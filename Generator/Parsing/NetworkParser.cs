// Reads a declaration: the one parser behind the generator and the analyzer. Every file beside this one is a part of it.
// Symbols and locations end here; what a layer means is in Layers/.
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SeqGen.Generator.Diagnostics;
using SeqGen.Generator.Emission;
using SeqGen.Generator.Layers.Cells;
using SeqGen.Generator.Model;
using SeqGen.Generator.Parsing.Cells;

namespace SeqGen.Generator.Parsing;

/// <summary>A declaration as it was read, with its place in the source. Never kept: <see cref="ToModel"/> is what the pipeline keeps.</summary>
internal sealed record ParsedNetwork(
    INamedTypeSymbol Symbol,
    NetworkSpec Spec,
    SurfaceSpec? Surface,
    DeclarationState State,
    AttributeOrder Attributes,
    IReadOnlyList<CellRead?> Cells,
    IReadOnlyList<CellRead?> Functions,
    IReadOnlyList<Finding> Findings)
{
    /// <summary>The declaration as plain values, or null where nothing can be generated.</summary>
    public Declaration? ToModel() => Surface is null ? null : new Declaration(Spec, Surface, State);
}

/// <summary>Reads declarations.</summary>
internal static class NetworkParser
{
    /// <summary>Reads the attributes of a class; null if none of them is ours.</summary>
    public static ParsedNetwork? Parse(INamedTypeSymbol symbol, Compilation compilation, CancellationToken cancel)
    {
        AttributeOrder order = AttributeOrder.Of(symbol, cancel);
        TypeDeclarationSyntax? main = order.Network?.Part as TypeDeclarationSyntax ?? UserSource.Parts(symbol, cancel).FirstOrDefault();
        if ((order.Network is null && order.Layers.Count == 0) || main is null)
        {
            return null;
        }

        var findings = new List<Finding>();
        DeclarationRules.Check(symbol, order, findings, cancel);
        BaseClassRules.Check(symbol, main, findings, cancel);
        ConstructorRules.Check(symbol, findings, cancel);
        RuntimeRules.Check(symbol, order, compilation, findings);

        ArgumentList arguments = order.Network is { } network ? Read(network, findings) : ArgumentList.Empty;
        CellRead?[] cells = order.Layers.Select(l => CellReader.KindOf(l.Data.AttributeClass) is not null ? CellReader.Read(l.Data.AttributeClass!, compilation, cancel) : null).ToArray();
        CellRead?[] functions = order.Layers.Select(l => Function(l, compilation, findings, cancel)).ToArray();
        LayerSpec[] layers = order.Layers.Select((l, i) => Layer(l, cells[i], functions[i], findings)).ToArray();
        bool isReadable = (order.Network is null || AttributeReader.IsReadable(order.Network.Data))
            && order.Layers.All(l => AttributeReader.IsReadable(l.Data))
            && cells.Concat(functions).All(c => c is null or { Code: not null });

        var spec = new NetworkSpec(
            Names.Namespace(symbol),
            new EquatableArray<TypeSpec>(Containing(symbol, cancel)),
            Names.Escape(symbol.Name),
            Names.HintName(symbol),
            Accessibility(symbol),
            SurfaceReader.HasConstructor(symbol, cancel),
            symbol.BaseType is { SpecialType: not SpecialType.System_Object },
            arguments,
            new EquatableArray<LayerSpec>(layers));
        bool tokens = spec.HasTokens;
        MemberClashes.Check(symbol, SurfaceMembers.All(tokens, numbers: !tokens || arguments.Has("Inputs")), main.Identifier.GetLocation(), findings);
        return new ParsedNetwork(
            symbol,
            spec,
            SurfaceReader.Read(symbol, main, compilation, MemberClashes.Without(symbol), cancel),
            findings.Any(f => Descriptors.IsError(f.Id)) ? DeclarationState.Mistaken : isReadable ? DeclarationState.Sound : DeclarationState.Unreadable,
            order,
            cells,
            functions,
            findings);
    }

    /// <summary>A layer; one of a user's own with its code. What is wrong with that is told at its class, unless there is none here.</summary>
    private static LayerSpec Layer(PlacedAttribute attribute, CellRead? cell, CellRead? function, List<Finding> findings)
    {
        string kind = AttributeReader.Kind(attribute.Data);
        ArgumentList arguments = Read(attribute, findings);
        if (cell is null)
        {
            return function?.Code is { } own ? CellArguments.WithFunction(kind, arguments, own) : new LayerSpec(kind, arguments);
        }

        RequireCode(attribute.Data.AttributeClass!, cell, attribute.Syntax.GetLocation(), findings);

        return cell.Code is { } code ? CellArguments.Complete(kind, arguments, code) : new LayerSpec(kind, arguments);
    }

    /// <summary>The activation of a user's own that a layer's attribute names; null where it names none.</summary>
    private static CellRead? Function(PlacedAttribute attribute, Compilation compilation, List<Finding> findings, CancellationToken cancel)
    {
        const string Argument = "CustomActivation";
        if (attribute.Data.NamedArguments.FirstOrDefault(a => a.Key == Argument).Value is not { Kind: TypedConstantKind.Type, Value: ITypeSymbol type })
        {
            return null;
        }

        Location place = ArgumentLocations.Of(attribute, Argument);
        if (type is not INamedTypeSymbol symbol || CellReader.KindOf(symbol) != CellKind.Activation)
        {
            findings.Add(Finding.At("SEQ0301", place, type.Name, "is no activation; derive it from CustomActivationAttribute and give it a method Apply"));
            return new CellRead(null, [], []);
        }

        CellRead read = CellReader.Read(symbol, compilation, cancel);
        RequireCode(symbol, read, place, findings);
        return read;
    }

    /// <summary>Reports a class of another assembly that brings no code.</summary>
    private static void RequireCode(INamedTypeSymbol symbol, CellRead read, Location place, List<Finding> findings)
    {
        if (read is { Code: null, Places.Count: 0, Findings.Count: 0 } && symbol.DeclaringSyntaxReferences.IsEmpty)
        {
            findings.Add(Finding.At("SEQ0314", place, symbol.Name, symbol.ContainingAssembly.Name));
        }
    }

    private static ArgumentList Read(PlacedAttribute attribute, List<Finding> findings)
    {
        var unknown = new List<AttributeReader.UnknownMember>();
        ArgumentList arguments = AttributeReader.Arguments(attribute.Data, unknown);
        findings.AddRange(unknown.Select(u => Finding.At(
            "SEQ0115", ArgumentLocations.Of(attribute, u.Argument), u.Argument, u.Number, u.Enum)));
        return arguments;
    }

    private static IEnumerable<TypeSpec> Containing(INamedTypeSymbol symbol, CancellationToken cancel)
    {
        var types = new Stack<TypeSpec>();
        for (INamedTypeSymbol? outer = symbol.ContainingType; outer is not null; outer = outer.ContainingType)
        {
            string parameters = SurfaceReader.TypeParameters(UserSource.Parts(outer, cancel).FirstOrDefault());
            types.Push(new TypeSpec(DeclarationRules.Keyword(outer), Names.Escape(outer.Name) + parameters));
        }

        return types;
    }

    private static string Accessibility(INamedTypeSymbol symbol)
    {
        for (INamedTypeSymbol? type = symbol; type is not null; type = type.ContainingType)
        {
            if (type.DeclaredAccessibility != Microsoft.CodeAnalysis.Accessibility.Public)
            {
                return "internal";
            }
        }

        return "public";
    }
}
