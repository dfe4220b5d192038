// The change of the source that mends a mistake, where there is one that is sure: for code fixes, which only have to put it in. Knows what each
// message asks for; an id that is not here asks for a decision that is the user's.
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using SeqGen.Generator.Diagnostics;

namespace SeqGen.Generator.Parsing;

/// <summary>Suggested edits.</summary>
internal static class SuggestedEdits
{
    /// <param name="parsed">The declaration.</param>
    /// <param name="finding">What is wrong with it.</param>
    /// <param name="layer">For a problem that the shape rules found, its layer's position.</param>
    public static SuggestedEdit? Of(ParsedNetwork parsed, Finding finding, int layer)
    {
        Location at = finding.Location;
        if (at.SourceTree is not { } tree)
        {
            return null;
        }

        SyntaxNode? node = tree.GetRoot().FindNode(at.SourceSpan, getInnermostNodeForTie: true);
        IReadOnlyList<PlacedAttribute> layers = parsed.Attributes.Layers;
        switch (finding.Id)
        {
            case "SEQ0001" or "SEQ0002" when node is TypeDeclarationSyntax type:
                return Insert(tree, type.Keyword.SpanStart, "partial ");
            case "SEQ0003" or "SEQ0004":
                return new SuggestedEdit(WithSpace(at), "");
            case "SEQ0006" when node is RecordDeclarationSyntax { ClassOrStructKeyword: var second } record && second.Span.Length > 0:
                return new SuggestedEdit(Location.Create(tree, TextSpan.FromBounds(record.Keyword.SpanStart, second.Span.End)), "class");
            case "SEQ0006" or "SEQ0019":
                return new SuggestedEdit(at, "class");
            case "SEQ0007":
                return new SuggestedEdit(at, "internal");
            case "SEQ0008":
                return new SuggestedEdit(at, "");
            case "SEQ0011" when node?.FirstAncestorOrSelf<AttributeSyntax>() is { } first:
                return InsertBefore(first, "Network(Inputs = 1, Timesteps = 64)");
            case "SEQ0012" when node?.FirstAncestorOrSelf<AttributeListSyntax>() is { } list:
                return Insert(tree, list.Span.End, " [Lstm(32)]");
            case "SEQ0020" when node is ConstructorDeclarationSyntax { Body: { } body }:
                return Insert(tree, body.OpenBraceToken.Span.End, " Initialize(0);");
            case "SEQ0102" when finding.Values[0] == "neither" && node?.FirstAncestorOrSelf<AttributeSyntax>() is { } attribute:
                return AddArgument(attribute, "Inputs = 1");
            case "SEQ0103":
                return node?.FirstAncestorOrSelf<AttributeArgumentSyntax>() is { } steps
                    ? new SuggestedEdit(steps.GetLocation(), "Timesteps = 64")
                    : node?.FirstAncestorOrSelf<AttributeSyntax>() is { } without ? AddArgument(without, "Timesteps = 64") : null;
            case "SEQ0105":
                return layers.Take(layer).Reverse().Select(l => Argument(l.Syntax, "Returns")).FirstOrDefault(a => a is not null) is { } returns ? Remove(returns) : null;
            case "SEQ0106" when finding.Values[0].Contains("put [Embedding(") && node?.FirstAncestorOrSelf<AttributeSyntax>() is { } reader:
                return InsertBefore(reader, "Embedding(32)");
            case "SEQ0111":
                return new SuggestedEdit(at, "Unroll = " + finding.Values[1]);
            case "SEQ0121" or "SEQ0122" or "SEQ0123" when node?.FirstAncestorOrSelf<AttributeArgumentSyntax>() is { } option:
                return Remove(option);
            case "SEQ0136":
                return layers.Take(layer).LastOrDefault(l => AttributeReader.Kind(l.Data) == "Decoder") is { } decoder ? AddArgument(decoder.Syntax, "Bridge = true") : null;
            default:
                return null;
        }
    }

    private static SuggestedEdit Insert(SyntaxTree tree, int position, string text) => new(Location.Create(tree, new TextSpan(position, 0)), text);

    /// <summary>An attribute in front of another one, in brackets of its own where that one has them.</summary>
    private static SuggestedEdit InsertBefore(AttributeSyntax attribute, string text) =>
        attribute.Parent is AttributeListSyntax list && list.Attributes[0] == attribute
            ? Insert(attribute.SyntaxTree, list.SpanStart, "[" + text + "] ")
            : Insert(attribute.SyntaxTree, attribute.SpanStart, text + ", ");

    private static SuggestedEdit AddArgument(AttributeSyntax attribute, string text) => attribute.ArgumentList is { } list
        ? Insert(attribute.SyntaxTree, list.CloseParenToken.SpanStart, (list.Arguments.Count > 0 ? ", " : "") + text)
        : Insert(attribute.SyntaxTree, attribute.Span.End, "(" + text + ")");

    private static AttributeArgumentSyntax? Argument(AttributeSyntax attribute, string name) =>
        attribute.ArgumentList?.Arguments.FirstOrDefault(a => a.NameEquals?.Name.Identifier.ValueText == name);

    /// <summary>An argument goes with the comma that joins it to the others.</summary>
    private static SuggestedEdit Remove(AttributeArgumentSyntax argument)
    {
        SeparatedSyntaxList<AttributeArgumentSyntax> all = ((AttributeArgumentListSyntax)argument.Parent!).Arguments;
        int index = all.IndexOf(argument);
        TextSpan span = index > 0 ? TextSpan.FromBounds(all[index - 1].Span.End, argument.Span.End)
            : all.Count > 1 ? TextSpan.FromBounds(argument.SpanStart, all[1].SpanStart)
            : argument.Span;
        return new SuggestedEdit(Location.Create(argument.SyntaxTree, span), "");
    }

    private static Location WithSpace(Location word)
    {
        string text = word.SourceTree!.ToString();
        int end = word.SourceSpan.End;
        return Location.Create(word.SourceTree, TextSpan.FromBounds(word.SourceSpan.Start, end < text.Length && text[end] == ' ' ? end + 1 : end));
    }
}
