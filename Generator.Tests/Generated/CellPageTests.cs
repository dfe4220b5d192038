// docs/your-own-cell.md: its examples compile as a user's would and run.
// Knows the page; refuses to know layers.
using System.Linq;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

public class CellPageTests
{
    [Fact]
    public void Every_example_compiles_and_runs()
    {
        string[] blocks = Repository.Examples("docs/your-own-cell.md");
        string[] declarations = [.. blocks.Where(b => b.Contains("class ", System.StringComparison.Ordinal))], statements = [.. blocks.Except(declarations)];
        Assert.Equal((4, 2), (declarations.Length, statements.Length));
        using LoadedNetworks loaded = NetworkHarness.Load(
        [
            .. declarations,
            "using System.Collections.Generic;\nstatic class Use { public static double[] Run() {\n" + string.Concat(statements).Replace("Console.WriteLine", "_ = string.Concat", System.StringComparison.Ordinal) + "\nreturn h.ToArray(); } }",
        ]);
        var h = (double[])loaded["Use"].GetMethod("Run")!.Invoke(null, null)!;
        Assert.All(h, v => Assert.InRange(v, -1, 1));
        Assert.Contains(h, v => v != 0);
    }
}
