// RMSProp. Knows its formula; refuses to know ranges and packing.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>RMSProp (Tieleman and Hinton, 2012), as PyTorch has it:
/// <c>g = g + weightDecay * p;  v = alpha * v + (1 - alpha) * g^2;  a = v, centered v - m^2 with m = alpha * m + (1 - alpha) * g (Graves, 2013);
/// b = momentum * b + g / (sqrt(a) + epsilon);  p = p - lr * b</c>. (Where rounding makes v - m^2 negative it counts as zero.)</summary>
public sealed class RmsProp : Optimizer
{
    private AlignedBuffer? _squares;
    private AlignedBuffer? _means;
    private AlignedBuffer? _velocity;

    /// <summary>Creates the optimizer.</summary>
    /// <param name="learningRate">lr.</param>
    /// <param name="alpha">The share of the mean of squared gradients that stays, 0 to below 1.</param>
    /// <param name="epsilon">Keeps the division finite; above 0.</param>
    /// <param name="momentum">The share of the velocity that stays, 0 to below 1; 0 is none.</param>
    /// <param name="centered">Whether to divide by the deviation of the gradients instead of the root of their mean square.</param>
    /// <param name="weightDecay">The factor of the L2 penalty's gradient, 0 or more.</param>
    public RmsProp(float learningRate = 1e-2f, double alpha = 0.99, double epsilon = 1e-8, double momentum = 0, bool centered = false, double weightDecay = 0)
        : base(learningRate)
    {
        Alpha = Settings.Check(alpha, alpha is >= 0 and < 1, nameof(alpha), "0 or more and below 1");
        Epsilon = CheckedEpsilon(epsilon);
        Momentum = Settings.Check(momentum, momentum is >= 0 and < 1, nameof(momentum), "0 or more and below 1");
        Centered = centered;
        WeightDecay = CheckedDecay(weightDecay);
    }

    /// <summary>The share of the mean of squared gradients that stays from one update to the next.</summary>
    public double Alpha { get; }

    /// <summary>Keeps the division finite.</summary>
    public double Epsilon { get; }

    /// <summary>The share of the velocity that stays from one update to the next.</summary>
    public double Momentum { get; }

    /// <summary>Whether gradients are divided by their deviation.</summary>
    public bool Centered { get; }

    /// <summary>The factor of the L2 penalty's gradient.</summary>
    public double WeightDecay { get; }

    /// <inheritdoc/>
    public override int SlotCount => 1 + (Centered ? 1 : 0) + (Momentum > 0 ? 1 : 0);

    /// <inheritdoc/>
    protected override IReadOnlyList<OptimizerSlot> Slots => SlotsOf(("square", _squares), ("mean", _means), ("velocity", _velocity));

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"RmsProp(alpha {Alpha}, epsilon {Epsilon}, momentum {Momentum}, centered {Centered}, weightDecay {WeightDecay})");

    /// <inheritdoc/>
    protected override void Allocate(int length)
    {
        _squares = new AlignedBuffer(length);
        _means = Centered ? new AlignedBuffer(length) : null;
        _velocity = Momentum > 0 ? new AlignedBuffer(length) : null;
    }

    /// <inheritdoc/>
    protected override void Clear()
    {
        _squares?.Span.Clear();
        _means?.Span.Clear();
        _velocity?.Span.Clear();
    }

    /// <inheritdoc/>
    protected override void Update(int start, Span<float> parameters, ReadOnlySpan<float> gradients, in UpdateSettings settings)
    {
        SquaredGradients formula = new(settings.LearningRate, (float)Alpha, (float)(1 - Alpha), (float)Epsilon, (float)Momentum, (float)WeightDecay * settings.DecayFactor, Centered);
        ref float squares = ref Unsafe.Add(ref _squares!.Origin, start);
        UpdatePasses.Run(
            in formula,
            ref MemoryMarshal.GetReference(parameters),
            ref MemoryMarshal.GetReference(gradients),
            ref squares,
            ref (_means is null ? ref squares : ref Unsafe.Add(ref _means.Origin, start)),
            ref (_velocity is null ? ref squares : ref Unsafe.Add(ref _velocity.Origin, start)),
            parameters.Length);
    }
}

/// <summary>What RMSProp and Adagrad do: g is divided by the root of v = stay * v + take * g^2.</summary>
internal readonly struct SquaredGradients(float rate, float stay, float take, float epsilon, float momentum, float decay, bool centered) : IUpdate
{
    private readonly float _rate = rate;
    private readonly float _stay = stay;
    private readonly float _take = take;
    private readonly float _epsilon = epsilon;
    private readonly float _momentum = momentum;
    private readonly float _decay = decay;
    private readonly bool _centered = centered;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply<T>(ref float p, ref float g, ref float first, ref float second, ref float third, nint i)
        where T : unmanaged, IVec<T>
    {
        T gradient = T.Load(ref g, i);
        if (_decay > 0)
        {
            gradient += T.Set(_decay) * T.Load(ref p, i);
        }

        T v = (T.Set(_stay) * T.Load(ref first, i)) + (T.Set(_take) * gradient * gradient);
        T.Store(ref first, i, v);
        if (_centered)
        {
            T mean = (T.Set(_stay) * T.Load(ref second, i)) + (T.Set(_take) * gradient);
            T.Store(ref second, i, mean);
            v -= mean * mean;
            v = T.Select(T.GreaterThan(T.Set(0), v), T.Set(0), v);
        }

        if (_momentum > 0)
        {
            T velocity = (T.Set(_momentum) * T.Load(ref third, i)) + (gradient / (T.Sqrt(v) + T.Set(_epsilon)));
            T.Store(ref third, i, velocity);
            T.Store(ref p, i, T.Load(ref p, i) - (T.Set(_rate) * velocity));
            return;
        }

        T.Store(ref p, i, T.Load(ref p, i) - (T.Set(_rate) * gradient / (T.Sqrt(v) + T.Set(_epsilon))));
    }

    public void Apply(ref float p, float g, ref float first, ref float second, ref float third)
    {
        g += _decay > 0 ? _decay * p : 0;
        first = (_stay * first) + (_take * g * g);
        float v = first;
        if (_centered)
        {
            second = (_stay * second) + (_take * g);
            v -= second * second;
            v = 0 > v ? 0 : v;
        }

        if (_momentum > 0)
        {
            third = (_momentum * third) + (g / (MathF.Sqrt(v) + _epsilon));
            p -= _rate * third;
            return;
        }

        p -= _rate * g / (MathF.Sqrt(v) + _epsilon);
    }
}
