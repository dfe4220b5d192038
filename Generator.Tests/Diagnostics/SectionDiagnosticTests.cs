// Every rule about sections and attention: reported at its exact place, with its text.
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Diagnostics;

public class SectionDiagnosticTests
{
    private const string Encoder = "[Network(Timesteps = 9)] [Encoder(Inputs = 8)] [Gru(6)] ";

    [Theory]
    [InlineData("[Network(Timesteps = 9)] [{|SEQ0130:Decoder(Inputs = 2)|}] [Gru(6)] [Dense(2)]", "[Decoder] has no [Encoder] before it; add [Encoder(Inputs = ...)] or [Encoder(Tokens = ...)] and its layers")]
    [InlineData("[Network(Timesteps = 9)] [{|SEQ0130:Encoder(Inputs = 2)|}] [Gru(6)] [Dense(2)]", "[Encoder] has no [Decoder] after it; add one, or remove [Encoder] and say Inputs or Tokens on [Network]")]
    [InlineData(Encoder + "[Decoder(Inputs = 2)] [Gru(6)] [{|SEQ0130:Decoder(Inputs = 2)|}] [Gru(6)]", "a network has one [Decoder], and this is another; remove it, or make its layers part of the first")]
    [InlineData(Encoder + "[Decoder(Inputs = 2)] [Gru(6)] [{|SEQ0130:Head(\"a\")|}] [Dense(6)]", "[Head] has no place in an encoder-decoder, whose one output is its decoder's; remove it")]
    [InlineData("[Network({|SEQ0130:Inputs = 8|}, Timesteps = 9)] [Encoder] [Gru(6)] [Decoder(Inputs = 2)] [Gru(6)]", "what an encoder-decoder reads is said by [Encoder] and [Decoder]; move Inputs from [Network] to [Encoder]")]
    [InlineData("[Network({|SEQ0130:Inputs = 8|}, Timesteps = 9)] [Encoder(Inputs = 8)] [Gru(6)] [Decoder(Inputs = 2)] [Gru(6)]", "what an encoder-decoder reads is said by [Encoder] and [Decoder]; remove Inputs from [Network]")]
    [InlineData("[Network(Timesteps = 9)] [{|SEQ0131:Dense(3)|}] [Encoder(Inputs = 8)] [Gru(6)] [Decoder(Inputs = 2)] [Gru(6)]", "[Dense] stands before [Encoder], so it belongs to no section; move it behind [Encoder] or [Decoder]")]
    [InlineData(Encoder + "[{|SEQ0132:MeanSquaredError|}] [Decoder(Inputs = 2)] [Gru(6)]", "[MeanSquaredError] stands where there is no output: the loss of an encoder-decoder stands at the end of its decoder")]
    [InlineData("[Network(Inputs = 8, Timesteps = 9)] [Gru(6)] [{|SEQ0132:MeanSquaredError|}] [Head(\"a\")] [Dense(6)]", "[MeanSquaredError] stands where there is no output: what the heads share has no loss; move it behind the layers of a head")]
    [InlineData("[Network(Inputs = 8, Timesteps = 9)] [Gru(6)] [{|SEQ0133:Head(\"a\")|}] [Head(\"b\")] [Dense(6)]", "[Head] has no layers; add at least one after it")]
    [InlineData("[Network(Inputs = 8, Timesteps = 9)] [Gru(6)] [Head({|SEQ0134:\"1a\"|})] [Dense(6)]", "The head name '1a' is not possible: a name is a letter followed by letters, digits and underscores")]
    [InlineData("[Network(Inputs = 8, Timesteps = 9)] [Gru(6)] [Head(\"a_b\")] [Dense(6)] [Head({|SEQ0134:name: \"aB\"|})] [Gru(6)]", "The head name 'aB' is not possible: another head has it, or one that differs in underscores or capitals alone")]
    [InlineData("[Network(Inputs = 8, Timesteps = 9)] [Gru(6)] [Head(\"a\")] [Dense(6)] [MeanSquaredError] [{|SEQ0109:MeanAbsoluteError|}]", "[MeanAbsoluteError] stands after the loss, which must be the last attribute of a network or of a head, and its only loss; move or remove it")]
    [InlineData("[Network(Timesteps = 9)] [{|SEQ0102:Encoder|}] [Gru(6)] [Decoder(Inputs = 2)] [Gru(6)]", "A network has either Inputs (numbers per step) or Tokens (number of different tokens), and here neither; for instance [Network(Inputs = 8, Timesteps = 64)]")]
    [InlineData("[Network(Inputs = 8, Timesteps = 9)] [Gru(6)] [Head(\"a\")] [Dense(6)] [MeanSquaredError({|SEQ0104:Weight = -1|})]", "Weight must be above 0 and at most 1e6, and is -1")]
    public void A_mistake_in_sections_is_reported_at_its_place(string attributes, string message) => Check(attributes, message);

    [Theory]
    [InlineData("[Network(Inputs = 8, Timesteps = 9)] [Gru(6)] [{|SEQ0135:LuongAttention(6)|}]", "[LuongAttention] looks at what an encoder gave, and it is not in a decoder with an encoder; put it behind [Decoder], or use [SelfAttention] for the steps of the sequence itself")]
    [InlineData("[Network(Timesteps = 9)] [Encoder(Inputs = 8)] [Gru(6, Returns = Returns.Last)] [Decoder(Inputs = 2)] [Gru(6)] [{|SEQ0135:LuongAttention(6)|}]", "[LuongAttention] looks at every step that the encoder gave, and its last layer gives one output for the whole sequence; write Returns = Returns.Sequence there")]
    [InlineData(Encoder + "[Decoder(Inputs = 2)] [Gru(6)] [Dense(5)] [{|SEQ0135:LuongAttention(6)|}]", "[LuongAttention] compares 5 numbers of the decoder with 6 of the encoder by a scalar product, which needs equal sizes; write Score = Score.General, or make them equal")]
    [InlineData(Encoder + "[Decoder(Inputs = 2)] [{|SEQ0135:BahdanauAttention(6)|}] [Dense(5)] [Gru(6)]", "[BahdanauAttention] looks from the state of the recurrent layer after it, and there is none directly after it; put it before one")]
    [InlineData(Encoder + "[Decoder(Inputs = 2)] [{|SEQ0135:BahdanauAttention(6)|}] [Gru(6, Direction = Direction.Backward)]", "[BahdanauAttention] looks from the state before each step, and the layer after it reads from the end; write Direction = Direction.Forward there")]
    [InlineData(Encoder + "[Decoder(Inputs = 2)] [{|SEQ0135:BahdanauAttention(6)|}] [Gru(6, Skip = Skip.Concatenate)]", "[BahdanauAttention] changes what goes into the layer after it, so that cannot pass by it; remove Skip there")]
    [InlineData("[Network(Inputs = 8, Timesteps = 9)] [SelfAttention(1, {|SEQ0104:Heads = 2|})]", "Heads must be a positive number that divides the 1 units, and is 2")]
    [InlineData("[Network(Inputs = 8, Timesteps = 9)] [SelfAttention(6, {|SEQ0104:Heads = 4|})]", "Heads must be a positive number that divides the 6 units, and is 4")]
    public void Attention_without_what_it_needs_is_reported_at_its_place(string attributes, string message) => Check(attributes, message);

    [Theory]
    [InlineData(Encoder + "[Decoder(Inputs = 2)] [{|SEQ0136:Gru(5)|}]", "'h' has 5 numbers, and that layer has 6 numbers")]
    [InlineData(Encoder + "[Decoder(Inputs = 2)] [{|SEQ0136:Lstm(6)|}]", "'c' has 6 numbers, and that layer has no such state")]
    [InlineData("[Network(Timesteps = 9)] [Encoder(Inputs = 8)] [Gru(6, Direction = Direction.Both)] [Decoder(Inputs = 2)] [{|SEQ0136:Gru(6)|}]", "'h' has 6 numbers, and that layer has 12 numbers")]
    public void States_that_do_not_fit_are_reported_at_the_decoders_layer(string attributes, string part) => Check(
        attributes, $"This layer starts from the final states of the encoder's recurrent layer at the same place from the end; its state {part}; make kind and units equal (twice the units where the encoder reads in both directions), write Bridge = true on [Decoder], or InitialState here to start by itself");

    [Theory]
    [InlineData(Encoder + "[{|SEQ0137:Decoder(Inputs = 2)|}] [Dense(5)]", "Nothing of what the encoder read reaches the decoder; give both a recurrent layer, or the decoder an attention such as [LuongAttention]")]
    [InlineData(Encoder + "[Decoder(Inputs = 2, {|SEQ0138:Start = 1|}, End = 1)] [Gru(6)]", "Start and End are tokens, and what this decoder is fed is numbers; remove them")]
    [InlineData(Encoder + "[Decoder(Tokens = 6, {|SEQ0138:End = 1|})] [Embedding(3)] [Gru(6)]", "a decoder that writes by itself needs Start and End, and here is End alone; write both or neither")]
    [InlineData(Encoder + "[Decoder(Tokens = 6, Start = 0, {|SEQ0104:End = 6|})] [Embedding(3)] [Gru(6)]", "End must be a token, from 0 to 5, and is 6")]
    [InlineData(Encoder + "[{|SEQ0138:Decoder(Tokens = 7, Start = 0, End = 6)|}] [Embedding(3)] [Gru(6)]", "a decoder that writes by itself is fed its own choice, so its last layer must give one number a token; it has 6 outputs for 7 tokens")]
    [InlineData(Encoder + "[Decoder(Tokens = 6, Start = 0, End = 5)] [Embedding(3)] [Gru(6)] [{|SEQ0138:SelfAttention(6)|}]", "[SelfAttention] cannot be in a decoder that writes step by step: [SelfAttention] looks at every step so far, more than a stream keeps; run it on whole sequences or windows in a workspace")]
    public void A_decoder_that_cannot_work_is_reported_at_its_place(string attributes, string message) => Check(attributes, message);

    private static void Check(string attributes, string message) =>
        Assert.Equal([message], Marked.Check(attributes + " partial class Net;", new HarnessOptions(InOddCulture: true)));
}
