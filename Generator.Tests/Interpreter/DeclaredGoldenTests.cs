// The compiler's own layer recipes on the golden cases that can be declared: the declaration that a user would write, parsed and lowered.
// Knows how the results of a declared network are named; the recipes that need no declaration are the test-side ones in Graphs/.
using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis.CSharp;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Layers;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;
using SeqGen.Generator.Parsing;
using SeqGen.Generator.Tests.Generated;
using SeqGen.Generator.Tests.Goldens;
using SeqGen.Generator.Tests.Graphs;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Interpreter;

[Trait("Category", "GoldenInterpreter")]
public class DeclaredGoldenTests
{
    private static readonly Lazy<CSharpCompilation> _declarations = new(() => NetworkHarness.Compilation(
        new HarnessOptions(), [.. Declarable().Select(name => GoldenDeclaration.Write(GoldenCase.Load(name)))]));

    public static TheoryData<string> Cases => new(Declarable());

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_declared_case_gives_the_reference_results_with_every_choice_of_passes(string name)
    {
        GoldenCase golden = GoldenCase.Load(name);
        foreach (PassChoice passes in PassChoice.All)
        {
            NetworkGraph graph = Lower(golden);
            GoldenNetwork.AddGradients(graph, passes);
            if (TruncatedRun.IsOne(golden))
            {
                TruncatedRun.Check(golden, graph, passes.ToString());
                continue;
            }

            GoldenResults.Check(golden, graph, GoldenRun.Of(golden, graph), passes.ToString());
            if (TrainingRun.IsOne(golden))
            {
                TrainingRun.Check(golden, graph, passes.ToString());
            }
        }
    }

    [Fact]
    public void Every_case_that_is_a_stack_can_be_declared() => Assert.Equal(
        ["ntm_feedforward", "ntm_lstm"],
        GoldenCase.Names().Except(Declarable()).Where(name => !name.StartsWith("seq2seq", StringComparison.Ordinal)));

    private static NetworkGraph Lower(GoldenCase golden)
    {
        NetworkSpec spec = NetworkParser.Parse(_declarations.Value.GetTypeByMetadataName(GoldenDeclaration.ClassOf(golden))!, _declarations.Value, default)!.Spec;
        NetworkShape shape = NetworkShape.Of(spec);
        Assert.Empty(shape.Problems.Select(p => p.ToString()));
        NetworkGraph graph = NetworkLowering.Lower(spec, shape);
        Verifier.Check(graph);

        // The case's name for the last layer's output is "output" alone, and for what a softmax reads "logits".
        if (golden.Has("logits"))
        {
            graph.Results["logits"] = graph.Results["loss.input"];
        }

        return graph;
    }

    private static IEnumerable<string> Declarable() => GoldenCase.Names().Where(name => !GoldenDeclaration.IsSectional(GoldenCase.Load(name)));
}
