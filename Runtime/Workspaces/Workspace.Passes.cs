// The passes over the whole batch: forward, loss, backward, and the order they must come in.
// Knows what every part has to do; refuses to know how a part does it, and on which thread.
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System;
using SeqGen.Kernels.V1;

namespace SeqGen;

public partial class Workspace
{
    private int _version;
    private int _firstStep;
    private ForwardMode _mode;
    private float _gradientBound;
    private IRangeUpdate? _update;

    /// <summary>The gradients of the parameters (dLoss/dParameter), packed as <see cref="ParameterSet.Values"/>. They add up over calls of
    /// <see cref="Backward"/> until <see cref="ZeroGradients"/>; <see cref="Parameter.CopyGradientTo"/> gives one parameter's.</summary>
    public Span<float> Gradients => TrainingOnly(nameof(Gradients)).Span;

    /// <summary>The gradient of the output to fill before <see cref="Backward"/>, for networks without a loss: user order, as <see cref="Output"/>.</summary>
    public Span<float> OutputGradient => OutputGradientOf(_heads[0]);

    /// <summary>The gradient of a head's output to fill before <see cref="Backward"/>, for heads without a loss: user order, as its output.</summary>
    public Span<float> OutputGradientOf(string head) => OutputGradientOf(HeadOf(head));

    /// <summary>Sets the gradients to zero, and forgets the statistics of batch normalizations that wait for an update as they do.</summary>
    public void ZeroGradients()
    {
        TrainingOnly(nameof(ZeroGradients)).Span.Clear();
        _running?.Forget();
    }

    /// <summary>Runs the network over the batch.</summary>
    /// <param name="mode">Whether noise is drawn. Training mode needs a workspace made for training.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Forward(ForwardMode mode)
    {
        StartForward(mode);
        Run(static part => part.Forward(part.Owner._mode));
        EndForward();
    }

    /// <summary>The loss of the batch against the targets (in normalized units where the network normalizes them): the mean over the counted positions (or what else <see cref="Reduction"/> says), times the declared weight; 0 where none
    /// counts. With several heads, the sum of theirs. Also prepares the gradients that <see cref="Backward"/> starts from.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public double Loss()
    {
        Require(Phase.Forwarded, nameof(Loss), nameof(Forward));
        RequireLoss();
        SumWeights();
        Run(static part => part.Loss());
        if (_phase == Phase.Forwarded && _training)
        {
            _phase = Phase.Seeded;
        }

        return AddLossUp();
    }

    /// <summary>The loss of one head in the last <see cref="Loss"/> or <see cref="ForwardBackward"/>, without its declared weight.</summary>
    /// <param name="head">The head's name.</param>
    public double LossOf(string head)
    {
        Require(Phase.Forwarded, nameof(LossOf), nameof(Forward));
        return HeadOf(head).Value;
    }

    /// <summary>Back-propagation through time; adds to <see cref="Gradients"/>.</summary>
    /// <param name="lastSteps">How many of the last steps to go back through; 0 for all. Each forward pass allows one backward pass.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Backward(int lastSteps = 0)
    {
        TrainingOnly(nameof(Backward));
        int firstStep = FirstStep(lastSteps);
        if (_phase == Phase.Differentiated)
        {
            ThrowOrder("A second Backward", "another Forward");
        }

        if (!HasLoss)
        {
            Require(Phase.Forwarded, nameof(Backward), nameof(Forward));
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

        _firstStep = firstStep;
        Run(static part => part.Backward());
        EndBackward();
    }

    /// <summary><see cref="Forward"/> in training mode, <see cref="Loss"/> and <see cref="Backward"/> in one call. The results are those of
    /// the three calls; a <see cref="ParallelWorkspace"/> lets its threads run through without waiting for each other in between.</summary>
    /// <param name="lastSteps">How many of the last steps to go back through; 0 for all.</param>
    /// <returns>The loss, as <see cref="Loss"/> gives it. The gradients have been added to <see cref="Gradients"/>.</returns>
    /// <exception cref="InvalidOperationException">A token or a class is out of range, or the network has no loss. After the former,
    /// <see cref="Gradients"/> are undefined until <see cref="ZeroGradients"/>.</exception>
    public double ForwardBackward(int lastSteps = 0)
    {
        TrainingOnly(nameof(ForwardBackward));
        RequireLoss();
        int firstStep = FirstStep(lastSteps);
        StartForward(ForwardMode.Training);
        _firstStep = firstStep;
        SumWeights();
        Run(static part =>
        {
            part.Forward(ForwardMode.Training);
            part.Loss();
            part.Backward();
        });
        EndForward();
        EndBackward();
        return AddLossUp();
    }

    /// <summary>The L2 norm of the gradients of all trainable parameters together.</summary>
    internal double GradientNorm()
    {
        TrainingOnly(nameof(Gradients));
        Run(static part => part.AddSquares());
        double sum = 0;
        foreach (Part part in _parts)
        {
            sum += part.SumOfSquares;
        }

        return Math.Sqrt(sum);
    }

    /// <summary>Multiplies the gradients of trainable parameters by a factor.</summary>
    internal void ScaleGradients(float factor)
    {
        _gradientBound = factor;
        Run(static part => part.ScaleGradients(part.Owner._gradientBound));
    }

    /// <summary>Limits the gradients of trainable parameters to [-<paramref name="most"/>, <paramref name="most"/>].</summary>
    internal void LimitGradients(float most)
    {
        _gradientBound = most;
        Run(static part => part.LimitGradients(part.Owner._gradientBound));
    }

    /// <summary>Updates all trainable parameters by their gradients.</summary>
    internal void Update(IRangeUpdate update)
    {
        _update = update;
        Run(static part => part.Update(part.Owner._update!));
        _core.PublishUpdate(_running);
    }

    private void StartForward(ForwardMode mode)
    {
        if (mode == ForwardMode.Training)
        {
            TrainingOnly("Forward(ForwardMode.Training)");
        }

        _core.RequireParameters();
        _phase = Phase.Empty;
        _mode = mode;
        BeginStatistics();
        _nextAfter = CarriesEarly ? CarrySteps : 0;
        _weightNoise?.Stage(mode, Seed, SampleOffset);
    }

    private void EndForward()
    {
        _version = _core.Version;
        _decoded = TargetSteps;
        foreach (Head head in _heads)
        {
            head.OutputReady = false;
        }

        _phase = Phase.Forwarded;
    }

    private int FirstStep(int lastSteps)
    {
        if (lastSteps < 0 || lastSteps > Steps)
        {
            throw new ArgumentOutOfRangeException(nameof(lastSteps), lastSteps, $"There are {Steps} steps; lastSteps is 1 to {Steps}, or 0 for all.");
        }

        if (lastSteps == 0 || lastSteps == Steps)
        {
            return 0;
        }

        return _plan.TruncatesBackward ? Steps - lastSteps : throw new NotSupportedException(
            $"{_plan.Name} cannot go back through its last {lastSteps} steps alone: it reads sequences from their ends or as a whole (a backward direction, " +
            "attention, a strided convolution or a decoder does), so that every step matters. Leave lastSteps out, or use shorter windows.");
    }

    private void EndBackward()
    {
        foreach (StateSlot state in _states)
        {
            state.HasEnd = false;
        }

        if (_parts.Length > 1)
        {
            Run(static part => part.Reduce());
        }

        KeepStatistics();
        _hasInputGradient = ComputeInputGradient;
        foreach (Port port in _ports)
        {
            port.GradientReady = false;
        }

        _phase = Phase.Differentiated;
    }

    internal bool HasLoss
    {
        get
        {
            foreach (Head head in _heads)
            {
                if (head.Kind != LossKind.None)
                {
                    return true;
                }
            }

            return false;
        }
    }

    private Span<float> OutputGradientOf(Head head)
    {
        TrainingOnly(nameof(OutputGradient));
        return head.Kind == LossKind.None
            ? head.Gradient.AsSpan(0, RowsOf(head.Plan.Axis) * head.Plan.Size)
            : throw new InvalidOperationException($"{_plan.Name} has a loss{On(head)}: call Loss, which works the gradient of the output out.");
    }

    private void RequireLoss()
    {
        if (!HasLoss)
        {
            throw new InvalidOperationException(NoLoss());
        }

        foreach (Head head in _heads)
        {
            if (!_training && head.Kind != LossKind.None && _area.Outputs[head.Index].LossInput is null && _plan.HasLossInput(head.Index))
            {
                throw new InvalidOperationException(
                    $"The loss of {_plan.Name}{On(head)} reads what is before its last activation, and a workspace without training keeps the output alone. Create the workspace with training: true.");
            }

            if (head.Kind == LossKind.Ctc && !head.HasLabels)
            {
                throw new InvalidOperationException($"{_plan.Name} has no labels yet{On(head)}: call SetLabels, after Resize.");
            }
        }
    }

    /// <summary>The parts' shares, in their order: the same sum whichever thread was first.</summary>
    private double AddLossUp()
    {
        double total = 0;
        foreach (Head head in _heads)
        {
            double sum = 0;
            foreach (Part part in _parts)
            {
                sum += part.LossShare(head);
            }

            head.Value = sum;
            total += sum * (head.Plan.Loss?.Weight ?? 0);
        }

        return total;
    }

    private AlignedBuffer TrainingOnly(string what)
    {
        AlignedBuffer? gradients = _parts[0].Gradients;
        if (gradients is null)
        {
            ThrowNotTraining(what);
        }

        return gradients;
    }

    [DoesNotReturn]
    private void ThrowNotTraining(string what) => throw new InvalidOperationException(
        $"{what} needs a workspace for training; this one of {_plan.Name} was created with training: false.");
}
