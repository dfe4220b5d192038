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
using SeqGen.Generator.Passes;
using SeqGen.Generator.Tests.Harness;
using SeqGen.Generator.Tests.Interpreter;

namespace SeqGen.Generator.Tests.Generated;

internal sealed class Oracle
{
    private readonly NetworkGraph _forward;
    private readonly NetworkGraph _training;
    private readonly HashSet<Node> _backward;

    /// <param name="lower">Writes the forward graph anew with every call.</param>
    /// <param name="weights">The declared weight of every loss, by the name of its result; those that are not there weigh 1.</param>
    public Oracle(Func<NetworkGraph> lower, IReadOnlyDictionary<string, double>? weights = null)
    {
        _forward = lower();
        _training = lower();
        Weigh(_forward, weights);
        List<(Value, Value?)> losses = Weigh(_training, weights);
        HashSet<Node> forward = [.. _training.Root.Nodes];
        Differentiated(_training, losses);
        _backward = [.. _training.Root.Nodes.Where(n => !forward.Contains(n))];
    }

    /// <summary>The oracle of a loaded network.</summary>
    public static Oracle Of(LoadedNetworks networks, string name) => Of(Spec(networks.Run, name));

    /// <summary>The oracle of a declaration.</summary>
    public static Oracle Of(NetworkSpec spec)
    {
        NetworkShape shape = NetworkShape.Of(spec);
        return new Oracle(
            () => NetworkLowering.Lower(spec, shape),
            shape.Outputs.Where(o => o.Loss.Kind != LossKind.None).ToDictionary(o => "loss" + o.Suffix, o => o.Loss.Weight));
    }

    /// <summary>The oracle of a declaration that also gives every activation of its layers, by its name in a plan.</summary>
    public static Oracle WithActivations(NetworkSpec spec)
    {
        NetworkShape shape = NetworkShape.Of(spec);
        return new Oracle(() =>
        {
            NetworkGraph graph = NetworkLowering.Lower(spec, shape);
            foreach ((Node maker, string name) in SavedActivations.Named(graph).Where(a => a.Maker.Output.Shape is { Rank: 1, Extent: Extent.Batch or Extent.BatchAxis }).ToList())
            {
                if (maker.Region.Owner is null || maker.Output.Shape.Extent == Extent.Batch)
                {
                    graph.Results[PassResults.Activation + name] = maker.Region.Owner is { } scan ? graph.Emit(scan, maker.Output) : maker.Output;
                }
            }

            return graph;
        });
    }

    public static NetworkSpec Spec(HarnessRun run, string name) =>
        NetworkParser.Parse(run.Run.Before.GetTypeByMetadataName(name)!, run.Run.Before, default)!.Spec;

    /// <summary>Outputs, final states and <c>loss</c>; without noise where the data has none.</summary>
    /// <param name="network">Gives the parameters.</param>
    /// <param name="data">The batch.</param>
    /// <param name="training">Whether it is the forward pass of training: a batch normalization then reads the batch.</param>
    public IReadOnlyDictionary<string, double[]> Forward(INetwork network, PassData data, bool training = false) => Execute(_forward, network, data, 0, training: training);

    /// <summary>Gradients, outputs and final states; the gradients of parameters that are not trained are zero.</summary>
    /// <param name="network">Gives the parameters.</param>
    /// <param name="data">The batch.</param>
    /// <param name="nudge">How far, relatively, every parameter, input and state is moved, up or down as it falls.</param>
    /// <param name="firstStep">Where the way back ends: what was before is a constant, and its losses do not count.</param>
    public IReadOnlyDictionary<string, double[]> Train(INetwork network, PassData data, double nudge = 0, int firstStep = 0)
    {
        var results = new Dictionary<string, double[]>(Execute(_training, network, data, nudge, firstStep: firstStep));
        foreach (Parameter parameter in network.Parameters.Where(p => !results.ContainsKey("grad." + p.Name)))
        {
            results["grad." + parameter.Name] = new double[parameter.Count];
        }

        return results;
    }

    /// <summary>How far every tensor moves, relative to its largest element (or as it is where that is zero), when everything given moves by a rounding error and every result
    /// on the way is rounded to float: what no evaluation in float can do without.</summary>
    /// <param name="network">Gives the parameters.</param>
    /// <param name="data">The batch.</param>
    /// <param name="results">What <see cref="Train"/> or <see cref="Forward"/> gave.</param>
    /// <param name="training">Which of the two.</param>
    /// <param name="seed">Of the draws up or down; another seed is another sample.</param>
    /// <param name="firstStep">As it was then.</param>
    /// <param name="scatters">Whether results are rounded up or down as it falls, not to the nearest float.</param>
    /// <param name="readsBatch">Whether it was the forward pass of training.</param>
    public IReadOnlyDictionary<string, double> Noise(INetwork network, PassData data, IReadOnlyDictionary<string, double[]> results, bool training, int seed, int firstStep = 0, bool scatters = false, bool readsBatch = false)
    {
        IReadOnlyDictionary<string, double[]> nudged = Execute(training ? _training : _forward, network, data, Math.Pow(2, -23), scatters ? Rounding.UpOrDown(seed) : Rounding.ToNearest, seed, firstStep, readsBatch);
        return results.ToDictionary(r => r.Key, r => Closeness.Largest(r.Value) == 0 && nudged.TryGetValue(r.Key, out double[]? moved) ? Closeness.Largest(moved) : Distance(r, nudged));
    }

    /// <summary>How far the worst tensor moves, relative to its largest element, when everything given moves by a rounding error, and how
    /// far when every result on the way is rounded to float.</summary>
    public double Sensitivity(INetwork network, PassData data, IReadOnlyDictionary<string, double[]> results)
    {
        double rounded = Distance(results, Execute(_training, network, data, 0, Rounding.ToNearest));
        double most = rounded > 1e-5 ? rounded : Math.Max(rounded, Distance(results, Train(network, data, nudge: Math.Pow(2, -23))));

        // One sample may be a lucky one: where a tensor is a single number, or a sum that cancels. None of several may come near the tolerance.
        for (int seed = 2; seed <= 4 && most < 1e-5; seed++)
        {
            most = Math.Max(most, Noise(network, data, results, training: true, seed).Values.Max() / 6);
        }

        return most;
    }

    private static double Distance(IReadOnlyDictionary<string, double[]> results, IReadOnlyDictionary<string, double[]> nudged) =>
        results.Max(r => Distance(r, nudged));

    private static double Distance(KeyValuePair<string, double[]> result, IReadOnlyDictionary<string, double[]> nudged) =>
        Closeness.Largest(result.Value) is var largest && (largest == 0 || !nudged.ContainsKey(result.Key))
            ? 0
            : Closeness.Largest(result.Value.Zip(nudged[result.Key], (a, b) => a - b).ToArray()) / largest;

    private Dictionary<string, double[]> Execute(NetworkGraph graph, INetwork network, PassData data, double nudge, Func<double, double>? round = null, int seed = 1, int firstStep = 0, bool training = false)
    {
        Run run = RunOf(graph, network, data, isTraining: graph == _training);
        (run.Cut, run.FirstStep) = (firstStep > 0 ? _backward : null, firstStep);
        run.Round = round;
        run.ReadsRunningStatistics = graph != _training && !training;
        Dictionary<string, StateBeginning> learned = graph.InitialStates.Where(s => s.Value.Parameter is not null && !data.States.ContainsKey(State(s.Key))).ToDictionary();
        var random = new System.Random(seed);
        foreach (double[] values in run.Parameters.Values.Concat(run.Ports.Where(p => p.Key[0] is not 't' && !p.Key.StartsWith(Ports.Resets, StringComparison.Ordinal) && (p.Key is not "input" || data.Tokens.Length == 0) && (p.Key is not "decoder_input" || data.DecoderTokens.Length == 0)).Select(p => p.Value)).Where(_ => nudge > 0))
        {
            for (int i = 0; i < values.Length; i++)
            {
                values[i] *= 1 + (random.Next(2) == 0 ? nudge : -nudge);
            }
        }

        GraphInterpreter interpreter = GraphInterpreter.Execute(graph, run);
        Dictionary<string, double[]> results = graph.Results.Where(r => r.Value.Shape.IsFloat).ToDictionary(
            r => r.Key.Replace("grad.parameter.", "grad.", StringComparison.Ordinal),
            r => r.Key.StartsWith("grad.", StringComparison.Ordinal) ? interpreter[r.Key].Data : WithinLengths(interpreter[r.Key].Data, r.Value.Shape, run));

        // A state that began at a parameter: what it gets is the parameter's.
        foreach ((string port, StateBeginning beginning) in graph.InitialStates.Where(s => s.Value.Parameter is { } p && network.Parameters[p].IsTrainable))
        {
            // Where the sequence begins is before the first step; pieces begin inside of it.
            bool isFirst = firstStep == 0 && learned.ContainsKey(port);
            foreach (string gradient in new[] { isFirst ? "grad." + port : "", "grad." + Ports.Beginning + State(port) }.Where(results.ContainsKey))
            {
                double[] rows = results[gradient], sum = new double[rows.Length / data.Batch];
                results.TryGetValue("grad." + beginning.Parameter, out double[]? before);
                for (int i = 0; i < rows.Length; i++)
                {
                    sum[i % sum.Length] += rows[i];
                }

                results["grad." + beginning.Parameter] = [.. sum.Select((v, i) => v + (before?[i] ?? 0))];
            }
        }

        // Where every step has its own, each has its part.
        foreach (string name in graph.Sources<ParamOp>().Where(p => p.Untied is not null && results.ContainsKey("grad." + p.Parameter)).Select(p => p.Parameter).Distinct().ToList())
        {
            double[] all = results["grad." + name];
            results.Remove("grad." + name);
            int count = network.Parameters[OfStep(name, 0)].Count;
            for (int t = 0; t < all.Length / count; t++)
            {
                results["grad." + OfStep(name, t)] = all[(t * count)..((t + 1) * count)];
            }
        }

        return results;
    }

    private static string OfStep(string parameter, int step) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{parameter}.t{step}");

    private static bool IsOfStep(string name, string parameter) => name.StartsWith(parameter + ".t", StringComparison.Ordinal) && name[(parameter.Length + 2)..].All(char.IsAsciiDigit);

    /// <summary>The losses, each times its weight, and the sum of them all in place of the first head's where there are several.</summary>
    private static List<(Value Value, Value? Seed)> Weigh(NetworkGraph graph, IReadOnlyDictionary<string, double>? weights)
    {
        var losses = graph.Results.Where(r => r.Value.Producer?.Op is LossOp).ToList();
        var seeds = new List<(Value, Value?)>();
        Value? total = null;
        foreach ((string name, Value loss) in losses)
        {
            double weight = weights is null ? 1 : weights.GetValueOrDefault(name, 1);
            Value weighted = weight == 1 ? loss : graph.Add(new MapOp(MapKind.Mul), loss, graph.Add(new ConstOp(weight)));
            graph.Results[name] = weighted;
            seeds.Add((weighted, null));
            total = total is null ? weighted : graph.Add(new MapOp(MapKind.Add), total, weighted);
        }

        if (total is not null)
        {
            graph.Results["loss"] = total;
        }

        return seeds;
    }

    /// <summary>Adds the gradients of all that a training program gives them of, by no pass but the walk backwards.</summary>
    private static void Differentiated(NetworkGraph graph, List<(Value Value, Value? Seed)> seeds)
    {
        foreach ((string name, Value output) in graph.Results.Where(r => r.Key == "output" || r.Key.StartsWith("output.", StringComparison.Ordinal)).ToList())
        {
            string head = name["output".Length..];
            if (!graph.Results.ContainsKey("loss" + head))
            {
                seeds.Add((output, graph.Add(new InputOp("seed" + head, output.Shape))));
            }
        }

        seeds.AddRange(NetworkCompiler.EndSeeds(graph));
        foreach ((Value of, Value gradient) in Differentiate.Run(graph, new DifferentiateOptions(seeds, IsWanted, RecomputeCheap: false)))
        {
            graph.Results["grad." + (of.Producer!.Op is ParamOp parameter ? "parameter." + parameter.Parameter : ((InputOp)of.Producer.Op).Port)] = gradient;
        }

        foreach (string name in graph.Results.Keys.Where(k => k == "loss" || k.StartsWith("loss.", StringComparison.Ordinal)).ToList())
        {
            graph.Results.Remove(name);
        }

        RemoveUnused.Run(graph);
    }

    private static bool IsWanted(Op op) => op switch
    {
        ParamOp parameter => parameter.Trainable,
        InputOp input => Ports.HasGradient(input.Port),
        _ => false,
    };

    private static string State(string port) => port["init.".Length..];

    private static Run RunOf(NetworkGraph graph, INetwork network, PassData data, bool isTraining)
    {
        var run = new Run(data.Batch);
        bool decodes = data.TargetSteps > 0;
        run.Steps[decodes ? "source" : "time"] = data.Steps;
        SetLengths(run, decodes ? "source" : "time", data.Lengths);
        if (decodes)
        {
            run.Steps["time"] = data.TargetSteps;
            SetLengths(run, "time", data.TargetLengths);
        }

        run.LossLengths = data.LossLengths.Length > 0 ? data.LossLengths : null;
        foreach (InputOp target in graph.Sources<InputOp>().Where(i => i.Port is "target" || i.Port.StartsWith("target.", StringComparison.Ordinal)))
        {
            if (HeadOf(target.Port, network, data) is { Labels.Length: > 0 } labels)
            {
                string axis = target.Infer([]).Axis!.Name;
                run.Steps[axis] = labels.Labels.Length / data.Batch;
                run.Lengths[axis] = labels.LabelLengths;
            }
        }

        double[]? mask = data.Mask.Length == 0 ? null : Doubles(data.Mask);
        bool isOfSteps = network.Core.Plan.Outputs[0].Axis >= 0;
        bool isOfLabels = network.Core.Plan.Outputs[0].Loss?.Kind == Kernels.V1.LossKind.Ctc;
        (run.StepMask, run.RowMask, run.LabelMask) = (isOfSteps && !isOfLabels ? mask : null, isOfSteps ? null : mask, isOfLabels ? mask : null);
        foreach (ParamOp parameter in graph.Sources<ParamOp>())
        {
            run.Parameters[parameter.Parameter] = parameter.Untied is null ? Doubles(network.Parameters[parameter.Parameter].ToArray())
                : [.. Enumerable.Range(0, network.Core.Plan.Parameters.Count(p => IsOfStep(p.Name, parameter.Parameter))).SelectMany(t => Doubles(network.Parameters[OfStep(parameter.Parameter, t)].ToArray()))];
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
                Ports.Resets or Ports.ResetEnds or Ports.ResetPieces => ResetPort(input.Port, data),
                string port when port.StartsWith(Ports.Beginning, StringComparison.Ordinal) => BeginningOf(port[Ports.Beginning.Length..], graph, network, data, shape, isTraining || data.Draws.Seed != 0),
                string port when port.StartsWith(Ports.FinalGradient, StringComparison.Ordinal) =>
                    data.FinalGradients.TryGetValue(port[Ports.FinalGradient.Length..], out float[]? end) ? Doubles(end) : new double[data.Batch * shape.Size],
                "input" => data.Tokens.Length > 0 ? Doubles(data.Tokens) : Doubles(data.Input),
                "decoder_input" => data.DecoderTokens.Length > 0 ? Doubles(data.DecoderTokens) : Doubles(data.DecoderInput),
                "target" => Target(network, 0, data.First),
                "seed" => WithinLengths(Doubles(data.OutputGradient), shape, run),
                string port when port.StartsWith("target.", StringComparison.Ordinal) || port.StartsWith("seed.", StringComparison.Ordinal) =>
                    OfHead(port, network, data, shape, run),
                string port when data.States.TryGetValue(State(port), out float[]? state) => Doubles(state),
                string port => graph.InitialStates.TryGetValue(port, out StateBeginning? beginning) && beginning.Parameter is { } parameter
                    ? [.. Enumerable.Repeat(Doubles(network.Parameters[parameter].ToArray()), data.Batch).SelectMany(v => v)] : new double[data.Batch * shape.Size],
            };
        }

        return run;
    }

    /// <summary>Flags of resets as loops and windows read them; beyond a length there are none.</summary>
    private static double[] ResetPort(string port, PassData data)
    {
        var values = new double[data.Batch * data.Steps];
        for (int b = 0; b < data.Batch; b++)
        {
            int piece = 0, length = data.Lengths.Length > 0 ? data.Lengths[b] : data.Steps;
            bool Begins(int t) => t < length && data.Resets.Length > 0 && data.Resets[(b * data.Steps) + t];
            for (int t = 0; t < data.Steps; t++)
            {
                piece += Begins(t) ? 1 : 0;
                values[(b * data.Steps) + t] = port == Ports.ResetPieces ? piece : Begins(port == Ports.ResetEnds ? t + 1 : t) ? 1 : 0;
            }
        }

        return values;
    }

    /// <summary>What a state is set back to inside of a sequence, whatever was given: learned, drawn in training, else zero.</summary>
    private static double[] BeginningOf(string state, NetworkGraph graph, INetwork network, PassData data, Shape shape, bool isTraining)
    {
        if (graph.InitialStates["init." + state].Parameter is { } parameter)
        {
            return [.. Enumerable.Repeat(Doubles(network.Parameters[parameter].ToArray()), data.Batch).SelectMany(v => v)];
        }

        var drawn = new float[data.Batch * shape.Size];
        int index = Array.FindIndex(network.Core.Plan.Training?.States ?? [], s => s.Name == state);
        for (int b = 0; b < data.Batch && isTraining; b++)
        {
            StateLayout.Draw(network.Core.Plan.Training!.States[index], data.Draws.Seed, NoiseKeys.OfState(index), (uint)(data.Draws.FirstSample + b), ref drawn[b * shape.Size]);
        }

        return Doubles(drawn);
    }

    private static double[] OfHead(string port, INetwork network, PassData data, Shape shape, Run run)
    {
        HeadData head = HeadOf(port, network, data);
        return port.StartsWith("seed.", StringComparison.Ordinal) ? WithinLengths(Doubles(head.OutputGradient), shape, run) : Target(network, Array.FindIndex(network.Core.Plan.Outputs, o => port == "target." + o.Name), head);
    }

    /// <summary>The head that a target, or the seed of a gradient, belongs to.</summary>
    private static HeadData HeadOf(string port, INetwork network, PassData data)
    {
        string name = port[(port.IndexOf('.', StringComparison.Ordinal) + 1)..];
        return port is "target" || network.Core.Plan.Outputs[0].Name == name ? data.First : data.Heads[name];
    }

    /// <summary>What a loss reads: of a network that normalizes its targets, those.</summary>
    private static double[] Target(INetwork network, int output, HeadData head)
    {
        double[] target = head.Labels.Length > 0 ? Doubles(head.Labels) : head.Classes.Length > 0 ? Doubles(head.Classes) : Doubles(head.Target);
        if (network.Core.Plan.Outputs[output].Normalization is { } name)
        {
            float[] mean = network.Parameters[name + ".mean"].ToArray(), std = network.Parameters[name + ".std"].ToArray();
            return [.. target.Select((v, i) => (v - mean[i % mean.Length]) / (std[i % std.Length] is not 0 and var s ? s : 1))];
        }

        return target;
    }

    private static void SetLengths(Run run, string axis, int[] lengths)
    {
        if (lengths.Length > 0)
        {
            run.Lengths[axis] = lengths;
        }
    }

    /// <summary>Zero beyond the lengths, as workspaces show it.</summary>
    private static double[] WithinLengths(double[] values, Shape shape, Run run)
    {
        if (shape.Extent != Extent.BatchAxis)
        {
            return values;
        }

        int steps = run.StepsOf(shape.Axis!), size = shape.Size * (shape.Across is null ? 1 : run.StepsOf(shape.Across));
        return values.Select((v, i) => i / size % steps < run.LengthOf(shape.Axis!, i / size / steps) ? v : 0).ToArray();
    }

    private static double[] Doubles(float[] values) => Array.ConvertAll(values, v => (double)v);

    private static double[] Doubles(int[] values) => Array.ConvertAll(values, v => (double)v);
}
