// How a state's floats lie in its row, and where a learned one comes from.
// Knows slots, padding and the packed parameters; refuses to know who holds the row.
using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SeqGen.Kernels.V1;

namespace SeqGen;

internal static class StateLayout
{
    /// <summary>Where the elements of a learned state lie in the packed parameters, in the user's order.</summary>
    public static int[] Learned(NetworkPlan plan, StatePlace state) =>
        PackedLayout.Positions(Array.Find(plan.Parameters, p => p.Name == state.Parameter)!);

    /// <summary>Copies a state out of its row, without padding.</summary>
    public static void Save(StatePlace state, ref float row, Span<float> values)
    {
        int width = state.Size / state.Slots, stride = Stride(state, width);
        for (int s = 0; s < state.Slots; s++)
        {
            MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref row, s * stride), width).CopyTo(values[(s * width)..]);
        }
    }

    /// <summary>Copies a state into its row.</summary>
    public static void Load(StatePlace state, ReadOnlySpan<float> values, ref float row)
    {
        int width = state.Size / state.Slots, stride = Stride(state, width);
        for (int s = 0; s < state.Slots; s++)
        {
            values.Slice(s * width, width).CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.Add(ref row, s * stride), width));
        }
    }

    /// <summary>Copies a learned state into a row.</summary>
    public static void LoadLearned(StatePlace state, ReadOnlySpan<int> positions, ReadOnlySpan<float> parameters, ref float row)
    {
        int width = state.Size / state.Slots, stride = Stride(state, width);
        for (int i = 0; i < positions.Length; i++)
        {
            Unsafe.Add(ref row, (i / width * stride) + (i % width)) = parameters[positions[i]];
        }
    }

    /// <summary>Adds a row of gradients to those of the parameter.</summary>
    public static void AddLearned(StatePlace state, ReadOnlySpan<int> positions, ref float row, Span<float> gradients)
    {
        int width = state.Size / state.Slots, stride = Stride(state, width);
        for (int i = 0; i < positions.Length; i++)
        {
            gradients[positions[i]] += Unsafe.Add(ref row, (i / width * stride) + (i % width));
        }
    }

    /// <summary>Draws a random state into a row: normal, a function of seed, key, sample and element (Box and Muller, 1958).</summary>
    public static void Draw(StatePlace state, ulong seed, uint key, uint sample, ref float row)
    {
        int width = state.Size / state.Slots, stride = Stride(state, width);
        for (int i = 0; i < state.Size; i++)
        {
            (uint first, uint second, _, _) = Noise.Philox(seed, key, sample, 0, (uint)i);
            double u = (first + 1d) / 4294967296d, v = second / 4294967296d;
            Unsafe.Add(ref row, (i / width * stride) + (i % width)) = (float)(state.Deviation * Math.Sqrt(-2 * Math.Log(u)) * Math.Cos(2 * Math.PI * v));
        }
    }

    private static int Stride(StatePlace state, int width) => state.Slots == 1 ? width : (width + 15) & ~15;
}
