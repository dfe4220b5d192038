// Turns the compiler's view of an attribute into plain values. It does not know which attributes there are or what they mean.
using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using Microsoft.CodeAnalysis;
using SeqGen.Generator.Model;

namespace SeqGen.Generator.Parsing;

/// <summary>Reads attributes.</summary>
internal static class AttributeReader
{
    /// <summary>An enum argument whose number is no member: the argument, its number and the enum.</summary>
    public sealed record UnknownMember(string Argument, string Number, string Enum);

    /// <summary>The attribute's name without its suffix.</summary>
    public static string Kind(AttributeData attribute) => Kind(attribute.AttributeClass!);

    /// <summary>The class's name without its suffix.</summary>
    public static string Kind(INamedTypeSymbol type) => Identifiers.WithoutSuffix(type.Name);

    /// <summary>The constant that an expression is, as an argument has it; null for none.</summary>
    public static object? Constant(IOperation operation)
    {
        object? value = operation.ConstantValue is { HasValue: true, Value: { } constant } ? constant : null;
        return value is null ? null
            : operation.Type is { TypeKind: TypeKind.Enum } type ? Member(type, value) ?? Convert.ToString(value, CultureInfo.InvariantCulture)
            : Primitive(value);
    }

    /// <summary>The name of the property that a constructor parameter sets.</summary>
    public static string PropertyName(string parameter) =>
        parameter.Length == 0 ? parameter : char.ToUpperInvariant(parameter[0]) + parameter.Substring(1);

    /// <summary>Whether the compiler could make sense of the attribute; if not, it has reported that.</summary>
    public static bool IsReadable(AttributeData attribute) =>
        attribute.AttributeConstructor is not null
        && attribute.ConstructorArguments.All(a => a.Kind != TypedConstantKind.Error)
        && attribute.NamedArguments.All(a => a.Value.Kind != TypedConstantKind.Error);

    /// <summary>The arguments that were written, in the order of the source; what is null counts as not written.</summary>
    public static ArgumentList Arguments(AttributeData attribute, ICollection<UnknownMember> unknown)
    {
        var items = new List<ArgumentSpec>();
        ImmutableArray<IParameterSymbol> parameters = attribute.AttributeConstructor?.Parameters ?? ImmutableArray<IParameterSymbol>.Empty;
        for (int i = 0; i < parameters.Length && i < attribute.ConstructorArguments.Length; i++)
        {
            Add(PropertyName(parameters[i].Name), attribute.ConstructorArguments[i]);
        }

        foreach (KeyValuePair<string, TypedConstant> named in attribute.NamedArguments)
        {
            Add(named.Key, named.Value);
        }

        return new ArgumentList(new EquatableArray<ArgumentSpec>(items));

        void Add(string name, TypedConstant constant)
        {
            if (Value(constant) is { } value)
            {
                items.Add(new ArgumentSpec(name, value));
                if (constant.Kind == TypedConstantKind.Enum && Member(constant.Type!, constant.Value) is null)
                {
                    unknown.Add(new UnknownMember(name, (string)value, constant.Type!.Name));
                }
            }
        }
    }

    private static object? Value(TypedConstant constant) => constant.Kind switch
    {
        TypedConstantKind.Enum => Member(constant.Type!, constant.Value) ?? Convert.ToString(constant.Value, CultureInfo.InvariantCulture),
        TypedConstantKind.Primitive => Primitive(constant.Value),
        TypedConstantKind.Array when !constant.IsNull => Numbers(constant.Values),
        TypedConstantKind.Type => (constant.Value as ITypeSymbol)?.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat),
        _ => null,
    };

    /// <summary>An array of numbers; null for one of anything else.</summary>
    private static object? Numbers(ImmutableArray<TypedConstant> values) => values.All(v => Primitive(v.Value) is long or double)
        ? new EquatableArray<double>(values.Select(v => Convert.ToDouble(v.Value, CultureInfo.InvariantCulture)))
        : null;

    private static object? Primitive(object? value) => value switch
    {
        null => null,
        bool or string => value,
        char c => c.ToString(),
        float or double => Convert.ToDouble(value, CultureInfo.InvariantCulture),
        ulong big => big > long.MaxValue ? long.MaxValue : (long)big,
        _ => Convert.ToInt64(value, CultureInfo.InvariantCulture),
    };

    /// <summary>The member of an enum that has a value, of whatever type of integers; null for none.</summary>
    public static string? Member(ITypeSymbol type, object? value)
    {
        decimal number = Convert.ToDecimal(value, CultureInfo.InvariantCulture);
        return type.GetMembers().OfType<IFieldSymbol>().FirstOrDefault(f => f.HasConstantValue && Convert.ToDecimal(f.ConstantValue, CultureInfo.InvariantCulture) == number)?.Name;
    }
}
