// What must not matter: which optional passes ran, and how far time loops are unrolled.
// Knows the compiler's options; refuses to know what the passes do.
using System;
using System.Collections.Generic;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

public class PassOptionTests
{
    private const string Layers = "[Gru(17, Name = \"gru\")] [Gru(17, ResetAfter = false, Name = \"before\")] [Dropout(0.3)] [Lstm(20)] [Dense(5, Activation = Activation.Relu)] "
        + "[Rnn(9, Bias = false)] [Dense(4, Activation = Activation.Softmax)] [SoftmaxCrossEntropy]";

    private static readonly Dictionary<string, CompilerOptions> _options = new()
    {
        ["none"] = new(false, false, false, false, false, false),
        ["no recomputing"] = new(RecomputeCheap: false),
        ["no gathering"] = new(GatherGradients: false),
        ["no sharing"] = new(ShareEqual: false),
        ["no fusing"] = new(FuseLoops: false),
        ["no reusing"] = new(ReuseSlots: false),
        ["no spans"] = new(Span: false),
    };

    private static readonly Lazy<LoadedNetworks> _networks = new(() => NetworkHarness.Load([
        "[Network(Inputs = 6, Timesteps = 9)] " + Layers + " public partial class Numbers;",
        "[Network(Tokens = 11, Timesteps = 9)] [Embedding(5)] [Lstm(18, Returns = Returns.Last)] [Dense(3)] public partial class Words;",
        "[Network(Inputs = 6, Timesteps = 9)] [NeuralTuringMachine(4, ControllerUnits = 6, Slots = 7, Width = 3, ReadHeads = 2, Controller = Controller.Lstm)] [Dense(2)] public partial class Machine;",
        "[Network(Inputs = 6, Timesteps = 9)] [Dense(8)] [SelfAttention(8, Heads = 2)] [Gru(3, Zoneout = 0.3)] [Dropout(0.2)] [Dropout(0.2)] public partial class Attentive;",
        "[Network(Inputs = 6, Timesteps = 9)] [Cells.MinGru(18, Direction = Direction.Both)] [Cells.Sru(20)] [Dense(2)] public partial class Cell;",
        .. UserCells.Sample.Values,
        "[Network(Inputs = 6, Timesteps = 9, Unroll = 1)] " + Layers + " public partial class Unroll1;",
        "[Network(Inputs = 6, Timesteps = 9, Unroll = 4)] " + Layers + " public partial class Unroll4;",
        "[Network(Inputs = 6, Timesteps = 9, Unroll = 9)] " + Layers + " public partial class Unroll9;",
    ]));

    public static TheoryData<string> Options => new(_options.Keys);

    [Theory]
    [MemberData(nameof(Options))]
    public void Any_choice_of_passes_gives_the_same_numbers(string choice)
    {
        string[] names = ["Numbers", "Words", "Machine", "Attentive", "Cell"];
        Type[] variants = Variants.Load(_networks.Value.Run, names, _options[choice]);
        for (int i = 0; i < names.Length; i++)
        {
            INetwork usual = Variants.Create(_networks.Value[names[i]], seed: 3), variant = Variants.Create(variants[i], seed: 3);

            // Both against the interpreter, on data that float can give: two roundings are further from each other than from the truth.
            Equivalence.CheckTraining(Oracle.Of(_networks.Value, names[i]), [(5, 9, false, false), (5, 9, true, true)], [usual, variant]);
        }
    }

    [Theory]
    [InlineData("Unroll4", 1, 0)]
    [InlineData("Unroll4", 3, 0)]
    [InlineData("Unroll4", 4, 0)]
    [InlineData("Unroll4", 9, 0)]
    [InlineData("Unroll4", 9, 6)]
    [InlineData("Unroll4", 11, 5)]
    [InlineData("Unroll9", 1, 0)]
    [InlineData("Unroll9", 5, 0)]
    [InlineData("Unroll9", 9, 0)]
    [InlineData("Unroll9", 9, 1)]
    [InlineData("Unroll9", 9, 8)]
    [InlineData("Unroll9", 20, 0)]
    public void Unrolled_loops_give_the_same_bits(string unrolled, int steps, int lastSteps)
    {
        INetwork looped = Variants.Create(_networks.Value["Unroll1"], seed: 3), other = Variants.Create(_networks.Value[unrolled], seed: 3);
        foreach (bool lengths in new[] { false, true })
        {
            PassData data = RandomData.Batch(looped, 3, steps, seed: 4, lengths);
            PassResults expected = Passes.Train(looped, data, lastSteps), got = Passes.Train(other, data, lastSteps);
            Assert.Equal(expected.Loss, got.Loss);
            Same(expected, got);
            Same(Passes.Predict(looped, data), Passes.Predict(other, data));
        }

        static void Same(PassResults expected, PassResults got)
        {
            foreach ((string name, float[] values) in expected)
            {
                Closeness.Same(values, got[name], name);
            }
        }
    }

    [Fact]
    public void An_unrolled_source_is_another_source() =>
        Assert.True(_networks.Value.Run.Files["Unroll4.g.cs"].Length > _networks.Value.Run.Files["Unroll1.g.cs"].Length);

    [Fact]
    public void The_generated_source_does_not_depend_on_the_culture()
    {
        string[] sources = [RandomStacks.Sources[2], RandomStacks.Sources[3], RandomStacks.Sources[9], "[Network(Inputs = 6, Timesteps = 9)] " + Layers + " public partial class Numbers;"];
        IReadOnlyDictionary<string, string> usual = NetworkHarness.Run(sources).AssertClean().Files;
        foreach ((string file, string text) in NetworkHarness.Run(new HarnessOptions { InOddCulture = true }, sources).Files)
        {
            Assert.Equal(usual[file].Split('\n'), text.Split('\n'));
        }
    }
}
