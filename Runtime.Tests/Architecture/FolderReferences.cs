// Which folder of a program refers to which, by symbol: what code names, calls, converts to or infers with `var` counts; remarks do not.
// Knows Roslyn; refuses to know which references are right.
using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace SeqGen.Tests.Architecture;

/// <summary>A reference from one folder to another.</summary>
/// <param name="From">The folder that refers.</param>
/// <param name="To">The folder that is referred to.</param>
/// <param name="Name">The type or member.</param>
/// <param name="Place">File and line.</param>
internal readonly record struct FolderReference(string From, string To, string Name, string Place);

internal static class FolderReferences
{
    /// <summary>All references between the folders of some sources.</summary>
    /// <param name="sources">Paths that begin with a folder, and texts.</param>
    public static IReadOnlyList<FolderReference> Of(IEnumerable<(string Path, string Text)> sources)
    {
        CSharpParseOptions parsing = new(LanguageVersion.Latest, preprocessorSymbols: ["NET9_0_OR_GREATER", "NET10_0_OR_GREATER"]);
        SyntaxTree[] trees = [.. sources.Select(s => CSharpSyntaxTree.ParseText(s.Text, parsing, s.Path, cancellationToken: TestContext.Current.CancellationToken))];
        string framework = System.IO.Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        IEnumerable<MetadataReference> libraries = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(System.IO.Path.PathSeparator)
            .Where(path => path.StartsWith(framework, StringComparison.Ordinal)).Select(path => MetadataReference.CreateFromFile(path));
        CSharpCompilation compilation = CSharpCompilation.Create(
            "Folders", trees, libraries, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));

        // A name that does not bind is a reference that is not seen.
        Assert.Empty(compilation.GetDiagnostics(TestContext.Current.CancellationToken).Where(d => d.Severity == DiagnosticSeverity.Error));
        return [.. trees.SelectMany(tree => Of(compilation.GetSemanticModel(tree), tree)).Distinct()];
    }

    private static IEnumerable<FolderReference> Of(SemanticModel model, SyntaxTree tree) =>
        from node in tree.GetRoot().DescendantNodes()
        from symbol in Mentioned(model, node).SelectMany(Parts)
        from declaration in symbol.DeclaringSyntaxReferences
        let to = FolderOf(declaration.SyntaxTree)
        where to != FolderOf(tree)
        let name = symbol is INamedTypeSymbol ? symbol.Name : $"{symbol.ContainingType.Name}.{symbol.Name}"
        select new FolderReference(FolderOf(tree), to, name, $"{tree.FilePath}:{node.GetLocation().GetLineSpan().StartLinePosition.Line + 1}");

    private static string FolderOf(SyntaxTree tree) => tree.FilePath.Split('/')[0];

    /// <summary>What a piece of syntax stands for, and the types that it has and is converted to.</summary>
    private static IEnumerable<ISymbol?> Mentioned(SemanticModel model, SyntaxNode node)
    {
        TypeInfo type = model.GetTypeInfo(node);
        return [model.GetSymbolInfo(node).Symbol, type.Type, type.ConvertedType];
    }

    /// <summary>A symbol and those it is made of, as they are declared.</summary>
    private static IEnumerable<ISymbol> Parts(ISymbol? symbol) => symbol switch
    {
        IArrayTypeSymbol array => Parts(array.ElementType),
        IPointerTypeSymbol pointer => Parts(pointer.PointedAtType),
        INamedTypeSymbol type => [type.OriginalDefinition, .. type.TypeArguments.Where(argument => argument is not ITypeParameterSymbol).SelectMany(Parts)],
        IMethodSymbol { ReducedFrom: { } extension } => Parts(extension),
        IMethodSymbol or IPropertySymbol or IFieldSymbol or IEventSymbol => [.. symbol.ContainingType is { } holder ? Parts(holder).Append(symbol.OriginalDefinition) : []],
        _ => [],
    };
}
