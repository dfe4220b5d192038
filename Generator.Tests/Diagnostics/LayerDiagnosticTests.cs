// Wrong arguments of layers and losses: one error each, at the argument, that names what was expected, what was found and what to do.
// Knows texts; what a right argument computes is tested on the interpreter.
using System.Collections.Generic;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Diagnostics;

public class LayerDiagnosticTests
{
    private const string Functions = "Linear, Relu, Tanh, Sigmoid, HardSigmoid, HardSigmoidFifth, HardTanh, Elu, LeakyRelu, Softplus, Softsign, Silu, Custom";

    [Theory]
    [InlineData("[Lstm(4, {|SEQ0104:Zoneout = 1|})]", "Zoneout must be 0 <= rate < 1, and is 1")]
    [InlineData("[Gru(4, {|SEQ0104:WeightDrop = -0.5|})]", "WeightDrop must be 0 <= rate < 1, and is -0.5")]
    [InlineData("[Gru(4, {|SEQ0104:VariationalInput = double.NaN|})]", "VariationalInput must be 0 <= rate < 1, and is NaN")]
    [InlineData("[Lstm(4, {|SEQ0101:Projection = 0|})]", "Projection must be a positive number of units, and is 0")]
    [InlineData("[Lstm(4, LayerNorm = true, {|SEQ0104:Epsilon = 0|})]", "Epsilon must be from 1e-38 to 1, and is 0")]
    [InlineData("[LayerNorm({|SEQ0104:Epsilon = -1|})] [Dense(1)]", "Epsilon must be from 1e-38 to 1, and is -1")]
    [InlineData("[BatchNorm({|SEQ0104:Momentum = 0|})] [Dense(1)]", "Momentum must be 0 < momentum <= 1, and is 0")]
    [InlineData("[BatchNorm({|SEQ0104:Momentum = 1.5|})] [Dense(1)]", "Momentum must be 0 < momentum <= 1, and is 1.5")]
    [InlineData("[Dense(4)] [BatchNorm({|SEQ0108:Activation = Activation.Softmax|})]", "Activation Softmax is not possible in [BatchNorm]; possible are " + Functions)]
    [InlineData("[Gru(4, LayerNorm = true, {|SEQ0104:Epsilon = 1e-60|})]", "Epsilon must be from 1e-38 to 1, and is 1E-60")]
    [InlineData("[NeuralTuringMachine(4, {|SEQ0104:CosineEpsilon = 1e-60|})]", "CosineEpsilon must be at least 1e-38 and below 1, and is 1E-60")]
    [InlineData("[Lstm(4, InitialState = InitialState.Random, {|SEQ0104:RandomDeviation = -1|})]", "RandomDeviation must be a deviation from 0 to 1e6, and is -1")]
    [InlineData("[Elman(4, {|SEQ0101:0|})]", "Outputs must be a positive number of units, and is 0")]
    [InlineData("[Elman(4, 2, {|SEQ0104:Context = 3|})]", "Context must be 1 or 2 (steps back), and is 3")]
    [InlineData("[Tdnn(4, {|SEQ0101:0|})]", "Kernel must be a positive number of units, and is 0")]
    [InlineData("[Tdnn(4, 3, {|SEQ0101:Dilation = 0|})]", "Dilation must be a positive number of units, and is 0")]
    [InlineData("[Tdnn(4, {|SEQ0104:5|}, Dilation = 16, Padding = Padding.Valid)]", "The window, (Kernel - 1) * Dilation + 1, must be no longer than the 64 steps that reach the layer at most, and is 65")]
    [InlineData("[Tdnn(4, 4, Stride = 16)] [Tdnn(2, {|SEQ0104:6|}, Padding = Padding.Valid)]", "The window, (Kernel - 1) * Dilation + 1, must be no longer than the 4 steps that reach the layer at most, and is 6")]
    [InlineData("[Tdnn(4, {|SEQ0104:1000|}, Dilation = 100_000)]", "The window, (Kernel - 1) * Dilation + 1, must be at most 1048576 steps long, and is 99900001")]
    [InlineData("[Dense(1_000_000)] [Dropout(0.5)] [{|SEQ0112:Lstm(400, Name = \"last\")|}] [Dense(8)]", "The network has 1,609,646,408 parameters, and at most 536,870,912 are possible; make layers smaller or fewer")]
    [InlineData("[Tdnn(4, {|SEQ0112:1_000_000|})]", "The network has 8,000,000 numbers in a window, and at most 1,048,576 are possible; make layers smaller or fewer")]
    [InlineData("[Autoregressive({|SEQ0101:0|})]", "Order must be a positive number of units, and is 0")]
    [InlineData("[Autoregressive({|SEQ0104:65|}, Padding = Padding.Valid)]", "Order must be no longer than the 64 steps that reach the layer at most, and is 65")]
    public void A_number_out_of_its_range(string layers, string message) => Check(layers, message);

    [Theory]
    [InlineData("[Rnn(4, {|SEQ0108:Activation = Activation.Softmax|})]", "Activation Softmax is not possible in [Rnn]; possible are " + Functions)]
    [InlineData("[Jordan(4, 2, {|SEQ0108:HiddenActivation = Activation.Softmax|})]", "Activation Softmax is not possible in [Jordan]; possible are " + Functions)]
    [InlineData("[Tdnn(4, 2, {|SEQ0108:Activation = Activation.Softmax|})] [Dense(1)]", "Activation Softmax is not possible in [Tdnn that is not the last layer]; possible are " + Functions + ", PRelu")]
    [InlineData("[Lstm(4, {|SEQ0108:GateActivation = Activation.PRelu|})]", "Activation PRelu is not possible in [Lstm]; possible are " + Functions)]
    [InlineData("[Tdnn(4, 3, Padding = Padding.Same, {|SEQ0123:Stride = 2|})]", "Stride makes no sense in this [Tdnn]: Padding.Same gives an output for every step; write Padding.Causal or Padding.Valid, or leave out Stride")]
    [InlineData("[Tdnn(4, 3, {|SEQ0104:Groups = 0|})]", "Groups must be from 1 to 256, for each group is a product of its own, and is 0")]
    [InlineData("[Tdnn(9, 3, {|SEQ0104:Groups = 3|})]", "Groups must be a number that divides both the 8 features that reach the layer and its 9 units, and is 3")]
    [InlineData("[Autoregressive(4, {|SEQ0123:Padding = Padding.Same|})]", "Padding.Same makes no sense in this [Autoregressive]: it would foretell a step from the steps after it; write Padding.Causal or Padding.Valid, or use [Tdnn]")]
    [InlineData("[Dense(4)] [LayerNorm({|SEQ0108:Activation = Activation.PRelu|})]", "Activation PRelu is not possible in [LayerNorm]; possible are " + Functions)]
    [InlineData("[Dense(4, Activation = Activation.LeakyRelu, {|SEQ0123:SlopePerUnit = true|})]", "SlopePerUnit makes no sense in this [Dense]: only Activation.PRelu has a slope that is learned; write Activation = Activation.PRelu")]
    [InlineData("[Lstm(4, {|SEQ0108:ForgetGateActivation = Activation.Softmax|})]", "Activation Softmax is not possible in [Lstm]; possible are " + Functions)]
    [InlineData("[Gru(4, {|SEQ0108:Activation = Activation.Softmax|})]", "Activation Softmax is not possible in [Gru]; possible are " + Functions)]
    [InlineData("[Lstm(4, CoupledGates = true, {|SEQ0123:InputGateActivation = Activation.Relu|})]", "InputGateActivation makes no sense in this [Lstm]: with CoupledGates the input gate is one minus the forget gate; write ForgetGateActivation, or leave one of the two out")]
    [InlineData("[Lstm(4, {|SEQ0104:CellClip = -1|})]", "CellClip must be from 1e-6 to 1e6, or 0 for none, and is -1")]
    [InlineData("[Lstm(4, {|SEQ0104:CellClip = double.NaN|})]", "CellClip must be from 1e-6 to 1e6, or 0 for none, and is NaN")]
    public void A_function_that_cannot_be_there(string layers, string message) => Check(layers, message);

    [Theory]
    [InlineData("[Gru(4, {|SEQ0123:RnnDrop = 0.1|})]", "RnnDrop makes no sense in this [Gru]: it acts on a memory cell c, which only [Lstm] has; use VariationalHidden")]
    [InlineData("[Rnn(4, {|SEQ0123:ZoneoutCell = 0.1|})]", "ZoneoutCell makes no sense in this [Rnn]: it acts on a memory cell c, which only [Lstm] has; use Zoneout")]
    [InlineData("[Elman(4, 2, {|SEQ0123:RecurrentDropout = 0.1|})]", "RecurrentDropout makes no sense in this [Elman]: it drops elements of a candidate that is added to a memory, and here the state is made anew at every step, so that dropping would erase the memory; use Zoneout or VariationalHidden")]
    [InlineData("[Jordan(4, 2, {|SEQ0123:Zoneout = 0.1|})]", "Zoneout makes no sense in this [Jordan]: it acts on a hidden state h, and the only state here is the output; write Recurrent = true, or use WeightDrop")]
    [InlineData("[Gru(4, {|SEQ0123:Merge = Merge.Sum|})]", "Merge makes no sense in this [Gru]: there is one direction, so nothing is merged; write Direction = Direction.Both")]
    [InlineData("[Rnn(4, {|SEQ0123:Outputs = 3|})]", "Outputs makes no sense in this [Rnn]: the layer gives its state; write Output = RnnOutput.PreviousState, or a [Dense] after it")]
    [InlineData("[Lstm(4, Zoneout = 0.1, {|SEQ0121:VariationalHidden = 0.2|})]", "Zoneout and VariationalHidden of [Lstm] exclude each other: both are masks on h under one name; keep one of them")]
    [InlineData("[Lstm(4, {|SEQ0121:RnnDrop = 0.1|}, ZoneoutCell = 0.2)]", "ZoneoutCell and RnnDrop of [Lstm] exclude each other: both are masks on c under one name; keep one of them")]
    public void An_option_without_sense(string layers, string message) => Check(layers, message);

    [Theory]
    [InlineData("[Lstm(4, {|SEQ0122:Residual = true|})]", "Residual is not possible in this [Lstm]: its input has 8 features and its output 4, and only equal sizes can be added; change the size, or use Skip = Skip.Concatenate")]
    [InlineData("[Lstm(8, {|SEQ0122:Residual = true|}, Direction = Direction.Both)]", "Residual is not possible in this [Lstm]: its input has 8 features and its output 16, and only equal sizes can be added; change the size, or use Skip = Skip.Concatenate")]
    [InlineData("[Gru(8, {|SEQ0122:Skip = Skip.Concatenate|}, Returns = Returns.Last)]", "Skip is not possible in this [Gru]: its input has a value at every step, and its output only at the last; write Returns = Returns.Sequence")]
    [InlineData("[Tdnn(8, 2, {|SEQ0122:Residual = true|}, Padding = Padding.Valid)]", "Residual is not possible in this [Tdnn]: its output has other steps than its input; write Padding = Padding.Causal (or Padding.Same) and Stride = 1")]
    [InlineData("[Dense(8, Residual = true, {|SEQ0121:Skip = Skip.Concatenate|})]", "Residual and Skip of [Dense] exclude each other: one adds the input to the output, the other puts it beside it; write one of them")]
    public void Something_that_cannot_pass_by(string layers, string message) => Check(layers, message);

    [Theory]
    [InlineData("[Gru(4)] [{|SEQ0124:SelfAttention(4)|}]", "[SelfAttention] cannot be in a network with Resets = true: it weighs the steps of the whole sequence, whatever pieces they belong to; give it the pieces as sequences of their own, with lengths")]
    [InlineData("[{|SEQ0124:Tdnn(4, 2, Padding = Padding.Valid)|}]", "[Tdnn] cannot be in a network with Resets = true: its windows are valid or strided, so that pieces run apart would give fewer steps; use Padding.Causal and a stride of 1")]
    [InlineData("[{|SEQ0124:Gru(4, Tied = false)|}]", "[Gru] cannot be in a network with Resets = true: Tied = false gives every step of a sequence parameters of its own, and pieces have no steps of their own; let all steps share one set")]
    [InlineData("[{|SEQ0124:Gru(4, Direction = Direction.Both, Returns = Returns.Last)|}]", "[Gru] cannot be in a network with Resets = true: Returns = Returns.Last would be the end of the last piece in one direction and the beginning of the first in the other; write Returns = Returns.Sequence")]
    public void A_layer_that_cannot_begin_anew(string layers, string message) => Check(layers, message, "Resets = true");

    [Fact]
    public void An_encoder_reads_its_sequence_as_a_whole() => Assert.Equal(
        "Resets must be false for an encoder-decoder, whose sequences are read as a whole, and is true",
        Assert.Single(Marked.Check("[Network(Timesteps = 4, {|SEQ0104:Resets = true|})] [Encoder(Inputs = 2)] [Gru(4)] [Decoder(Inputs = 3)] [Gru(4)] partial class Net;")));

    [Theory]
    [InlineData("[Tdnn(8, 1, {|SEQ0122:Residual = true|}, Stride = 2)]")]
    [InlineData("[Tdnn(8, 1, {|SEQ0122:Skip = Skip.Concatenate|}, Stride = 2, Padding = Padding.Valid)]")]
    public void As_many_steps_are_not_the_same_steps(string layers) => Assert.Contains(
        "its output has other steps than its input", Assert.Single(Marked.Check($"[Network(Inputs = 8, Timesteps = 1)] {layers} partial class Net;")), System.StringComparison.Ordinal);

    [Theory]
    [InlineData("[Dense(3)] [MeanSquaredError({|SEQ0104:Weight = 0|})]", "Weight must be above 0 and at most 1e6, and is 0")]
    [InlineData("[Dense(3)] [Huber({|SEQ0104:0|})]", "Delta must be above 0 and at most 1e6, and is 0")]
    [InlineData("[Dense(3)] [Ctc({|SEQ0104:Blank = 3|})]", "Blank must be one of the classes 0 to 2, and is 3")]
    [InlineData("[Dense(3, Activation = Activation.Tanh)] [{|SEQ0107:Ctc|}]", "[Ctc] does not fit the output: it needs a last layer that is linear or Softmax, not Tanh")]
    [InlineData("[Gru(3, Returns = Returns.Last)] [{|SEQ0107:Ctc|}]", "[Ctc] does not fit the output: it needs an output at every step, and there is one a sequence; write Returns = Returns.Sequence")]
    [InlineData("[Dense(3)] [SoftmaxCrossEntropy({|SEQ0104:ClassWeights = new[] { 1.0, 2 }|})]", "ClassWeights must be one number for each of the 3 classes, and is 2 numbers")]
    [InlineData("[Dense(3)] [SoftmaxCrossEntropy({|SEQ0104:ClassWeights = new[] { 1, -0.5, 2 }|})]", "ClassWeights must be numbers from 0 to 1e6 that are not all 0, and is 1, -0.5, 2")]
    [InlineData("[Dense(8, Residual = true, Activation = Activation.Sigmoid)] [{|SEQ0107:BinaryCrossEntropy|}]", "[BinaryCrossEntropy] does not fit the output: it needs a last layer that is linear or Sigmoid, not Sigmoid with its input beside it")]
    [InlineData("[Elman(4, 2, OutputActivation = Activation.Sigmoid, Direction = Direction.Both)] [{|SEQ0107:BinaryCrossEntropy|}]", "[BinaryCrossEntropy] does not fit the output: it needs a last layer that is linear or Sigmoid, not Sigmoid of two directions merged")]
    [InlineData("[Dense(3)] [Quantile({|SEQ0104:0.5|}, 0.2)]", "Quantiles must be numbers above 0 and below 1, each above the one before, and is 0.5, 0.2")]
    [InlineData("[Dense(3)] [Quantile({|SEQ0104:1|})]", "Quantiles must be numbers above 0 and below 1, each above the one before, and is 1")]
    [InlineData("[Dense(3)] [{|SEQ0104:Quantile()|}]", "Quantiles must be numbers above 0 and below 1, each above the one before, and is none")]
    [InlineData("[Dense(4)] [{|SEQ0107:Quantile(0.1, 0.5, 0.9)|}]", "[Quantile] does not fit the output: it needs an output for each of its 3 quantiles of each target, and the output has 4 numbers; give the last layer 3 units a target")]
    [InlineData("[Dense(3, Activation = Activation.Tanh)] [{|SEQ0107:Quantile(0.5, NonCrossing = true)|}]", "[Quantile] does not fit the output: NonCrossing needs a last layer that is linear, not Tanh")]
    [InlineData("[Dense(3)] [{|SEQ0107:GaussianLikelihood|}]", "[GaussianLikelihood] does not fit the output: it needs a mean and a variance for each target, and the output has 3 numbers; give the last layer two units a target")]
    [InlineData("[Dense(4, Activation = Activation.Relu)] [{|SEQ0107:GaussianLikelihood|}]", "[GaussianLikelihood] does not fit the output: it needs a last layer that is linear, means and logarithms of variances, not Relu")]
    [InlineData("[Dense(4, Activation = Activation.Relu)] [{|SEQ0107:PoissonLikelihood|}]", "[PoissonLikelihood] does not fit the output: it needs a last layer that is linear, the logarithm of the rate, not Relu")]
    [InlineData("[Dense(3)] [SoftmaxCrossEntropy({|SEQ0104:LabelSmoothing = 1|})]", "LabelSmoothing must be 0 or more and below 1, and is 1")]
    [InlineData("[Dense(3)] [BinaryCrossEntropy({|SEQ0104:PositiveWeight = 0|})]", "PositiveWeight must be above 0 and at most 1e6, and is 0")]
    public void A_loss_that_does_not_fit(string layers, string message) => Check(layers, message);

    private static void Check(string layers, string message, string options = "")
    {
        IReadOnlyList<string> messages = Marked.Check($"[Network(Inputs = 8, Timesteps = 64{(options.Length > 0 ? ", " + options : "")})] {layers} partial class Net;", new HarnessOptions(InOddCulture: true));
        Assert.Equal([message], messages);
    }
}
