// Finds classes that may have layers without [Network], by the spelling of attributes alone, so that no right declaration is looked at twice.
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SeqGen.Generator.Layers;
using SeqGen.Generator.Model;

namespace SeqGen.Generator.Parsing;

/// <summary>Layers that nobody asked for a network of.</summary>
internal static class LoneLayers
{
    /// <summary>Whether the node has an attribute that is called like a layer, and none that is called like [Network].</summary>
    public static bool MayBe(SyntaxNode node)
    {
        if (node is not TypeDeclarationSyntax { AttributeLists.Count: > 0 } type)
        {
            return false;
        }

        string[] names = type.AttributeLists.SelectMany(l => l.Attributes).Select(a => Name(a.Name)).ToArray();
        return !names.Contains("Network") && names.Any(Catalogue.Layers.ContainsKey);
    }

    private static string Name(NameSyntax name)
    {
        string text = name switch
        {
            QualifiedNameSyntax qualified => qualified.Right.Identifier.ValueText,
            AliasQualifiedNameSyntax alias => alias.Name.Identifier.ValueText,
            SimpleNameSyntax simple => simple.Identifier.ValueText,
            _ => "",
        };
        return Identifiers.WithoutSuffix(text);
    }
}
