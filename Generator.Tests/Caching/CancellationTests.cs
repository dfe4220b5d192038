// A request to stop reaches every step: the pipeline, the passes, the writer. Nothing here measures time.
using System;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SeqGen.Generator.Emission;
using SeqGen.Generator.Layers;
using SeqGen.Generator.Model;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Caching;

public class CancellationTests
{
    private const string Source = "[Network(Inputs = 8, Timesteps = 64)] [Lstm(16)] [Dense(1)] public partial class Net;";

    /// <summary>The graph is made four times: for the packing, and for each program. The work ends before the next one.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void The_compiler_stops_at_the_next_pass(int at)
    {
        NetworkSpec spec = NetworkHarness.Parse(Source).Spec;
        NetworkShape shape = NetworkShape.Of(spec);
        using var source = new CancellationTokenSource();
        int made = 0;
        Assert.Throws<OperationCanceledException>(() => NetworkCompiler.Compile(
            spec, CompilerOptions.Default,
            () =>
            {
                if (++made == at)
                {
                    source.Cancel();
                }

                return NetworkLowering.Lower(spec, shape);
            },
            source.Token));
        Assert.Equal(at, made);
    }

    [Fact]
    public void The_writer_stops_at_the_next_line()
    {
        using var source = new CancellationTokenSource();
        SourceWriter writer = new SourceWriter(source.Token).Line("one");
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => writer.Line("two"));
        Assert.Equal("one\n", writer.ToString());
    }

    [Fact]
    public void The_pipeline_hands_its_token_on_and_takes_no_cancellation_for_an_error()
    {
        using var source = new CancellationTokenSource();
        Declaration declaration = NetworkHarness.Parse(Source).ToModel()!;
        Assert.Throws<OperationCanceledException>(() => SeqGenGenerator.Generate(
            declaration,
            (spec, cancel) =>
            {
                Assert.Equal(source.Token, cancel);
                source.Cancel();
                return NetworkCompiler.Compile(spec, cancel);
            },
            source.Token));
    }

    [Fact]
    public void A_run_that_is_cancelled_leaves_nothing_behind_that_the_next_would_find()
    {
        CSharpCompilation compilation = NetworkHarness.Compilation(new HarnessOptions(), Source);
        GeneratorDriver driver = CSharpGeneratorDriver.Create(
            [new SeqGenGenerator().AsSourceGenerator()], parseOptions: (CSharpParseOptions)compilation.SyntaxTrees[0].Options);
        Assert.Throws<OperationCanceledException>(() => driver.RunGenerators(compilation, new CancellationToken(canceled: true)));
        Assert.Single(driver.RunGenerators(compilation, TestContext.Current.CancellationToken).GetRunResult().GeneratedTrees);
    }
}
