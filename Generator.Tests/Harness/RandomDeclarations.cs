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
    private static readonly string[] _noStream = ["Direction.Backward", "Direction.Both", "SelfAttention", "AttentionPooling", "Padding.Same"];

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

        bool isCoder = Chance(0.12);
        string network = isCoder ? $"[Network(Timesteps = {Size(wrongness, 20)})]\n" : Network(wrongness);
        canBeAddedTo &= network.Length > 0;
        string layers = isCoder ? Coder(wrongness) : Chance(0.12) ? Layers(wrongness, "") + Heads(wrongness) : Layers(wrongness, Loss(wrongness));
        bool streams = !isCoder && _noStream.All(word => !layers.Contains(word, StringComparison.Ordinal));
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
                    {{(streams ? "net.CreateStream().Reset(); _ = net.CreateStreams(2);" : "")}}
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
            arguments.Add(Pick("Training = false", "NormalizeInputs = true", "NormalizeTargets = true", "TimeMajor = true", "Unroll = 1", "Unroll = 2", Chance(wrongness) ? "Unroll = -3" : "Unroll = 0"));
        }

        return $"[Network({string.Join(", ", arguments)})]\n" + (isTokens && !Chance(wrongness) ? $"[Embedding({Size(wrongness, 8)})]\n" : "");
    }

    private string Layers(double wrongness, string loss)
    {
        var text = new StringBuilder();
        int count = Chance(wrongness / 3) ? 0 : _random.Next(1, 4);
        for (int i = 0; i < count; i++)
        {
            bool isLast = i == count - 1;
            string returns = (isLast && Chance(0.3)) || Chance(wrongness / 2) ? ", Returns = Returns.Last" : "";
            string name = (Chance(0.1) ? $", Name = \"layer{(Chance(wrongness) ? " 1" : i)}\"" : "") + (Chance(0.05) ? ", Trainable = false" : "");
            string common = returns + name + (Chance(0.1) ? ", Bias = false" : "") + (Chance(0.1) ? $", RecurrentInitializer = {Initializer(wrongness)}" : "") + Recurrent(wrongness);
            text.Append(Layer(wrongness, isLast, common, Size(wrongness, 12))).Append(Pick("", "\n"));
        }

        return Chance(wrongness / 3) ? loss + text : text + loss + "\n";
    }

    private string Layer(double wrongness, bool isLast, string common, string size) => _random.Next(16) switch
    {
        0 => $"[Rnn({size}{common}{Maybe(0.5, ", Activation = " + Activation(wrongness, false))}{Maybe(0.2, ", Output = RnnOutput.PreviousState, Outputs = " + Size(wrongness, 5))})]",
        1 or 2 => $"[Lstm({size}{common}{Maybe(0.2, ", ForgetBias = -0.5")}{Maybe(0.2, ", Peephole = true")}{Maybe(0.2, ", Projection = " + Size(wrongness, 6))}{Maybe(0.2, ", CoupledGates = true")}{Gate(wrongness, "Input", "Forget", "Output", "")}{Maybe(0.1, ", OutputActivation = " + Activation(wrongness, false))}{Maybe(0.1, ", CellClip = " + Pick("0.5", "3", Chance(wrongness) ? "-1" : "1"))}{Norm(wrongness)}{Rate(wrongness, "RnnDrop")}{Rate(wrongness, "ZoneoutCell")}{Rate(wrongness, "RecurrentDropout")})]",
        3 => $"[Gru({size}{common}{Maybe(0.3, ", ResetAfter = false")}{Gate(wrongness, "Reset", "Update", "")}{Norm(wrongness)}{Rate(wrongness, "RecurrentDropout")})]",
        4 => $"[Dropout({Pick("0", "0.25", "0.5", Chance(wrongness) ? "1.5" : "0.1")}{Maybe(0.3, ", PerSequence = true")})]",
        5 => $"[Elman({size}, {Size(wrongness, 5)}{common}{Maybe(0.3, ", Context = " + Pick("1", "2", Chance(wrongness) ? "3" : "2"))})]",
        6 => $"[Jordan({size}, {Size(wrongness, 5)}{common}{Maybe(0.5, ", Recurrent = true")})]",
        7 => $"[Tdnn({size}, {Pick("1", "2", Chance(wrongness) ? "30" : "1")}{Maybe(0.2, ", Dilation = " + Size(wrongness, 3))}{Maybe(wrongness, ", Stride = 2")}{Maybe(wrongness, ", Padding = Padding." + Pick("Valid", "Same"))}{Maybe(wrongness / 2, ", Groups = " + Size(wrongness, 4))}{Maybe(0.2, ", Skip = Skip.Concatenate")})]",
        8 => $"[LayerNorm{Maybe(0.3, Chance(wrongness) ? "(Epsilon = 0)" : "(Epsilon = 1e-3, Activation = " + Activation(wrongness, false) + ")")}]",
        9 => $"[Autoregressive({Pick("1", "2", Chance(wrongness) ? "0" : "1")}{Maybe(0.3, ", Units = " + size)})]",
        10 when isLast || Chance(wrongness) => Pick($"[AttentionPooling({size})]", $"[SelfAttention({size}{Maybe(wrongness, ", Heads = 2")}{Maybe(0.3, ", Causal = false")})]"),
        11 when isLast => $"[NeuralTuringMachine({size}, ControllerUnits = {Size(wrongness, 9)}, Slots = {Size(wrongness, 9)}, Width = {Size(wrongness, 9)}{Maybe(0.3, ", ReadHeads = 2")}{Maybe(0.2, ", WriteHeads = 2")}{Maybe(0.3, ", Shifts = " + Pick("0", "2", Chance(wrongness) ? "-1" : "1"))}{Maybe(0.3, ", Controller = Controller.Lstm")})]",
        12 => $"[PRelu{Maybe(0.3, "(PerUnit = true)")}]",
        13 => $"[BatchNorm{Maybe(0.5, $"(Momentum = {Pick("0.01", "1", Chance(wrongness) ? "0" : "0.5")}{Maybe(0.3, ", Affine = false")}{Maybe(0.3, ", Activation = " + Activation(wrongness, false))})")}]",
        _ => $"[Dense({size}{Maybe(0.4, ", Activation = " + Activation(wrongness, isLast))}{Maybe(wrongness, ", Residual = true")}{Maybe(0.1, ", Skip = Skip.Concatenate")}{Maybe(wrongness / 3, ", SlopePerUnit = true")})]",
    };

    /// <summary>What all recurrent layers can say; some of it is wrong for some of them.</summary>
    private string Recurrent(double wrongness) =>
        Maybe(0.15, ", Direction = Direction." + Pick("Forward", "Backward", "Both")) + Maybe(wrongness / 2, ", Merge = Merge." + Pick("Sum", "Average", "Product"))
        + Maybe(0.15, ", InitialState = InitialState." + Pick("Learned", "Random", "Zero")) + Maybe(wrongness / 2, ", RandomDeviation = -1") + Maybe(wrongness / 2, ", Residual = true")
        + Maybe(0.1, Chance(wrongness) ? ", Skip = (Skip)9" : "") + Rate(wrongness, "VariationalInput") + Rate(wrongness, "WeightDrop") + Maybe(wrongness / 2, ", Zoneout = 0.1, VariationalHidden = 0.1");

    private string Norm(double wrongness) => Maybe(0.2, ", LayerNorm = true" + Maybe(0.5, Chance(wrongness) ? ", Epsilon = -1" : ", Epsilon = 0.001"));

    private string Rate(double wrongness, string option) => Maybe(0.08, $", {option} = {(Chance(wrongness) ? "1" : "0.25")}");

    private string Loss(double wrongness) => Pick(
        "", "[MeanSquaredError]", "[MeanAbsoluteError]", Chance(wrongness) ? "[Huber(-1)]" : "[Huber(0.5, Weight = 2)]", Chance(wrongness) ? "[SoftmaxCrossEntropy]" : "", Chance(wrongness) ? "[SoftmaxCrossEntropy(IgnoredClass = -100)]" : "",
        Chance(wrongness) ? "[Quantile(0.5, 0.2)]" : "[Quantile(0.5)]", Chance(wrongness) ? "[GaussianLikelihood]" : "[PoissonLikelihood(Weight = 2)]",
        Chance(wrongness) ? "[Ctc(Blank = 3)]" : "", Chance(wrongness) ? "[Ctc(ZeroInfinity = true)]" : "", Chance(wrongness) ? "[MeanSquaredError, BinaryCrossEntropy]" : "", Chance(wrongness) ? "[SoftmaxCrossEntropy(ClassWeights = new[] { 1.0, -1.0 })]" : "");

    private string Heads(double wrongness)
    {
        string loss = Loss(wrongness);
        return $"[Head(\"{Pick("a", Chance(wrongness) ? "1 a" : "a")}\")]\n" + Layers(wrongness, loss) + $"[Head(\"{(Chance(wrongness / 2) ? "a" : "b")}\")]\n" + Layers(wrongness, loss.Length == 0 ? "" : "[MeanSquaredError]");
    }

    private string Coder(double wrongness)
    {
        string cell = Pick("Gru(6)", "Lstm(6)", "Rnn(6)"), other = Chance(wrongness) ? "Gru(5)" : cell;
        bool tokens = Chance(0.5);
        string fed = tokens ? $"[Decoder(Tokens = 7{Maybe(0.5, Chance(wrongness) ? ", Start = 1" : ", Start = 0, End = 6")})] [Embedding(3)]" : $"[Decoder(Inputs = {Size(wrongness, 5)}{Maybe(0.2, ", Bridge = true")})]";
        string attended = Pick(
            $"[{other}]", $"[{other}] [LuongAttention(5)]", $"[{other}] [LuongAttention(5, Score = Score.General)]", $"[BahdanauAttention(4)] [{other}]", Chance(wrongness) ? "[BahdanauAttention(4)] [Dense(3)]" : $"[{other}]");
        return $"[Encoder({(Chance(0.5) ? "Inputs = 3)]" : "Tokens = 5)] [Embedding(3)]")} {Maybe(wrongness, "[Dense(2)]")}" + (Chance(0.1) ? Layers(wrongness, "") : "")
            + $"[{cell}] {fed} {attended} [Dense(7)] {Pick("", "[MeanSquaredError]", "[SoftmaxCrossEntropy]")}\n";
    }

    private string Maybe(double probability, string text) => Chance(probability) ? text : "";

    private string Member(double wrongness) => Chance(wrongness)
        ? Pick("public static NetworkInfo? Info;", "public void Save(string x) { }", "class StepStream;", "public const int Timesteps = 3;", "int _core;")
        : Pick("", "public int Mine() => 3;", "public void Save(int x) { }", "static int s = 3;");

    private string Size(double wrongness, int most) => Chance(wrongness / 4)
        ? Pick("0", "-1", "int.MinValue", "int.MaxValue", "100_000_000")
        : _random.Next(1, most).ToString(CultureInfo.InvariantCulture);

    private string Activation(double wrongness, bool isLast) => Chance(wrongness / 3)
        ? Pick("(Activation)77", "Activation.Softmax", "(Activation)(-1)")
        : "Activation." + Pick("Linear", "Relu", "Tanh", "Sigmoid", "HardSigmoid", "HardSigmoidFifth", "HardTanh", "Elu", "LeakyRelu", "Softplus", "Softsign", "Silu", isLast || Chance(wrongness / 3) ? "PRelu" : "Silu", isLast ? "Softmax" : "Tanh");

    private string Gate(double wrongness, params string[] gates) => Maybe(0.15, $", {Pick(gates)}GateActivation = {Activation(wrongness, false)}") + Maybe(0.1, ", Activation = " + Activation(wrongness, false));

    private string Initializer(double wrongness) => Chance(wrongness / 3)
        ? "(Initializer)50"
        : "Initializer." + Pick("Default", "Zeros", "Ones", "GlorotUniform", "GlorotNormal", "HeUniform", "HeNormal", "Orthogonal", "PyTorchUniform");

    private bool Chance(double probability) => _random.NextDouble() < probability;

    private string Pick(params string[] options) => options[_random.Next(options.Length)];
}
