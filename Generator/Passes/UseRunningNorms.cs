// Replaces batch normalisation by a product and a sum with what is derived from the running statistics: everywhere at inference, and in training where it is frozen.
using System;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Passes;

internal static class UseRunningNorms
{
    public static void Run(NetworkGraph graph, bool frozenAlone)
    {
        foreach (Node norm in graph.Root.Nodes.Where(n => n.Op is BatchNormOp op && (op.IsFrozen || !frozenAlone)).ToList())
        {
            var op = (BatchNormOp)norm.Op;
            (Value x, Value mean, Value variance) = (norm.Inputs[0], norm.Inputs[1], norm.Inputs[2]);
            int place = graph.Root.Nodes.IndexOf(norm), count = graph.Root.Nodes.Count;
            graph.Layer = norm.Layer;
            Value scale = graph.Add(new RunningNormOp(op.Epsilon, false), mean, variance), offset = graph.Add(new RunningNormOp(op.Epsilon, true), mean, variance);
            Value scaled = graph.Add(new MapOp(MapKind.Mul), x, scale), y = graph.Add(new MapOp(MapKind.Add), scaled, offset);
            y.Name = norm.Output.Name;
            Node[] added = graph.Root.Nodes.Skip(count).ToArray();
            graph.Root.Nodes.RemoveRange(count, added.Length);
            graph.Root.Nodes.InsertRange(place, added);
            graph.Replace(norm.Output, y);
            graph.Root.Nodes.Remove(norm);
        }

        graph.Layer = "";
    }
}
