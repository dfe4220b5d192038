// The memory that a program works in, for some sequences of a batch: one part is the whole of a plain workspace; where several threads
// share a batch, each has a part.
// Knows places and row orders of its sequences; refuses to know other parts and threads.
using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SeqGen.Kernels.V1;

namespace SeqGen;

public partial class Workspace
{
    /// <summary>Sequences <see cref="First"/> to First + <see cref="Rows"/> - 1 of a workspace's batch.</summary>
    private protected sealed partial class Part
    {
        private readonly Workspace _owner;
        private readonly NetworkCore _core;
        private readonly NetworkPlan _plan;
        private readonly WorkArea _area;
        private readonly int _index;
        private readonly AlignedBuffer _tape;
        private readonly AlignedBuffer _scratch;
        private readonly AlignedBuffer? _gradients;
        private readonly FrameShape _shape;
        private readonly TapeClass[] _classes;
        private readonly int[] _tokenRows;
        private readonly PartHead[] _heads;
        private long _used;
        private bool _noiseIsExpected;

        public Part(Workspace owner, int index, int maxRows)
        {
            (_owner, _core, _plan, _area, _index) = (owner, owner._core, owner._plan, owner._area, index);
            _classes = new TapeClass[_area.TapeWidths.Length];
            _shape = new FrameShape(new int[_plan.Axes.Length], _plan.Inputs.Length, maxRows) { Statistics = owner._statistics.Length > 0 ? owner._statistics[index] : null };
            _tape = new AlignedBuffer(WorkspaceSizes.Floats(1, WorkspaceSizes.Tape(_plan, _area, maxRows, owner._maxSteps), _plan.Name));
            _scratch = new AlignedBuffer(WorkspaceSizes.Floats(1, _area.ScratchLength(maxRows), _plan.Name));
            _gradients = owner._training ? new AlignedBuffer(_plan.ParameterLength) : null;
            long tokens = 0;
            foreach (InputPort port in _plan.Inputs)
            {
                tokens += port.TokenCount > 0 ? (long)maxRows * (port.Axis < 0 ? 1 : owner._maxSteps[port.Axis]) : 0;
            }

            _tokenRows = new int[WorkspaceSizes.Floats(1, tokens, _plan.Name)];
            _heads = Array.ConvertAll(owner._heads, h => new PartHead(h, maxRows, h.Plan.Axis < 0 ? 1 : owner._maxSteps[h.Plan.Axis], _plan.Name));
        }

        public Workspace Owner => _owner;

        /// <summary>The batch's number of this part's first sequence.</summary>
        public int First { get; private set; }

        /// <summary>Sequences; 0 where the batch has fewer than there are parts.</summary>
        public int Rows { get; private set; }

        public AlignedBuffer? Gradients => _gradients;

        /// <summary>Takes over the owner's batch and steps.</summary>
        public void Reshape()
        {
            int parts = _owner._parts.Length;
            First = BatchSplit.Start(_index, _owner.Batch, parts);
            int rows = BatchSplit.Start(_index + 1, _owner.Batch, parts) - First;
            if (rows == Rows && _owner._steps.AsSpan().SequenceEqual(_shape.Steps))
            {
                return;
            }

            Rows = rows;
            _owner._steps.CopyTo(_shape.Steps, 0);
            nint start = 0;
            for (int k = 0; k < _classes.Length; k++)
            {
                nint extent = (nint)WorkspaceSizes.Rows(_plan, _area, k, rows, _shape.Steps);
                _classes[k] = new TapeClass(start, extent, k < _shape.Steps.Length ? _shape.Steps[k] : 0);
                start += _area.TapeWidths[k] * extent;
            }

            int tokens = 0;
            for (int i = 0; i < _plan.Inputs.Length; i++)
            {
                _shape.TokenStarts[i] = tokens;
                tokens += _plan.Inputs[i].TokenCount > 0 ? rows * StepsOf(_plan.Inputs[i].Axis) : 0;
            }

            // The same memory now holds other places: what was data may have become padding, which must be zero.
            _tape.Span[..(int)Math.Max(_used, start)].Clear();
            _scratch.Span.Clear();
            _used = start;
            _noiseIsExpected = false;
        }

        /// <summary>Copies rows of the program to the whole batch's user order; zero beyond lengths and before a step.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Gather(Place place, int size, int axis, int firstStep, Span<float> destination)
        {
            ref float rows = ref At(place);
            ref float user = ref MemoryMarshal.GetReference(destination);
            nint row = (nint)Rows * place.Row, userRow = (nint)_owner.UserStride * size;
            for (int b = 0; b < Rows; b++)
            {
                ref float from = ref Unsafe.Add(ref rows, (nint)b * place.Row);
                if (axis < 0)
                {
                    Moves.Rows(ref from, row, ref Unsafe.Add(ref user, (nint)(First + b) * size), userRow, 1, size);
                    continue;
                }

                int end = LengthOf(axis, b), first = Math.Min(firstStep, end);
                ref float to = ref Unsafe.Add(ref user, (nint)_owner.UserRow(axis, First + b, 0) * size);
                Moves.ClearRows(ref to, userRow, first, size);
                Moves.Rows(ref Unsafe.Add(ref from, first * row), row, ref Unsafe.Add(ref to, first * userRow), userRow, end - first, size);
                Moves.ClearRows(ref Unsafe.Add(ref to, end * userRow), userRow, StepsOf(axis) - end, size);
            }
        }

        /// <summary>The same for what lies along two axes: the second one is innermost in user order.</summary>
        public void GatherAcross(OutputPlace output, Span<float> destination)
        {
            ref float rows = ref At(output.Place);
            int inner = StepsOf(output.Across), size = output.Size;
            for (int b = 0; b < Rows; b++)
            {
                int end = LengthOf(output.Axis, b), innerEnd = LengthOf(output.Across, b);
                for (int t = 0; t < StepsOf(output.Axis); t++)
                {
                    // Destination has the whole's length, so its parts' numbers fit.
                    Span<float> to = destination.Slice(_owner.UserRow(output.Axis, First + b, t) * inner * size, inner * size);
                    to.Clear();
                    for (int s = 0; t < end && s < innerEnd; s++)
                    {
                        Row(ref rows, output.Place, (((t * inner) + s) * Rows) + b, size).CopyTo(to[(s * size)..]);
                    }
                }
            }
        }

        /// <summary>Copies the rows of a state to the whole batch's order.</summary>
        public void GatherState(StatePlace state, Place place, Span<float> destination)
        {
            ref float rows = ref At(place);
            for (int b = 0; b < Rows; b++)
            {
                StateLayout.Save(state, ref Unsafe.Add(ref rows, (nint)b * place.Row), destination[((First + b) * state.Size)..]);
            }
        }

        private static Span<float> Row(ref float rows, Place place, int row, int size) =>
            MemoryMarshal.CreateSpan(ref Unsafe.Add(ref rows, (nint)row * place.Row), size);

        private ref float At(Place place)
        {
            if (place.Area == Area.Scratch)
            {
                return ref Unsafe.Add(ref _scratch.Origin, place.Start(Rows, 0, Rows));
            }

            TapeClass lies = _classes[place.Class];
            return ref Unsafe.Add(ref _tape.Origin, lies.Start + place.Start(Rows, lies.Steps, lies.Rows));
        }

        private int StepsOf(int axis) => axis < 0 ? 1 : _shape.Steps[axis];

        private int LengthOf(int axis, int b) => _owner.LengthOf(axis, First + b);
    }

    /// <summary>Where a class of the tape starts, its rows, and the steps of its axis.</summary>
    private readonly record struct TapeClass(nint Start, nint Rows, int Steps);
}
