// Knows the members that a generated network has, and finds the user's members that cannot stand beside them.
using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using SeqGen.Generator.Model;

namespace SeqGen.Generator.Parsing;

/// <summary>Members of the user's class against those that are generated.</summary>
internal static class MemberClashes
{
    /// <summary>Fields, properties and types that are generated: no member of any kind may have their names.</summary>
    private static readonly string[] Unique =
    [
        "InputSize", "OutputSize", "Timesteps", "ParameterCount", "StateSize", "Info", "Parameters", "StepStream", "_core",
    ];

    /// <summary>Methods that are generated, with the types of their parameters: overloads with other parameters are the user's to add.</summary>
    private static readonly (string Name, string[] Parameters)[] Methods =
    [
        ("Initialize", ["ulong"]),
        ("CreateStream", []),
        ("CreateStreams", ["int"]),
        ("CreateWorkspace", ["int", "int", "bool"]),
        ("Predict", [Span + "<float>", "System.Span<float>", "SeqGen.Workspace", Span + "<int>"]),
        ("Predict", [Span + "<int>", "System.Span<float>", "SeqGen.Workspace", Span + "<int>"]),
        ("Save", ["string"]),
        ("Load", ["string"]),
        ("Load", [Span + "<byte>"]),
    ];

    private const string Span = "System.ReadOnlySpan";

    private static readonly SymbolDisplayFormat TypeFormat = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces,
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.UseSpecialTypes);

    /// <summary>Reports clashes and returns the names of the generated members that are to be left out for them.</summary>
    public static IReadOnlyList<string> Check(INamedTypeSymbol symbol, ArgumentList arguments, Location? className, List<Finding> findings)
    {
        var without = new List<string>();
        if (IsGenerated(symbol.Name))
        {
            without.Add(symbol.Name);
            findings.Add(Finding.At("SEQ0016", className, symbol.Name));
        }

        foreach (ISymbol member in symbol.GetMembers())
        {
            if (UserSource.Place(member) is { } place && member is not IMethodSymbol { MethodKind: not MethodKind.Ordinary } && Clashes(member, arguments))
            {
                without.Add(member.Name);
                findings.Add(Finding.At("SEQ0009", place, symbol.Name, member.Name));
            }
        }

        foreach (ITypeParameterSymbol parameter in symbol.TypeParameters.Where(p => IsGenerated(p.Name)))
        {
            without.Add(parameter.Name);
        }

        return without.Distinct(StringComparer.Ordinal).ToArray();
    }

    private static bool IsGenerated(string name) => Unique.Contains(name) || Methods.Any(m => m.Name == name);

    private static bool Clashes(ISymbol member, ArgumentList arguments)
    {
        if (Unique.Contains(member.Name))
        {
            return true;
        }

        bool tokens = arguments.Has("Tokens");
        string unused = tokens ? "float" : "int";
        var same = Methods.Where(m => m.Name == member.Name && !(m.Name == "Predict" && m.Parameters[0] == $"{Span}<{unused}>"));
        return member is IMethodSymbol { TypeParameters.Length: 0 } method
            ? same.Any(m => m.Parameters.SequenceEqual(method.Parameters.Select(p => p.Type.ToDisplayString(TypeFormat))))
            : member is not IMethodSymbol && same.Any();
    }
}
