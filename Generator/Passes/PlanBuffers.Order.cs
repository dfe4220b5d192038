// What is computed when: forward, backward and bodies as tasks, loops no longer than the inliner takes, and which parameters each gradient
// is added to. Knows dependences and readers; knows no places.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Passes;

internal sealed partial class PlanBuffers
{
    /// <summary>The axes in the order of the ports that run along them, then those that are derived from them.</summary>
    private void FindAxes()
    {
        // What a loss reads beside the network's values is the runtime's: its labels have an axis of their own.
        IEnumerable<Value> values = _graph.Root.Nodes.Where(n => n.Op is not InputOp input || !input.Port.StartsWith("target", System.StringComparison.Ordinal)).SelectMany(n => n.Outputs).Concat(_graph.Root.Nodes.OfType<Scan>().SelectMany(s => s.Body.Nodes).SelectMany(n => n.Outputs));
        IEnumerable<Axis> axes = values.SelectMany(v => new[] { v.Shape.Axis, v.Shape.Across }).Where(a => a is not null)!;
        List<Axis> ports = _graph.Root.Nodes.Where(n => n.Op is InputOp { Port: "input" or "decoder_input" }).Select(n => n.Output.Shape.Axis!).ToList();
        foreach (Axis axis in ports.Concat(axes).Distinct())
        {
            Add(axis);
        }

        _plan.TapeWidths.AddRange(_plan.Axes.Select(_ => 0));
        _plan.Truncates = _plan.Axes.Count == 1 && _graph.Root.Nodes.All(n => n is Scan scan
            ? scan.Reverse == (scan.Forward is not null) && scan.Body.Nodes.All(b => b.Output.Shape.Extent != Extent.BatchAxis)
            : n.Op is MapOp || (n.Op is not SoftmaxOp { OverAxis: true }
                && n.Inputs.Concat(n.Outputs).Select(v => v.Shape.Extent).Where(e => e != Extent.None).Distinct().Count() <= 1));

        void Add(Axis axis)
        {
            if (axis.Source is not null)
            {
                Add(axis.Source);
            }

            if (!_plan.Axes.Contains(axis))
            {
                _plan.Axes.Add(axis);
            }
        }
    }

    /// <summary>Which rows of the tape are those of an axis.</summary>
    private int ClassOf(Axis axis) => _plan.Mode == Mode.Streaming ? 0 : _plan.Axes.IndexOf(axis);

    /// <summary>Which rows of the tape are those of a loop over one axis that has all of another at every step.</summary>
    private int ClassOf(Axis outer, Axis inner)
    {
        if (!_plan.Pairs.Contains((outer, inner)))
        {
            _plan.Pairs.Add((outer, inner));
            _plan.TapeWidths.Add(0);
        }

        return _plan.Axes.Count + _plan.Pairs.IndexOf((outer, inner));
    }

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
        Schedule whole = Schedule.Of(nodes, v => new Space(v.Shape, _plan.Layouts[v], _plan.Waits[v]), _options.Fuse);
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
            // Summed up step by step, or one for each step: the kernel in the body adds to its place.
            Target(scan.Sums.Concat(scan.Emits).First(s => s.Outer == gradient).Inner, parameter);
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
