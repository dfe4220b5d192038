// Everything about a generated network that is data and not code.
// Knows sizes, names and places; refuses to know how anything is computed.
using System;
using System.ComponentModel;

namespace SeqGen.Kernels.V1;

/// <summary>The description a generated network hands to the runtime.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class NetworkPlan
{
    /// <summary>The revision of this contract that this runtime implements. Generated code writes the number it was generated for
    /// into <see cref="Contract"/> as a literal.</summary>
    public const int CurrentContract = 13;

    private OutputPort[] _outputs = [];

    /// <summary>The revision the network was generated for; a mismatch is an error when the network is created.</summary>
    public required int Contract { get; init; }

    /// <summary>The name of the user's class.</summary>
    public required string Name { get; init; }

    /// <summary>A text that two networks share exactly when their tensors have the same names, shapes and gates; written to files for messages.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>All that the user declared, in a line: two networks that compute and learn the same have the same text.</summary>
    public string Declaration { get; init; } = "";

    /// <summary>The axes that sequences lie along. Axis 0 is that of the first input; one more with steps of its own is the axis that
    /// a decoder writes along.</summary>
    public required AxisPlan[] Axes { get; init; }

    /// <summary>What is fed in. A decoder's input is the second.</summary>
    public required InputPort[] Inputs { get; init; }

    /// <summary>What comes out: one, or one a head.</summary>
    public required OutputPort[] Outputs { get => _outputs; init => _outputs = value; }

    /// <summary>The decoder's tokens; null for networks without a decoder.</summary>
    public DecoderPlan? Decoder { get; init; }

    /// <summary>Whether a flag at a step can set states back to their beginnings.</summary>
    public bool Resets { get; init; }

    /// <summary>Whether <see cref="NetworkProgram.Backward"/> can stop before step 0: not where something reads a sequence from its end,
    /// or as a whole.</summary>
    public bool TruncatesBackward { get; init; }

    /// <summary>The inputs' names.</summary>
    internal string[] InputNames => field ??= Array.ConvertAll(Inputs, p => p.Name);

    /// <summary>The outputs' names.</summary>
    internal string[] OutputNames => field ??= Array.ConvertAll(Outputs, p => p.Name);

    /// <summary>Features a step of the first input; 0 for tokens.</summary>
    public int InputSize => Inputs[0].Size;

    /// <summary>Number of different tokens of the first input; 0 for real numbers.</summary>
    public int TokenCount => Inputs[0].TokenCount;

    /// <summary>Features of the first output.</summary>
    public int OutputSize => Outputs[0].Size;

    /// <summary>Steps of a training window.</summary>
    public required int Timesteps { get; init; }

    /// <summary>Whether there is a first output for every step, or one for the sequence.</summary>
    public bool OutputIsSequence => Outputs[0].Axis >= 0;

    /// <summary>Whether the program has <see cref="NetworkProgram.Step"/>.</summary>
    public bool CanStream => Streaming is not null;

    /// <summary>Whether the program has <see cref="NetworkProgram.Forward"/> and <see cref="NetworkProgram.Backward"/>.</summary>
    public bool CanTrain => Training is not null;

    /// <summary>Whether there is a decoder that can be fed with its own outputs.</summary>
    internal bool DecodesByItself => Inference.Continues && Inputs.Length > 1 && Inputs[1].Axis >= 0 && Outputs[0].Axis == Inputs[1].Axis
        && (Inputs[1].Size > 0 ? Outputs[0].TargetSize == Inputs[1].Size : OutputSize <= Inputs[1].TokenCount);

    /// <summary>Whether the user's arrays are [time, batch, features] instead of [batch, time, features].</summary>
    public bool TimeMajor { get; init; }

    /// <summary>The parameters, in the order of files and tables.</summary>
    public required ParameterPlan[] Parameters { get; init; }

    /// <summary>The batch normalizations whose running statistics training moves, by their numbers.</summary>
    public BatchNormPlan[] Norms { get; init; } = [];

    /// <summary>Floats of the packed master.</summary>
    public required int ParameterLength { get; init; }

    /// <summary>Floats of the derived copy that inference reads; may be 0.</summary>
    public int DerivedLength { get; init; }

    /// <summary>Floats of the transposed copy that the backward pass reads; may be 0.</summary>
    public int TransposedLength { get; init; }

    /// <summary>The training program's work area; null without one.</summary>
    public WorkArea? Training { get; init; }

    /// <summary>The inference program's work area.</summary>
    public required WorkArea Inference { get; init; }

    /// <summary>The streaming program's work area; null for networks that cannot stream.</summary>
    public WorkArea? Streaming { get; init; }

    /// <summary>The loss of the first output; null without one.</summary>
    public LossPlan? Loss => Outputs[0].Loss;

    /// <summary>The layers, in order.</summary>
    public LayerInfo[] Layers { get; init; } = Array.Empty<LayerInfo>();

    /// <summary>The same network with other losses on its outputs.</summary>
    internal NetworkPlan WithOutputs(OutputPort[] outputs)
    {
        var other = (NetworkPlan)MemberwiseClone();
        other._outputs = outputs;
        return other;
    }

    /// <summary>Whether an output is a softmax or probabilities of a yes already: its loss then reads what was before it.</summary>
    internal bool GivesProbabilities(int head) =>
        Outputs[head].Loss?.Kind is LossKind.SoftmaxCrossEntropy or LossKind.BinaryCrossEntropy or LossKind.Ctc && HasLossInput(head);

    /// <summary>Whether a loss reads what was before the output.</summary>
    internal bool HasLossInput(int head) => (Training ?? Inference).Outputs[head] is { LossInput: { } read } places && read != places.Output;
}
