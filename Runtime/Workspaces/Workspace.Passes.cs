// The passes: forward, loss, backward, and the order they must come in.
// Knows the program's entry points; refuses to know what they compute.
using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SeqGen.Kernels.V1;

namespace SeqGen;

public sealed partial class Workspace
{
    private float[] _outputGradient = [];
    private int _version;
    private int _firstStep;

    /// <summary>The gradients of the parameters (dLoss/dParameter), packed as <see cref="ParameterSet.Values"/>. They add up over calls of
    /// <see cref="Backward"/> until <see cref="ZeroGradients"/>; <see cref="Parameter.CopyGradientTo"/> gives one parameter's.</summary>
    public Span<float> Gradients => TrainingOnly(nameof(Gradients)).Span;

    /// <summary>The gradient of the output to fill before <see cref="Backward"/>, for networks without a loss: user order, as <see cref="Output"/>.</summary>
    public Span<float> OutputGradient
    {
        get
        {
            TrainingOnly(nameof(OutputGradient));
            return LossKind == LossKind.None
                ? _outputGradient.AsSpan(0, OutputRows * _plan.OutputSize)
                : throw new InvalidOperationException($"{_plan.Name} has a loss: call Loss, which works the gradient of the output out.");
        }
    }

    /// <summary>Sets the gradients to zero.</summary>
    public void ZeroGradients() => TrainingOnly(nameof(ZeroGradients)).Span.Clear();

    /// <summary>Runs the network over the batch.</summary>
    /// <param name="mode">Whether noise is drawn. Training mode needs a workspace made for training.</param>
    public void Forward(ForwardMode mode)
    {
        if (mode == ForwardMode.Training)
        {
            TrainingOnly("Forward(ForwardMode.Training)");
        }

        if (_core.Version == 0)
        {
            throw new InvalidOperationException(
                $"{_plan.Name} has no parameters yet, all are zero. A class with a constructor of its own calls Initialize(seed), or Load, in it.");
        }

        _phase = Phase.Empty;
        StageInput();
        StageStates();
        StageNoise(mode);
        Frame frame = CreateFrame();
        if (_training)
        {
            _core.Program.Forward(in frame);
        }
        else
        {
            _core.Program.Predict(in frame);
        }

        _version = _core.Version;
        _outputReady = false;
        _phase = Phase.Forwarded;
    }

    /// <summary>The loss of the batch against <see cref="Target"/> or <see cref="TargetClasses"/>: the mean over the counted positions,
    /// times the declared weight; 0 where none counts. Also prepares the gradient that <see cref="Backward"/> starts from.</summary>
    public double Loss()
    {
        Require(Phase.Forwarded, nameof(Loss), nameof(Forward));
        if (_plan.Loss is not { Kind: not LossKind.None } loss)
        {
            throw new InvalidOperationException(NoLoss());
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
        if (_training)
        {
            WriteSeed(loss, weights);
        }

        if (_phase == Phase.Forwarded && _training)
        {
            _phase = Phase.Seeded;
        }

        return value * loss.Weight;
    }

    private void WriteSeed(LossPlan loss, ReadOnlySpan<float> weights)
    {
        Place read = _area.LossInput ?? _area.Output, write = _area.Seed!.Value;
        ref float y = ref At(read);
        ref float seed = ref At(write);
        ref float target = ref _targetRows.Origin;
        int rows = OutputRows, size = _plan.OutputSize;
        switch (loss.Kind)
        {
            case LossKind.MeanSquaredError:
                Losses.MeanSquaredErrorGradient(ref y, read.Row, ref target, _targetRow, weights, rows, size, loss.Weight, ref seed, write.Row);
                break;
            case LossKind.BinaryCrossEntropy:
                Losses.BinaryCrossEntropyGradient(ref y, read.Row, ref target, _targetRow, weights, rows, size, loss.Weight, ref seed, write.Row);
                break;
            default:
                Losses.SoftmaxCrossEntropyGradient(ref y, read.Row, _classRows, weights, rows, size, loss.Weight, ref seed, write.Row);
                break;
        }
    }

    /// <summary>Back-propagation through time; adds to <see cref="Gradients"/>.</summary>
    /// <param name="lastSteps">How many of the last steps to go back through; 0 for all. Each forward pass allows one backward pass.</param>
    public void Backward(int lastSteps = 0)
    {
        AlignedBuffer gradients = TrainingOnly(nameof(Backward));
        if (lastSteps < 0 || lastSteps > Steps)
        {
            throw new ArgumentOutOfRangeException(nameof(lastSteps), lastSteps, $"There are {Steps} steps; lastSteps is 1 to {Steps}, or 0 for all.");
        }

        if (_phase == Phase.Differentiated)
        {
            ThrowOrder("A second Backward", "another Forward");
        }

        if (LossKind == LossKind.None)
        {
            Require(Phase.Forwarded, nameof(Backward), nameof(Forward));
            StageOutputGradient();
        }
        else
        {
            Require(Phase.Forwarded, nameof(Backward), "Forward and Loss");
            Require(Phase.Seeded, nameof(Backward), nameof(Loss));
        }

        if (_version != _core.Version)
        {
            throw new InvalidOperationException(
                $"The parameters of {_plan.Name} have changed since Forward: the gradient would belong to neither. Call Forward again, then Loss and Backward.");
        }

        _firstStep = lastSteps == 0 ? 0 : Steps - lastSteps;
        Frame frame = CreateFrame();
        _core.Program.Backward(in frame, _firstStep);
        _ = gradients;
        _hasInputGradient = ComputeInputGradient;
        _inputGradientReady = false;
        _phase = Phase.Differentiated;
    }

    /// <summary>Copies the user's output gradient into the program's rows; zero beyond lengths.</summary>
    private void StageOutputGradient()
    {
        Place place = _area.Seed!.Value;
        ref float rows = ref At(place);
        int size = _plan.OutputSize;
        int steps = _plan.OutputIsSequence ? Steps : 1;
        for (int b = 0; b < Batch; b++)
        {
            for (int t = 0; t < steps; t++)
            {
                Span<float> row = MemoryMarshal.CreateSpan(ref Unsafe.Add(ref rows, (nint)((t * Batch) + b) * place.Row), size);
                if (_plan.OutputIsSequence && t >= LengthOf(b))
                {
                    row.Clear();
                }
                else
                {
                    _outputGradient.AsSpan((_plan.OutputIsSequence ? UserRow(b, t) : b) * size, size).CopyTo(row);
                }
            }
        }
    }

    private Frame CreateFrame() => new(
        ref _core.Master.Origin,
        ref _core.Derived.Origin,
        ref _training ? ref _core.Transposed.Origin : ref Unsafe.NullRef<float>(),
        ref _tape.Origin,
        ref _scratch.Origin,
        ref _gradients is null ? ref Unsafe.NullRef<float>() : ref _gradients.Origin,
        ref MemoryMarshal.GetArrayDataReference(_tokenRows),
        Batch,
        Steps,
        _hasLengths ? _lengths.AsSpan(0, Batch) : default,
        ComputeInputGradient);

    private AlignedBuffer TrainingOnly(string what)
    {
        if (_gradients is null)
        {
            ThrowNotTraining(what);
        }

        return _gradients;
    }

    [DoesNotReturn]
    private void ThrowNotTraining(string what) => throw new InvalidOperationException(
        $"{what} needs a workspace for training; this one of {_plan.Name} was created with training: false.");
}
