// The generated text as people read it: the documented example is what the generator writes, and one small network is a snapshot.
// What the text computes is for Generated/.
using System;
using System.IO;
using System.Linq;
using SeqGen.Generator.Tests.Harness;
using SeqGen.Testing;
using Xunit;

namespace SeqGen.Generator.Tests.Emission;

public sealed class GeneratedFileTests
{
    private const string Example = """
        namespace Weather;

        [Network(Inputs = 8, Timesteps = 64)]
        [Lstm(64)]
        [Gru(32, Returns = Returns.Last)]
        [Dense(1)]
        [MeanSquaredError]
        public partial class Forecaster;
        """;

    [Fact]
    public void The_documented_example_is_what_the_generator_writes()
    {
        string path = Path.Combine(Repository.Root, "docs", "generated-example.md");
        string page = File.ReadAllText(path).Replace("\r\n", "\n");
        string file = NetworkHarness.Run(Example).AssertClean().Files.Values.Single();
        const string start = "## The whole file\n\n```csharp\n", end = "```\n";
        int from = page.IndexOf(start, StringComparison.Ordinal) + start.Length, to = page.LastIndexOf(end, StringComparison.Ordinal);
        Assert.True(from >= start.Length && to >= from, $"{path} has no '## The whole file' followed by a code block");
        if (Environment.GetEnvironmentVariable(Snapshot.AcceptVariable) == "1")
        {
            File.WriteAllText(path, page[..from] + file + page[to..]);
            return;
        }

        Assert.True(page[from..to] == file, $"{path} shows another file than the generator writes; run this test with {Snapshot.AcceptVariable}=1 and read the difference");
    }

    [Fact]
    public void Excerpts_in_the_readme_are_in_the_documented_example()
    {
        string file = string.Concat(NetworkHarness.Run(Example).AssertClean().Files.Values.Single().Where(c => !char.IsWhiteSpace(c)));
        string readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md")).Replace("\r\n", "\n");
        string[] excerpts = [.. readme.Split("```csharp\n").Skip(1).Select(p => p[..p.IndexOf("```", StringComparison.Ordinal)]).Where(p => p.Contains("<T>") || p.Contains("T.Fma"))];
        Assert.Equal(2, excerpts.Length);
        Assert.All(excerpts, e => Assert.Contains(string.Concat(e.Where(c => !char.IsWhiteSpace(c))), file));
    }

    [Fact]
    public void Layers_can_have_the_names_of_nested_and_numbered_PyTorch_modules()
    {
        var net = (INetwork)NetworkHarness.Load("""
            namespace Named;

            [Network(Inputs = 2, Timesteps = 3)] [Gru(4, Name = "model.rnn", ResetAfter = false)] [Dense(3, Name = "0")] [Dropout(0.5)] [Dense(1, Name = "2")]
            public partial class Net;
            """).Create("Named.Net", 1);
        Assert.Equal(
            ["model.rnn.weight_ih_l0", "model.rnn.weight_hh_l0", "model.rnn.bias_ih_l0", "0.weight", "0.bias", "2.weight", "2.bias"],
            net.Parameters.Select(p => p.Name));
    }

    [Fact]
    public void Recurrent_layers_of_one_name_are_the_layers_of_one_module_whatever_stands_between()
    {
        var net = (INetwork)NetworkHarness.Load("""
            namespace Named;

            [Network(Inputs = 2, Timesteps = 3)] [Gru(4, Name = "rnn")] [Dropout(0.5)] [Dense(3)] [Gru(4, Name = "rnn")]
            public partial class Net;
            """).Create("Named.Net", 1);
        string[] ends = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"];
        Assert.Equal([.. ends.Select(e => $"rnn.{e}_l0"), "dense.weight", "dense.bias", .. ends.Select(e => $"rnn.{e}_l1")], net.Parameters.Select(p => p.Name));
        Assert.Equal(["rnn_l0.h", "rnn_l1.h"], net.Core.Plan.Inference.States.Select(s => s.Name));
    }

    [Theory]
    [InlineData("a..b")]
    [InlineData("a b")]
    [InlineData("_a")]
    [InlineData("")]
    [InlineData("normalization")]
    public void Other_names_are_a_mistake(string name) =>
        Assert.Equal("SEQ0110", Assert.Single(NetworkHarness.Run($"[Network(Inputs = 2, Timesteps = 3)] [Dense(1, Name = \"{name}\")] public partial class Net;").AssertCompiles().SeqGen).Id);

    [Fact]
    public void A_small_network()
    {
        GeneratorResult result = SeqGenTest.Run("""
            using SeqGen;

            [Network(Tokens = 5, Timesteps = 4, Training = false)]
            [Embedding(3)]
            [Rnn(3)]
            [Dense(5, Activation = Activation.Softmax)]
            internal partial class NextToken;
            """);
        Snapshot.Match(result);
    }
}
