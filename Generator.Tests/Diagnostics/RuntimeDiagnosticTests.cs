// The rules about the referenced runtime, on assemblies that are made for the test: the attributes alone, and with a wrong contract.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SeqGen.Generator.Model;
using SeqGen.Generator.Tests.Harness;
using SeqGen.Testing;
using Xunit;

namespace SeqGen.Generator.Tests.Diagnostics;

public class RuntimeDiagnosticTests
{
    private const string Declaration =
        "using SeqGen; [Network(Inputs = 8, Timesteps = 64)] [Lstm(16)] partial class Net { static void Use() { var n = new Net(seed: 1); n.Save(\"x\"); } }";

    /// <summary>An assembly with attributes and no runtime.</summary>
    internal const string Attributes = """
        using System;
        namespace SeqGen
        {
            public sealed class NetworkAttribute : Attribute { public int Inputs { get; set; } public int Timesteps { get; set; } }
            public abstract class LayerAttribute : Attribute { }
            public sealed class LstmAttribute : LayerAttribute { public LstmAttribute(int units) { } }
        }
        """;

    private static IReadOnlyList<ReportedDiagnostic> Run(params string[] runtime) => RunOn(Declaration, runtime);

    /// <summary>What is reported of a source that refers to a runtime made of these texts.</summary>
    internal static IReadOnlyList<ReportedDiagnostic> RunOn(string declaration, params string[] runtime)
    {
        MetadataReference[] framework = [.. GeneratorRun.References.Where(r => r.Display != typeof(NetworkAttribute).Assembly.Location)];
        CSharpCompilation library = GeneratorRun.Compilation(runtime.Select((t, i) => ($"{i}.cs", t)), new GeneratorOptions(), framework)
            .WithAssemblyName("SeqGen");
        using var image = new MemoryStream();
        Assert.True(library.Emit(image).Success);
        CSharpCompilation compilation = GeneratorRun.Compilation(
            [("Source.cs", declaration)], new GeneratorOptions(), [.. framework, MetadataReference.CreateFromImage(image.ToArray())]);
        GeneratorRun run = GeneratorRun.Of(compilation);
        return [.. run.FromAnalyzer().Concat(run.FromGenerator).Concat(run.FromCompiler()).Select(SeqGenTest.Plain)];
    }

    [Fact]
    public void A_missing_runtime_is_reported_at_network()
    {
        ReportedDiagnostic diagnostic = Assert.Single(Run(Attributes));
        Assert.Equal(("SEQ0014", "Network(Inputs = 8, Timesteps = 64)"), (diagnostic.Id, diagnostic.Span));
        Assert.Equal("'Net' needs the SeqGen runtime, but the referenced assembly has the attributes alone; refer to the package SeqGen", diagnostic.Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(Generator.Model.RuntimeContract.Version + 1)]
    public void A_runtime_of_another_contract_is_reported_at_network(int contract)
    {
        ReportedDiagnostic diagnostic = Assert.Single(Run(Attributes, FakeRuntime.Source(contract)));
        Assert.Equal(("SEQ0015", "Network(Inputs = 8, Timesteps = 64)"), (diagnostic.Id, diagnostic.Span));
        Assert.StartsWith($"'Net' is generated for contract {Generator.Model.RuntimeContract.Version} of the SeqGen runtime, but the referenced one has {contract};", diagnostic.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_runtime_of_the_same_contract_is_right() =>
        Assert.DoesNotContain(Run(Attributes, FakeRuntime.Source()), d => d.Id is "SEQ0014" or "SEQ0015");

    [Fact]
    public void The_generator_and_the_runtime_of_this_repository_have_one_contract()
    {
        Type plan = typeof(NetworkAttribute).Assembly.GetType(Generator.Parsing.Names.NetworkPlan, throwOnError: true)!;
        Assert.Equal(Generator.Model.RuntimeContract.Version, plan.GetField(Generator.Parsing.Names.ContractField)!.GetRawConstantValue());
    }
}
