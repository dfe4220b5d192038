// Layers called by words of C#, by names that emitted code uses itself, and by names that differ from others in what constants leave out.
// Knows words; refuses to know what is emitted.
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Microsoft.CodeAnalysis.CSharp;
using SeqGen.Generator.Emission;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Emission;

public class LayerNameTests
{
    private static readonly string[] _own =
    [
        "T", "f", "s", "k", "w", "x", "y", "row", "lane", "block", "weights", "bias", "source", "source2", "sum00", "sum00a", "batch", "steps", "first", "rows", "count", "now",
        "next", "odd", "incoming", "outgoing", "span", "reach", "within", "chunk", "start", "last", "done", "extent", "pairs", "panel", "zero", "one", "half", "c", "u", "p", "window",
        "Affine", "Moves", "System", "Frame", "Vector512", "Unsafe", "Network", "0.rnn", "1",
    ];

    [Fact]
    public void Every_keyword_is_known()
    {
        IEnumerable<string> keywords = SyntaxFacts.GetReservedKeywordKinds().Concat(SyntaxFacts.GetContextualKeywordKinds()).Select(SyntaxFacts.GetText);
        Assert.Empty(keywords.Where(k => k.Length > 0 && k.All(char.IsAsciiLetterLower)).Except(Words.Reserved));
    }

    [Fact]
    public void Any_word_may_be_the_name_of_a_layer()
    {
        string[] words = [.. Words.Reserved.Concat(_own).GroupBy(w => w.ToUpperInvariant()).Select(g => g.First())];
        string[] sources = [.. words.Chunk(9).SelectMany((chunk, i) => new[]
        {
            Network($"Noise{i}", chunk.Select(w => $"[Dropout(0.2, Name = \"{w}\")]").Append("[Gru(2)] [Dense(1)]")),
            Network($"Chain{i}", chunk.Select((w, k) => (k % 8) switch
            {
                0 => $"[Dense(3, Activation = Activation.Tanh, Name = \"{w}\")]",
                1 => $"[Gru(3, Zoneout = 0.2, Name = \"{w}\")]",
                2 => $"[LayerNorm(Name = \"{w}\")]",
                3 => $"[Tdnn(3, 2, Padding = Padding.Valid, Name = \"{w}\")]",
                4 => $"[Lstm(3, Peephole = true, Name = \"{w}\")]",
                5 => $"[NeuralTuringMachine(3, ControllerUnits = 2, Slots = 3, Width = 2, Name = \"{w}\")]",
                6 => $"[BatchNorm(Name = \"{w}\")]",
                _ => $"[Elman(3, 2, Name = \"{w}\")]",
            })),
        })];
        NetworkHarness.Load(sources);
    }

    [Theory]
    [InlineData("in", "class", "t")]
    [InlineData("first", "batch", "ref")]
    [InlineData("f", "rows", "from")]
    public void Any_word_may_be_the_name_of_a_head_with_a_loss_or_without(string a, string b, string c) => NetworkHarness.Load(
        Network("Some", ["[Gru(3)]", $"[Head(\"{a}\")] [Dense(2)]", $"[Head(\"{b}\")] [Gru(2)] [MeanSquaredError]", $"[Head(\"{c}\")] [Tdnn(2, 2, Padding = Padding.Valid)]"]),
        Network("None", ["[Gru(3)]", $"[Head(\"{c}\")] [Dense(2)]", $"[Head(\"{b}\")] [Gru(2, Returns = Returns.Last)]", $"[Head(\"{a}\")] [Tdnn(2, 2)]"]));

    [Fact]
    public void A_namespace_of_the_users_hides_nothing_that_is_emitted() => NetworkHarness.Load(
        "[Network(Inputs = 64, Timesteps = 9)] [Lstm(64)] [Dense(1)] [MeanSquaredError] public partial class Big;", "namespace SeqGen.System { public static class Math; } namespace SeqGen.Generated.System { public static class Math; }");

    [Fact]
    public void Numbers_that_products_of_one_layer_get_do_not_meet_other_layers_names() => NetworkHarness.Load(
        Network("Numbered", ["[Gru(3, ResetAfter = false, Name = \"a_1\")]", "[Dense(2, Name = \"a12\")]", "[Dense(2, Name = \"A.1_3\")]"]));

    [Fact]
    public void Names_that_loops_get_do_not_meet_other_layers_names() => NetworkHarness.Load(
        Network("Looped", ["[Lstm(3, Name = \"a\")]", "[Dense(2, Activation = Activation.Tanh, Name = \"a_cell\")]", "[Lstm(3, Name = \"a_training\")]", "[Lstm(4, Name = \"lstm\")]",
            "[Lstm(4, Name = \"lstm_training\")]", "[Dense(2, Activation = Activation.Tanh, Name = \"shared\")]", "[Tdnn(2, 2, Activation = Activation.Tanh, Name = \"shared_tanh\")]"]));

    private static string Network(string name, IEnumerable<string> layers) =>
        string.Create(CultureInfo.InvariantCulture, $"[Network(Inputs = 3, Timesteps = 9)] {string.Join(" ", layers)} public partial class {name};");
}
