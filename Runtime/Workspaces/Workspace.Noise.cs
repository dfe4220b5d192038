// Noise (dropout masks): drawn, given, or at its expected value.
// Knows names, sizes and the counter that keys the draws; refuses to know what noise is multiplied with.
using System;
using System.Linq;
using SeqGen.Kernels.V1;

namespace SeqGen;

public partial class Workspace
{
    private readonly bool[] _givenNoise;
    private readonly WeightNoise? _weightNoise;

    /// <summary>The seed of the noise. A draw depends on seed, layer, sample, step and unit alone.</summary>
    public ulong Seed { get; set; }

    /// <summary>The number of the batch's first sequence; sequence b draws as sample SampleOffset + b. Move it on from batch to batch
    /// (<c>SampleOffset += Batch</c>), or every batch has the same noise.</summary>
    public long SampleOffset { get; set; }

    /// <summary>Gives a noise instead of having it drawn. It is used exactly as given, in every mode, until <see cref="Resize(int, int, bool)"/>.</summary>
    /// <param name="name">The noise: the layer's name for a dropout layer ("dropout"), the layer's and what it is on for those inside of
    /// recurrent layers ("lstm.h", "gru.x", "lstm.weight_hh").</param>
    /// <param name="values">User order [Batch, Steps, width], [Batch, width] for noise that a sequence keeps, or the shape of the parameter
    /// for a mask on weights.</param>
    public void SetNoise(string name, ReadOnlySpan<float> values)
    {
        int index = Array.FindIndex(_area.Noises, n => n.Name == name);
        if (index < 0)
        {
            string known = _area.Noises.Length == 0 ? (_training ? "none" : "none: workspaces without training draw no noise") : string.Join(", ", _area.Noises.Select(n => n.Name));
            throw new ArgumentException($"{_plan.Name} has no noise '{name}' here. It has {known}.", nameof(name));
        }

        NoisePlace noise = _area.Noises[index];
        if (noise.Life == NoiseLife.Weight)
        {
            if (values.Length != noise.Width)
            {
                ThrowCount(values.Length, noise.Width, $"noise '{name}', as parameter '{noise.Parameter}',", nameof(values));
            }

            _weightNoise!.Give(noise, values);
            return;
        }

        int steps = StepsOf(AxisOf(noise));
        if (values.Length != (long)Batch * steps * noise.Width)
        {
            ThrowCount(values.Length, (long)Batch * steps * noise.Width, $"noise '{name}' [{Batch} x {steps} x {noise.Width}]", nameof(values));
        }

        foreach (Part part in _parts)
        {
            part.SetNoise(noise, values);
        }

        _givenNoise[index] = true;
    }

    private static int AxisOf(NoisePlace noise) => noise.Life == NoiseLife.Step ? noise.Axis : -1;
}
