// Adagrad. Knows its formula; refuses to know ranges and packing.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>Adagrad (Duchi, Hazan and Singer, 2011), as PyTorch has it:
/// <c>v = v + g^2;  p = p - lr * g / (sqrt(v) + epsilon)</c>.</summary>
public sealed class Adagrad : Optimizer
{
    private AlignedBuffer? _squares;

    /// <summary>Creates the optimizer.</summary>
    /// <param name="learningRate">lr.</param>
    /// <param name="epsilon">Keeps the division finite; above 0.</param>
    public Adagrad(float learningRate = 1e-2f, double epsilon = 1e-10)
        : base(learningRate)
    {
        Epsilon = CheckedEpsilon(epsilon);
    }

    /// <summary>Keeps the division finite.</summary>
    public double Epsilon { get; }

    /// <inheritdoc/>
    protected override IReadOnlyList<OptimizerSlot> Slots => SlotsOf(("square", _squares));

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"Adagrad(epsilon {Epsilon})");

    /// <inheritdoc/>
    protected override void Allocate(int length) => _squares = new AlignedBuffer(length);

    /// <inheritdoc/>
    protected override void Clear() => _squares?.Span.Clear();

    /// <inheritdoc/>
    protected override void Update(int start, Span<float> parameters, ReadOnlySpan<float> gradients)
    {
        SquaredGradients formula = new(LearningRate, 1, 1, (float)Epsilon);
        ref float squares = ref Unsafe.Add(ref _squares!.Origin, start);
        UpdatePasses.Run(
            in formula,
            ref MemoryMarshal.GetReference(parameters),
            ref MemoryMarshal.GetReference(gradients),
            ref squares,
            ref squares,
            parameters.Length);
    }
}
