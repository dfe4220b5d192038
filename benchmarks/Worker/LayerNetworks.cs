// One network for each layer kind, at one usual size: 64 numbers in, 64 units, 32 steps.
// Knows declarations alone; what a kind costs is said in Running/LayerWork.cs.
namespace SeqGen.Benchmarks;

/// <summary>Sizes of the networks that hold one layer.</summary>
public static class LayerSizes
{
    /// <summary>Inputs, units and outputs.</summary>
    public const int Units = 64;

    public const int Steps = 32;

    public const int Batch = 32;

    public const int Tokens = 64;

    /// <summary>Labels of a sequence, for connectionist temporal classification.</summary>
    public const int Labels = 10;
}

[Network(Inputs = 64, Timesteps = 32), Dense(64), MeanSquaredError]
public sealed partial class LayerDense;

[Network(Inputs = 64, Timesteps = 32), Rnn(64), MeanSquaredError]
public sealed partial class LayerRnn;

[Network(Inputs = 64, Timesteps = 32), Elman(64, 64), MeanSquaredError]
public sealed partial class LayerElman;

[Network(Inputs = 64, Timesteps = 32), Jordan(64, 64), MeanSquaredError]
public sealed partial class LayerJordan;

[Network(Inputs = 64, Timesteps = 32), Lstm(64), MeanSquaredError]
public sealed partial class LayerLstm;

[Network(Inputs = 64, Timesteps = 32), Lstm(64, Peephole = true), MeanSquaredError]
public sealed partial class LayerLstmPeephole;

[Network(Inputs = 64, Timesteps = 32), Lstm(64, Projection = 32), MeanSquaredError]
public sealed partial class LayerLstmProjection;

[Network(Inputs = 64, Timesteps = 32), Lstm(64, LayerNorm = true), MeanSquaredError]
public sealed partial class LayerLstmNorm;

[Network(Inputs = 64, Timesteps = 32), Lstm(64, CoupledGates = true), MeanSquaredError]
public sealed partial class LayerLstmCoupled;

[Network(Inputs = 64, Timesteps = 32), Lstm(64, Direction = Direction.Both), MeanSquaredError]
public sealed partial class LayerLstmBoth;

[Network(Inputs = 64, Timesteps = 32), Lstm(64, RecurrentDropout = 0.3), MeanSquaredError]
public sealed partial class LayerLstmStepDropout;

[Network(Inputs = 64, Timesteps = 32), Lstm(64, VariationalHidden = 0.3), MeanSquaredError]
public sealed partial class LayerLstmSequenceDropout;

[Network(Inputs = 64, Timesteps = 32), Lstm(64, WeightDrop = 0.3), MeanSquaredError]
public sealed partial class LayerLstmWeightDrop;

[Network(Inputs = 64, Timesteps = 32), Gru(64), MeanSquaredError]
public sealed partial class LayerGru;

[Network(Inputs = 64, Timesteps = 32), Gru(64, LayerNorm = true), MeanSquaredError]
public sealed partial class LayerGruNorm;

[Network(Inputs = 64, Timesteps = 32), Tdnn(64, 5, Activation = Activation.Relu), MeanSquaredError]
public sealed partial class LayerTdnn;

[Network(Inputs = 64, Timesteps = 32), Autoregressive(4), MeanSquaredError]
public sealed partial class LayerAutoregressive;

[Network(Inputs = 64, Timesteps = 32), Dense(64), LayerNorm, MeanSquaredError]
public sealed partial class LayerNormAfterDense;

[Network(Inputs = 64, Timesteps = 32), Dense(64), Dropout(0.3), MeanSquaredError]
public sealed partial class LayerDropoutAfterDense;

[Network(Tokens = 64, Timesteps = 32), Embedding(64), MeanSquaredError]
public sealed partial class LayerEmbedding;

[Network(Inputs = 64, Timesteps = 32), SelfAttention(64), MeanSquaredError]
public sealed partial class LayerSelfAttention;

[Network(Inputs = 64, Timesteps = 32), AttentionPooling(64), MeanSquaredError]
public sealed partial class LayerAttentionPooling;

[Network(Timesteps = 32), Encoder(Tokens = 64), Embedding(64), Gru(64)]
[Decoder(Tokens = 64, Start = 0, End = 63), Embedding(64), Gru(64), LuongAttention(64), Dense(64), SoftmaxCrossEntropy]
public sealed partial class LayerLuong;

[Network(Timesteps = 32), Encoder(Tokens = 64), Embedding(64), Gru(64)]
[Decoder(Tokens = 64, Start = 0, End = 63), Embedding(64), BahdanauAttention(64), Gru(64), Dense(64), SoftmaxCrossEntropy]
public sealed partial class LayerBahdanau;

[Network(Inputs = 64, Timesteps = 32), NeuralTuringMachine(64, ControllerUnits = 64), MeanSquaredError]
public sealed partial class LayerTuring;

[Network(Inputs = 64, Timesteps = 32), Dense(64), Ctc]
public sealed partial class LayerCtc;
