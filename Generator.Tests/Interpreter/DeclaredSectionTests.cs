// Golden cases that are not one stack of common layers, by the compiler's own recipes: the declaration that a user would write, read by
// the parser, becomes a graph. Knows how a case's names differ from a network's; the declarations are those of the generated tests.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
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
public class DeclaredSectionTests
{
    public static TheoryData<string> Cases => new(GoldenNetworks.Names().Where(name => GoldenDeclaration.IsSectional(GoldenNetworks.Load(name))));

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_declared_case_gives_the_reference_results_with_every_choice_of_passes(string name)
    {
        GoldenCase golden = GoldenNetworks.Load(name);
        foreach (PassChoice passes in PassChoice.All)
        {
            NetworkGraph graph = Lower(golden);
            Run run = RunOf(golden, graph);
            GoldenNetwork.AddGradients(graph, passes);
            NameAsCase(golden, graph);
            GoldenResults.Check(golden, graph, run, passes.ToString());
        }
    }

    [Fact]
    public void All_eight_cases_can_be_declared() => Assert.True(Cases.Count >= 8, $"only {Cases.Count} cases can be declared");

    private static NetworkGraph Lower(GoldenCase golden)
    {
        string source = GoldenDeclaration.Write(golden);
        ParsedNetwork parsed = NetworkHarness.Parse(source, GoldenDeclaration.ClassOf(golden));
        Assert.Empty(parsed.Findings);
        NetworkShape shape = NetworkShape.Of(parsed.Spec);
        Assert.Empty(shape.Problems.Select(p => p.ToString()));
        NetworkGraph graph = NetworkLowering.Lower(parsed.Spec, shape);
        Verifier.Check(graph);
        return graph;
    }

    /// <summary>The case's data under the network's names.</summary>
    private static Run RunOf(GoldenCase golden, NetworkGraph graph)
    {
        var run = new Run(golden.Batch);
        run.Steps["time"] = golden.Timesteps;
        if (golden.Json.TryGetProperty("source_timesteps", out JsonElement source))
        {
            run.Steps["source"] = source.GetInt32();
        }

        SetLengths(run, golden, "lengths", "time");
        SetLengths(run, golden, "source_lengths", "source");
        JsonElement loss = golden.Json.GetProperty("loss");
        run.StepMask = loss.GetProperty("mask").GetString() is { } mask ? golden[mask].ToDoubles() : null;
        foreach (ParamOp param in graph.Sources<ParamOp>())
        {
            run.Parameters[param.Parameter] = golden[param.Parameter].ToDoubles();
        }

        foreach (InputOp input in graph.Sources<InputOp>())
        {
            string tensor = TensorOf(golden, input.Port);
            run.Ports[input.Port] = golden.Has(tensor) || !tensor.StartsWith("init.", StringComparison.Ordinal)
                ? golden[tensor].ToDoubles()
                : new double[golden.Batch * input.Infer([]).Size];
        }

        return run;
    }

    private static void SetLengths(Run run, GoldenCase golden, string property, string axis)
    {
        if (golden.Json.TryGetProperty(property, out JsonElement tensor) && tensor.ValueKind == JsonValueKind.String)
        {
            run.Lengths[axis] = golden[tensor.GetString()!].ToIntegers();
        }
    }

    private static string TensorOf(GoldenCase golden, string port) => port == "input" && golden.Has("source") ? "source" : port;

    /// <summary>Results under the names that the case's tensors have.</summary>
    private static void NameAsCase(GoldenCase golden, NetworkGraph graph)
    {
        var names = new Dictionary<string, string>
        {
            ["grad.source"] = "grad.input",
            ["attention_weights"] = "out.attention.weights",
        };
        foreach (string trace in golden.TensorNames.Where(n => n.StartsWith("trace.", StringComparison.Ordinal)))
        {
            names[trace] = "out." + trace["trace.".Length..];
        }

        foreach ((string tensor, string result) in names.Where(n => golden.Has(n.Key)))
        {
            graph.Results[tensor] = graph.Results[result];
        }
    }
}
