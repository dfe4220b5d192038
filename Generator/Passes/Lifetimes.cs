// From when to when each room is in use, in methods of the program: rooms of different times may share memory.
// Knows the order in which methods are called and what writes a row to its end; knows no offset.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Passes;

/// <summary>The first and the last method that uses something.</summary>
internal readonly record struct Lifetime(int First, int Last)
{
    /// <summary>From one pass to the next.</summary>
    public static Lifetime Always { get; } = new(0, int.MaxValue);

    public bool Meets(Lifetime other) => First <= other.Last && other.First <= Last;
}

internal sealed class Lifetimes
{
    private readonly ProgramOrder _order;
    private readonly Dictionary<Node, int> _times = new();
    private readonly Dictionary<Lot, Lifetime> _known = new();

    /// <param name="order">What is computed when.</param>
    /// <param name="homes">Every value that lies anywhere, and where.</param>
    public Lifetimes(ProgramOrder order, IEnumerable<(Value Value, Home Home)> homes)
    {
        _order = order;

        // A decoder is called again and again, and what its encoder left is read every time.
        if (StepForm.DecoderInput(order.Graph) is null || order.Mode == Mode.Training)
        {
            FindTimes();
            foreach (IGrouping<Lot, Value> lot in homes.GroupBy(h => h.Home.Lot, h => h.Value))
            {
                _known[lot.Key] = Of(lot.ToList());
            }
        }
    }

    public Lifetime Of(Lot lot) => _known.TryGetValue(lot, out Lifetime known) ? known : Lifetime.Always;

    /// <summary>Tasks of one layer in a row are one method, whose loop over time and products may take turns.</summary>
    private void FindTimes()
    {
        int time = 0;
        string? layer = null;
        ILookup<bool, Task> backward = _order.Backward.Tasks.ToLookup(_order.ForInputGradient.Contains);

        foreach (Task task in _order.Forward.Tasks.Concat(backward[false]).Concat(backward[true]).Where(t => !_order.IsNoWork(t)))
        {
            time += layer is not null && task.Node.Layer == layer ? 0 : 1;
            layer = task.Node.Layer;
            foreach (Node node in task.Nodes)
            {
                _times[node] = time;
            }
        }
    }

    private Lifetime Of(List<Value> values)
    {
        if (!values.All(IsWhole))
        {
            return Lifetime.Always;
        }

        // What fills the slots of a stack is copied there where it is computed.
        IEnumerable<Node> users = values.SelectMany(v => _order.Readers.Of(v).Concat(v.Producer is { Op: StackOp } stack ? stack.Inputs.Select(i => i.Producer!) : []))
            .Concat(values.Select(v => v.Producer).OfType<Node>());
        int[] times = users.Select(TimeOf).Where(t => t > 0).ToArray();
        return new Lifetime(times.Min(), times.Max());
    }

    /// <summary>Whether nobody asks for a value later, and whoever computes it writes rows to their ends: what lay there before is not seen.
    /// (In a row that is written in part, what is left stays zero.)</summary>
    private bool IsWhole(Value value) => !_order.Readers.IsResult(value) && value.Producer switch
    {
        null => value.Outer is not null,
        Scan scan => scan.Emits.Any(e => e.Outer == value),
        { Op: AffineOp or AffineInputGradientOp or MapOp or SlotOp } => true,
        { Op: StackOp } stack => stack.Inputs.All(i => i.Producer?.Op is MapOp),
        _ => false,
    };

    /// <summary>When a node is executed; 0 for what is no work.</summary>
    private int TimeOf(Node node) => _times.TryGetValue(node.Region.Owner ?? node, out int time) ? time : 0;
}
