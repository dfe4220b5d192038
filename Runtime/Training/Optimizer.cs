// What every optimizer shares: which floats it may touch, and counting updates.
// Knows ranges of the packed master; refuses to know update formulas.
using System;
using System.Collections.Generic;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>An optimizer: turns gradients into changes of the parameters. One optimizer belongs to one network; its state is allocated
/// when it first meets the network and never again.</summary>
/// <remarks>An update sees the packed parameters: also padding, whose values and gradients are zero and must stay zero, so a formula
/// must map (0, 0) to 0. Parameters that are not trainable are never shown to it.</remarks>
public abstract class Optimizer : IRangeUpdate
{
    private ParameterSet? _parameters;
    private GroupRun[]? _runs;

    /// <summary>An optimizer with a learning rate.</summary>
    /// <param name="learningRate">Finite, 0 or more.</param>
    protected Optimizer(float learningRate)
    {
        LearningRate = CheckedRate(learningRate, nameof(learningRate));
    }

    /// <summary>The factor of an update; schedules change it.</summary>
    public float LearningRate
    {
        get;
        set => field = CheckedRate(value, nameof(LearningRate));
    }

    /// <summary>Parameters that are treated in their own way; the first group that has a parameter counts. The names are checked when the optimizer meets the network.</summary>
    public IReadOnlyList<ParameterGroup> Groups { get; init => field = [.. value ?? throw new ArgumentNullException(nameof(Groups))]; } = [];

    /// <summary>Updates so far (k in the formulas, after an update).</summary>
    public int StepCount { get; private set; }

    /// <summary>Numbers that it keeps for each of the packed parameters, attached or not: 2 for Adam, 0 for plain gradient descent.</summary>
    public abstract int SlotCount { get; }

    /// <summary>Bytes of its state for a network: <see cref="SlotCount"/> blocks as long as the packed parameters.</summary>
    public long BytesFor(INetwork network)
    {
        ArgumentNullException.ThrowIfNull(network);
        return SlotCount * AlignedBuffer.BytesOf(network.Core.Plan.ParameterLength);
    }

    /// <summary>Allocates the state for a network; <see cref="Step(ParameterSet, ReadOnlySpan{float})"/> does it when it was not done before.</summary>
    /// <exception cref="InvalidOperationException">The optimizer already belongs to another network.</exception>
    public void Attach(ParameterSet parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (ReferenceEquals(_parameters, parameters))
        {
            return;
        }

        if (_parameters is not null)
        {
            throw new InvalidOperationException(
                $"This {GetType().Name} already belongs to another network, whose accumulated state would spoil {parameters.Core.Plan.Name}. Create one optimizer a network.");
        }

        _runs = Groups.Count > 0 ? ParameterGroup.Runs(parameters, Groups) : null;
        Allocate(parameters.Values.Length);
        _ = parameters.TrainableRanges;
        _parameters = parameters;
    }

    /// <summary>One update of all trainable parameters; rebuilds what is derived from them. Allocates nothing after the first.</summary>
    /// <param name="parameters">The network's parameters.</param>
    /// <param name="gradients">The gradients, packed: <see cref="Workspace.Gradients"/>.</param>
    public void Step(ParameterSet parameters, ReadOnlySpan<float> gradients)
    {
        Attach(parameters);
        if (gradients.Length != parameters.Values.Length)
        {
            throw new ArgumentException(
                $"The packed gradients of {parameters.Core.Plan.Name} are {parameters.Values.Length} floats, {gradients.Length} were given. Pass Workspace.Gradients.",
                nameof(gradients));
        }

        StepCount++;
        Update(parameters, gradients, 0, gradients.Length);
        parameters.Core.PublishUpdate();
    }

    /// <summary>The same with the gradients of a workspace, and on its threads where it has several. The result does not depend on their number.</summary>
    /// <param name="workspace">A workspace for training, after <see cref="Workspace.Backward"/>.</param>
    /// <exception cref="InvalidOperationException">The workspace is not one for training, or the optimizer belongs to another network.</exception>
    public void Step(Workspace workspace)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        _ = workspace.Gradients;
        Attach(workspace.Core.Parameters);
        StepCount++;
        workspace.Update(this);
    }

    /// <summary>Forgets accumulated state and the count of updates.</summary>
    public void Reset()
    {
        StepCount = 0;
        Clear();
    }

    /// <summary>Name and settings in a line, without the learning rate: what must be equal where a training goes on from a checkpoint. An optimizer
    /// of one's own adds its settings.</summary>
    public override string ToString() => GetType().Name;

    /// <summary>What updates leave for those that follow, each as long as the packed parameters; none before <see cref="Attach"/>. Checkpoints hold it.</summary>
    protected abstract IReadOnlyList<OptimizerSlot> Slots { get; }

    /// <summary>Allocates state for packed parameters of a length.</summary>
    protected abstract void Allocate(int length);

    /// <summary>Sets accumulated state to zero.</summary>
    protected abstract void Clear();

    /// <summary>Updates one run of packed parameters; <see cref="StepCount"/> already counts this update.</summary>
    /// <param name="start">Where the run starts in the packed parameters, and in the state.</param>
    /// <param name="parameters">The run.</param>
    /// <param name="gradients">Its gradients.</param>
    /// <param name="settings">The learning rate to take, and whether to decay: those of the run's group.</param>
    /// <remarks>Several threads may call it at the same time, for runs that do not overlap.</remarks>
    protected abstract void Update(int start, Span<float> parameters, ReadOnlySpan<float> gradients, in UpdateSettings settings);

    /// <summary>The accumulated state.</summary>
    internal IReadOnlyList<OptimizerSlot> Accumulated => Slots;

    /// <summary>Goes on from some count of updates, whose state is in place.</summary>
    internal void GoOnFrom(int stepCount) => StepCount = stepCount;

    private protected static IReadOnlyList<OptimizerSlot> SlotsOf(params ReadOnlySpan<(string Name, AlignedBuffer? Values)> slots)
    {
        List<OptimizerSlot> all = [];
        foreach ((string name, AlignedBuffer? values) in slots)
        {
            if (values is not null)
            {
                all.Add(new OptimizerSlot(name, values.Memory));
            }
        }

        return all;
    }

    void IRangeUpdate.Update(ParameterSet parameters, ReadOnlySpan<float> gradients, int from, int to) => Update(parameters, gradients, from, to);

    private void Update(ParameterSet parameters, ReadOnlySpan<float> gradients, int from, int to)
    {
        Span<float> values = parameters.Core.Master.Span;
        UpdateSettings all = new(LearningRate, 1);
        if (_runs is null)
        {
            foreach (Range run in parameters.TrainableWithin(from, to))
            {
                Update(run.Start.Value, values[run], gradients[run], in all);
            }

            return;
        }

        foreach ((int first, int length, int number) in _runs)
        {
            int start = Math.Max(first, from), end = Math.Min(first + length, to);
            if (start < end)
            {
                UpdateSettings settings = number < 0 ? all : new(LearningRate * Groups[number].RateFactor, Groups[number].Decays ? 1 : 0);
                Update(start, values[start..end], gradients[start..end], in settings);
            }
        }
    }

    /// <summary>Checks what keeps a division finite: formulas compute in float.</summary>
    private protected static double CheckedEpsilon(double epsilon) =>
        Settings.Check(epsilon, (float)epsilon > 0 && float.IsFinite((float)epsilon), nameof(epsilon), "above 0 and finite as a float");

    private protected static float CheckedDecay(float weightDecay) => Settings.Check(weightDecay, weightDecay >= 0 && float.IsFinite(weightDecay), nameof(weightDecay), "finite and 0 or more");

    private protected static double CheckedDecay(double weightDecay) =>
        Settings.Check(weightDecay, weightDecay >= 0 && float.IsFinite((float)weightDecay), nameof(weightDecay), "0 or more and finite as a float");

    private static float CheckedRate(float rate, string name) =>
        Settings.Check(rate, rate >= 0 && float.IsFinite(rate), name, "finite and 0 or more (common: 1e-3 for Adam, 1e-1 to 1e-2 for Sgd)");
}

/// <summary>Accumulated state of an optimizer.</summary>
/// <param name="Name">What it is called in files, for instance "velocity".</param>
/// <param name="Values">A number for each of the packed parameters, in their order.</param>
public readonly record struct OptimizerSlot(string Name, Memory<float> Values);
