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
    public Comparison(params IReadOnlyList<(string Name, MeasureResults Results)> rows)
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

    /// <summary>The numbers over everything as a table, a row each; then those by step, by group and by class, a column each. A dash where one cannot be had.</summary>
    public override string ToString()
    {
        MeasuredValue[] all = [.. _rows.SelectMany(r => r.Results).Select(v => v with { Value = 0 }).Distinct()];
        MeasuredValue[] whole = [.. all.Where(v => v.Step is null && v.Group is null && v.Class is null)];
        List<string> tables = [TextTable.Of(["", .. whole.Select(NameOf)], _rows.Select(r => (string[])[r.Name, .. whole.Select(v => Cell(r.Results, v))]))];
        foreach (IGrouping<(string?, string), MeasuredValue> part in all.Except(whole).GroupBy(v => (v.Head, v.Name)))
        {
            tables.Add(TextTable.Of([NameOf(part.First()), .. Names], part.Select(v => (string[])[Key(v), .. _rows.Select(r => Cell(r.Results, v))])));
        }

        return string.Join(Environment.NewLine, tables);
    }

    private static string NameOf(MeasuredValue value) => value.Head is null ? value.Name : $"{value.Head}/{value.Name}";

    private static string Key(MeasuredValue value) => string.Join(", ", new[] { Key("group", value.Group), Key("step", value.Step), value.Class ?? "" }.Where(k => k.Length > 0));

    private static string Key(string name, int? number) => number is { } n ? string.Create(CultureInfo.InvariantCulture, $"{name} {n}") : "";

    private static string Cell(MeasureResults results, MeasuredValue like) =>
        TextTable.Number(results.FirstOrDefault(v => v with { Value = 0 } == like)?.Value ?? double.NaN);
}
