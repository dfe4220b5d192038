// Whether inputs are there: values that are missing or infinite are named. Knows where such values stand; refuses to know what they could be instead (MissingValues).
using System;
using System.Globalization;
using System.Numerics;
using SeqGen.Kernels.V1;

namespace SeqGen;

internal static partial class DataChecks
{
    /// <summary>Looks at every number once, however many windows have it: of a window that follows another, at its new steps.</summary>
    private static void CheckMissing(SequenceData data, NetworkPlan plan, int port, InputBlock input, string name)
    {
        Block<float> block = input.Values!;
        int stride = block.Picks is null ? input.Size : block.StepStride;
        long before = -1;
        foreach (int i in data.ByPlace())
        {
            int index = data.Index(i), steps = LengthOf(data, plan, plan.Inputs[port].Axis, index, input.Steps);
            long start = block.StartOf(index), ahead = start - before;
            int known = before < 0 || ahead < 0 || data.Lengths is not null || data.TargetLengths is not null || ahead % stride != 0 ? 0 : (int)Math.Max(0, input.Steps - (ahead / stride));
            before = start;
            if (FirstNotFinite(block[index][(known * input.Size)..(steps * input.Size)]) is >= 0 and var at)
            {
                float value = block[index][at + (known * input.Size)];
                (int step, int feature) = Math.DivRem(at + (known * input.Size), input.Size);
                string row = data.Rows is null || port > 0 ? "" : $" (row {data.IndexOf(i).Row + step} of {(data.Rows.Begins.Length > 1 ? $"series {data.IndexOf(i).Series}" : "the series")})";
                throw new ArgumentException(
                    $"Sample {i} has {value.ToString(CultureInfo.InvariantCulture)} as input{(plan.Inputs.Length > 1 ? $" '{plan.Inputs[port].Name}'" : "")}{(input.Steps > 1 ? $" at step {step}" : "")}, feature {feature}{row}: " + (float.IsNaN(value)
                        ? "a value is missing. Fill it (see MissingValues), end the sample before it (lengths), or leave the sample out."
                        : "inputs are finite. Limit it, make it NaN and fill it (see MissingValues), or leave the sample out."), name);
            }
        }
    }

    /// <summary>The first value that is not a finite number; -1 for none.</summary>
    private static int FirstNotFinite(BlockSample<float> values)
    {
        Span<float> part = stackalloc float[256];
        for (int start = 0; start < values.Length; start += part.Length)
        {
            int count = Math.Min(part.Length, values.Length - start);
            ReadOnlySpan<float> next = values.IsSpan ? values.Span.Slice(start, count) : part[..count];
            if (!values.IsSpan)
            {
                values.Slice(start, count).CopyTo(part);
            }

            int i = 0;
            for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
            {
                // What is infinite, or not a number, is not a number when it is subtracted from itself.
                Vector<float> some = new(next[i..]);
                if (!Vector.EqualsAll(some - some, Vector<float>.Zero))
                {
                    break;
                }
            }

            for (; i < count; i++)
            {
                if (!float.IsFinite(next[i]))
                {
                    return start + i;
                }
            }
        }

        return -1;
    }
}
