// One statement for every op that has a kernel: which runtime method, with which constants and places.
// Knows the runtime's kernel contract (SeqGen.Kernels.V1); knows no layer.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;
using SeqGen.Generator.Passes;
using static SeqGen.Generator.Emission.Literals;

namespace SeqGen.Generator.Emission;

internal sealed partial class KernelCalls(PlannedProgram program, ParameterNames names, LoopLibrary loops)
{
    private readonly ProgramPlan _plan = program.Plan;
    private readonly HashSet<Node> _done = new();

    /// <summary>Statements of a task that is no product with weights.</summary>
    public void Write(SourceWriter writer, Task task, Places places, Where where)
    {
        var site = new Site(_plan, names, places, where, task.Node);
        if (!task.IsLoop)
        {
            Write(writer, task.Node, site);
        }
        else if (!_plan.IsNoWork(task))
        {
            Loop(writer, task, site);
        }
    }

    private void Write(SourceWriter writer, Node node, Site site)
    {
        Value y = node.Output;
        switch (node.Op)
        {
            case AffineInputGradientOp op:
                InputGradient(writer, op, site);
                break;
            case AffineWeightGradientOp op:
                WeightGradient(writer, op, site);
                break;
            case AffineBiasGradientOp op:
                BiasGradient(writer, op, site);
                break;
            case GatherOp:
                writer.Statement($"Rows<T>.Gather({Table(node, site)}, {site.Rows}, {site.At(y)}, {Text(site.Room(y).Row)}, {Text(y.Shape.Width)})");
                break;
            case GatherGradientOp:
                Value dy = node.Inputs[0];
                writer.Statement($"Rows<T>.GatherGradient({Table(node, site)}, {site.Rows}, {site.At(dy)}, {Text(site.Room(dy).Row)}, {Text(dy.Shape.Width)})");
                break;
            default:
                Data(writer, node, site);
                break;
        }
    }

    /// <summary>Copies of values into states.</summary>
    public void Move(SourceWriter writer, Move move, Places places, Where where)
    {
        string to = places.At(move.To, where), row = Text(move.To.Room.Row);
        if (move.From.Producer?.Op is ZerosOp)
        {
            writer.Statement($"Moves.Clear(ref {to}, batch, {row})");
            return;
        }

        Region region = where != Where.Step || _plan.Mode == Mode.Streaming ? move.From.Region : places.Loop!.Body;
        writer.Statement($"Moves.Copy(ref {places.At(_plan.SightOf(move.From, region), where)}, ref {to}, batch, {row})");
    }

    private void Loop(SourceWriter writer, Task task, Site site)
    {
        LoopMethod method = program.Loops[task];
        string name = loops.NameOf(method);
        Shape shape = task.Node.Output.Shape;
        bool mixed = shape.Extent == Extent.BatchAxis && task.Nodes.SelectMany(n => n.Inputs).Any(i => i.Shape.Extent == Extent.Batch);
        if (!mixed || _plan.Mode == Mode.Streaming)
        {
            writer.Statement(site.Call(name + "<T>").Group(site.Rows).Each(method.Arguments.Select(a => site.Argument(a))).ToString());
            return;
        }

        // What there is once a row meets every step: step by step.
        string arguments = string.Join(", ", new[] { "batch" }.Concat(method.Arguments.Select(a => site.Argument(a, along: true))));
        string first = site.Where == Where.Part ? site.Places.First : "0";
        writer.Line($"for (int s = {first}; s < {site.Places.Steps(shape.Axis!)}; s++)").Open().Statement($"{name}<T>({arguments})").Close();
    }

    private void InputGradient(SourceWriter writer, AffineInputGradientOp op, Site site)
    {
        Node node = site.Node;
        (PackedAffine affine, int term) = _plan.Pack.Reader(PackParameters.Name(node.Inputs[0]), op.Term);
        Value dz = node.Inputs[1], dx = node.Output;
        bool onto = node.Inputs.Count == 3;
        if (onto && site.Sight(node.Inputs[2]) != site.Sight(dx))
        {
            CopySum(writer, node.Inputs[2], dx, site);
        }

        string[] order = ProductCalls.Alternates(names.TransposedLengthOf(affine, term), site.Where) ? ["reverse: " + site.Places.Odd] : [];
        writer.Statement(site.Call("Affine<T>.InputGradient")
            .Group(Text(affine.Blocks), site.Rows, Text(PackParameters.Mask(op.Term)), "ref " + names.Transposed(affine, term, site.Places))
            .Panel(dz).Vector(dx, ["accumulate: " + Flag(onto), .. order]).ToString());
    }

    /// <summary>What a gradient is added onto goes to where the sum will be: in one piece, or block by block out of a panel that it is a slot of.</summary>
    private static void CopySum(SourceWriter writer, Value sum, Value dx, Site site)
    {
        Room from = site.Room(sum), to = site.Room(dx);
        if (from.Layout != Layout.Panel)
        {
            writer.Statement($"Moves.Copy({site.At(sum)}, {site.At(dx)}, {site.Rows}, {Text(to.Row)})");
            return;
        }

        for (int block = 0; block < PackParameters.Blocks(dx.Shape.Width); block++)
        {
            string source = block == 0 ? site.At(sum) : $"ref Unsafe.Add({site.At(sum)}, {(block == 1 ? "" : Text(block) + " * ")}{site.Places.Block(from)})";
            string target = block == 0 ? site.At(dx) : $"ref Unsafe.Add({site.At(dx)}, {Text(16 * block)})";
            writer.Statement($"Moves.Rows({source}, {Text(from.Row)}, {target}, {Text(to.Row)}, {site.Rows}, 16)");
        }
    }

    private void WeightGradient(SourceWriter writer, AffineWeightGradientOp op, Site site)
    {
        (PackedAffine affine, int term) = _plan.Pack.Reader(_plan.GradientTargets[site.Node], op.Term);
        WeightPanel panel = affine.Panels.First(p => p.Terms.Contains(term));
        int start = panel.Offset + panel.TermOffsets[Array.IndexOf(panel.Terms, term)];
        string part = affine.Op.Terms[term].Any(s => s < 0) ? "Of" + names.Pascal(affine.Name) : "";
        writer.Statement(site.Call("Affine<T>.WeightGradient")
            .Group(Text(affine.Blocks), site.Rows, Text(PackParameters.Mask(op.Term)))
            .Panel(site.Node.Inputs[0]).Vector(site.Node.Inputs[1])
            .Group(site.Gradient(site.Node, start, part), Text(panel.BlockStride)).ToString());
    }

    /// <summary>Both biases of a layer have their gradients from one walk over dz.</summary>
    private void BiasGradient(SourceWriter writer, AffineBiasGradientOp op, Site site)
    {
        Node node = site.Node;
        if (!_done.Add(node))
        {
            return;
        }

        Node? other = _plan.GradientTargets.Keys.FirstOrDefault(n => n != node && n.Op is AffineBiasGradientOp && n.Inputs[0] == node.Inputs[0] && !_done.Contains(n));
        string first = Target(node), second = other is null ? "0, " + Place(node) : Target(other);
        if (other is not null)
        {
            _done.Add(other);
        }

        writer.Statement(site.Call("Affine<T>.BiasGradient")
            .Group(Text(PackParameters.Blocks(op.Units)), site.Rows, Text(op.Slots))
            .Panel(node.Inputs[0]).Group(first, second).ToString());

        string Target(Node n) => $"{Text(PackParameters.Mask(((AffineBiasGradientOp)n.Op).Term))}, {Place(n)}";

        string Place(Node n)
        {
            int[] slots = ((AffineBiasGradientOp)n.Op).Term;
            (PackedAffine affine, int k) = _plan.Pack.Reader(_plan.GradientTargets[n], slots);
            return site.Gradient(n, affine.Biases[k].Offset, slots.Any(s => s < 0) ? "Of" + names.Pascal(affine.Name) : "");
        }
    }

    /// <summary>A table, or its gradient, its rows and the tokens that choose them.</summary>
    private string Table(Node node, Site site)
    {
        bool gradient = node.Op is GatherGradientOp;
        string table = gradient ? _plan.GradientTargets[node] : PackParameters.Name(node.Inputs[0]);
        GatePlace place = _plan.Pack.Find(table).Gates[0];
        string at = gradient ? names.Gradient(table, place.Offset, site.Places) : names.Master(table, place.Offset, site.Places);
        return $"ref {at}, {Text(place.RowStride)}, {Tokens(node.Inputs[1], site)}";
    }

    private string Tokens(Value tokens, Site site)
    {
        Value port = _plan.Bodies.Keys.SelectMany(s => s.Each).FirstOrDefault(e => e.Inner == tokens)?.Outer ?? tokens;
        int index = _plan.Graph.Root.Nodes.Where(n => n.Op is InputOp { Port: "input" or "decoder_input" }).ToList().FindIndex(n => n.Output == port);
        string first = site.Where == Where.Part ? site.Places.From : site.Where == Where.Step && _plan.Mode != Mode.Streaming ? site.Places.Now : "";
        string start = index > 0 ? "f.TokenStarts[" + Text(index) + "]" + (first.Length > 0 ? " + " : "") : "";
        string at = (start + first).Length == 0 ? "f.Tokens" : "Unsafe.Add(ref f.Tokens, " + start + first + ")";
        return $"MemoryMarshal.CreateReadOnlySpan(ref {at}, {site.Rows})";
    }
}
