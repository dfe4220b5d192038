// Noise (dropout masks): drawn, given, or at its expected value.
// Knows noise places and the counter that keys the draws; refuses to know what noise is multiplied with.
using System;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SeqGen.Kernels.V1;

namespace SeqGen;

public sealed partial class Workspace
{
    private readonly bool[] _givenNoise;
    private bool _noiseIsExpected;

    /// <summary>The seed of the noise. A draw depends on seed, layer, sample, step and unit alone.</summary>
    public ulong Seed { get; set; }

    /// <summary>The number of the batch's first sequence; sequence b draws as sample SampleOffset + b. Move it on from batch to batch
    /// (<c>SampleOffset += Batch</c>), or every batch has the same noise.</summary>
    public long SampleOffset { get; set; }

    /// <summary>Gives a noise instead of having it drawn. It is used exactly as given, in every mode, until <see cref="Resize"/>.</summary>
    /// <param name="name">The noise, for instance "dropout" (the layer's name).</param>
    /// <param name="values">User order [Batch, Steps, width], or [Batch, width] for noise that a sequence keeps.</param>
    public void SetNoise(string name, ReadOnlySpan<float> values)
    {
        int index = Array.FindIndex(_area.Noises, n => n.Name == name);
        if (index < 0)
        {
            string known = _area.Noises.Length == 0 ? (_training ? "none" : "none: workspaces without training draw no noise") : string.Join(", ", _area.Noises.Select(n => n.Name));
            throw new ArgumentException($"{_plan.Name} has no noise '{name}' here. It has {known}.", nameof(name));
        }

        NoisePlace noise = _area.Noises[index];
        int steps = noise.PerSequence ? 1 : Steps;
        if (values.Length != Batch * steps * noise.Width)
        {
            ThrowCount(values.Length, Batch * steps * noise.Width, $"noise '{name}' [{Batch} x {steps} x {noise.Width}]", nameof(values));
        }
        ref float rows = ref At(noise.Place);
        for (int b = 0; b < Batch; b++)
        {
            for (int t = 0; t < steps; t++)
            {
                int user = noise.PerSequence ? b : UserRow(b, t);
                values.Slice(user * noise.Width, noise.Width)
                    .CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.Add(ref rows, (nint)((t * Batch) + b) * noise.Place.Row), noise.Width));
            }
        }

        _givenNoise[index] = true;
    }

    private void StageNoise(ForwardMode mode)
    {
        if (mode == ForwardMode.Inference && _noiseIsExpected)
        {
            return;
        }

        for (int i = 0; i < _area.Noises.Length; i++)
        {
            NoisePlace noise = _area.Noises[i];
            if (_givenNoise[i])
            {
                continue;
            }

            int steps = noise.PerSequence ? 1 : Steps;
            ref float rows = ref At(noise.Place);
            if (mode == ForwardMode.Training)
            {
                Noise.FillBernoulli(Seed, (uint)noise.Layer, unchecked((int)SampleOffset), Batch, steps, noise.Width, noise.Keep, ref rows, noise.Place.Row);
                continue;
            }

            for (int r = 0; r < Batch * steps; r++)
            {
                MemoryMarshal.CreateSpan(ref Unsafe.Add(ref rows, (nint)r * noise.Place.Row), noise.Width).Fill(noise.Expected);
            }
        }

        _noiseIsExpected = mode == ForwardMode.Inference;
    }
}
