// Every option of every layer, alone and in company: gradients against difference quotients, with masks, lengths and every choice of passes;
// and inference, where noise is gone from the graph, against the same graph with its noise at the inference value.
using System.Linq;
using SeqGen.Generator.Graph;
using Xunit;

namespace SeqGen.Generator.Tests.Interpreter;

[Trait("Category", "GoldenInterpreter")]
public class LayerGradientTests
{
    // Names begin with x: those are the parameters whose gradients are compared.
    private static readonly string[] _stacks =
    [
        "[Lstm(2, Name = \"x\", CoupledGates = true)]",
        "[Lstm(2, Name = \"x\", CoupledGates = true, Peephole = true, LayerNorm = true, Epsilon = 0.05, Projection = 3, Direction = Direction.Both)]",
        "[Lstm(3, Name = \"x\", Projection = 2, Direction = Direction.Both, Merge = Merge.Product, Returns = Returns.Last)]",
        "[Lstm(2, Name = \"x\", Peephole = true, LayerNorm = true, Epsilon = 0.01, Direction = Direction.Backward)]",
        "[Lstm(2, Name = \"x\", RecurrentDropout = 0.4, ZoneoutCell = 0.3, VariationalInput = 0.2, VariationalHidden = 0.3, WeightDrop = 0.4)]",
        "[Lstm(2, Name = \"x\", Direction = Direction.Both, RecurrentDropout = 0.4, RecurrentDropoutPerSequence = true, RnnDrop = 0.4, Zoneout = 0.3, Projection = 1)]",
        "[Gru(2, Name = \"x\", LayerNorm = true)]",
        "[Gru(2, Name = \"x\", LayerNorm = true, ResetAfter = false, Direction = Direction.Both, Merge = Merge.Average)]",
        "[Gru(2, Name = \"x\", RecurrentDropout = 0.4, Zoneout = 0.3, VariationalInput = 0.2, WeightDrop = 0.4)]",
        "[Gru(2, Name = \"x\", ResetAfter = false, VariationalHidden = 0.4, WeightDrop = 0.4, Direction = Direction.Both, Merge = Merge.Sum)]",
        "[Rnn(2, Name = \"x\", Activation = Activation.Sigmoid, Zoneout = 0.3, WeightDrop = 0.3, VariationalInput = 0.3)]",
        "[Rnn(2, Name = \"x\", Output = RnnOutput.PreviousState, Outputs = 3, OutputActivation = Activation.Tanh, VariationalHidden = 0.3)]",
        "[Rnn(2, Name = \"x\", Output = RnnOutput.PreviousState, Direction = Direction.Both, Returns = Returns.Last)]",
        "[Elman(2, 3, Name = \"x\", Context = 2, Zoneout = 0.3, WeightDrop = 0.3, VariationalHidden = 0)]",
        "[Elman(3, 2, Name = \"x\", HiddenActivation = Activation.Sigmoid, Direction = Direction.Both, Returns = Returns.Last, VariationalHidden = 0.3)]",
        "[Jordan(2, 3, Name = \"x\", Recurrent = true, Zoneout = 0.3, OutputActivation = Activation.Sigmoid, WeightDrop = 0.3)]",
        "[Jordan(2, 1, Name = \"x\", Bias = false, Direction = Direction.Backward, Returns = Returns.Last, VariationalInput = 0.3)]",
        "[Tdnn(3, 2, Name = \"x\", Dilation = 2)] [Lstm(2, Name = \"xl\", Skip = Skip.Concatenate)]",
        "[Tdnn(3, 2, Name = \"x\", Stride = 2, Activation = Activation.Sigmoid)] [Gru(2, Name = \"xg\", Direction = Direction.Both)]",
        "[Tdnn(2, 2, Name = \"x\", Padding = Padding.Valid)] [Tdnn(2, 2, Name = \"xt\", Padding = Padding.Valid, Stride = 2, Bias = false)] [Rnn(2, Name = \"xr\", Returns = Returns.Last)]",
        "[Tdnn(2, 3, Name = \"x\", Residual = true)] [LayerNorm(Name = \"xn\")] [Gru(2, Name = \"xg\", Residual = true)] [Dense(2, Name = \"xd\", Residual = true, Activation = Activation.Tanh)]",
        "[Dense(3, Name = \"x\", Skip = Skip.Concatenate)] [Rnn(2, Name = \"xr\", Direction = Direction.Both, Skip = Skip.Concatenate)] [LayerNorm(Name = \"xn\", Epsilon = 0.01)]",
        "[Lstm(2, Name = \"x\", Tied = false, Peephole = true, Projection = 3, VariationalHidden = 0.3)]",
        "[Gru(2, Name = \"x\", Tied = false, ResetAfter = false, Direction = Direction.Both)] [Rnn(2, Name = \"xr\", Tied = false, Bias = false)]",
        "[Autoregressive(3, Name = \"x\")]",
        "[Lstm(2, Name = \"x\", GateActivation = Activation.HardSigmoid, Activation = Activation.Softsign, CellClip = 0.2, ZoneoutCell = 0.3)]",
        "[Lstm(2, Name = \"x\", Peephole = true, LayerNorm = true, Epsilon = 0.05, Activation = Activation.Linear, OutputActivation = Activation.Elu, ForgetGateActivation = Activation.HardSigmoidFifth, RnnDrop = 0.3, CellClip = 0.4)]",
        "[Lstm(2, Name = \"x\", CoupledGates = true, ForgetGateActivation = Activation.HardSigmoid, OutputGateActivation = Activation.Linear, OutputActivation = Activation.Silu, Direction = Direction.Both)]",
        "[Gru(2, Name = \"x\", GateActivation = Activation.HardSigmoid, Activation = Activation.LeakyRelu)]",
        "[Gru(2, Name = \"x\", ResetAfter = false, ResetGateActivation = Activation.Linear, UpdateGateActivation = Activation.HardTanh, Activation = Activation.Elu, Zoneout = 0.2)]",
        "[Tdnn(2, 3, Name = \"x\", Padding = Padding.Same, Activation = Activation.Tanh)] [Tdnn(2, 2, Name = \"xt\", Dilation = 3, Padding = Padding.Same, Residual = true)]",
        "[Tdnn(4, 2, Name = \"x\", Groups = 2)] [Tdnn(2, 3, Name = \"xt\", Groups = 2, Padding = Padding.Same, Bias = false)]",
        "[Tdnn(3, 3, Name = \"x\", Padding = Padding.Same)] [LayerNorm(Name = \"xn\", Epsilon = 0.01, Activation = Activation.Tanh)] [Dense(3, Name = \"xd\")] [LayerNorm(Name = \"xm\", Epsilon = 0.01, Activation = Activation.Sigmoid)] [BinaryCrossEntropy]",
        "[BatchNorm(Name = \"x\", Epsilon = 0.01)] [Tdnn(3, 3, Name = \"xt\", Padding = Padding.Same)] [BatchNorm(Name = \"xn\", Epsilon = 0.01, Activation = Activation.Tanh)] [Gru(2, Name = \"xg\", Returns = Returns.Last)] [BatchNorm(Name = \"xm\", Epsilon = 0.1, Affine = false)]",
        "[Dense(3, Name = \"x\", Activation = Activation.PRelu)] [PRelu(Name = \"xp\", PerUnit = true)] [Tdnn(2, 2, Name = \"xt\", Activation = Activation.PRelu, SlopePerUnit = true)] [PRelu(Name = \"xq\")]",
        "[Rnn(2, Name = \"x\", Activation = Activation.Linear, Direction = Direction.Both)] [Rnn(2, Name = \"xr\", Activation = Activation.Softplus)]",
        "[Dense(3, Name = \"x\", Activation = Activation.Elu)] [Tdnn(2, 2, Name = \"xt\", Activation = Activation.Softsign)] [Dense(3, Name = \"xd\", Activation = Activation.Silu)] [Dense(2, Name = \"xe\", Activation = Activation.HardTanh)]",
        "[Autoregressive(2, Name = \"x\", Units = 1, Padding = Padding.Valid, Bias = false)]",
        "[Elman(2, 2, Name = \"x\", OutputActivation = Activation.Sigmoid, Returns = Returns.Last)] [BinaryCrossEntropy]",
        "[Rnn(2, Name = \"x\")] [Dense(3, Name = \"xd\")] [Huber(0.7)]",
        "[Rnn(2, Name = \"x\")] [Dense(3, Name = \"xd\", Activation = Activation.Softmax)] [SoftmaxCrossEntropy(IgnoredClass = 1, ClassWeights = new[] { 1.0, 0.5, 2 })]",
        "[Rnn(2, Name = \"x\")] [Dense(4, Name = \"xd\")] [Ctc(Blank = 3)]",
    ];

    private static readonly DeclaredLayers _declared = new(_stacks.Select(WithLoss));

    public static TheoryData<string> Stacks => new(_stacks);

    [Theory]
    [MemberData(nameof(Stacks))]
    public void A_declared_stack_has_the_gradient_of_its_difference_quotient(string layers)
    {
        NetworkGraph Build() => _declared.Lower(WithLoss(layers));
        FiniteDifferences.Check(Build, g => DeclaredLayers.Prepare(g), layers);
    }

    [Theory]
    [MemberData(nameof(Stacks))]
    public void Inference_is_the_graph_with_its_noise_at_the_inference_value(string layers)
    {
        NetworkGraph whole = _declared.Lower(WithLoss(layers)), inference = NetworkCompiler.InferenceGraph(_declared.Lower(WithLoss(layers)));
        Assert.DoesNotContain(inference.Root.Nodes, n => n.Op is Ops.NoiseOp);

        // What stands beyond lengths is not the same, and a product and a sum are rounded otherwise than a difference and a quotient.
        bool isOfBatch = layers.Contains("BatchNorm", System.StringComparison.Ordinal);
        Run run = DeclaredLayers.Prepare(whole, lengths: !isOfBatch, noise: false);
        run.ReadsRunningStatistics = true;
        GraphInterpreter expected = GraphInterpreter.Execute(whole, run), got = GraphInterpreter.Execute(inference, run);
        foreach (string name in inference.Results.Keys)
        {
            Assert.All(expected[name].Data.Zip(got[name].Data), p => Assert.Equal(p.First, p.Second, isOfBatch ? 1e-12 : 0));
        }
    }

    private static string WithLoss(string layers) => layers.Contains("Entropy", System.StringComparison.Ordinal) || layers.Contains("[Huber", System.StringComparison.Ordinal)
        || layers.Contains("[Ctc", System.StringComparison.Ordinal) ? layers : layers + " [MeanSquaredError]";
}
