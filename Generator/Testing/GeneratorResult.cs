// What came out of a run, as plain values: a test needs no Roslyn type to look at it.
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace SeqGen.Testing;

/// <summary>A generated file.</summary>
/// <param name="Name">Its name, e.g. <c>Forecaster.g.cs</c>.</param>
/// <param name="Text">Its text, <c>\n</c> at line ends.</param>
public sealed record GeneratedSource(string Name, string Text);

/// <summary>A diagnostic of the generator, its analyzer or the compiler.</summary>
/// <param name="Id">E.g. <c>SEQ0001</c> or <c>CS0103</c>.</param>
/// <param name="Severity">Error, Warning or Info.</param>
/// <param name="Message">The message.</param>
/// <param name="File">Name of the file; empty where there is no place.</param>
/// <param name="Line">Line in the file, counted from 1; 0 where there is no place.</param>
/// <param name="Column">Column in the line, counted from 1; 0 where there is no place.</param>
/// <param name="Span">The source text that it is about.</param>
public sealed record ReportedDiagnostic(string Id, string Severity, string Message, string File, int Line, int Column, string Span)
{
    /// <summary>As the compiler prints it.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{File}({Line},{Column}): {Severity.ToLowerInvariant()} {Id}: {Message}");
}

/// <summary>What the generator made of a source text.</summary>
/// <param name="Files">The generated files, by name.</param>
/// <param name="Diagnostics">Diagnostics of SeqGen, and errors and warnings of the compiler over source and generated files together.</param>
/// <param name="IsCached">Whether a second run after an unrelated edit took everything from the cache, as it does in an editor.</param>
public sealed record GeneratorResult(
    IReadOnlyList<GeneratedSource> Files, IReadOnlyList<ReportedDiagnostic> Diagnostics, bool IsCached)
{
    /// <summary>The diagnostics and the files as one text, which is what a snapshot of a result holds.</summary>
    public string ToSnapshot()
    {
        var text = new StringBuilder();
        foreach (ReportedDiagnostic diagnostic in Diagnostics)
        {
            text.Append("// ").Append(diagnostic).Append('\n');
        }

        foreach (GeneratedSource file in Files)
        {
            text.Append(text.Length > 0 ? "\n" : "").Append("//// ").Append(file.Name).Append('\n').Append(file.Text);
        }

        return text.ToString();
    }

    /// <summary>Whether nothing is wrong: no errors and no warnings.</summary>
    public bool IsClean => Diagnostics.All(d => d.Severity is not ("Error" or "Warning"));
}
