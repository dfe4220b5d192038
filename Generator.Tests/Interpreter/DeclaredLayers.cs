// Declared networks on the interpreter: a line of attributes becomes a graph, with numbers for everything that it is given.
// Knows the way of a declaration; refuses to know what a layer computes.
using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis.CSharp;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Layers;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;
using SeqGen.Generator.Parsing;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Interpreter;

internal sealed class DeclaredLayers
{
    public const int Batch = 3, Steps = 5;

    private readonly Dictionary<string, NetworkSpec> _specs;

    /// <param name="layers">Attributes after [Network(Inputs = 2, Timesteps = 5)].</param>
    public DeclaredLayers(IEnumerable<string> layers)
    {
        string[] all = [.. layers.Distinct()];
        CSharpCompilation compilation = NetworkHarness.Compilation(
            new HarnessOptions(), [.. all.Select((text, i) => $"[Network(Inputs = 2, Timesteps = 5)] {text} partial class Net{i};")]);
        _specs = all.Select((text, i) => (text, NetworkParser.Parse(compilation.GetTypeByMetadataName($"Net{i}")!, compilation, default)!.Spec)).ToDictionary();
    }

    public NetworkGraph Lower(string layers)
    {
        NetworkShape shape = NetworkShape.Of(_specs[layers]);
        Assert.Empty(shape.Problems.Select(p => p.ToString()));
        NetworkGraph graph = NetworkLowering.Lower(_specs[layers], shape);
        Verifier.Check(graph);
        return graph;
    }

    public NetworkShape Shape(string layers) => NetworkShape.Of(_specs[layers]);

    /// <summary>Numbers for every port and parameter; lengths among them zero; masks of zeros and scales for noise.</summary>
    public static Run Prepare(NetworkGraph graph, int seed = 3, bool lengths = true, bool noise = true)
    {
        var run = new Run(Batch);
        run.Steps["time"] = Steps;
        run.Steps["labels"] = 3;
        run.Lengths["labels"] = [2, 0, 1];
        run.LossLengths = [5, 1, 4];
        if (lengths)
        {
            run.Lengths["time"] = [5, 0, 4];
        }

        FiniteDifferences.Fill(graph, run, seed);
        var random = new Random(seed);
        foreach (NoiseOp op in graph.Sources<NoiseOp>().Where(_ => noise))
        {
            Shape shape = op.Infer([]);
            run.Noise[op.Noise] = [.. Enumerable.Range(0, run.Items(shape) * shape.Size).Select(_ => random.NextDouble() < op.Keep ? op.Scale : 0)];
        }

        return run;
    }
}
