// Prediction over data: outputs, probabilities, classes, intervals.
// Knows batches without updates; refuses to know the training loop.
using System;
using System.Linq;
using SeqGen.Kernels.V1;

namespace SeqGen;

public sealed partial class Trainer
{
    /// <summary>The outputs for some data, without noise: values in the target's unit; of a head of classes what its last layer gives, which is logits (any numbers, the higher the more likely)
    /// where that is linear, and probabilities where it is a softmax or a sigmoid (<see cref="PredictProbabilities"/> gives probabilities of both, <see cref="PredictClasses"/> classes).
    /// Targets are not needed (but by a decoder, which is fed with them: a <c>SequenceDecoder</c> does without).</summary>
    /// <param name="data">What to predict from.</param>
    /// <param name="head">The head whose outputs are wanted; null for the first.</param>
    /// <returns>[N, OutputSize], or [N, T, OutputSize] where there is an output a step (zero beyond lengths).</returns>
    /// <exception cref="ArgumentException">The data does not fit the network, or there is no such head.</exception>
    /// <exception cref="InvalidOperationException">The trainer is in use on another thread.</exception>
    public float[] Predict(SequenceData data, string? head = null)
    {
        using Call call = Enter(nameof(Predict));
        return OutputsOf(data, IndexOf(head), out _);
    }

    /// <summary>The outputs for some data as probabilities: of a head trained with softmax cross entropy or CTC those of its classes, with binary cross entropy those of a yes.</summary>
    /// <param name="data">What to predict from.</param>
    /// <param name="head">The head whose outputs are wanted; null for the first.</param>
    /// <returns>As <see cref="Predict"/>, zero beyond lengths.</returns>
    /// <exception cref="NotSupportedException">The outputs are none of classes.</exception>
    /// <exception cref="ArgumentException">The data does not fit the network, or there is no such head.</exception>
    /// <exception cref="InvalidOperationException">The trainer is in use on another thread.</exception>
    public float[] PredictProbabilities(SequenceData data, string? head = null)
    {
        using Call call = Enter(nameof(PredictProbabilities));
        int index = IndexOf(head);
        ClassScores.RequireClasses(_plan, index, nameof(PredictProbabilities));
        float[] outputs = OutputsOf(data, index, out int steps);
        int size = _plan.Outputs[index].Size;
        for (int row = 0; row < outputs.Length / size; row++)
        {
            Span<float> y = outputs.AsSpan(row * size, size);
            ClassScores.ToProbabilities(_plan, index, y, y, row % steps < LengthOf(data, index, row / steps, steps));
        }

        return outputs;
    }

    /// <summary>The classes for some data: of a head of classes the one with the highest score of each position, of yes and no each output's 1 or 0. -1 beyond lengths, and where scores
    /// are not numbers.</summary>
    /// <param name="data">What to predict from.</param>
    /// <param name="head">The head whose outputs are wanted; null for the first.</param>
    /// <returns>[N], or [N, T] where there is an output a step; of yes and no as many as outputs. (Of a head trained with CTC the most likely class of each step: <see cref="CtcDecoder"/>
    /// makes labels of outputs.)</returns>
    /// <exception cref="NotSupportedException">The outputs are none of classes.</exception>
    /// <exception cref="ArgumentException">The data does not fit the network, or there is no such head.</exception>
    /// <exception cref="InvalidOperationException">The trainer is in use on another thread.</exception>
    public int[] PredictClasses(SequenceData data, string? head = null)
    {
        using Call call = Enter(nameof(PredictClasses));
        int index = IndexOf(head);
        ClassScores.RequireClasses(_plan, index, nameof(PredictClasses));
        float[] outputs = OutputsOf(data, index, out int steps);
        int size = _plan.Outputs[index].Size, width = ClassScores.ClassesAPosition(_plan.Outputs[index]);
        int[] classes = new int[outputs.Length / size * width];
        for (int row = 0; row < outputs.Length / size; row++)
        {
            ClassScores.ToClasses(_plan, index, outputs.AsSpan(row * size, size), classes.AsSpan(row * width, width), row % steps < LengthOf(data, index, row / steps, steps));
        }

        return classes;
    }

    /// <summary>The most likely classes for some data, the most likely first, with their probabilities.</summary>
    /// <param name="data">What to predict from.</param>
    /// <param name="count">How many.</param>
    /// <param name="head">The head whose outputs are wanted; null for the first.</param>
    /// <returns>[N, count], or [N, T, count] where there is an output a step, of both; -1 and 0 beyond lengths.</returns>
    /// <exception cref="NotSupportedException">The outputs are none of classes of which one is right.</exception>
    /// <exception cref="ArgumentException">The data does not fit the network, there is no such head, or it has not so many classes.</exception>
    /// <exception cref="InvalidOperationException">The trainer is in use on another thread.</exception>
    public (int[] Classes, float[] Probabilities) PredictTop(SequenceData data, int count, string? head = null)
    {
        using Call call = Enter(nameof(PredictTop));
        int index = IndexOf(head), size = _plan.Outputs[index].Size;
        ClassScores.RequireClasses(_plan, index, nameof(PredictTop));
        if (_plan.Outputs[index].Loss!.Kind == LossKind.BinaryCrossEntropy)
        {
            throw new NotSupportedException($"{nameof(PredictTop)}: the outputs of {_plan.Name} are a yes or no each, of which any number can be right. Use {nameof(PredictProbabilities)}.");
        }

        Settings.Check(count, count >= 1 && count <= size, nameof(count), $"1 to {size}, the number of classes");
        float[] all = PredictProbabilities(data, head);
        int rows = all.Length / size, steps = rows / data.Count;
        var (classes, probabilities) = (new int[checked(rows * count)], new float[rows * count]);
        for (int row = 0; row < rows; row++)
        {
            Span<int> own = classes.AsSpan(row * count, count);
            if (row % steps >= LengthOf(data, index, row / steps, steps))
            {
                own.Fill(-1);
                continue;
            }

            ClassScores.Top(all.AsSpan(row * size, size), own);
            for (int i = 0; i < count; i++)
            {
                probabilities[(row * count) + i] = own[i] < 0 ? float.NaN : all[(row * size) + own[i]];
            }
        }

        return (classes, probabilities);
    }

    /// <summary>Margins that make intervals of a network's forecasts which hold a promised share of what comes, from data that no training has seen: around the forecasts, around the outer
    /// quantiles of a head that has some, or in multiples of the deviations that a head with <c>[GaussianLikelihood]</c> says.</summary>
    /// <param name="heldOut">Data that the network was not trained with, nor stopped or chosen by.</param>
    /// <param name="coverage">The share that intervals are to hold, 0.9 for instance.</param>
    /// <param name="head">The head; null for the first.</param>
    /// <exception cref="NotSupportedException">The targets are no values.</exception>
    /// <exception cref="ArgumentException">The data does not fit the network, has too few samples, or has no such head.</exception>
    /// <exception cref="InvalidOperationException">The trainer is in use on another thread.</exception>
    public SplitConformal Calibrate(SequenceData heldOut, double coverage, string? head = null)
    {
        using Call call = Enter(nameof(Calibrate));
        int index = IndexOf(head);
        MeasureShape shape = ValuesOf(index, nameof(Calibrate));
        Check(heldOut, losses: true, nameof(heldOut));
        float[] truths = [];
        float[] outputs = OutputsOf(heldOut, index, out int steps, (workspace, isFirst, samples) =>
        {
            if (isFirst)
            {
                truths = Room(heldOut.Count, workspace.StepsOfHead(index), shape.Targets);
                truths.AsSpan().Fill(float.NaN);
            }

            AddTruths(workspace, index, truths.AsSpan(samples[0] * (truths.Length / heldOut.Count)), truths.Length / heldOut.Count / shape.Targets);
        });
        IntervalForm form = FormOf(index, shape);
        var (first, second) = PartsOf(outputs, shape, form);
        int numbers = steps * shape.Targets;
        return form == IntervalForm.Quantiles ? SplitConformal.FitQuantiles(first, second, truths, coverage, numbers)
            : form == IntervalForm.Scaled ? SplitConformal.FitScaled(first, second, truths, coverage, numbers)
            : SplitConformal.Fit(first, truths, coverage, numbers);
    }

    /// <summary>Intervals of forecasts.</summary>
    /// <param name="data">What to predict from.</param>
    /// <param name="conformal">The margins, of this network and head (<see cref="Calibrate"/>).</param>
    /// <param name="head">The head; null for the first.</param>
    /// <returns>Lower and upper ends, [N, targets], or [N, T, targets] where there is an output a step.</returns>
    /// <exception cref="NotSupportedException">The targets are no values.</exception>
    /// <exception cref="ArgumentException">The data or the margins do not fit the network, or there is no such head.</exception>
    /// <exception cref="InvalidOperationException">The trainer is in use on another thread.</exception>
    public (float[] Lower, float[] Upper) PredictIntervals(SequenceData data, SplitConformal conformal, string? head = null)
    {
        using Call call = Enter(nameof(PredictIntervals));
        ArgumentNullException.ThrowIfNull(conformal);
        int index = IndexOf(head);
        MeasureShape shape = ValuesOf(index, nameof(PredictIntervals));
        float[] outputs = OutputsOf(data, index, out int steps);
        IntervalForm form = FormOf(index, shape);
        if (conformal.Form != form || conformal.Numbers != steps * shape.Targets)
        {
            throw new ArgumentException(
                $"The margins are of {conformal.Numbers} numbers around {conformal.Form}; {_plan.Name} forecasts {steps * shape.Targets} numbers a sample here, with {form}. Use those that Calibrate gave for this head and these steps.", nameof(conformal));
        }

        var (lower, upper) = PartsOf(outputs, shape, form);
        conformal.Apply(lower, form == IntervalForm.Absolute ? [] : upper, lower, upper);
        return (lower, upper);
    }

    private MeasureShape ValuesOf(int head, string call)
    {
        MeasureShape shape = HeadMeasures.ShapeOf(_plan, head, 1, []);
        return shape.Kind == TargetKind.Values && _plan.Outputs[head].Loss is { Kind: not LossKind.None } && shape.AreForecasts
            ? shape : throw new NotSupportedException($"{call}: the targets of {_plan.Name}{(_plan.Outputs.Length == 1 ? "" : $" on '{shape.Head}'")} are no values that it forecasts, and have no intervals.");
    }

    private IntervalForm FormOf(int head, MeasureShape shape) => shape.Quantiles.Count > 1 ? IntervalForm.Quantiles
        : _plan.Outputs[head].Loss!.Kind == LossKind.GaussianLikelihood ? IntervalForm.Scaled : IntervalForm.Absolute;

    /// <summary>What intervals are made of: the outer quantiles of outputs, forecasts and deviations, or forecasts (twice).</summary>
    private static (float[] First, float[] Second) PartsOf(float[] outputs, MeasureShape shape, IntervalForm form)
    {
        int rows = outputs.Length / shape.Outputs;
        var (first, second) = (new float[rows * shape.Targets], new float[rows * shape.Targets]);
        for (int i = 0; i < first.Length; i++)
        {
            (int row, int target) = Math.DivRem(i, shape.Targets);
            int at = (row * shape.Outputs) + (target * shape.Stride);
            first[i] = outputs[at];

            // Variances come after all means.
            second[i] = form == IntervalForm.Scaled ? MathF.Sqrt(outputs[at + shape.Targets]) : outputs[at + shape.Stride - 1];
        }

        return (first, second);
    }

    /// <summary>The targets of a batch as outputs lie, but those that do not count. Of windows that overlap each counts once.</summary>
    private static void AddTruths(Workspace workspace, int head, Span<float> truths, int steps)
    {
        int got = workspace.StepsOfHead(head);
        for (int b = 0; b < workspace.Batch; b++)
        {
            for (int t = 0; t < got; t++)
            {
                ReadOnlySpan<float> target = workspace.TargetAt(head, b, t), weights = workspace.WeightsAt(head, b, t);
                Span<float> own = truths.Slice(((b * steps) + steps - got + t) * target.Length, target.Length);
                for (int j = 0; j < own.Length && workspace.CountOf(head, b, t) != 0; j++)
                {
                    own[j] = weights.IsEmpty || weights[j] != 0 ? target[j] : float.NaN;
                }
            }
        }
    }

    /// <summary>Steps of a sample's output.</summary>
    private int LengthOf(SequenceData data, int head, int sample, int steps)
    {
        int axis = _plan.Outputs[head].Axis;
        int[]? lengths = axis < 0 ? null : AxisSteps.Root(_plan, axis) == 0 ? data.Lengths : data.TargetLengths;
        return lengths is null ? steps : AxisSteps.Of(_plan, axis, lengths[data.Index(sample)]);
    }

    private int IndexOf(string? head) => head is null ? 0 : Array.IndexOf(_plan.OutputNames, head) is var index and >= 0 ? index
        : throw new ArgumentException($"{_plan.Name} has no head '{head}'. It has {string.Join(", ", _plan.OutputNames)}.", nameof(head));

    /// <summary>The outputs of a head, sample by sample.</summary>
    /// <param name="data">The samples.</param>
    /// <param name="index">The head.</param>
    /// <param name="steps">Outputs a sample.</param>
    /// <param name="done">Called after every batch, whose targets are then there; null where they are not needed.</param>
    private float[] OutputsOf(SequenceData data, int index, out int steps, BatchDone? done = null)
    {
        bool targets = done is not null || (AxisSteps.TargetAxis(_plan) >= 0 && data is { HasTargets: true });
        Check(data, targets, losses: false, nameof(data));
        if (AxisSteps.TargetAxis(_plan) >= 0 && !targets && DataChecks.TargetSteps(data, _plan) == 0)
        {
            throw new ArgumentException($"The data has no targets to feed the decoder of {_plan.Name} with: use a SequenceDecoder, which feeds it with its own outputs.", nameof(data));
        }

        ParallelWorkspace workspace = WorkspaceFor(data);
        SequenceData rest = Rest(data);
        using BatchReader? reader = ReaderFor(data, rest);
        int size = _plan.Outputs[index].Size;
        steps = 0;
        float[] outputs = [];
        int[] order = Enumerable.Range(0, data.Count).ToArray();
        for (int first = 0; first < order.Length; first += EvaluationBatch)
        {
            int batch = Math.Min(EvaluationBatch, order.Length - first);
            Infer(first > 0 ? rest : data, order, first, batch, workspace, targets, reader);
            done?.Invoke(workspace, first == 0, order.AsSpan(first, batch));
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
}
