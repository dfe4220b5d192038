// The numbers that measures came to. Knows names and numbers; refuses to know how they came about.
using System;
using System.Collections;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Linq;

namespace SeqGen;

/// <summary>A number that was measured.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Value">The number; NaN where nothing counted.</param>
public sealed record MeasuredValue(string Name, double Value)
{
    /// <summary>The head it is of; null where there is one.</summary>
    public string? Head { get; init; }

    /// <summary>The step it is of, from 0; null for all.</summary>
    public int? Step { get; init; }

    /// <summary>The group it is of; null for all.</summary>
    public int? Group { get; init; }

    /// <summary>The class it is of; null for all.</summary>
    public string? Class { get; init; }

    /// <summary>The number in a line.</summary>
    public override string ToString()
    {
        string name = string.Concat(Head is null ? "" : Head + "/", Name, Class is null ? "" : $" of {Class}",
            Step is { } step ? string.Create(CultureInfo.InvariantCulture, $" at step {step}") : "", Group is { } group ? string.Create(CultureInfo.InvariantCulture, $" in group {group}") : "");
        return string.Create(CultureInfo.InvariantCulture, $"{name} {Value:G5}");
    }
}

/// <summary>What measures came to: a list of numbers, by name, and a table (<see cref="ToString"/>).</summary>
public sealed class MeasureResults : IReadOnlyList<MeasuredValue>, IEquatable<MeasureResults>
{
    private readonly MeasuredValue[] _values;
    private readonly (string? Head, object Value)[] _details;

    internal MeasureResults(IEnumerable<MeasuredValue> values, IEnumerable<(string? Head, object Value)> details)
    {
        _values = [.. values];
        _details = [.. details];
    }

    /// <summary>None.</summary>
    public static MeasureResults Empty { get; } = new([], []);

    /// <inheritdoc/>
    public int Count => _values.Length;

    /// <inheritdoc/>
    public MeasuredValue this[int index] => _values[index];

    /// <summary>A number over all steps, groups and classes, by name.</summary>
    /// <exception cref="KeyNotFoundException">There is none, or of several heads: the message names those that there are.</exception>
    public double this[string name] => Get(name);

    /// <summary>A number by name.</summary>
    /// <param name="name">What it is.</param>
    /// <param name="head">The head; null where there is one.</param>
    /// <param name="step">The step, from 0; null for that over all.</param>
    /// <param name="group">The group; null for that over all.</param>
    /// <param name="label">The class; null for that over all.</param>
    /// <exception cref="KeyNotFoundException">There is none, or of several heads: the message names those that there are.</exception>
    public double Get(string name, string? head = null, int? step = null, int? group = null, string? label = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        MeasuredValue[] found = Array.FindAll(_values, v => v.Name == name && (head is null || v.Head == head) && v.Step == step && v.Group == group && v.Class == label);
        return found.Length == 1 ? found[0].Value : throw new KeyNotFoundException(
            found.Length > 1 ? $"'{name}' was measured {found.Length} times{(found[0].Head is null ? "" : $", of {string.Join(", ", found.Select(f => f.Head))}: say which head")}."
            : $"No '{new MeasuredValue(name, 0) { Head = head, Step = step, Group = group, Class = label }.ToString()[..^2]}' was measured. There {(Count == 0 ? "is nothing" : "are " + Names())}.");
    }

    /// <summary>Whether there is a number of that name over all steps, groups and classes.</summary>
    /// <param name="name">What it is.</param>
    /// <param name="value">The number.</param>
    /// <param name="head">The head; null where there is one.</param>
    public bool TryGet(string name, out double value, string? head = null)
    {
        MeasuredValue[] found = Array.FindAll(_values, v => v.Name == name && (head is null || v.Head == head) && v.Step is null && v.Group is null && v.Class is null);
        value = found.Length == 1 ? found[0].Value : double.NaN;
        return found.Length == 1;
    }

    /// <summary>The table of what was taken for what, where <see cref="Measure.Classification"/> was measured.</summary>
    /// <param name="head">The head; null for the first that has one.</param>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public ConfusionMatrix Confusion(string? head = null) => Details<ConfusionMatrix>(head);

    /// <summary>The same where it may be missing.</summary>
    /// <param name="matrix">The table.</param>
    /// <param name="head">The head; null for the first that has one.</param>
    public bool TryGetConfusion([NotNullWhen(true)] out ConfusionMatrix? matrix, string? head = null)
    {
        matrix = Array.Find(_details, d => d.Value is ConfusionMatrix && (head is null || d.Head == head)).Value as ConfusionMatrix;
        return matrix is not null;
    }

    /// <summary>Something larger that a measure came to (<see cref="Measure.Details"/>).</summary>
    /// <param name="head">The head; null for the first that has one.</param>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public T Details<T>(string? head = null)
        where T : class
    {
        object found = Array.Find(_details, d => d.Value is T && (head is null || d.Head == head)).Value;
        return found as T ?? throw new KeyNotFoundException($"No {typeof(T).Name} was measured{(head is null ? "" : $" of a head '{head}'")}. Measure what makes one (Measure.Classification makes a ConfusionMatrix).");
    }

    /// <summary>The numbers as tables, of each head: those over everything, then by class, by step and by group, a row each.</summary>
    public IReadOnlyList<MeasureTable> Tables()
    {
        List<MeasureTable> tables = [];
        foreach (IGrouping<(string? Head, string Key), MeasuredValue> part in _values.GroupBy(v => (v.Head, KeyOf(v))))
        {
            MeasuredValue[] all = [.. part];
            string[] names = [.. all.Select(v => v.Name).Distinct()], rows = [.. all.Select(RowOf).Distinct()];
            string head = part.Key.Head ?? "";
            tables.Add(part.Key.Key.Length == 0
                ? new MeasureTable(head, [""], [.. all.Select(v => v.Name)], [.. all.Select(v => (double[])[v.Value])])
                : new MeasureTable(head.Length == 0 ? part.Key.Key : $"{head}: {part.Key.Key}", names, rows, [.. rows.Select(row => names.Select(n => Array.Find(all, v => v.Name == n && RowOf(v) == row)?.Value ?? double.NaN).ToArray())]));
        }

        return tables;
    }

    /// <summary>The <see cref="Tables"/> as text.</summary>
    public override string ToString() => string.Join(Environment.NewLine, Tables());

    /// <summary>Whether these are the same numbers of the same names.</summary>
    public bool Equals(MeasureResults? other) => other is not null && _values.AsSpan().SequenceEqual(other._values);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as MeasureResults);

    /// <inheritdoc/>
    public override int GetHashCode() => Count == 0 ? 0 : HashCode.Combine(Count, _values[0], _values[^1]);

    /// <inheritdoc/>
    public IEnumerator<MeasuredValue> GetEnumerator() => ((IEnumerable<MeasuredValue>)_values).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private string Names() => string.Join(", ", _values.Select(v => v.ToString()[..v.ToString().LastIndexOf(' ')]).Take(40)) + (Count > 40 ? " and others" : "");

    private static string KeyOf(MeasuredValue value) => string.Join(", ", new[] { value.Group is null ? "" : "group", value.Step is null ? "" : "step", value.Class is null ? "" : "class" }.Where(k => k.Length > 0));

    private static string RowOf(MeasuredValue value) => string.Join(", ", new[] { Text(value.Group), Text(value.Step), value.Class ?? "" }.Where(k => k.Length > 0));

    private static string Text(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";
}
