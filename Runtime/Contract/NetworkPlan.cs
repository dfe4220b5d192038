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
    public const int CurrentContract = 1;

    /// <summary>The revision the network was generated for; a mismatch is an error when the network is created.</summary>
    public required int Contract { get; init; }

    /// <summary>The name of the user's class.</summary>
    public required string Name { get; init; }

    /// <summary>A text that two networks share exactly when the parameters of one make sense in the other; written to files and compared on load.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Features a step; 0 for token networks.</summary>
    public int InputSize { get; init; }

    /// <summary>Number of different tokens; 0 for networks with real inputs.</summary>
    public int TokenCount { get; init; }

    /// <summary>Features of the output.</summary>
    public required int OutputSize { get; init; }

    /// <summary>Steps of a training window.</summary>
    public required int Timesteps { get; init; }

    /// <summary>Whether there is an output for every step, or one for the sequence.</summary>
    public bool OutputIsSequence { get; init; }

    /// <summary>Whether the program has <see cref="NetworkProgram.Step"/>.</summary>
    public bool CanStream => Streaming is not null;

    /// <summary>Whether the program has <see cref="NetworkProgram.Forward"/> and <see cref="NetworkProgram.Backward"/>.</summary>
    public bool CanTrain => Training is not null;

    /// <summary>Whether the user's arrays are [time, batch, features] instead of [batch, time, features].</summary>
    public bool TimeMajor { get; init; }

    /// <summary>The parameters, in the order of files and tables.</summary>
    public required ParameterPlan[] Parameters { get; init; }

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

    /// <summary>The loss; null without one.</summary>
    public LossPlan? Loss { get; init; }

    /// <summary>The layers, in order.</summary>
    public LayerInfo[] Layers { get; init; } = Array.Empty<LayerInfo>();
}

/// <summary>The losses the runtime computes.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public enum LossKind
{
    /// <summary>None: the user writes the output's gradient.</summary>
    None,

    /// <summary>Mean of (y - target)^2 over the counted positions and features.</summary>
    MeanSquaredError,

    /// <summary>Mean of -log softmax(y)[class] over the counted positions; y are logits.</summary>
    SoftmaxCrossEntropy,

    /// <summary>Mean of -(target log s(y) + (1 - target) log(1 - s(y))) over counted positions and features; y are logits.</summary>
    BinaryCrossEntropy,
}

/// <summary>A loss and its weight.</summary>
/// <param name="Kind">Which loss.</param>
/// <param name="Weight">The loss and its gradient are multiplied by it.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record LossPlan(LossKind Kind, float Weight = 1f);
