// Losses that were handed in: each sequence of a part is gathered, given to the loss, and its gradient put where the way back starts from.
// Knows rows and means; refuses to know formulas.
using System;
using System.Runtime.CompilerServices;
using SeqGen.Kernels.V1;

namespace SeqGen;

public partial class Workspace
{
    /// <summary>A step at which a loss that was handed in gave a gradient that is no number, in the last sequence that it was called for; null for none.</summary>
    internal (string Loss, string Head, int Step, float Gradient)? CustomGradientNotFinite()
    {
        foreach (Head head in _heads)
        {
            if (_losses[head.Index] is { } loss && _parts[0].GradientsOf(head) is var gradients && gradients.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue) is >= 0 and var at)
            {
                return (loss.Name, head.Plan.Name, at / head.Plan.Size, gradients[at]);
            }
        }

        return null;
    }

    private protected sealed partial class Part
    {
        /// <summary>What a loss that was handed in gave for the last sequence.</summary>
        public ReadOnlySpan<float> GradientsOf(Head head) => _heads[head.Index].Custom is { } room ? room.Gradients.AsSpan(0, room.Steps * head.Plan.Size) : default;

        /// <summary>The part's share of a loss that was handed in, which is called sequence by sequence.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Custom(PartHead mine)
        {
            Head head = mine.Head;
            CustomLoss loss = _owner._losses[head.Index]!;
            int axis = head.Plan.Axis, size = head.Plan.Size, steps = StepsOf(axis);
            double divisor = head.WeightSum == 0 ? 0 : 1 / _owner.DivisorOf(head), sum = 0;
            float scale = (float)(loss.Weight * divisor);
            for (int b = 0; b < Rows; b++)
            {
                int length = axis < 0 ? 1 : LengthOf(axis, b);
                sum += Custom(mine, loss, b, length);
                Place? seed = _owner._training ? _area.Outputs[head.Index].Seed : null;
                for (int t = 0; t < steps && seed is { } write; t++)
                {
                    Span<float> row = Row(ref At(write), write, (t * Rows) + b, size);
                    if (t >= length)
                    {
                        row.Clear();
                        continue;
                    }

                    ReadOnlySpan<float> gradient = mine.Custom!.Gradients.AsSpan(t * size, size);
                    for (int k = 0; k < size; k++)
                    {
                        row[k] = gradient[k] * scale;
                    }
                }
            }

            mine.Share = sum * divisor;
        }

        /// <summary>The loss of one sequence; its gradient is in the room afterwards.</summary>
        private double Custom(PartHead mine, CustomLoss loss, int b, int length)
        {
            Head head = mine.Head;
            CustomRoom room = mine.Custom!;
            Place place = _area.Outputs[head.Index].Output;
            int size = head.Plan.Size, targetSize = head.Target.Length > 0 ? head.Plan.TargetSize : 0;
            ref float y = ref At(place);
            room.Steps = length;
            room.Gradients.AsSpan(0, length * size).Clear();
            bool counts = false;
            for (int t = 0; t < length; t++)
            {
                int row = (t * Rows) + b;
                Row(ref y, place, row, size).CopyTo(room.Outputs.AsSpan(t * size));
                room.Weights[t] = mine.Weights[row];
                counts |= room.Weights[t] != 0;
                if (targetSize == 0)
                {
                    room.Classes[t] = mine.ClassRows[row];
                    continue;
                }

                mine.TargetRows.Span.Slice(row * mine.TargetRow, targetSize).CopyTo(room.Targets.AsSpan(t * targetSize));
                if (head.HasElements)
                {
                    mine.Elements!.Span.Slice(row * mine.TargetRow, targetSize).CopyTo(room.Elements.AsSpan(t * targetSize));
                }
            }

            return !counts ? 0 : loss.Of(new LossSequence
            {
                OutputSize = size,
                TargetSize = targetSize,
                Outputs = room.Outputs.AsSpan(0, length * size),
                Targets = room.Targets.AsSpan(0, length * targetSize),
                Classes = targetSize == 0 ? room.Classes.AsSpan(0, length) : default,
                Weights = room.Weights.AsSpan(0, length),
                ElementWeights = head.HasElements ? room.Elements.AsSpan(0, length * targetSize) : default,
                Gradients = room.Gradients.AsSpan(0, length * size),
            });
        }

        /// <summary>Room for one sequence of a head whose loss was handed in.</summary>
        private sealed class CustomRoom(Head head, int maxSteps, string network)
        {
            public readonly float[] Outputs = new float[WorkspaceSizes.Floats(head.Plan.Size, maxSteps, network)];
            public readonly float[] Gradients = new float[WorkspaceSizes.Floats(head.Plan.Size, maxSteps, network)];
            public readonly float[] Weights = new float[maxSteps];
            public readonly float[] Targets = new float[WorkspaceSizes.Floats(head.Target.Length > 0 ? head.Plan.TargetSize : 0, maxSteps, network)];
            public readonly float[] Elements = new float[WorkspaceSizes.Floats(head.Target.Length > 0 && head.Plan.TargetSize > 1 ? head.Plan.TargetSize : 0, maxSteps, network)];
            public readonly int[] Classes = new int[head.Classes.Length > 0 ? maxSteps : 0];
            public int Steps;
        }
    }
}
