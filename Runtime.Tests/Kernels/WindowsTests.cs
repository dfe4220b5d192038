// Windows of convolutions against their definition, their transpose and the same step by step. Knows rows; knows no weights.
using System;
using System.Collections.Generic;
using SeqGen.Kernels.V1;
using Xunit;

namespace SeqGen.Tests.Kernels;

public sealed class WindowsTests512 : WindowsTests<V16>;

public sealed class WindowsTests256 : WindowsTests<V8>;

public sealed class WindowsTests128 : WindowsTests<V4>;

/// <summary>Unfold, Fold and Step, at one vector width.</summary>
public abstract class WindowsTests<T>
    where T : unmanaged, IVec<T>
{
    private const int Batch = 3;

    private static IEnumerable<(int Steps, int Inputs, int Kernel, int Dilation, int Stride, bool Causal)> Cases
    {
        get
        {
            foreach (var inputs in new[] { 1, 3, 17, 33, 100 })
            {
                foreach (var (kernel, dilation) in new[] { (1, 1), (2, 1), (3, 1), (3, 2), (2, 5), (4, 3), (5, 1), (6, 1), (7, 1), (8, 1), (9, 1) })
                {
                    foreach (var stride in new[] { 1, 2, 3 })
                    {
                        yield return (12, inputs, kernel, dilation, stride, true);
                        yield return (12, inputs, kernel, dilation, stride, false);
                        yield return (1, inputs, kernel, dilation, stride, true);
                        yield return (0, inputs, kernel, dilation, stride, true);
                    }
                }
            }
        }
    }

    [Fact]
    public void UnfoldAndFold()
    {
        foreach (var (steps, inputs, kernel, dilation, stride, causal) in Cases)
        {
            int back = causal ? (kernel - 1) * dilation : 0, reach = causal ? 0 : (kernel - 1) * dilation;
            int outputs = Math.Max(0, (steps - reach - 1 + stride) / stride), width = inputs * kernel, row = Data.Padded(inputs), yRow = Data.Padded(width) + 16;
            AlignedBuffer x = Data.RandomRows(steps * Batch, inputs, row, 1), y = Data.Filled((outputs * Batch * yRow) + 16, Data.Sentinel);
            AlignedBuffer dy = Data.RandomRows(outputs * Batch, width, yRow, 2), dx = Data.Filled((steps * Batch * row) + 16, Data.Sentinel);
            Windows<T>.Unfold(outputs, steps, Batch, inputs, kernel, dilation, stride, causal, ref x.Origin, row, ref y.Origin, yRow);
            Windows<T>.Fold(outputs, steps, Batch, inputs, kernel, dilation, stride, causal, ref dy.Origin, yRow, ref dx.Origin, row);
            var expected = new double[steps * Batch * row];
            for (var at = 0; at < outputs * Batch * width; at++)
            {
                int r = at / width, i = at % width / kernel, j = at % kernel, source = (r / Batch * stride) + (j * dilation) - back;
                int from = (((source * Batch) + (r % Batch)) * row) + i;
                Assert.Equal(source < 0 ? 0f : x.Span[from], y.Span[(r * yRow) + (at % width)]);
                if (source >= 0)
                {
                    expected[from] += dy.Span[(r * yRow) + (at % width)];
                }
            }

            for (var at = 0; at < steps * Batch * row; at++)
            {
                if (at % row < inputs)
                {
                    Data.Near(expected[at], dx.Span[at], 1e-6, $"fold, inputs {inputs} kernel {kernel} dilation {dilation} stride {stride}");
                }
            }

            Assert.Equal(Data.Sentinel, y.Span[outputs * Batch * yRow]);
            Assert.Equal(Data.Sentinel, dx.Span[steps * Batch * row]);
        }
    }

    [Fact]
    public void WindowsAroundAStepEndWhereTheSequenceEnds()
    {
        foreach (var (steps, inputs, kernel, dilation, stride, causal) in Cases)
        {
            if (stride > 1 || !causal)
            {
                continue;
            }

            foreach (var lengths in new[] { Array.Empty<int>(), [steps, steps / 2, Math.Min(steps, 1)] })
            {
                int back = (kernel - 1) * dilation / 2, width = inputs * kernel, row = Data.Padded(inputs), yRow = Data.Padded(width) + 16;
                AlignedBuffer x = Data.RandomRows(steps * Batch, inputs, row, 1), y = Data.Filled((steps * Batch * yRow) + 16, Data.Sentinel);
                AlignedBuffer dy = Data.RandomRows(steps * Batch, width, yRow, 2), dx = Data.Filled((steps * Batch * row) + 16, Data.Sentinel);
                Windows<T>.UnfoldAround(steps, Batch, lengths, inputs, kernel, dilation, back, ref x.Origin, row, ref y.Origin, yRow);
                Windows<T>.FoldAround(steps, Batch, lengths, inputs, kernel, dilation, back, ref dy.Origin, yRow, ref dx.Origin, row);
                var expected = new double[steps * Batch * row];
                for (var at = 0; at < steps * Batch * width; at++)
                {
                    int r = at / width, i = at % width / kernel, source = (r / Batch) + (at % kernel * dilation) - back, end = lengths.Length == 0 ? steps : lengths[r % Batch];
                    int from = (((source * Batch) + (r % Batch)) * row) + i;
                    bool isThere = source >= 0 && source < end;
                    Assert.Equal(isThere ? x.Span[from] : 0f, y.Span[(r * yRow) + (at % width)]);
                    if (isThere)
                    {
                        expected[from] += dy.Span[(r * yRow) + (at % width)];
                    }
                }

                for (var at = 0; at < steps * Batch * row; at++)
                {
                    if (at % row < inputs)
                    {
                        Data.Near(expected[at], dx.Span[at], 1e-6, $"fold, inputs {inputs} kernel {kernel} dilation {dilation}");
                    }
                }

                Assert.Equal(Data.Sentinel, y.Span[steps * Batch * yRow]);
                Assert.Equal(Data.Sentinel, dx.Span[steps * Batch * row]);
            }
        }
    }

    [Fact]
    public void StepByStepIsTheSame()
    {
        foreach (var (steps, inputs, kernel, dilation, stride, causal) in Cases)
        {
            int width = inputs * kernel, row = Data.Padded(inputs), yRow = Data.Padded(width), length = ((kernel - 1) * dilation) + 1;
            int ringRow = Data.Padded((length * inputs) + 2), trim = (causal ? 0 : length - 1) + 1 - stride, outputs = Math.Max(0, (steps - trim) / stride), output = 0;
            AlignedBuffer x = Data.RandomRows(steps * Batch, inputs, row, 1), y = new((outputs * Batch * yRow) + 16), one = new(Batch * yRow), ring = new((Batch * ringRow) + 16);
            Windows<T>.Unfold(outputs, steps, Batch, inputs, kernel, dilation, stride, causal, ref x.Origin, row, ref y.Origin, yRow);
            ring.Span[Batch * ringRow] = Data.Sentinel;
            for (var t = 0; t < steps; t++)
            {
                ref var step = ref System.Runtime.CompilerServices.Unsafe.Add(ref x.Origin, t * Batch * row);
                bool complete = Windows<T>.Step(Batch, inputs, kernel, dilation, stride, causal, ref step, row, ref ring.Origin, ringRow, ref one.Origin, yRow);
                int since = t - (causal ? 0 : length - 1);
                Assert.Equal(since >= 0 && since % stride == 0, complete);
                for (var b = 0; b < Batch; b++)
                {
                    Assert.True(!complete || y.Span.Slice(((output * Batch) + b) * yRow, width).SequenceEqual(one.Span.Slice(b * yRow, width)));
                    Assert.Equal((t + 1) % length, ring.Span[(b * ringRow) + (length * inputs)]);
                }

                output += complete ? 1 : 0;
            }

            Assert.Equal(outputs, output);
            Assert.Equal(Data.Sentinel, ring.Span[Batch * ringRow]);
        }
    }

    [Fact]
    public void NothingIsAllocated()
    {
        AlignedBuffer x = Data.Random(256, 1), y = new(512), ring = new(64);
        void All()
        {
            Windows<T>.Unfold(4, 4, 2, 5, 3, 1, 1, true, ref x.Origin, 16, ref y.Origin, 16);
            Windows<T>.Fold(4, 4, 2, 5, 3, 1, 1, true, ref y.Origin, 16, ref x.Origin, 16);
            Windows<T>.UnfoldAround(4, 2, [4, 3], 5, 3, 1, 1, ref x.Origin, 16, ref y.Origin, 16);
            Windows<T>.FoldAround(4, 2, [4, 3], 5, 3, 1, 1, ref y.Origin, 16, ref x.Origin, 16);
            Windows<T>.Step(2, 5, 3, 1, 1, true, ref x.Origin, 16, ref ring.Origin, 32, ref y.Origin, 16);
        }

        All();
        var before = GC.GetAllocatedBytesForCurrentThread();
        All();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
