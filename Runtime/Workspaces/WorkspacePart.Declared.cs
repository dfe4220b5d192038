// Losses of users' own that a network declares: rows of a part go through the loss's generated program, some at a time, and its gradient to where the way back starts from.
// Knows rows, weights and places; refuses to know formulas.
using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SeqGen.Kernels.V1;

namespace SeqGen;

public partial class Workspace
{
    private protected sealed partial class Part
    {
        // What a number of a target that does not count is to the formula: most that divide by it, or take a logarithm of it or of one less it, are finite there.
        private const float Uncounted = 0.5f;

        /// <summary>The part's share of a declared loss of a user's own, and in training its gradient.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Declared(PartHead mine)
        {
            Head head = mine.Head;
            ProgramRoom room = mine.Program!;
            int rows = Rows * StepsOf(head.Plan.Axis), size = head.Plan.Size;
            double divisor = head.WeightSum == 0 ? 0 : 1 / _owner.DivisorOf(head), sum = 0;
            Place read = LossInput(head);
            Place? seed = _owner._training ? _area.Outputs[head.Index].Seed : null;
            room.Reshape(Math.Min(rows, LossProgram.Rows));
            for (int first = 0; first < rows; first += room.Batch)
            {
                int count = Math.Min(room.Batch, rows - first);
                if (mine.Weights.AsSpan(first, count).IndexOfAnyExcept(0f) < 0)
                {
                    ClearSeeds(seed, first, count, size);
                    continue;
                }

                for (int r = 0; r < count; r++)
                {
                    Row(ref At(read), read, first + r, size).CopyTo(room.Row(room.Input, r, size));
                    Target(mine, room.Row(room.Target, r, room.TargetSize), first + r);
                }

                Frame frame = room.CreateFrame();
                _core.Program.Loss(head.Index, in frame);
                sum += SumAndSeed(mine, first, count, (float)(head.Plan.Loss!.Weight * divisor));
                if (seed is not { } write)
                {
                    continue;
                }

                _core.Program.LossBackward(head.Index, in frame);
                for (int r = 0; r < count; r++)
                {
                    Span<float> to = Row(ref At(write), write, first + r, size);
                    if (mine.Weights[first + r] == 0)
                    {
                        to.Clear();
                    }
                    else
                    {
                        room.Row(room.Gradient, r, size).CopyTo(to);
                    }
                }
            }

            mine.Share = sum * divisor;
        }

        /// <summary>The target of a row as the formula sees it.</summary>
        private static void Target(PartHead mine, Span<float> target, int row)
        {
            if (mine.ClassRows.Length > 0)
            {
                target.Clear();
                target[mine.ClassRows[row]] = 1;
                return;
            }

            mine.TargetRows.Span.Slice(row * mine.TargetRow, target.Length).CopyTo(target);
            for (int k = 0; mine.Head.HasElements && k < target.Length; k++)
            {
                target[k] = mine.Elements!.Span[(row * mine.TargetRow) + k] == 0 ? Uncounted : target[k];
            }
        }

        /// <summary>The weighted sum of the losses of some rows; their weights, times a factor, become the seed.</summary>
        private static double SumAndSeed(PartHead mine, int first, int count, float factor)
        {
            ProgramRoom room = mine.Program!;
            int size = room.LossSize;
            double sum = 0;
            for (int r = 0; r < count; r++)
            {
                float weight = mine.Weights[first + r];
                ReadOnlySpan<float> losses = room.Row(room.Loss, r, size);
                Span<float> seeds = room.Row(room.Seed, r, size);
                for (int k = 0; k < size; k++)
                {
                    float one = mine.Head.HasElements && size > 1 ? mine.Elements!.Span[((first + r) * mine.TargetRow) + k] : weight;
                    sum += one == 0 ? 0 : (double)one * losses[k] / size;
                    seeds[k] = one * factor / size;
                }
            }

            return sum;
        }

        private void ClearSeeds(Place? seed, int first, int count, int size)
        {
            for (int r = 0; r < count && seed is { } write; r++)
            {
                Row(ref At(write), write, first + r, size).Clear();
            }
        }

        /// <summary>The memory of one head's loss program.</summary>
        private sealed class ProgramRoom
        {
            private static readonly int[] _noTokens = new int[1];

            private readonly WorkArea _area;
            private readonly AlignedBuffer _tape;
            private readonly AlignedBuffer _scratch;
            private readonly FrameShape _shape = new([1], 1, 0);

            public ProgramRoom(Head head)
            {
                LossProgram program = head.Plan.Loss!.Program!;
                (_area, LossSize, TargetSize) = (program.Area, program.Size, head.Classes.Length > 0 ? head.Plan.Size : head.Plan.TargetSize);
                (int tape, int scratch) = program.Lengths;
                (_tape, _scratch) = (new AlignedBuffer(tape), new AlignedBuffer(scratch));
                (Input, Target, Loss) = (_area.Inputs[0], _area.Inputs[1], _area.Outputs[0].Output);
                (Seed, Gradient) = (_area.Outputs[0].Seed!.Value, _area.InputGradients[0]!.Value);
            }

            public Place Input { get; }

            public Place Target { get; }

            public Place Loss { get; }

            public Place Seed { get; }

            public Place Gradient { get; }

            public int LossSize { get; }

            public int TargetSize { get; }

            /// <summary>Rows at a time.</summary>
            public int Batch { get; private set; }

            /// <summary>The same memory with other rows: what was data may have become padding, which must be zero.</summary>
            public void Reshape(int batch)
            {
                if (batch != Batch)
                {
                    Batch = batch;
                    _tape.Span.Clear();
                    _scratch.Span.Clear();
                }
            }

            public Span<float> Row(Place place, int row, int size)
            {
                nint start = (nint)row * place.Row;
                if (place.Area == Area.Scratch)
                {
                    return MemoryMarshal.CreateSpan(ref Unsafe.Add(ref _scratch.Origin, start + place.Start(Batch, 1, Batch)), size);
                }

                // Rows of one step and one more in each class.
                nint extent = 2 * (nint)Batch;
                for (int k = 0; k < place.Class; k++)
                {
                    start += _area.TapeWidths[k] * extent;
                }

                return MemoryMarshal.CreateSpan(ref Unsafe.Add(ref _tape.Origin, start + place.Start(Batch, 1, extent)), size);
            }

            public Frame CreateFrame() => new(
                ref Unsafe.NullRef<float>(),
                ref Unsafe.NullRef<float>(),
                ref Unsafe.NullRef<float>(),
                ref _tape.Origin,
                ref _scratch.Origin,
                ref Unsafe.NullRef<float>(),
                ref _noTokens[0],
                Batch,
                1,
                default,
                inputGradient: true,
                _shape);
        }
    }
}
