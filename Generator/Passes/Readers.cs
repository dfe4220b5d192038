// Who reads a value, and under which other names it lies in the same place. Collected once, before anything is placed.
// Knows the graph; knows no order of execution and no place.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Passes;

internal sealed class Readers
{
    private readonly ILookup<Value, Node> _readers;
    private readonly ILookup<Value, Value> _names;
    private readonly HashSet<Value> _results;
    private readonly HashSet<Value> _leaving;

    public Readers(NetworkGraph graph)
    {
        List<Scan> scans = graph.Root.Nodes.OfType<Scan>().ToList();
        List<Node> nodes = graph.Root.Nodes.Concat(scans.SelectMany(s => s.Body.Nodes)).ToList();
        _readers = nodes.SelectMany(n => n.Reads.Distinct().Select(v => (Value: v, Node: n))).ToLookup(p => p.Value, p => p.Node);
        _results = new HashSet<Value>(graph.Results.Where(r => !r.Key.StartsWith("grad.parameter.", StringComparison.Ordinal)).Select(r => r.Value));
        _leaving = new HashSet<Value>(scans.SelectMany(s => s.BodyResults));
        _names = nodes.Where(n => n.Op is SlotOp).Select(n => (Value: n.Inputs[0], Name: n.Output))
            .Concat(scans.SelectMany(s => s.Each).Select(e => (Value: e.Outer, Name: e.Inner)))
            .Concat(scans.SelectMany(s => s.Emits).Select(e => (Value: e.Inner, Name: e.Outer)))
            .Concat(scans.SelectMany(s => s.Carries).SelectMany(c => new[] { (Value: c.Next!, Name: c.Previous), (Value: c.Previous, Name: c.Final) }))
            .ToLookup(p => p.Value, p => p.Name);
    }

    public IEnumerable<Node> Of(Value value) => _readers[value];

    /// <summary>Those in the body of a loop over time.</summary>
    public IEnumerable<Node> Within(Scan scan, Value value) => _readers[value].Where(n => n.Region == scan.Body);

    /// <summary>Whether the outside asks for it, so that it stays until the program is run again.</summary>
    public bool IsResult(Value value) => _results.Contains(value);

    /// <summary>Whether the body of a loop over time hands it on, to the next step or out of the loop: then it is read when all else of a step is done.</summary>
    public bool Leaves(Value value) => _leaving.Contains(value);

    /// <summary>A value and what it is called where it is handed on: its slots, a body's value outside of the loop, a sequence within, a state at the next step.</summary>
    public IEnumerable<Value> Names(Value value)
    {
        var found = new HashSet<Value> { value };
        var open = new Stack<Value>(found);
        while (open.Count > 0)
        {
            foreach (Value name in _names[open.Pop()].Where(found.Add))
            {
                open.Push(name);
            }
        }

        return found;
    }
}
