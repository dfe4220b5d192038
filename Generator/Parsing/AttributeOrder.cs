// Collects the attributes that make a network, in the order of the source, with the part of the class that each is on.
// It reads no argument.
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SeqGen.Generator.Parsing;

/// <summary>An attribute with its place in the source.</summary>
internal sealed record PlacedAttribute(AttributeData Data, AttributeSyntax Syntax, MemberDeclarationSyntax? Part);

/// <summary>The attributes of a class that concern SeqGen.</summary>
/// <param name="Network">[Network], or null.</param>
/// <param name="Layers">Layers, sections and losses in source order: the indices of <see cref="Model.NetworkSpec.Layers"/>.</param>
internal sealed record AttributeOrder(PlacedAttribute? Network, IReadOnlyList<PlacedAttribute> Layers)
{
    /// <summary>Whether the class has any attribute of ours, without looking at syntax.</summary>
    public static bool Any(INamedTypeSymbol symbol) =>
        symbol.GetAttributes().Any(a => IsLayer(a) || IsLoss(a) || IsSection(a) || IsNetwork(a));

    public static AttributeOrder Of(INamedTypeSymbol symbol, CancellationToken cancel)
    {
        PlacedAttribute? network = null;
        var layers = new List<PlacedAttribute>();
        foreach (AttributeData data in symbol.GetAttributes())
        {
            bool isNetwork = IsNetwork(data);
            if ((isNetwork || IsLayer(data) || IsLoss(data) || IsSection(data))
                && data.ApplicationSyntaxReference?.GetSyntax(cancel) is AttributeSyntax syntax)
            {
                var placed = new PlacedAttribute(data, syntax, syntax.FirstAncestorOrSelf<MemberDeclarationSyntax>());
                if (!isNetwork)
                {
                    layers.Add(placed);
                }
                else
                {
                    network ??= placed;
                }
            }
        }

        // Within a part the text decides. Between files there is no order; the path gives a stable one to a declaration that is an error anyway.
        layers.Sort(static (a, b) => a.Syntax.SyntaxTree == b.Syntax.SyntaxTree
            ? a.Syntax.SpanStart.CompareTo(b.Syntax.SpanStart)
            : string.CompareOrdinal(a.Syntax.SyntaxTree.FilePath, b.Syntax.SyntaxTree.FilePath));
        return new AttributeOrder(network, layers);
    }

    public static bool IsLoss(AttributeData attribute) => Names.DerivesFromOurs(attribute.AttributeClass, "LossAttribute");

    public static bool IsLayer(AttributeData attribute) => Names.DerivesFromOurs(attribute.AttributeClass, "LayerAttribute");

    public static bool IsSection(AttributeData attribute) => Names.DerivesFromOurs(attribute.AttributeClass, "SectionAttribute");

    private static bool IsNetwork(AttributeData attribute) => Names.IsOurs(attribute.AttributeClass, "NetworkAttribute");
}
