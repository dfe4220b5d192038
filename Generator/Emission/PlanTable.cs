// The data half of a generated network: parameters, places, layers, as an object initializer that reads as a table.
// Knows the runtime's NetworkPlan; knows no op.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Layers;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;
using SeqGen.Generator.Passes;

namespace SeqGen.Generator.Emission;

internal sealed class PlanTable(NetworkSpec spec, NetworkShape shape, PackParameters pack, IReadOnlyList<LayerCost> costs)
{
    public void Write(SourceWriter writer, ProgramPlan? training, ProgramPlan inference, ProgramPlan streaming, int transposedLength)
    {
        writer.Line("private static readonly NetworkPlan _plan = new()");
        writer.Open();
        writer.Line("Contract = " + Text(RuntimeContract.Version) + ",");
        writer.Line("Name = " + Quote(spec.Name.TrimStart('@')) + ",");
        writer.Line("Fingerprint = " + Quote(Fingerprint(inference.Graph)) + ",");
        writer.Line(shape.Input.IsTokens ? "TokenCount = " + Text(shape.Input.Size) + "," : "InputSize = " + Text(shape.Input.Size) + ",");
        writer.Line("OutputSize = " + Text(shape.Output.Size) + ",");
        writer.Line("OutputIsSequence = " + (shape.Output.IsSequence ? "true" : "false") + ",");
        writer.Line("Timesteps = " + Text(spec.Arguments.Int("Timesteps")) + ",");
        writer.Line("TimeMajor = " + (spec.Arguments.Bool("TimeMajor") ? "true" : "false") + ",");
        writer.Line("ParameterLength = " + Text(pack.Length) + ",");
        writer.Line("DerivedLength = " + Text(pack.DerivedLength) + ",");
        writer.Line("TransposedLength = " + Text(transposedLength) + ",");
        writer.Line("Parameters =").Line("[").Indent(1);
        foreach (PackedParameter parameter in pack.Parameters)
        {
            writer.Line(Parameter(parameter));
        }

        writer.Indent(-1).Line("],");
        if (training is not null)
        {
            WriteArea(writer, "Training", training);
        }

        WriteArea(writer, "Inference", inference);
        WriteArea(writer, "Streaming", streaming);
        if (shape.Loss != LossKind.None)
        {
            writer.Line("Loss = new LossPlan(LossKind." + shape.Loss + "),");
        }

        writer.Line("Layers =").Line("[").Indent(1);
        foreach (LayerCost cost in costs)
        {
            writer.Line($"new LayerInfo({Quote(cost.Name)}, {Quote(cost.Kind)}, {Quote(cost.Description)}, {Quote(cost.Shape)}, {Text(cost.Parameters)}, {Text(cost.MultiplyAdds)}),");
        }

        writer.Indent(-1).Line("],");
        writer.Close(";");
    }

    /// <summary>A readable line, and a hash of everything that the inference graph computes from which parameters: equal for two networks
    /// exactly when weights of one make sense in the other. Dropouts, initialisers, frozen layers and window lengths do not matter.</summary>
    private string Fingerprint(NetworkGraph graph)
    {
        IEnumerable<string> layers = costs.Where(c => c.Parameters > 0).Select((c, i) => c.Kind + "(" + Text(shape.Signals[shape.Names.ToList().FindIndex(n => n.Name == c.Name)].Size) + ")");
        ulong hash = 14695981039346656037;
        foreach (char c in Printer.Print(graph).Replace(" frozen", ""))
        {
            // FNV-1a (Fowler, Noll, Vo).
            hash = unchecked((hash ^ c) * 1099511628211);
        }

        string input = shape.Input.IsTokens ? "tokens " : "inputs ";
        return input + Text(shape.Input.Size) + " > " + string.Join(" > ", layers) + " #" + hash.ToString("x16", CultureInfo.InvariantCulture);
    }

    private static string Parameter(PackedParameter parameter)
    {
        ParamOp op = parameter.Param;
        GatePlace first = parameter.Gates[0];
        bool regular = parameter.Gates.Select((g, i) => (g, i)).All(p => p.g == first with { Offset = first.Offset + (16 * p.i) });
        string places = regular ? $"Offset = {Text(first.Offset)}, BlockStride = {Text(first.BlockStride)}, RowStride = {Text(first.RowStride)}"
            : $"Offset = {Text(first.Offset)}, BlockStride = {Text(first.BlockStride)}, RowStride = {Text(first.RowStride)}, GatePlaces = ["
                + string.Join(", ", parameter.Gates.Select(g => $"new({Text(g.Offset)}, {Text(g.BlockStride)}, {Text(g.RowStride)})")) + "]";
        return $"new ParameterPlan {{ Name = {Quote(op.Parameter)}, Shape = [{string.Join(", ", op.FileShape.Select(Text))}], {places}, "
            + $"Gates = {Text(parameter.Gates.Length)}, Units = {Text(parameter.Units)}, Columns = {Text(parameter.Columns)}, "
            + (parameter.Transposed ? "Transposed = true, " : "") + (op.Trainable ? "" : "Trainable = false, ") + (op.Optional ? "Optional = true, " : "")
            + $"Initialization = {Start(parameter)} }},";
    }

    private static string Start(PackedParameter parameter)
    {
        Start start = parameter.Param.Start;
        int fanIn = parameter.Transposed ? parameter.Columns : parameter.Param.FileShape.Count == 1 ? parameter.Units : parameter.Columns;
        if (start.Kind == "PyTorchUniform" && start.Value > 0)
        {
            // Recurrent layers draw everything within 1/sqrt(units), whatever the matrix reads.
            fanIn = (int)start.Value;
        }

        return $"new(InitializationKind.{start.Kind}, {Number(start.Value)}, {Text(fanIn)}, {Text(parameter.Units)}"
            + (start.Gate >= 0 ? $", {Text(start.Gate)}, {Number(start.GateValue)})" : ")");
    }

    private void WriteArea(SourceWriter writer, string name, ProgramPlan plan)
    {
        writer.Line(name + " = new WorkArea").Open();
        writer.Line($"TapeWidth = {Text(plan.TapeWidth)}, ScratchWidth = {Text(plan.ScratchWidth)},{(plan.AheadLength > 0 ? " AheadLength = " + Text(plan.AheadLength) + "," : "")}");
        NetworkGraph graph = plan.Graph;
        foreach (Node node in graph.Root.Nodes.Where(n => n.Op is InputOp { Port: "input" } && n.Output.Shape.IsFloat))
        {
            writer.Line("Input = " + Place(plan, node.Output) + ",");
        }

        writer.Line("Output = " + Place(plan, graph.Results["output"]) + ",");
        if (plan.Mode == Mode.Training)
        {
            if (graph.Results.TryGetValue("loss.input", out Value? read))
            {
                writer.Line("LossInput = " + Place(plan, read) + ",");
            }

            writer.Line("Seed = " + Place(plan, graph.Root.Nodes.First(n => n.Op is LossGradientOp or InputOp { Port: "seed" }).Output) + ",");
            if (graph.Results.TryGetValue("grad.input", out Value? gradient))
            {
                writer.Line("InputGradient = " + Place(plan, gradient) + ",");
            }
        }

        WriteStates(writer, plan);
        foreach ((string title, IEnumerable<string> lines) in new[] { ("Noises", Noises(plan)), ("LayerOutputs", LayerOutputs(plan)) })
        {
            List<string> items = lines.ToList();
            if (items.Count > 0)
            {
                writer.Line(title + " = [" + string.Join(", ", items) + "],");
            }
        }

        writer.Close(",");
    }

    private static void WriteStates(SourceWriter writer, ProgramPlan plan)
    {
        var states = new List<string>();
        foreach (Node node in plan.Graph.Root.Nodes.Where(n => n.Op is InputOp i && i.Port.StartsWith("init.", StringComparison.Ordinal)))
        {
            string name = ((InputOp)node.Op).Port.Substring("init.".Length);
            string gradient = plan.Graph.Results.TryGetValue("grad.init." + name, out Value? value) ? ", " + Place(plan, value) : "";
            states.Add($"new(\"{name}\", {Text(node.Output.Shape.Width)}, {Place(plan, node.Output)}, {Place(plan, plan.Graph.Results["final." + name])}{gradient})");
        }

        if (states.Count > 0)
        {
            writer.Line("States = [" + string.Join(", ", states) + "],");
        }
    }

    private static IEnumerable<string> Noises(ProgramPlan plan) =>
        from node in plan.Graph.Root.Nodes
        where node.Op is NoiseOp
        let op = (NoiseOp)node.Op
        select $"new({Quote(op.Noise)}, {Text(op.Layer)}, {Text(node.Output.Shape.Width)}, {Number(op.Keep)}, {(op.Life == NoiseLife.Step ? "false" : "true")}, {Place(plan, node.Output)})";

    private IEnumerable<string> LayerOutputs(ProgramPlan plan)
    {
        if (plan.Mode == Mode.Streaming)
        {
            yield break;
        }

        for (int i = 0; i < shape.Names.Count; i++)
        {
            Value value = plan.Graph.Results["out." + shape.Names[i].Name];
            yield return $"new({Quote(shape.Names[i].Name)}, {Text(shape.Signals[i].Size)}, {(shape.Signals[i].IsSequence ? "true" : "false")}, {Place(plan, value)})";
        }
    }

    private static string Place(ProgramPlan plan, Value value)
    {
        View view = plan.Views.TryGetValue(value, out View? v) ? v : throw new GraphException($"{value} is asked for from outside but lies nowhere");
        string text = $"new Place(Area.{(view.Room.OnTape ? "Tape" : "Scratch")}, {Text(view.Room.Offset)}, {Text(view.Room.Row)}";
        bool steps = view.Room.Depth == Depth.Steps;
        return text + (view.AtSteps && steps ? ", 0, true)" : view.Shift > 0 && steps ? ", 1)" : ")");
    }

    private static string Quote(string text) => "\"" + text.Replace("\\", "\\\\").Replace("\"", "\\\"") + "\"";

    private static string Number(double value) => ((float)value).ToString("R", CultureInfo.InvariantCulture) + "f";

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
