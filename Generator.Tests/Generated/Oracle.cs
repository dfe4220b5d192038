// What a declared network computes, in double: its own graph, executed by the interpreter. The graph has no optional pass behind it,
// so whatever a pass breaks shows too.
// Knows how data gets into a run and results out of it; refuses to know generated code.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Layers;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;
using SeqGen.Generator.Parsing;
using SeqGen.Generator.Tests.Harness;
using SeqGen.Generator.Tests.Interpreter;

namespace SeqGen.Generator.Tests.Generated;

internal sealed class Oracle
{
    private static readonly CompilerOptions _plain = new(RecomputeCheap: false, GatherGradients: false, FuseLoops: false, ReuseSlots: false);

    private readonly NetworkGraph _forward;
    private readonly NetworkGraph _training;

    public Oracle(Func<NetworkGraph> lower)
    {
        _forward = lower();
        _training = NetworkCompiler.TrainingGraph(lower(), _plain);
    }

    /// <summary>The oracle of a loaded network.</summary>
    public static Oracle Of(LoadedNetworks networks, string name)
    {
        NetworkSpec spec = Spec(networks.Run, name);
        return new Oracle(() => NetworkLowering.Lower(spec, NetworkShape.Of(spec)));
    }

    public static NetworkSpec Spec(HarnessRun run, string name) =>
        NetworkParser.Parse(run.Run.Before.GetTypeByMetadataName(name)!, run.Run.Before, default)!.Spec;

    /// <summary>Outputs, final states and <c>loss</c>; without noise where the data has none.</summary>
    public IReadOnlyDictionary<string, double[]> Forward(INetwork network, PassData data) => Execute(_forward, network, data, 0);

    /// <summary>Gradients, outputs and final states; the gradients of parameters that are not trained are zero.</summary>
    /// <param name="network">Gives the parameters.</param>
    /// <param name="data">The batch.</param>
    /// <param name="nudge">How far, relatively, every parameter, input and state is moved, up or down as it falls.</param>
    public IReadOnlyDictionary<string, double[]> Train(INetwork network, PassData data, double nudge = 0)
    {
        var results = new Dictionary<string, double[]>(Execute(_training, network, data, nudge));
        foreach (Parameter parameter in network.Parameters.Where(p => !results.ContainsKey("grad." + p.Name)))
        {
            results["grad." + parameter.Name] = new double[parameter.Count];
        }

        return results;
    }

    /// <summary>How far the worst tensor moves, relative to its largest element, when everything given moves by a rounding error.</summary>
    public double Sensitivity(INetwork network, PassData data, IReadOnlyDictionary<string, double[]> results)
    {
        IReadOnlyDictionary<string, double[]> nudged = Train(network, data, nudge: Math.Pow(2, -23));
        return results.Max(r => Closeness.Largest(r.Value) is var largest && largest == 0
            ? 0
            : Closeness.Largest(r.Value.Zip(nudged[r.Key], (a, b) => a - b).ToArray()) / largest);
    }

    private static Dictionary<string, double[]> Execute(NetworkGraph graph, INetwork network, PassData data, double nudge)
    {
        Run run = RunOf(graph, network, data);
        var random = new System.Random(1);
        foreach (double[] values in run.Parameters.Values.Concat(run.Ports.Where(p => p.Key is not "target" && data.Tokens.Length == 0).Select(p => p.Value)).Where(_ => nudge > 0))
        {
            for (int i = 0; i < values.Length; i++)
            {
                values[i] *= 1 + (random.Next(2) == 0 ? nudge : -nudge);
            }
        }

        GraphInterpreter interpreter = GraphInterpreter.Execute(graph, run);
        return graph.Results.Where(r => r.Value.Shape.IsFloat).ToDictionary(
            r => r.Key.Replace("grad.parameter.", "grad.", StringComparison.Ordinal),
            r => r.Key.StartsWith("grad.", StringComparison.Ordinal) ? interpreter[r.Key].Data : WithinLengths(interpreter[r.Key].Data, r.Value.Shape, run));
    }

    private static Run RunOf(NetworkGraph graph, INetwork network, PassData data)
    {
        var run = new Run(data.Batch);
        run.Steps["time"] = data.Steps;
        if (data.Lengths.Length > 0)
        {
            run.Lengths["time"] = data.Lengths;
        }

        run.StepMask = data.Mask.Length > 0 ? Doubles(data.Mask) : null;
        foreach (ParamOp parameter in graph.Sources<ParamOp>())
        {
            run.Parameters[parameter.Parameter] = Doubles(network.Parameters[parameter.Parameter].ToArray());
        }

        foreach (NoiseOp noise in graph.Sources<NoiseOp>().Where(n => data.Noise.ContainsKey(n.Noise)))
        {
            run.Noise[noise.Noise] = Doubles(data.Noise[noise.Noise]);
        }

        foreach (InputOp input in graph.Sources<InputOp>())
        {
            Shape shape = input.Infer([]);
            run.Ports[input.Port] = input.Port switch
            {
                "input" => data.Tokens.Length > 0 ? Doubles(data.Tokens) : Doubles(data.Input),
                "target" => data.Classes.Length > 0 ? Doubles(data.Classes) : Doubles(data.Target),
                "seed" => WithinLengths(Doubles(data.OutputGradient), shape, run),
                string port => data.States.TryGetValue(port["init.".Length..], out float[]? state) ? Doubles(state) : new double[data.Batch * shape.Size],
            };
        }

        return run;
    }

    /// <summary>Zero beyond the lengths, as workspaces show it.</summary>
    private static double[] WithinLengths(double[] values, Shape shape, Run run)
    {
        if (shape.Extent != Extent.BatchAxis)
        {
            return values;
        }

        int steps = run.StepsOf(shape.Axis!);
        return values.Select((v, i) => i / shape.Size % steps < run.LengthOf(shape.Axis!, run.RowOf(shape, i / shape.Size)) ? v : 0).ToArray();
    }

    private static double[] Doubles(float[] values) => Array.ConvertAll(values, v => (double)v);

    private static double[] Doubles(int[] values) => Array.ConvertAll(values, v => (double)v);
}
