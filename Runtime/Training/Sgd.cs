// Stochastic gradient descent with momentum. Knows its formula; refuses to know ranges and packing.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>Stochastic gradient descent, as PyTorch's SGD:
/// <c>g = g + weightDecay * p;  v = momentum * v + (1 - dampening) * g, at the first update g;  g = nesterov ? g + momentum * v : v;  p = p - lr * g</c>.</summary>
public sealed class Sgd : Optimizer
{
    private AlignedBuffer? _velocity;

    /// <summary>Creates the optimizer.</summary>
    /// <param name="learningRate">lr.</param>
    /// <param name="momentum">The share of the velocity that stays, 0 to below 1; 0 is plain gradient descent.</param>
    /// <param name="nesterov">Whether to look ahead along the velocity (Nesterov); needs a momentum, and no dampening.</param>
    /// <param name="weightDecay">The factor of the L2 penalty's gradient, 0 or more.</param>
    /// <param name="dampening">The share of a gradient that does not go into the velocity, 0 to 1; needs a momentum.</param>
    public Sgd(float learningRate, float momentum = 0f, bool nesterov = false, float weightDecay = 0f, float dampening = 0f)
        : base(learningRate)
    {
        Momentum = Settings.Check(momentum, momentum is >= 0 and < 1, nameof(momentum), "0 or more and below 1");
        WeightDecay = CheckedDecay(weightDecay);
        Settings.Check(dampening, dampening is >= 0 and <= 1, nameof(dampening), "0 to 1");
        Dampening = dampening == 0 || momentum > 0 ? dampening : throw new ArgumentException("Dampening needs a momentum above 0, for instance 0.9: without one there is no velocity.", nameof(dampening));
        Nesterov = !nesterov || (momentum > 0 && dampening == 0) ? nesterov : throw new ArgumentException("Nesterov needs a momentum above 0, for instance 0.9, and no dampening.", nameof(nesterov));
    }

    /// <summary>The share of the velocity that stays from one update to the next.</summary>
    public float Momentum { get; }

    /// <summary>Whether updates look ahead along the velocity.</summary>
    public bool Nesterov { get; }

    /// <summary>The factor of the L2 penalty's gradient.</summary>
    public float WeightDecay { get; }

    /// <summary>The share of a gradient that does not go into the velocity.</summary>
    public float Dampening { get; }

    /// <inheritdoc/>
    public override int SlotCount => Momentum > 0 ? 1 : 0;

    /// <inheritdoc/>
    protected override IReadOnlyList<OptimizerSlot> Slots => SlotsOf(("velocity", _velocity));

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"Sgd(momentum {Momentum}, nesterov {Nesterov}, weightDecay {WeightDecay}, dampening {Dampening})");

    /// <inheritdoc/>
    protected override void Allocate(int length) => _velocity = Momentum > 0 ? new AlignedBuffer(length) : null;

    /// <inheritdoc/>
    protected override void Clear() => _velocity?.Span.Clear();

    /// <inheritdoc/>
    protected override void Update(int start, Span<float> parameters, ReadOnlySpan<float> gradients, in UpdateSettings settings)
    {
        ref float p = ref MemoryMarshal.GetReference(parameters);
        ref float g = ref MemoryMarshal.GetReference(gradients);
        if (_velocity is null)
        {
            Plain plain = new(settings.LearningRate, WeightDecay * settings.DecayFactor);
            UpdatePasses.Run(in plain, ref p, ref g, ref p, ref p, ref p, parameters.Length);
            return;
        }

        ref float v = ref Unsafe.Add(ref _velocity.Origin, start);
        WithMomentum update = new(settings.LearningRate, Momentum, StepCount == 1 ? 1 : 1 - Dampening, WeightDecay * settings.DecayFactor, Nesterov);
        UpdatePasses.Run(in update, ref p, ref g, ref v, ref v, ref v, parameters.Length);
    }

    private readonly struct Plain(float rate, float decay) : IUpdate
    {
        private readonly float _rate = rate;
        private readonly float _decay = decay;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<T>(ref float p, ref float g, ref float first, ref float second, ref float third, nint i)
            where T : unmanaged, IVec<T>
        {
            T old = T.Load(ref p, i);
            T.Store(ref p, i, old - (T.Set(_rate) * (T.Load(ref g, i) + (T.Set(_decay) * old))));
        }

        public void Apply(ref float p, float g, ref float first, ref float second, ref float third) => p -= _rate * (g + (_decay * p));
    }

    private readonly struct WithMomentum(float rate, float momentum, float take, float decay, bool nesterov) : IUpdate
    {
        private readonly float _rate = rate;
        private readonly float _momentum = momentum;
        private readonly float _take = take;
        private readonly float _decay = decay;
        private readonly bool _nesterov = nesterov;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<T>(ref float p, ref float g, ref float first, ref float second, ref float third, nint i)
            where T : unmanaged, IVec<T>
        {
            T old = T.Load(ref p, i);
            T gradient = T.Load(ref g, i) + (T.Set(_decay) * old);
            T velocity = (T.Set(_momentum) * T.Load(ref first, i)) + (T.Set(_take) * gradient);
            T.Store(ref first, i, velocity);
            T move = velocity;
            if (_nesterov)
            {
                move = gradient + (T.Set(_momentum) * velocity);
            }

            T.Store(ref p, i, old - (T.Set(_rate) * move));
        }

        public void Apply(ref float p, float g, ref float first, ref float second, ref float third)
        {
            g += _decay * p;
            first = (_momentum * first) + (_take * g);
            p -= _rate * (_nesterov ? g + (_momentum * first) : first);
        }
    }
}
