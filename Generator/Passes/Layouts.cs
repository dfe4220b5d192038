// Which values of shape [slots, units] are gates, side by side as matrix kernels have them, and which are a memory, slot after slot.
// Knows who touches them; knows no place.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Passes;

/// <summary>Values that meet in an elementwise op, a normalisation or a loop over time have one layout: that of whichever of them a product with data touches.</summary>
internal sealed class Layouts
{
    private readonly Dictionary<Value, Value> _parents = new();
    private readonly HashSet<Value> _matrices = new();

    private Layouts(NetworkGraph graph)
    {
        foreach (Node node in graph.Root.Nodes)
        {
            if (node is Scan scan)
            {
                Join(scan);
            }
            else
            {
                Join(node);
            }
        }
    }

    public static Layouts Of(NetworkGraph graph) => new(graph);

    public Layout this[Value value] => value.Shape.Rank < 2 ? Layout.Vector : _matrices.Contains(Find(value)) ? Layout.Matrix : Layout.Panel;

    private void Join(Scan scan)
    {
        foreach (ScanEach each in scan.Each)
        {
            Join(each.Outer, each.Inner);
        }

        foreach (ScanCarry carry in scan.Carries)
        {
            Join(carry.Init, carry.Previous);
            Join(carry.Previous, carry.Final);
            Join(carry.Previous, carry.Next!);
        }

        foreach (ScanResult result in scan.Emits.Concat(scan.Sums))
        {
            Join(result.Inner, result.Outer);
        }

        foreach (Node node in scan.Body.Nodes)
        {
            Join(node);
        }
    }

    private void Join(Node node)
    {
        IEnumerable<Value> all = node.Inputs.Append(node.Output).Where(v => v.Shape.Rank == 2 && v.Parameter is null);
        switch (node.Op)
        {
            case MapOp or LayerNormOp or LayerNormInputGradientOp or ProbeOp:
                foreach (Value value in all)
                {
                    Join(all.First(), value);
                }

                break;
            case InputOp or ContractOp or ReduceOp or ReduceGradientOp or SoftmaxOp or SoftmaxGradientOp:
                foreach (Value value in all)
                {
                    Mark(value);
                }

                break;
        }
    }

    private void Mark(Value value) => _matrices.Add(Find(value));

    private void Join(Value a, Value b)
    {
        if (a.Shape.Rank < 2 || b.Shape.Rank < 2)
        {
            return;
        }

        Value x = Find(a), y = Find(b);
        if (x != y)
        {
            _parents[x] = y;
            if (_matrices.Contains(x))
            {
                _matrices.Add(y);
            }
        }
    }

    private Value Find(Value value)
    {
        while (_parents.TryGetValue(value, out Value? parent))
        {
            value = parent;
        }

        return value;
    }
}
