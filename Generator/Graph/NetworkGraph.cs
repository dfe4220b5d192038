// A whole graph, and the one way to add to it: every node's shape is inferred and checked as it is added.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Graph;

/// <summary>Where a state begins that is neither given nor carried over, unless that is zero.</summary>
/// <param name="Kind">Learned or Random.</param>
/// <param name="Parameter">Name of the parameter that holds a learned beginning; nothing in the graph reads it.</param>
/// <param name="Deviation">Standard deviation of a random beginning.</param>
internal sealed record StateBeginning(string Kind, string? Parameter, double Deviation);

internal sealed class NetworkGraph
{
    private int _nextId;

    public NetworkGraph() => Current = Root;

    public Region Root { get; } = new();

    /// <summary>Where <see cref="Add"/> appends: the root or the body of the open scan.</summary>
    public Region Current { get; private set; }

    /// <summary>What the outside can ask for, by name: output, logits, loss, out.*, final.*, grad.*.</summary>
    public Dictionary<string, Value> Results { get; } = new();

    /// <summary>Where states begin that do not begin at zero, by the port that gives them: <c>init.LAYER.STATE</c>.</summary>
    public Dictionary<string, StateBeginning> InitialStates { get; } = new();

    /// <summary>The layer whose nodes are being added.</summary>
    public string Layer { get; set; } = "";

    /// <summary>Gradients of the matrix parts' results, so that they can be planned in the same place.</summary>
    public Dictionary<Value, Value> GradientOf { get; } = new();

    /// <summary>States that a run starts from and a user can give: names, and what gives their first values.</summary>
    public IEnumerable<(string State, Value Initial)> GivenStates => Root.Nodes.Where(n => n.Op is InputOp i && i.Port.StartsWith(Ports.Initial, System.StringComparison.Ordinal))
        .Select(n => (((InputOp)n.Op).Port.Substring(Ports.Initial.Length), n.Output));

    /// <summary>What is handed in under a name; null where nothing is.</summary>
    public Value? Port(string name) => Root.Nodes.FirstOrDefault(n => n.Op is InputOp input && input.Port == name)?.Output;

    public IEnumerable<T> Sources<T>()
        where T : Op => Root.Nodes.Where(n => n.Op is T).Select(n => (T)n.Op);

    public Value Add(Op op, params Value[] inputs) => AddTo(Current, op, inputs);

    public Value AddTo(Region region, Op op, params Value[] inputs)
    {
        var node = new Node(op, inputs, region) { Layer = Layer };
        Shape shape = op.Infer(inputs);
        var value = new Value(_nextId++, op.NameHint, shape, region, node);
        node.SetOutput(value);
        region.Nodes.Add(node);
        return value;
    }

    /// <summary>Opens a scan; nodes go to its body until <see cref="End"/>.</summary>
    public Scan Begin(Axis axis, bool reverse = false)
    {
        if (Current != Root)
        {
            throw new GraphException("a scan may not be opened inside another");
        }

        var scan = new Scan(axis, reverse, Root) { Layer = Layer };
        Current = scan.Body;
        return scan;
    }

    public void End(Scan scan)
    {
        if (Current != scan.Body)
        {
            throw new GraphException("this scan is not the open one");
        }

        foreach (ScanCarry carry in scan.Carries)
        {
            if (carry.Next is null || carry.Next.Shape != carry.Previous.Shape)
            {
                throw new GraphException($"state {carry.Name} of shape {carry.Previous.Shape} is given {carry.Next?.Shape.ToString() ?? "nothing"} as its next value");
            }
        }

        Current = Root;
        Root.Nodes.Add(scan);
    }

    public Value Each(Scan scan, Value sequence)
    {
        if (sequence.Shape.Extent == Extent.Batch || sequence.Shape.Axis != scan.Axis)
        {
            throw new GraphException($"{sequence} of shape {sequence.Shape} does not run along {scan.Axis}");
        }

        ScanEach? known = scan.Each.FirstOrDefault(e => e.Outer == sequence);
        if (known is not null)
        {
            return known.Inner;
        }

        var each = new ScanEach(new Value(_nextId++, sequence.Name, sequence.Shape.AtStep(), scan.Body, null) { Outer = sequence });
        scan.Each.Add(each);
        return each.Inner;
    }

    public ScanCarry Carry(Scan scan, string name, Value init)
    {
        Shape shape = init.Shape with { Extent = Extent.Batch };
        var carry = new ScanCarry(name, init, new Value(_nextId++, name, shape, scan.Body, null), new Value(_nextId++, "final." + name, shape, Root, scan));
        scan.Carries.Add(carry);
        return carry;
    }

    public Value Emit(Scan scan, Value inner)
    {
        ScanResult? known = scan.Emits.FirstOrDefault(e => e.Inner == inner);
        if (known is not null)
        {
            return known.Outer;
        }

        var emit = new ScanResult(inner, new Value(_nextId++, inner.Name, inner.Shape.Along(scan.Axis), Root, scan));
        scan.Emits.Add(emit);
        return emit.Outer;
    }

    public Value Sum(Scan scan, Value inner)
    {
        var sum = new ScanResult(inner, new Value(_nextId++, inner.Name, inner.Shape, Root, scan));
        scan.Sums.Add(sum);
        return sum.Outer;
    }

    /// <summary>Every reader of a value, in the root and in the bodies.</summary>
    public IEnumerable<Node> Readers(Value value) =>
        Root.Nodes.Concat(Root.Nodes.OfType<Scan>().SelectMany(s => s.Body.Nodes)).Where(n => n.Reads.Contains(value));

    public void Replace(Value old, Value with)
    {
        foreach (Node node in Root.Nodes)
        {
            node.Replace(old, with);
        }

        foreach (string key in Results.Where(p => p.Value == old).Select(p => p.Key).ToList())
        {
            Results[key] = with;
        }
    }
}
