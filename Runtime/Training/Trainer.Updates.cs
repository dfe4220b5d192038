// One update: from a batch, or from the gradients of several. Knows passes, sums and counts; refuses to know epochs.
using System;

namespace SeqGen;

public sealed partial class Trainer
{
    /// <summary>One update from one batch, or from the gradients of several. Where it fails, sums, counts and states are those before it.</summary>
    /// <returns>How many batches it was made of.</returns>
    private int Update(Run run, ParallelWorkspace workspace, int epoch, int first, double forced)
    {
        int count = Math.Min(_options.AccumulatedBatches, run.Batches - first);
        long seen = run.State.SamplesSeen;
        int rows = workspace.Batch;
        bool carries = count > 1 && run.GoesOn(first);
        if (count > 1)
        {
            _trained.Save(_sums);
        }

        if (carries)
        {
            workspace.KeepStates();
        }

        InsightMeter? meter = run.Meter is null || !_options.Insight!.IsDue(run.Updates) ? null : run.Meter;
        meter?.Begin();
        double clipped = 1;
        workspace.ZeroGradients();
        try
        {
            for (int batch = first; batch < first + count; batch++)
            {
                seen += Accumulate(run, workspace, epoch, batch, seen, forced, meter);
                if (batch + 1 < first + count)
                {
                    workspace.AddTo(_trained);
                    Carry(workspace);
                }
            }

            if (count > 1)
            {
                workspace.ScaleGradients(1f / count);
            }

            meter?.FollowGradients(run.Train, run.SamplesOf(first));
            meter?.BeforeUpdate(workspace);
            double norm = run.GradientNorm = _options.GradientClipping.Apply(workspace);
            if (!double.IsFinite(norm))
            {
                throw Diverged($"the gradient's norm is {norm}", NormalizesCells ? OnSilence : "", run, workspace, seen - run.SamplesOf(first + count - 1).Length, epoch, first + count - 1);
            }

            if (meter is not null)
            {
                clipped = InsightMeter.Clipped(norm, workspace);
            }

            Optimizer.Step(workspace);
        }
        catch when (count > 1)
        {
            _trained.Load(_sums);
            if (carries)
            {
                workspace.BringBackStates(rows);
            }

            throw;
        }

        if (meter is not null)
        {
            run.State.Add(run.Measurement = meter.AfterUpdate(run.Position, Optimizer.LearningRate, run.GradientNorm, clipped));
        }

        workspace.AddTo(_trained);
        AddToAverage(run.State);
        run.State.SamplesSeen = seen;
        Carry(workspace);
        return count;
    }

    /// <summary>Adds the gradient of a batch to what is there.</summary>
    /// <returns>Its samples.</returns>
    private int Accumulate(Run run, ParallelWorkspace workspace, int epoch, int batch, long seen, double forced, InsightMeter? meter)
    {
        ReadOnlySpan<int> samples = run.SamplesOf(batch);
        run.Fill(batch, workspace);
        SetWindow(run, workspace, batch);
        workspace.Seed = _options.Seed;
        workspace.SampleOffset = seen;
        if (forced < 1)
        {
            _sampler ??= new ScheduledSampler(workspace, _options.Threads, Processors);
            _sampler.Mix(workspace, forced, _options.Seed);
        }

        double loss = meter?.ForwardBackward(workspace, _options.GradientSteps) ?? workspace.ForwardBackward(_options.GradientSteps);
        return double.IsFinite(loss) ? samples.Length : throw Diverged($"the loss is {loss}", "", run, workspace, seen, epoch, batch);
    }

    /// <summary>Which steps' losses count, and after which of them the next window begins.</summary>
    private void SetWindow(Run run, ParallelWorkspace workspace, int batch)
    {
        // The first window of a lane is all new.
        int steps = run.Train.Steps, fresh = run.GoesOn(batch) ? Advance(run.Train) : steps;
        int counted = Math.Min(fresh, _options.GradientSteps > 0 ? _options.GradientSteps : steps);
        workspace.LossSteps = counted < steps ? counted : 0;
        workspace.CarrySteps = _options.UpdateSteps < steps ? _options.UpdateSteps : 0;
        workspace.Reduction = _options.LossReduction;
    }

    private void Carry(ParallelWorkspace workspace)
    {
        if (_options.Stateful)
        {
            workspace.CarryState();
        }
    }
}
