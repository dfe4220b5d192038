// From a declaration to its source: shapes, lowering, passes, emission, in this order. Knows nothing of Roslyn.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Emission;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Layers;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;
using SeqGen.Generator.Passes;

namespace SeqGen.Generator;

/// <summary>Which passes run; all of them unless a test says otherwise. Whatever is off, the results agree within the tolerance.</summary>
internal sealed record CompilerOptions(bool RecomputeCheap = true, bool GatherGradients = true, bool FuseLoops = true, bool ReuseSlots = true)
{
    public static CompilerOptions Default { get; } = new();
}

internal static class NetworkCompiler
{
    /// <summary>The shape rules alone: what the analyzer reports while the user types.</summary>
    public static EquatableArray<Problem> Check(NetworkSpec spec)
    {
        NetworkShape shape = NetworkShape.Of(spec);
        return shape.Problems.Count > 0 || spec.Arguments.Int("Unroll") <= 1 ? new(shape.Problems) : Compile(spec).Problems;
    }

    /// <summary>The generated source, or the problems that stand in its way.</summary>
    public static CompiledNetwork Compile(NetworkSpec spec) => Compile(spec, CompilerOptions.Default);

    public static CompiledNetwork Compile(NetworkSpec spec, CompilerOptions options)
    {
        NetworkShape shape = NetworkShape.Of(spec);
        if (shape.Problems.Count > 0)
        {
            return new CompiledNetwork(null, new(shape.Problems));
        }

        PackParameters pack = PackParameters.Of(NetworkLowering.Lower(spec, shape));
        ProgramPlan? training = spec.Arguments.Bool("Training", true) ? Plan(Mode.Training, TrainingGraph(spec, shape, options)) : null;
        ProgramPlan inference = Plan(Mode.Inference, InferenceGraph(spec, shape));
        ProgramPlan streaming = Plan(Mode.Streaming, InferenceGraph(spec, shape));
        var file = new NetworkFile(spec, shape, pack, training, inference, streaming);
        string source = file.Write();
        return new CompiledNetwork(source, UnrollProblems(spec, file.LongestBody));

        ProgramPlan Plan(Mode mode, NetworkGraph graph) => PlanBuffers.Run(mode, graph, pack, new PlanOptions(options.ReuseSlots, options.FuseLoops));
    }

    /// <summary>The graph of a training step: forward ops and their derived gradients.</summary>
    public static NetworkGraph TrainingGraph(NetworkSpec spec, NetworkShape shape, CompilerOptions options)
    {
        NetworkGraph graph = NetworkLowering.Lower(spec, shape);
        Value from = graph.Results["output"];
        Value? seed = null;
        if (graph.Results.TryGetValue("loss", out Value? loss))
        {
            from = loss;
        }
        else
        {
            seed = graph.Add(new InputOp("seed", from.Shape));
        }

        IReadOnlyDictionary<Value, Value> gradients = Differentiate.Run(graph, new DifferentiateOptions(from, seed, IsWanted, options.RecomputeCheap));
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

        graph.Results.Remove("loss");
        RemoveUnused.Run(graph);
        if (options.GatherGradients)
        {
            Passes.GatherGradients.Run(graph);
        }

        Verifier.Check(graph);
        return graph;
    }

    /// <summary>The graph of inference: no noise, no loss.</summary>
    public static NetworkGraph InferenceGraph(NetworkSpec spec, NetworkShape shape)
    {
        NetworkGraph graph = NetworkLowering.Lower(spec, shape);
        graph.Results.Remove("loss");
        graph.Results.Remove("loss.input");
        DropNoise.Run(graph);
        RemoveUnused.Run(graph);
        Verifier.Check(graph);
        return graph;
    }

    private static bool IsWanted(Op op) => op switch
    {
        ParamOp parameter => parameter.Trainable,
        InputOp input => input.Port == "input" || input.Port.StartsWith("init.", System.StringComparison.Ordinal),
        _ => false,
    };

    private static EquatableArray<Problem> UnrollProblems(NetworkSpec spec, int longestBody)
    {
        int asked = spec.Arguments.Int("Unroll");
        var problems = new ProblemSink();
        if (asked > 1 && longestBody * asked > ProgramWriter.StatementBudget)
        {
            problems.Add("SEQ0111", "Unroll", asked, System.Math.Max(1, ProgramWriter.StatementBudget / System.Math.Max(1, longestBody)));
        }

        return new EquatableArray<Problem>(problems.Problems);
    }
}
