// Adam and AdamW. Knows their formulas; refuses to know ranges and packing.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>Adam (Kingma and Ba, 2015):
/// <c>g = g + weightDecay * p;  m = beta1 * m + (1 - beta1) * g;  v = beta2 * v + (1 - beta2) * g^2;
/// p = p - lr * (m / (1 - beta1^k)) / (sqrt(v / (1 - beta2^k)) + epsilon)</c>; with amsgrad (Reddi, Kale and Kumar, 2018) the largest v so far instead of v, as PyTorch has it.</summary>
public class Adam : Optimizer
{
    private readonly bool _isDecoupled;
    private AlignedBuffer? _first;
    private AlignedBuffer? _second;
    private AlignedBuffer? _largest;

    /// <summary>Creates the optimizer.</summary>
    /// <param name="learningRate">lr.</param>
    /// <param name="beta1">The share of the mean of gradients that stays, 0 to below 1.</param>
    /// <param name="beta2">The share of the mean of squared gradients that stays, 0 to below 1.</param>
    /// <param name="epsilon">Keeps the division finite; above 0.</param>
    /// <param name="weightDecay">The factor of the L2 penalty's gradient, 0 or more. (<see cref="AdamW"/> decays the weights themselves.)</param>
    /// <param name="amsgrad">Whether to divide by the largest mean of squares so far.</param>
    public Adam(float learningRate = 1e-3f, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0, bool amsgrad = false)
        : this(learningRate, beta1, beta2, epsilon, weightDecay, amsgrad, isDecoupled: false)
    {
    }

    private protected Adam(float learningRate, double beta1, double beta2, double epsilon, double weightDecay, bool amsgrad, bool isDecoupled)
        : base(learningRate)
    {
        Beta1 = Settings.Check(beta1, beta1 is >= 0 and < 1, nameof(beta1), "0 or more and below 1");
        Beta2 = Settings.Check(beta2, beta2 is >= 0 and < 1, nameof(beta2), "0 or more and below 1");
        Epsilon = CheckedEpsilon(epsilon);
        WeightDecay = CheckedDecay(weightDecay);
        Amsgrad = amsgrad;
        _isDecoupled = isDecoupled;
    }

    /// <summary>The share of the mean of gradients that stays from one update to the next.</summary>
    public double Beta1 { get; }

    /// <summary>The share of the mean of squared gradients that stays from one update to the next.</summary>
    public double Beta2 { get; }

    /// <summary>Keeps the division finite.</summary>
    public double Epsilon { get; }

    /// <summary>The factor of the L2 penalty's gradient; for <see cref="AdamW"/> the share, times the learning rate, that every update takes off each parameter.</summary>
    public double WeightDecay { get; }

    /// <summary>Whether the largest mean of squares so far divides.</summary>
    public bool Amsgrad { get; }

    /// <inheritdoc/>
    public override int SlotCount => Amsgrad ? 3 : 2;

    /// <inheritdoc/>
    protected override IReadOnlyList<OptimizerSlot> Slots => SlotsOf(("mean", _first), ("square", _second), ("largest", _largest));

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{(_isDecoupled ? "AdamW" : "Adam")}(beta1 {Beta1}, beta2 {Beta2}, epsilon {Epsilon}, weightDecay {WeightDecay}, amsgrad {Amsgrad})");

    /// <inheritdoc/>
    protected override void Allocate(int length)
    {
        _first = new AlignedBuffer(length);
        _second = new AlignedBuffer(length);
        _largest = Amsgrad ? new AlignedBuffer(length) : null;
    }

    /// <inheritdoc/>
    protected override void Clear()
    {
        _first?.Span.Clear();
        _second?.Span.Clear();
        _largest?.Span.Clear();
    }

    /// <inheritdoc/>
    protected override void Update(int start, Span<float> parameters, ReadOnlySpan<float> gradients, in UpdateSettings settings)
    {
        double correction1 = 1 - Math.Pow(Beta1, StepCount), correction2 = 1 - Math.Pow(Beta2, StepCount);
        Formula formula = new(
            (float)(settings.LearningRate / correction1),
            (float)Beta1,
            (float)(1 - Beta1),
            (float)Beta2,
            (float)(1 - Beta2),
            (float)(1 / Math.Sqrt(correction2)),
            (float)Epsilon,
            _isDecoupled ? (float)(1 - (settings.LearningRate * WeightDecay * settings.DecayFactor)) : 1,
            _isDecoupled ? 0 : (float)(WeightDecay * settings.DecayFactor),
            Amsgrad);
        ref float second = ref Unsafe.Add(ref _second!.Origin, start);
        UpdatePasses.Run(
            in formula,
            ref MemoryMarshal.GetReference(parameters),
            ref MemoryMarshal.GetReference(gradients),
            ref Unsafe.Add(ref _first!.Origin, start),
            ref second,
            ref (_largest is null ? ref second : ref Unsafe.Add(ref _largest.Origin, start)),
            parameters.Length);
    }

    private readonly struct Formula(
        float rate, float stay1, float take1, float stay2, float take2, float scale2, float epsilon, float shrink, float decay, bool amsgrad) : IUpdate
    {
        private readonly float _rate = rate;
        private readonly float _stay1 = stay1;
        private readonly float _take1 = take1;
        private readonly float _stay2 = stay2;
        private readonly float _take2 = take2;
        private readonly float _scale2 = scale2;
        private readonly float _epsilon = epsilon;
        private readonly float _shrink = shrink;
        private readonly float _decay = decay;
        private readonly bool _amsgrad = amsgrad;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<T>(ref float p, ref float g, ref float first, ref float second, ref float third, nint i)
            where T : unmanaged, IVec<T>
        {
            T gradient = T.Load(ref g, i);
            if (_decay > 0)
            {
                gradient += T.Set(_decay) * T.Load(ref p, i);
            }

            T m = (T.Set(_stay1) * T.Load(ref first, i)) + (T.Set(_take1) * gradient);
            T v = (T.Set(_stay2) * T.Load(ref second, i)) + (T.Set(_take2) * gradient * gradient);
            T.Store(ref first, i, m);
            T.Store(ref second, i, v);
            if (_amsgrad)
            {
                T largest = T.Load(ref third, i);
                v = T.Select(T.GreaterThan(largest, v), largest, v);
                T.Store(ref third, i, v);
            }

            T move = T.Set(_rate) * m / ((T.Sqrt(v) * T.Set(_scale2)) + T.Set(_epsilon));
            T.Store(ref p, i, (T.Set(_shrink) * T.Load(ref p, i)) - move);
        }

        public void Apply(ref float p, float g, ref float first, ref float second, ref float third)
        {
            g += _decay > 0 ? _decay * p : 0;
            first = (_stay1 * first) + (_take1 * g);
            second = (_stay2 * second) + (_take2 * g * g);
            float v = second;
            if (_amsgrad)
            {
                third = v = third > v ? third : v;
            }

            p = (_shrink * p) - (_rate * first / ((MathF.Sqrt(v) * _scale2) + _epsilon));
        }
    }
}

/// <summary>Adam with decoupled weight decay (Loshchilov and Hutter, 2019): <c>p = p - lr * weightDecay * p</c>, then as <see cref="Adam"/>.</summary>
public sealed class AdamW : Adam
{
    /// <summary>Creates the optimizer.</summary>
    /// <param name="learningRate">lr.</param>
    /// <param name="weightDecay">The share, times lr, that every update takes off each parameter; 0 or more.</param>
    /// <param name="beta1">The share of the mean of gradients that stays, 0 to below 1.</param>
    /// <param name="beta2">The share of the mean of squared gradients that stays, 0 to below 1.</param>
    /// <param name="epsilon">Keeps the division finite; above 0.</param>
    /// <param name="amsgrad">Whether to divide by the largest mean of squares so far.</param>
    public AdamW(float learningRate = 1e-3f, double weightDecay = 1e-2, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, bool amsgrad = false)
        : base(learningRate, beta1, beta2, epsilon, weightDecay, amsgrad, isDecoupled: true)
    {
    }
}
