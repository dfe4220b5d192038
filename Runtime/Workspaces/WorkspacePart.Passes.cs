// The passes over one part's sequences, and one part's share of the work on gradients and parameters.
// Knows the program's entry points; refuses to know what they compute, and who waits for whom.
using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SeqGen.Kernels.V1;

namespace SeqGen;

public partial class Workspace
{
    private protected sealed partial class Part
    {
        /// <summary>The sum of squares of this part's range of the gradients.</summary>
        public double SumOfSquares { get; private set; }

        // Parameters are divided in whole blocks of 16 floats, always in the same way: a thread finds its range in its own cache.
        private (int Start, int End) Range
        {
            get
            {
                long blocks = (_plan.ParameterLength + 15) / 16;
                int parts = _owner._parts.Length;
                return ((int)(blocks * _index / parts * 16), (int)Math.Min(_plan.ParameterLength, blocks * (_index + 1) / parts * 16));
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Forward(ForwardMode mode)
        {
            if (Rows == 0)
            {
                return;
            }

            StageLengths();
            StageInputs();
            StageStates(mode);
            StageResets();
            StageNoise(mode);
            _shape.FirstStep = 0;
            Frame frame = CreateFrame();
            if (_owner._training)
            {
                _core.Program.Forward(in frame);
            }
            else
            {
                _core.Program.Predict(in frame);
            }

            // The way back may write where they are.
            _owner.KeepEarly(this);
        }

        /// <summary>Adds to the gradients: the owner's in the first part, else this part's own, which start at zero each time.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Backward()
        {
            if (_index > 0)
            {
                _gradients!.Span.Clear();
            }

            if (Rows == 0)
            {
                return;
            }

            foreach (Head head in _owner._heads)
            {
                if (head.Kind == LossKind.None)
                {
                    StageOutputGradient(head);
                }
            }

            StageEnds();
            WeightNoise? masks = _owner._weightNoise is { IsOn: true } on ? on : null;
            if (_index == 0)
            {
                masks?.PutAside(_gradients!.Span);
            }

            Frame frame = CreateFrame();
            _core.Program.Backward(in frame, _owner._firstStep);
            masks?.Finish(_gradients!.Span, addAside: _index == 0);
            AddLearned();
        }

        /// <summary>Adds the gradients of learned states, at the beginning of the sequence and of pieces inside, to those of their parameters.</summary>
        private void AddLearned()
        {
            foreach (StateSlot state in _owner._states)
            {
                if (!state.Trains)
                {
                    continue;
                }

                // A way back that ended before the first step has not come to the beginning.
                AddLearned(state, !state.Given && _owner._firstStep == 0 ? state.Plan.InitialGradient : null);
                AddLearned(state, state.Plan.BeginningGradient);
            }
        }

        private void AddLearned(StateSlot state, Place? gradient)
        {
            if (gradient is not { } place)
            {
                return;
            }

            ref float rows = ref At(place);
            for (int b = 0; b < Rows; b++)
            {
                StateLayout.AddLearned(state.Plan, state.LearnedAt, ref Unsafe.Add(ref rows, (nint)b * place.Row), _gradients!.Span);
            }
        }

        /// <summary>Adds the other parts' gradients to the first's, in the order of the parts, over this part's range.</summary>
        public void Reduce()
        {
            (int start, int end) = Range;
            Span<float> sum = _owner._parts[0]._gradients!.Span[start..end];
            for (int i = 1; i < _owner._parts.Length && _owner._parts[i].Rows > 0; i++)
            {
                ReadOnlySpan<float> terms = _owner._parts[i]._gradients!.Span[start..end];
                Span<Vector<float>> sums = MemoryMarshal.Cast<float, Vector<float>>(sum);
                ReadOnlySpan<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(terms);
                for (int k = 0; k < vectors.Length; k++)
                {
                    sums[k] += vectors[k];
                }

                for (int k = vectors.Length * Vector<float>.Count; k < terms.Length; k++)
                {
                    sum[k] += terms[k];
                }
            }
        }

        public void AddSquares()
        {
            (int start, int end) = Range;
            SumOfSquares = GradientRanges.SumOfSquares(_core.Parameters, _owner._parts[0]._gradients!.Span, start, end);
        }

        public void ScaleGradients(float factor)
        {
            (int start, int end) = Range;
            GradientRanges.Scale(_core.Parameters, _owner._parts[0]._gradients!.Span, start, end, factor);
        }

        public void LimitGradients(float most)
        {
            (int start, int end) = Range;
            GradientRanges.Limit(_core.Parameters, _owner._parts[0]._gradients!.Span, start, end, most);
        }

        public void Update(IRangeUpdate update)
        {
            (int start, int end) = Range;
            update.Update(_core.Parameters, _owner._parts[0]._gradients!.Span, start, end);
        }

        private Frame CreateFrame()
        {
            WeightNoise? masks = _owner._weightNoise is { IsOn: true } on ? on : null;
            return new Frame(
                ref (masks?.Master ?? _core.Master).Origin,
                ref (masks?.Derived ?? _core.Derived).Origin,
                ref _owner._training ? ref (masks?.Transposed ?? _core.Transposed).Origin : ref Unsafe.NullRef<float>(),
                ref _tape.Origin,
                ref _scratch.Origin,
                ref _gradients is null ? ref Unsafe.NullRef<float>() : ref _gradients.Origin,
                ref MemoryMarshal.GetArrayDataReference(_tokenRows),
                Rows,
                _shape.Steps[0],
                (_shape.ShortAxes & 1) != 0 ? _shape.Lengths.AsSpan(0, Rows) : default,
                _owner.ComputeInputGradient,
                _shape);
        }
    }
}
