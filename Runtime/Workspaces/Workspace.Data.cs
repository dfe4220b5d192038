// Inputs and targets: what a user fills, by name or that of the first port.
// Knows sizes and which of them a network has; their way into the program's rows is WorkspacePart's.
using System;
using SeqGen.Kernels.V1;

namespace SeqGen;

public partial class Workspace
{
    /// <summary>The input to fill: user order [Batch, Steps, InputSize].</summary>
    public Span<float> Input => Values(_ports[0]);

    /// <summary>The tokens to fill: user order [Batch, Steps], each 0 to TokenCount - 1.</summary>
    public Span<int> Tokens => TokensOf(_ports[0]);

    /// <summary>The target to fill: user order [Batch, Steps, OutputSize], or [Batch, OutputSize] where there is one output a sequence. Always in its own unit: a network with
    /// <c>NormalizeTargets</c> normalizes it by itself.</summary>
    public Span<float> Target => TargetOf(_heads[0]);

    /// <summary>The classes to fill: user order [Batch, Steps], or [Batch] where there is one output a sequence; each 0 to OutputSize - 1.</summary>
    public Span<int> TargetClasses => TargetClassesOf(_heads[0]);

    /// <summary>An input of numbers to fill, by name: user order [Batch, steps, size]; a decoder's, "decoder_input", has <see cref="TargetSteps"/>.</summary>
    public Span<float> InputOf(string name) => Values(PortOf(name));

    /// <summary>An input of tokens to fill, by name: user order [Batch, steps].</summary>
    public Span<int> TokensOf(string name) => TokensOf(PortOf(name));

    /// <summary>A head's target to fill: user order, as its output.</summary>
    public Span<float> TargetOf(string head) => TargetOf(HeadOf(head));

    /// <summary>A head's classes to fill: user order [Batch, steps], or [Batch].</summary>
    public Span<int> TargetClassesOf(string head) => TargetClassesOf(HeadOf(head));

    /// <summary>Fills a decoder's input with the targets one step late: teacher forcing. First comes the start token, or zeros; the mean
    /// where the network normalizes its targets, and so what the decoder is fed. A number that is not finite is fed as the last that was. Call it after the targets are filled; <c>Fill</c> from a data set has done it.</summary>
    /// <exception cref="NotSupportedException">The network has no decoder that is fed with its targets.</exception>
    public void ShiftTargets()
    {
        if (!CanShiftTargets)
        {
            throw new NotSupportedException($"{_plan.Name} has no decoder whose input has the form of its targets: fill the inputs yourself, InputOf(\"decoder_input\").");
        }

        Head head = _heads[0];
        Port port = _ports[1];
        int axis = head.Plan.Axis, size = port.Plan.Size, start = Math.Max(0, _plan.Decoder?.Start ?? 0);
        for (int b = 0; b < Batch; b++)
        {
            for (int t = 0; t < _steps[axis]; t++)
            {
                int row = UserRow(axis, b, t), before = t == 0 ? 0 : UserRow(axis, b, t - 1);
                if (size == 0)
                {
                    // Beyond a length, and where nothing counts, targets may be anything.
                    int token = t == 0 ? start : head.Classes[before];
                    port.Tokens[row] = (uint)token < (uint)port.Plan.TokenCount ? token : 0;
                }
                else if (t == 0)
                {
                    Begin(port, port.Values.AsSpan(row * size, size));
                }
                else
                {
                    for (int k = 0; k < size; k++)
                    {
                        // What is not known (and must not count) is what was known last.
                        float target = head.Target[(before * size) + k];
                        port.Values[(row * size) + k] = float.IsFinite(target) ? target : port.Values[(before * size) + k];
                    }
                }
            }
        }
    }

    /// <summary>Fills one step of each sequence of a decoder of numbers with what it is fed before its first: zeros, or the mean where the network normalizes it, which is zero to its layers.</summary>
    internal void BeginDecoding()
    {
        Port port = _ports[1];
        for (int b = 0; b < Batch; b++)
        {
            Begin(port, port.Values.AsSpan(UserRow(port.Plan.Axis, b, 0) * port.Plan.Size, port.Plan.Size));
        }
    }

    private static void Begin(Port port, Span<float> row)
    {
        row.Clear();
        port.Moments?.CopyMeans(row);
    }

    /// <summary>Gives the labels of a CTC loss: what each sequence says, without blanks.</summary>
    /// <param name="labels">[Batch, longest], row by row; each a class that is not the blank. Beyond a sequence's length they may be anything, and rows may be wider
    /// than there are steps.</param>
    /// <param name="labelLengths">[Batch], each 0 to longest, and at most the workspace's steps.</param>
    public void SetLabels(ReadOnlySpan<int> labels, ReadOnlySpan<int> labelLengths) => SetLabels(_heads[0], labels, labelLengths);

    /// <summary>The same for one head.</summary>
    /// <param name="head">The head's name.</param>
    /// <param name="labels">See the other overload.</param>
    /// <param name="labelLengths">See the other overload.</param>
    public void SetLabels(string head, ReadOnlySpan<int> labels, ReadOnlySpan<int> labelLengths) => SetLabels(HeadOf(head), labels, labelLengths);

    /// <summary>Says how many steps of each sequence a CTC loss reads, where that is fewer than the network runs over: this limits the loss alone.</summary>
    /// <param name="lengths">[Batch], each 1 to the output's steps; empty for the sequences' lengths.</param>
    public void SetLossLengths(ReadOnlySpan<int> lengths) => SetLossLengths(_heads[0], lengths);

    /// <summary>The same for one head.</summary>
    /// <param name="head">The head's name.</param>
    /// <param name="lengths">See the other overload.</param>
    public void SetLossLengths(string head, ReadOnlySpan<int> lengths) => SetLossLengths(HeadOf(head), lengths);

    /// <summary>Whether the decoder's input has the form of the first head's targets.</summary>
    internal bool CanShiftTargets => _targetAxis >= 0 && _ports.Length > 1 && _heads[0].Plan.Axis == _targetAxis && _ports[1].Plan.Axis == _targetAxis
        && (_ports[1].Plan.Size == 0 ? _heads[0].Classes.Length > 0 : _heads[0].Target.Length > 0 && _heads[0].Plan.TargetSize == _ports[1].Plan.Size);

    private Span<float> Values(Port port) => port.Plan.Size > 0
        ? port.Values.AsSpan(0, RowsOf(port.Plan.Axis) * port.Plan.Size)
        : throw new InvalidOperationException($"{_plan.Name} takes tokens{As(port)}: fill Tokens{Of(port)}.");

    private Span<int> TokensOf(Port port) => port.Plan.TokenCount > 0
        ? port.Tokens.AsSpan(0, RowsOf(port.Plan.Axis))
        : throw new InvalidOperationException($"{_plan.Name} takes {port.Plan.Size} numbers a step{As(port)}: fill Input{Of(port)}.");

    private Span<float> TargetOf(Head head) => head.Target.Length > 0
        ? head.Target.AsSpan(0, RowsOf(head.Plan.Axis) * head.Plan.TargetSize)
        : throw WrongTarget(head);

    private Span<int> TargetClassesOf(Head head) => head.Classes.Length > 0
        ? head.Classes.AsSpan(0, RowsOf(head.Plan.Axis))
        : throw WrongTarget(head);

    private void SetLabels(Head head, ReadOnlySpan<int> labels, ReadOnlySpan<int> lengths)
    {
        head.HasLabels = false;
        if (head.Kind != LossKind.Ctc)
        {
            throw WrongTarget(head);
        }

        if (lengths.Length != Batch)
        {
            ThrowCount(lengths.Length, Batch, $"label lengths [Batch = {Batch}]", nameof(lengths));
        }

        int given = labels.Length / Batch, blank = (int)head.Plan.Loss!.Option, most = _maxSteps[head.Plan.Axis], longest = 0;
        if (given * Batch != labels.Length)
        {
            throw new ArgumentException($"{_plan.Name}: labels are [Batch = {Batch}, longest], a multiple of {Batch}; {labels.Length} were given.", nameof(labels));
        }

        for (int b = 0; b < Batch; b++)
        {
            longest = Math.Max(longest, lengths[b]);
            if (lengths[b] < 0 || lengths[b] > given)
            {
                throw new ArgumentOutOfRangeException(nameof(lengths), lengths[b], $"Sequence {b} has {lengths[b]} labels; it must be 0 to {given}.");
            }

            if (lengths[b] > most)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(lengths), lengths[b], $"Sequence {b} has {lengths[b]} labels; the workspace of {_plan.Name} was created for {most} steps, and there are at most as many labels as steps.");
            }

            foreach (int label in labels.Slice(b * given, lengths[b]))
            {
                if ((uint)label >= (uint)head.Plan.Size || label == blank)
                {
                    throw new ArgumentOutOfRangeException(
                        nameof(labels), label, $"Sequence {b} has the label {label}; {_plan.Name} has classes 0 to {head.Plan.Size - 1}, of which {blank} is the blank and no label.");
                }
            }
        }

        // Row by row: the user's rows may be wider than the longest of them, and than there are steps. In place rows only move towards the front.
        for (int b = 0; b < Batch; b++)
        {
            labels.Slice(b * given, lengths[b]).CopyTo(head.Labels.AsSpan(b * longest));
        }

        lengths.CopyTo(head.LabelLengths);
        (head.LongestLabels, head.HasLabels) = (longest, true);
    }

    private void SetLossLengths(Head head, ReadOnlySpan<int> lengths)
    {
        head.HasLossLengths = false;
        if (head.Kind != LossKind.Ctc)
        {
            throw new NotSupportedException($"Only a CTC loss has lengths of its own; {_plan.Name} has none on '{head.Plan.Name}'. Use SetLengths or SetMask.");
        }

        if (lengths.IsEmpty)
        {
            return;
        }

        if (lengths.Length != Batch)
        {
            ThrowCount(lengths.Length, Batch, $"loss lengths [Batch = {Batch}]", nameof(lengths));
        }

        int steps = StepsOf(head.Plan.Axis);
        for (int b = 0; b < Batch; b++)
        {
            if (lengths[b] < 1 || lengths[b] > steps)
            {
                throw new ArgumentOutOfRangeException(nameof(lengths), lengths[b], $"Sequence {b} has the loss length {lengths[b]}; it must be 1 to {steps}.");
            }
        }

        lengths.CopyTo(head.LossLengths);
        head.HasLossLengths = true;
    }

    private InvalidOperationException WrongTarget(Head head) => new(head.Kind switch
    {
        LossKind.None => NoLoss(),
        LossKind.SoftmaxCrossEntropy or LossKind.CustomOfClasses => $"The loss of {_plan.Name}{On(head)} takes classes: fill TargetClasses{Of(head)}.",
        LossKind.Ctc => $"The loss of {_plan.Name}{On(head)} takes labels: call SetLabels.",
        _ => $"The loss of {_plan.Name}{On(head)} takes values: fill Target{Of(head)}.",
    });

    private string NoLoss() => $"{_plan.Name} has no loss: fill OutputGradient before Backward, or give the network a loss attribute.";

    private string Of(Port port) => port.Index == 0 ? "" : $"Of(\"{port.Plan.Name}\")";

    private string Of(Head head) => head.Index == 0 ? "" : $"Of(\"{head.Plan.Name}\")";

    private string As(Port port) => _ports.Length == 1 ? "" : $" as '{port.Plan.Name}'";

    private string On(Head head) => _heads.Length == 1 ? "" : $" on '{head.Plan.Name}'";

    private void AllocateData()
    {
        for (int i = 0; i < _ports.Length; i++)
        {
            _ports[i] = new Port(_plan.Inputs[i], i, MaxRowsOf(_plan.Inputs[i].Axis), _plan.Name, Moments.Of(_core, _plan.Inputs[i].Normalization));
        }

        for (int i = 0; i < _heads.Length; i++)
        {
            _heads[i] = new Head(_plan.Outputs[i], i, MaxBatch, MaxRowsOf(_plan.Outputs[i].Axis), _training, _plan.Name, Moments.Of(_core, _plan.Outputs[i].Normalization));
        }
    }
}
