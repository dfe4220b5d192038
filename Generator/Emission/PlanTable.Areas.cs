// Ports, axes and places of each mode, as the runtime finds them. Knows the runtime's NetworkPlan and WorkArea; knows no op's meaning.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Layers;
using SeqGen.Generator.Layers.Cells;
using SeqGen.Generator.Ops;
using SeqGen.Generator.Passes;
using static SeqGen.Generator.Emission.Literals;

namespace SeqGen.Generator.Emission;

internal sealed partial class PlanTable
{
    private static readonly string[] _inputs = [Ports.Input, Ports.DecoderInput];

    /// <summary>The axes, what comes in and what goes out.</summary>
    private void WritePorts(SourceWriter writer, ProgramPlan plan)
    {
        NetworkGraph graph = plan.Graph;
        writer.Line("Axes = [" + string.Join(", ", plan.Axes.Select(a => Axis(plan, a))) + "],");
        writer.Line("Inputs = [" + string.Join(", ", Inputs(graph).Select((node, i) => Input(plan, node) + (i > 0 && shape.Inputs[i].Normalization is { Length: > 0 } name ? $" {{ Normalization = {Quote(name)} }}" : ""))) + "],");
        writer.Line("Outputs = [" + string.Join(", ", shape.Outputs.Select((o, i) => Output(plan, o, i))) + "],");
        if (shape.Decoder is { } decoder)
        {
            writer.Line($"Decoder = new DecoderPlan({Text(decoder.Start)}, {Text(decoder.End)}),");
        }

        if (spec.Arguments.Bool("Resets"))
        {
            writer.Line("Resets = true,");
        }

        writer.Line("TruncatesBackward = " + (plan.Truncates ? "true" : "false") + ",");
    }

    private static string Axis(ProgramPlan plan, Axis axis) => axis.Source is null
        ? $"new AxisPlan({Quote(axis.Name)}, {Text(axis.Max)}{Limit(plan, axis)})"
        : $"new AxisPlan({Quote(axis.Name)}, {Text(axis.Max)}, {Text(plan.Axes.IndexOf(axis.Source))}, {Text(axis.Trim)}, {Text(axis.Stride)}{Limit(plan, axis)})";

    /// <summary>There cannot be more steps than there are parameters for.</summary>
    private static string Limit(ProgramPlan plan, Axis axis) => plan.Graph.Sources<ParamOp>().Any(p => p.Untied == axis) ? ", IsLimit: true" : "";


    /// <summary>What is handed in, in order.</summary>
    internal static IEnumerable<Node> Inputs(NetworkGraph graph) => graph.Root.Nodes.Where(n => n.Op is InputOp input && _inputs.Contains(input.Port));

    private static string Input(ProgramPlan plan, Node node)
    {
        Shape shape = node.Output.Shape;
        string name = Quote(((InputOp)node.Op).Port), axis = shape.Axis is { } a && plan.Axes.IndexOf(a) is > 0 and var index ? ", Axis: " + Text(index) : "";
        return shape.IsFloat ? $"new InputPort({name}, {Text(shape.Size)}{axis})" : $"new InputPort({name}, 0, {Text(Tokens(plan.Graph, node.Output))}{axis})";
    }

    /// <summary>How many different tokens a port takes: as many as the table has rows that they are looked up in.</summary>
    private static int Tokens(NetworkGraph graph, Value port)
    {
        var names = new HashSet<Value>(graph.Root.Nodes.OfType<Scan>().SelectMany(s => s.Each).Where(e => e.Outer == port).Select(e => e.Inner)) { port };
        return graph.Root.Nodes.Concat(graph.Root.Nodes.OfType<Scan>().SelectMany(s => s.Body.Nodes)).Where(n => n.Op is GatherOp && names.Contains(n.Inputs[1]))
            .Select(n => n.Inputs[0].Shape.Dims[0]).DefaultIfEmpty(1).Min();
    }

    private string Output(ProgramPlan plan, OutputShape output, int head)
    {
        Value value = plan.Graph.Results["output" + output.Suffix];
        int axis = value.Shape.Axis is { } a ? plan.Axes.IndexOf(a) : -1;
        var more = new List<string>();
        if (output.Loss.TargetsOf(value.Shape.Size) is var targets && targets != value.Shape.Size)
        {
            more.Add("TargetSize = " + Text(targets));
        }

        if (output.Normalization.Length > 0)
        {
            more.Add("Normalization = " + Quote(output.Normalization));
        }

        return $"new OutputPort({Quote(output.Name)}, {Text(value.Shape.Size)}, {Text(axis)}{(output.Loss is { Kind: not LossKind.None } loss ? ", " + Loss(loss, head) : "")}{(Needs(plan, value) is var needs and > 0 ? ", Needs: " + Text(needs) : "")})"
            + (more.Count > 0 ? " { " + string.Join(", ", more) + " }" : "");
    }

    /// <summary>A bit for every axis, but those that an output lies along, whose steps follow from another and which the output is worked out from.</summary>
    private static int Needs(ProgramPlan plan, Value output)
    {
        var seen = new HashSet<Value>();
        var open = new Stack<Value>([output]);
        var own = new HashSet<Axis>();
        for (Axis? axis = output.Shape.Axis; axis is not null; axis = axis.Source)
        {
            own.Add(axis);
        }

        int needs = 0;
        while (open.Count > 0)
        {
            Value value = open.Pop();
            if (seen.Add(value))
            {
                foreach (Axis axis in new[] { value.Shape.Axis, value.Shape.Across }.Where(a => a?.Source is not null && !own.Contains(a)).Select(a => a!))
                {
                    needs |= 1 << plan.Axes.IndexOf(axis);
                }

                foreach (Value read in value.Producer?.Reads ?? [])
                {
                    open.Push(read);
                }
            }
        }

        return needs;
    }

    private string Loss(LossSpec loss, int head)
    {
        string text = $"new LossPlan(LossKind.{loss.Kind}, {Number(loss.Weight)}, {Number(loss.Planned)}";
        text += loss.IgnoredClass is { } ignored ? ", IgnoredClass: " + Text(ignored) : "";
        text += loss.ClassWeights is { Count: > 0 } weights ? ", ClassWeights: [" + string.Join(", ", weights.Select(Number)) + "]" : "";
        text += loss.Quantiles is { Count: > 0 } quantiles ? ", Quantiles: [" + string.Join(", ", quantiles.Select(Number)) + "]" : "";
        text += loss.ZeroInfinity ? ", ZeroInfinity: true" : "";
        return text.Replace(", 1f, 0f", "") + ")" + (loss.Own is { } own ? " { Program = " + Program(own, losses.First(l => l.Head == head).Plan) + " }" : "");
    }

    /// <summary>Where the program of a loss of a user's own keeps what.</summary>
    private static string Program(UserLoss loss, ProgramPlan plan)
    {
        NetworkGraph graph = plan.Graph;
        string Of(Value value) => Place(plan, value);
        return $"new LossProgram({Quote(loss.Kind)}, {Text(graph.Results["output"].Shape.Size)}, new WorkArea {{ TapeWidths = [{string.Join(", ", plan.TapeWidths.Select(Text))}], ScratchWidth = {Text(plan.ScratchWidth)}, "
            + $"Inputs = [{Of(graph.Port("input")!)}, {Of(graph.Port(Ports.LossTarget)!)}], Outputs = [new({Of(graph.Results["output"])}, Seed: {Of(graph.Port("seed")!)})], InputGradients = [{Of(graph.Results["grad.input"])}] }})";
    }

    private void WriteArea(SourceWriter writer, ProgramPlan plan)
    {
        writer.Line(plan.Mode + " = new WorkArea").Open();
        writer.Line($"TapeWidths = [{(plan.Mode == Mode.Streaming ? Text(plan.TapeWidths[0]) : string.Join(", ", plan.TapeWidths.Select(Text)))}], ScratchWidth = {Text(plan.ScratchWidth)},{(plan.SpanWidth > 0 ? " SpanWidth = " + Text(plan.SpanWidth) + "," : "")}");
        if (plan.Pairs.Count > 0 && plan.Mode != Mode.Streaming)
        {
            writer.Line("Pairs = [" + string.Join(", ", plan.Pairs.Select(p => $"({Text(plan.Axes.IndexOf(p.Outer))}, {Text(plan.Axes.IndexOf(p.Inner))})")) + "],");
        }

        NetworkGraph graph = plan.Graph;
        writer.Line("Inputs = [" + string.Join(", ", Inputs(graph).Select(n => n.Output.Shape.IsFloat ? Place(plan, n.Output) : "default")) + "],");
        writer.Line("Outputs = [" + string.Join(", ", shape.Outputs.Select(o => OutputPlaces(plan, o.Suffix))) + "],");
        if (plan.Mode == Mode.Training)
        {
            writer.Line("InputGradients = [" + string.Join(", ", Inputs(graph).Select(n =>
                graph.Results.TryGetValue("grad." + ((InputOp)n.Op).Port, out Value? gradient) ? Place(plan, gradient) : "null")) + "],");
        }

        if (Resets(plan) is { Length: > 0 } resets)
        {
            writer.Line("Resets = new(" + resets + "),");
        }

        foreach ((string title, IEnumerable<string> lines) in new[] { ("States", States(plan)), ("Finals", Finals(plan)), ("Noises", Noises(plan)), ("LayerOutputs", LayerOutputs(plan)), ("Activations", Activations(plan)) })
        {
            List<string> items = lines.ToList();
            if (items.Count > 0)
            {
                writer.Line(title + " = [" + string.Join(", ", items) + "],");
            }
        }

        if (plan.Mode == Mode.Inference && plan.Continues)
        {
            writer.Line("Continues = true,");
        }

        if (plan.Mode == Mode.Streaming && plan.Rings.Keys.Any(n => !((UnfoldOp)n.Op).Window.IsEveryStep))
        {
            writer.Line("InStep = true,");
        }

        writer.Close(",");
    }

    private static string OutputPlaces(ProgramPlan plan, string suffix)
    {
        NetworkGraph graph = plan.Graph;
        string place = Place(plan, graph.Results["output" + suffix]);
        if (plan.Mode != Mode.Training)
        {
            bool other = graph.Results.TryGetValue("loss.input" + suffix, out Value? logits) && logits != graph.Results["output" + suffix];
            return other ? $"new({place}, {Place(plan, logits!)})" : $"new({place})";
        }

        if (!graph.Results.TryGetValue("loss.input" + suffix, out Value? read))
        {
            return graph.Port("seed" + suffix) is { } seed ? $"new({place}, Seed: {Place(plan, seed)})" : $"new({place})";
        }

        Value gradient = graph.Root.Nodes.First(n => n.Op is LossGradientOp && n.Inputs[0] == read).Output;
        return $"new({place}, {Place(plan, read)}, {Place(plan, gradient)})";
    }

    private IEnumerable<string> States(ProgramPlan plan)
    {
        foreach ((string name, Value initial) in plan.Graph.GivenStates)
        {
            string gradient = plan.Graph.Results.TryGetValue("grad." + Ports.Initial + name, out Value? value) ? ", " + Place(plan, value) : "";
            string slots = initial.Shape.Rank == 2 ? ", Slots: " + Text(initial.Shape.Dims[0]) : "";
            yield return $"new(\"{name}\", {Text(initial.Shape.Size)}, {Place(plan, initial)}, {Place(plan, plan.Graph.Results["final." + name])}{gradient}{slots}{Beginning(plan.Graph, name)}{BeginningPlaces(plan, name)}{EndPlace(plan, name)})";
        }

        // A decoder's states that start from the encoder's: a search moves them between its rows.
        foreach (ScanCarry carry in plan.Bodies.Keys.Where(plan.GoesOn).SelectMany(s => s.Carries).Where(c => c.Init.Producer?.Op is not InputOp))
        {
            string slots = carry.Previous.Shape.Rank == 2 ? ", Slots: " + Text(carry.Previous.Shape.Dims[0]) : "";
            string place = Place(plan, carry.Final);
            yield return $"new({Quote("decoder." + plan.Views[carry.Final].Room.Name)}, {Text(carry.Previous.Shape.Size)}, {place}, {place}, Start: StateStart.Hidden{slots})";
        }

        foreach (KeyValuePair<Node, Room> ring in plan.Rings)
        {
            string place = Place(new View(ring.Value));
            yield return $"new({Quote(ring.Key.Layer + ".ring")}, {Text(ring.Value.Units)}, {place}, {place}, Start: StateStart.Hidden)";
        }
    }

    /// <summary>Where flags of resets go.</summary>
    private static string Resets(ProgramPlan plan) => string.Join(", ", new[] { ("Flags", Ports.Resets), ("Ends", Ports.ResetEnds), ("Pieces", Ports.ResetPieces) }
        .Select(p => (Name: p.Item1, Value: plan.Graph.Port(p.Item2))).Where(p => p.Value is not null).Select(p => p.Name + ": " + Place(plan, p.Value!)));

    /// <summary>Where the value goes that resets set a state back to, if that is not zero, and where its gradient is.</summary>
    private static string BeginningPlaces(ProgramPlan plan, string state) => plan.Graph.Port(Ports.Beginning + state) is not { } value ? ""
        : ", Beginning: " + Place(plan, value) + (plan.Graph.Results.TryGetValue("grad." + Ports.Beginning + state, out Value? gradient) ? ", BeginningGradient: " + Place(plan, gradient) : "");

    /// <summary>Where the gradient of a final state is handed in.</summary>
    private static string EndPlace(ProgramPlan plan, string state) => plan.Graph.Port(Ports.FinalGradient + state) is { } value ? ", FinalGradient: " + Place(plan, value) : "";

    /// <summary>Final states that nobody can give a beginning of: a decoder's.</summary>
    private static IEnumerable<string> Finals(ProgramPlan plan)
    {
        foreach (KeyValuePair<string, Value> result in plan.Graph.Results.Where(r => plan.Mode != Mode.Streaming && r.Key.StartsWith("final.", StringComparison.Ordinal)))
        {
            string name = result.Key.Substring("final.".Length);
            if (plan.Graph.Port(Ports.Initial + name) is null)
            {
                string slots = result.Value.Shape.Rank == 2 ? ", Slots: " + Text(result.Value.Shape.Dims[0]) : "", place = Place(plan, result.Value);
                yield return $"new({Quote(name)}, {Text(result.Value.Shape.Size)}, {place}, {place}, Start: StateStart.Hidden{slots})";
            }
        }
    }

    private IEnumerable<string> Noises(ProgramPlan plan)
    {
        foreach (Node node in plan.Graph.Root.Nodes.Where(n => n.Op is NoiseOp))
        {
            var op = (NoiseOp)node.Op;
            string axis = node.Output.Shape.Axis is { } a && plan.Axes.IndexOf(a) is > 0 and var index ? ", Axis: " + Text(index) : "";
            yield return Noise(op, node.Output.Shape.Width, Place(plan, node.Output), axis);
        }

        foreach ((NoiseOp noise, string parameter) in weightNoises.Where(_ => plan.Mode == Mode.Training))
        {
            yield return Noise(noise, pack.Find(parameter).Param.FileShape.Aggregate(1, (x, y) => x * y), "default", ", Parameter: " + Quote(parameter));
        }
    }

    private static string Noise(NoiseOp op, int width, string place, string more) =>
        $"new({Quote(op.Noise)}, {Text(op.Layer)}, {Text(width)}, {Number(op.Keep)}, {Number(op.Scale)}, {Number(op.Inference)}, NoiseLife.{op.Life}, {place}{more}{(op.Id > 0 ? ", Id: " + Text(op.Id) : "")})";

    /// <summary>What layers give, and what they let be looked at.</summary>
    private static IEnumerable<string> LayerOutputs(ProgramPlan plan)
    {
        if (plan.Mode == Mode.Streaming)
        {
            yield break;
        }

        foreach (KeyValuePair<string, Value> result in plan.Graph.Results.Where(r => r.Key.StartsWith("out.", StringComparison.Ordinal)))
        {
            Shape shape = result.Value.Shape;
            string across = shape.Across is { } inner ? ", Across: " + Text(plan.Axes.IndexOf(inner)) : "";
            yield return $"new({Quote(result.Key.Substring("out.".Length))}, {Text(shape.Size)}, {Text(shape.Axis is { } a ? plan.Axes.IndexOf(a) : -1)}, {Place(plan, result.Value)}{across})";
        }
    }

    /// <summary>Gates and other activations, where the forward pass of training leaves them.</summary>
    private static IEnumerable<string> Activations(ProgramPlan plan)
    {
        foreach (SavedActivation saved in SavedActivations.Of(plan))
        {
            Shape shape = saved.Value.Shape;
            View view = plan.Views[saved.Value];
            string gate = view.Room.Layout == Layout.Panel ? ", Lane: " + Text(Math.Max(0, view.Slot) * view.Room.SlotStride) + ", InBlocks: true" : "";
            yield return $"new({Quote(saved.Maker.Layer)}, {Quote(saved.Name)}, ActivationFunction.{saved.Function}, {Text(shape.Width)}, {Text(shape.Axis is { } a ? plan.Axes.IndexOf(a) : -1)}, {Place(view)}{gate})";
        }
    }

    private static string Place(ProgramPlan plan, Value value) =>
        plan.Views.TryGetValue(value, out View? view) ? Place(view) : throw new GraphException($"{value} is asked for from outside but lies nowhere");

    private static string Place(View view)
    {
        string text = $"new Place(Area.{(view.Room.OnTape ? "Tape" : "Scratch")}, {Text(view.Room.Offset)}, {Text(view.Room.Row)}";
        text += (view.Room.Depth, view.Group) switch
        {
            (Depth.Steps, Group.Last) => ", 0, true",
            (Depth.Steps, Group.Next) => ", 1",
            _ => "",
        };
        return text + (view.Room.OnTape && view.Room.Class > 0 ? ", Class: " + Text(view.Room.Class) : "") + ")";
    }

    /// <summary>Where a state begins that is neither given nor carried over, if not at zero.</summary>
    private static string Beginning(NetworkGraph graph, string state) => !graph.InitialStates.TryGetValue(Ports.Initial + state, out StateBeginning? beginning) ? ""
        : ", Start: StateStart." + beginning.Kind
            + (beginning.Parameter is { } parameter ? ", Parameter: " + Quote(parameter) : "")
            + (beginning.Deviation > 0 ? ", Deviation: " + Number(beginning.Deviation) : "");
}
