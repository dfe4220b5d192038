// Computes once what layers have written several times: nodes of one region with equal ops and equal inputs become one. Heads of a memory
// and of an attention that look at the same value ask for the same norms, products and constants.
// Knows when two ops compute the same; knows no layer, and not what a value costs.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;

namespace SeqGen.Generator.Passes;

internal sealed class ShareEqual
{
    // Read instead of a value: the first one that is equal to it.
    private readonly Dictionary<Value, Value> _first = new();

    /// <summary>Runs on forward ops: of a gradient it is written down what it is the gradient of, and no two values are of one.</summary>
    public static void Run(NetworkGraph graph)
    {
        var pass = new ShareEqual();
        pass.Share(graph.Root);
        foreach (string result in graph.Results.Keys.ToList())
        {
            graph.Results[result] = pass.First(graph.Results[result]);
        }
    }

    private void Share(Region region)
    {
        var known = new Dictionary<(Type Op, string Name, string Attributes, string Inputs), Value>();
        foreach (Node node in region.Nodes.ToList())
        {
            foreach (Value read in node.Reads.Distinct().Where(_first.ContainsKey).ToList())
            {
                node.Replace(read, _first[read]);
            }

            if (node is Scan scan)
            {
                Join(scan.Each, e => e.Outer, e => e.Inner);
                Share(scan.Body);
                foreach (Value result in scan.BodyResults.Distinct().Where(_first.ContainsKey).ToList())
                {
                    scan.Replace(result, _first[result]);
                }

                Join(scan.Emits, e => e.Inner, e => e.Outer);
            }
            else if (!node.Op.HasIdentity)
            {
                string inputs = node.Output.Shape + " " + string.Join(" ", node.Inputs.Select(i => i.Id));
                (Type, string, string, string) key = (node.Op.GetType(), node.Op.Name, node.Op.Attributes, inputs);
                if (!known.TryGetValue(key, out Value? first))
                {
                    known.Add(key, node.Output);
                }
                else
                {
                    _first.Add(node.Output, first);
                    region.Nodes.Remove(node);
                }
            }
        }
    }

    /// <summary>What goes into a scan or out of it twice does so once.</summary>
    private void Join<T>(List<T> all, Func<T, Value> from, Func<T, Value> to)
    {
        foreach (IGrouping<Value, T> equal in all.GroupBy(from).Where(g => g.Count() > 1).ToList())
        {
            foreach (T other in equal.Skip(1).ToList())
            {
                _first.Add(to(other), to(equal.First()));
                all.Remove(other);
            }
        }
    }

    private Value First(Value value) => _first.TryGetValue(value, out Value? first) ? first : value;
}
