// The network, declared. It knows two alphabets; refuses to know what dates are.
using SeqGen;

namespace DateTranslator;

/// <summary>Reads a date as people write it, character by character, and writes it as ISO 8601 has it. Before each character that it writes it
/// looks back at those it has read, where it likes (Bahdanau et al. 2015).</summary>
[Network(Timesteps = DateWriter.Longest)]
[Encoder(Tokens = 48)]
[Embedding(32)]
[Gru(64)]
[Decoder(Tokens = 13, Start = Alphabets.Start, End = Alphabets.End, Timesteps = Alphabets.TargetSteps)]
[Embedding(16)]
[BahdanauAttention(64, Name = "attention")]
[Gru(64)]
[Dense(13)]
[SoftmaxCrossEntropy]
public sealed partial class Translator;
