// Declarations as text and back, by the attributes' own constructors and properties.
// Knows how attributes are written; refuses to know any of them by name.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Reflection;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SeqGen.Generator.Model;

namespace SeqGen.Generator.Tests.Fuzz;

internal static class DeclarationText
{
    /// <summary>The attribute classes by the names they are written with.</summary>
    public static IReadOnlyDictionary<string, Type> Attributes { get; } = typeof(NetworkAttribute).Assembly.GetExportedTypes()
        .Where(t => !t.IsAbstract && typeof(Attribute).IsAssignableFrom(t) && t.Namespace == "SeqGen" && t != typeof(SizeAttribute) && t != typeof(TargetAttribute))
        .Concat(FuzzCells.All.Select(kind => typeof(FuzzCells).Assembly.GetType("Cells." + kind + "Attribute", throwOnError: true)!))
        .ToDictionary(t => t.Name[..^"Attribute".Length]);

    /// <summary>The class with its attributes in one line.</summary>
    public static string Of(NetworkSpec spec) =>
        string.Join(" ", spec.Layers.Select(l => Of(l.Kind, l.Arguments)).Prepend(Of("Network", spec.Arguments))) + $" public partial class {spec.Name};";

    /// <summary>Reads what <see cref="Of(NetworkSpec)"/> writes, and the same by hand: a public class in no namespace.</summary>
    public static NetworkSpec Parse(string text)
    {
        var root = (CompilationUnitSyntax)CSharpSyntaxTree.ParseText(text).GetRoot();
        var type = (TypeDeclarationSyntax)root.Members.Single();
        LayerSpec[] attributes = [.. type.AttributeLists.SelectMany(l => l.Attributes).Select(Attribute)];
        return Spec(
            type.Identifier.Text, attributes.Single(a => a.Kind == "Network").Arguments, attributes.Where(a => a.Kind != "Network"));
    }

    /// <summary>A public class in no namespace.</summary>
    public static NetworkSpec Spec(string name, ArgumentList arguments, IEnumerable<LayerSpec> layers) => new(
        "", EquatableArray<TypeSpec>.Empty, name, name, "public", HasConstructor: false, HasBaseClass: false, arguments, new(layers));

    /// <summary>The arguments that a constructor takes, by the properties they set.</summary>
    public static string[] Positional(string kind) => [.. Attributes[kind].GetConstructors().Single().GetParameters().Select(p => char.ToUpperInvariant(p.Name![0]) + p.Name[1..])];

    private static string Of(string kind, ArgumentList arguments)
    {
        string[] positional = Positional(kind);
        IEnumerable<string> values = arguments.Items.Select(a => (positional.Contains(a.Name) ? "" : a.Name + " = ") + Value(PropertyType(kind, a.Name), a.Value));
        string all = string.Join(", ", values);
        return all.Length == 0 ? $"[{kind}]" : $"[{kind}({all})]";
    }

    private static Type PropertyType(string kind, string name) =>
        (Attributes[kind].GetProperty(name) ?? throw new ArgumentException($"[{kind}] has no {name}")).PropertyType;

    private static string Value(Type type, object value) => value switch
    {
        string text when type == typeof(Type) => "typeof(" + text + ")",
        string text when type.IsEnum => type.Name + "." + text,
        string text => "\"" + text + "\"",
        bool truth => truth ? "true" : "false",
        long number => number.ToString(CultureInfo.InvariantCulture),
        double number => Number(number),
        EquatableArray<double> numbers => "new[] { " + string.Join(", ", numbers.Select(Number)) + " }",
        _ => throw new ArgumentException("no argument is a " + value.GetType()),
    };

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture) is var text && text.All(c => char.IsAsciiDigit(c) || c == '-') ? text + ".0" : text;

    private static LayerSpec Attribute(AttributeSyntax attribute)
    {
        string kind = attribute.Name.ToString();
        string[] positional = Positional(kind);
        ArgumentSpec[] written = [.. (attribute.ArgumentList?.Arguments ?? default).Select((a, i) =>
        {
            string name = a.NameEquals?.Name.Identifier.Text ?? positional[i];
            return new ArgumentSpec(name, Value(PropertyType(kind, name), a.Expression));
        })];

        // The compiler gives what a constructor has by default as if it were written.
        IEnumerable<ArgumentSpec> given = Attributes[kind].GetConstructors().Single().GetParameters()
            .Where((p, i) => p.HasDefaultValue && written.All(w => w.Name != positional[i]))
            .Select(p => new ArgumentSpec(char.ToUpperInvariant(p.Name![0]) + p.Name[1..], p.DefaultValue is int n ? (long)n : p.DefaultValue!));
        return FuzzCells.Spec(kind, new ArgumentList(new(given.Concat(written))));
    }

    private static object Value(Type type, ExpressionSyntax expression) => expression switch
    {
        TypeOfExpressionSyntax of => of.Type.ToString(),
        MemberAccessExpressionSyntax member => member.Name.Identifier.Text,
        ImplicitArrayCreationExpressionSyntax array => new EquatableArray<double>(array.Initializer.Expressions.Select(e => Convert.ToDouble(Value(typeof(double), e), CultureInfo.InvariantCulture))),
        PrefixUnaryExpressionSyntax minus => Value(type, minus.Operand) is double d ? (object)-d : -(long)Value(type, minus.Operand),
        LiteralExpressionSyntax { Token.Value: var value } => value switch
        {
            string or bool => value,
            _ when type == typeof(double) => Convert.ToDouble(value, CultureInfo.InvariantCulture),
            _ => Convert.ToInt64(value, CultureInfo.InvariantCulture),
        },
        _ => throw new ArgumentException("no argument is written as " + expression),
    };
}
