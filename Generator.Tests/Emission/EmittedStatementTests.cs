// Nothing is emitted that cannot run or does nothing: read from the generated text by the compiler's parser.
// Knows statements; refuses to know which layer they belong to.
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SeqGen.Generator.Emission;
using SeqGen.Generator.Model;
using SeqGen.Generator.Tests.Fuzz;
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

    [Theory]
    [InlineData("[Network(Inputs = 3, Timesteps = 40, Unroll = 1000)] [Lstm(4)] [Dense(1)] [MeanSquaredError] public partial class Few;")]
    [InlineData("[Network(Inputs = 3, Timesteps = 40, Unroll = 1000)] [NeuralTuringMachine(2, ReadHeads = 2)] [MeanSquaredError] public partial class Many;")]
    [InlineData("[Network(Timesteps = 9, Unroll = 1000)] [Encoder(Tokens = 12)] [Embedding(6)] [Gru(8)] [Decoder(Tokens = 14)] [Embedding(5)] [BahdanauAttention(7)] [Gru(8)] [Dense(14)] [SoftmaxCrossEntropy] public partial class Mixed;")]
    public void Loops_over_time_are_unrolled_by_how_many_statements_they_have(string declaration)
    {
        CompiledNetwork network = NetworkCompiler.Compile(DeclarationText.Parse(declaration), TestContext.Current.CancellationToken);
        int most = CSharpSyntaxTree.ParseText(network.Source!, cancellationToken: TestContext.Current.CancellationToken).GetRoot(TestContext.Current.CancellationToken).DescendantNodes().OfType<ForStatementSyntax>()
            .Where(f => f.Declaration?.Variables[0].Identifier.Text == "t" && f.Declaration.Variables[0].Initializer!.Value.ToString() != "end - 1")
            .Max(f => f.Statement.DescendantNodes().OfType<ExpressionStatementSyntax>().Count());
        Assert.Equal(System.Math.Max(1, ProgramWriter.StatementBudget / most).ToString(CultureInfo.InvariantCulture), Assert.Single(network.Problems).Values[1]);
    }

    [Fact]
    public void No_branch_and_no_loop_is_empty() =>
        Assert.DoesNotContain(Blocks, b => b is { Statements.Count: 0, Parent: IfStatementSyntax or ElseClauseSyntax or ForStatementSyntax });
}
