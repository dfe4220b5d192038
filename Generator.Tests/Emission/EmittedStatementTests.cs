// Nothing is emitted that cannot run or does nothing: read from the generated text by the compiler's parser.
// Knows statements; refuses to know which layer they belong to.
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SeqGen.Generator.Tests.Generated;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Emission;

public class EmittedStatementTests
{
    /// <summary>Random stacks, golden cases, and what has had such statements: a small cell with weights beyond the first-level cache, loops without states.</summary>
    private static IEnumerable<BlockSyntax> Blocks =>
        from compilation in new[] { EquivalenceTests.Run.Run.After, GoldenNetworks.OwnRun.Run.After, NetworkHarness.Run(
            "[Network(Inputs = 8, Timesteps = 64)] [Lstm(64)] [Gru(32)] [Dense(1)] [MeanSquaredError] public partial class Forecaster;",
            "[Network(Timesteps = 9)] [Encoder(Tokens = 12)] [Embedding(6)] [Gru(80)] [Decoder(Tokens = 14)] [Embedding(5)] [Gru(80)] [LuongAttention(40)] [Dense(14)] [SoftmaxCrossEntropy] public partial class Translator;",
            "[Network(Inputs = 6, Timesteps = 20)] [SelfAttention(16, Heads = 4)] [Dense(3)] [MeanSquaredError] public partial class Attentive;").Run.After }
        from tree in compilation.SyntaxTrees
        where tree.FilePath.EndsWith(".g.cs", System.StringComparison.Ordinal)
        from block in tree.GetRoot().DescendantNodes().OfType<BlockSyntax>()
        select block;

    [Fact]
    public void No_condition_is_asked_where_its_answer_is_known()
    {
        foreach (IfStatementSyntax inner in Blocks.SelectMany(b => b.Statements).OfType<IfStatementSyntax>())
        {
            string condition = inner.Condition.ToString();
            Assert.DoesNotContain(inner.Ancestors().OfType<IfStatementSyntax>(), outer => outer.Condition.ToString() == condition);
        }
    }

    [Fact]
    public void No_branch_and_no_loop_is_empty() =>
        Assert.DoesNotContain(Blocks, b => b is { Statements.Count: 0, Parent: IfStatementSyntax or ElseClauseSyntax or ForStatementSyntax });
}
