// Looking at gates and other activations after a forward pass: copying and counting. Knows places and lengths; refuses to know what the counts are for.
using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using SeqGen.Kernels.V1;

namespace SeqGen;

public partial class Workspace
{
    /// <summary>Adds an activation of the forward pass that was just run to counts: all positions within lengths.</summary>
    internal void AddTo(ActivationCounts counts)
    {
        RequireActivations(counts.Place);
        foreach (Part part in _parts)
        {
            part.AddTo(counts);
        }
    }

    private void ActivationOf(ActivationPlace activation, Span<float> destination)
    {
        RequireActivations(activation);
        long rows = RowsOf(activation.Axis);
        if (destination.Length != rows * activation.Size)
        {
            ThrowCount(destination.Length, rows * activation.Size, $"activation '{activation.Name}' [{rows} x {activation.Size}]", nameof(destination));
        }

        destination.Clear();
        foreach (Part part in _parts)
        {
            part.Gather(activation, destination);
        }
    }

    private void RequireActivations(ActivationPlace activation)
    {
        Require(Phase.Forwarded, $"'{activation.Name}'", nameof(Forward));
        if (_phase == Phase.Differentiated)
        {
            throw new InvalidOperationException($"Backward of {_plan.Name}'s workspace has written over '{activation.Name}': ask for it between Forward and Backward.");
        }
    }

    private protected sealed partial class Part
    {
        /// <summary>Copies an activation to the whole batch's user order; nothing beyond lengths.</summary>
        public void Gather(ActivationPlace activation, Span<float> destination)
        {
            for (int unit = 0; unit < activation.Size; unit += 16)
            {
                ref float first = ref At(activation, unit);
                int width = Math.Min(16, activation.Size - unit);
                for (int b = 0; b < Rows; b++)
                {
                    for (int t = 0; t < (activation.Axis < 0 ? 1 : LengthOf(activation.Axis, b)); t++)
                    {
                        int to = activation.Axis < 0 ? First + b : _owner.UserRow(activation.Axis, First + b, t);
                        Row(ref first, activation.Place, (t * Rows) + b, width).CopyTo(destination[((to * activation.Size) + unit)..]);
                    }
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void AddTo(ActivationCounts counts)
        {
            ActivationPlace place = counts.Place;
            nint row = place.Place.Row;
            int steps = StepsOf(place.Axis);
            Vector<float> lowBound = new(counts.LowBound), highBound = new(counts.HighBound);
            for (int unit = 0; unit < place.Size; unit += Vector<float>.Count)
            {
                // Rows are written in whole blocks of 16, so that a vector never reads beyond them.
                ref float first = ref At(place, unit);
                Vector<int> low = Vector<int>.Zero, high = Vector<int>.Zero;
                int rows = 0;
                for (int t = 0; t < steps; t++)
                {
                    for (int b = 0; b < Rows; b++)
                    {
                        if (place.Axis >= 0 && t >= LengthOf(place.Axis, b))
                        {
                            continue;
                        }

                        Vector<float> values = Vector.LoadUnsafe(ref first, (nuint)(((nint)t * Rows) + b) * (nuint)row);
                        low -= Vector.LessThan(values, lowBound);
                        high -= Vector.GreaterThan(values, highBound);
                        rows++;
                    }
                }

                counts.Add(unit, rows, low, high);
            }
        }

        /// <summary>A unit of row 0.</summary>
        private ref float At(ActivationPlace activation, int unit)
        {
            Place place = activation.Place;
            nint rows = place.Area == Area.Tape ? _classes[place.Class].Rows : Rows;
            return ref Unsafe.Add(ref At(place), activation.Lane + (unit / 16 * (activation.InBlocks ? rows * place.Row : 16)) + (unit % 16));
        }
    }
}
