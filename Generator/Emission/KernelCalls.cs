// One statement for every op that has a kernel: which runtime method, with which constants and places.
// Knows the runtime's kernel contract (SeqGen.Kernels.V1); knows no layer.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;
using SeqGen.Generator.Passes;

namespace SeqGen.Generator.Emission;

internal sealed partial class KernelCalls(ProgramPlan plan, ParameterNames names, LoopLibrary loops)
{
    private readonly HashSet<Node> _done = new();

    // Where the node stands that is being written: what lies outside of its loop over time is seen whole.
    private Region _region = plan.Graph.Root;

    /// <summary>Statements of a task. <paramref name="rows"/> is the number of rows as an expression.</summary>
    public IEnumerable<string> Write(Task task, Places places, Where where, string rows)
    {
        if (task.IsLoop)
        {
            return task.Nodes.Any(n => !plan.GradientTargets.ContainsKey(n)) ? Loop(task, places, where, rows) : [];
        }

        Node node = task.Node;
        _region = node.Region;
        return node.Op switch
        {
            AffineInputGradientOp op => InputGradient(node, op, places, where, rows),
            AffineWeightGradientOp op => [WeightGradient(node, op, places, where, rows)],
            AffineBiasGradientOp op => BiasGradient(task, node, op, places, where, rows),
            GatherOp => [Gather(node, places, where, rows)],
            GatherGradientOp => [GatherGradient(node, places, where, rows)],
            SoftmaxOp { OverAxis: false } => [Softmax(node, places, where, rows)],
            SoftmaxGradientOp { OverAxis: false } => [SoftmaxGradient(node, places, where, rows)],
            _ => Data(node, places, where, rows),
        };
    }

    /// <summary>Copies of values into states.</summary>
    public string Move(Move move, Places places, Where where, string rows)
    {
        string to = places.At(move.To, where), row = Text(move.To.Room.Row);
        if (move.From.Producer?.Op is ZerosOp)
        {
            return $"Moves.Clear(ref {to}, {rows}, {row});";
        }

        _region = where == Where.Whole || plan.Mode == Mode.Streaming ? move.From.Region : places.Loop!.Body;
        return $"Moves.Copy(ref {places.At(View(move.From), where)}, ref {to}, {rows}, {row});";
    }

    private IEnumerable<string> Loop(Task task, Places places, Where where, string rows)
    {
        LoopMethod method = MapLoop.Write(plan, task);
        string layer = names.Pascal(task.Node.Layer);
        string name = loops.Add(layer + (where == Where.BackwardStep || (where == Where.Whole && plan.Backward.Of(task.Node.Output) is not null) ? "BackwardLoop" : plan.Mode == Mode.Training ? "TrainingLoop" : "Loop"), method);
        Shape shape = task.Nodes[0].Output.Shape;
        bool mixed = shape.Extent == Extent.BatchAxis && task.Nodes.SelectMany(n => n.Inputs).Any(i => i.Shape.Extent == Extent.Batch);
        if (!mixed || plan.Mode == Mode.Streaming)
        {
            return [Call(name + "<T>", [rows, .. method.Arguments.Select(a => Argument(a, plan, names, places, where))])];
        }

        // What there is once a row meets every step: step by step.
        string arguments = string.Join(", ", new[] { "batch" }.Concat(method.Arguments.Select(a => Argument(a, plan, names, places, where, along: true))));
        string first = where == Where.Whole && places.InPart ? "first" : "0";
        return [$"for (int s = {first}; s < {places.Steps(shape.Axis!)}; s++)", "{", $"    {name}<T>({arguments});", "}"];
    }

    /// <summary>What a loop is called with.</summary>
    public static string Argument(LoopArgument argument, ProgramPlan plan, ParameterNames names, Places places, Where where, bool along = false) =>
        argument.View is { } view ? "ref " + places.At(view, where, along)
        : argument.Shared is { } shared ? "ref " + Master(shared, plan, names, places)
        : places.Block(argument.PanelStride!);

    /// <summary>A parameter as it lies in the master; of the step at hand, where every step has its own.</summary>
    private static string Master(Value parameter, ProgramPlan plan, ParameterNames names, Places places)
    {
        PackedParameter packed = plan.Pack.Find(PackParameters.Name(parameter));
        return ParameterNames.AtStep(names.Master(packed.Param.Parameter, packed.Gates[0].Offset, places), packed.StepStride);
    }

    /// <summary>The gradient of a parameter from an offset on.</summary>
    private string Gradient(Node product, int offset, Places places, string part = "")
    {
        string parameter = plan.GradientTargets[product];
        return ParameterNames.AtStep(names.Gradient(parameter, offset, places, part), plan.Pack.Find(parameter).StepStride);
    }

    /// <summary>A call on one line, or one group of arguments a line where that would be long.</summary>
    public static string Call(string method, params string[] groups)
    {
        string line = method + "(" + string.Join(", ", groups) + ");";
        return line.Length <= 120 ? line : method + "(\n    " + string.Join(",\n    ", groups) + ");";
    }

    private IEnumerable<string> InputGradient(Node node, AffineInputGradientOp op, Places places, Where where, string rows)
    {
        (PackedAffine affine, int term) = plan.Pack.FindTerm(PackParameters.Name(node.Inputs[0]), op.Term);
        View dz = View(node.Inputs[1]), dx = View(node.Output);
        bool onto = node.Inputs.Count == 3;
        if (onto && View(node.Inputs[2]) is var before && before != dx)
        {
            yield return $"Moves.Copy(ref {places.At(before, where)}, ref {places.At(dx, where)}, {rows}, {Text(dx.Room.Row)});";
        }

        yield return Call(
            "Affine<T>.InputGradient",
            $"{Text(affine.Blocks)}, {rows}, {Text(PackParameters.Mask(op.Term))}, ref {names.Transposed(affine, term, places)}",
            $"ref {places.At(dz, where)}, {places.Block(dz.Room)}, {Text(dz.Room.Row)}",
            $"ref {places.At(dx, where)}, {Text(node.Output.Shape.Width)}, {Text(dx.Room.Row)}, accumulate: {(onto ? "true" : "false")}"
                + (Alternates(names.TransposedLengthOf(affine, term), where) ? ", reverse: odd" : ""));
    }

    /// <summary>Whether a product that is made at every step walks its weights back and forth: what was read last is still in the first-level
    /// cache when the next step begins. Results are the same, bit for bit. Layers share that cache, so a quarter of it is enough to make it worth it;
    /// smaller ones stay there whichever way they are walked.</summary>
    public static bool Alternates(int floats, Where where) => where != Where.Whole && floats >= ProductForms.FirstLevelCache / 4;

    private string WeightGradient(Node node, AffineWeightGradientOp op, Places places, Where where, string rows)
    {
        (PackedAffine affine, int term) = plan.Pack.FindTerm(plan.GradientTargets[node], op.Term);
        WeightPanel panel = affine.Panels.First(p => p.Terms.Contains(term));
        int start = panel.Offset + panel.TermOffsets[Array.IndexOf(panel.Terms, term)];
        View dz = View(node.Inputs[0]), x = View(node.Inputs[1]);
        string part = affine.Op.Terms[term].Any(s => s < 0) ? "Of" + names.Pascal(affine.Name) : "";
        return Call(
            "Affine<T>.WeightGradient",
            $"{Text(affine.Blocks)}, {rows}, {Text(PackParameters.Mask(op.Term))}",
            $"ref {places.At(dz, where)}, {places.Block(dz.Room)}, {Text(dz.Room.Row)}",
            $"ref {places.At(x, where)}, {Text(node.Inputs[1].Shape.Width)}, {Text(x.Room.Row)}",
            $"ref {Gradient(node, start, places, part)}, {Text(panel.BlockStride)}");
    }

    /// <summary>Both biases of a layer have their gradients from one walk over dz.</summary>
    private IEnumerable<string> BiasGradient(Task task, Node node, AffineBiasGradientOp op, Places places, Where where, string rows)
    {
        if (!_done.Add(node))
        {
            yield break;
        }

        Node? other = plan.GradientTargets.Keys.FirstOrDefault(n => n != node && n.Op is AffineBiasGradientOp && n.Inputs[0] == node.Inputs[0] && !_done.Contains(n));
        View dz = View(node.Inputs[0]);
        string to = Target(node);
        if (other is not null)
        {
            _done.Add(other);
            to += ", " + Target(other);
        }
        else
        {
            to += ", 0, ref " + Place(node);
        }

        yield return Call(
            "Affine<T>.BiasGradient",
            $"{Text(PackParameters.Blocks(op.Units))}, {rows}, {Text(op.Slots)}",
            $"ref {places.At(dz, where)}, {places.Block(dz.Room)}, {Text(dz.Room.Row)}",
            to);

        string Target(Node n) => $"{Text(PackParameters.Mask(((AffineBiasGradientOp)n.Op).Term))}, ref {Place(n)}";

        string Place(Node n)
        {
            (PackedAffine affine, int offset) = BiasOf(n);
            return Gradient(n, offset, places, ((AffineBiasGradientOp)n.Op).Term.Any(s => s < 0) ? "Of" + names.Pascal(affine.Name) : "");
        }
    }

    private (PackedAffine Affine, int Offset) BiasOf(Node gradient) => plan.Pack.Affines
        .SelectMany(a => a.Biases.Select((b, k) => (Affine: a, b.Param, b.Offset, Slots: a.Op.Biases[k])))
        .Where(b => PackParameters.Name(b.Param) == plan.GradientTargets[gradient] && b.Slots.SequenceEqual(((AffineBiasGradientOp)gradient.Op).Term))
        .Select(b => (b.Affine, b.Offset)).First();

    private string Gather(Node node, Places places, Where where, string rows)
    {
        View y = View(node.Output);
        string table = PackParameters.Name(node.Inputs[0]);
        return $"Rows<T>.Gather(ref {names.Master(table, plan.Pack.Find(table).Gates[0].Offset, places)}, {Text(plan.Pack.Find(table).Gates[0].RowStride)}, "
            + $"{Tokens(node.Inputs[1], places, where, rows)}, {rows}, ref {places.At(y, where)}, {Text(y.Room.Row)}, {Text(node.Output.Shape.Width)});";
    }

    private string GatherGradient(Node node, Places places, Where where, string rows)
    {
        View dy = View(node.Inputs[0]);
        string table = plan.GradientTargets[node];
        GatePlace place = plan.Pack.Find(table).Gates[0];
        return $"Rows<T>.GatherGradient(ref {names.Gradient(table, place.Offset, places)}, {Text(place.RowStride)}, {Tokens(node.Inputs[1], places, where, rows)}, {rows}, "
            + $"ref {places.At(dy, where)}, {Text(dy.Room.Row)}, {Text(node.Inputs[0].Shape.Width)});";
    }

    private string Tokens(Value tokens, Places places, Where where, string rows)
    {
        Value port = plan.Bodies.Keys.SelectMany(s => s.Each).FirstOrDefault(e => e.Inner == tokens)?.Outer ?? tokens;
        int index = plan.Graph.Root.Nodes.Where(n => n.Op is InputOp { Port: "input" or "decoder_input" }).ToList().FindIndex(n => n.Output == port);
        string first = where == Where.Whole ? (places.InPart ? "from" : "") : plan.Mode == Mode.Streaming ? "" : "now";
        string start = index > 0 ? "f.TokenStarts[" + Text(index) + "]" + (first.Length > 0 ? " + " : "") : "";
        string at = (start + first).Length == 0 ? "f.Tokens" : "Unsafe.Add(ref f.Tokens, " + start + first + ")";
        return $"MemoryMarshal.CreateReadOnlySpan(ref {at}, {rows})";
    }

    private string Softmax(Node node, Places places, Where where, string rows)
    {
        View x = View(node.Inputs[0]), y = View(node.Output);
        return $"Rows<T>.Softmax({rows}, {Text(node.Output.Shape.Width)}, ref {places.At(x, where)}, {Text(x.Room.Row)}, ref {places.At(y, where)}, {Text(y.Room.Row)});";
    }

    private string SoftmaxGradient(Node node, Places places, Where where, string rows)
    {
        View y = View(node.Inputs[0]), dy = View(node.Inputs[1]), dx = View(node.Output);
        return $"Rows<T>.SoftmaxGradient({rows}, {Text(node.Output.Shape.Width)}, ref {places.At(y, where)}, {Text(y.Room.Row)}, "
            + $"ref {places.At(dy, where)}, {Text(dy.Room.Row)}, ref {places.At(dx, where)}, {Text(dx.Room.Row)});";
    }

    private View View(Value value) => plan.ViewIn(value, _region);

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
