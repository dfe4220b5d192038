// Generated code of the whole recurrent field against the double interpreter, at sizes and shapes that no golden case has.
// Knows which shapes a stack can have; refuses to know any layer, and how numbers are compared.
using System;
using System.Linq;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

public class FieldTests
{
    private static readonly Lazy<LoadedNetworks> _stacks = new(() => NetworkHarness.Load([.. FieldStacks.Sources]));
    private static readonly Lazy<LoadedNetworks> _coders = new(() => NetworkHarness.Load([.. EncoderDecoders.Sources]));

    private static readonly (int Batch, int Steps, bool Lengths, bool Mask)[] _shapes =
        [(5, 7, true, true), (1, 7, false, false), (5, 1, false, false), (2, 7, true, false), (1, 1, false, true)];

    private static readonly (int Batch, int Steps, bool Lengths, bool Mask)[] _longShapes = [(5, 9, true, true), (1, 7, false, false), (2, 8, true, false), (5, 6, false, false)];

    public static TheoryData<string> Stacks => new(FieldStacks.Names);

    public static TheoryData<string> Coders => new(EncoderDecoders.Names);

    [Theory]
    [MemberData(nameof(Stacks))]
    public void Training_gives_what_the_interpreter_gives(string stack) =>
        Equivalence.CheckTraining(Oracle.Of(_stacks.Value, FieldStacks.Space + stack), Shapes(stack), [Stack(stack)]);

    [Theory]
    [MemberData(nameof(Stacks))]
    public void Inference_and_streams_give_what_the_interpreter_gives(string stack) =>
        Equivalence.CheckInference(Oracle.Of(_stacks.Value, FieldStacks.Space + stack), Shapes(stack), [Stack(stack)]);

    [Theory]
    [MemberData(nameof(Coders))]
    public void Training_an_encoder_decoder_gives_what_the_interpreter_gives(string coder) =>
        Equivalence.CheckTraining(Oracle.Of(_coders.Value, EncoderDecoders.Space + coder), _shapes, [Coder(coder)]);

    [Theory]
    [MemberData(nameof(Coders))]
    public void Inference_of_an_encoder_decoder_gives_what_the_interpreter_gives(string coder) =>
        Equivalence.CheckInference(Oracle.Of(_coders.Value, EncoderDecoders.Space + coder), _shapes, [Coder(coder)]);

    private static (int Batch, int Steps, bool Lengths, bool Mask)[] Shapes(string stack) =>
        FieldStacks.FewestSteps(FieldStacks.Sources[FieldStacks.Names.ToList().IndexOf(stack)]) > 1 ? _longShapes : _shapes;

    /// <summary>A stack or an encoder-decoder, by its name.</summary>
    internal static INetwork Create(string name) => FieldStacks.Names.Contains(name) ? Stack(name) : Coder(name);

    internal static INetwork Stack(string name) => Variants.Create(_stacks.Value[FieldStacks.Space + name], seed: 7);

    internal static INetwork Coder(string name) => Variants.Create(_coders.Value[EncoderDecoders.Space + name], seed: 7);
}
