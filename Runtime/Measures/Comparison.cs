// Several forecasts side by side. Knows names and numbers; refuses to know how they came about.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace SeqGen;

/// <summary>A network beside baselines: what each came to, and a table (<see cref="ToString"/>).</summary>
public sealed class Comparison
{
    private readonly (string Name, MeasureResults Results)[] _rows;

    /// <summary>A comparison of what was measured.</summary>
    /// <param name="rows">Names and numbers, the network's first; each name once.</param>
    public Comparison(params (string Name, MeasureResults Results)[] rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        _rows = [.. rows];
        if (_rows.Select(r => r.Name).Distinct().Count() != _rows.Length)
        {
            throw new ArgumentException($"Each name once: {string.Join(", ", _rows.Select(r => r.Name))}.", nameof(rows));
        }
    }

    /// <summary>What is compared, in order.</summary>
    public IReadOnlyList<string> Names => [.. _rows.Select(r => r.Name)];

    /// <summary>What one of them came to.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="KeyNotFoundException">There is none of that name.</exception>
    public MeasureResults this[string name] => Array.Find(_rows, r => r.Name == name).Results
        ?? throw new KeyNotFoundException($"There is no '{name}' in this comparison. There are {string.Join(", ", Names)}.");

    /// <summary>The numbers over everything as a table, a row each; then those by step, by group and by class, a column each.</summary>
    public IReadOnlyList<MeasureTable> Tables()
    {
        MeasuredValue[] all = [.. _rows.SelectMany(r => r.Results).Select(v => v with { Value = 0 }).Distinct()];
        MeasuredValue[] whole = [.. all.Where(v => v.Step is null && v.Group is null && v.Class is null)];
        List<MeasureTable> tables = whole.Length == 0 ? [] : [new("", [.. whole.Select(NameOf)], Names, [.. _rows.Select(r => whole.Select(v => Cell(r.Results, v)).ToArray())])];
        foreach (IGrouping<(string?, string), MeasuredValue> part in all.Except(whole).GroupBy(v => (v.Head, v.Name)))
        {
            tables.Add(new(NameOf(part.First()), Names, [.. part.Select(Key)], [.. part.Select(v => _rows.Select(r => Cell(r.Results, v)).ToArray())]));
        }

        return tables;
    }

    /// <summary>The <see cref="Tables"/> as text, with a dash where a number cannot be had.</summary>
    public override string ToString() => string.Join(Environment.NewLine, Tables());

    private static string NameOf(MeasuredValue value) => value.Head is null ? value.Name : $"{value.Head}/{value.Name}";

    private static string Key(MeasuredValue value) => string.Join(", ", new[] { Key("group", value.Group), Key("step", value.Step), value.Class ?? "" }.Where(k => k.Length > 0));

    private static string Key(string name, int? number) => number is { } n ? string.Create(CultureInfo.InvariantCulture, $"{name} {n}") : "";

    private static double Cell(MeasureResults results, MeasuredValue like) => results.FirstOrDefault(v => v with { Value = 0 } == like)?.Value ?? double.NaN;
}
