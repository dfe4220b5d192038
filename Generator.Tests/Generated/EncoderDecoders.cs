// Encoders with their decoders: every attention with every cell, numbers and tokens, one layer and several, at sizes that no golden case has.
// Knows how they are written; refuses to know what any of it computes.
using System.Collections.Generic;
using System.Linq;

namespace SeqGen.Generator.Tests.Generated;

internal static class EncoderDecoders
{
    public const string Space = "Coders.";

    private static readonly (string Name, string Layers)[] _all =
    [
        ("PlainGru", "[Encoder(Inputs = 3)] [Gru(17)] [Decoder(Inputs = 2)] [Gru(17)] [Dense(2)] [MeanSquaredError]"),
        ("PlainLstm1", "[Encoder(Inputs = 1)] [Lstm(1)] [Decoder(Inputs = 1)] [Lstm(1)] [MeanSquaredError]"),
        ("PlainRnnTokens", "[Encoder(Tokens = 7)] [Embedding(3)] [Rnn(33)] [Decoder(Tokens = 6, Start = 0, End = 5)] [Embedding(5)] [Rnn(33)] [Dense(6)] [SoftmaxCrossEntropy]"),
        ("PlainProjected", "[Encoder(Inputs = 2)] [Lstm(7, Projection = 3)] [Decoder(Inputs = 4)] [Lstm(7, Projection = 3, Peephole = true)] [MeanSquaredError]"),
        ("PlainElman", "[Encoder(Inputs = 2)] [Elman(5, 3)] [Decoder(Inputs = 4)] [Elman(5, 2)] [MeanSquaredError]"),
        ("PlainBoth", "[Encoder(Inputs = 2)] [Gru(4, Direction = Direction.Both)] [Decoder(Inputs = 3)] [Gru(8)] [Dense(2)]"),
        ("PlainBridge", "[Encoder(Inputs = 2)] [Gru(4, Direction = Direction.Both)] [Decoder(Inputs = 3, Bridge = true)] [Lstm(5)] [Dense(2)] [MeanSquaredError]"),
        ("LastTwo", "[Encoder(Inputs = 2)] [Gru(9)] [Lstm(17)] [Decoder(Inputs = 3)] [Gru(9)] [Lstm(17, Returns = Returns.Last)] [MeanSquaredError]"),
        ("DotGru1", "[Encoder(Inputs = 1)] [Gru(1)] [Decoder(Inputs = 1)] [Gru(1)] [LuongAttention(1)] [MeanSquaredError]"),
        ("DotLstm33", "[Encoder(Inputs = 5)] [Lstm(33)] [Decoder(Inputs = 2)] [Lstm(33)] [LuongAttention(17)] [Dense(2)] [MeanSquaredError]"),
        ("DotRnnTokens", "[Encoder(Tokens = 5)] [Embedding(4)] [Rnn(17)] [Decoder(Tokens = 9, Start = 1, End = 8)] [Embedding(3)] [Rnn(17)] [LuongAttention(3)] [Dense(9)] [SoftmaxCrossEntropy]"),
        ("DotTwoLayers", "[Encoder(Inputs = 2)] [Gru(6)] [Gru(17)] [Decoder(Inputs = 2)] [Gru(6)] [Gru(17)] [LuongAttention(4)] [Dense(3)] [MeanAbsoluteError]"),
        ("DotInside", "[Encoder(Inputs = 2)] [Gru(6)] [Decoder(Inputs = 2)] [Gru(6)] [LuongAttention(4)] [Gru(5, InitialState = InitialState.Zero)] [Dense(3)] [MeanSquaredError]"),
        ("GeneralGru", "[Encoder(Inputs = 2)] [Gru(3, Direction = Direction.Both)] [Decoder(Inputs = 2)] [Gru(6)] [LuongAttention(7, Score = Score.General)] [MeanSquaredError]"),
        ("GeneralLstm100", "[Encoder(Tokens = 11)] [Embedding(17)] [Lstm(100)] [Decoder(Tokens = 6)] [Embedding(3)] [Lstm(100)] [LuongAttention(33, Score = Score.General)] [Dense(6)] [SoftmaxCrossEntropy(IgnoredClass = 0)]"),
        ("GeneralDropped", "[Encoder(Inputs = 3)] [Dropout(0.2)] [Lstm(17, WeightDrop = 0.3)] [Decoder(Inputs = 2)] [Lstm(17, Zoneout = 0.2, VariationalInput = 0.3)] [Dropout(0.3)] [LuongAttention(5, Score = Score.General)] [Dense(2)] [MeanSquaredError]"),
        ("BahdanauGru1", "[Encoder(Inputs = 1)] [Gru(1)] [Decoder(Inputs = 1)] [BahdanauAttention(1)] [Gru(1)] [MeanSquaredError]"),
        ("BahdanauLstm17", "[Encoder(Inputs = 3)] [Lstm(17)] [Decoder(Inputs = 2)] [BahdanauAttention(5)] [Lstm(17)] [Dense(2)] [MeanSquaredError]"),
        ("BahdanauRnn33", "[Encoder(Tokens = 4)] [Embedding(2)] [Rnn(33)] [Decoder(Tokens = 5, Start = 0, End = 4)] [Embedding(3)] [BahdanauAttention(17)] [Rnn(33)] [Dense(5, Activation = Activation.Softmax)] [SoftmaxCrossEntropy]"),
        ("BahdanauLayers", "[Encoder(Inputs = 3)] [Gru(7, Direction = Direction.Both)] [Lstm(5)] [Decoder(Inputs = 2, Bridge = true)] [BahdanauAttention(6)] [Lstm(9)] [Gru(4)] [Dense(2)] [MeanSquaredError]"),
        ("BahdanauBefore", "[Encoder(Inputs = 3)] [Gru(5)] [Decoder(Inputs = 2)] [Dense(6, Activation = Activation.Tanh)] [BahdanauAttention(18)] [Gru(5, ResetAfter = false, Zoneout = 0.2, VariationalInput = 0.3)] [Huber]"),
        ("BahdanauPeephole", "[Encoder(Inputs = 2)] [Lstm(5, Peephole = true)] [Decoder(Inputs = 2)] [BahdanauAttention(4)] [Lstm(5, Peephole = true, LayerNorm = true)] [Dense(2)] [MeanSquaredError]"),
        ("ValidEncoder", "[Encoder(Inputs = 2)] [Tdnn(3, 2)] [Gru(5)] [Decoder(Inputs = 2)] [Tdnn(3, 2)] [Gru(5)] [LuongAttention(3)] [MeanSquaredError]"),
        ("Causal", "[Encoder(Inputs = 2)] [SelfAttention(4)] [Gru(5)] [Decoder(Inputs = 2)] [Gru(5)] [LuongAttention(3)] [SelfAttention(4)] [MeanSquaredError]"),
    ];

    public static IReadOnlyList<string> Names { get; } = [.. _all.Select(s => s.Name)];

    /// <summary>The declarations, in the order of their names.</summary>
    public static IReadOnlyList<string> Sources { get; } =
        [.. _all.Select((s, i) => $"namespace Coders; [Network(Timesteps = 9{(i % 3 == 2 ? ", TimeMajor = true" : "")})] {s.Layers} public partial class {s.Name};")];
}
