// Tells what the user wrote from what the generator added: the analyzer sees both. Knows no rule.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SeqGen.Generator.Parsing;

/// <summary>The user's share of a symbol.</summary>
internal static class UserSource
{
    /// <summary>Generated files are put under a folder with this name by the compiler.</summary>
    private static readonly string GeneratorFolder = typeof(SeqGenGenerator).FullName!;

    public static bool IsGenerated(SyntaxTree? tree) =>
        tree is not null && tree.FilePath.IndexOf(GeneratorFolder, StringComparison.Ordinal) >= 0;

    /// <summary>The parts of a type that the user wrote, in no particular order.</summary>
    public static IReadOnlyList<TypeDeclarationSyntax> Parts(INamedTypeSymbol symbol, CancellationToken cancel) =>
        symbol.DeclaringSyntaxReferences
            .Where(r => !IsGenerated(r.SyntaxTree))
            .Select(r => r.GetSyntax(cancel))
            .OfType<TypeDeclarationSyntax>()
            .ToArray();

    /// <summary>Where the user declared the symbol; null for what the compiler or the generator added.</summary>
    public static Location? Place(ISymbol symbol) =>
        symbol.IsImplicitlyDeclared ? null : symbol.Locations.FirstOrDefault(l => l.IsInSource && !IsGenerated(l.SourceTree));
}
