// Checks of a plan when a network is created: a wrong plan must fail here, not corrupt memory later.
// Knows the contract's rules; refuses to know the generator.
using System;
using System.Collections.Generic;
using System.Linq;

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

        CheckShape(plan);
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
            Require(plan, p.Offset >= 0 && p.End <= plan.ParameterLength, $"'{p.Name}' lies within the {plan.ParameterLength} floats of the master");
        }

        foreach (BatchNormPlan norm in plan.Norms)
        {
            bool Fits(string name) => Array.Find(plan.Parameters, p => p.Name == name) is { Trainable: false, Columns: 1, Gates: 1, BlockStride: 16 };
            Require(plan, Fits(norm.Mean) && Fits(norm.Variance) && norm.Momentum is > 0 and <= 1, $"'{norm.Mean}' and '{norm.Variance}' are vectors that no optimizer changes");
        }

        new AreaChecks(plan, plan.Inference, "Inference").Check();
        if (plan.Training is { } training)
        {
            new AreaChecks(plan, training, "Training").Check();
            Require(plan, training.Outputs.All(o => o.Seed is not null), "outputs of Training have a Seed place");
        }

        if (plan.Streaming is { } streaming)
        {
            new AreaChecks(plan, streaming, "Streaming").Check();
        }
    }

    internal static void Require(NetworkPlan plan, bool holds, string rule)
    {
        if (!holds)
        {
            throw new InvalidOperationException(
                $"The generated plan of {plan.Name} breaks a rule of the runtime: {rule}. This is a defect of SeqGen, not of your code: please report it.");
        }
    }

    private static void CheckShape(NetworkPlan plan)
    {
        int axes = plan.Axes.Length;
        Require(plan, axes is > 0 and <= 31 && plan.Inputs.Length > 0 && plan.Outputs.Length > 0 && plan.Timesteps > 0, "there are axes, inputs, outputs and Timesteps");
        Require(plan, plan.Axes[0].Source < 0 && plan.Axes.Count(a => a.Source < 0) <= 2, "the first axis and at most one more have steps of their own");
        for (int k = 0; k < axes; k++)
        {
            AxisPlan axis = plan.Axes[k];
            Require(plan, axis.Source < k && axis.Stride > 0, $"axis '{axis.Name}' follows from an earlier one, by a stride above 0");
        }

        foreach (InputPort port in plan.Inputs)
        {
            Require(plan, (port.Size > 0) != (port.TokenCount > 0), $"input '{port.Name}' has numbers or tokens");
            Require(plan, port.Axis >= -1 && port.Axis < axes, $"input '{port.Name}' lies along an axis");
            RequireMoments(plan, port.Normalization, port.Size);
        }

        foreach (OutputPort port in plan.Outputs)
        {
            Require(plan, port.Size > 0 && port.Axis >= -1 && port.Axis < axes, $"output '{port.Name}' has a size and an axis");
            Require(plan, port.Loss?.ClassWeights is not { } weights || weights.Length == port.Size, $"output '{port.Name}' has a weight for every class");
            Require(plan, port.TargetSize > 0 && (port.Loss?.Program is not null
                || port.TargetSize * (port.Loss?.Kind switch { LossKind.Quantile => port.Loss.Quantiles?.Length ?? 0, LossKind.GaussianLikelihood => 2, _ => 1 }) == port.Size),
                $"output '{port.Name}' has as many numbers as its loss has for each target");
            Require(plan, port.Loss is null || (port.Loss.Kind is LossKind.Custom or LossKind.CustomOfClasses) == port.Loss.Program is not null, $"output '{port.Name}' has the program of its loss");
            Check(plan, port);
            RequireMoments(plan, port.Normalization, port.TargetSize);
            Require(plan, port.Loss?.Kind != LossKind.Ctc || port.Axis >= 0, $"output '{port.Name}' is a sequence, as its loss needs");
        }
    }

    /// <summary>What a declared loss of a user's own needs.</summary>
    private static void Check(NetworkPlan plan, OutputPort port)
    {
        if (port.Loss?.Program is { } program)
        {
            WorkArea area = program.Area;
            Require(plan, area.TapeWidths.All(w => w >= 0 && w % 16 == 0) && area.Inputs.Length == 2 && area.Outputs.Length == 1 && area.InputGradients is [{ }, ..], $"the loss of '{port.Name}' has its places");
            Require(plan, program.Size == 1 || program.Size == port.TargetSize, $"the loss of '{port.Name}' is one number, or one for each of its target");
        }
    }

    private static void RequireMoments(NetworkPlan plan, string? name, int size) => Require(
        plan, name is null || plan.Parameters.Count(p => (p.Name == name + ".mean" || p.Name == name + ".std") && p.Count == size) == 2, $"there are '{name}.mean' and '{name}.std' of {size} numbers");

    /// <summary>Checks of one work area.</summary>
    private sealed class AreaChecks(NetworkPlan plan, WorkArea area, string name)
    {
        private readonly bool _streaming = ReferenceEquals(area, plan.Streaming);

        public void Check()
        {
            Require(plan, area.TapeWidths.Length == (_streaming ? 1 : plan.Axes.Length + area.Pairs.Length), $"{name} has a width for every class of its tape");
            Require(plan, area.TapeWidths.All(w => w % 16 == 0), $"{name} has widths in blocks of 16");
            Require(plan, area.Inputs.Length == plan.Inputs.Length, $"{name} has a place for every input");
            Require(plan, area.Outputs.Length == plan.Outputs.Length, $"{name} has places for every output");
            Require(plan, area.InputGradients.Length == 0 || area.InputGradients.Length == plan.Inputs.Length, $"{name} has a gradient for every input, or for none");
            for (int i = 0; i < plan.Inputs.Length; i++)
            {
                InputPort port = plan.Inputs[i];
                if (port.Size > 0)
                {
                    Check(area.Inputs[i], port.Name, port.Size, port.Axis);
                    Check(area.InputGradients.Length > 0 ? area.InputGradients[i] : null, port.Name, port.Size, port.Axis);
                }
            }

            for (int i = 0; i < plan.Outputs.Length; i++)
            {
                OutputPort port = plan.Outputs[i];
                Check(area.Outputs[i].Output, port.Name, port.Size, port.Axis);
                Check(area.Outputs[i].LossInput, port.Name, port.Size, port.Axis);
                Check(area.Outputs[i].Seed, port.Name, port.Size, port.Axis);
            }

            CheckStates();
            CheckNoises();
            Require(plan, area.Resets is null || (plan.Resets && !_streaming), $"{name} has resets where the network has some");
            Check(area.Resets?.Flags, nameof(area.Resets), 1, 0);
            Check(area.Resets?.Ends, nameof(area.Resets), 1, 0);
            Check(area.Resets?.Pieces, nameof(area.Resets), 1, 0);
            foreach (OutputPlace output in area.LayerOutputs)
            {
                Check(output.Place, output.Layer, output.Size, output.Across >= 0 ? -1 : output.Axis);
                Require(
                    plan,
                    output.Across < 0 || (output.Place.Class >= plan.Axes.Length && area.Pairs[output.Place.Class - plan.Axes.Length] == (output.Axis, output.Across)),
                    $"'{output.Layer}' lies in the class of its pair of axes");
            }

            CheckActivations();
        }

        private void CheckActivations()
        {
            HashSet<string> names = new(StringComparer.Ordinal);
            foreach (ActivationPlace activation in area.Activations)
            {
                Require(plan, ReferenceEquals(area, plan.Training) && names.Add(activation.Name), $"'{activation.Name}' is one activation of Training");
                Require(plan, activation.Size > 0 && activation.Lane >= 0 && activation.Lane % 16 == 0, $"'{activation.Name}' has units");
                Check(activation.Place, activation.Name, activation.Lane + (activation.InBlocks ? Math.Min(16, activation.Size) : activation.Size), activation.Axis);
                int blocks = activation.InBlocks ? (activation.Size + 15) / 16 : 1;
                int width = activation.Place.Area == Area.Tape ? area.TapeWidths[activation.Place.Class] : area.ScratchWidth;
                Require(plan, activation.Place.Offset + ((long)activation.Place.Row * blocks) <= width, $"{name}.{activation.Name} lies within its area of width {width}");
            }
        }

        private void CheckStates()
        {
            foreach (StatePlace state in area.States.Concat(area.Finals))
            {
                Require(plan, state.Slots > 0 && state.Size % state.Slots == 0, $"'{state.Name}' has rows of one size");
                long size = state.Slots == 1 ? state.Size : state.Slots * (((state.Size / state.Slots) + 15L) & ~15L);
                Check(state.Initial, state.Name, size, -1);
                Check(state.Final, state.Name, size, -1);
                Check(state.InitialGradient, state.Name, size, -1);
                Check(state.Beginning, state.Name, size, -1);
                Check(state.BeginningGradient, state.Name, size, -1);
                Check(state.FinalGradient, state.Name, size, -1);
                Require(plan, state.Start != StateStart.Learned || CountOf(state.Parameter) == state.Size, $"'{state.Name}' starts from a parameter of its size");
            }
        }

        private void CheckNoises()
        {
            foreach (NoisePlace noise in area.Noises)
            {
                Require(plan, noise.Keep > 0, $"'{noise.Name}' keeps more than nothing");
                Require(plan, noise.Layer is >= 0 and < 65536 && noise.Id is >= 0 and < 256, $"'{noise.Name}' has a key");
                if (noise.Life == NoiseLife.Weight)
                {
                    Require(plan, CountOf(noise.Parameter) == noise.Width, $"'{noise.Name}' has the size of its parameter");
                    continue;
                }

                Check(noise.Place, noise.Name, noise.Width, noise.Life == NoiseLife.Step ? noise.Axis : -1);
            }
        }

        private int CountOf(string? parameter) => Array.Find(plan.Parameters, p => p.Name == parameter)?.Count ?? 0;

        private void Check(Place? place, string what, long size, int axis)
        {
            if (place is { } p)
            {
                Require(plan, p.Class >= 0 && p.Class < area.TapeWidths.Length && (p.Area == Area.Tape || p.Class == 0), $"{name}.{what} lies in a class");
                int width = p.Area == Area.Tape ? area.TapeWidths[p.Class] : area.ScratchWidth;
                bool skips = p.Slot > 0 || p.AtSteps;
                Require(plan, p.Offset >= 0 && p.Row >= size && (long)p.Offset + p.Row <= width, $"{name}.{what}, rows of {size}, lies within its area of width {width}");
                Require(plan, p.Offset % 16 == 0 && p.Row % 16 == 0, $"{name}.{what} is aligned to 16 floats");
                Require(plan, axis < 0 || _streaming || p.Area == Area.Tape, $"{name}.{what} lies on the tape, where there is room for every step");
                Require(plan, axis < 0 || _streaming || p.Class == axis, $"{name}.{what} lies in the class of its axis");
                Require(plan, p.Slot >= 0 && p.Slot + (p.AtSteps ? 1 : 0) <= 1 && !(skips && (p.Area == Area.Scratch || _streaming || p.Class >= plan.Axes.Length)), $"{name}.{what} stays within steps + 1 slots of the tape");
            }
        }
    }
}
