// Nothing emitted is longer than the inliner takes, whatever was declared.
// Knows the limit; refuses to know where loops are cut, and what they compute.
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using SeqGen.Generator.Tests.Generated;
using Xunit;

namespace SeqGen.Generator.Tests.Emission;

public class EmittedLoopTests
{
    [Fact]
    public void Random_stacks_are_within_the_budget() => EmittedLoops.AssertWithinBudget(EquivalenceTests.Run.Run.After);

    [Fact]
    public void Golden_cases_are_within_the_budget() => EmittedLoops.AssertWithinBudget(GoldenNetworks.OwnRun.Run.After);

    [Fact]
    public void Big_cells_are_within_the_budget_which_they_would_not_be_in_one_piece()
    {
        EmittedLoops.AssertWithinBudget(BigCells.Usual);
        IReadOnlyList<EmittedLoop> whole = EmittedLoops.In(BigCells.Compile(new CompilerOptions(ShareEqual: false, LoopOperations: int.MaxValue, LoopActivations: int.MaxValue), "Steps"));
        Assert.True(whole.Count(l => l.Operations > 2 * EmittedLoops.MaxOperations && l.Activations > EmittedLoops.MaxActivations) >= 2, "the cells of this test are not big");
    }

    [Fact]
    public void A_cell_is_cut_the_same_way_again()
    {
        Assert.Equal(Texts(BigCells.Usual), Texts(BigCells.Compile(CompilerOptions.Default, BigCells.Names)));

        static IEnumerable<string> Texts(Compilation compilation) => compilation.SyntaxTrees.Select(t => t.ToString());
    }

    [Fact]
    public void A_loop_is_within_any_budget_unless_it_is_one_operation()
    {
        IReadOnlyList<EmittedLoop> loops = EmittedLoops.In(BigCells.Compile(new CompilerOptions(LoopOperations: 8, LoopActivations: 2), "Steps"));
        Assert.Equal("", string.Join("\n", loops.Where(l => (l.Operations > 8 || l.Activations > 2) && l.Results > 1)));
        Assert.Contains(loops, l => l.Results > 1);
    }
}
