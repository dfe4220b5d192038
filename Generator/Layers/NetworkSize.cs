// Whether a lowered network has places that memory can hold: every size that generated code and runtime count in whole numbers fits into them.
// Counts in blocks of 16 as kernels have them; knows no layer, and not where anything lies.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Layers;

/// <summary>Counts floats by layer. What is found too large is said of the layer that has most of it.</summary>
internal sealed class NetworkSize(NetworkShape shape, ProblemSink problems)
{
    /// <summary>The most floats of one block of memory, .NET's longest array, with room to align it.</summary>
    private const long LongestBlock = 0x7FFFFFC7 - 64;

    /// <summary>The most floats that all values of one step of one sequence may have. The way back has some gradients for each value, and their places
    /// are counted in ints: a sixteenth of what an int holds leaves room for them.</summary>
    private const long WidestStep = 1 << 27;

    private readonly Dictionary<string, decimal> _numbers = new();
    private readonly Dictionary<string, decimal> _packed = new();
    private readonly Dictionary<string, decimal> _step = new();

    public void Check(NetworkGraph graph)
    {
        foreach (Node node in graph.Root.Nodes.SelectMany(n => n is Scan scan ? scan.Body.Nodes : [n]))
        {
            Count(node);
        }

        foreach (ScanCarry carry in graph.Root.Nodes.OfType<Scan>().SelectMany(s => s.Carries))
        {
            Add(_step, carry.Final.Producer!.Layer, Padded(carry.Previous.Shape));
        }

        Limit(_numbers, "parameters", Rules.MostParameters);
        Limit(_packed, "numbers where parameters are padded to blocks of 16 by 16", LongestBlock);
        Limit(_step, "numbers in all values of one step, the windows that a stream remembers included", WidestStep);
    }

    private void Count(Node node)
    {
        Shape output = node.Output.Shape;
        switch (node.Op)
        {
            case ParamOp parameter:
                decimal steps = parameter.Untied?.Max ?? 1, count = parameter.FileShape.Aggregate(1m, (a, b) => a * b);
                Add(_numbers, node.Layer, steps * count);

                // A vector, or a table of rows; weights are counted as they are used.
                Add(_packed, node.Layer, steps * (parameter.FileShape.Count == 1 ? Pad(parameter.FileShape[0]) : 0));
                return;
            case AffineOp op:
                for (int k = 0; k < op.Terms.Count; k++)
                {
                    // Both ways: as it lies in the master, and transposed for the way back.
                    Value weight = node.Inputs[op.Weight(k)];
                    Add(_packed, node.Layer, (decimal)Pad(op.Units) * Pad(weight.Shape.Dims[1]) * op.Terms[k].Count(s => s >= 0) * (weight.Parameter?.Untied?.Max ?? 1));
                }

                break;
            case GatherOp:
                Add(_packed, node.Layer, (decimal)node.Inputs[0].Shape.Dims[0] * Pad(node.Inputs[0].Shape.Dims[1]));
                break;
            case UnfoldOp op when shape.CanStream:
                Add(_step, node.Layer, (op.Window.Reach + 1m) * node.Inputs[0].Shape.Width);
                break;
        }

        if (output.Extent != Extent.None)
        {
            Add(_step, node.Layer, Padded(output));
        }
    }

    private void Limit(Dictionary<string, decimal> counts, string what, long most)
    {
        decimal all = counts.Values.Sum();
        if (all > most)
        {
            string largest = counts.OrderByDescending(c => c.Value).First().Key;
            int layer = shape.Names.ToList().FindIndex(n => n.Name == largest);
            problems.Layer = layer < 0 ? -1 : shape.Sections.Attributes[layer];
            problems.Add("SEQ0112", "", what, all, most);
        }
    }

    private static void Add(Dictionary<string, decimal> counts, string layer, decimal floats) =>
        counts[layer] = floats + (counts.TryGetValue(layer, out decimal known) ? known : 0);

    private static decimal Padded(Shape shape) => (decimal)Pad(shape.Width) * (shape.Rank == 2 ? shape.Dims[0] : 1);

    private static long Pad(long size) => (size + 15) / 16 * 16;
}
