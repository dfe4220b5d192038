// Every golden case through recipes, reverse walk and passes, executed in double: outputs, states, loss and every gradient,
// training runs, truncated BPTT.
using SeqGen.Generator.Graph;
using SeqGen.Generator.Tests.Goldens;
using SeqGen.Generator.Tests.Graphs;
using Xunit;

namespace SeqGen.Generator.Tests.Interpreter;

[Trait("Category", "GoldenInterpreter")]
public class GoldenInterpreterTests
{
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

            GoldenResults.Check(golden, graph, GoldenRun.Of(golden, graph), passes.ToString());
            if (TrainingRun.IsOne(golden))
            {
                TrainingRun.Check(golden, graph, passes.ToString());
            }
        }
    }

    [Fact]
    public void The_index_lists_ninety_two_cases() => Assert.Equal(92, GoldenCase.Names().Count);
}
