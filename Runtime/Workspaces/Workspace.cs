// A batch of sequences and the passes over it: shape, lengths and mask. The other files of the class hold data, states, noise,
// passes and results, as users see them; the memory that programs work in is WorkspacePart's.
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
/// <para>A training step: <see cref="Fill"/>, or fill <see cref="Input"/> and <see cref="Target"/>; <see cref="Forward"/>, <see cref="Loss"/>,
/// <see cref="ZeroGradients"/>, <see cref="Backward"/>; then an optimizer with <see cref="Gradients"/>.</para>
/// <para>A <see cref="ParallelWorkspace"/> is a workspace that does all this on several threads.</para>
/// </remarks>
public partial class Workspace
{
    private readonly NetworkCore _core;
    private readonly NetworkPlan _plan;
    private readonly WorkArea _area;
    private readonly bool _training;
    private readonly Part[] _parts;
    private readonly int[] _lengths;
    private readonly float[] _mask;
    private bool _hasLengths;
    private bool _hasMask;
    private int _counted;
    private Phase _phase;

    internal Workspace(NetworkCore core, int maxBatch, int maxSteps, bool training, int parts = 1)
    {
        _core = core;
        _plan = core.Plan;
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxBatch);
        ArgumentOutOfRangeException.ThrowIfNegative(maxSteps);
        if (training && !_plan.CanTrain)
        {
            throw new NotSupportedException(
                $"{_plan.Name} was generated without training. Leave Training = false out of its [Network], or create the workspace with training: false.");
        }

        MaxBatch = maxBatch;
        MaxSteps = maxSteps == 0 ? _plan.Timesteps : maxSteps;
        _training = training;
        _area = training ? _plan.Training! : _plan.Inference;
        long rows = (long)MaxBatch * MaxSteps;
        _ = training ? core.Transposed : null;
        _lengths = new int[MaxBatch];
        int maxOutputRows = WorkspaceSizes.Floats(1, _plan.OutputIsSequence ? rows : MaxBatch, _plan.Name);
        _mask = new float[maxOutputRows];
        AllocateData(WorkspaceSizes.Floats(1, rows, _plan.Name), maxOutputRows);
        AllocateStates();
        _givenNoise = new bool[_area.Noises.Length];
        Batch = MaxBatch;
        Steps = MaxSteps;
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

    /// <summary>The most sequences of one pass.</summary>
    public int MaxBatch { get; }

    /// <summary>The most steps of one pass.</summary>
    public int MaxSteps { get; }

    /// <summary>Sequences of the current pass.</summary>
    public int Batch { get; private set; }

    /// <summary>Steps of the current pass, the padding of shorter sequences included.</summary>
    public int Steps { get; private set; }

    /// <summary>Whether the workspace can run the backward pass.</summary>
    public bool IsTraining => _training;

    /// <summary>Positions that the last <see cref="Loss"/> counted.</summary>
    public int CountedPositions => _counted;

    internal NetworkCore Core => _core;

    internal Span<int> LengthsBuffer => _lengths;

    internal Span<float> MaskBuffer => _mask;

    private protected int PartCount => _parts.Length;

    private int OutputRows => _plan.OutputIsSequence ? Batch * Steps : Batch;

    /// <summary>Starts a new pass of another shape: clears lengths, mask and given noise, and sets initial states to zero.
    /// The contents of <see cref="Input"/> and the others are not kept in place when the shape changes: fill them after this call.</summary>
    /// <param name="batch">Sequences, 1 to <see cref="MaxBatch"/>.</param>
    /// <param name="steps">Steps, 1 to <see cref="MaxSteps"/>.</param>
    /// <param name="keepStates">Keeps the initial states (after <see cref="CarryState"/>, for a last chunk that is shorter). The batch stays the same, or
    /// loses its last sequences.</param>
    public void Resize(int batch, int steps, bool keepStates = false)
    {
        if (batch < 1 || batch > MaxBatch)
        {
            throw new ArgumentOutOfRangeException(
                nameof(batch), batch, $"The workspace was created for 1 to {MaxBatch} sequences, {batch} were asked for.{(batch < 1 ? "" : " Create it with a larger maxBatch.")}");
        }

        if (steps < 1 || steps > MaxSteps)
        {
            throw new ArgumentOutOfRangeException(
                nameof(steps), steps, $"The workspace was created for 1 to {MaxSteps} steps, {steps} were asked for.{(steps < 1 ? "" : " Create it with a larger maxSteps.")}");
        }

        if (keepStates && batch > Batch)
        {
            throw new ArgumentException($"States can be kept for the sequences there were: {Batch}, {batch} were asked for.", nameof(keepStates));
        }

        if (!keepStates)
        {
            Array.Clear(_initial);
        }

        Array.Clear(_givenNoise);
        Batch = batch;
        Steps = steps;
        _hasLengths = false;
        _hasMask = false;
        _phase = Phase.Empty;
        foreach (Part part in _parts)
        {
            part.Reshape();
        }
    }

    /// <summary>Says how many steps of each sequence count; later ones have no influence, whatever their input holds.</summary>
    /// <param name="lengths">[Batch], each 1 to <see cref="Steps"/>; empty for all full.</param>
    public void SetLengths(ReadOnlySpan<int> lengths)
    {
        _hasLengths = false;
        if (lengths.IsEmpty)
        {
            return;
        }

        if (lengths.Length != Batch)
        {
            ThrowCount(lengths.Length, Batch, $"lengths [Batch = {Batch}]", nameof(lengths));
        }
        for (int b = 0; b < lengths.Length; b++)
        {
            if (lengths[b] < 1 || lengths[b] > Steps)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(lengths), lengths[b], $"Sequence {b} has length {lengths[b]}; it must be 1 to {Steps}, the workspace's steps. Leave empty sequences out.");
            }

            _hasLengths |= lengths[b] < Steps;
        }

        lengths.CopyTo(_lengths);
    }

    /// <summary>Says which positions count in the loss. (Positions beyond a length never do.)</summary>
    /// <param name="mask">1 where it counts, else 0: user order [Batch, Steps], or [Batch] where the network gives one output a sequence; empty for all 1.</param>
    public void SetMask(ReadOnlySpan<float> mask)
    {
        _hasMask = false;
        if (mask.IsEmpty)
        {
            return;
        }

        if (mask.Length != OutputRows)
        {
            ThrowCount(mask.Length, OutputRows, $"mask {OutputRowsText}", nameof(mask));
        }
        for (int i = 0; i < mask.Length; i++)
        {
            if (mask[i] is not (0f or 1f))
            {
                throw new ArgumentOutOfRangeException(nameof(mask), mask[i], $"Element {i} of the mask is {mask[i]}; it must be 1 (counts) or 0.");
            }
        }

        mask.CopyTo(_mask);
        _hasMask = true;
    }

    private string OutputRowsText => !_plan.OutputIsSequence ? $"[Batch = {Batch}]"
        : _plan.TimeMajor ? $"[Steps = {Steps}, Batch = {Batch}]" : $"[Batch = {Batch}, Steps = {Steps}]";

    /// <summary>The row of user order of a sequence and a step.</summary>
    /// <summary>Rows from one step of a sequence to its next, in the user's order.</summary>
    private int UserStride => _plan.TimeMajor ? Batch : 1;

    private int UserRow(int b, int t) => _plan.TimeMajor ? (t * Batch) + b : (b * Steps) + t;

    private int LengthOf(int b) => _hasLengths ? _lengths[b] : Steps;

    /// <summary>Does some work on every part; on several threads where there are some.</summary>
    private protected virtual void Run(Action<Part> work) => work(_parts[0]);

    private protected void RunPart(Action<Part> work, int part) => work(_parts[part]);

    // Called behind a comparison, not instead of it: the text of an error must not be built when there is none.
    [DoesNotReturn]
    private void ThrowCount(int given, int expected, string what, string argument) => throw new ArgumentException(
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
