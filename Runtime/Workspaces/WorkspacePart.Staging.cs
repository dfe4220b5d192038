// From the user's buffers to the program's rows: input, tokens, states, noise, targets, weights.
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
            int steps = noise.PerSequence ? 1 : Steps;
            ref float rows = ref At(noise.Place);
            for (int b = 0; b < Rows; b++)
            {
                for (int t = 0; t < steps; t++)
                {
                    int user = noise.PerSequence ? First + b : _owner.UserRow(First + b, t);
                    values.Slice(user * noise.Width, noise.Width).CopyTo(Row(ref rows, noise.Place, (t * Rows) + b, noise.Width));
                }
            }
        }

        /// <summary>Copies the input into the program's rows; zero beyond lengths.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void StageInput()
        {
            if (_plan.TokenCount > 0)
            {
                StageTokens();
                return;
            }

            Place place = _area.Input!.Value;
            int size = _plan.InputSize;
            for (int b = 0; b < Rows; b++)
            {
                int length = LengthOf(b);
                ref float input = ref MemoryMarshal.GetArrayDataReference(_owner._input);
                ref float from = ref Unsafe.Add(ref input, (nint)_owner.UserRow(First + b, 0) * size);
                ref float to = ref Unsafe.Add(ref At(place), (nint)b * place.Row);
                nint toRow = (nint)Rows * place.Row;
                Moves.Rows(ref from, (nint)_owner.UserStride * size, ref to, toRow, length, size);
                Moves.ClearRows(ref Unsafe.Add(ref to, length * toRow), toRow, Steps - length, size);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void StageTokens()
        {
            for (int b = 0; b < Rows; b++)
            {
                int length = LengthOf(b);
                for (int t = 0; t < Steps; t++)
                {
                    int token = t < length ? _owner._tokens[_owner.UserRow(First + b, t)] : 0;
                    if ((uint)token >= (uint)_plan.TokenCount)
                    {
                        throw new InvalidOperationException(
                            $"Token {token} at sequence {First + b}, step {t}: {_plan.Name} takes tokens 0 to {_plan.TokenCount - 1}. Check the encoding of the text, or declare more Tokens.");
                    }

                    _tokenRows[(t * Rows) + b] = token;
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void StageStates()
        {
            for (int i = 0; i < _area.States.Length; i++)
            {
                StatePlace state = _area.States[i];
                ref float rows = ref At(state.Initial);
                for (int b = 0; b < Rows; b++)
                {
                    _owner._initial.AsSpan(_owner._initialStart[i] + ((First + b) * state.Size), state.Size)
                        .CopyTo(Row(ref rows, state.Initial, b, state.Size));
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void StageNoise(ForwardMode mode)
        {
            if (mode == ForwardMode.Inference && _noiseIsExpected)
            {
                return;
            }

            for (int i = 0; i < _area.Noises.Length; i++)
            {
                NoisePlace noise = _area.Noises[i];
                if (_owner._givenNoise[i])
                {
                    continue;
                }

                int steps = noise.PerSequence ? 1 : Steps;
                ref float rows = ref At(noise.Place);
                if (mode == ForwardMode.Training)
                {
                    // A sequence draws by its number in the whole batch, so that masks do not depend on how it is split.
                    Noise.FillBernoulli(
                        _owner.Seed, (uint)noise.Layer, unchecked((int)_owner.SampleOffset + First), Rows, steps, noise.Width, noise.Keep, ref rows, noise.Place.Row);
                    continue;
                }

                for (int r = 0; r < Rows * steps; r++)
                {
                    Row(ref rows, noise.Place, r, noise.Width).Fill(noise.Expected);
                }
            }

            _noiseIsExpected = mode == ForwardMode.Inference;
        }

        /// <summary>Works out the weight (1 or 0) of every output row, time-major, and how many count.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void StageWeights()
        {
            int count = 0;
            int steps = _plan.OutputIsSequence ? Steps : 1;
            for (int b = 0; b < Rows; b++)
            {
                for (int t = 0; t < steps; t++)
                {
                    bool valid = !_plan.OutputIsSequence || t < LengthOf(b);
                    float weight = !valid ? 0 : _owner._hasMask ? _owner._mask[_owner.OutputRow(First + b, t)] : 1;
                    _weights[(t * Rows) + b] = weight;
                    count += weight != 0 ? 1 : 0;
                }
            }

            _counted = count;
        }

        /// <summary>Copies targets into time-major rows; rows that do not count are zero.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void StageTarget()
        {
            int size = _plan.OutputSize;
            int steps = _plan.OutputIsSequence ? Steps : 1;
            for (int b = 0; b < Rows; b++)
            {
                for (int t = 0; t < steps; t++)
                {
                    int row = (t * Rows) + b;
                    int user = _owner.OutputRow(First + b, t);
                    bool counted = _weights[row] != 0;
                    if (_owner.LossKind == LossKind.SoftmaxCrossEntropy)
                    {
                        int target = counted ? _owner._classes[user] : 0;
                        if ((uint)target >= (uint)size)
                        {
                            string where = _plan.OutputIsSequence ? $"sequence {First + b}, step {t}" : $"sequence {First + b}";
                            throw new InvalidOperationException(
                                $"Target class {target} at {where}: {_plan.Name} has classes 0 to {size - 1}. Number classes from 0, or mask the position.");
                        }

                        _classRows[row] = target;
                    }
                    else if (counted)
                    {
                        _owner._target.AsSpan(user * size, size).CopyTo(_targetRows.Span[(row * _targetRow)..]);
                    }
                    else
                    {
                        _targetRows.Span.Slice(row * _targetRow, size).Clear();
                    }
                }
            }
        }

        /// <summary>Copies the user's output gradient into the program's rows; zero beyond lengths.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void StageOutputGradient()
        {
            Place place = _area.Seed!.Value;
            ref float rows = ref At(place);
            int size = _plan.OutputSize;
            int steps = _plan.OutputIsSequence ? Steps : 1;
            for (int b = 0; b < Rows; b++)
            {
                for (int t = 0; t < steps; t++)
                {
                    Span<float> row = Row(ref rows, place, (t * Rows) + b, size);
                    if (_plan.OutputIsSequence && t >= LengthOf(b))
                    {
                        row.Clear();
                    }
                    else
                    {
                        _owner._outputGradient.AsSpan(_owner.OutputRow(First + b, t) * size, size).CopyTo(row);
                    }
                }
            }
        }
    }
}
