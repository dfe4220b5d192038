// docs/data.md and the README's first example: they compile as a user's would and run; the README's as the program that it is.
// Knows the pages; refuses to know layers.
using System;
using System.IO;
using System.Linq;
using System.Reflection;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

public sealed class DataPageTests
{
    // Five weeks and a half of hours, with the columns that the page says.
    private const int Rows = 1300;

    [Fact]
    public void Every_example_compiles_and_runs()
    {
        string[] blocks = Repository.Examples("docs/data.md"), programs = [.. blocks.Where(b => !b.StartsWith('['))];
        Assert.InRange(programs.Length, 8, 30);
        string methods = string.Join("\n", programs.Select((p, i) => $"public static void Run{i}(float[] series, int epochs)\n{{\n{p}\n}}"));
        using LoadedNetworks loaded = NetworkHarness.Load([
            .. blocks.Where(b => b.StartsWith('[')),
            $"#nullable enable\nusing System.Collections.Generic;\nusing System.Linq;\npublic static class Page\n{{\n{methods}\n}}"]);
        for (int i = 0; i < programs.Length; i++)
        {
            loaded["Page"].GetMethod($"Run{i}", BindingFlags.Public | BindingFlags.Static)!.Invoke(null, [Hours(), 1]);
        }
    }

    /// <summary>From <c>using SeqGen</c> to the network's declaration: pasted into an empty console project it is a program.</summary>
    [Fact]
    public void The_first_example_of_the_readme_is_a_whole_program()
    {
        string directory = Directory.CreateTempSubdirectory("seqgen-readme-").FullName;
        try
        {
            string file = Path.Combine(directory, "forecaster.safetensors"), program = Repository.Examples("README.md")[0];
            Assert.StartsWith("using SeqGen;", program, StringComparison.Ordinal);
            Assert.Contains("net.Save(\"forecaster.safetensors\");", program, StringComparison.Ordinal);
            using LoadedNetworks loaded = NetworkHarness.Load(
                new HarnessOptions { IsProgram = true }, program.Replace("\"forecaster.safetensors\"", $"@\"{file}\"", StringComparison.Ordinal).Replace("epochs: 20", "epochs: 1", StringComparison.Ordinal));
            MethodInfo main = loaded.Assembly.EntryPoint!;
            main.Invoke(null, main.GetParameters().Length == 0 ? [] : [Array.Empty<string>()]);
            Assert.True(new FileInfo(file).Length > 1000);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static float[] Hours()
    {
        float[] series = new float[Rows * 4];
        for (int t = 0; t < Rows; t++)
        {
            (float hour, float day) = (t % 24, t / 24 % 7);
            float temperature = 10 + (5 * MathF.Sin(t * 0.005f)) + (3 * MathF.Sin(hour / 24 * MathF.Tau));
            (series[t * 4], series[(t * 4) + 1], series[(t * 4) + 2], series[(t * 4) + 3]) = (40 - temperature + (day < 5 ? 6 : 0) + (4 * MathF.Sin(hour / 12 * MathF.Tau)), temperature, hour, day);
        }

        return series;
    }
}
