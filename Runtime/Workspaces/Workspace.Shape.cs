// The shape of a pass: batch, steps along every axis, lengths and masks.
// Knows axes and user order; refuses to know what lies along them.
using System;
using SeqGen.Kernels.V1;

namespace SeqGen;

public partial class Workspace
{
    private readonly int[] _steps;
    private readonly int[] _maxSteps;
    private readonly int _targetAxis;

    // [axis, MaxBatch]; an axis's are valid where its bit is set.
    private readonly int[] _lengths;
    private int _shortAxes;

    // User order; empty where the network has none.
    private readonly bool[] _resets;
    private bool _hasResets;

    /// <summary>The most sequences of one pass.</summary>
    public int MaxBatch { get; }

    /// <summary>The most steps of one pass.</summary>
    public int MaxSteps => _maxSteps[0];

    /// <summary>The most steps of a decoder; 0 for networks without one.</summary>
    public int MaxTargetSteps => _targetAxis < 0 ? 0 : _maxSteps[_targetAxis];

    /// <summary>Sequences of the current pass.</summary>
    public int Batch { get; private set; }

    /// <summary>Steps of the current pass (of the source, where there is a decoder), the padding of shorter sequences included.</summary>
    public int Steps => _steps[0];

    /// <summary>Steps of the decoder, the padding of shorter sequences included; 0 for networks without one.</summary>
    public int TargetSteps => _targetAxis < 0 ? 0 : _steps[_targetAxis];

    /// <summary>Steps of the (first) output: those of the input, fewer after convolutions that are valid or strided, a decoder's own; 1 where there
    /// is one output a sequence.</summary>
    public int OutputSteps => StepsOf(_plan.Outputs[0].Axis);

    internal Span<int> LengthsBuffer => _lengths;

    internal Span<int> TargetLengthsBuffer => _lengths.AsSpan(Math.Max(0, _targetAxis) * MaxBatch);

    internal Span<float> MaskBuffer(int head) => _heads[head].Mask;

    /// <summary>The room for weights of elements, made where there was none.</summary>
    internal Span<float> ElementsBuffer(int head) => Elements(_heads[head]);

    internal Span<int> LabelsBuffer(int head) => _heads[head].Labels;

    internal Span<int> LabelLengthsBuffer(int head) => _heads[head].LabelLengths;

    internal Span<int> LossLengthsBuffer(int head) => _heads[head].LossLengths;

    /// <summary>The most labels a sequence of a head with a CTC loss.</summary>
    internal int MaxLabels(int head) => _maxSteps[_heads[head].Plan.Axis];

    internal int StepsOfHead(int head) => StepsOf(_plan.Outputs[head].Axis);

    /// <summary>Starts a new pass of another shape: clears lengths, masks, resets and given noise, and sets initial states back to what they start from
    /// (zero, where nothing else was declared). The contents of <see cref="Input"/> and the others are not kept in place when the shape changes: fill them after this call.</summary>
    /// <param name="batch">Sequences, 1 to <see cref="MaxBatch"/>.</param>
    /// <param name="steps">Steps, 1 to <see cref="MaxSteps"/>. A decoder keeps its <see cref="TargetSteps"/>.</param>
    /// <param name="keepStates">Keeps the initial states (after <see cref="CarryState"/>, for a last chunk that is shorter). The batch stays the same, or
    /// loses its last sequences.</param>
    public void Resize(int batch, int steps, bool keepStates = false) => Reshape(batch, steps, TargetSteps, keepStates);

    /// <summary>The same for an encoder-decoder: both lengths of time.</summary>
    /// <param name="batch">Sequences, 1 to <see cref="MaxBatch"/>.</param>
    /// <param name="steps">Steps of the source, 1 to <see cref="MaxSteps"/>.</param>
    /// <param name="targetSteps">Steps of the decoder, 1 to <see cref="MaxTargetSteps"/>.</param>
    /// <param name="keepStates">See the other overload.</param>
    public void Resize(int batch, int steps, int targetSteps, bool keepStates = false)
    {
        if (_targetAxis < 0)
        {
            throw new ArgumentException(AxisSteps.NoTarget(_plan), nameof(targetSteps));
        }

        if (targetSteps < 1 || targetSteps > MaxTargetSteps)
        {
            throw new ArgumentOutOfRangeException(
                nameof(targetSteps),
                targetSteps,
                $"The workspace was created for 1 to {MaxTargetSteps} steps of the decoder, {targetSteps} were asked for.{(targetSteps < 1 ? "" : " Create it with a larger maxTargetSteps.")}");
        }

        Reshape(batch, steps, targetSteps, keepStates);
    }

    /// <summary>Says how many steps of each sequence count; later ones have no influence, whatever their input holds.</summary>
    /// <param name="lengths">[Batch], each 1 to <see cref="Steps"/>, and as many as an output needs
    /// that comes after a valid or strided convolution; empty for all full.</param>
    public void SetLengths(ReadOnlySpan<int> lengths) => SetLengths(0, lengths);

    /// <summary>Says how many steps of each of a decoder's sequences count.</summary>
    /// <param name="lengths">[Batch], each 1 to <see cref="TargetSteps"/>; empty for all full.</param>
    public void SetTargetLengths(ReadOnlySpan<int> lengths) => SetLengths(
        _targetAxis >= 0 ? _targetAxis : throw new NotSupportedException($"{_plan.Name} has no decoder: its lengths are those of SetLengths."), lengths);

    /// <summary>Says how much positions, or single values of their targets, count in the loss: sum(w loss) / sum(w). (Positions beyond a length never do. Where a weight
    /// is 0, targets may be anything.) Weights of values take memory of their own at the first call.</summary>
    /// <param name="mask">Weights, finite and 0 or more: user order [Batch, Steps] (or [Batch] where the network gives one output a sequence), one number a position;
    /// or as the target, one a value; or [Batch], one a sequence. The length tells. Empty for all 1.</param>
    public void SetMask(ReadOnlySpan<float> mask) => SetMask(_heads[0], mask);

    /// <summary>Says how much positions or values of one head count in its loss.</summary>
    /// <param name="head">The head's name.</param>
    /// <param name="mask">As in the other overload, for the head's output.</param>
    public void SetMask(string head, ReadOnlySpan<float> mask) => SetMask(HeadOf(head), mask);

    /// <summary>Says at which steps pieces begin inside of sequences (episodes, documents): states go back to where they begin before such a step, whatever was given or
    /// carried, windows see zeros before it, and no gradient goes past it. (A random beginning is its sequence's own draw again.) Forgotten by
    /// <see cref="Resize(int, int, bool)"/>, and so by a network's <c>Predict</c>, which calls it: use <see cref="Forward"/>.</summary>
    /// <param name="resets">True where a piece begins: user order [Batch, Steps]; empty for none.</param>
    /// <exception cref="NotSupportedException">The network is declared without resets.</exception>
    public void SetResets(ReadOnlySpan<bool> resets)
    {
        if (!_plan.Resets)
        {
            throw new NotSupportedException($"{_plan.Name} is declared without resets inside of sequences: write Resets = true in its [Network], or give the pieces as sequences of their own.");
        }

        if (!resets.IsEmpty && resets.Length != RowsOf(0))
        {
            ThrowCount(resets.Length, RowsOf(0), $"resets {RowsText(0)}", nameof(resets));
        }

        resets.CopyTo(_resets);
        _hasResets = !resets.IsEmpty;
    }

    internal Span<bool> ResetsBuffer => _resets;

    private bool IsReset(int b, int t) => _hasResets && _resets[UserRow(0, b, t)];

    /// <summary>Steps along an axis; 1 for what there is one of a sequence.</summary>
    private int StepsOf(int axis) => axis < 0 ? 1 : _steps[axis];

    private int RowsOf(int axis) => Batch * StepsOf(axis);

    private int MaxRowsOf(int axis) => WorkspaceSizes.Floats(1, (long)MaxBatch * (axis < 0 ? 1 : _maxSteps[axis]), _plan.Name);

    /// <summary>Rows from one step of a sequence to its next, in the user's order.</summary>
    private int UserStride => _plan.TimeMajor ? Batch : 1;

    /// <summary>The row of user order of a sequence and a step along an axis.</summary>
    private int UserRow(int axis, int b, int t) => axis < 0 ? b : _plan.TimeMajor ? (t * Batch) + b : (b * _steps[axis]) + t;

    private int LengthOf(int axis, int b) => axis < 0 ? 1 : (_shortAxes >> axis & 1) != 0 ? _lengths[(axis * MaxBatch) + b] : _steps[axis];

    private string RowsText(int axis) => axis < 0 ? $"[Batch = {Batch}]"
        : _plan.TimeMajor ? $"[{StepsText(axis)}, Batch = {Batch}]" : $"[Batch = {Batch}, {StepsText(axis)}]";

    private string StepsText(int axis) => (axis == 0 ? "Steps" : axis == _targetAxis ? "TargetSteps" : _plan.Axes[axis].Name) + " = " + _steps[axis];

    private void Reshape(int batch, int steps, int targetSteps, bool keepStates)
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

        Span<int> all = stackalloc int[_steps.Length];
        _steps.CopyTo(all);
        all[0] = steps;
        if (_targetAxis >= 0)
        {
            all[_targetAxis] = targetSteps;
        }

        AxisSteps.FollowAll(_plan, all, nameof(steps));
        all.CopyTo(_steps);
        if (!keepStates)
        {
            ForgetStates();
        }

        Array.Clear(_givenNoise);
        _weightNoise?.Forget();
        Batch = batch;
        _shortAxes = 0;
        _hasResets = false;
        _phase = Phase.Empty;
        foreach (Head head in _heads)
        {
            head.Forget();
        }

        foreach (Part part in _parts)
        {
            part.Reshape();
        }
    }

    private void SetLengths(int axis, ReadOnlySpan<int> lengths)
    {
        bool isShort = false;
        if (!lengths.IsEmpty && lengths.Length != Batch)
        {
            ThrowCount(lengths.Length, Batch, $"lengths [Batch = {Batch}]", nameof(lengths));
        }

        long fewest = lengths.IsEmpty ? 1 : AxisSteps.Fewest(_plan, axis);
        for (int b = 0; b < lengths.Length; b++)
        {
            if (lengths[b] < 1 || lengths[b] > _steps[axis])
            {
                throw new ArgumentOutOfRangeException(
                    nameof(lengths), lengths[b], $"Sequence {b} has length {lengths[b]}; it must be 1 to {_steps[axis]}, the workspace's steps. Leave empty sequences out.");
            }

            if (lengths[b] < fewest)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(lengths), lengths[b], $"Sequence {b} has length {lengths[b]}; {_plan.Name} needs {fewest} steps for an output (the windows of its convolutions). Leave shorter sequences out, or use a causal convolution.");
            }

            isShort |= lengths[b] < _steps[axis];
        }

        if (isShort)
        {
            lengths.CopyTo(_lengths.AsSpan(axis * MaxBatch));
        }

        SetShort(axis, isShort);
        for (int k = axis + 1; k < _steps.Length; k++)
        {
            if (AxisSteps.Root(_plan, k) == axis && k != axis)
            {
                FollowLengths(k);
            }
        }
    }

    private void FollowLengths(int axis)
    {
        AxisPlan plan = _plan.Axes[axis];
        bool isShort = false;
        for (int b = 0; b < Batch; b++)
        {
            int length = AxisSteps.Follow(plan, LengthOf(plan.Source, b));
            _lengths[(axis * MaxBatch) + b] = length;
            isShort |= length < _steps[axis];
        }

        SetShort(axis, isShort);
    }

    private void SetShort(int axis, bool isShort) => _shortAxes = isShort ? _shortAxes | (1 << axis) : _shortAxes & ~(1 << axis);

    private void SetMask(Head head, ReadOnlySpan<float> mask)
    {
        head.HasMask = head.HasElements = false;
        if (mask.IsEmpty)
        {
            return;
        }

        if (head.Kind == LossKind.Ctc)
        {
            if (mask.Length != Batch)
            {
                ThrowCount(mask.Length, Batch, $"mask [Batch = {Batch}] (the loss counts whole sequences, and takes no mask of steps: SetLossLengths limits those)", nameof(mask));
            }
        }

        int rows = head.Kind == LossKind.Ctc ? Batch : RowsOf(head.Plan.Axis), size = head.MaskSize;
        if (mask.Length != rows && mask.Length != rows * size && mask.Length != Batch)
        {
            string texts = $"mask {RowsText(head.Plan.Axis)}{(size > 1 ? $" (or one for each of {size} values, or one a sequence)" : head.Plan.Axis >= 0 ? " (or one a sequence)" : "")}";
            ThrowCount(mask.Length, rows, texts, nameof(mask));
        }

        for (int i = 0; i < mask.Length; i++)
        {
            if (!(mask[i] >= 0 && float.IsFinite(mask[i])))
            {
                throw new ArgumentOutOfRangeException(nameof(mask), mask[i], $"Element {i} of the mask is {mask[i]}; weights are finite and 0 (does not count) or more.");
            }
        }

        if (mask.Length == rows)
        {
            mask.CopyTo(head.Mask);
            head.HasMask = true;
        }
        else if (mask.Length == Batch)
        {
            // From the last: what is read may lie in what is written.
            for (int b = Batch - 1; b >= 0; b--)
            {
                float weight = mask[b];
                for (int t = 0; t < StepsOf(head.Plan.Axis); t++)
                {
                    head.Mask[UserRow(head.Plan.Axis, b, t)] = weight;
                }
            }

            head.HasMask = true;
        }
        else if (head.Plan.Loss?.Program is { Size: 1 } program)
        {
            throw new NotSupportedException(
                $"The mask has a weight for each of {size} values of a target, and [{program.Name}] of {_plan.Name} gives one number for a whole position: give a weight for each position (of missing targets, MissingTargets.Positions), or let its method Loss give a Vec with a loss for each value.");
        }
        else if (_losses[head.Index] is { WeighsElements: false } loss)
        {
            throw new NotSupportedException(
                $"The mask has a weight for each of {size} values of a target, and '{loss.Name}' of {_plan.Name} is a loss of whole positions: give a weight for each position (of missing targets, MissingTargets.Positions), or use CustomLoss.OfElements or OfSequences.");
        }
        else
        {
            mask.CopyTo(Elements(head));
            head.HasElements = true;
        }
    }

    private float[] Elements(Head head)
    {
        if (head.Elements is null)
        {
            head.Elements = new float[head.Target.Length];
            foreach (Part part in _parts)
            {
                part.AllowElements(head);
            }
        }

        return head.Elements;
    }
}
