// Writes declarations at random from a seed, right ones and wrong ones, with uses of the network they declare.
// It knows the words of the language and some of what can go wrong, and not which of it is an error: that is for the test.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace SeqGen.Generator.Tests.Harness;

/// <summary>A random declaration.</summary>
/// <param name="Name">Name of the class.</param>
/// <param name="Source">A file with the declaration and a use of it.</param>
/// <param name="CanBeAddedTo">Whether members can be added, so that the use compiles whatever is wrong.</param>
internal sealed record RandomDeclaration(string Name, string Source, bool CanBeAddedTo);

/// <summary>Declarations from a seed.</summary>
internal sealed class RandomDeclarations(int seed)
{
    private readonly Random _random = new(seed);

    public IEnumerable<RandomDeclaration> Take(int count) => Enumerable.Range(0, count).Select(Next);

    private RandomDeclaration Next(int index)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"N{index}");
        double wrongness = _random.NextDouble() < 0.3 ? 0 : 0.2;
        bool canBeAddedTo = true;
        var text = new StringBuilder();
        text.Append(Pick("", "", "namespace Space;\n", $"namespace Space.Of{index};\n"));

        string typeParameters = Chance(wrongness / 3) ? "<T>" : "";
        string modifiers = Pick("public ", "internal ", "", "sealed ", "public sealed ");
        if (Chance(wrongness / 4))
        {
            (modifiers, canBeAddedTo) = (Pick("static ", "abstract ", "file "), false);
        }

        string partial = "partial ";
        if (Chance(wrongness / 4))
        {
            (partial, canBeAddedTo) = ("", false);
        }

        string keyword = Chance(wrongness / 4) ? "record " : "class ";
        string primary = Chance(wrongness / 4) ? Pick("(int a)", "(string a, double b = 3)") : "";
        string body = Chance(0.5) && primary.Length == 0 ? ";" : " { " + Member(wrongness) + " }";
        string outer = Chance(0.1) ? $"Outer{index}" : "";
        if (outer.Length > 0)
        {
            bool isPartial = !Chance(wrongness);
            canBeAddedTo &= isPartial;
            text.Append(CultureInfo.InvariantCulture, $"public {(isPartial ? "partial " : "")}{Pick("class", "struct", "interface")} {outer} {{\n");
            modifiers = modifiers.Replace("file ", "static ", StringComparison.Ordinal).Replace("internal ", "public ", StringComparison.Ordinal);
            modifiers = modifiers.Contains("public", StringComparison.Ordinal) ? modifiers : "public " + modifiers;
        }

        string network = Network(wrongness);
        canBeAddedTo &= network.Length > 0;
        string layers = Layers(wrongness);
        text.Append(network).Append((network + layers).Trim().Length > 0 ? layers : "[Lstm(4)]\n");
        text.Append(modifiers).Append(partial).Append(keyword).Append(name).Append(typeParameters).Append(primary).Append(body).Append('\n');
        text.Append(outer.Length > 0 ? "}\n" : "");

        string type = (outer.Length > 0 ? outer + "." : "") + name + (typeParameters.Length > 0 ? "<int>" : "");
        text.Append(CultureInfo.InvariantCulture, $$"""
            static class Use{{index}}
            {
                static {{type}} New() => new {{type}}(seed: 42);

                static void All({{type}} net, float[] y)
                {
                    net.Save("x");
                    net.Load(new byte[{{type}}.InputSize]);
                    var workspace = net.CreateWorkspace(4, {{type}}.Timesteps);
                    {{(layers.Contains("Direction.B", StringComparison.Ordinal) ? "" : "net.CreateStream().Reset(); _ = net.CreateStreams(2);")}}
                    _ = (net.Parameters, {{type}}.Info);
                }
            }

            """);
        return new RandomDeclaration(name, text.ToString(), canBeAddedTo);
    }

    private string Network(double wrongness)
    {
        if (Chance(wrongness / 5))
        {
            return "";
        }

        var arguments = new List<string>();
        bool isTokens = Chance(0.3);
        arguments.Add(isTokens ? $"Tokens = {Size(wrongness, 40)}" : $"Inputs = {Size(wrongness, 12)}");
        arguments.Add($"Timesteps = {Size(wrongness, 20)}");
        if (Chance(wrongness))
        {
            arguments.RemoveAt(_random.Next(arguments.Count));
        }

        if (Chance(0.2))
        {
            arguments.Add(Pick("Training = false", "NormalizeInputs = true", "TimeMajor = true", "Unroll = 1", "Unroll = 2", Chance(wrongness) ? "Unroll = -3" : "Unroll = 0"));
        }

        return $"[Network({string.Join(", ", arguments)})]\n" + (isTokens && !Chance(wrongness) ? $"[Embedding({Size(wrongness, 8)})]\n" : "");
    }

    private string Layers(double wrongness)
    {
        var text = new StringBuilder();
        int count = Chance(wrongness / 3) ? 0 : _random.Next(1, 4);
        for (int i = 0; i < count; i++)
        {
            bool isLast = i == count - 1;
            string returns = (isLast && Chance(0.3)) || Chance(wrongness / 2) ? ", Returns = Returns.Last" : "";
            string common = returns + (Chance(0.1) ? ", Bias = false" : "") + (Chance(0.1) ? $", Name = \"layer{(Chance(wrongness) ? " 1" : i)}\"" : "")
                + (Chance(0.1) ? $", RecurrentInitializer = {Initializer(wrongness)}" : "") + (Chance(0.05) ? ", Trainable = false" : "");
            string size = Size(wrongness, 12), inner = common + Options(wrongness);
            text.Append(_random.Next(11) switch
            {
                0 => $"[Rnn({size}{inner}{(Chance(0.5) ? ", Activation = " + Pick("Activation.Tanh", "Activation.Relu", "Activation.Sigmoid", Activation(wrongness, false)) : "")})]",
                1 => $"[Lstm({size}{inner}{(Chance(0.2) ? ", ForgetBias = -0.5" : "")}{(Chance(0.2) ? ", Peephole = true" : "")}{(Chance(0.2) ? ", Projection = " + Size(wrongness, 9) : "")}{(Chance(0.2) ? ", CoupledGates = true" : "")}{(Chance(0.2) ? ", LayerNorm = true" : "")})]",
                2 => $"[Gru({size}{inner}{(Chance(0.3) ? ", ResetAfter = false" : "")}{(Chance(0.2) ? ", LayerNorm = true" : "")})]",
                6 => $"[Elman({size}, {Size(wrongness, 9)}{inner}{(Chance(0.3) ? ", Context = " + Pick("1", "2", Chance(wrongness) ? "3" : "2") : "")})]",
                7 => $"[Jordan({size}, {Size(wrongness, 9)}{inner}{(Chance(0.3) ? ", Recurrent = true" : "")})]",
                8 => $"[Tdnn({size}, {Size(wrongness, 4)}{(Chance(0.3) ? ", Dilation = 2" : "")}{(Chance(0.2) ? ", Stride = 2" : "")}{(Chance(0.2) ? ", Padding = Padding.Valid" : "")}{(Chance(0.2) ? ", Activation = " + Activation(wrongness, isLast) : "")})]",
                9 => Pick("[LayerNorm]", "[LayerNorm(Epsilon = 0.1)]", Chance(wrongness) ? "[LayerNorm(Epsilon = -1)]" : "[LayerNorm]"),
                10 => $"[Autoregressive({Size(wrongness, 4)})]",
                3 => $"[Dropout({Pick("0", "0.25", "0.5", Chance(wrongness) ? "1.5" : "0.1")}{(Chance(0.3) ? ", PerSequence = true" : "")})]",
                _ => $"[Dense({size}{(Chance(0.4) ? ", Activation = " + Activation(wrongness, isLast) : "")})]",
            }).Append(Pick("", "\n"));
        }

        string loss = Pick("", "[MeanSquaredError]", Chance(wrongness) ? "[SoftmaxCrossEntropy]" : "", Chance(wrongness) ? "[MeanSquaredError, BinaryCrossEntropy]" : "");
        if (Chance(wrongness / 3))
        {
            return loss + text;
        }

        return text + loss + "\n";
    }

    /// <summary>What recurrent layers share. Some of it is wrong in some layers.</summary>
    private string Options(double wrongness)
    {
        string rate = Chance(wrongness / 3) ? Pick("1.0", "-0.1", "double.NaN") : Pick("0.0", "0.25", "0.5");
        string text = Chance(0.15) ? ", Direction = Direction." + Pick("Both", "Backward", "Forward", "Both, Merge = Merge.Sum", "Both, Merge = Merge.Product") : "";
        text += Chance(0.1) ? ", InitialState = InitialState." + Pick("Learned", "Random", "Zero") : "";
        text += Chance(0.2) ? $", {Pick("VariationalInput", "WeightDrop", "VariationalInput", Chance(wrongness) ? "RnnDrop" : "WeightDrop", Chance(wrongness) ? "ZoneoutCell" : "WeightDrop")} = {rate}" : "";
        return text + (Chance(wrongness / 2) ? Pick(", Residual = true", ", Skip = Skip.Concatenate", ", Zoneout = 0.1, VariationalHidden = 0.1") : "");
    }

    private string Member(double wrongness) => Chance(wrongness)
        ? Pick("public static NetworkInfo? Info;", "public void Save(string x) { }", "class StepStream;", "public const int Timesteps = 3;", "int _core;")
        : Pick("", "public int Mine() => 3;", "public void Save(int x) { }", "static int s = 3;");

    private string Size(double wrongness, int most) => Chance(wrongness / 4)
        ? Pick("0", "-1", "int.MinValue", "int.MaxValue", "100_000_000")
        : _random.Next(1, most).ToString(CultureInfo.InvariantCulture);

    private string Activation(double wrongness, bool isLast) => Chance(wrongness / 3)
        ? Pick("(Activation)77", "Activation.Softmax", "(Activation)(-1)")
        : "Activation." + Pick("Linear", "Relu", "Tanh", "Sigmoid", isLast ? "Softmax" : "Tanh");

    private string Initializer(double wrongness) => Chance(wrongness / 3)
        ? "(Initializer)50"
        : "Initializer." + Pick("Default", "Zeros", "Ones", "GlorotUniform", "GlorotNormal", "HeUniform", "HeNormal", "Orthogonal", "PyTorchUniform");

    private bool Chance(double probability) => _random.NextDouble() < probability;

    private string Pick(params string[] options) => options[_random.Next(options.Length)];
}
