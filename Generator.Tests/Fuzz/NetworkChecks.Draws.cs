// What networks draw by themselves: masks and random states, and the mean over passes that draw.
// Knows the counters that draws are functions of (Philox of seed, key, sample, step, element); refuses to know layers.
using System;
using System.Linq;
using SeqGen.Generator.Tests.Generated;
using SeqGen.Kernels.V1;
using Batches = SeqGen.Generator.Tests.Generated.Passes;

namespace SeqGen.Generator.Tests.Fuzz;

internal sealed partial class NetworkChecks
{
    /// <summary>The number of the batch's first sequence.</summary>
    private const int FirstSample = 3;

    private ulong NoiseSeed => (ulong)_case.Seed * 7919;

    /// <summary>The same with the noise and the random states that the network would draw by itself.</summary>
    private PassData Drawn(PassData data) => data with
    {
        Draws = (NoiseSeed, FirstSample),
        Noise = _plan.Training!.Noises.ToDictionary(n => n.Name, n => Masks(n, data)),
        States = data.States.ToDictionary(s => s.Key, s => Array.FindIndex(_plan.Training.States, p => p.Name == s.Key) is >= 0 and var i && _plan.Training.States[i].Start == StateStart.Random
            ? Normal(_plan.Training.States[i], i, data.Batch) : s.Value),
    };

    /// <summary>The same without what the network draws by itself.</summary>
    private PassData Undrawn(PassData data) => data with
    {
        Noise = _none,
        States = data.States.Where(s => !_plan.Training!.States.Any(p => p.Name == s.Key && p.Start == StateStart.Random)).ToDictionary(),
    };

    private Workspace Drawing(Workspace workspace)
    {
        (workspace.Seed, workspace.SampleOffset) = (NoiseSeed, FirstSample);
        return workspace;
    }

    private float[] Masks(NoisePlace noise, PassData data)
    {
        int batch = noise.Life == NoiseLife.Weight ? 1 : data.Batch, steps = noise.Life == NoiseLife.Step ? data.StepsOf(_plan, noise.Axis) : 1;
        var masks = new float[batch * steps * noise.Width];
        for (int i = 0; i < masks.Length; i++)
        {
            (int row, int unit) = Math.DivRem(i, noise.Width);
            double drawn = Word(NoiseKeys.Of(noise), FirstSample + (row / steps), row % steps, unit / 4, unit % 4) / 4294967296d;
            masks[i] = drawn < noise.Keep ? noise.Scale : 0;
        }

        return masks;
    }

    private float[] Normal(StatePlace state, int index, int batch)
    {
        var values = new float[batch * state.Size];
        for (int i = 0; i < values.Length; i++)
        {
            (int row, int element) = Math.DivRem(i, state.Size);
            double Uniform(int word, int add) => (Word(NoiseKeys.OfState(index), FirstSample + row, 0, element, word) + (double)add) / 4294967296d;
            values[i] = (float)(state.Deviation * Math.Sqrt(-2 * Math.Log(Uniform(0, 1))) * Math.Cos(2 * Math.PI * Uniform(1, 0)));
        }

        return values;
    }

    private uint Word(uint key, int sample, int step, int counter, int word)
    {
        (uint a, uint b, uint c, uint d) = Noise.Philox(NoiseSeed, key, (uint)sample, (uint)step, (uint)counter);
        return word switch { 0 => a, 1 => b, 2 => c, _ => d };
    }

    /// <summary>Mean and deviation of a head over passes that draw are those of the passes.</summary>
    private void MonteCarlo(PassData data)
    {
        const int samples = 3;
        Workspace workspace = Drawing(_network.CreateWorkspace(data.Batch, data.Steps, maxTargetSteps: data.TargetSteps));
        PassData free = Undrawn(data);
        Batches.Start(_network, workspace, free);
        Batches.Fill(_plan, workspace, free);
        OutputPort head = _draws.Pick(_plan.Outputs);
        var passes = new float[samples][];
        workspace.UsesRunningStatistics = true;
        for (int s = 0; s < samples; s++)
        {
            workspace.Forward(ForwardMode.Training);
            passes[s] = workspace.OutputOfHead(head.Name).ToArray();
            workspace.SampleOffset += data.Batch;
        }

        workspace.UsesRunningStatistics = false;
        float[] mean = new float[passes[0].Length], deviation = new float[mean.Length];
        new MonteCarlo(Drawing(workspace), head.Name).Predict(samples, mean, deviation);
        _counts.Passes++;
        for (int i = 0; i < mean.Length; i++)
        {
            double[] y = [.. passes.Select(p => (double)p[i])];
            double middle = y.Average(), spread = Math.Sqrt(y.Sum(v => (v - middle) * (v - middle)) / (samples - 1));

            // Below the normal numbers neighbours are as far apart as the least one from zero.
            double near = (1e-6 * y.Max(Math.Abs)) + float.Epsilon;
            if (!(Math.Abs(mean[i] - middle) <= near && Math.Abs(deviation[i] - spread) <= near))
            {
                throw new MismatchException($"the mean of {samples} passes[{i}] of {head.Name} is {mean[i]:R} and its deviation {deviation[i]:R}, should be {middle:R} and {spread:R}");
            }
        }
    }
}
