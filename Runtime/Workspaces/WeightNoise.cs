// Masks on weights (DropConnect on recurrent weights: Wan et al., 2013; Merity et al., 2018): one mask a pass, which runs on private copies.
// Knows parameters' positions and the copies that programs read; refuses to know passes.
using System;
using System.Linq;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>The masked copies of a workspace's network, and what becomes of the gradients.</summary>
internal sealed class WeightNoise
{
    private readonly NetworkCore _core;
    private readonly Mask[] _masks;

    private WeightNoise(NetworkCore core, NoisePlace[] noises)
    {
        _core = core;
        Master = new AlignedBuffer(core.Plan.ParameterLength);
        Derived = new AlignedBuffer(core.Plan.DerivedLength);
        Transposed = new AlignedBuffer(core.Plan.TransposedLength);
        _masks = Array.ConvertAll(noises, n => new Mask(core.Plan, n));
    }

    /// <summary>The parameters of this pass.</summary>
    public AlignedBuffer Master { get; }

    /// <summary>Their derived copy.</summary>
    public AlignedBuffer Derived { get; }

    /// <summary>Their transposed copy.</summary>
    public AlignedBuffer Transposed { get; }

    /// <summary>Whether the pass runs on the copies, or on the network's own parameters.</summary>
    public bool IsOn { get; private set; }

    /// <summary>The masks among a program's noises; null where there are none.</summary>
    public static WeightNoise? For(NetworkCore core, NoisePlace[] noises)
    {
        NoisePlace[] mine = noises.Where(n => n.Life == NoiseLife.Weight).ToArray();
        return mine.Length == 0 ? null : new WeightNoise(core, mine);
    }

    /// <summary>Bytes that the masks and copies of a plan take.</summary>
    public static long BytesOf(NetworkPlan plan, NoisePlace[] noises)
    {
        long masks = noises.Where(n => n.Life == NoiseLife.Weight).Sum(n => Padded(n.Width) + (2L * n.Width));
        return masks == 0 ? 0
            : (sizeof(float) * masks) + AlignedBuffer.BytesOf(plan.ParameterLength) + AlignedBuffer.BytesOf(plan.DerivedLength) + AlignedBuffer.BytesOf(plan.TransposedLength);
    }

    /// <summary>Takes a given mask over.</summary>
    public void Give(NoisePlace noise, ReadOnlySpan<float> values)
    {
        Mask mask = Array.Find(_masks, m => ReferenceEquals(m.Plan, noise))!;
        values.CopyTo(mask.Values);
        mask.Given = true;
    }

    /// <summary>Forgets given masks.</summary>
    public void Forget()
    {
        foreach (Mask mask in _masks)
        {
            mask.Given = false;
        }
    }

    /// <summary>Draws the masks of a pass and makes its copies.</summary>
    public void Stage(ForwardMode mode, ulong seed, long sample)
    {
        IsOn = false;
        foreach (Mask mask in _masks)
        {
            NoisePlace plan = mask.Plan;
            if (!mask.Given && mode == ForwardMode.Training)
            {
                Noise.FillBernoulli(
                    seed, NoiseKeys.Of(plan), unchecked((int)sample), 1, 1, plan.Width, plan.Keep, plan.Scale, ref mask.Values[0], mask.Values.Length);
            }
            else if (!mask.Given)
            {
                mask.Values.AsSpan().Fill(plan.Expected);
            }

            IsOn |= mask.Given || mode == ForwardMode.Training || plan.Expected != 1f;
        }

        if (!IsOn)
        {
            return;
        }

        _core.Master.Span.CopyTo(Master.Span);
        foreach (Mask mask in _masks)
        {
            mask.Multiply(Master.Span);
        }

        _core.Program.Derive(ref Master.Origin, ref Derived.Origin);
        _core.Program.DeriveTransposed(ref Master.Origin, ref Transposed.Origin);
    }

    /// <summary>Puts what the gradients were aside: what is added now will be multiplied.</summary>
    public void PutAside(Span<float> gradients)
    {
        foreach (Mask mask in _masks)
        {
            mask.PutAside(gradients);
        }
    }

    /// <summary>Multiplies what a pass left in gradients that started at zero, and adds what was put aside.</summary>
    /// <param name="gradients">Packed gradients.</param>
    /// <param name="addAside">Whether these are the ones that <see cref="PutAside"/> saw.</param>
    public void Finish(Span<float> gradients, bool addAside)
    {
        foreach (Mask mask in _masks)
        {
            mask.Multiply(gradients);
            if (addAside)
            {
                mask.AddAside(gradients);
            }
        }
    }

    private static int Padded(int width) => (width + 15) & ~15;

    private sealed class Mask(NetworkPlan plan, NoisePlace noise)
    {
        public readonly NoisePlace Plan = noise;

        /// <summary>The file's order; padded to whole blocks, as draws come.</summary>
        public readonly float[] Values = new float[Padded(noise.Width)];
        public bool Given;
        private readonly int[] _positions = PackedLayout.Positions(Array.Find(plan.Parameters, p => p.Name == noise.Parameter)!);
        private readonly float[] _aside = new float[noise.Width];

        public void Multiply(Span<float> packed)
        {
            for (int i = 0; i < _positions.Length; i++)
            {
                packed[_positions[i]] *= Values[i];
            }
        }

        public void PutAside(Span<float> gradients)
        {
            for (int i = 0; i < _positions.Length; i++)
            {
                ref float gradient = ref gradients[_positions[i]];
                (_aside[i], gradient) = (gradient, 0);
            }
        }

        public void AddAside(Span<float> gradients)
        {
            for (int i = 0; i < _positions.Length; i++)
            {
                gradients[_positions[i]] += _aside[i];
            }
        }
    }
}

/// <summary>The keys that keep draws apart.</summary>
internal static class NoiseKeys
{
    /// <summary>The key of a noise: its layer's where the layer has no other.</summary>
    public static uint Of(NoisePlace noise) => (uint)noise.Layer | ((uint)noise.Id << 16);

    /// <summary>The key of a random state, by its number among the states.</summary>
    public static uint OfState(int index) => 0x80000000u | (uint)index;
}
