// The loops over time: forward, backward, unrolled, and what sequences that end early ask for.
// Knows steps and their variables; what a task looks like is KernelCalls' and MapLoop's.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Passes;
using static SeqGen.Generator.Emission.Literals;

namespace SeqGen.Generator.Emission;

internal sealed partial class ProgramWriter
{
    private void WriteLoop(SourceWriter writer, Scan scan, Places places)
    {
        places.Loop = scan;
        bool gradient = scan.Forward is not null;
        WriteStart(writer, scan, places);
        Turn body = Body(scan, places);
        string steps = places.Steps(scan.Axis), end = gradient ? "first" : "0";
        int turns = Turns(body.Text);
        if (turns > 1)
        {
            WriteUnrolled(writer, scan, body, turns, places);
        }

        string loop = scan.Reverse ? (turns > 1 ? $"for (int t = last; t >= {end}; t--)" : $"for (int t = {steps} - 1; t >= {end}; t--)")
            : turns > 1 ? $"for (int t = done; t < {steps}; t++)" : $"for (int t = 0; t < {steps}; t++)";
        WriteTurn(writer, scan, loop, body, places);
        if (!gradient)
        {
            WriteLastTurn(writer, scan, places);
        }

        places.Loop = null;
        writer.Line();
    }

    /// <summary>Before the first step: states from where they start, sums at zero.</summary>
    private void WriteStart(SourceWriter writer, Scan scan, Places places)
    {
        if (_plan.Continues && _plan.Mode == Mode.Inference && scan.Axis != _plan.Axes[0])
        {
            // A decoder that goes on from its last call: its states are where that left them.
            bool moves = _plan.Before[scan].Count > 0;
            if (moves)
            {
                writer.Line("if (!f.Continue)").Open();
                WriteMoves(writer, _plan.Before[scan], places, places.Outside);
                writer.Close();
            }

            List<ScanCarry> kept = scan.Carries.Where(c => _plan.Views[c.Previous].Room.Depth == Depth.Steps).ToList();
            if (kept.Count > 0)
            {
                writer.Line(moves ? "else" : "if (f.Continue)").Open();
                WriteMoves(writer, kept.Select(c => new Move(c.Final, _plan.Views[c.Previous])), places, places.Outside);
                writer.Close();
            }
        }
        else
        {
            WriteMoves(writer, _plan.Before[scan], places, places.Outside);
        }

        foreach (ScanResult sum in Sums(scan))
        {
            View view = _plan.Views[sum.Outer];
            writer.Line($"Moves.Clear(ref {places.At(view, places.Outside)}, {RowsOf(sum.Outer, places)}, {Text(view.Room.Row)});");
        }
    }

    /// <summary>What a loop adds up beside the gradients of parameters.</summary>
    private IEnumerable<ScanResult> Sums(Scan scan) => scan.Sums.Where(s => _plan.Views.ContainsKey(s.Outer));

    private static string RowsOf(Value value, Places places) => value.Shape.Extent == Extent.BatchAxis ? places.Rows(value.Shape.Axis!) : "batch";

    /// <summary>States in two places that take turns end in the first one.</summary>
    private void WriteLastTurn(SourceWriter writer, Scan scan, Places places)
    {
        List<View> turns = scan.Carries.Select(c => _plan.Views[c.Previous]).Where(v => v.Room.Depth == Depth.Two).ToList();
        if (turns.Count == 0)
        {
            return;
        }

        writer.Line();
        writer.Line($"if (({places.Steps(scan.Axis)} & 1) != 0)").Open();
        foreach (View view in turns)
        {
            string first = places.At(view, places.Outside), row = Text(view.Room.Row);
            writer.Line($"Moves.Copy(ref Unsafe.Add(ref {first}, batch * {row}), ref {first}, batch, {row});");
        }

        writer.Close();
    }

    /// <summary>What a loop does at every step, and the variables that it does it with.</summary>
    private sealed record Turn(string Text, Scope Variables);

    private Turn Body(Scan scan, Places places)
    {
        var body = new SourceWriter();
        places.Turn = new Scope();
        WriteStep(body, scan, places, Where.Step);
        return new Turn(body.ToString().TrimEnd('\n'), places.Turn);
    }

    /// <summary>How often a time loop's body is written.</summary>
    private int Turns(string body)
    {
        int statements = body.Count(c => c == ';');
        LongestBody = System.Math.Max(LongestBody, statements);
        return unroll > 1 && (long)statements * unroll <= StatementBudget ? unroll : 1;
    }

    private static void WriteTurn(SourceWriter writer, Scan scan, string loop, Turn body, Places places)
    {
        writer.Line(loop).Open();
        WriteTurnVariables(writer, scan, body.Variables, places);
        writer.Line(body.Text);
        writer.Close();
    }

    /// <summary>Whether a backward method is a loop over time and products over all of its rows, which may as well be made in parts.</summary>
    private static bool InChunks(List<Task> tasks) => tasks.Count > 1 && tasks[0].Node is Scan { Reverse: true } scan && tasks.Skip(1).All(t =>
        t.Node.Op is Ops.AffineWeightGradientOp or Ops.AffineBiasGradientOp or Ops.AffineInputGradientOp or Ops.GatherGradientOp
        && t.Node.Inputs.Any(i => i.Shape.Extent == Extent.BatchAxis) && t.Node.Inputs.All(i => i.Shape.Extent != Extent.BatchAxis || i.Shape.Axis == scan.Axis));

    /// <summary>Some steps back, then what their gradients add to those of weights and inputs, while they are in the second-level cache.</summary>
    private void WriteChunks(SourceWriter writer, List<Task> tasks, Places places)
    {
        var scan = (Scan)tasks[0].Node;
        places.Loop = scan;
        WriteStart(writer, scan, places);
        Turn body = Body(scan, places);
        writer.Line("int chunk = Affine<T>.ChunkOf(batch);");
        writer.Line($"for (int end = {places.Steps(scan.Axis)}; end > first; end -= chunk)").Open();
        writer.Line("int start = global::System.Math.Max(first, end - chunk);");
        WriteTurn(writer, scan, "for (int t = end - 1; t >= start; t--)", body, places);
        writer.Line();
        writer.Line("int from = start * batch, count = (end - start) * batch;");
        foreach (Task task in tasks.Skip(1))
        {
            WriteTasks(writer, [task], places, Where.Part);
        }

        places.Loop = null;
        writer.Close();
    }

    private static void WriteUnrolled(SourceWriter writer, Scan scan, Turn body, int turns, Places places)
    {
        string steps = places.Steps(scan.Axis), end = scan.Forward is not null ? "first" : "0";
        string start = scan.Reverse ? $"int last = {steps} - 1;" : "int done = 0;";
        string loop = scan.Reverse ? $"for (; last - {Text(turns - 1)} >= {end}; last -= {Text(turns)})" : $"for (; done + {Text(turns)} <= {steps}; done += {Text(turns)})";
        writer.Line(start).Line(loop).Open();
        for (int u = 0; u < turns; u++)
        {
            writer.Open();
            writer.Line(scan.Reverse ? "int t = last - " + Text(u) + ";" : "int t = done + " + Text(u) + ";");
            WriteTurnVariables(writer, scan, body.Variables, places);
            writer.Line(body.Text);
            writer.Close();
        }

        writer.Close();
    }

    private void WriteStep(SourceWriter writer, Scan scan, Places places, Where where)
    {
        List<Task> tasks = _plan.Bodies[scan].Tasks.ToList();
        List<Task> products = tasks.Where(t => t.Nodes.All(_plan.GradientTargets.ContainsKey)).ToList();
        WriteTasks(writer, tasks.Except(products), places, where);

        WriteMoves(writer, _plan.After[scan], places, where);
        if (_plan.Mode != Mode.Streaming)
        {
            WriteLengths(writer, scan, products, places, where);
        }

        // Rows whose sequence has ended are cleared by now and add nothing.
        foreach (ScanResult sum in Sums(scan))
        {
            Sight from = _plan.SightOf(sum.Inner, scan.Body), to = _plan.SightOf(sum.Outer, scan.Body);
            writer.Line($"Moves.Accumulate(ref {places.At(from, where)}, ref {places.At(to, where)}, {RowsOf(sum.Outer, places)}, {Text(to.Room.Row)});");
        }

        WriteTasks(writer, products, places, where);
    }

    /// <summary>Tasks one after the other, products in their forms.</summary>
    private void WriteTasks(SourceWriter writer, IEnumerable<Task> tasks, Places places, Where where)
    {
        Task? done = null;
        foreach (Task task in tasks)
        {
            if (program.Products.Of(task) is { } form)
            {
                WriteProduct(writer, task, form, places, where);
                done = (form as ProductForm.Row)?.Product.Loop;
            }
            else if (task != done)
            {
                _calls.Write(writer, task, places, where);
            }
        }
    }

    private void WriteProduct(SourceWriter writer, Task task, ProductForm form, Places places, Where where)
    {
        if (form is ProductForm.Dots dots)
        {
            _products.Dots(writer, dots, places, where);
            return;
        }

        if (form is not ProductForm.General)
        {
            writer.Line("if (batch == 1)").Open();
            WriteOneRow(writer, task, form, places, where);
            writer.Close().Line("else").Open();
        }

        _products.General(writer, task.Node, places, where);
        if (form is ProductForm.Row { Product.Loop: { } loop })
        {
            _calls.Write(writer, loop, places, where);
        }

        if (form is not ProductForm.General)
        {
            writer.Close();
        }
    }

    private void WriteOneRow(SourceWriter writer, Task task, ProductForm form, Places places, Where where)
    {
        if (form is ProductForm.Row row)
        {
            _products.Row(writer, row, places, where);
        }
        else if (form is ProductForm.Ahead ahead)
        {
            _products.Ahead(writer, ahead, task.Node, places, where);
        }
    }

    private void WriteMoves(SourceWriter writer, IEnumerable<Move> moves, Places places, Where where)
    {
        foreach (Move move in moves)
        {
            _calls.Move(writer, move, places, where);
        }
    }

    /// <summary>What the ends of sequences ask for: states held, gradients cleared.</summary>
    private void WriteLengths(SourceWriter writer, Scan scan, List<Task> products, Places places, Where where)
    {
        string lengths = places.Lengths(scan.Axis);
        bool gradient = scan.Forward is not null;
        var lines = new List<string>();
        foreach (ScanCarry carry in scan.Carries)
        {
            View previous = _plan.Views[carry.Previous], next = previous with { Group = previous.Group == Group.Own ? Group.Next : Group.Own };
            lines.Add($"Moves.Hold({lengths}, t, ref {places.At(previous, where)}, ref {places.At(next, where)}, {Text(previous.Room.Row)});");
        }

        IEnumerable<Value> factors = products.Where(t => !t.IsLoop).Select(t => t.Node.Inputs[0]).Concat(Sums(scan).Select(s => s.Inner));
        foreach (Sight view in scan.Emits.Where(e => gradient && e.Inner.Shape.Extent != Extent.None).Select(e => e.Inner).Concat(factors).Select(v => _plan.SightOf(v, scan.Body)).Distinct())
        {
            // Along another axis: its steps lie apart as unit blocks do.
            string blocks = view.Along ? places.Steps(InnerAxis(view, scan)) : Text(view.Room.Blocks);
            string block = view.Along ? "batch * " + Text(view.Room.Row) : places.Block(view.Room);
            lines.Add($"Moves.ClearEnded({lengths}, t, ref {places.At(view, where)}, {blocks}, {block}, {Text(view.Room.Row)}, {Text(view.Slot < 0 ? view.Room.Row : 16)});");
        }

        if (lines.Count > 0)
        {
            writer.Line($"if (!{lengths}.IsEmpty)").Open();
            lines.ForEach(line => writer.Line(line));
            writer.Close();
        }
    }

    private Axis InnerAxis(Sight view, Scan scan) =>
        view.Room.Class >= _plan.Axes.Count ? _plan.Pairs[view.Room.Class - _plan.Axes.Count].Inner : view.Room.OnTape ? _plan.Axes[view.Room.Class] : scan.Axis;
}
