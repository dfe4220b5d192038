// From the user's buffers to the program's rows: inputs, tokens, lengths, states, noise.
// Knows orders, lengths and allowed ranges; refuses to know passes.
using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SeqGen.Kernels.V1;

namespace SeqGen;

public partial class Workspace
{
    private protected sealed partial class Part
    {
        /// <summary>Writes a given noise, from the whole batch's user order.</summary>
        public void SetNoise(NoisePlace noise, ReadOnlySpan<float> values)
        {
            int axis = AxisOf(noise), steps = StepsOf(axis);
            ref float rows = ref At(noise.Place);
            for (int b = 0; b < Rows; b++)
            {
                for (int t = 0; t < steps; t++)
                {
                    values.Slice(_owner.UserRow(axis, First + b, t) * noise.Width, noise.Width).CopyTo(Row(ref rows, noise.Place, (t * Rows) + b, noise.Width));
                }
            }

            _noiseIsExpected = false;
        }

        private void StageInputs()
        {
            foreach (Port port in _owner._ports)
            {
                StageInput(port);
            }
        }

        /// <summary>Copies an input into the program's rows; zero beyond lengths.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void StageInput(Port port)
        {
            if (port.Plan.TokenCount > 0)
            {
                StageTokens(port);
                return;
            }

            Place place = _area.Inputs[port.Index];
            int size = port.Plan.Size, axis = port.Plan.Axis;
            for (int b = 0; b < Rows; b++)
            {
                int length = LengthOf(axis, b);
                ref float input = ref MemoryMarshal.GetArrayDataReference(port.Values);
                ref float from = ref Unsafe.Add(ref input, (nint)_owner.UserRow(axis, First + b, 0) * size);
                ref float to = ref Unsafe.Add(ref At(place), (nint)b * place.Row);
                nint toRow = (nint)Rows * place.Row;
                Moves.Rows(ref from, (nint)_owner.UserStride * size, ref to, toRow, length, size);
                Moves.ClearRows(ref Unsafe.Add(ref to, length * toRow), toRow, StepsOf(axis) - length, size);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void StageTokens(Port port)
        {
            int axis = port.Plan.Axis, steps = StepsOf(axis), start = _shape.TokenStarts[port.Index];
            for (int b = 0; b < Rows; b++)
            {
                int length = LengthOf(axis, b);
                for (int t = 0; t < steps; t++)
                {
                    int token = t < length ? port.Tokens[_owner.UserRow(axis, First + b, t)] : 0;
                    if ((uint)token >= (uint)port.Plan.TokenCount)
                    {
                        throw new InvalidOperationException(
                            $"Token {token} at sequence {First + b}, step {t}{_owner.As(port)}: {_plan.Name} takes tokens 0 to {port.Plan.TokenCount - 1}. Check the encoding of the text, or declare more Tokens.");
                    }

                    _tokenRows[start + (t * Rows) + b] = token;
                }
            }
        }

        /// <summary>Takes the lengths of this part's sequences over, along every axis.</summary>
        private void StageLengths()
        {
            _shape.ShortAxes = _owner._shortAxes;
            for (int k = 0; k < _shape.Steps.Length && _shape.ShortAxes != 0; k++)
            {
                for (int b = 0; b < Rows; b++)
                {
                    _shape.Lengths[(k * Rows) + b] = LengthOf(k, b);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void StageStates(ForwardMode mode)
        {
            for (int i = 0; i < _owner._states.Length; i++)
            {
                StateSlot state = _owner._states[i];
                StatePlace plan = state.Plan;
                if (plan.Start == StateStart.Hidden)
                {
                    continue;
                }

                StageState(state, i, plan.Initial, state.Given, mode);
                if (plan.Beginning is { } beginning)
                {
                    StageState(state, i, beginning, isGiven: false, mode);
                }
            }
        }

        private void StageState(StateSlot state, int number, Place place, bool isGiven, ForwardMode mode)
        {
            StatePlace plan = state.Plan;
            ref float rows = ref At(place);
            for (int b = 0; b < Rows; b++)
            {
                ref float row = ref Unsafe.Add(ref rows, (nint)b * place.Row);
                if (isGiven)
                {
                    StateLayout.Load(plan, _owner._initial.AsSpan(state.Start + ((First + b) * plan.Size), plan.Size), ref row);
                }
                else if (plan.Start == StateStart.Learned)
                {
                    StateLayout.LoadLearned(plan, state.LearnedAt, _core.Master.Span, ref row);
                }
                else if (plan.Start == StateStart.Random && mode == ForwardMode.Training)
                {
                    StateLayout.Draw(plan, _owner.Seed, NoiseKeys.OfState(number), unchecked((uint)(_owner.SampleOffset + First + b)), ref row);
                }
                else
                {
                    MemoryMarshal.CreateSpan(ref row, place.Row).Clear();
                }
            }
        }

        /// <summary>Writes the gradients of final states: the user's, or zero.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void StageEnds()
        {
            foreach (StateSlot state in _owner._states)
            {
                if (state.Plan.FinalGradient is not { } place)
                {
                    continue;
                }

                ref float rows = ref At(place);
                MemoryMarshal.CreateSpan(ref rows, Rows * place.Row).Clear();
                for (int b = 0; b < Rows && state.HasEnd; b++)
                {
                    StateLayout.Load(state.Plan, _owner._ends.AsSpan(state.Start + ((First + b) * state.Plan.Size), state.Plan.Size), ref Unsafe.Add(ref rows, (nint)b * place.Row));
                }
            }
        }

        /// <summary>Says at which steps pieces begin, to loops of both directions and to windows.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void StageResets()
        {
            if (_area.Resets is not { } places)
            {
                return;
            }

            ref float flags = ref AtOrNull(places.Flags), ends = ref AtOrNull(places.Ends), pieces = ref AtOrNull(places.Pieces);
            for (int b = 0; b < Rows; b++)
            {
                int piece = 0, length = LengthOf(0, b);
                for (int t = 0; t < _shape.Steps[0]; t++)
                {
                    bool begins = t < length && _owner.IsReset(First + b, t), isEnd = t + 1 < length && _owner.IsReset(First + b, t + 1);
                    piece += begins ? 1 : 0;
                    int row = (t * Rows) + b;
                    Put(ref flags, places.Flags, row, begins ? 1 : 0);
                    Put(ref ends, places.Ends, row, isEnd ? 1 : 0);
                    Put(ref pieces, places.Pieces, row, piece);
                }
            }
        }

        private ref float AtOrNull(Place? place)
        {
            if (place is { } p)
            {
                return ref At(p);
            }

            return ref Unsafe.NullRef<float>();
        }

        private static void Put(ref float rows, Place? place, int row, float value)
        {
            if (place is { } p)
            {
                Unsafe.Add(ref rows, (nint)row * p.Row) = value;
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void StageNoise(ForwardMode mode)
        {
            if (mode == ForwardMode.Inference && _noiseIsExpected)
            {
                return;
            }

            _noiseIsExpected = mode == ForwardMode.Inference;
            for (int i = 0; i < _area.Noises.Length; i++)
            {
                NoisePlace noise = _area.Noises[i];
                if (_owner._givenNoise[i] || noise.Life == NoiseLife.Weight)
                {
                    // What is given now may be forgotten before the next pass.
                    _noiseIsExpected &= !_owner._givenNoise[i];
                    continue;
                }

                int steps = StepsOf(AxisOf(noise));
                ref float rows = ref At(noise.Place);
                if (mode == ForwardMode.Training)
                {
                    // A sequence draws by its number in the whole batch, so that masks do not depend on how it is split.
                    Noise.FillBernoulli(
                        _owner.Seed, NoiseKeys.Of(noise), unchecked((int)_owner.SampleOffset + First), Rows, steps, noise.Width, noise.Keep, noise.Scale, ref rows, noise.Place.Row);
                    continue;
                }

                for (int r = 0; r < Rows * steps; r++)
                {
                    Row(ref rows, noise.Place, r, noise.Width).Fill(noise.Expected);
                }
            }
        }
    }
}
