// Cells of another assembly: what is compiled without their source at hand, and what is told where it cannot be.
// Knows how assemblies are built; knows no equation.
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using SeqGen.Generator.Model;
using SeqGen.Generator.Parsing;
using SeqGen.Generator.Parsing.Cells;
using SeqGen.Generator.Tests.Harness;
using SeqGen.Testing;
using Xunit;

namespace SeqGen.Generator.Tests.Diagnostics;

public class CellPackageTests
{
    private const string Cell = """
        namespace Packaged;

        public sealed class MguAttribute(int units) : CellAttribute(units)
        {
            public double Open { get; set; } = 0.5;

            public Vec Step(Vec x, Vec h, Weights w)
            {
                Vec f = Sigmoid(w.Affine("f", x, h) + Open);
                return h + f * (Tanh(w.Affine("n", x, f * h)) - h);
            }
        }
        """;

    private const string Functions = """
        namespace Packaged;

        public sealed class NearAttribute : CustomLossAttribute
        {
            public double Scale { get; set; } = 2;

            public Vec Loss(Vec y, [Target(TargetKind.Values)] Vec target) => Scale * (y - target) * (y - target);
        }

        public sealed class BentAttribute : CustomActivationAttribute { public static Vec Apply(Vec x) => x + 0.5 * Abs(x); }
        """;

    private const string FunctionNetwork =
        "[Network(Inputs = 3, Timesteps = 4, NormalizeTargets = true)] [Dense(5, CustomActivation = typeof(Packaged.BentAttribute))] [Packaged.Bent] [Dense(2)] [Packaged.Near(Scale = 3)] public partial class Net;";

    private const string Network = "[Network(Inputs = 3, Timesteps = 4)] [Packaged.Mgu(5, Open = 0.25)] public partial class Net;";

    /// <summary>A source that refers to an assembly with the cell.</summary>
    /// <param name="source">The source.</param>
    /// <param name="withCode">Whether that assembly was built with the generator.</param>
    /// <param name="classes">What is in it.</param>
    internal static HarnessRun RunOn(string source, bool withCode, string classes = Cell)
    {
        CSharpCompilation library = NetworkHarness.Compilation(new HarnessOptions(), classes).WithAssemblyName("Package");
        using var image = new MemoryStream();
        EmitResult emitted = (withCode ? GeneratorRun.Of(library).After : library).Emit(image);
        Assert.True(emitted.Success, string.Join("\n", emitted.Diagnostics));
        CSharpCompilation compilation = NetworkHarness.Compilation(new HarnessOptions(), source);
        return NetworkHarness.Run(new HarnessOptions(), compilation.AddReferences(MetadataReference.CreateFromImage(image.ToArray())));
    }

    [Fact]
    public void A_network_with_a_cell_of_another_assembly_is_the_same_code() =>
        Assert.Equal(NetworkHarness.Run(Network, Cell).AssertClean().Files["Net.g.cs"], RunOn(Network, withCode: true).AssertClean().Files["Net.g.cs"]);

    [Fact]
    public void A_network_with_functions_of_another_assembly_is_the_same_code() =>
        Assert.Equal(NetworkHarness.Run(FunctionNetwork, Functions).AssertClean().Files["Net.g.cs"], RunOn(FunctionNetwork, withCode: true, Functions).AssertClean().Files["Net.g.cs"]);

    [Fact]
    public void Functions_of_an_assembly_without_code_are_named()
    {
        HarnessRun run = RunOn(FunctionNetwork, withCode: false, Functions).AssertCompiles();
        Assert.Equal(["CustomActivation = typeof(Packaged.BentAttribute)", "Packaged.Bent", "Packaged.Near(Scale = 3)"], run.SeqGen.Select(d => d.Span));
        Assert.All(run.SeqGen, d => Assert.Equal("SEQ0314", d.Id));
    }

    [Fact]
    public void An_assembly_without_code_is_named()
    {
        ReportedDiagnostic diagnostic = Assert.Single(RunOn(Network, withCode: false).AssertCompiles().SeqGen);
        Assert.Equal(("SEQ0314", "Packaged.Mgu(5, Open = 0.25)"), (diagnostic.Id, diagnostic.Span));
        Assert.Contains("'Package'", diagnostic.Message, System.StringComparison.Ordinal);
    }

    [Fact]
    public void Code_goes_through_text_unchanged()
    {
        foreach (string source in Generated.UserCells.Sample.Values)
        {
            CSharpCompilation compilation = NetworkHarness.Compilation(new HarnessOptions(), source);
            INamedTypeSymbol cell = compilation.GetSymbolsWithName(n => n.EndsWith("Attribute", System.StringComparison.Ordinal), SymbolFilter.Type, TestContext.Current.CancellationToken).OfType<INamedTypeSymbol>().Single();
            CellCode code = CellReader.Read(cell, compilation, TestContext.Current.CancellationToken).Code!;
            CellCode read = CellText.Read(code.Text)!;
            Assert.Equal(code.Text, read.Text);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("2 ")]
    [InlineData("1 5 abc")]
    [InlineData("1 99999999999 x")]
    [InlineData("nonsense")]
    public void Text_of_another_form_is_no_code(string text) => Assert.Null(CellText.Read(text));

    [Fact]
    public void An_edit_of_a_cell_is_the_only_edit_that_its_networks_see()
    {
        CSharpCompilation compilation = NetworkHarness.Compilation(new HarnessOptions(), Network, Cell, "[Network(Inputs = 3, Timesteps = 4)] [Gru(5)] public partial class Other;");
        GeneratorRun run = GeneratorRun.Of(compilation);
        SyntaxTree tree = compilation.SyntaxTrees.First(t => t.FilePath == "Source1.cs");
        SyntaxTree remark = tree.WithChangedText(Microsoft.CodeAnalysis.Text.SourceText.From("// A remark.\n" + Cell, System.Text.Encoding.UTF8));
        Assert.Empty(run.Then(compilation.ReplaceSyntaxTree(tree, remark)).NotCached());
        SyntaxTree changed = tree.WithChangedText(Microsoft.CodeAnalysis.Text.SourceText.From(Cell.Replace("= 0.5", "= 0.5; public int More { get; set; } = 3", System.StringComparison.Ordinal).Replace("Tanh", "Relu", System.StringComparison.Ordinal), System.Text.Encoding.UTF8));
        GeneratorRun after = run.Then(compilation.ReplaceSyntaxTree(tree, changed));
        Assert.NotEmpty(after.NotCached());
        Assert.Equal(
            [IncrementalStepRunReason.Modified, IncrementalStepRunReason.Cached],
            after.Result.TrackedSteps["SeqGen.Files"].SelectMany(s => s.Outputs).Select(o => o.Reason == IncrementalStepRunReason.Unchanged ? IncrementalStepRunReason.Cached : o.Reason).Order());
    }
}
