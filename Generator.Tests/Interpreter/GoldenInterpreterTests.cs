// Every golden case through recipes, reverse walk and passes, executed in double: outputs, states, loss and every gradient.
// Training runs and truncated BPTT are in their own files.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Tests.Goldens;
using SeqGen.Generator.Tests.Graphs;
using Xunit;

namespace SeqGen.Generator.Tests.Interpreter;

[Trait("Category", "GoldenInterpreter")]
public class GoldenInterpreterTests
{
    private static readonly string[] _references = ["output", "logits", "loss", "attention_weights", "out.", "final.", "grad.", "trace."];

    public static TheoryData<string> Cases => new(GoldenCase.Names());

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_case_gives_the_reference_results_with_every_choice_of_passes(string name)
    {
        GoldenCase golden = GoldenCase.Load(name);
        foreach (PassChoice passes in PassChoice.All)
        {
            NetworkGraph graph = GoldenNetwork.WithGradients(golden, passes);
            if (TruncatedRun.IsOne(golden))
            {
                TruncatedRun.Check(golden, graph, passes.ToString());
                continue;
            }

            GraphInterpreter results = GraphInterpreter.Execute(graph, GoldenRun.Of(golden, graph));
            CheckResults(golden, graph, results, passes.ToString());
            if (TrainingRun.IsOne(golden))
            {
                TrainingRun.Check(golden, graph, passes.ToString());
            }
        }
    }

    [Fact]
    public void The_index_lists_ninety_two_cases() => Assert.Equal(92, GoldenCase.Names().Count);

    private static void CheckResults(GoldenCase golden, NetworkGraph graph, GraphInterpreter results, string where)
    {
        Comparison.Equal(golden.Json.GetProperty("loss").GetProperty("value").GetDouble(), results["loss"].Data[0], where + " loss");
        Run run = GoldenRun.Of(golden, graph);
        foreach (string name in golden.TensorNames.Where(n => _references.Any(r => r.EndsWith('.') ? n.StartsWith(r, StringComparison.Ordinal) : n == r)))
        {
            Assert.True(graph.Results.ContainsKey(name), $"{where}: the graph has no result {name}");
            Tensor got = results[name];
            bool whole = name.StartsWith("grad.", StringComparison.Ordinal);
            Comparison.Equal(golden[name], got.Data, where, whole ? null : i => IsValid(run, got, i / got.Size));
        }
    }

    /// <summary>Outputs beyond a row's length need not be compared.</summary>
    private static bool IsValid(Run run, Tensor tensor, int item)
    {
        if (tensor.Shape.Extent != Extent.BatchAxis)
        {
            return true;
        }

        int inner = tensor.Shape.Across is null ? 1 : run.StepsOf(tensor.Shape.Across), steps = run.StepsOf(tensor.Shape.Axis!);
        return item / inner % steps < run.LengthOf(tensor.Shape.Axis!, run.RowOf(tensor.Shape, item));
    }
}
