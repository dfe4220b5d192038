// How many bytes learning takes on a device, known before there is one: the numbers of parameters, a stream and a workspace for one sequence, as the runtime allocates
// them (WorkspaceSizes, LearningSizes; a test holds both against what is allocated). Knows sizes; knows no layer, and not where anything lies.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Layers;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;
using SeqGen.Generator.Passes;

namespace SeqGen.Generator.Emission;

/// <summary>Bytes.</summary>
/// <param name="Parameters">The parameters with the copies that programs read.</param>
/// <param name="Stream">A stream, and the input that a learner keeps; 0 where there is no stream.</param>
/// <param name="Workspace">A workspace for one sequence of Timesteps steps: tape, scratch, gradients, inputs, targets, states.</param>
/// <param name="Slot">What an optimizer keeps for each number that it keeps a parameter.</param>
internal sealed record LearningMemory(decimal Parameters, decimal Stream, decimal Workspace, decimal Slot)
{
    // As CtcLattice has them.
    private const int KeptOfAStep = 256;
    private const int FewestKept = 64;

    // As LossProgram has them.
    private const int LossRows = 64;

    /// <summary>All but the optimizer's.</summary>
    public long Total => (long)Math.Min(long.MaxValue, Parameters + Stream + Workspace);

    /// <summary>Counts; null for a network without training.</summary>
    /// <param name="spec">The declaration.</param>
    /// <param name="shape">What it means.</param>
    /// <param name="network">Its programs.</param>
    /// <param name="programs">The same, as they are written.</param>
    /// <param name="transposed">Floats of transposed weights.</param>
    public static LearningMemory? Of(NetworkSpec spec, NetworkShape shape, PlannedNetwork network, IReadOnlyList<PlannedProgram> programs, int transposed)
    {
        if (network.Training is not { } training)
        {
            return null;
        }

        decimal copies = Block(network.Pack.Length) + Block(network.Pack.DerivedLength) + Block(transposed);
        PlannedProgram? step = programs.FirstOrDefault(p => p.Plan.Mode == Mode.Streaming);
        return new LearningMemory(
            copies,
            step is null ? 0 : StreamOf(step.Plan, shape),
            WorkspaceOf(spec, shape, network, training, copies),
            Block(network.Pack.Length));
    }

    /// <summary>States, scratch with a token and what each head has given, where learned states begin, and the last input.</summary>
    private static decimal StreamOf(ProgramPlan plan, NetworkShape shape) =>
        Block(plan.TapeWidths[0]) + Block(plan.ScratchWidth + 1m + shape.Outputs.Count)
        + (4m * (States(plan).Where(s => s.IsLearned).Sum(s => (decimal)s.Size) + (shape.Input.IsTokens ? 1 : shape.Input.Size)));

    /// <summary>Rows of a span with one sequence: <c>WorkArea.SpanRows</c>.</summary>
    private const int SpanRows = 64;

    private static decimal WorkspaceOf(NetworkSpec spec, NetworkShape shape, PlannedNetwork network, ProgramPlan plan, decimal copies)
    {
        Dictionary<Axis, long> steps = StepsOf(spec, plan);
        decimal tape = plan.Axes.Select((a, k) => plan.TapeWidths[k] * (steps[a] + 1m)).Sum()
            + plan.Pairs.Select((p, k) => plan.TapeWidths[plan.Axes.Count + k] * (decimal)steps[p.Outer] * steps[p.Inner]).Sum();
        decimal bytes = Block(tape) + Block(plan.ScratchWidth + ((decimal)plan.SpanWidth * SpanRows)) + Block(plan.Pack.Length), numbers = (5 * plan.Axes.Count) + shape.Inputs.Count;
        numbers += States(plan).Sum(s => (s.IsLearned ? 2m : 1m) * s.Size);
        numbers += PlanTable.Inputs(plan.Graph).Select(n => n.Output.Shape).Sum(s => (s.Axis is { } a ? steps[a] : 1) * (s.IsFloat ? s.Size : 2m));
        foreach (OutputShape output in shape.Outputs)
        {
            Shape value = plan.Graph.Results["output" + output.Suffix].Shape;
            decimal rows = value.Axis is { } axis ? steps[axis] : 1, size = value.Size;
            bool hasValues = output.Loss.Kind is not (LossKind.None or LossKind.SoftmaxCrossEntropy or LossKind.CustomOfClasses or LossKind.Ctc);
            int targets = output.Loss.TargetsOf(value.Size);
            bytes += Block(hasValues ? rows * Pad(targets) : 0);
            numbers += (rows * size) + output.Loss.Kind switch
            {
                LossKind.None => rows + (rows * size),
                LossKind.SoftmaxCrossEntropy or LossKind.CustomOfClasses => 4 * rows,
                LossKind.Ctc => rows + 4 + (2 * Lattice(rows, size)),
                _ => rows * (2 + targets),
            };
        }

        // Programs of losses, as LossProgram has them.
        numbers += 2 * network.Losses.Count;
        bytes += network.Losses.Sum(l => Block(2m * LossRows * l.Plan.TapeWidths.Sum()) + Block((decimal)l.Plan.ScratchWidth * LossRows));

        // Sums of a batch normalization, in double, and what is made of them.
        bytes += network.Pack.Norms.Where(n => n.Number >= 0).Sum(n => (64m * n.Width) + Block(5 * Pad(n.Width)));

        // Masks on weights: values, places and what is put aside, and copies of the parameters that they are multiplied into.
        decimal[] masked = [.. network.WeightNoises.Select(n => network.Pack.Find(n.Parameter).Param.FileShape.Aggregate(1m, (a, b) => a * b))];
        return bytes + (4 * (numbers + masked.Sum(w => Pad(w) + (2 * w)))) + (masked.Length > 0 ? copies : 0);
    }

    /// <summary>Steps of every axis where the first one has Timesteps.</summary>
    private static Dictionary<Axis, long> StepsOf(NetworkSpec spec, ProgramPlan plan)
    {
        int timesteps = spec.Arguments.Int("Timesteps");
        var steps = new Dictionary<Axis, long>();
        foreach (Axis axis in plan.Axes)
        {
            steps[axis] = axis.Source is { } source ? Math.Max(0, (steps[source] - axis.Trim) / axis.Stride)
                : steps.Count == 0 || axis.Max <= 0 ? timesteps : axis.Max;
        }

        return steps;
    }

    /// <summary>States that a run starts from and a user can give.</summary>
    private static IEnumerable<(int Size, bool IsLearned)> States(ProgramPlan plan) =>
        plan.Graph.GivenStates.Select(s => (s.Initial.Shape.Size, plan.Graph.InitialStates.TryGetValue(Ports.Initial + s.State, out StateBeginning? beginning) && beginning.Kind == "Learned"));

    /// <summary>Doubles of the loss on labels, of as many labels as steps.</summary>
    private static decimal Lattice(decimal steps, decimal classes)
    {
        decimal row = (2 * steps) + 13;
        return (Math.Min(steps, Math.Floor(Math.Max(KeptOfAStep * steps, FewestKept * row) / row)) * row) + steps + (6 * row) + classes;
    }

    /// <summary>A block of floats with what aligns it.</summary>
    private static decimal Block(decimal floats) => 4 * (floats + 16);

    private static decimal Pad(decimal size) => Math.Ceiling(size / 16) * 16;
}
