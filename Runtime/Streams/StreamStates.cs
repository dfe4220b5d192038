// State of streams in and out of its places, for one stream and for many stepped together.
// Knows the streaming work area; refuses to know the step.
using System;
using System.Runtime.CompilerServices;
using SeqGen.Kernels.V1;

namespace SeqGen;

internal static class StreamStates
{
    public static WorkArea AreaOf(NetworkPlan plan) => plan.Streaming ?? throw new NotSupportedException(
        $"{plan.Name} cannot run step by step: a layer needs the whole sequence (a backward direction does). Use Predict with a workspace instead.");

    public static int Size(WorkArea area)
    {
        int size = 0;
        foreach (StatePlace state in area.States)
        {
            size += state.Size;
        }

        return size;
    }

    public static void Save(NetworkPlan plan, ref float state, ref float scratch, int batch, int row, Span<float> destination)
    {
        int at = 0;
        foreach (StatePlace place in plan.Streaming!.States)
        {
            StateLayout.Save(place, ref RowOf(place, ref state, ref scratch, batch, row), destination[at..]);
            at += place.Size;
        }
    }

    public static void Load(NetworkPlan plan, ref float state, ref float scratch, int batch, int row, ReadOnlySpan<float> source)
    {
        int at = 0;
        foreach (StatePlace place in plan.Streaming!.States)
        {
            StateLayout.Load(place, source.Slice(at, place.Size), ref RowOf(place, ref state, ref scratch, batch, row));
            at += place.Size;
        }
    }

    /// <summary>Where learned states lie in the packed parameters, one array a state; empty ones for the others.</summary>
    public static int[][] Learned(NetworkPlan plan) =>
        Array.ConvertAll(plan.Streaming!.States, s => s.Start == StateStart.Learned ? StateLayout.Learned(plan, s) : []);

    /// <summary>Sets the learned states of a row, whose states are zero.</summary>
    public static void Start(NetworkCore core, int[][] learned, ref float state, ref float scratch, int batch, int row)
    {
        StatePlace[] states = core.Plan.Streaming!.States;
        for (int i = 0; i < states.Length; i++)
        {
            if (learned[i].Length > 0)
            {
                StateLayout.LoadLearned(states[i], learned[i], core.Master.Span, ref RowOf(states[i], ref state, ref scratch, batch, row));
            }
        }
    }

    /// <summary>The first float of one state of one row.</summary>
    public static ref float RowOf(StatePlace place, ref float state, ref float scratch, int batch, int row)
    {
        ref float arena = ref place.Initial.Area == Area.Tape ? ref state : ref scratch;
        nint at = place.Initial.Start(batch, 1, batch) + ((nint)row * place.Initial.Row);
        return ref Unsafe.Add(ref arena, at);
    }

    /// <summary>The place of a head among the outputs.</summary>
    public static int HeadOf(NetworkPlan plan, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        int index = Array.FindIndex(plan.Outputs, o => o.Name == name);
        return plan.Outputs.Length < 2 ? throw new ArgumentException($"{plan.Name} has one output, which Step gives.", nameof(name))
            : index >= 0 ? index
            : throw new ArgumentException($"{plan.Name} has no head '{name}'. It has {string.Join(", ", Array.ConvertAll(plan.Outputs, o => o.Name))}.", nameof(name));
    }

    public static void CheckHead(NetworkPlan plan, int head, int length, int count, string argument)
    {
        OutputPort port = plan.Outputs[head];
        if (length != count * port.Size)
        {
            throw new ArgumentException($"The head '{port.Name}' of {plan.Name} gives {count * port.Size} outputs a step, there is room for {length}. Pass a span of {count * port.Size} floats.", argument);
        }
    }

    public static void CheckLength(NetworkPlan plan, int length, int expected, string argument)
    {
        if (length != expected)
        {
            throw new ArgumentException($"The state of a stream of {plan.Name} is {expected} floats, {length} were given.", argument);
        }
    }

    public static void CheckSamePlan(NetworkPlan mine, NetworkPlan theirs)
    {
        if (!ReferenceEquals(mine, theirs))
        {
            throw new ArgumentException($"A stream of {mine.Name} cannot take over the state of a stream of {theirs.Name}.");
        }
    }
}
