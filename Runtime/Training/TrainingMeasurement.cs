// What was measured at one update. Knows numbers; computes nothing.
using System;
using System.Collections.Generic;
using System.Globalization;

namespace SeqGen;

/// <summary>An update of a training, looked at closely: see <see cref="TrainingInsight"/>.</summary>
public sealed record TrainingMeasurement
{
    /// <summary>The update, from 1, counted over the whole training.</summary>
    public required long Update { get; init; }

    /// <summary>The epoch that it is of, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>The loss of its batch; of several (<see cref="TrainerOptions.AccumulatedBatches"/>), their mean.</summary>
    public required double Loss { get; init; }

    /// <summary>Its learning rate.</summary>
    public required float LearningRate { get; init; }

    /// <summary>The L2 norm of the gradients of all trainable parameters together, before clipping.</summary>
    public required double GradientNorm { get; init; }

    /// <summary>The share of that norm that clipping left: 1 where it did nothing.</summary>
    public required double ClippingFactor { get; init; }

    /// <summary>Each trainable parameter, in the order of files and tables.</summary>
    public required IReadOnlyList<ParameterMeasurement> Parameters { get; init; }

    /// <summary>The sigmoids, tanhs and rectifiers of the layers (gates are such), in the order in which they are computed; over all counted positions of the batch, with
    /// the noise of the update.</summary>
    public required IReadOnlyList<ActivationMeasurement> Activations { get; init; }

    /// <summary>How gradients flow back through time; null where that was not asked for, or cannot be measured.</summary>
    public GradientFlowResult? GradientFlow { get; init; }

    /// <summary>Update, loss and gradient norm in a line.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"update {Update}: loss {Loss:G5}, rate {LearningRate:G4}, gradient norm {GradientNorm:G4}{(ClippingFactor < 1 ? $", clipped to {ClippingFactor:P0}" : "")}");
}

/// <summary>A parameter at an update.</summary>
/// <param name="Name">Its name, for instance "lstm.weight_ih_l0".</param>
/// <param name="GradientNorm">The L2 norm of its gradient, before clipping.</param>
/// <param name="Norm">The L2 norm of its values after the update.</param>
/// <param name="UpdateNorm">The L2 norm of the change that the update made.</param>
public sealed record ParameterMeasurement(string Name, double GradientNorm, double Norm, double UpdateNorm)
{
    /// <summary>The change by the values: some 1e-3 is usual. 0 where nothing changed.</summary>
    public double UpdateRatio => UpdateNorm == 0 ? 0 : UpdateNorm / Norm;
}

/// <summary>A gate, or another activation of a layer, over a batch.</summary>
/// <param name="Layer">The layer's name, for instance "lstm".</param>
/// <param name="Name">The layer's name and what it is there, for instance "lstm.f", the forget gate, or "dense.relu".</param>
/// <param name="Function">"sigmoid", "tanh", "relu" or "hardsigmoid".</param>
/// <param name="Units">Units of the layer that have it.</param>
/// <param name="Low">The share of its values that are at the lower end: below 0.05 for a sigmoid, below -0.95 for tanh, 0 for relu.</param>
/// <param name="High">The share at the upper end: above 0.95; 0 for relu, which has none.</param>
/// <param name="Dead">The share of units that are 0 at every counted position: for relu; else 0.</param>
public sealed record ActivationMeasurement(string Layer, string Name, string Function, int Units, double Low, double High, double Dead)
{
    /// <summary>The share of values at either end, where a sigmoid or tanh passes next to no gradient on; 0 for relu.</summary>
    public double Saturated => Function == "relu" ? 0 : Low + High;
}
