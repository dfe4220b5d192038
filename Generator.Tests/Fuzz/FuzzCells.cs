// Cells, losses and activations of a user's own in drawn declarations: those of samples/Cells, compiled with these tests for their constructors, and their sources for the generator.
// Knows how they come into a declaration; refuses to know any equation.
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

    /// <summary>Losses that are drawn: of each number of a target, and of classes.</summary>
    public static string[] Losses { get; } = ["LogCosh", "Focal"];

    /// <summary>Activations that are drawn, as layers and in other layers.</summary>
    public static string[] Functions { get; } = ["Swish", "Mish"];

    /// <summary>All of them.</summary>
    public static IEnumerable<string> All => [.. Kinds, .. Losses, .. Functions];

    private static readonly Lazy<IReadOnlyDictionary<string, CellCode>> _codes = new(() =>
    {
        CSharpCompilation compilation = GeneratorRun.Compilation(Sources(), new GeneratorOptions());
        return All.ToDictionary(kind => kind, kind => CellReader.Read(compilation.GetTypeByMetadataName("Cells." + kind + "Attribute")!, compilation, default).Code!);
    });

    /// <summary>Their files.</summary>
    public static IEnumerable<(string Path, string Text)> Sources() => All.Select(kind => (Prefix + kind + ".cs", UserCells.Sample[kind]));

    /// <summary>A layer, with its code where it is a user's, and with that of its activation where that is one.</summary>
    public static LayerSpec Spec(string kind, ArgumentList arguments) =>
        All.Contains(kind) ? CellArguments.Complete(kind, arguments, _codes.Value[kind])
        : arguments.Has("CustomActivation") ? CellArguments.WithFunction(kind, arguments, _codes.Value[Kind(arguments.String("CustomActivation"))])
        : new LayerSpec(kind, arguments);

    /// <summary>The type of an activation, as the compiler names it.</summary>
    public static string TypeOf(string kind) => "global::Cells." + kind + "Attribute";

    private static string Kind(string type) => type["global::Cells.".Length..^"Attribute".Length];
}
