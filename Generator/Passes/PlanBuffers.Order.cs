// What is computed when: forward, backward and bodies as tasks, loops no longer than the inliner takes, and which parameters each gradient
// is added to. Knows dependences and readers; knows no places.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Passes;

internal sealed partial class PlanBuffers
{
    private void Order()
    {
        _results = new HashSet<Value>(_graph.Results.Where(r => !r.Key.StartsWith("grad.parameter.", System.StringComparison.Ordinal)).Select(r => r.Value));
        var forward = new HashSet<Node>(Ancestors(_graph.Results.Where(r => !r.Key.StartsWith("grad.", System.StringComparison.Ordinal)).Select(r => r.Value)));
        _plan.Forward = Loops(_graph.Root.Nodes.Where(forward.Contains));
        _plan.Backward = Loops(_graph.Root.Nodes.Where(n => !forward.Contains(n)));
        foreach (Scan scan in _graph.Root.Nodes.OfType<Scan>())
        {
            _plan.Bodies[scan] = Loops(scan.Body.Nodes);
        }

        var training = new HashSet<Node>(Ancestors(_graph.Results.Where(r => r.Key != "grad.input").Select(r => r.Value)));
        _plan.ForInputGradient.UnionWith(_plan.Backward.Tasks.Where(t => t.Nodes.All(n => !training.Contains(n))));
        foreach (KeyValuePair<string, Value> gradient in _graph.Results.Where(r => r.Key.StartsWith("grad.parameter.", System.StringComparison.Ordinal)))
        {
            Target(gradient.Value, gradient.Key.Substring("grad.parameter.".Length));
        }
    }

    private Schedule Loops(IEnumerable<Node> nodes)
    {
        Schedule whole = Schedule.Of(nodes, _options.Fuse);
        return SplitLoops.Run(whole, _options.Budget, (value, loop) => PlacesOutside(value, r => r is not Scan && whole.Of(r.Output) == loop));
    }

    /// <summary>In how many places others than its loop want a value: one for all that read it by itself, one for every slot it fills.</summary>
    private int PlacesOutside(Value value, System.Func<Node, bool> isInLoop)
    {
        List<Node> others = _readers[value].Where(r => !isInLoop(r)).ToList();
        bool read = _results.Contains(value) || others.Any(r => r.Op is not StackOp) || value.Region.Owner?.BodyResults.Contains(value) == true;
        return others.Where(r => r.Op is StackOp).Sum(r => r.Inputs.Count(i => i == value)) + (read ? 1 : 0);
    }

    private static IEnumerable<Node> Ancestors(IEnumerable<Value> of)
    {
        var found = new HashSet<Node>();
        var open = new Stack<Value>(of);
        while (open.Count > 0)
        {
            if (open.Pop().Producer is { } node && found.Add(node))
            {
                foreach (Value read in node.Reads)
                {
                    open.Push(read);
                }
            }
        }

        return found;
    }

    /// <summary>Kernels add to a parameter's gradient, so a sum of products is just several targets.</summary>
    private void Target(Value gradient, string parameter)
    {
        Node node = gradient.Producer!;
        if (node is Scan scan)
        {
            // Summed up step by step: the kernel in the body adds to the same place.
            Target(scan.Sums.First(s => s.Outer == gradient).Inner, parameter);
            return;
        }

        if (node.Op is MapOp { Kind: MapKind.Add })
        {
            Target(node.Inputs[0], parameter);
            Target(node.Inputs[1], parameter);
        }

        _plan.GradientTargets[node] = parameter;
    }
}
