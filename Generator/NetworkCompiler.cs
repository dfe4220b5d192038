// From a declaration to its source: shapes, lowering, passes, emission, in this order. Knows nothing of Roslyn.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using SeqGen.Generator.Emission;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Layers;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;
using SeqGen.Generator.Passes;

namespace SeqGen.Generator;

/// <summary>Which passes run; all of them unless a test says otherwise. Whatever is off, the results agree within the tolerance.</summary>
/// <param name="LoopOperations">The most operations of one emitted loop, and <paramref name="LoopActivations"/> the most activations.</param>
internal sealed record CompilerOptions(
    bool RecomputeCheap = true, bool GatherGradients = true, bool ShareEqual = true, bool FuseLoops = true, bool ReuseSlots = true, bool Span = true, int LoopOperations = 150, int LoopActivations = 24)
{
    public static CompilerOptions Default { get; } = new();
}

internal static class NetworkCompiler
{
    /// <summary>The shape rules alone: what the analyzer reports while the user types.</summary>
    public static EquatableArray<Problem> Check(NetworkSpec spec) => new(NetworkShape.Of(spec).Problems);

    /// <summary>What is wrong with <c>Unroll</c>: a rule that takes a compilation to know, so that its number is kept in the generated file.</summary>
    /// <param name="spec">The declaration.</param>
    /// <param name="largest">The largest possible number, or null where that which is asked for is possible.</param>
    public static EquatableArray<Problem> UnrollProblems(NetworkSpec spec, int? largest)
    {
        var problems = new ProblemSink();
        if (largest is { } possible)
        {
            problems.Add("SEQ0111", "Unroll", spec.Arguments.Int("Unroll"), possible);
        }

        return new EquatableArray<Problem>(problems.Problems);
    }

    /// <summary>The generated source, or the problems that stand in its way.</summary>
    public static CompiledNetwork Compile(NetworkSpec spec, CancellationToken cancel) => Compile(spec, CompilerOptions.Default, cancel: cancel);

    /// <param name="spec">The declaration.</param>
    /// <param name="options">Which passes run.</param>
    /// <param name="lower">How it becomes forward ops: as the catalogue says, unless a test has cells of its own.</param>
    /// <param name="cancel">Ends the work between two passes, or between two lines of the file.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static CompiledNetwork Compile(NetworkSpec spec, CompilerOptions options, Func<NetworkGraph>? lower = null, CancellationToken cancel = default)
    {
        NetworkShape shape = NetworkShape.Of(spec);
        if (shape.Problems.Count > 0)
        {
            return new CompiledNetwork(null, new(shape.Problems));
        }

        var file = new NetworkFile(spec, shape, Plan(spec, shape, options, lower, cancel));
        string source = file.Write(cancel);
        return new CompiledNetwork(source, UnrollProblems(spec, file.LargestUnroll));
    }

    /// <summary>The programs of a right declaration, with everything in its place.</summary>
    /// <param name="spec">The declaration.</param>
    /// <param name="shape">What it means; without problems.</param>
    /// <param name="options">Which passes run.</param>
    /// <param name="lower">How it becomes forward ops: as the catalogue says, unless a test has cells of its own.</param>
    /// <param name="cancel">Ends the work between two passes.</param>
    public static PlannedNetwork Plan(NetworkSpec spec, NetworkShape shape, CompilerOptions options, Func<NetworkGraph>? lower = null, CancellationToken cancel = default)
    {
        PlanOptions planning = new PlanOptions(options.ReuseSlots, options.FuseLoops, options.Span, new LoopBudget(options.LoopOperations, options.LoopActivations));
        NetworkGraph forward = Lowered();
        IReadOnlyList<(NoiseOp Noise, string Parameter)> weightNoises = StripWeightNoise.Run(forward);
        PackParameters pack = PackParameters.Of(forward);
        ProgramPlan? training = spec.Arguments.Bool("Training", true) ? Plan(Mode.Training, TrainingGraph(Graph(), options)) : null;
        ProgramPlan inference = Plan(Mode.Inference, InferenceGraph(Graph(), keepLossInput: true));
        NetworkGraph step = InferenceGraph(Graph(stepwise: true));
        ProgramPlan? streaming = null;
        if (shape.CanStream)
        {
            StepForm.Check(step);
            streaming = Plan(Mode.Streaming, step);
        }

        if (shape.Decoder is not null)
        {
            StepForm.CheckDecoder(step);
        }

        return new PlannedNetwork(pack, training, inference, streaming, weightNoises, Losses());

        NetworkGraph Lowered(bool stepwise = false)
        {
            cancel.ThrowIfCancellationRequested();
            return Shared(lower?.Invoke() ?? NetworkLowering.Lower(spec, shape, stepwise: stepwise));
        }

        NetworkGraph Shared(NetworkGraph graph)
        {
            if (options.ShareEqual)
            {
                Passes.ShareEqual.Run(graph);
            }

            return graph;
        }

        IReadOnlyList<(int, ProgramPlan)> Losses()
        {
            var losses = new List<(int, ProgramPlan)>();
            for (int head = 0; head < shape.Outputs.Count; head++)
            {
                if (shape.Outputs[head] is { Loss.Own: { } own, Signal.Size: var outputs })
                {
                    cancel.ThrowIfCancellationRequested();
                    NetworkGraph loss = Shared(own.Lower(outputs));
                    losses.Add((head, PlanBuffers.Run(Mode.Training, TrainingGraph(loss, options), PackParameters.Of(loss), planning)));
                }
            }

            return losses;
        }

        NetworkGraph Graph(bool stepwise = false)
        {
            NetworkGraph graph = Lowered(stepwise);
            StripWeightNoise.Run(graph);
            return graph;
        }

        ProgramPlan Plan(Mode mode, NetworkGraph graph)
        {
            cancel.ThrowIfCancellationRequested();
            return PlanBuffers.Run(mode, graph, pack, planning);
        }
    }

    /// <summary>The gradient of a head's output, as a result.</summary>
    private const string Seed = "grad.output";

    /// <summary>Makes forward ops the graph of a training step, by their derived gradients.</summary>
    public static NetworkGraph TrainingGraph(NetworkGraph graph, CompilerOptions options)
    {
        UseRunningNorms.Run(graph, frozenAlone: true);
        IReadOnlyDictionary<Value, Value> gradients = Differentiate.Run(graph, new DifferentiateOptions(Seeds(graph), IsWanted, options.RecomputeCheap));
        foreach (KeyValuePair<Value, Value> gradient in gradients)
        {
            string name = gradient.Key.Producer!.Op switch
            {
                ParamOp parameter => "parameter." + parameter.Parameter,
                InputOp input => input.Port,
                _ => throw new GraphException("only parameters and inputs have gradients"),
            };
            graph.Results["grad." + name] = gradient.Value;
        }

        RemoveGuards.Run(graph);
        KeepSeeds(graph);
        RemoveResults(graph, "loss", but: "loss.input");
        RemoveUnused.Run(graph);
        ForgetReadSeeds(graph);
        if (options.GatherGradients)
        {
            Passes.GatherGradients.Run(graph);
        }

        Verifier.Check(graph);
        return graph;
    }

    /// <summary>Makes forward ops the graph of inference: no noise, no batch to normalise by, no loss.</summary>
    /// <param name="graph">The graph; changed.</param>
    /// <param name="keepLossInput">Whether what a loss would read is a result: then the runtime can work the loss out.</param>
    public static NetworkGraph InferenceGraph(NetworkGraph graph, bool keepLossInput = false)
    {
        RemoveResults(graph, "loss", keepLossInput ? "loss.input" : " ");
        DropNoise.Run(graph);
        RemoveGuards.Run(graph);
        UseRunningNorms.Run(graph, frozenAlone: false);
        RemoveUnused.Run(graph);
        Verifier.Check(graph);
        return graph;
    }

    /// <summary>What the way back starts from: every loss, and every output without one, whose gradient is handed in.</summary>
    private static IReadOnlyList<(Value From, Value? Seed)> Seeds(NetworkGraph graph)
    {
        var seeds = new List<(Value, Value?)>();
        foreach (KeyValuePair<string, Value> output in graph.Results.Where(r => r.Key == "output" || r.Key.StartsWith("output.", StringComparison.Ordinal)).ToList())
        {
            string suffix = output.Key.Substring("output".Length);
            seeds.Add(graph.Results.TryGetValue("loss" + suffix, out Value? loss) ? (loss, null) : (output.Value, graph.Add(new InputOp("seed" + suffix, output.Value.Shape))));
        }

        return [.. seeds, .. EndSeeds(graph)];
    }

    /// <summary>The gradients of final states, which are handed in: a user joins windows with them. Of states that a user can give, and knows by name.</summary>
    public static IReadOnlyList<(Value From, Value? Seed)> EndSeeds(NetworkGraph graph) =>
    [
        .. graph.GivenStates.Select(s => (s.State, Final: graph.Results["final." + s.State])).Where(s => s.Final.Producer is Scan).ToList()
            .Select(s => (s.Final, (Value?)graph.Add(new InputOp(Ports.FinalGradient + s.State, s.Final.Shape)))),
    ];

    /// <summary>Where a head is made of nothing that is trained, its gradient is read by nobody. Runtime and user write it all the same, as every head's: it has a place.</summary>
    private static void KeepSeeds(NetworkGraph graph)
    {
        foreach (string suffix in graph.Results.Keys.Where(k => k == "output" || k.StartsWith("output.", StringComparison.Ordinal)).Select(k => k.Substring("output".Length)).ToList())
        {
            Node? loss = graph.Results.TryGetValue("loss.input" + suffix, out Value? read) ? graph.Root.Nodes.First(n => n.Op is LossOp && n.Inputs[0] == read) : null;
            graph.Results[Seed + suffix] = graph.Root.Nodes.FirstOrDefault(n => loss is null ? n.Op is InputOp i && i.Port == "seed" + suffix : n.Op is LossGradientOp && n.Inputs[0] == read)?.Output
                ?? graph.Add(((LossOp)loss!.Op).ByOutput, loss.Inputs[0], loss.Inputs[1]);
        }
    }

    /// <summary>Others need not stay until the program is run again.</summary>
    private static void ForgetReadSeeds(NetworkGraph graph)
    {
        var read = new HashSet<Value>(graph.Root.Nodes.SelectMany(n => n.Reads));
        foreach (string key in graph.Results.Where(r => r.Key.StartsWith(Seed, StringComparison.Ordinal) && read.Contains(r.Value)).Select(r => r.Key).ToList())
        {
            graph.Results.Remove(key);
        }
    }

    private static void RemoveResults(NetworkGraph graph, string name, string but = " ")
    {
        bool Is(string key, string of) => key == of || key.StartsWith(of + ".", StringComparison.Ordinal);
        foreach (string key in graph.Results.Keys.Where(k => Is(k, name) && !Is(k, but)).ToList())
        {
            graph.Results.Remove(key);
        }
    }

    private static bool IsWanted(Op op) => op switch
    {
        ParamOp parameter => parameter.Trainable,
        InputOp input => Ports.HasGradient(input.Port),
        _ => false,
    };
}
