// What a declaration says, as plain values: no symbols, no syntax, no locations. Two equal declarations give two equal specs.
// It does not know what a layer means; that is in Layers/.
using System;
using System.Globalization;
using System.Linq;

namespace SeqGen.Generator.Model;

/// <summary>One argument of an attribute: its property name (constructor arguments are named after the property they set) and its constant.</summary>
/// <param name="Name">Name of the attribute's property, e.g. <c>Units</c>.</param>
/// <param name="Value">long (every integer type), double (every floating type), bool, string, for an enum the member's name as string
/// (its number in invariant digits where no member has that value), or for an array of numbers an <see cref="EquatableArray{T}"/> of double.</param>
internal sealed record ArgumentSpec(string Name, object Value);

/// <summary>One layer, section or loss attribute, in source order.</summary>
/// <param name="Kind">Attribute name without its suffix, e.g. <c>Lstm</c>, <c>MeanSquaredError</c>.</param>
/// <param name="Cell">The method of a user's own cell, loss or activation; null for layers and losses of ours.</param>
/// <param name="Function">The activation of a user's own that a layer has; null for none.</param>
internal sealed record LayerSpec(string Kind, ArgumentList Arguments, CellCode? Cell = null, CellCode? Function = null)
{
    /// <summary>All that it is, in a line.</summary>
    public string Declaration => Kind + Arguments.Text + Fingerprint(Cell) + Fingerprint(Function);

    private static string Fingerprint(CellCode? code) => code is null ? "" : "{" + CellText.Fingerprint(code) + "}";
}

/// <summary>A type that contains the network class (or the class itself), as it must be reopened: <c>partial class Outer</c>.</summary>
/// <param name="Keyword">class, struct, record, record struct or interface.</param>
/// <param name="Name">Identifier as it is written in source, escaped with @ where it is a keyword; with type parameters if any.</param>
internal sealed record TypeSpec(string Keyword, string Name);

/// <summary>A declared network.</summary>
/// <param name="Namespace">Dotted, each part escaped where it is a keyword; empty for the global namespace.</param>
/// <param name="ContainingTypes">From the outermost inwards; empty for a top-level class.</param>
/// <param name="Name">Identifier of the class, escaped where it is a keyword.</param>
/// <param name="HintName">Unique file name without extension, made of letters, digits, dots and underscores only.</param>
/// <param name="Accessibility"><c>public</c> or <c>internal</c>, the effective one: what its public members can show.</param>
/// <param name="HasConstructor">Whether the user declared an instance constructor: then the generated one is left out.</param>
/// <param name="HasBaseClass">Whether the class derives from another than object, whose members may have the names of generated ones.</param>
/// <param name="Arguments">Arguments of [Network].</param>
/// <param name="Layers">Every layer, section and loss attribute in source order.</param>
internal sealed record NetworkSpec(
    string Namespace,
    EquatableArray<TypeSpec> ContainingTypes,
    string Name,
    string HintName,
    string Accessibility,
    bool HasConstructor,
    bool HasBaseClass,
    ArgumentList Arguments,
    EquatableArray<LayerSpec> Layers)
{
    /// <summary>What is declared, all of it and nothing else, in a line: equal for two networks that compute and learn the same.</summary>
    public string Declaration => string.Join(" ", Layers.Select(l => l.Declaration).Prepend("Network" + Arguments.Text));

    /// <summary>Whether the network, or its encoder, says that it reads tokens.</summary>
    public bool HasTokens => Arguments.Has("Tokens") || Layers.Any(l => l.Kind == "Encoder" && l.Arguments.Has("Tokens"));

    /// <summary>Whether it says that it reads numbers.</summary>
    public bool HasNumbers => Arguments.Has("Inputs") || Layers.Any(l => l.Kind == "Encoder" && l.Arguments.Has("Inputs"));
}

/// <summary>Typed reading of attribute arguments with the attribute's defaults.</summary>
internal sealed record ArgumentList(EquatableArray<ArgumentSpec> Items)
{
    public static ArgumentList Empty { get; } = new(EquatableArray<ArgumentSpec>.Empty);

    /// <summary>Names and values in brackets; empty without any.</summary>
    public string Text => Items.Count == 0 ? "" : "(" + string.Join(", ", Items.OrderBy(i => i.Name, StringComparer.Ordinal).Select(i => i.Name + " = " + TextOf(i.Value))) + ")";

    public bool Has(string name) => Find(name) is not null;

    public int Int(string name, int otherwise = 0) => Find(name) switch
    {
        long value => (int)Math.Max(int.MinValue, Math.Min(int.MaxValue, value)),
        _ => otherwise,
    };

    public double Double(string name, double otherwise = 0) => Find(name) switch
    {
        double value => value,
        long value => value,
        _ => otherwise,
    };

    public bool Bool(string name, bool otherwise = false) => Find(name) is bool value ? value : otherwise;

    public string String(string name, string otherwise = "") => Find(name) as string ?? otherwise;

    /// <summary>An array of numbers; empty where it is not written.</summary>
    public EquatableArray<double> Doubles(string name) => Find(name) is EquatableArray<double> value ? value : EquatableArray<double>.Empty;

    private static string TextOf(object value) => value switch
    {
        EquatableArray<double> numbers => "[" + string.Join(", ", numbers.Select(n => TextOf(n))) + "]",
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };

    private object? Find(string name)
    {
        foreach (ArgumentSpec item in Items)
        {
            if (item.Name == name)
            {
                return item.Value;
            }
        }

        return null;
    }
}
