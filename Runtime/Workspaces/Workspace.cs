// A batch of sequences and the passes over it: the class's parts and its construction. The other files of the class hold shape, ports,
// heads, data, states, noise, passes and results, as users see them; the memory that programs work in is WorkspacePart's.
// Knows user order and the whole batch; refuses to know places and what the network computes.
using System;
using System.Diagnostics.CodeAnalysis;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>Everything one pass over a batch needs: input, target, lengths, states, noise, and what comes out.</summary>
/// <remarks>
/// Used by one thread at a time; any number of workspaces may share a network. Nothing but its construction allocates (and the first
/// time <see cref="ComputeInputGradient"/> is set). Sequences are [batch, time, features], row-major, or [time, batch, features] where the
/// network was declared time-major; "user order" below means this order.
/// <para>A training step: <c>Fill</c>, or fill <see cref="Input"/> and <see cref="Target"/>; <see cref="Forward"/>, <see cref="Loss"/>,
/// <see cref="ZeroGradients"/>, <see cref="Backward"/>; then an optimizer with <see cref="Gradients"/>.</para>
/// <para>Networks with several inputs or heads have each under its name (<see cref="InputOf"/>, <see cref="TargetOf(string)"/>,
/// <see cref="OutputOfHead"/>); the members without a name mean the first. An encoder-decoder has two lengths of time: <see cref="Steps"/> are
/// the source's, <see cref="TargetSteps"/> the decoder's, whose input is "decoder_input" (see <see cref="ShiftTargets"/>).</para>
/// <para>A <see cref="ParallelWorkspace"/> is a workspace that does all this on several threads.</para>
/// </remarks>
public partial class Workspace
{
    private readonly NetworkCore _core;
    private readonly HeadLosses _losses;
    private readonly NetworkPlan _plan;
    private readonly WorkArea _area;
    private readonly bool _training;
    private readonly Part[] _parts;
    private Phase _phase;

    // The thread whose pass runs; 0 for none.
    private int _user;

    internal Workspace(NetworkCore core, int maxBatch, int maxSteps, bool training, int parts = 1, int maxTargetSteps = 0, HeadLosses? losses = null)
    {
        _core = core;
        _losses = losses ?? HeadLosses.Declared(core.Plan);
        _plan = _losses.Plan;
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxBatch);
        ArgumentOutOfRangeException.ThrowIfNegative(maxSteps);
        ArgumentOutOfRangeException.ThrowIfNegative(maxTargetSteps);
        if (training && !_plan.CanTrain)
        {
            throw new NotSupportedException(
                $"{_plan.Name} was generated without training. Leave Training = false out of its [Network], or create the workspace with training: false.");
        }

        MaxBatch = maxBatch;
        _training = training;
        _area = training ? _plan.Training! : _plan.Inference;
        _maxSteps = AxisSteps.Capacity(_plan, maxSteps, maxTargetSteps);
        _ = training ? core.Transposed : null;
        _targetAxis = AxisSteps.TargetAxis(_plan);
        WorkspaceSizes.Check(_plan, _area, maxBatch, _maxSteps, parts);
        _steps = (int[])_maxSteps.Clone();
        _lengths = new int[_steps.Length * MaxBatch];
        _ports = new Port[_plan.Inputs.Length];
        _heads = new Head[_plan.Outputs.Length];
        AllocateData();
        AllocateStates();
        _resets = new bool[_plan.Resets ? MaxRowsOf(0) : 0];
        _givenNoise = new bool[_area.Noises.Length];
        _weightNoise = WeightNoise.For(core, _area.Noises);
        Batch = MaxBatch;
        AllocateStatistics(parts);
        _parts = new Part[parts];
        for (int i = 0; i < parts; i++)
        {
            _parts[i] = new Part(this, i, BatchSplit.Capacity(MaxBatch, parts));
            _parts[i].Reshape();
        }
    }

    private enum Phase
    {
        Empty,
        Forwarded,
        Seeded,
        Differentiated,
    }

    /// <summary>Whether the workspace can run the backward pass.</summary>
    public bool IsTraining => _training;

    internal NetworkCore Core => _core;

    /// <summary>The network's plan, with the losses that were handed in.</summary>
    internal NetworkPlan Plan => _plan;

    private protected int PartCount => _parts.Length;

    /// <summary>Does some work on every part; on several threads where there are some.</summary>
    private void Run(Action<Part> work)
    {
        using OneThread.Stay stay = OneThread.Enter(ref _user, "A workspace", _plan.Name);
        RunParts(work);
    }

    private protected virtual void RunParts(Action<Part> work) => work(_parts[0]);

    private protected void RunPart(Action<Part> work, int part) => work(_parts[part]);

    // Called behind a comparison, not instead of it: the text of an error must not be built when there is none.
    [DoesNotReturn]
    private void ThrowCount(int given, long expected, string what, string argument) => throw new ArgumentException(
        $"{_plan.Name}: {what} has {expected} elements here, {given} were given. Resize sets batch and steps.", argument);

    private void Require(Phase phase, string what, string first)
    {
        if (_phase < phase)
        {
            ThrowOrder(what, first);
        }
    }

    [DoesNotReturn]
    private void ThrowOrder(string what, string first) =>
        throw new InvalidOperationException($"{what} of {_plan.Name}'s workspace needs {first} first (Resize starts over).");
}
