// What a network, data and settings must be for a training. Knows sizes; refuses to know values.
using System;
using SeqGen.Kernels.V1;

namespace SeqGen;

internal static class TrainingChecks
{
    /// <summary>Fails where a network was generated without training.</summary>
    public static void RequireTraining(NetworkPlan plan)
    {
        if (!plan.CanTrain)
        {
            throw new NotSupportedException($"{plan.Name} was generated without training. Leave Training = false out of its [Network].");
        }
    }

    /// <summary>Fails where settings about windows do not fit the network, or each other.</summary>
    public static void RequireWindowSettings(NetworkPlan plan, TrainerOptions options)
    {
        if (options.ShuffleBlock > 0 && (options.Stateful || !options.Shuffle))
        {
            throw new ArgumentException(
                $"{nameof(options.ShuffleBlock)} says how samples are shuffled, and {(options.Stateful ? "a Stateful training shuffles whole Lanes" : "Shuffle is off")}: leave it out.", nameof(options));
        }

        if (!options.Stateful && (options.UpdateSteps > 0 || options.Lanes > 0))
        {
            throw new ArgumentException($"{(options.UpdateSteps > 0 ? nameof(options.UpdateSteps) : nameof(options.Lanes))} is about windows that follow each other: set Stateful = true, or leave it out.", nameof(options));
        }

        if (options.BucketBatches > 0 && (options.Stateful || options.GradientSteps > 0 || options.ShuffleBlock > 0))
        {
            string why = options.Stateful ? "a Stateful training reads them one after the other" : options.GradientSteps > 0 ? "GradientSteps counts from the end of all steps" : "ShuffleBlock keeps neighbours on the disk together";
            throw new ArgumentException($"BucketBatches puts samples into another order and ends batches where their longest sample ends: {why}. Leave one of them out.", nameof(options));
        }

        if (options.GradientSteps > 0)
        {
            StepChecks.RequireWindows(plan, "every step of a window matters to its gradient. Leave GradientSteps out, or make windows shorter.");
        }

        if (options.GradientSteps > 0 || options.UpdateSteps > 0)
        {
            StepChecks.RequireStepLosses(plan);
        }
    }

    /// <summary>Fails where every batch would have a single value of what is normalized over a batch: there would be no variance, ever.</summary>
    public static void RequireBatches(NetworkPlan plan, TrainerOptions options, int samples, string name)
    {
        if (Array.Find(plan.Norms, n => n.PerSequence) is { } norm && Math.Min(options.BatchSize, samples) == 1)
        {
            throw new ArgumentException(
                $"{plan.Name} normalizes over a batch what a sequence has once ('{norm.Mean}'), and a batch of one sequence has no variance. " +
                (samples == 1 ? "Train with more samples" : "Set BatchSize to 2 or more (32 is usual)") + ", or let [BatchNorm] keep its running statistics: Trainable = false.", name);
        }
    }

    /// <summary>Fails where windows have fewer steps than there are from one to the next.</summary>
    public static void RequireUpdateSteps(SequenceData data, TrainerOptions options, string name) => RequireSteps(data, nameof(options.UpdateSteps), options.UpdateSteps, name);

    /// <summary>Fails where samples have none of the last steps that a training goes back through.</summary>
    public static void RequireGradientSteps(SequenceData train, TrainerOptions options, string name)
    {
        RequireSteps(train, nameof(options.GradientSteps), options.GradientSteps, name);
        for (int i = 0; i < train.Count && options.GradientSteps > 0 && train.Lengths is { } lengths; i++)
        {
            if (lengths[train.Index(i)] <= train.Steps - options.GradientSteps)
            {
                throw new ArgumentException(
                    $"GradientSteps goes back through the last {options.GradientSteps} of {train.Steps} steps, and sample {i} ends before them, after {lengths[train.Index(i)]}: nothing would be learnt from it. Leave GradientSteps out, or make windows shorter.", name);
            }
        }
    }

    private static void RequireSteps(SequenceData data, string option, int steps, string name)
    {
        if (steps > data.Steps)
        {
            throw new ArgumentException($"{option} is {steps}, and the windows have {data.Steps} steps: it is at most that.", name);
        }
    }
}
