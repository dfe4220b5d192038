// What is computed when: forward, backward and bodies as tasks, loops no longer than the inliner takes, and which parameters each gradient
// is added to. Knows dependences and readers; knows no places.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Passes;

/// <summary>What a program does, in order.</summary>
/// <param name="Mode">Which program it is.</param>
/// <param name="Graph">What it computes.</param>
/// <param name="Axes">The axes of the network, that of the first input first: each is a class of rows on the tape.</param>
/// <param name="Readers">Who reads a value.</param>
/// <param name="Layouts">How values of shape [slots, units] lie.</param>
/// <param name="Waits">What has no value at every step of a stream that goes on all the same, because another output has.</param>
/// <param name="Forward">Root tasks up to the output and the loss; in training also what the reverse walk needs saved.</param>
/// <param name="Backward">Root tasks of the reverse walk.</param>
/// <param name="Bodies">The tasks of each loop over time.</param>
/// <param name="ForInputGradient">Backward tasks that only the gradient of the input needs.</param>
/// <param name="GradientTargets">Which parameters each gradient product adds to.</param>
/// <param name="Spanned">Products in loops over time whose terms with inputs are made for some steps at once, and with how many sequences at most.</param>
/// <param name="Truncates">Whether the way back may end before the first step: every value of a step depends on that step and those before it, row by row.</param>
internal sealed record ProgramOrder(
    Mode Mode, NetworkGraph Graph, List<Axis> Axes, Readers Readers, Layouts Layouts, Waits Waits, Schedule Forward, Schedule Backward,
    Dictionary<Scan, Schedule> Bodies, HashSet<Task> ForInputGradient, Dictionary<Node, string> GradientTargets, Dictionary<Node, int> Spanned, bool Truncates)
{
    /// <summary>Whether a loop is no work: it sums what a parameter's gradient is made of, and each product adds to that by itself.</summary>
    public bool IsNoWork(Task task) => task.IsLoop && task.Nodes.All(GradientTargets.ContainsKey);
}

internal sealed class OrderProgram
{
    private const string ParameterGradient = "grad.parameter.";

    private readonly NetworkGraph _graph;
    private readonly PlanOptions _options;
    private readonly Layouts _layouts;
    private readonly Waits _waits;
    private readonly Readers _readers;

    private OrderProgram(Mode mode, NetworkGraph graph, PlanOptions options)
    {
        (_graph, _options) = (graph, options);
        _layouts = Layouts.Of(graph);
        _waits = mode == Mode.Streaming && graph.Results.Keys.Any(k => k.StartsWith("output.", StringComparison.Ordinal)) ? Waits.Of(graph) : Waits.None;
        _readers = new Readers(graph);
    }

    public static ProgramOrder Run(Mode mode, NetworkGraph graph, PlanOptions options) => new OrderProgram(mode, graph, options).Order(mode);

    private ProgramOrder Order(Mode mode)
    {
        var forward = new HashSet<Node>(Ancestors(_graph.Results.Where(r => !r.Key.StartsWith("grad.", StringComparison.Ordinal)).Select(r => r.Value)));
        var training = new HashSet<Node>(Ancestors(_graph.Results.Where(r => r.Key != "grad.input").Select(r => r.Value)));
        var forInput = new HashSet<Node>(_graph.Root.Nodes.Where(n => !forward.Contains(n) && !training.Contains(n)));
        Schedule backward = Loops(_graph.Root.Nodes.Where(n => !forward.Contains(n)), forInput);
        var targets = new Dictionary<Node, string>();
        foreach (KeyValuePair<string, Value> gradient in _graph.Results.Where(r => r.Key.StartsWith(ParameterGradient, StringComparison.Ordinal)))
        {
            Target(targets, gradient.Value, gradient.Key.Substring(ParameterGradient.Length));
        }

        List<Axis> axes = Axes();
        return new ProgramOrder(
            mode, _graph, axes, _readers, _layouts, _waits, Loops(_graph.Root.Nodes.Where(forward.Contains)), backward,
            _graph.Root.Nodes.OfType<Scan>().ToDictionary(s => s, s => Loops(s.Body.Nodes)),
            new HashSet<Task>(backward.Tasks.Where(t => t.Nodes.All(forInput.Contains))), targets, mode == Mode.Streaming || !_options.Span ? [] : Spans.Of(_graph, mode), axes.Count == 1 && _graph.Root.Nodes.All(Truncates));
    }

    /// <summary>The axes in the order of the ports that run along them, then those that are derived from them.</summary>
    private List<Axis> Axes()
    {
        // What a loss reads beside the network's values is the runtime's: its labels have an axis of their own.
        IEnumerable<Value> values = _graph.Root.Nodes.Where(n => n.Op is not InputOp input || !input.Port.StartsWith("target", StringComparison.Ordinal))
            .Concat(_graph.Root.Nodes.OfType<Scan>().SelectMany(s => s.Body.Nodes)).SelectMany(n => n.Outputs);
        IEnumerable<Axis> along = values.SelectMany(v => new[] { v.Shape.Axis, v.Shape.Across }).Where(a => a is not null)!;
        IEnumerable<Axis> ports = _graph.Root.Nodes.Where(n => n.Op is InputOp { Port: "input" or "decoder_input" }).Select(n => n.Output.Shape.Axis!);
        var axes = new List<Axis>();
        foreach (Axis axis in ports.Concat(along).Distinct())
        {
            Add(axis);
        }

        return axes;

        void Add(Axis axis)
        {
            if (axis.Source is not null)
            {
                Add(axis.Source);
            }

            if (!axes.Contains(axis))
            {
                axes.Add(axis);
            }
        }
    }

    private static bool Truncates(Node node) => node switch
    {
        Scan scan => scan.Reverse == (scan.Forward is not null) && scan.Body.Nodes.All(b => b.Output.Shape.Extent != Extent.BatchAxis),
        { Op: MapOp } => true,
        { Op: SoftmaxOp { OverAxis: true } or UnfoldOp { Window.LooksAhead: true } or FoldOp { Window.LooksAhead: true } } => false,
        _ => node.Inputs.Concat(node.Outputs).Select(v => v.Shape.Extent).Where(e => e != Extent.None).Distinct().Count() <= 1,
    };

    private Schedule Loops(IEnumerable<Node> nodes, HashSet<Node>? forInput = null)
    {
        Schedule whole = Schedule.Of(nodes, v => new Space(v.Shape, _layouts[v], _waits[v], v.Producer is { } maker && forInput?.Contains(maker) == true), _options.Fuse);
        return SplitLoops.Run(whole, _options.Budget, (value, loop) => PlacesOutside(value, r => r is not Scan && whole.Of(r.Output) == loop));
    }

    /// <summary>In how many places others than its loop want a value: one for all that read it by itself, one for every slot it fills.</summary>
    private int PlacesOutside(Value value, Func<Node, bool> isInLoop)
    {
        List<Node> others = _readers.Of(value).Where(r => !isInLoop(r)).ToList();
        bool read = _readers.IsResult(value) || others.Any(r => r.Op is not StackOp) || value.Region.Owner?.BodyResults.Contains(value) == true;
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
    private static void Target(Dictionary<Node, string> targets, Value gradient, string parameter)
    {
        Node node = gradient.Producer!;
        if (node is Scan scan)
        {
            // Summed up step by step, or one for each step: the kernel in the body adds to its place.
            Target(targets, scan.Sums.Concat(scan.Emits).First(s => s.Outer == gradient).Inner, parameter);
            return;
        }

        if (node.Op is MapOp { Kind: MapKind.Add })
        {
            Target(targets, node.Inputs[0], parameter);
            Target(targets, node.Inputs[1], parameter);
        }

        targets[node] = parameter;
    }
}
