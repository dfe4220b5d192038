// The network, declared. It knows how a digit is read; refuses to know how one is written.
using SeqGen;

namespace Digits;

/// <summary>Reads a picture of 8 x 8 pixels row by row, as eight steps of eight features, and names the digit after the last.</summary>
[Network(Inputs = 8, Timesteps = 8)]
[Gru(64)]
[Dropout(0.3)]
[Gru(64, Returns = Returns.Last)]
[Dropout(0.3)]
[Dense(10)]
[SoftmaxCrossEntropy]
public sealed partial class DigitReader;
