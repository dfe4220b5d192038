// Checks of a plan when a network is created: a wrong plan must fail here, not corrupt memory later.
// Knows the contract's rules; refuses to know the generator.
using System;
using System.Collections.Generic;

namespace SeqGen.Kernels.V1;

internal static class PlanChecks
{
    public static void Check(NetworkPlan plan)
    {
        if (plan.Contract != NetworkPlan.CurrentContract)
        {
            throw new InvalidOperationException(
                $"{plan.Name} was generated for revision {plan.Contract} of SeqGen's runtime contract, this runtime has revision " +
                $"{NetworkPlan.CurrentContract}. Use one version of the SeqGen package in all projects and rebuild.");
        }

        Require(plan, (plan.InputSize > 0) != (plan.TokenCount > 0), "exactly one of InputSize and TokenCount is positive");
        Require(plan, plan.OutputSize > 0 && plan.Timesteps > 0, "OutputSize and Timesteps are positive");
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (ParameterPlan p in plan.Parameters)
        {
            long count = 1;
            foreach (int extent in p.Shape)
            {
                count *= extent;
            }

            Require(plan, names.Add(p.Name), $"parameter '{p.Name}' appears once");
            Require(plan, p.Gates > 0 && p.Units > 0 && p.Columns > 0 && count == p.Count, $"'{p.Name}' has {p.Count} elements, its shape {count}");
            Require(plan, !p.Transposed || p.Gates == 1, $"'{p.Name}' is transposed and has one gate");
            Require(plan, p.Offset >= 0 && PackedLayout.End(p) <= plan.ParameterLength, $"'{p.Name}' lies within the {plan.ParameterLength} floats of the master");
        }

        CheckArea(plan, plan.Training, plan.CanTrain ? "Training" : null);
        CheckArea(plan, plan.Inference, "Inference");
        CheckArea(plan, plan.Streaming, plan.CanStream ? "Streaming" : null);
        Require(plan, plan.Training is null || plan.Training.Seed is not null, "Training has a Seed place");
    }

    private static void CheckArea(NetworkPlan plan, WorkArea? area, string? name)
    {
        if (area is null || name is null)
        {
            return;
        }

        Require(plan, plan.InputSize == 0 || area.Input is not null, $"{name} has an Input place");
        Check(area.Input, "Input", plan.InputSize);
        Check(area.Output, "Output", plan.OutputSize);
        Check(area.LossInput, "LossInput", plan.OutputSize);
        Check(area.Seed, "Seed", plan.OutputSize);
        Check(area.InputGradient, "InputGradient", plan.InputSize);
        foreach (StatePlace state in area.States)
        {
            Check(state.Initial, state.Name, state.Size);
            Check(state.Final, state.Name, state.Size);
            Check(state.InitialGradient, state.Name, state.Size);
        }

        foreach (NoisePlace noise in area.Noises)
        {
            Check(noise.Place, noise.Name, noise.Width);
            Require(plan, noise.Keep > 0, $"'{noise.Name}' keeps more than nothing");
        }

        foreach (OutputPlace output in area.LayerOutputs)
        {
            Check(output.Place, output.Layer, output.Size);
        }

        void Check(Place? place, string what, int size)
        {
            if (place is { } p)
            {
                int width = p.Area == Area.Tape ? area.TapeWidth : area.ScratchWidth;
                bool skips = p.Slot > 0 || p.AtSteps;
                Require(plan, p.Offset >= 0 && p.Row >= size && p.Offset + p.Row <= width, $"{name}.{what}, rows of {size}, lies within its area of width {width}");
                Require(plan, p.Offset % 16 == 0 && p.Row % 16 == 0, $"{name}.{what} is aligned to 16 floats");
                Require(plan, p.Slot >= 0 && p.Slot + (p.AtSteps ? 1 : 0) <= 1 && !(skips && (p.Area == Area.Scratch || ReferenceEquals(area, plan.Streaming))), $"{name}.{what} stays within steps + 1 slots of the tape");
            }
        }
    }

    private static void Require(NetworkPlan plan, bool holds, string rule)
    {
        if (!holds)
        {
            throw new InvalidOperationException(
                $"The generated plan of {plan.Name} breaks a rule of the runtime: {rule}. This is a defect of SeqGen, not of your code: please report it.");
        }
    }
}
