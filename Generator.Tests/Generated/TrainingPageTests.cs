// docs/training.md and docs/checkpoints.md: their examples compile as a user's would and run, and the loop of one's own does what the trainer does.
// Knows the pages; refuses to know layers.
using System;
using System.IO;
using System.Linq;
using System.Reflection;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

public sealed class TrainingPageTests : IDisposable
{
    private const int Steps = 64, Features = 8;

    // Programs of the pages write files by relative names.
    private readonly string _directory = Directory.CreateTempSubdirectory("seqgen-pages-").FullName;

    private static string[] Blocks { get; } = Repository.Examples("docs/training.md");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("docs/training.md", 18)]
    [InlineData("docs/checkpoints.md", 3)]
    public void Every_example_compiles_and_runs(string page, int count)
    {
        string[] blocks = Repository.Examples(page), programs = [.. blocks.Where(b => !b.StartsWith('[')).Select(InDirectory)];
        Assert.Equal(count, programs.Length);
        using LoadedNetworks loaded = Load(programs, blocks);
        for (int i = 0; i < programs.Length; i++)
        {
            Run(loaded, i, epochs: 1);
            Run(loaded, i, epochs: 1);
        }
    }

    [Fact]
    public void The_loop_with_checkpoints_goes_on_as_if_it_had_not_ended()
    {
        string[] blocks = Repository.Examples("docs/checkpoints.md");
        string loop = InDirectory(Assert.Single(blocks, b => b.Contains("Checkpoint.Load", StringComparison.Ordinal))) + "\nreturn net;";
        using LoadedNetworks loaded = Load([loop, loop.Replace("loop.safetensors", "other.safetensors", StringComparison.Ordinal)], blocks);
        Run(loaded, 0, epochs: 1);
        float[] inTwo = ((INetwork)Run(loaded, 0, epochs: 3)!).Parameters.Values.ToArray(), inOne = ((INetwork)Run(loaded, 1, epochs: 3)!).Parameters.Values.ToArray();
        Closeness.Same(inOne, inTwo, "parameters");
    }

    [Theory]
    [InlineData("Workspace workspace = net.CreateWorkspace(maxBatch: 32);", 1)]
    [InlineData("ParallelWorkspace workspace = new(net, maxBatch: 32);", 0)]
    public void The_loops_of_ones_own_are_the_trainer_bit_for_bit(string start, int threads)
    {
        string loop = Assert.Single(Blocks, b => b.Contains(start, StringComparison.Ordinal) && b.Contains("workspace.Fill(train, samples)", StringComparison.Ordinal));
        using LoadedNetworks loaded = Load([loop + "\nreturn net;"]);
        float[] own = ((INetwork)Run(loaded, 0, epochs: 2)!).Parameters.Values.ToArray();

        var network = (INetwork)loaded.Create("Forecaster", seed: 42);
        Trainer.For(network, new AdamW(1e-3f), new() { GradientClipping = GradientClipping.ByNorm(1f), Shuffle = false, Threads = threads })
            .Fit(Data(70), 2, cancellationToken: TestContext.Current.CancellationToken);
        Closeness.Same(network.Parameters.Values.ToArray(), own, "parameters");
    }

    private string InDirectory(string program) => program.Replace("\"runs/", $"\"{_directory}/runs/", StringComparison.Ordinal)
        .Replace("\"loop.", $"\"{_directory}/loop.", StringComparison.Ordinal).Replace("\"sensor.", $"\"{_directory}/sensor.", StringComparison.Ordinal).Replace("\"load.", $"\"{_directory}/load.", StringComparison.Ordinal);

    private static LoadedNetworks Load(string[] programs, string[]? blocks = null)
    {
        string methods = string.Join("\n", programs.Select((p, i) =>
            $"public static object? Run{i}(SequenceData train, SequenceData test, float[] series, int epochs, int[] sources, int[] targets)\n{{\n{p}\n{(p.Contains("return net;") ? "" : "return null;")}\n}}"));
        return NetworkHarness.Load([
            .. (blocks ?? Blocks).Where(b => b.StartsWith('[')),
            $"#nullable enable\nusing System.Collections.Generic;\nusing System.Linq;\npublic static class Page\n{{\n{methods}\n}}"]);
    }

    private static object? Run(LoadedNetworks loaded, int program, int epochs) => loaded["Page"]
        .GetMethod($"Run{program}", BindingFlags.Public | BindingFlags.Static)!
        .Invoke(null, [Data(70), Data(9), RandomData.Uniform(new Random(3), 100), epochs, Tokens(30 * 12, 20), Tokens(30 * 5, 13)]);

    private static int[] Tokens(int count, int tokens)
    {
        var random = new Random(count);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(tokens))];
    }

    private static SequenceData Data(int count)
    {
        var random = new Random(count);
        return SequenceData.FromArrays(RandomData.Uniform(random, count * Steps * Features), RandomData.Uniform(random, count), Steps, Features);
    }
}
