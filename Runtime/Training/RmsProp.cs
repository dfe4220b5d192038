// RMSProp. Knows its formula; refuses to know ranges and packing.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>RMSProp (Tieleman and Hinton, 2012), as PyTorch has it:
/// <c>v = alpha * v + (1 - alpha) * g^2;  p = p - lr * g / (sqrt(v) + epsilon)</c>.</summary>
public sealed class RmsProp : Optimizer
{
    private AlignedBuffer? _squares;

    /// <summary>Creates the optimizer.</summary>
    /// <param name="learningRate">lr.</param>
    /// <param name="alpha">The share of the mean of squared gradients that stays, 0 to below 1.</param>
    /// <param name="epsilon">Keeps the division finite; above 0.</param>
    public RmsProp(float learningRate = 1e-2f, double alpha = 0.99, double epsilon = 1e-8)
        : base(learningRate)
    {
        Alpha = Settings.Check(alpha, alpha is >= 0 and < 1, nameof(alpha), "0 or more and below 1");
        Epsilon = CheckedEpsilon(epsilon);
    }

    /// <summary>The share of the mean of squared gradients that stays from one update to the next.</summary>
    public double Alpha { get; }

    /// <summary>Keeps the division finite.</summary>
    public double Epsilon { get; }

    /// <inheritdoc/>
    protected override IReadOnlyList<OptimizerSlot> Slots => SlotsOf(("square", _squares));

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"RmsProp(alpha {Alpha}, epsilon {Epsilon})");

    /// <inheritdoc/>
    protected override void Allocate(int length) => _squares = new AlignedBuffer(length);

    /// <inheritdoc/>
    protected override void Clear() => _squares?.Span.Clear();

    /// <inheritdoc/>
    protected override void Update(int start, Span<float> parameters, ReadOnlySpan<float> gradients)
    {
        SquaredGradients formula = new(LearningRate, (float)Alpha, (float)(1 - Alpha), (float)Epsilon);
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

/// <summary>v = stay * v + take * g^2;  p = p - rate * g / (sqrt(v) + epsilon).</summary>
internal readonly struct SquaredGradients(float rate, float stay, float take, float epsilon) : IUpdate
{
    private readonly float _rate = rate;
    private readonly float _stay = stay;
    private readonly float _take = take;
    private readonly float _epsilon = epsilon;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply<T>(ref float p, ref float g, ref float first, ref float second, nint i)
        where T : unmanaged, IVec<T>
    {
        T gradient = T.Load(ref g, i);
        T v = (T.Set(_stay) * T.Load(ref first, i)) + (T.Set(_take) * gradient * gradient);
        T.Store(ref first, i, v);
        T.Store(ref p, i, T.Load(ref p, i) - (T.Set(_rate) * gradient / (T.Sqrt(v) + T.Set(_epsilon))));
    }

    public void Apply(ref float p, float g, ref float first, ref float second)
    {
        first = (_stay * first) + (_take * g * g);
        p -= _rate * g / (MathF.Sqrt(first) + _epsilon);
    }
}
