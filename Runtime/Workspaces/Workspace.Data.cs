// Inputs and targets: the user's buffers for the whole batch.
// Knows sizes and which of them a network has; their way into the program's rows is WorkspacePart's.
using System;
using SeqGen.Kernels.V1;

namespace SeqGen;

public partial class Workspace
{
    private float[] _input = [];
    private int[] _tokens = [];
    private float[] _target = [];
    private int[] _classes = [];

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
        }

        _output = new float[targets];
        switch (LossKind)
        {
            case LossKind.None:
                _outputGradient = _training ? new float[targets] : [];
                break;
            case LossKind.SoftmaxCrossEntropy:
                _classes = new int[maxOutputRows];
                break;
            default:
                _target = new float[targets];
                break;
        }
    }

    private int CountPositions()
    {
        if (!_hasMask)
        {
            int full = _plan.OutputIsSequence ? Batch * Steps : Batch;
            for (int b = 0; b < Batch && _hasLengths && _plan.OutputIsSequence; b++)
            {
                full -= Steps - _lengths[b];
            }

            return full;
        }

        int count = 0;
        for (int b = 0; b < Batch; b++)
        {
            for (int t = 0; t < (_plan.OutputIsSequence ? LengthOf(b) : 1); t++)
            {
                count += _mask[OutputRow(b, t)] != 0 ? 1 : 0;
            }
        }

        return count;
    }

    /// <summary>The row of an output or a target in user order.</summary>
    private int OutputRow(int b, int t) => _plan.OutputIsSequence ? UserRow(b, t) : b;
}
