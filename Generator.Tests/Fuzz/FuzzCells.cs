// Cells of a user's own in drawn declarations: those of samples/Cells, compiled with these tests for their constructors, and their sources for the generator.
// Knows how a cell comes into a declaration; refuses to know any equation.
using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SeqGen.Generator.Layers.Cells;
using SeqGen.Generator.Model;
using SeqGen.Generator.Parsing.Cells;
using SeqGen.Generator.Tests.Generated;
using SeqGen.Testing;

namespace SeqGen.Generator.Tests.Fuzz;

internal static class FuzzCells
{
    /// <summary>What file names of cells begin with.</summary>
    public const string Prefix = "Cells.";

    /// <summary>The kinds that are drawn. One that leaps (phased LSTM) and one that reads features in thirds (GRU-D) have tests of their own.</summary>
    public static string[] Kinds { get; } = ["Mgu", "LiGru", "MinGru", "MinLstm", "IndRnn", "Janet", "Sru", "Qrnn", "FastWeights", "Antisymmetric"];

    private static readonly Lazy<IReadOnlyDictionary<string, CellCode>> _codes = new(() =>
    {
        CSharpCompilation compilation = GeneratorRun.Compilation(Sources(), new GeneratorOptions());
        return Kinds.ToDictionary(kind => kind, kind => CellReader.Read(compilation.GetTypeByMetadataName("Cells." + kind + "Attribute")!, compilation, default).Code!);
    });

    /// <summary>Their files.</summary>
    public static IEnumerable<(string Path, string Text)> Sources() => Kinds.Select(kind => (Prefix + kind + ".cs", UserCells.Sample[kind]));

    /// <summary>A layer, with its code where it is a user's.</summary>
    public static LayerSpec Spec(string kind, ArgumentList arguments) =>
        Kinds.Contains(kind) ? CellArguments.Complete(kind, arguments, _codes.Value[kind]) : new LayerSpec(kind, arguments);
}
