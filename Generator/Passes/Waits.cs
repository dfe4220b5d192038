// Which windows of convolutions each value of a streaming step waits for: where one of them is not complete, the value is not there.
// Knows who reads whom; knows no layer, and not what a stream does about it.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Passes;

internal sealed class Waits
{
    private readonly Dictionary<Value, EquatableArray<int>> _of = new();
    private readonly Dictionary<Node, int> _windows = new();

    private Waits()
    {
    }

    /// <summary>Where nothing waits: in whole sequences, and where one output is all there is and a step ends with the first window that is not complete.</summary>
    public static Waits None { get; } = new();

    /// <summary>Whether there is anything to wait for.</summary>
    public bool Any => _windows.Count > 0;

    public static Waits Of(NetworkGraph graph)
    {
        var waits = new Waits();
        foreach (Node node in graph.Root.Nodes)
        {
            EquatableArray<int> after = waits.Before(node);
            if (node.Op is UnfoldOp { Window.IsEveryStep: false })
            {
                waits._windows.Add(node, waits._windows.Count);
                after = new EquatableArray<int>(after.Append(waits._windows[node]));
            }

            foreach (Value output in node.Outputs)
            {
                waits._of[output] = after;
            }
        }

        return waits;
    }

    /// <summary>The windows that a value needs complete, by their numbers in the order of the graph.</summary>
    public EquatableArray<int> this[Value value] => _of.TryGetValue(value, out EquatableArray<int> waits) ? waits : default;

    /// <summary>Those that a node needs before it can be computed.</summary>
    public EquatableArray<int> Before(Node node) => Union(node.Reads.Select(r => this[r]));

    /// <summary>The number of a window that is not complete at every step; null for other nodes.</summary>
    public int? NumberOf(Node node) => _windows.TryGetValue(node, out int number) ? number : null;

    private static EquatableArray<int> Union(IEnumerable<EquatableArray<int>> all) => new(all.SelectMany(w => w).Distinct().OrderBy(w => w));
}
