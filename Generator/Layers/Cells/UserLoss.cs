// A loss that is a user's own method: what its targets are, and a graph of it alone, which becomes a program of its own.
// Knows what such a loss must be; the language is in CellEvaluator and CellFunctions, the ops in FunctionWriter.
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Layers.Cells;

/// <param name="Kind">The attribute's name without its suffix.</param>
/// <param name="Code">The method.</param>
/// <param name="Arguments">Options of its class.</param>
internal sealed record UserLoss(string Kind, CellCode Code, ArgumentList Arguments)
{
    /// <summary>What targets are: Values, YesNo, Classes, or nothing is known.</summary>
    public string Targets => Code.States[0].Targets;

    /// <summary>Numbers of a target, of classes one-hot; a best guess after a mistake.</summary>
    public int TargetSize(int outputs) => Step(outputs, new ProblemSink()) is { } step ? TargetOf(step).Size : outputs;

    /// <summary>Reports what is wrong with it; whether nothing is.</summary>
    public bool Check(int outputs, ProblemSink problems) => Step(outputs, problems) is not null;

    /// <summary>The loss of positions, each by itself: of what the network gives and a target the result "output".</summary>
    public NetworkGraph Lower(int outputs)
    {
        CellStep step = CellEvaluator.Loss(Code, Arguments, outputs);
        var axis = new Axis("position", 1);
        var graph = new NetworkGraph { Layer = Kind };
        Value y = graph.Add(new InputOp(Ports.Input, Shape.Seq(axis, outputs)));
        Value target = graph.Add(new InputOp(Ports.LossTarget, Shape.Seq(axis, TargetOf(step).Size)));
        var writer = new FunctionWriter(new Lowering(graph) { Name = Kind, Module = Kind }, step, y, [target]);
        writer.Write();
        Value loss = writer.Of(step.Output);
        loss.Name = loss.Name.Length > 0 ? loss.Name : "loss";
        graph.Results["output"] = loss;

        // It has a place, read or not.
        graph.Results[Ports.LossTarget] = target;
        return graph;
    }

    private CellStep? Step(int outputs, ProblemSink problems) => CellMistakeException.Report(problems, Kind, () => CellEvaluator.Loss(Code, Arguments, outputs));

    private static CellValue TargetOf(CellStep step) => step.Values.First(v => v.Op == CellOp.State);
}
