// Cells far longer than any that is declared: the nets of a declaration with seeded random arithmetic behind every state and sequence.
// Knows graphs and smooth functions that keep numbers near one; refuses to know how loops are made of them.
using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Layers;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;
using SeqGen.Generator.Tests.Harness;

namespace SeqGen.Generator.Tests.Generated;

internal static class BigCells
{
    private static readonly Lazy<Compilation> _usual = new(() => Compile(CompilerOptions.Default, Names!));

    public static string[] Names { get; } = ["Steps", "Last", "Words", "Free"];

    /// <summary>The declarations, as small as they are by themselves.</summary>
    public static HarnessRun Run { get; } = NetworkHarness.Run(
        "[Network(Inputs = 5, Timesteps = 4)] [Lstm(17)] [Dropout(0.25)] [Dense(3)] [MeanSquaredError] public partial class Steps;",
        "[Network(Inputs = 5, Timesteps = 4)] [Rnn(3)] [Gru(20, Returns = Returns.Last)] [Dense(4, Activation = Activation.Softmax)] [SoftmaxCrossEntropy] public partial class Last;",
        "[Network(Tokens = 12, Timesteps = 4)] [Embedding(7)] [Gru(16, ResetAfter = false)] [Dense(12)] [SoftmaxCrossEntropy] public partial class Words;",
        "[Network(Inputs = 5, Timesteps = 4, TimeMajor = true)] [Gru(9)] [Lstm(33)] public partial class Free;");

    /// <summary>All of them with big cells, as the generator would write them.</summary>
    public static Compilation Usual => _usual.Value;

    public static Compilation Compile(CompilerOptions options, params string[] names) => Variants.Compile(Run, names, options, Lower);

    /// <summary>The declaration's graph, with many operations more in every cell and behind every recurrent layer.</summary>
    public static NetworkGraph Lower(NetworkSpec spec)
    {
        const int operations = 150;
        NetworkGraph graph = NetworkLowering.Lower(spec, NetworkShape.Of(spec));
        var random = new System.Random(1);
        foreach (Scan scan in graph.Root.Nodes.OfType<Scan>().ToList())
        {
            graph.Layer = scan.Layer;
            GrowCell(graph, scan, random, operations);
            GrowSequence(graph, scan, random, operations);
        }

        Verifier.Check(graph);
        return graph;
    }

    private static void GrowCell(NetworkGraph graph, Scan scan, System.Random random, int operations)
    {
        Shape shape = scan.Carries[0].Previous.Shape;
        List<Value> known = [.. scan.Carries.Select(c => c.Previous), .. scan.Body.Nodes.Select(n => n.Output).Where(v => v.Shape == shape)];
        foreach (ScanCarry carry in scan.Carries)
        {
            Value before = carry.Next!, after = Grow(graph, scan.Body, random, [before, .. known], operations / scan.Carries.Count);
            carry.Next = after;
            foreach (ScanResult emit in scan.Emits.Where(e => e.Inner == before))
            {
                emit.Inner = after;
            }
        }
    }

    private static void GrowSequence(NetworkGraph graph, Scan scan, System.Random random, int operations)
    {
        Value before = scan.Emits[0].Outer;
        List<Node> nodes = graph.Root.Nodes;
        int count = nodes.Count;
        Value after = Grow(graph, graph.Root, random, [before], operations);
        List<Node> grown = nodes[count..];
        nodes.RemoveRange(count, grown.Count);
        nodes.ForEach(n => n.Replace(before, after));
        nodes.InsertRange(nodes.IndexOf(scan) + 1, grown);
        foreach (string result in graph.Results.Where(r => r.Value == before).Select(r => r.Key).ToList())
        {
            graph.Results[result] = after;
        }
    }

    /// <summary>Random arithmetic on what is known, behind the first of it; everything that it computes is read, in the end by one sum.</summary>
    private static Value Grow(NetworkGraph graph, Region region, System.Random random, IReadOnlyList<Value> known, int operations)
    {
        var values = new List<Value>(known);
        var unread = new List<Value>(known.Take(1));
        while (values.Count < known.Count + operations)
        {
            Value a = Pick(), b = Pick();
            Put(random.Next(6) switch
            {
                0 => Add(MapKind.Tanh, a),
                1 => Add(MapKind.Sigmoid, a),
                2 => Add(MapKind.Mul, a, b),
                3 => Add(MapKind.Sub, a, b),
                4 => Add(MapKind.Softplus, a),
                _ => Add(MapKind.Sub, Add(MapKind.Mul, a, Constant(0.5)), Add(MapKind.Neg, b)),
            });

            // Few values remain large: a tanh at every turn would leave the rest no weight.
            if (random.Next(3) == 0)
            {
                Put(Add(MapKind.Tanh, values[^1]));
            }
        }

        Value sum = unread.ToArray().Aggregate((a, b) => Add(MapKind.Add, Add(MapKind.Mul, a, Constant(0.75)), b));

        // What was there before remains the greater part, so that gradients neither vanish nor explode on their way through.
        return Add(MapKind.Add, Add(MapKind.Mul, known[0], Constant(0.75)), Add(MapKind.Mul, Add(MapKind.Tanh, sum), Constant(0.25)));

        // Often one of the last, sometimes any.
        Value Pick() => random.Next(4) == 0 ? values[random.Next(values.Count)] : values[^(1 + random.Next(Math.Min(8, values.Count)))];

        void Put(Value value)
        {
            values.Add(value);
            unread.Add(value);
        }

        Value Add(MapKind kind, params Value[] inputs)
        {
            unread.RemoveAll(inputs.Contains);
            return graph.AddTo(region, new MapOp(kind), inputs);
        }

        Value Constant(double value) => graph.AddTo(region, new ConstOp(value));
    }
}
