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
        Check(area.Input, "Input");
        Check(area.Output, "Output");
        Check(area.LossInput, "LossInput");
        Check(area.Seed, "Seed");
        Check(area.InputGradient, "InputGradient");
        foreach (StatePlace state in area.States)
        {
            Check(state.Initial, state.Name);
            Check(state.Final, state.Name);
            Check(state.InitialGradient, state.Name);
        }

        void Check(Place? place, string what)
        {
            if (place is { } p)
            {
                int width = p.Area == Area.Tape ? area.TapeWidth : area.ScratchWidth;
                Require(plan, p.Offset >= 0 && p.Row > 0 && p.Offset + p.Row <= width, $"{name}.{what} lies within its area of width {width}");
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
