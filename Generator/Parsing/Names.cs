// Names that generator and runtime agree on, and how C# names are written. Knows no rule about networks.
using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace SeqGen.Generator.Parsing;

/// <summary>Names of types, and of files made from them.</summary>
internal static class Names
{
    public const string NetworkAttribute = "SeqGen.NetworkAttribute";
    public const string NetworkProgram = "SeqGen.Kernels.V1.NetworkProgram";
    public const string NetworkPlan = "SeqGen.Kernels.V1.NetworkPlan";
    public const string ContractField = "CurrentContract";

    /// <summary>The identifier as it can be written in source, whatever is a keyword there: all of C#'s are small letters, those to come too.</summary>
    public static string Escape(string name) =>
        name.All(c => c is >= 'a' and <= 'z') || SyntaxFacts.GetKeywordKind(name) != SyntaxKind.None ? "@" + name : name;

    /// <summary>A dotted namespace with every part escaped; empty for the global one.</summary>
    public static string Namespace(INamedTypeSymbol symbol)
    {
        INamespaceSymbol space = symbol.ContainingNamespace;
        return space.IsGlobalNamespace
            ? ""
            : string.Join(".", space.ToDisplayString().Split('.').Select(part => Escape(part.TrimStart('@'))));
    }

    /// <summary>Whether the symbol is the attribute of that name in namespace SeqGen.</summary>
    public static bool IsOurs(INamedTypeSymbol? symbol, string name) =>
        symbol is { ContainingType: null, ContainingNamespace: { Name: "SeqGen", ContainingNamespace.IsGlobalNamespace: true } }
        && symbol.Name == name;

    /// <summary>Whether the symbol derives from the attribute of that name in namespace SeqGen.</summary>
    public static bool DerivesFromOurs(INamedTypeSymbol? symbol, string name)
    {
        for (INamedTypeSymbol? type = symbol?.BaseType; type is not null; type = type.BaseType)
        {
            if (IsOurs(type, name))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Namespace, containing types and name with dots, type parameters by their number, e.g. <c>A.Outer.Inner`1</c>.</summary>
    public static string FullName(INamedTypeSymbol symbol)
    {
        string prefix = symbol.ContainingType is { } outer
            ? FullName(outer) + "."
            : symbol.ContainingNamespace is { IsGlobalNamespace: false } space ? space.ToDisplayString().Replace("@", "") + "." : "";
        return prefix + symbol.MetadataName;
    }

    /// <summary>
    /// A file name that no other network has. Hint names are compared without case and allow few characters, so where either
    /// could make two names one, a hash of the exact name follows.
    /// </summary>
    public static string HintName(INamedTypeSymbol symbol)
    {
        string exact = FullName(symbol);
        var text = new StringBuilder(exact.Length);
        foreach (char c in exact)
        {
            text.Append(c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '.' or '_' ? c : '_');
        }

        if (text.ToString() != exact || HasCaseTwin(symbol))
        {
            text.Append('_').Append(Hash(exact).ToString("x8", System.Globalization.CultureInfo.InvariantCulture));
        }

        return text.ToString();
    }

    private static bool HasCaseTwin(INamespaceOrTypeSymbol symbol)
    {
        for (INamespaceOrTypeSymbol at = symbol; ;)
        {
            INamespaceOrTypeSymbol? container = (INamespaceOrTypeSymbol?)at.ContainingType ?? at.ContainingNamespace;
            if (container is null)
            {
                return false;
            }

            string name = at.Name;
            if (container.GetMembers().Any(m => m is INamespaceOrTypeSymbol && m.Name != name
                && string.Equals(m.Name, name, System.StringComparison.OrdinalIgnoreCase)))
            {
                return true;
            }

            at = container;
        }
    }

    private static uint Hash(string text)
    {
        uint hash = 2166136261;
        foreach (char c in text)
        {
            hash = unchecked((hash ^ c) * 16777619);
        }

        return hash;
    }
}
