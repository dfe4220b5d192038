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
        private readonly int[] _tokenRows;
        private readonly float[] _weights;
        private readonly AlignedBuffer _targetRows;
        private readonly int _targetRow;
        private readonly int[] _classRows;
        private int _counted;
        private bool _noiseIsExpected;

        public Part(Workspace owner, int index, int maxRows)
        {
            (_owner, _core, _plan, _area, _index) = (owner, owner._core, owner._plan, owner._area, index);
            string name = _plan.Name;
            long rows = (long)maxRows * owner.MaxSteps;
            _tape = new AlignedBuffer(WorkspaceSizes.Floats(_area.TapeWidth, rows + maxRows, name));
            _scratch = new AlignedBuffer(WorkspaceSizes.Floats(1, _area.ScratchLength(maxRows), name));
            _gradients = owner._training ? new AlignedBuffer(_plan.ParameterLength) : null;
            _tokenRows = _plan.TokenCount > 0 ? new int[rows] : [];
            int outputRows = WorkspaceSizes.Floats(1, _plan.OutputIsSequence ? rows : maxRows, name);
            _weights = new float[outputRows];
            _classRows = owner._classes.Length > 0 ? new int[outputRows] : [];

            // Rows that kernels read: padded to whole blocks. Empty where the loss takes no values.
            _targetRow = (_plan.OutputSize + 15) & ~15;
            _targetRows = new AlignedBuffer(owner._target.Length == 0 ? 0 : WorkspaceSizes.Floats(_targetRow, outputRows, name));
        }

        public Workspace Owner => _owner;

        /// <summary>The batch's number of this part's first sequence.</summary>
        public int First { get; private set; }

        /// <summary>Sequences; 0 where the batch has fewer than there are parts.</summary>
        public int Rows { get; private set; }

        public int OutputRows => _plan.OutputIsSequence ? Rows * Steps : Rows;

        public AlignedBuffer? Gradients => _gradients;

        private int Steps { get; set; }

        /// <summary>Takes over the owner's batch and steps.</summary>
        public void Reshape()
        {
            int parts = _owner._parts.Length;
            First = BatchSplit.Start(_index, _owner.Batch, parts);
            int rows = BatchSplit.Start(_index + 1, _owner.Batch, parts) - First, steps = _owner.Steps;
            if (rows != Rows || steps != Steps)
            {
                // The same memory now holds other places: what was data may have become padding, which must be zero.
                int extent = (Math.Max(steps, Steps) + 1) * Math.Max(rows, Rows);
                _tape.Span[..(int)Math.Min(_tape.Length, (long)_area.TapeWidth * extent)].Clear();
                _scratch.Span.Clear();
                _noiseIsExpected = false;
            }

            (Rows, Steps) = (rows, steps);
        }

        /// <summary>Copies rows of the program to the whole batch's user order; zero beyond lengths and before a step.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Gather(Place place, int size, bool isSequence, int firstStep, Span<float> destination)
        {
            ref float rows = ref At(place);
            ref float user = ref MemoryMarshal.GetReference(destination);
            nint row = (nint)Rows * place.Row, userRow = (nint)_owner.UserStride * size;
            for (int b = 0; b < Rows; b++)
            {
                ref float from = ref Unsafe.Add(ref rows, (nint)b * place.Row);
                if (!isSequence)
                {
                    Moves.Rows(ref from, row, ref Unsafe.Add(ref user, (nint)(First + b) * size), userRow, 1, size);
                    continue;
                }

                int end = LengthOf(b), first = Math.Min(firstStep, end);
                ref float to = ref Unsafe.Add(ref user, (nint)_owner.UserRow(First + b, 0) * size);
                Moves.ClearRows(ref to, userRow, first, size);
                Moves.Rows(ref Unsafe.Add(ref from, first * row), row, ref Unsafe.Add(ref to, first * userRow), userRow, end - first, size);
                Moves.ClearRows(ref Unsafe.Add(ref to, end * userRow), userRow, Steps - end, size);
            }
        }

        /// <summary>Copies the rows of a state to the whole batch's order.</summary>
        public void GatherState(Place place, int size, Span<float> destination)
        {
            ref float rows = ref At(place);
            for (int b = 0; b < Rows; b++)
            {
                Row(ref rows, place, b, size).CopyTo(destination[((First + b) * size)..]);
            }
        }

        /// <summary>Row r of what the loss reads, time-major, and its weight: for metrics. Valid after a loss.</summary>
        public ReadOnlySpan<float> LossRow(int row, out float weight, out int targetClass, out ReadOnlySpan<float> target)
        {
            Place place = _area.LossInput ?? _area.Output;
            int size = _plan.OutputSize;
            weight = _weights[row];
            targetClass = _classRows.Length > 0 ? _classRows[row] : -1;
            target = _targetRows.Length > 0 ? _targetRows.Span.Slice(row * _targetRow, size) : default;
            return Row(ref At(place), place, row, size);
        }

        private static Span<float> Row(ref float rows, Place place, int row, int size) =>
            MemoryMarshal.CreateSpan(ref Unsafe.Add(ref rows, (nint)row * place.Row), size);

        private ref float At(Place place)
        {
            ref float arena = ref place.Area == Area.Tape ? ref _tape.Origin : ref _scratch.Origin;
            return ref Unsafe.Add(ref arena, place.Start(Rows, Steps, place.Area == Area.Tape ? (nint)(Steps + 1) * Rows : Rows));
        }

        private int LengthOf(int b) => _owner.LengthOf(First + b);
    }
}
