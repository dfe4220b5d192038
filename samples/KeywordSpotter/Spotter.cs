// The network, declared. It knows how a word is heard; refuses to know where the sound comes from.
using SeqGen;

namespace KeywordSpotter;

/// <summary>Hears frames of 20 bands, one every 10 ms, and names the digit that was said last: features of 50 ms
/// (a time-delay layer, which keeps its last five frames in a stream), then a memory of the word.</summary>
[Network(Inputs = LogMel.Bands, Timesteps = 120, NormalizeInputs = true)]
[Tdnn(32, 5, Activation = Activation.Relu)]
[Gru(48, Returns = Returns.Last)]
[Dense(10)]
[SoftmaxCrossEntropy]
public sealed partial class Spotter;
