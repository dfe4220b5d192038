// A checked declaration: what goes in, what each layer is called and gives, what comes out with which loss. Data; the walk is in ShapeWalk.
using System.Collections.Generic;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Layers;

/// <summary>What is handed in at every step.</summary>
/// <param name="Name">Port in the graph: <c>input</c>, and <c>decoder_input</c> for what a decoder is fed.</param>
/// <param name="Axis">What it runs along: an axis of its own.</param>
/// <param name="Normalization">What the names of its mean's and its scale's parameters begin with; empty where it is taken as it is.</param>
internal sealed record PortShape(string Name, Signal Signal, Axis Axis, string Normalization = "");

/// <summary>One output of the network.</summary>
/// <param name="Name"><c>output</c>, or the head's name.</param>
/// <param name="Suffix">What its results' and target's names end in: empty, or a dot and the head's name.</param>
/// <param name="Loss">Of kind None where the user writes the output's gradient.</param>
/// <param name="Normalization">What the names of its targets' mean and scale begin with; empty where its loss takes targets as they are.</param>
internal sealed record OutputShape(string Name, string Suffix, Signal Signal, LossSpec Loss, string Normalization = "");

/// <summary>How a decoder writes by itself.</summary>
/// <param name="Start">Token fed in at the first step.</param>
/// <param name="End">Token that ends what is written.</param>
internal sealed record DecoderShape(int Start, int End);

/// <summary>A checked declaration.</summary>
/// <param name="Inputs">The ports; of an encoder-decoder the encoder's and the decoder's.</param>
/// <param name="Outputs">One, or one a head in the order of the source.</param>
/// <param name="Sections">Which layers belong together.</param>
/// <param name="Names">Of every layer.</param>
/// <param name="Signals">What every layer gives.</param>
/// <param name="Decoder">Start and end of a decoder that can write by itself; null for all other networks.</param>
/// <param name="NoStream">Why it cannot run step by step, and what to do instead; empty if it can.</param>
internal sealed record NetworkShape(
    IReadOnlyList<PortShape> Inputs,
    IReadOnlyList<OutputShape> Outputs,
    Sections Sections,
    IReadOnlyList<LayerName> Names,
    IReadOnlyList<Signal> Signals,
    DecoderShape? Decoder,
    string NoStream,
    IReadOnlyList<Problem> Problems)
{
    public IReadOnlyList<LayerSpec> Layers => Sections.Layers;

    /// <summary>The first input.</summary>
    public Signal Input => Inputs[0].Signal;

    /// <summary>The first output.</summary>
    public Signal Output => Outputs[0].Signal;

    /// <summary>The first output's loss.</summary>
    public LossKind Loss => Outputs[0].Loss.Kind;

    public bool CanStream => NoStream.Length == 0;

    public static NetworkShape Of(NetworkSpec spec) => new ShapeWalk(spec).Run();
}
