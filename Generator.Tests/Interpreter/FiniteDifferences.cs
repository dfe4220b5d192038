// Derivatives of a scalar result by a fourth-order difference quotient, against the reverse walk with every choice of passes.
// Knows runs and results; knows no op.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;
using SeqGen.Generator.Passes;
using SeqGen.Generator.Tests.Graphs;
using Xunit;

namespace SeqGen.Generator.Tests.Interpreter;

internal static class FiniteDifferences
{
    private const double _tolerance = 1e-7;
    private const double _step = 2e-4;

    /// <summary>
    /// Checks the gradients of result <c>loss</c> by every input port and parameter whose name starts with x, element by element.
    /// <paramref name="build"/> writes the same forward graph every time it is called.
    /// </summary>
    public static void Check(Func<NetworkGraph> build, Func<NetworkGraph, Run> prepare, string where)
    {
        NetworkGraph forward = build();
        Verifier.Check(forward);
        Run run = prepare(forward);
        Dictionary<string, double[]> given = run.Ports.Concat(run.Parameters).Where(p => p.Key[0] == 'x').ToDictionary(p => p.Key, p => p.Value);
        Dictionary<string, double[]> quotients = given.ToDictionary(p => p.Key, p => Quotients(forward, run, p.Value));
        Assert.True(quotients.Values.Any(q => q.Any(v => v != 0)), where + ": nothing depends on any input, the case tests nothing");
        foreach (PassChoice passes in PassChoice.All)
        {
            NetworkGraph graph = build();
            AddGradients(graph, passes);
            GraphInterpreter results = GraphInterpreter.Execute(graph, run);
            foreach (KeyValuePair<string, double[]> pair in quotients)
            {
                double[] gradient = graph.Results.ContainsKey("grad." + pair.Key) ? results["grad." + pair.Key].Data : new double[pair.Value.Length];
                Compare(pair.Value, gradient, $"{where}, {passes}, gradient of {pair.Key}");
            }
        }
    }

    /// <summary>
    /// Numbers for every port and parameter: whole ones below <paramref name="tokens"/> for i32, else in (-1, 1), no two so near to each other
    /// or to 0 that a difference quotient would cross a kink.
    /// </summary>
    public static void Fill(NetworkGraph graph, Run run, int seed, int tokens = 3, bool positive = false)
    {
        var random = new Random(seed);
        var used = new HashSet<int>();
        double Number()
        {
            int cell;
            do
            {
                cell = random.Next(100, 1000) * (positive || random.Next(2) == 0 ? 1 : -1);
            }
            while (!used.Add(cell));
            return cell / 1000.0;
        }

        double[] Draw(Shape shape)
        {
            var data = new double[run.Items(shape) * shape.Size];
            for (int i = 0; i < data.Length; i++)
            {
                data[i] = shape.IsFloat ? Number() : random.Next(tokens);
            }

            return data;
        }

        foreach (InputOp input in graph.Sources<InputOp>())
        {
            run.Ports[input.Port] = Draw(input.Infer([]));
        }

        foreach (ParamOp param in graph.Sources<ParamOp>())
        {
            double[] drawn = Draw(param.Infer([]));
            run.Parameters[param.Parameter] = param.Parameter.EndsWith(".running_var", StringComparison.Ordinal) ? Array.ConvertAll(drawn, Math.Abs) : drawn;
        }
    }

    /// <summary>Adds seed * value to the scalar result <c>loss</c>, the seed being a port that is given.</summary>
    public static void Observe(NetworkGraph graph, Value value, string seed)
    {
        Value weight = graph.Add(new InputOp(seed, value.Shape));
        Value term = graph.Add(new SumToOp(Shape.Whole(1)), graph.Add(new MapOp(MapKind.Mul), value, weight));
        graph.Results["loss"] = graph.Results.TryGetValue("loss", out Value? sum) ? graph.Add(new MapOp(MapKind.Add), sum, term) : term;
    }

    private static void AddGradients(NetworkGraph graph, PassChoice passes)
    {
        static string NameOf(Op op) => op is InputOp input ? input.Port : op is ParamOp param ? param.Parameter : "";
        IReadOnlyDictionary<Value, Value> gradients = Differentiate.Run(
            graph, new DifferentiateOptions(graph.Results["loss"], null, op => NameOf(op).StartsWith('x'), passes.RecomputeCheap));
        foreach (KeyValuePair<Value, Value> pair in gradients)
        {
            Assert.Equal(pair.Key.Shape, pair.Value.Shape);
            graph.Results["grad." + NameOf(pair.Key.Producer!.Op)] = pair.Value;
        }

        Verifier.Check(graph);
        if (passes.GatherGradients)
        {
            GatherGradients.Run(graph);
            Verifier.Check(graph);
        }
    }

    private static double[] Quotients(NetworkGraph graph, Run run, double[] x)
    {
        var quotients = new double[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            double old = x[i];
            double At(double offset)
            {
                x[i] = old + offset;
                return GraphInterpreter.Execute(graph, run)["loss"].Data[0];
            }

            quotients[i] = ((8 * (At(_step) - At(-_step))) - (At(2 * _step) - At(-2 * _step))) / (12 * _step);
            x[i] = old;
        }

        return quotients;
    }

    private static void Compare(double[] expected, double[] got, string where)
    {
        Assert.Equal(expected.Length, got.Length);
        double scale = Math.Max(1e-2, expected.Max(Math.Abs));
        for (int i = 0; i < got.Length; i++)
        {
            Assert.True(Math.Abs(got[i] - expected[i]) <= _tolerance * scale, $"{where}[{i}] is {got[i]:R}, the difference quotient {expected[i]:R}");
        }
    }
}
