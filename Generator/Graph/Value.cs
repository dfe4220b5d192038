// Values, nodes and regions: the parts of a graph. Single assignment; a node's inputs come before it in its region or in the root.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Graph;

/// <summary>Something computed once (in a scan's body: once a step).</summary>
internal sealed class Value
{
    public Value(int id, string name, Shape shape, Region region, Node? producer)
    {
        Id = id;
        Name = name;
        Shape = shape;
        Region = region;
        Producer = producer;
    }

    public int Id { get; }

    /// <summary>A hint for printed graphs and emitted names; may be empty.</summary>
    public string Name { get; set; }

    public Shape Shape { get; }

    /// <summary>Where it is computed.</summary>
    public Region Region { get; set; }

    /// <summary>What computes it; null for an argument of a scan's body.</summary>
    public Node? Producer { get; set; }

    /// <summary>What a scan's body sees one step of, where this is that step.</summary>
    public Value? Outer { get; set; }

    /// <summary>The parameter that it is, or at a step is of.</summary>
    public ParamOp? Parameter => (Outer ?? this).Producer?.Op as ParamOp;

    public override string ToString() => Name.Length > 0 ? "%" + Id + ":" + Name : "%" + Id;
}

/// <summary>An op applied to values. A <see cref="Scan"/> is a node too.</summary>
internal class Node
{
    private readonly List<Value> _inputs;
    private readonly List<Value> _outputs = new();

    public Node(Op op, IEnumerable<Value> inputs, Region region)
    {
        Op = op;
        _inputs = inputs.ToList();
        Region = region;
    }

    public Op Op { get; }

    public Region Region { get; set; }

    /// <summary>Name of the layer that it belongs to, for emitted names and remarks; empty for the network's own.</summary>
    public string Layer { get; set; } = "";

    public virtual IReadOnlyList<Value> Inputs => _inputs;

    public virtual IReadOnlyList<Value> Outputs => _outputs;

    /// <summary>The only output of an ordinary node.</summary>
    public Value Output => _outputs[0];

    public void SetOutput(Value value) => _outputs.Add(value);

    public virtual void Replace(Value old, Value with)
    {
        for (int i = 0; i < _inputs.Count; i++)
        {
            if (_inputs[i] == old)
            {
                _inputs[i] = with;
            }
        }
    }

    /// <summary>Every value it reads, a scan's captures included.</summary>
    public virtual IEnumerable<Value> Reads => Inputs;
}

/// <summary>A list of nodes in an order that can be executed.</summary>
internal sealed class Region
{
    public List<Node> Nodes { get; } = new();

    /// <summary>The scan whose body this is; null for the root.</summary>
    public Scan? Owner { get; set; }
}
