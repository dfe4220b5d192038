// Every layer and option of the recurrent field, each at sizes that no golden case has: one unit, odd ones, one feature, more than a vector.
// Knows how options are written; refuses to know what any of it computes.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace SeqGen.Generator.Tests.Generated;

internal static class FieldStacks
{
    public const string Space = "Field.";

    private static readonly int[] _sizes = [3, 17, 1, 33, 100];
    private static readonly int[] _inputs = [1, 5, 3, 18];

    // U stands for the size, I for the number of inputs.
    private static readonly (string Name, string Layers)[] _families =
    [
        ("Peephole", "[Lstm(U, Peephole = true)] [MeanSquaredError]"),
        ("Projection", "[Lstm(19, Projection = U)] [Lstm(U, Projection = 2, Peephole = true)] [MeanAbsoluteError]"),
        ("Coupled", "[Lstm(U, CoupledGates = true, ForgetBias = 2)] [Huber(0.3)]"),
        ("CoupledPeephole", "[Lstm(U, CoupledGates = true, Peephole = true, Bias = false)]"),
        ("LstmNorm", "[Lstm(U, LayerNorm = true)] [MeanSquaredError(Weight = 3)]"),
        ("LstmNormAll", "[Lstm(U, LayerNorm = true, Peephole = true, CoupledGates = true, Projection = 4)]"),
        ("GruNorm", "[Gru(U, LayerNorm = true)] [MeanSquaredError]"),
        ("GruNormBefore", "[Gru(U, LayerNorm = true, ResetAfter = false)] [MeanSquaredError]"),
        ("LayerNorm", "[Dense(U)] [LayerNorm] [Gru(3)] [MeanSquaredError]"),
        ("RnnSigmoid", "[Rnn(U, Activation = Activation.Sigmoid)] [Dense(2)] [MeanSquaredError]"),
        ("RnnPrevious", "[Rnn(U, Output = RnnOutput.PreviousState, Outputs = 5, OutputActivation = Activation.Sigmoid)] [BinaryCrossEntropy]"),
        ("RnnPreviousLast", "[Rnn(U, Output = RnnOutput.PreviousState, Bias = false, Returns = Returns.Last)]"),
        ("Elman", "[Elman(U, 4, HiddenActivation = Activation.Sigmoid, OutputActivation = Activation.Sigmoid)] [BinaryCrossEntropy]"),
        ("ElmanTwo", "[Elman(U, 2, Context = 2)] [MeanSquaredError]"),
        ("ElmanTwoDropped", "[Elman(U, 3, Context = 2, WeightDrop = 0.4, Zoneout = 0.3, VariationalInput = 0.2)] [MeanSquaredError]"),
        ("Jordan", "[Jordan(U, 3)] [MeanSquaredError]"),
        ("JordanRecurrent", "[Jordan(7, U, Recurrent = true, OutputActivation = Activation.Tanh, Bias = false)] [MeanSquaredError]"),
        ("JordanBoth", "[Jordan(U, 2, Recurrent = true, Direction = Direction.Both, Zoneout = 0.2)] [MeanSquaredError]"),
        ("Tdnn", "[Tdnn(U, 3, Dilation = 2, Activation = Activation.Tanh)] [Gru(4)] [MeanSquaredError]"),
        ("TdnnStrided", "[Tdnn(U, 2, Stride = 2, Bias = false)] [Lstm(4, Returns = Returns.Last)]"),
        ("TdnnValid", "[Tdnn(U, 3, Padding = Padding.Valid, Activation = Activation.Sigmoid)] [Gru(4)] [MeanSquaredError]"),
        ("TdnnValidTwice", "[Tdnn(U, 2, Padding = Padding.Valid, Stride = 2)] [Rnn(4)] [Tdnn(3, 2, Padding = Padding.Valid, Dilation = 2)] [MeanSquaredError]"),
        ("TdnnSkips", "[Tdnn(I, 2, Residual = true)] [Tdnn(U, 3, Skip = Skip.Concatenate)] [Dense(2)] [MeanSquaredError]"),
        ("Autoregressive", "[Autoregressive(3, Units = U)] [MeanSquaredError]"),
        ("AutoregressiveValid", "[Autoregressive(4, Units = U, Padding = Padding.Valid, Bias = false)] [MeanSquaredError]"),
        ("Both", "[Gru(U, Direction = Direction.Both)] [Lstm(2, Direction = Direction.Both, Merge = Merge.Sum, Returns = Returns.Last)]"),
        ("Backward", "[Lstm(U, Direction = Direction.Backward)] [Dense(2)] [MeanSquaredError]"),
        ("Product", "[Rnn(U, Direction = Direction.Both, Merge = Merge.Product, InitialState = InitialState.Learned)] [Dense(2)] [MeanSquaredError]"),
        ("Average", "[Gru(U, Direction = Direction.Both, Merge = Merge.Average, VariationalHidden = 0.3, WeightDrop = 0.3)] [MeanSquaredError]"),
        ("BothValid", "[Tdnn(3, 3, Padding = Padding.Valid)] [Lstm(U, Direction = Direction.Both)] [Dense(2)] [MeanSquaredError]"),
        ("Skips", "[Gru(I, Residual = true)] [Lstm(U, Skip = Skip.Concatenate)] [Dense(3, Skip = Skip.Concatenate)] [MeanSquaredError]"),
        ("Zoneout", "[Lstm(U, Zoneout = 0.3, ZoneoutCell = 0.2, VariationalInput = 0.3, RecurrentDropout = 0.4)] [MeanSquaredError]"),
        ("RnnDrop", "[Lstm(U, RnnDrop = 0.3, VariationalHidden = 0.3, WeightDrop = 0.3, Projection = 6)] [MeanSquaredError]"),
        ("ZoneoutPeephole", "[Lstm(U, Zoneout = 0.3, ZoneoutCell = 0.2, Peephole = true, Projection = 5, CoupledGates = true)] [MeanSquaredError]"),
        ("GruDropped", "[Gru(U, WeightDrop = 0.5, VariationalHidden = 0.3, RecurrentDropout = 0.2, RecurrentDropoutPerSequence = true)] [MeanSquaredError]"),
        ("GruZoneout", "[Gru(U, Zoneout = 0.4, VariationalInput = 0.5, WeightDrop = 0.2, ResetAfter = false)] [MeanSquaredError]"),
        ("Learned", "[Lstm(U, InitialState = InitialState.Learned)] [Gru(3, InitialState = InitialState.Random)] [MeanSquaredError]"),
        ("SelfAttention", "[SelfAttention(U)] [Dense(2)] [MeanSquaredError]"),
        ("SelfAttentionHeads", "[SelfAttention(12, Heads = 3)] [Gru(U)] [SelfAttention(4, Heads = 2, Causal = false)] [MeanSquaredError]"),
        ("SelfAttentionValid", "[Tdnn(3, 2, Padding = Padding.Valid)] [SelfAttention(U)] [MeanSquaredError]"),
        ("Pooling", "[Gru(U)] [AttentionPooling(5)] [Dense(2)] [MeanSquaredError]"),
        ("PoolingWide", "[Tdnn(4, 2, Padding = Padding.Valid)] [AttentionPooling(U)] [Dense(2)] [MeanSquaredError]"),
        ("Turing", "[NeuralTuringMachine(3, ControllerUnits = U, Slots = 5, Width = 6)] [BinaryCrossEntropy]"),
        ("TuringLstm", "[NeuralTuringMachine(U, Controller = Controller.Lstm, ControllerUnits = 6, Slots = 5, Width = 4)] [MeanSquaredError]"),
        ("TuringFree", "[NeuralTuringMachine(2, ControllerUnits = U, Slots = 3, Width = 4, ReadHeads = 2, WriteHeads = 2, Trainable = false)] [MeanSquaredError]"),
        ("TwoHeads", "[Gru(U)] [Head(\"kind\")] [Dense(3)] [SoftmaxCrossEntropy(Weight = 0.5)] [Head(\"value\")] [Lstm(3)] [Dense(2)] [MeanSquaredError(Weight = 2)]"),
        ("HeadsOfBoth", "[Lstm(U)] [Head(\"last\")] [Gru(3, Returns = Returns.Last)] [Dense(2)] [MeanAbsoluteError] [Head(\"all\")] [Tdnn(2, 2, Padding = Padding.Valid)] [MeanSquaredError]"),
        ("FreeHeads", "[Gru(U)] [Head(\"one\")] [Dense(3, Activation = Activation.Tanh)] [Head(\"two\")] [Rnn(2, Returns = Returns.Last)]"),
        ("Ctc", "[Lstm(U)] [Dense(4)] [Ctc(Blank = 3)]"),
        ("CtcWeighted", "[Gru(4, Direction = Direction.Both)] [Dense(U + 1)] [Ctc(Weight = 0.7, ZeroInfinity = true)]"),
        ("Ignored", "[Gru(U)] [Dense(3)] [SoftmaxCrossEntropy(IgnoredClass = 1, ClassWeights = new[] { 0.5, 1.0, 3.0 }, Weight = 1.5)]"),
        ("IgnoredLast", "[Gru(U, Returns = Returns.Last)] [Dense(3, Activation = Activation.Softmax)] [SoftmaxCrossEntropy(IgnoredClass = -100)]"),
        ("DropoutStep", "[Dropout(0.3)] [Lstm(U)] [Dropout(0.4, PerSequence = true)] [Tdnn(3, 2, Padding = Padding.Valid)] [Dropout(0.2)] [MeanSquaredError]"),
        ("BatchNorm", "[Dense(U, Bias = false)] [BatchNorm(Epsilon = 0.1)] [Gru(3)] [BatchNorm(Epsilon = 0.1)] [MeanSquaredError]"),
    ];

    private static readonly (string Name, int Size, string Source)[] _all = [.. _families.SelectMany((family, i) =>
        Sizes(family.Layers, i).Select(size => (family.Name + Number(size), size, Source(family.Name + Number(size), family.Layers, size, i))))];

    public static IReadOnlyList<string> Names { get; } = [.. _all.Select(s => s.Name)];

    /// <summary>The declarations, in the order of their names.</summary>
    public static IReadOnlyList<string> Sources { get; } = [.. _all.Select(s => s.Source)];

    /// <summary>Fewest steps that every window of these layers fits into.</summary>
    public static int FewestSteps(string source) => source.Contains("Padding.Valid", StringComparison.Ordinal) ? 6 : 1;

    /// <summary>Two sizes, other ones from family to family; a normalization of one unit has nothing to divide by.</summary>
    private static IEnumerable<int> Sizes(string layers, int family) => new[] { _sizes[family % 5], _sizes[(family + 1 + (family / 5 % 3)) % 5] }
        .Select(size => size == 1 && layers.Contains("LayerNorm", StringComparison.Ordinal) ? 16 : size).Distinct();

    private static string Source(string name, string layers, int size, int family)
    {
        int inputs = _inputs[(family + size) % _inputs.Length];

        // A product with one number, normalized, hardly depends on that number.
        inputs = inputs == 1 && layers.Contains("LayerNorm", StringComparison.Ordinal) ? 5 : inputs;
        string text = layers.Replace("U + 1", Number(size + 1), StringComparison.Ordinal);
        foreach ((string letter, int value) in new[] { ("U", size), ("I", inputs) })
        {
            text = text.Replace($"({letter})", $"({Number(value)})", StringComparison.Ordinal).Replace($"({letter},", $"({Number(value)},", StringComparison.Ordinal)
                .Replace($"= {letter})", $"= {Number(value)})", StringComparison.Ordinal).Replace($"= {letter},", $"= {Number(value)},", StringComparison.Ordinal)
                .Replace($" {letter},", $" {Number(value)},", StringComparison.Ordinal);
        }

        string options = family % 4 == 3 ? ", TimeMajor = true" : family % 9 == 4 ? ", Unroll = 3" : "";
        return $"namespace Field; [Network(Inputs = {Number(inputs)}, Timesteps = 9{options})] {text} public partial class {name};";
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
