// A thousand declarations, right and wrong: whatever is written, the generator neither fails nor leaves the user with compiler errors alone.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Tests.Harness;
using SeqGen.Testing;
using Xunit;

namespace SeqGen.Generator.Tests.Parsing;

public class RandomDeclarationTests
{
    private const int PerBatch = 100;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(10)]
    public void Any_declaration_compiles_or_has_an_error_of_ours(int seed)
    {
        RandomDeclaration[] declarations = [.. new RandomDeclarations(seed).Take(PerBatch)];
        HarnessRun run = NetworkHarness.Run(new HarnessOptions(InOddCulture: seed % 2 == 0), [.. declarations.Select(d => d.Source)]);

        HashSet<string> withOurs = [.. run.SeqGen.Where(d => d.Severity == "Error").Select(d => d.File)];

        // No exception anywhere: the harness checks the generator and the analyzer, and an exception in the compiler would be SEQ9999.
        List<string> failures = [.. run.SeqGen.Where(d => d.Id == "SEQ9999").Select(d => $"{d}\n{declarations.FirstOrDefault(one => d.Message.Contains($"'{one.Name}'", System.StringComparison.Ordinal))?.Source}")];
        foreach (ReportedDiagnostic error in run.Compiler.Where(d => d.Severity == "Error" || run.Files.ContainsKey(d.File)))
        {
            RandomDeclaration? declaration = Find(declarations, error.File);
            if (declaration is null || declaration.CanBeAddedTo || !withOurs.Contains(FileOf(declarations, declaration)))
            {
                failures.Add($"{error}\n{declaration?.Source}");
            }
        }

        Assert.True(failures.Count == 0, $"{failures.Count} failures, of them\n{string.Join("\n", failures.Take(8))}");

        // Neither all right nor all wrong, or the test would say nothing.
        Assert.InRange(withOurs.Count, PerBatch / 10, PerBatch * 9 / 10);
    }

    private static RandomDeclaration? Find(RandomDeclaration[] declarations, string file) =>
        declarations.FirstOrDefault(d => file == FileOf(declarations, d) || file == d.Name + ".g.cs" || file.EndsWith("." + d.Name + ".g.cs", System.StringComparison.Ordinal));

    private static string FileOf(RandomDeclaration[] declarations, RandomDeclaration declaration) =>
        $"Source{System.Array.IndexOf(declarations, declaration)}.cs";
}
