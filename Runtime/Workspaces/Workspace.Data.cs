// Inputs and targets: the user's buffers and their way into the program's rows.
// Knows orders, lengths and allowed ranges; refuses to know passes.
using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SeqGen.Kernels.V1;

namespace SeqGen;

public sealed partial class Workspace
{
    private float[] _input = [];
    private int[] _tokens = [];
    private int[] _tokenRows = [];
    private float[] _target = [];
    private AlignedBuffer _targetRows = null!;
    private int _targetRow;
    private int[] _classes = [];
    private int[] _classRows = [];

    /// <summary>The input to fill: user order [Batch, Steps, InputSize].</summary>
    public Span<float> Input => _plan.InputSize > 0
        ? _input.AsSpan(0, Batch * Steps * _plan.InputSize)
        : throw new InvalidOperationException($"{_plan.Name} takes tokens: fill Tokens.");

    /// <summary>The tokens to fill: user order [Batch, Steps], each 0 to TokenCount - 1.</summary>
    public Span<int> Tokens => _plan.TokenCount > 0
        ? _tokens.AsSpan(0, Batch * Steps)
        : throw new InvalidOperationException($"{_plan.Name} takes {_plan.InputSize} numbers a step: fill Input.");

    /// <summary>The target to fill: user order [Batch, Steps, OutputSize], or [Batch, OutputSize] where there is one output a sequence.</summary>
    public Span<float> Target => LossKind is LossKind.MeanSquaredError or LossKind.BinaryCrossEntropy
        ? _target.AsSpan(0, OutputRows * _plan.OutputSize)
        : throw new InvalidOperationException(LossKind == LossKind.None ? NoLoss() : $"The loss of {_plan.Name} takes classes: fill TargetClasses.");

    /// <summary>The classes to fill: user order [Batch, Steps], or [Batch] where there is one output a sequence; each 0 to OutputSize - 1.</summary>
    public Span<int> TargetClasses => LossKind == LossKind.SoftmaxCrossEntropy
        ? _classes.AsSpan(0, OutputRows)
        : throw new InvalidOperationException(LossKind == LossKind.None ? NoLoss() : $"The loss of {_plan.Name} takes values: fill Target.");

    private LossKind LossKind => _plan.Loss?.Kind ?? LossKind.None;

    private string NoLoss() => $"{_plan.Name} has no loss: fill OutputGradient before Backward, or give the network a loss attribute.";

    private void AllocateData(int maxRows, int maxOutputRows)
    {
        int targets = WorkspaceSizes.Floats(_plan.OutputSize, maxOutputRows, _plan.Name);
        if (_plan.InputSize > 0)
        {
            _input = new float[WorkspaceSizes.Floats(_plan.InputSize, maxRows, _plan.Name)];
        }
        else
        {
            _tokens = new int[maxRows];
            _tokenRows = new int[maxRows];
        }

        _output = new float[targets];
        switch (LossKind)
        {
            case LossKind.None:
                _outputGradient = _training ? new float[targets] : [];
                break;
            case LossKind.SoftmaxCrossEntropy:
                _classes = new int[maxOutputRows];
                _classRows = new int[maxOutputRows];
                break;
            default:
                _target = new float[targets];
                break;
        }

        // Rows that kernels read: padded to whole blocks. Empty where the loss takes no values.
        _targetRow = (_plan.OutputSize + 15) & ~15;
        _targetRows = new AlignedBuffer(_target.Length == 0 ? 0 : WorkspaceSizes.Floats(_targetRow, maxOutputRows, _plan.Name));
    }

    /// <summary>Copies the input into the program's rows; zero beyond lengths.</summary>
    private void StageInput()
    {
        if (_plan.TokenCount > 0)
        {
            StageTokens();
            return;
        }

        Place place = _area.Input!.Value;
        ref float rows = ref At(place);
        int size = _plan.InputSize;
        for (int b = 0; b < Batch; b++)
        {
            int length = LengthOf(b);
            for (int t = 0; t < Steps; t++)
            {
                Span<float> row = MemoryMarshal.CreateSpan(ref Unsafe.Add(ref rows, (nint)((t * Batch) + b) * place.Row), size);
                if (t < length)
                {
                    _input.AsSpan(UserRow(b, t) * size, size).CopyTo(row);
                }
                else
                {
                    row.Clear();
                }
            }
        }
    }

    private void StageTokens()
    {
        for (int b = 0; b < Batch; b++)
        {
            int length = LengthOf(b);
            for (int t = 0; t < Steps; t++)
            {
                int token = t < length ? _tokens[UserRow(b, t)] : 0;
                if ((uint)token >= (uint)_plan.TokenCount)
                {
                    throw new InvalidOperationException(
                        $"Token {token} at sequence {b}, step {t}: {_plan.Name} takes tokens 0 to {_plan.TokenCount - 1}. Check the encoding of the text, or declare more Tokens.");
                }

                _tokenRows[(t * Batch) + b] = token;
            }
        }
    }

    /// <summary>Works out the weight (1 or 0) of every output row, time-major, and how many count.</summary>
    private void StageWeights()
    {
        if (_weightsReady)
        {
            return;
        }

        int count = 0;
        int steps = _plan.OutputIsSequence ? Steps : 1;
        for (int b = 0; b < Batch; b++)
        {
            for (int t = 0; t < steps; t++)
            {
                bool valid = !_plan.OutputIsSequence || t < LengthOf(b);
                float weight = !valid ? 0 : _hasMask ? _mask[_plan.OutputIsSequence ? UserRow(b, t) : b] : 1;
                _weights[(t * Batch) + b] = weight;
                count += weight != 0 ? 1 : 0;
            }
        }

        _counted = count;
        _weightsReady = true;
    }

    /// <summary>Copies targets into time-major rows; rows that do not count are zero.</summary>
    private void StageTarget()
    {
        int size = _plan.OutputSize;
        int steps = _plan.OutputIsSequence ? Steps : 1;
        for (int b = 0; b < Batch; b++)
        {
            for (int t = 0; t < steps; t++)
            {
                int row = (t * Batch) + b;
                int user = _plan.OutputIsSequence ? UserRow(b, t) : b;
                bool counted = _weights[row] != 0;
                if (LossKind == LossKind.SoftmaxCrossEntropy)
                {
                    int target = counted ? _classes[user] : 0;
                    if ((uint)target >= (uint)size)
                    {
                        string where = _plan.OutputIsSequence ? $"sequence {b}, step {t}" : $"sequence {b}";
                        throw new InvalidOperationException(
                            $"Target class {target} at {where}: {_plan.Name} has classes 0 to {size - 1}. Number classes from 0, or mask the position.");
                    }

                    _classRows[row] = target;
                }
                else if (counted)
                {
                    _target.AsSpan(user * size, size).CopyTo(_targetRows.Span[(row * _targetRow)..]);
                }
                else
                {
                    _targetRows.Span.Slice(row * _targetRow, size).Clear();
                }
            }
        }
    }
}
