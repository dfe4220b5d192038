// The results as tables: for people who watch a run, and for docs/performance.md.
// Knows what to show; refuses to know how it was measured.
using System.Globalization;
using System.Text;
using SeqGen.Benchmarks.Running;

namespace SeqGen.Benchmarks.Reports;

/// <summary>Tables of a run.</summary>
public static class Tables
{
    // What the mean of the streaming ratios may be, and what is hoped for.
    private const double StreamingMean = 0.72, StreamingAim = 0.65, StartUpBar = 1.25;

    /// <summary>One workload on one line, while a run is under way.</summary>
    public static string Line(Row row) => string.Create(
        CultureInfo.InvariantCulture,
        $"{row.Variant,-8} {row.Workload,-8} {Text.Time(row.SeqGen),9}   {row.BestPeer ?? "no peer",-14} {Text.Time(row.BestPeer is { } best ? row.Peers[best] : null),9}   ratio {Text.Ratio(row.Ratio),5}  bar {Text.Ratio(row.Bar)} {(row.Unsure ? "busy" : Text.Met(row.BarMet)),-4}{(row.LimitRatio is { } l ? $" {l:F2} x limit" : "")}{(row.Notes.Count > 0 ? "   " + string.Join("; ", row.Notes) : "")}");

    /// <summary>Everything, for the console.</summary>
    public static string Console(Results results) => Write(results, table => table.Aligned(), title => $"== {title}\n");

    /// <summary>Everything, for a page.</summary>
    public static string Markdown(Results results) => Write(results, table => table.Markdown(), title => $"### {title}\n\n");

    private static string Write(Results results, Func<Table, string> format, Func<string, string> heading)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{results.Machine}; {results.Date:yyyy-MM-dd HH:mm} UTC\n\n");
        foreach (IGrouping<string, Row> variant in results.Rows.GroupBy(r => r.Variant))
        {
            Row[] rows = [.. variant];
            text.Append(heading(Title(variant.Key))).Append(format(Ratios(rows))).Append('\n').Append(Summary(rows));
            if (variant.Key is "avx512" or "avx2")
            {
                text.Append(heading($"{Title(variant.Key)}: every engine")).Append(format(Engines(rows))).Append('\n');
            }
        }

        text.Append(heading("Engines"));
        text.Append(string.Concat(results.Engines.Concat(results.Remarks).Select(line => $"* {line}\n")));
        return text.ToString();
    }

    private static string Title(string variant) => variant switch
    {
        "avx512" => "AVX-512 allowed",
        "avx2" => "AVX2 alone, peers too",
        "aot" => "Native AOT against the JIT, both .NET 9",
        "cells" => "Our own layers as users' cells against the built-in ones",
        _ => "Two cores against one",
    };

    private static Table Ratios(Row[] rows)
    {
        bool startUps = rows.Any(r => r.StartUp is not null), limits = rows.Any(r => r.LimitRatio is not null);
        var table = new Table(["workload", "SeqGen", "best other", "its name", "ratio", "+-", "bar", "met", .. limits ? ["at limit", "limit", "x limit"] : Array.Empty<string>(), "bytes", .. startUps ? ["start-up"] : Array.Empty<string>()]);
        foreach (Row row in rows)
        {
            table.Add(
            [
                row.Workload, Text.Time(row.SeqGen), Text.Time(row.BestPeer is { } best ? row.Peers[best] : null), row.BestPeer ?? "-",
                Text.Ratio(row.Ratio), Text.Percent(row.RatioSpread), Text.Ratio(row.Bar), row.Unsure ? "busy" : Text.Met(row.BarMet),
                .. limits ? [Text.Ratio(row.LeastRatio), Text.Time(row.Limit), Text.Ratio(row.LimitRatio) + (row.LimitBar is { } bar ? $" ({Text.Ratio(bar)}: {Text.Met(row.LimitBarMet)})" : "")] : Array.Empty<string>(),
                row.Allocated?.ToString(CultureInfo.InvariantCulture) ?? "-", .. startUps ? [Text.Ratio(row.StartUp)] : Array.Empty<string>(),
            ]);
        }

        return table;
    }

    private static Table Engines(Row[] rows)
    {
        string[] names = [.. rows.SelectMany(r => r.Peers.Keys).Distinct().Order(StringComparer.Ordinal)];
        var table = new Table(["workload", "SeqGen", .. names]);
        foreach (Row row in rows)
        {
            table.Add([row.Workload, Text.Time(row.SeqGen), .. names.Select(n => Text.Time(row.Peers.TryGetValue(n, out double time) ? time : null))]);
        }

        return table;
    }

    private static string Summary(Row[] rows)
    {
        var text = new StringBuilder();
        string[] streams = [.. Work.All.Where(w => w.IsStreaming && !w.IsCell).Select(w => w.Name)];
        double[] ratios = [.. rows.Where(r => streams.Contains(r.Workload)).Select(r => r.Ratio).OfType<double>()];
        if (rows[0].Variant == "avx512" && ratios.Length == streams.Length)
        {
            double mean = Statistics.GeometricMean(ratios);
            text.Append(CultureInfo.InvariantCulture, $"Geometric mean of A1 to A6: {mean:F2} (bar {StreamingMean}: {Text.Met(mean <= StreamingMean)}; aim {StreamingAim}: {Text.Met(mean <= StreamingAim)}).\n");
        }

        Row[] judged = [.. rows.Where(r => r.BarMet is not null)], missed = [.. judged.Where(r => r.BarMet == false)];
        text.Append(CultureInfo.InvariantCulture, $"{judged.Length - missed.Length} of {rows.Length} bars met{(missed.Length > 0 ? $"; not {string.Join(", ", missed.Select(r => r.Workload))}" : "")}{(judged.Length < rows.Length ? $"; {rows.Length - judged.Length} not judged" : "")}.\n");
        Row[] allocating = [.. rows.Where(r => r.Allocated > 0)];
        text.Append(allocating.Length > 0 ? $"Allocating: {string.Join(", ", allocating.Select(r => r.Workload))}.\n" : "");
        Row[] slow = [.. rows.Where(r => r.StartUp > StartUpBar)];
        text.Append(rows.Any(r => r.StartUp is not null) ? $"Calls 2 to 1,001 of a fresh process at most {StartUpBar} times steady state: {(slow.Length == 0 ? "all" : "not " + string.Join(", ", slow.Select(r => r.Workload)))}.\n" : "");
        foreach (Row row in rows.Where(r => r.Notes.Count > 0))
        {
            text.Append(CultureInfo.InvariantCulture, $"* {row.Workload}: {string.Join("; ", row.Notes)}\n");
        }

        return text.Append('\n').ToString();
    }
}
