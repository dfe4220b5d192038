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
        /// <summary>This part's share of the batch's loss, without the declared weight: shares add up to the mean over all counted positions.</summary>
        public double LossShare { get; private set; }

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

            StageInput();
            StageStates();
            StageNoise(mode);
            Frame frame = CreateFrame();
            if (_owner._training)
            {
                _core.Program.Forward(in frame);
            }
            else
            {
                _core.Program.Predict(in frame);
            }
        }

        /// <summary>Works out the share of the loss, and in training the gradient of the whole batch's loss that the way back starts from.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Loss(LossPlan loss)
        {
            LossShare = 0;
            if (Rows == 0)
            {
                return;
            }

            StageWeights();
            StageTarget();
            Place read = _area.LossInput ?? _area.Output;
            ref float output = ref At(read);
            int rows = OutputRows, size = _plan.OutputSize;
            ReadOnlySpan<float> weights = _weights.AsSpan(0, rows);
            double value = loss.Kind switch
            {
                LossKind.MeanSquaredError => Losses.MeanSquaredError(ref output, read.Row, ref _targetRows.Origin, _targetRow, weights, rows, size),
                LossKind.BinaryCrossEntropy => Losses.BinaryCrossEntropy(ref output, read.Row, ref _targetRows.Origin, _targetRow, weights, rows, size),
                _ => Losses.SoftmaxCrossEntropy(ref output, read.Row, _classRows, weights, rows, size),
            };

            // The kernels' means are over this part; the loss is a mean over the batch.
            double share = _counted / (double)Math.Max(1, _owner._counted);
            LossShare = value * share;
            if (_owner._training)
            {
                WriteSeed(loss.Kind, weights, (float)(loss.Weight * share));
            }
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

            if (_owner.LossKind == LossKind.None)
            {
                StageOutputGradient();
            }

            Frame frame = CreateFrame();
            _core.Program.Backward(in frame, _owner._firstStep);
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
            SumOfSquares = GradientClipping.SumOfSquares(_core.Parameters, _owner._parts[0]._gradients!.Span, start, end);
        }

        public void Clip(GradientClipping clipping, double norm)
        {
            (int start, int end) = Range;
            clipping.Limit(_core.Parameters, _owner._parts[0]._gradients!.Span, norm, start, end);
        }

        public void Update(Optimizer optimizer)
        {
            (int start, int end) = Range;
            optimizer.Update(_core.Parameters, _owner._parts[0]._gradients!.Span, start, end);
        }

        private void WriteSeed(LossKind kind, ReadOnlySpan<float> weights, float scale)
        {
            Place read = _area.LossInput ?? _area.Output, write = _area.Seed!.Value;
            ref float y = ref At(read);
            ref float seed = ref At(write);
            ref float target = ref _targetRows.Origin;
            int rows = OutputRows, size = _plan.OutputSize;
            switch (kind)
            {
                case LossKind.MeanSquaredError:
                    Losses.MeanSquaredErrorGradient(ref y, read.Row, ref target, _targetRow, weights, rows, size, scale, ref seed, write.Row);
                    break;
                case LossKind.BinaryCrossEntropy:
                    Losses.BinaryCrossEntropyGradient(ref y, read.Row, ref target, _targetRow, weights, rows, size, scale, ref seed, write.Row);
                    break;
                default:
                    Losses.SoftmaxCrossEntropyGradient(ref y, read.Row, _classRows, weights, rows, size, scale, ref seed, write.Row);
                    break;
            }
        }

        private Frame CreateFrame() => new(
            ref _core.Master.Origin,
            ref _core.Derived.Origin,
            ref _owner._training ? ref _core.Transposed.Origin : ref Unsafe.NullRef<float>(),
            ref _tape.Origin,
            ref _scratch.Origin,
            ref _gradients is null ? ref Unsafe.NullRef<float>() : ref _gradients.Origin,
            ref MemoryMarshal.GetArrayDataReference(_tokenRows),
            Rows,
            Steps,
            _owner._hasLengths ? _owner._lengths.AsSpan(First, Rows) : default,
            _owner.ComputeInputGradient);
    }
}
