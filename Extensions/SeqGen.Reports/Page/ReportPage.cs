// The HTML around a report's model: one file with script, style and charts inside, that may load nothing. Knows the shell; refuses to know what is shown.
using System;
using System.Collections.Concurrent;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace SeqGen.Reports;

internal static class ReportPage
{
    private static readonly ConcurrentDictionary<string, string> Resources = new();

    /// <summary>The page.</summary>
    /// <param name="report">What it shows.</param>
    /// <param name="live">Whether it goes on listening to the server that gave it.</param>
    public static string Html(TrainingReport report, bool live)
    {
        string[] scripts = [.. new[] { "uPlot/uPlot.iife.min.js", "charts.js", "report.js" }.Select(Inline)], styles = [.. new[] { "uPlot/uPlot.min.css", "report.css" }.Select(Inline)];

        // Whatever a name may hold, nothing runs but these scripts, and nothing is fetched but a live page's own events.
        string policy = $"default-src 'none'; script-src {string.Join(' ', scripts.Select(Hash))}; style-src {string.Join(' ', styles.Select(Hash))}; img-src data:; base-uri 'none'; form-action 'none'{(live ? "; connect-src 'self'" : "")}";
        string title = WebUtility.HtmlEncode(report.Title);
        StringBuilder html = new();
        html.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        html.Append(CultureInfo.InvariantCulture, $"<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n");
        html.Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"generator\" content=\"SeqGen.Reports\">\n");
        html.Append(CultureInfo.InvariantCulture, $"<link rel=\"icon\" href=\"data:,\">\n<title>{title}</title>\n");
        html.Append("<!--\n").Append(Resource("uPlot/NOTICE")).Append('\n').Append(Resource("uPlot/LICENSE")).Append("\n-->\n");
        html.AppendJoin("", styles.Select(s => $"<style>{s}</style>\n")).Append("</head>\n<body>\n");
        html.Append(CultureInfo.InvariantCulture, $"<header><h1>{title}</h1></header>\n<main id=\"report\"><noscript>{Plain(report)}</noscript></main>\n");
        html.Append("<script type=\"application/json\" id=\"model\">").Append(ReportModel.Text(json =>
        {
            json.WriteBoolean("live", live);
            ReportModel.Write(json, report);
        })).Append("</script>\n");
        html.AppendJoin("", scripts.Select(s => $"<script>{s}</script>\n")).Append("</body>\n</html>\n");
        return html.ToString();
    }

    /// <summary>A resource of this assembly, as it is.</summary>
    internal static string Resource(string name) => Resources.GetOrAdd(name, static n =>
    {
        using Stream stream = typeof(ReportPage).Assembly.GetManifestResourceStream(n) ?? throw new InvalidOperationException($"The assembly has no resource {n}.");
        using StreamReader reader = new(stream, Encoding.UTF8, detectEncodingFromByteOrderMarks: false);
        return reader.ReadToEnd();
    });

    /// <summary>As a browser reads it before it takes the sum: a checkout may have given our files other ends of lines.</summary>
    private static string Inline(string name) => Resource(name).Replace("\r\n", "\n", StringComparison.Ordinal);

    private static string Hash(string text) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}'";

    /// <summary>For a browser without scripts.</summary>
    private static string Plain(TrainingReport report)
    {
        string epochs = string.Join("\n", report.Epochs.TakeLast(50).Select(e => e.ToString()));
        return $"<p>Charts need a browser that runs scripts. The last epochs, and the network:</p>\n<pre>{WebUtility.HtmlEncode(epochs)}</pre>\n<pre>{WebUtility.HtmlEncode(report.Info.ToString())}</pre>";
    }
}
