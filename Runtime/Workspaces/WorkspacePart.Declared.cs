// Losses of users' own that a network declares: rows of a part go through the loss's generated program, some at a time, and its gradient to where the way back starts from.
// Knows rows, weights and places; refuses to know formulas.
using System;
using System.Runtime.CompilerServices;
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
            Frame frame = room.CreateFrame();
            for (int first = 0; first < rows; first += room.Batch)
            {
                int count = Math.Min(room.Batch, rows - first);
                ReadOnlySpan<float> weights = mine.Weights.AsSpan(first, count);
                bool isCounted = weights.IndexOfAnyExcept(0f) >= 0;
                if (isCounted)
                {
                    Moves.Rows(ref Unsafe.Add(ref At(read), (nint)first * read.Row), read.Row, ref room.At(room.Input), room.Input.Row, count, size);
                    Targets(mine, first, count);
                    _core.Program.Loss(head.Index, in frame);
                    sum += mine.Head.HasElements && room.LossSize > 1
                        ? PositionLosses.SumAndSeed(ref room.At(room.Loss), room.Loss.Row, ref mine.Elements!.Span[first * mine.TargetRow], mine.TargetRow, count, room.LossSize, head.Plan.Loss!.Weight * divisor, ref room.At(room.Seed), room.Seed.Row)
                        : PositionLosses.SumAndSeed(ref room.At(room.Loss), room.Loss.Row, weights, room.LossSize, head.Plan.Loss!.Weight * divisor, ref room.At(room.Seed), room.Seed.Row);
                }

                if (seed is not { } write)
                {
                    continue;
                }

                ref float to = ref Unsafe.Add(ref At(write), (nint)first * write.Row);
                if (isCounted)
                {
                    _core.Program.LossBackward(head.Index, in frame);
                    Moves.Rows(ref room.At(room.Gradient), room.Gradient.Row, ref to, write.Row, count, size);
                }

                // Whatever the formula makes of what does not count.
                for (int r = weights.IndexOf(0f); r >= 0 && r < count; r++)
                {
                    if (weights[r] == 0)
                    {
                        Moves.ClearRows(ref Unsafe.Add(ref to, (nint)r * write.Row), write.Row, 1, size);
                    }
                }
            }

            mine.Share = sum * divisor;
        }

        /// <summary>The targets of some rows as the formula sees them.</summary>
        private static void Targets(PartHead mine, int first, int count)
        {
            ProgramRoom room = mine.Program!;
            Place place = room.Target;
            ref float targets = ref room.At(place);
            if (mine.ClassRows.Length > 0)
            {
                Moves.ClearRows(ref targets, place.Row, count, room.TargetSize);
                for (int r = 0; r < count; r++)
                {
                    Unsafe.Add(ref targets, ((nint)r * place.Row) + mine.ClassRows[first + r]) = 1;
                }

                return;
            }

            Moves.Rows(ref mine.TargetRows.Span[first * mine.TargetRow], mine.TargetRow, ref targets, place.Row, count, room.TargetSize);
            for (int r = 0; mine.Head.HasElements && r < count; r++)
            {
                for (int k = 0; k < room.TargetSize; k++)
                {
                    if (mine.Elements!.Span[((first + r) * mine.TargetRow) + k] == 0)
                    {
                        Unsafe.Add(ref targets, ((nint)r * place.Row) + k) = Uncounted;
                    }
                }
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

            /// <summary>The first row of a place.</summary>
            public ref float At(Place place)
            {
                if (place.Area == Area.Scratch)
                {
                    return ref Unsafe.Add(ref _scratch.Origin, place.Start(Batch, 1, Batch));
                }

                // Rows of one step and one more in each class.
                nint extent = 2 * (nint)Batch, start = place.Start(Batch, 1, extent);
                for (int k = 0; k < place.Class; k++)
                {
                    start += _area.TapeWidths[k] * extent;
                }

                return ref Unsafe.Add(ref _tape.Origin, start);
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
