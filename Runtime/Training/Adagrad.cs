// Adagrad. Knows its formula; refuses to know ranges and packing.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>Adagrad (Duchi, Hazan and Singer, 2011), as PyTorch has it:
/// <c>g = g + weightDecay * p;  v = v + g^2, from initialAccumulator on;  p = p - lr / (1 + (k - 1) * rateDecay) * g / (sqrt(v) + epsilon)</c>.</summary>
public sealed class Adagrad : Optimizer
{
    private AlignedBuffer? _squares;

    /// <summary>Creates the optimizer.</summary>
    /// <param name="learningRate">lr.</param>
    /// <param name="epsilon">Keeps the division finite; above 0.</param>
    /// <param name="initialAccumulator">Where the sums of squares begin, 0 or more.</param>
    /// <param name="rateDecay">How fast the rate falls with the updates, 0 or more.</param>
    /// <param name="weightDecay">The factor of the L2 penalty's gradient, 0 or more.</param>
    public Adagrad(float learningRate = 1e-2f, double epsilon = 1e-10, double initialAccumulator = 0, double rateDecay = 0, double weightDecay = 0)
        : base(learningRate)
    {
        Epsilon = CheckedEpsilon(epsilon);
        InitialAccumulator = Settings.Check(initialAccumulator, initialAccumulator >= 0 && float.IsFinite((float)initialAccumulator), nameof(initialAccumulator), "0 or more and finite as a float");
        RateDecay = Settings.Check(rateDecay, rateDecay >= 0 && double.IsFinite(rateDecay), nameof(rateDecay), "finite and 0 or more");
        WeightDecay = CheckedDecay(weightDecay);
    }

    /// <summary>Where the sums of squares begin.</summary>
    public double InitialAccumulator { get; }

    /// <summary>How fast the rate falls with the updates.</summary>
    public double RateDecay { get; }

    /// <summary>The factor of the L2 penalty's gradient.</summary>
    public double WeightDecay { get; }

    /// <summary>Keeps the division finite.</summary>
    public double Epsilon { get; }

    /// <inheritdoc/>
    public override int SlotCount => 1;

    /// <inheritdoc/>
    protected override IReadOnlyList<OptimizerSlot> Slots => SlotsOf(("square", _squares));

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"Adagrad(epsilon {Epsilon}, initialAccumulator {InitialAccumulator}, rateDecay {RateDecay}, weightDecay {WeightDecay})");

    /// <inheritdoc/>
    protected override void Allocate(int length)
    {
        _squares = new AlignedBuffer(length);
        Clear();
    }

    /// <inheritdoc/>
    protected override void Clear() => _squares?.Span.Fill((float)InitialAccumulator);

    /// <inheritdoc/>
    protected override void Update(int start, Span<float> parameters, ReadOnlySpan<float> gradients, in UpdateSettings settings)
    {
        SquaredGradients formula = new((float)(settings.LearningRate / (1 + ((StepCount - 1) * RateDecay))), 1, 1, (float)Epsilon, 0, (float)WeightDecay * settings.DecayFactor, centered: false);
        ref float squares = ref Unsafe.Add(ref _squares!.Origin, start);
        UpdatePasses.Run(
            in formula,
            ref MemoryMarshal.GetReference(parameters),
            ref MemoryMarshal.GetReference(gradients),
            ref squares,
            ref squares,
            ref squares,
            parameters.Length);
    }
}
