// Finds out how much of a network's surface can be added to a class that cannot be a network, so that one mistake gives one message.
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SeqGen.Generator.Model;

namespace SeqGen.Generator.Parsing;

/// <summary>Reads what reopening a class takes.</summary>
internal static class SurfaceReader
{
    /// <summary>The surface, or null where C# lets nothing be added: to a type that is local to its file. One that is not partial is added to
    /// all the same: then C# says so once, at the class, and not at every use of the network.</summary>
    public static SurfaceSpec? Read(
        INamedTypeSymbol symbol, TypeDeclarationSyntax main, Compilation compilation, IReadOnlyList<string> without, CancellationToken cancel)
    {
        for (INamedTypeSymbol? type = symbol; type is not null; type = type.ContainingType)
        {
            if (type.IsFileLocal)
            {
                return null;
            }
        }

        bool isModern = DeclarationRules.LanguageVersionOf(main) >= LanguageVersion.CSharp12;
        bool hasRuntime = RuntimeRules.HasRuntime(compilation);
        return new SurfaceSpec(
            DeclarationRules.Keyword(symbol),
            TypeParameters(main),
            symbol.IsStatic,
            ConstructorInitializer(symbol, cancel),
            new EquatableArray<string>(without),
            hasRuntime,
            hasRuntime && RuntimeRules.HasContract(compilation) && isModern && symbol is { TypeKind: TypeKind.Class, IsStatic: false });
    }

    /// <summary>The type's parameters as they must be repeated in another part, or empty.</summary>
    public static string TypeParameters(TypeDeclarationSyntax? part) => part?.TypeParameterList is { } list
        ? "<" + string.Join(", ", list.Parameters.Select(p => p.Identifier.Text)) + ">"
        : "";

    /// <summary>Whether the user declared an instance constructor, a primary one included.</summary>
    public static bool HasConstructor(INamedTypeSymbol symbol, CancellationToken cancel) =>
        UserSource.Parts(symbol, cancel).Any(p => p.ParameterList is not null
            || p.Members.OfType<ConstructorDeclarationSyntax>().Any(c => !c.Modifiers.Any(SyntaxKind.StaticKeyword)));

    /// <summary>
    /// A primary constructor must be called by every other, and so must one of a base class that has none without arguments:
    /// with default values of the parameters' exact types.
    /// </summary>
    private static string? ConstructorInitializer(INamedTypeSymbol symbol, CancellationToken cancel)
    {
        IReadOnlyList<TypeDeclarationSyntax> parts = UserSource.Parts(symbol, cancel);
        if (symbol.TypeKind == TypeKind.Interface || parts.Any(p => p.Members.OfType<ConstructorDeclarationSyntax>().Any(c => !c.Modifiers.Any(SyntaxKind.StaticKeyword))))
        {
            return null;
        }

        if (parts.Select(p => p.ParameterList).FirstOrDefault(p => p is not null) is { } list)
        {
            IMethodSymbol? primary = symbol.InstanceConstructors
                .FirstOrDefault(c => c.DeclaringSyntaxReferences.Any(r => r.GetSyntax(cancel) == list.Parent));
            bool isOurs = primary?.Parameters.Length == 1 && primary.Parameters[0].Type.SpecialType == SpecialType.System_UInt64;
            return primary is null || isOurs ? null : Call("this", primary);
        }

        return BaseClassRules.CanConstruct(symbol)
            ? ""
            : symbol.BaseType!.InstanceConstructors
                .Where(c => BaseClassRules.IsVisible(c, symbol))
                .Select(c => Call("base", c))
                .FirstOrDefault(call => call is not null);
    }

    private static string? Call(string what, IMethodSymbol constructor) =>
        constructor.Parameters.Any(p => p.RefKind != RefKind.None || p.Type.TypeKind == TypeKind.Error)
            ? null
            : $": {what}(" + string.Join(", ", constructor.Parameters.Select(p =>
                $"default({p.Type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)})!")) + ")";
}
