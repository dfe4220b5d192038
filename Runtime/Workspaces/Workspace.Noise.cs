// Noise (dropout masks): drawn, given, or at its expected value.
// Knows names, sizes and the counter that keys the draws; refuses to know what noise is multiplied with.
using System;
using System.Linq;
using SeqGen.Kernels.V1;

namespace SeqGen;

public partial class Workspace
{
    private readonly bool[] _givenNoise;

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

        foreach (Part part in _parts)
        {
            part.SetNoise(noise, values);
        }

        _givenNoise[index] = true;
    }
}
