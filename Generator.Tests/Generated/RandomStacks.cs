// A seeded list of declarations that nobody would write by hand: odd sizes, every layer, option, activation and loss, in odd company.
// Knows what may follow what in a declaration; refuses to know what any of it computes.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace SeqGen.Generator.Tests.Generated;

internal static class RandomStacks
{
    public const int Count = 72;
    public const string Space = "Random.";

    private static readonly int[] _sizes = [1, 3, 16, 17, 33, 50, 100];
    private static readonly string[] _losses = ["", "MeanSquaredError", "SoftmaxCrossEntropy", "BinaryCrossEntropy"];
    private static readonly string[] _cells = ["Lstm", "Gru", "GruBefore", "Rnn", "RnnRelu"];

    public static IEnumerable<string> Names => Enumerable.Range(0, Count).Select(i => string.Create(CultureInfo.InvariantCulture, $"Stack{i:D2}"));

    /// <summary>The declarations, in the order of their names.</summary>
    public static IReadOnlyList<string> Sources { get; } = [.. Names.Select((name, i) => "namespace Random;\n" + Declaration(name, i))];

    private static string Declaration(string name, int index)
    {
        var random = new System.Random(1000 + index);
        string loss = _losses[index % _losses.Length];
        var text = new StringBuilder();
        bool tokens = index % 5 == 4;
        string input = tokens ? "Tokens = " + Number(random.Next(2, 40)) : "Inputs = " + Size(random);
        string options = (index % 3 == 1 ? ", TimeMajor = true" : "") + (!tokens && index % 4 == 2 ? ", NormalizeInputs = true" : "")
            + (index % 7 == 3 ? ", Unroll = " + Number(random.Next(1, 8)) : "");
        text.Append(CultureInfo.InvariantCulture, $"[Network({input}, Timesteps = 7{options})]\n");
        if (tokens)
        {
            text.Append(CultureInfo.InvariantCulture, $"[Embedding({Size(random)}{Frozen(random)})]\n");
        }

        int layers = random.Next(1, 4);
        bool isSequence = true;
        for (int i = 0; i < layers; i++)
        {
            bool last = i == layers - 1 && random.Next(2) == 0;
            text.Append(isSequence && random.Next(3) > 0 ? Cell(_cells[(index + i) % _cells.Length], random, last)
                : random.Next(3) == 0 ? $"[Dropout(0.{random.Next(1, 9)}{(random.Next(2) == 0 ? ", PerSequence = true" : "")})]\n"
                : Dense(random, Size(random), Pick(random, "Linear", "Relu", "Tanh", "Sigmoid")));
            isSequence &= !text.ToString().Contains("Returns.Last", StringComparison.Ordinal);
        }

        // Losses that read logits need a last layer that has some.
        text.Append(loss switch
        {
            "SoftmaxCrossEntropy" => Dense(random, Number(random.Next(2, 40)), Pick(random, "Linear", "Softmax")),
            "BinaryCrossEntropy" => Dense(random, Size(random), Pick(random, "Linear", "Sigmoid")),
            _ when random.Next(2) == 0 => Dense(random, Size(random), Pick(random, "Linear", "Softmax", "Tanh", "Sigmoid", "Relu")),
            _ => Cell(_cells[index % _cells.Length], random, last: false, follows: isSequence),
        });
        text.Append(loss.Length > 0 ? "[" + loss + "]\n" : "");
        return text.Append(CultureInfo.InvariantCulture, $"public partial class {name};\n").ToString();
    }

    private static string Cell(string cell, System.Random random, bool last, bool follows = true)
    {
        if (!follows)
        {
            return "";
        }

        string own = cell switch
        {
            "GruBefore" => ", ResetAfter = false",
            "RnnRelu" => ", Activation = Activation.Relu",
            _ => "",
        };
        string kind = cell.StartsWith("Gru", StringComparison.Ordinal) ? "Gru" : cell.StartsWith("Rnn", StringComparison.Ordinal) ? "Rnn" : cell;
        string bias = random.Next(4) == 0 ? ", Bias = false" : "";
        return $"[{kind}({Size(random)}{own}{bias}{(last ? ", Returns = Returns.Last" : "")}{Frozen(random)})]\n";
    }

    private static string Dense(System.Random random, string size, string activation) =>
        $"[Dense({size}, Activation = Activation.{activation}{(random.Next(4) == 0 ? ", Bias = false" : "")}{Frozen(random)})]\n";

    private static string Frozen(System.Random random) => random.Next(7) == 0 ? ", Trainable = false" : "";

    private static string Pick(System.Random random, params string[] choices) => choices[random.Next(choices.Length)];

    private static string Size(System.Random random) => Number(_sizes[random.Next(_sizes.Length)]);

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
