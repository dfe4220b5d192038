// Every option of every layer in odd company at odd sizes, as declarations; the numbers in braces become sizes.
// Knows the options; refuses to know what any of it computes.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace SeqGen.Generator.Tests.Generated;

internal static class LayerStacks
{
    public const string Space = "Options.";

    private static readonly int[] _sizes = [17, 3, 1, 33, 16, 5];

    /// <summary>{a}, {b}, {c} are sizes, different in each stack.</summary>
    private static readonly string[] _layers =
    [
        "[Lstm({a}, Peephole = true)] [Dense({b})]",
        "[Lstm({a}, LayerNorm = true)] [Lstm({b}, LayerNorm = true, Peephole = true, Epsilon = 0.01, Returns = Returns.Last)]",
        "[Lstm({a}, Projection = {b})] [Lstm({b}, Projection = {c}, Direction = Direction.Both)]",
        "[Lstm({a}, CoupledGates = true)] [Lstm({b}, CoupledGates = true, Peephole = true, LayerNorm = true, Projection = {c})]",
        "[Lstm({a}, Direction = Direction.Both)] [Lstm({b}, Direction = Direction.Both, Merge = Merge.Sum)]",
        "[Lstm({a}, Direction = Direction.Both, Merge = Merge.Product, Returns = Returns.Last)]",
        "[Lstm({a}, Direction = Direction.Backward)] [Gru({b}, Direction = Direction.Backward, Returns = Returns.Last)]",
        "[Lstm({a}, RecurrentDropout = 0.4, ZoneoutCell = 0.3)] [Lstm({b}, Zoneout = 0.3, RnnDrop = 0.4)]",
        "[Lstm({a}, VariationalInput = 0.3, VariationalHidden = 0.3, WeightDrop = 0.4)] [Dense({b})]",
        "[Lstm({a}, Direction = Direction.Both, WeightDrop = 0.4, Zoneout = 0.2, RecurrentDropout = 0.3, RecurrentDropoutPerSequence = true)]",
        "[Gru({a}, LayerNorm = true)] [Gru({b}, LayerNorm = true, ResetAfter = false)]",
        "[Gru({a}, Direction = Direction.Both, Merge = Merge.Average)] [Gru({b}, ResetAfter = false, Direction = Direction.Both, Returns = Returns.Last)]",
        "[Gru({a}, RecurrentDropout = 0.4, Zoneout = 0.3, VariationalInput = 0.2)] [Gru({b}, ResetAfter = false, VariationalHidden = 0.4, WeightDrop = 0.3)]",
        "[Gru({a}, InitialState = InitialState.Learned)] [Lstm({b}, InitialState = InitialState.Learned, Direction = Direction.Both)]",
        "[Rnn({a}, Activation = Activation.Sigmoid)] [Rnn({b}, Direction = Direction.Both)]",
        "[Rnn({a}, Output = RnnOutput.PreviousState, Outputs = {b}, OutputActivation = Activation.Tanh)] [Rnn({c}, Output = RnnOutput.PreviousState, Returns = Returns.Last)]",
        "[Rnn({a}, Zoneout = 0.3, WeightDrop = 0.3)] [Rnn({b}, VariationalHidden = 0.3, Bias = false)]",
        "[Elman({a}, {b})] [Elman({b}, {c}, Context = 2, HiddenActivation = Activation.Sigmoid)]",
        "[Elman({a}, {b}, OutputActivation = Activation.Sigmoid, Returns = Returns.Last)] [BinaryCrossEntropy]",
        "[Elman({a}, {b}, Direction = Direction.Both, Returns = Returns.Last, Zoneout = 0.2)]",
        "[Jordan({a}, {b}, HiddenActivation = Activation.Sigmoid)] [Jordan({b}, {c}, Recurrent = true, OutputActivation = Activation.Tanh)]",
        "[Jordan({a}, {b}, OutputActivation = Activation.Sigmoid)] [BinaryCrossEntropy]",
        "[Jordan({a}, {b}, Direction = Direction.Both, Recurrent = true, Bias = false, WeightDrop = 0.3)]",
        "[Tdnn({a}, 3)] [Tdnn({b}, 2, Dilation = 2, Activation = Activation.Tanh)] [Gru({c}, Returns = Returns.Last)]",
        "[Tdnn({a}, 3, Activation = Activation.Sigmoid, Residual = false)] [Tdnn({a}, 2, Residual = true)] [Dense({b})]",
        "[Tdnn({a}, 2, Stride = 2, Activation = Activation.Tanh)] [Lstm({b})]",
        "[Tdnn({a}, 2, Padding = Padding.Valid)] [Lstm({b}, Direction = Direction.Both)] [Dense({c})]",
        "[Tdnn({a}, 3, Padding = Padding.Valid)] [Gru({b}, Returns = Returns.Last)]",
        "[Dropout(0.3)] [Tdnn({a}, 2, Padding = Padding.Valid)] [Dropout(0.3)] [Lstm({b}, Zoneout = 0.3)]",
        "[Autoregressive(3)]",
        "[Autoregressive(2, Units = {b}, Padding = Padding.Valid, Bias = false)]",
        "[LayerNorm] [Gru({a})] [LayerNorm(Epsilon = 0.01)] [Dense({b})] [LayerNorm]",
        "[Dense({a}, Skip = Skip.Concatenate)] [Gru({b}, Skip = Skip.Concatenate)] [Lstm({c}, Direction = Direction.Both, Skip = Skip.Concatenate)]",
        "[Dense({a}, Activation = Activation.Tanh)] [Lstm({a}, Residual = true)] [Gru({a}, Residual = true)] [Dense({a}, Residual = true, Activation = Activation.Sigmoid)]",
        "[Gru({a})] [Dense({b})] [MeanAbsoluteError]",
        "[Gru({a})] [Dense({b})] [Huber(0.3)]",
        "[Gru({a}, LayerNorm = true)]",
        "[Gru({a}, LayerNorm = true, ResetAfter = false)]",
        "[Gru({a}, LayerNorm = true)] [Dense({b})]",
        "[Gru({b}, LayerNorm = true, ResetAfter = false)] [Dense({c})]",
        "[Lstm({a}, GateActivation = Activation.HardSigmoid, Activation = Activation.Softsign, CellClip = 0.3)] [Lstm({b}, InputGateActivation = Activation.HardSigmoidFifth, ForgetGateActivation = Activation.Linear, OutputGateActivation = Activation.Softplus, OutputActivation = Activation.Linear)]",
        "[Lstm({a}, Activation = Activation.Linear, Peephole = true, LayerNorm = true, CellClip = 0.5, Epsilon = 0.01)] [Lstm({b}, CoupledGates = true, ForgetGateActivation = Activation.HardSigmoid, Activation = Activation.Elu, OutputActivation = Activation.Silu, Projection = {c})]",
        "[Gru({a}, GateActivation = Activation.HardSigmoid, Activation = Activation.LeakyRelu)] [Gru({b}, ResetAfter = false, ResetGateActivation = Activation.Linear, UpdateGateActivation = Activation.HardTanh, Activation = Activation.Elu)]",
        "[Gru({a}, ResetGateActivation = Activation.Silu, UpdateGateActivation = Activation.Linear, Activation = Activation.Linear, LayerNorm = true, Direction = Direction.Both)]",
        "[Rnn({a}, Activation = Activation.Linear)] [Rnn({b}, Activation = Activation.Elu, Direction = Direction.Both)] [Rnn({c}, Activation = Activation.Linear, Returns = Returns.Last, Zoneout = 0.2)]",
        "[Rnn({a}, Activation = Activation.Linear, Direction = Direction.Backward)] [Dense({b})]",
        "[Dense({a}, Activation = Activation.Elu)] [Tdnn({b}, 2, Activation = Activation.LeakyRelu)] [Dense({c}, Activation = Activation.Softplus)] [Dense({a}, Activation = Activation.Silu)] [Dense({b}, Activation = Activation.Softsign)] [Dense({c}, Activation = Activation.HardTanh)]",
        "[Dense({a}, Activation = Activation.PRelu)] [Tdnn({b}, 2, Activation = Activation.PRelu, SlopePerUnit = true)] [Gru({c})] [PRelu] [Dense({a}, Activation = Activation.PRelu, SlopePerUnit = true, Skip = Skip.Concatenate)] [PRelu(PerUnit = true)]",
        "[Lstm({a}, Returns = Returns.Last)] [Dense({b}, Activation = Activation.PRelu)] [PRelu(PerUnit = true, Trainable = false)] [Dense(1, Activation = Activation.PRelu, SlopePerUnit = true)]",
        "[Tdnn({a}, 3, Padding = Padding.Same, Activation = Activation.Relu)] [Tdnn({a}, 4, Padding = Padding.Same, Residual = true)] [Gru({b}, Direction = Direction.Both)] [Tdnn({c}, 2, Dilation = 2, Padding = Padding.Same)]",
        "[Tdnn({a}, 2, Padding = Padding.Valid)] [Tdnn({b}, 9, Padding = Padding.Same)] [Lstm({c}, Returns = Returns.Last)]",
        "[Tdnn({a}, 2, Dilation = 12, Padding = Padding.Same)] [Tdnn({b}, 1, Padding = Padding.Same)]",
        "[Dense(6)] [Tdnn(9, 2, Groups = 3, Activation = Activation.Tanh)] [Tdnn(36, 3, Groups = 9, Padding = Padding.Same)] [Tdnn(40, 2, Groups = 2, Bias = false, Stride = 2)] [Gru({b})]",
        "[Dense(48)] [Tdnn(48, 3, Groups = 48, Padding = Padding.Same)] [Dense({a}, Activation = Activation.Elu)]",
        "[Dense(34)] [Tdnn(34, 2, Groups = 2, Dilation = 2, Residual = true)] [Tdnn(68, 1, Groups = 17)] [Dense({b})]",
        "[Tdnn({a}, 3, Padding = Padding.Same)] [LayerNorm(Activation = Activation.Relu)] [Dense({b})] [LayerNorm(Epsilon = 0.01, Activation = Activation.Elu)] [Tdnn({c}, 2, Groups = 1)] [LayerNorm] [PRelu]",
        "[Gru({a})] [Dense({b})] [LayerNorm(Activation = Activation.Sigmoid)] [BinaryCrossEntropy]",
        "[BatchNorm] [Gru({a}, Direction = Direction.Both)] [BatchNorm(Epsilon = 0.01, Affine = false)] [Dense({b})]",
        "[Tdnn({a}, 2, Padding = Padding.Valid, Bias = false)] [BatchNorm(Epsilon = 0.1, Activation = Activation.Softplus)] [Lstm({b})] [BatchNorm(Trainable = false, Activation = Activation.Elu)] [Tdnn({c}, 2, Stride = 2, Bias = false)] [BatchNorm(Epsilon = 0.5)]",
        "[Dense({a}, Bias = false)] [BatchNorm(Epsilon = 0.1)] [Dropout(0.3)] [Gru({b}, Returns = Returns.Last)] [BatchNorm(Epsilon = 0.1, Activation = Activation.Tanh)] [Dense({c})]",
        "[Elman({a}, {b}, HiddenActivation = Activation.Elu, OutputActivation = Activation.HardSigmoid)] [Jordan({b}, {c}, HiddenActivation = Activation.HardTanh, OutputActivation = Activation.Softsign)]",
        "[Gru({a})] [Dense(4)] [SoftmaxCrossEntropy(IgnoredClass = 1, ClassWeights = new[] { 1.0, 0.5, 2, 0.25 })]",
    ];

    public static IEnumerable<string> Names => Enumerable.Range(0, _layers.Length).Select(i => string.Create(CultureInfo.InvariantCulture, $"Options{i:D2}"));

    /// <summary>The declarations, in the order of their names.</summary>
    public static IReadOnlyList<string> Sources { get; } = [.. Names.Select((name, i) => "namespace Options;\n" + Declaration(name, i))];

    private static string Declaration(string name, int index)
    {
        string Size(int offset) => _sizes[(index + offset) % _sizes.Length].ToString(CultureInfo.InvariantCulture);
        string layers = _layers[index].Replace("{a}", Size(0), StringComparison.Ordinal).Replace("{b}", Size(1), StringComparison.Ordinal).Replace("{c}", Size(2), StringComparison.Ordinal);
        bool hasLoss = new[] { "Entropy", "Error]", "[Huber" }.Any(l => layers.Contains(l, StringComparison.Ordinal));
        return $"[Network(Inputs = {Size(3)}, Timesteps = 7)]\n{layers}\n{(hasLoss || index % 3 == 0 ? "" : "[MeanSquaredError]\n")}public partial class {name};\n";
    }
}
