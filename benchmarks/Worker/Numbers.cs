// Weights, inputs and targets: the same numbers in every engine (worker.h and nets.py generate them alike).
// Knows one generator and PyTorch's layout; refuses to know any workload.
namespace SeqGen.Benchmarks;

/// <summary>Sizes that all workloads share.</summary>
public static class Sizes
{
    /// <summary>Different input vectors that a stream is fed, in turn.</summary>
    public const int Signal = 1024;

    /// <summary>Steps after which a stream's output is compared.</summary>
    public const int CheckSteps = 24;

    /// <summary>Steps of a sequence that is predicted in one call.</summary>
    public const int Sequence = 100;

    /// <summary>Steps of a training window.</summary>
    public const int Training = 50;
}

/// <summary>A linear congruential generator, reproduced in C++ and Python.</summary>
public sealed class Lcg(uint seed)
{
    private uint _state = seed;

    public static float[] Signal(int count) => new Lcg(777).Take(count, 1);

    public static float[] Target(int count) => new Lcg(999).Take(count, 1);

    public float[] Take(int count, float scale)
    {
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
        {
            _state = (_state * 1664525u) + 1013904223u;
            values[i] = ((int)(_state >> 8) % 20001 - 10000) * 1e-4f * scale;
        }

        return values;
    }

    /// <summary>Gives a network its weights, in the order of its parameters: matrices by 1/sqrt of the layer's units (of a layer that has no products of a
    /// state: of its inputs), biases by 0.1, other vectors by 1.</summary>
    public static void Load(ParameterSet parameters)
    {
        var lcg = new Lcg(12345);
        string layer = "";
        float scale = 0;
        foreach (Parameter parameter in parameters)
        {
            string owner = parameter.Name[..parameter.Name.IndexOf('.', StringComparison.Ordinal)];
            if (owner != layer)
            {
                layer = owner;
                scale = 1 / MathF.Sqrt(parameters.FirstOrDefault(p => p.Name == owner + ".weight_hh_l0", parameter).Shape[1]);
            }

            parameter.CopyFrom(lcg.Take(parameter.Count, parameter.Shape.Count == 2 ? scale : parameter.Name.Contains("bias", StringComparison.Ordinal) ? 0.1f : 1));
        }
    }
}
