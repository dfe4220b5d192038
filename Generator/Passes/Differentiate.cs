// The reverse walk: appends to a graph the computation of its gradients. One gradient rule an op, one walk for every layer.
// Knows scans and lengths' consequences (none: a reverse scan passes a finished row's gradients on); knows no layer and no kernel.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Passes;

/// <summary>What to differentiate.</summary>
/// <param name="From">The scalar losses (their gradients start at 1), or outputs whose gradients are handed in as seeds.</param>
/// <param name="Wanted">The sources (parameters, inputs, initial states) whose gradients are wanted.</param>
/// <param name="RecomputeCheap">Compute cheap elementwise values again on the way back instead of saving them (ir.md: ChooseSaved).</param>
internal sealed record DifferentiateOptions(IReadOnlyList<(Value Value, Value? Seed)> From, System.Func<Op, bool> Wanted, bool RecomputeCheap = true)
{
    public DifferentiateOptions(Value from, Value? seed, System.Func<Op, bool> wanted, bool recomputeCheap = true)
        : this([(from, seed)], wanted, recomputeCheap)
    {
    }
}

internal sealed partial class Differentiate
{
    private readonly NetworkGraph _graph;
    private readonly DifferentiateOptions _options;
    private readonly HashSet<Value> _needed = new();
    private readonly Gradients _root;

    private Differentiate(NetworkGraph graph, DifferentiateOptions options)
    {
        _graph = graph;
        _options = options;
        _root = new Gradients(graph);
    }

    /// <summary>Appends the backward computation and gives the gradient of every wanted source that has one.</summary>
    public static IReadOnlyDictionary<Value, Value> Run(NetworkGraph graph, DifferentiateOptions options)
    {
        var pass = new Differentiate(graph, options);
        pass.FindNeeded();
        return pass.Walk();
    }

    private void FindNeeded()
    {
        foreach (Node node in _graph.Root.Nodes)
        {
            if (node is Scan scan)
            {
                FindNeeded(scan);
            }
            else if (node.Inputs.Any(_needed.Contains) || (node.Inputs.Count == 0 && _options.Wanted(node.Op)))
            {
                Need(node.Output);
            }
        }
    }

    private void FindNeeded(Scan scan)
    {
        foreach (ScanEach each in scan.Each.Where(e => _needed.Contains(e.Outer)))
        {
            _needed.Add(each.Inner);
        }

        foreach (ScanCarry carry in scan.Carries.Where(c => _needed.Contains(c.Init)))
        {
            _needed.Add(carry.Previous);
        }

        int before;
        do
        {
            before = _needed.Count;
            foreach (Node node in scan.Body.Nodes.Where(n => n.Inputs.Any(_needed.Contains)))
            {
                Need(node.Output);
            }

            foreach (ScanCarry carry in scan.Carries.Where(c => _needed.Contains(c.Next!)))
            {
                _needed.Add(carry.Previous);
            }
        }
        while (_needed.Count > before);

        foreach (ScanResult result in scan.Emits.Concat(scan.Sums).Where(r => _needed.Contains(r.Inner)))
        {
            _needed.Add(result.Outer);
        }

        foreach (ScanCarry carry in scan.Carries.Where(c => _needed.Contains(c.Next!)))
        {
            _needed.Add(carry.Final);
        }
    }

    /// <summary>Whole numbers have no gradient.</summary>
    private void Need(Value value)
    {
        if (value.Shape.IsFloat)
        {
            _needed.Add(value);
        }
    }

    private IReadOnlyDictionary<Value, Value> Walk()
    {
        List<Node> nodes = _graph.Root.Nodes.ToList();
        foreach ((Value value, Value? seed) in _options.From)
        {
            _root.Add(value, seed ?? _graph.Add(new ConstOp(1)));
        }

        foreach (Node node in Enumerable.Reverse(nodes))
        {
            _graph.Layer = node.Layer;
            if (node is Scan scan)
            {
                Reverse(scan);
            }
            else if (_needed.Contains(node.Output) && _root.Get(node.Output) is { } gradient)
            {
                Name(node.Output, gradient);
                node.Op.Gradient(new Rule(_graph, node, gradient, _root, _needed, v => v));
            }
        }

        var wanted = new Dictionary<Value, Value>();
        foreach (Node node in nodes.Where(n => n is not Scan && n.Inputs.Count == 0 && _options.Wanted(n.Op)))
        {
            if (_root.Get(node.Output) is { } gradient)
            {
                wanted[node.Output] = gradient;
            }
        }

        return wanted;
    }

    private void Name(Value of, Value gradient)
    {
        _graph.GradientOf[gradient] = of;
        if (gradient.Name.Length == 0 && of.Name.Length > 0)
        {
            gradient.Name = "d" + char.ToUpperInvariant(of.Name[0]) + of.Name.Substring(1);
        }
    }

    /// <summary>d(scan): a scan in the opposite direction whose carries are the gradients of the states.</summary>
    private void Reverse(Scan scan)
    {
        List<ScanCarry> carries = scan.Carries.Where(c => c.Previous.Shape.IsFloat && _needed.Contains(c.Previous)).ToList();
        List<ScanResult> emits = scan.Emits.Where(e => _needed.Contains(e.Inner) && _root.Get(e.Outer) is not null).ToList();
        List<ScanResult> sums = scan.Sums.Where(s => _needed.Contains(s.Inner) && _root.Get(s.Outer) is not null).ToList();
        if (emits.Count + sums.Count == 0 && carries.All(c => _root.Get(c.Final) is null))
        {
            return;
        }

        foreach (ScanResult emit in emits)
        {
            Name(emit.Outer, _root.Get(emit.Outer)!);
        }

        List<Value> inits = carries.Select(c => _root.Get(c.Final) ?? _graph.Add(new ZerosOp(c.Previous.Shape))).ToList();
        Scan back = _graph.Begin(scan.Axis, !scan.Reverse);
        back.Forward = scan;
        var local = new Gradients(_graph);
        var states = new List<ScanCarry>();
        for (int i = 0; i < carries.Count; i++)
        {
            states.Add(_graph.Carry(back, "d" + char.ToUpperInvariant(carries[i].Name[0]) + carries[i].Name.Substring(1), inits[i]));
            local.Add(carries[i].Next!, states[i].Previous);
        }

        foreach (ScanResult emit in emits)
        {
            Rule.AddTo(_graph, local, emit.Inner, _graph.Each(back, _root.Get(emit.Outer)!));
        }

        foreach (ScanResult sum in sums)
        {
            local.Add(sum.Inner, _root.Get(sum.Outer)!);
        }

        var saved = new Saved(_graph, scan, back, _options.RecomputeCheap);
        foreach (Node node in Enumerable.Reverse(scan.Body.Nodes.ToList()))
        {
            if (_needed.Contains(node.Output) && local.Get(node.Output) is { } gradient)
            {
                Name(node.Output, gradient);
                node.Op.Gradient(new Rule(_graph, node, gradient, local, _needed, saved.Use));
            }
        }

        for (int i = 0; i < carries.Count; i++)
        {
            states[i].Next = local.Get(carries[i].Previous) ?? _graph.Add(new ZerosOp(carries[i].Previous.Shape));
        }

        // What leaves the scan is added up in the root, so only after the body is closed.
        var leaving = new List<(Value Of, Value Gradient)>();
        foreach (ScanEach each in scan.Each.Where(e => _needed.Contains(e.Inner)))
        {
            if (local.Get(each.Inner) is { } gradient)
            {
                leaving.Add((each.Outer, _graph.Emit(back, gradient)));
            }
        }

        foreach (Value capture in local.Keys.Where(v => v.Region == _graph.Root && _needed.Contains(v)).ToList())
        {
            leaving.Add((capture, _graph.Sum(back, local.Get(capture)!)));
        }

        _graph.End(back);
        foreach ((Value of, Value gradient) in leaving)
        {
            _root.Add(of, gradient);
        }

        for (int i = 0; i < carries.Count; i++)
        {
            if (_needed.Contains(carries[i].Init))
            {
                Rule.AddTo(_graph, _root, carries[i].Init, states[i].Final);
            }
        }
    }
}
