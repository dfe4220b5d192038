// Evaluation and prediction over data.
// Knows batches without updates; refuses to know the training loop.
using System;
using System.Linq;

namespace SeqGen;

public sealed partial class Trainer
{
    /// <summary>The loss and metrics over some data, without noise.</summary>
    /// <exception cref="ArgumentException">The data does not fit the network, or nothing in it counts.</exception>
    /// <exception cref="InvalidOperationException">The trainer is in use on another thread.</exception>
    public EvaluationResult Evaluate(SequenceData data)
    {
        using Call call = Enter(nameof(Evaluate));
        Check(data, losses: true, nameof(data));
        return EvaluateIn(data, Enumerable.Range(0, data.Count).ToArray(), WorkspaceFor(data));
    }

    /// <summary>The outputs for some data, without noise; targets are not needed (but by a decoder, which is fed with them: a
    /// <c>SequenceDecoder</c> does without).</summary>
    /// <param name="data">What to predict from.</param>
    /// <param name="head">The head whose outputs are wanted; null for the first.</param>
    /// <returns>[N, OutputSize], or [N, T, OutputSize] where there is an output a step (zero beyond lengths).</returns>
    /// <exception cref="ArgumentException">The data does not fit the network, or there is no such head.</exception>
    /// <exception cref="InvalidOperationException">The trainer is in use on another thread.</exception>
    public float[] Predict(SequenceData data, string? head = null)
    {
        using Call call = Enter(nameof(Predict));
        int index = head is null ? 0 : Array.IndexOf(_plan.OutputNames, head);
        if (index < 0)
        {
            throw new ArgumentException($"{_plan.Name} has no head '{head}'. It has {string.Join(", ", _plan.OutputNames)}.", nameof(head));
        }

        bool targets = AxisSteps.TargetAxis(_plan) >= 0 && data is { HasTargets: true };
        Check(data, targets, losses: false, nameof(data));
        if (AxisSteps.TargetAxis(_plan) >= 0 && !targets && DataChecks.TargetSteps(data, _plan) == 0)
        {
            throw new ArgumentException($"The data has no targets to feed the decoder of {_plan.Name} with: use a SequenceDecoder, which feeds it with its own outputs.", nameof(data));
        }

        ParallelWorkspace workspace = WorkspaceFor(data);
        SequenceData rest = Rest(data);
        using BatchReader? reader = ReaderFor(data, rest);
        int size = _plan.Outputs[index].Size, steps = 0;
        float[] outputs = [];
        int[] order = Enumerable.Range(0, data.Count).ToArray();
        for (int first = 0; first < order.Length; first += EvaluationBatch)
        {
            int batch = Math.Min(EvaluationBatch, order.Length - first);
            Infer(first > 0 ? rest : data, order, first, batch, workspace, targets, reader);
            int got = workspace.StepsOfHead(index);
            if (outputs.Length == 0)
            {
                steps = got;
                outputs = Room(data.Count, steps, size);
            }

            // Windows that overlap begin with what was read before.
            int known = steps - got;
            outputs.AsSpan(Math.Max(0, (first * steps) - known) * size, first > 0 ? known * size : 0).CopyTo(outputs.AsSpan(first * steps * size));
            ReadOnlySpan<float> y = workspace.OutputOfHead(_plan.Outputs[index].Name);
            for (int b = 0; b < batch; b++)
            {
                for (int t = 0; t < got; t++)
                {
                    int row = _plan.TimeMajor && _plan.Outputs[index].Axis >= 0 ? (t * batch) + b : (b * got) + t;
                    y.Slice(row * size, size).CopyTo(outputs.AsSpan((((first + b) * steps) + known + t) * size));
                }
            }
        }

        return outputs;
    }

    private static float[] Room(int samples, int steps, int size) => (long)samples * steps * size <= Array.MaxLength
        ? new float[samples * steps * size]
        : throw new ArgumentException($"The outputs of {samples} samples of {steps} x {size} are more than one array holds ({Array.MaxLength} floats): predict in parts, with Take and Skip.", "data");

    /// <summary>Steps from one window of a stateful training to the next.</summary>
    private int Advance(SequenceData data) => _options.UpdateSteps > 0 ? _options.UpdateSteps : data.Steps;

    /// <summary>What is to be read of the windows after the first: of those that overlap the last steps.</summary>
    private SequenceData Rest(SequenceData data) => Advance(data) is var steps && steps < data.Steps ? data.Section(data.Steps - steps, steps) : data;

    private EvaluationResult EvaluateIn(SequenceData data, int[] order, ParallelWorkspace workspace)
    {
        SequenceData rest = Rest(data);
        using BatchReader? reader = ReaderFor(data, rest);
        _evaluated.Clear();
        for (int first = 0; first < order.Length; first += EvaluationBatch)
        {
            Infer(first > 0 ? rest : data, order, first, Math.Min(EvaluationBatch, order.Length - first), workspace, targets: true, reader);
            workspace.Loss();
            workspace.AddTo(_evaluated);
        }

        return _evaluated.Result();
    }

    /// <summary>Samples of a pass without updates: one where the sequence is read in one piece.</summary>
    private int EvaluationBatch => _options.Stateful ? 1 : _options.BatchSize;

    /// <summary>What reads ahead; windows that overlap in a stateful training are read as they come.</summary>
    private BatchReader? ReaderFor(SequenceData data, SequenceData rest) => ReferenceEquals(data, rest) ? BatchReader.For(data, EvaluationBatch) : null;

    private void Infer(SequenceData data, int[] order, int first, int count, ParallelWorkspace workspace, bool targets, BatchReader? reader)
    {
        bool keep = _options.Stateful && first > 0;
        ReadOnlySpan<int> samples = order.AsSpan(first, count);
        (workspace.LossSteps, workspace.CarrySteps) = (0, 0);
        if (keep)
        {
            workspace.CarryState();
        }

        if (reader is not null)
        {
            int next = first + count;
            data = reader.Take(samples, order.AsSpan(next, Math.Min(EvaluationBatch, order.Length - next)));
            samples = order.AsSpan(0, count);
        }

        BatchFiller.Fill(data, samples, workspace, targets, keep);
        workspace.Forward(ForwardMode.Inference);
    }

    /// <summary>Checks data.</summary>
    /// <param name="data">The data.</param>
    /// <param name="targets">Whether its targets are used.</param>
    /// <param name="losses">Whether a loss is wanted of them.</param>
    /// <param name="name">The argument that it is.</param>
    private void Check(SequenceData data, bool targets, bool losses, string name)
    {
        DataChecks.Check(data, _plan, targets, name);
        if (losses)
        {
            DataChecks.CheckCounts(data, _plan, name);
        }

        TrainingChecks.RequireUpdateSteps(data, _options, name);
        if (_options.Stateful && data.WhyNotContiguous(Advance(data)) is { } reason)
        {
            throw new ArgumentException($"A stateful training reads the samples one after the other as one long sequence, but {reason}.", name);
        }
    }

    private void Check(SequenceData data, bool losses, string name) => Check(data, targets: true, losses, name);
}
