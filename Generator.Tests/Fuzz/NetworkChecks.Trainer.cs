// The trainer on the data of a pass: its update, its loop against one written by hand, and the same bits for the same settings.
// Knows settings; refuses to know layers.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using SeqGen.Generator.Tests.Generated;
using SeqGen.Kernels.V1;

namespace SeqGen.Generator.Tests.Fuzz;

internal sealed partial class NetworkChecks
{
    /// <summary>So large that an update is all gradient: what is left of the parameter it is added to has no place in it.</summary>
    private const float Leap = 1 << 20;

    private const int Epochs = 2;

    private void Trainers(PassData drawn)
    {
        PassData data = drawn with
        {
            States = _none,
            Noise = _none,
            Draws = default,
            FinalGradients = _none,
            TargetLengths = Samples.HasTargetLengths(_plan) ? drawn.TargetLengths : [],
        };
        float[] parameters = _network.Parameters.Values.ToArray();
        Try("trainer", () =>
        {
            HeadLosses losses = HandedIn(data);
            CustomLoss[] own = [.. Enumerable.Range(0, _plan.Outputs.Length).Select(i => losses[i]).OfType<CustomLoss>()];
            SequenceData samples = Samples.Of(losses.Plan, data);
            if (!Counts(losses.Plan, data) || data.Batch < FewestOfABatch)
            {
                return;
            }

            Leaps(data, samples, parameters, own);
            Fits(data, samples, parameters, own);
        });
        Judgement.Restore(_network, parameters);
    }

    /// <summary>A trainer refuses batches of one where a batch normalization has one value a sequence.</summary>
    private int FewestOfABatch => _plan.Norms.Any(n => n.PerSequence) ? 2 : 1;

    /// <summary>Heads without a loss are given one of which the gradient is known: the sum of outputs times numbers, as many times as it is divided by.</summary>
    private HeadLosses HandedIn(PassData data) => HeadLosses.With(
        _plan,
        [.. _plan.Outputs.Where(o => o.Loss is null).Select(o => CustomLoss.OfSequences(Product) with { Head = o.Name, Name = "product", Weight = Positions(o, data) })],
        "losses");

    private float Positions(OutputPort head, PassData data)
    {
        int[] lengths = head.Axis < 0 ? [] : AxisSteps.Root(_plan, head.Axis) == 0 ? data.Lengths : data.TargetLengths;
        return Math.Max(1, head.Axis < 0 ? data.Batch : lengths.Length == 0 ? data.Batch * data.StepsOf(_plan, head.Axis) : lengths.Sum(l => AxisSteps.Of(_plan, head.Axis, l)));
    }

    private static double Product(in LossSequence sequence)
    {
        double sum = 0;
        for (int i = 0; i < sequence.Outputs.Length; i++)
        {
            float weight = sequence.Weights[i / sequence.OutputSize];
            sum += (double)weight * sequence.Outputs[i] * sequence.Targets[i];
            sequence.Gradients[i] = weight * sequence.Targets[i];
        }

        return sum;
    }

    /// <summary>Whether every head has something that counts: a trainer refuses data without.</summary>
    private bool Counts(NetworkPlan plan, PassData data) => plan.Outputs.All(o => Counts(o, o == plan.Outputs[0] ? data.First : data.Heads[o.Name], data));

    private bool Counts(OutputPort head, HeadData given, PassData data)
    {
        if (head.Loss!.Kind == LossKind.Ctc)
        {
            return Enumerable.Range(0, data.Batch).Any(b => (given.Mask.Length == 0 || given.Mask[b] > 0)
                && (!head.Loss.ZeroInfinity || ConnectionistTemporal.StepsOf(given.Labels.AsSpan(b * (given.Labels.Length / data.Batch), given.LabelLengths[b])) <= data.LossLengths[b]));
        }

        int? ignored = head.Loss!.IgnoredClass;
        int steps = head.Axis < 0 ? 1 : data.StepsOf(_plan, head.Axis);
        int[] lengths = head.Axis < 0 ? [] : AxisSteps.Root(_plan, head.Axis) == 0 ? data.Lengths : data.TargetLengths;
        return Enumerable.Range(0, data.Batch * steps).Any(i => (given.Mask.Length == 0 || given.Mask.Chunk(given.Mask.Length / (data.Batch * steps)).ElementAt(i).Any(w => w > 0)) && (ignored is null || given.Classes[i] != ignored)
            && (lengths.Length == 0 || i % steps < AxisSteps.Of(_plan, head.Axis, lengths[i / steps])));
    }

    /// <summary>One update of plain gradient descent is the gradient; a pass over everything is the forward pass.</summary>
    private void Leaps(PassData data, SequenceData samples, float[] parameters, CustomLoss[] losses)
    {
        if (_plan.Training!.Noises.Length > 0 || _plan.Training.States.Any(s => s.Start == StateStart.Random))
        {
            return;
        }

        Judgement judged = Judgement.From(_oracle, _network, data, 0);
        Trainer trainer = Trainer.For(_network, new Sgd(Leap), new() { BatchSize = data.Batch, Threads = 1, FitNormalization = false, Losses = losses });
        if (losses.Length == 0)
        {
            CheckLoss(judged, new PassResults { Loss = trainer.Evaluate(samples).Loss }, $"Evaluate, batch {data.Batch}, steps {data.Steps}", training: false);
        }

        try
        {
            trainer.Fit(samples, epochs: 1);
        }
        catch (TrainingDivergedException)
        {
            // Refused because of where it leaps to.
        }

        _counts.Passes++;
        float[] now = _network.Parameters.Values.ToArray();
        foreach (Parameter parameter in _network.Parameters.Where(p => !_plan.Norms.Any(n => n.Mean == p.Name || n.Variance == p.Name)))
        {
            float[] after = parameter.ToArray();
            Judgement.Restore(_network, parameters);
            float[] before = parameter.ToArray();
            Judgement.Restore(_network, now);
            string name = "grad." + parameter.Name;
            if (Rounding(before) / Leap > 1e-6 * judged.Values[name].Max(Math.Abs))
            {
                // A gradient so small that even the leap is lost in the parameter that it is added to.
                continue;
            }

            judged.Check(name, judged.Values[name], [.. after.Zip(before, (a, b) => (float)(((double)b - a) / Leap))], $"an update of Fit, batch {data.Batch}, steps {data.Steps}: {name}");
        }

        Judgement.Restore(_network, parameters);
    }

    /// <summary>Heads of classes, or of yes or no, whose loss declares no weights of them.</summary>
    private IEnumerable<OutputPort> Unweighed() => _plan.Outputs.Where(o => o.Loss is { Kind: LossKind.SoftmaxCrossEntropy or LossKind.CustomOfClasses, ClassWeights: null } or { Kind: LossKind.BinaryCrossEntropy, Option: 0 });

    /// <summary>Half a unit in the last place of the largest.</summary>
    private static double Rounding(float[] values) => values.Max(MathF.Abs) * Math.Pow(2, -24);

    /// <summary>Settings as they fall: twice the same bits, and those of a loop by hand where one can be written in some lines.</summary>
    private void Fits(PassData data, SequenceData samples, float[] parameters, CustomLoss[] losses)
    {
        string[] trained = [.. _network.Parameters.Where(p => p.IsTrainable).Select(p => p.Name)];
        ParameterGroup[] groups = trained.Length > 0 && _draws.Chance(0.3) ? [new(_draws.Pick(trained)) { RateFactor = 0.5f, Decays = false }] : [];
        Func<Optimizer> optimizer = _draws.Pick<Func<Optimizer>>(
            () => new Sgd(0.01f, momentum: 0.9f, nesterov: true) { Groups = groups }, () => new Sgd(0.01f, momentum: 0.9f, dampening: 0.5f, weightDecay: 0.1f) { Groups = groups },
            () => new Adam { Groups = groups }, () => new Adam(weightDecay: 0.1, amsgrad: true) { Groups = groups }, () => new AdamW { Groups = groups },
            () => new RmsProp { Groups = groups }, () => new RmsProp(momentum: 0.9, centered: true) { Groups = groups }, () => new Adagrad(initialAccumulator: 0.1, rateDecay: 0.1) { Groups = groups });
        bool byHand = losses.Length == 0 && _draws.Chance(0.5), stateful = !byHand && _plan.TruncatesBackward && data.Lengths.Length == 0 && _draws.Chance(0.3);
        TrainingInsight? insight = _draws.Chance(0.5) ? new(_draws.Between(1, 3)) { GradientFlow = _draws.Chance(0.5) } : null;
        TrainerOptions options = new()
        {
            BatchSize = _draws.Between(FewestOfABatch, data.Batch),
            Threads = byHand ? 1 : _draws.Between(1, 2),
            Shuffle = !byHand,
            Stateful = stateful,
            Lanes = stateful ? _draws.Between(0, data.Batch + 1) : 0,
            GradientSteps = _plan.TruncatesBackward && _plan.Outputs.All(o => o.Loss?.Kind != LossKind.Ctc) && _draws.Chance(0.2) ? _draws.Between(1 + data.Steps - data.Lengths.Append(data.Steps).Min(), data.Steps) : 0,
            LossReduction = _draws.Pick(LossReduction.Mean, LossReduction.Mean, LossReduction.SumOverSteps),
            Seed = (ulong)_draws.Between(0, 5),
            FitNormalization = !byHand,
            GradientClipping = _draws.Pick(GradientClipping.None, GradientClipping.ByNorm(0.5f), GradientClipping.ByValue(0.1f)),
            LearningRate = byHand ? LearningRateSchedule.Constant : _draws.Pick(
                LearningRateSchedule.Cosine(1, 0.1), LearningRateSchedule.StepDecay(1).PerUpdate(), LearningRateSchedule.ReduceOnPlateau(patience: 0, relative: true), LearningRateSchedule.OneCycle(),
                LearningRateSchedule.Exponential(0.5).WithWarmup(0.5)),
            WeightAverage = !byHand && _draws.Chance(0.3) ? 0.5 : null,
            AccumulatedBatches = byHand ? 1 : _draws.Pick(1, 1, 2, 3),
            TeacherForcing = byHand || !_plan.DecodesByItself ? TeacherForcing.Always : _draws.Pick(TeacherForcing.Constant(0.5), TeacherForcing.Linear(1, 0)),
            Insight = insight,
            Losses = losses,
            ClassWeights = byHand || _draws.Chance(0.6) ? [] : [.. Unweighed().Select(o => ClassWeights.Balanced(_network, samples, o.Name))],
            EarlyStopping = byHand || _draws.Chance(0.5) ? null : new EarlyStopping(1),
        };
        string what = $"{optimizer()}{string.Concat(groups.Select(g => g.ToString()))}, {options.AccumulatedBatches} x batches of {options.BatchSize} of {data.Batch}, {options.Threads} threads{(stateful ? $", stateful, {options.Lanes} lanes" : "")}, {options.LossReduction}, {options.GradientSteps} steps back";
        bool diverged = false;
        float[] first = Fit(options, optimizer(), samples), again = Fit(options with { Insight = null }, optimizer(), samples);
        Same(first, again, $"parameters after Fit again, {what}: ");
        Same(first, InTwo(options, optimizer, samples), $"parameters after Fit in two, {what}: ");
        if (byHand && !diverged)
        {
            Optimizer own = optimizer();
            Workspace workspace = _network.CreateWorkspace(options.BatchSize, data.Steps, maxTargetSteps: data.TargetSteps);
            (workspace.Reduction, workspace.LossSteps) = (options.LossReduction, options.GradientSteps);
            int seen = 0;
            for (int epoch = 0; epoch < Epochs; epoch++)
            {
                for (int at = 0; at < data.Batch; at += options.BatchSize)
                {
                    int[] batch = [.. Enumerable.Range(at, Math.Min(options.BatchSize, data.Batch - at))];
                    workspace.Fill(samples, batch);
                    (workspace.Seed, workspace.SampleOffset) = (options.Seed, seen);
                    seen += batch.Length;
                    workspace.ZeroGradients();
                    workspace.Forward(ForwardMode.Training);
                    workspace.Loss();
                    workspace.Backward(options.GradientSteps);
                    options.GradientClipping.Apply(workspace);
                    own.Step(workspace);
                }
            }

            Same(first, _network.Parameters.Values, $"parameters after a loop by hand, {what}: ");
            Judgement.Restore(_network, parameters);
        }

        // Cancelled after an update and begun again, from the checkpoint that it leaves or in the same trainer.
        float[] InTwo(TrainerOptions settings, Func<Optimizer> with, SequenceData from)
        {
            int updates = Epochs * ((data.Batch + settings.BatchSize - 1) / settings.BatchSize), at = _draws.Between(1, updates);
            using CancellationTokenSource cancellation = new();
            AfterUpdates stop = new(at, cancellation.Cancel);
            if (_draws.Chance(0.5))
            {
                Trainer trainer = Trainer.For(_network, with(), settings);
                trainer.Processors = 2;
                Ends(() => trainer.Fit(from, Epochs, progress: stop, cancellationToken: cancellation.Token));
                Ends(() => trainer.Resume(from, Epochs));
            }
            else
            {
                string folder = Directory.CreateTempSubdirectory("seqgen-fuzz-checkpoints").FullName;
                try
                {
                    Fit(settings, with(), from, folder, stop, cancellation.Token);
                    return Fit(settings, with(), from, folder);
                }
                finally
                {
                    Directory.Delete(folder, recursive: true);
                }
            }

            float[] got = _network.Parameters.Values.ToArray();
            Judgement.Restore(_network, parameters);
            return got;
        }

        float[] Fit(TrainerOptions settings, Optimizer with, SequenceData from, string? folder = null, AfterUpdates? stop = null, CancellationToken cancellation = default)
        {
            Trainer trainer = Trainer.For(_network, with, settings);
            trainer.Processors = 2;
            Ends(() => trainer.Fit(from, Epochs, progress: stop, checkpoints: folder is null ? null : new(folder), cancellationToken: cancellation));
            float[] got = _network.Parameters.Values.ToArray();
            Judgement.Restore(_network, parameters);
            _counts.Passes++;
            return got;
        }

        void Ends(Action training)
        {
            try
            {
                training();
            }
            catch (OperationCanceledException)
            {
                // As it was asked to.
            }
            catch (TrainingDivergedException)
            {
                // A linear cell may grow without end: then it stops twice at the same parameters.
                diverged = true;
            }
        }
    }

    /// <summary>Does something after some updates.</summary>
    private sealed class AfterUpdates(int at, Action what) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (((value.Epoch - 1) * value.Batches) + value.Batch >= at)
            {
                what();
            }
        }
    }
}
