// The loops over time: forward, backward, unrolled, in chunks, and what they do at a step.
// Knows steps and their variables; how loops begin and end is ProgramWriter.Ends, what a task looks like is KernelCalls' and MapLoop's.
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
        string steps = places.Steps(scan.Axis), end = gradient ? places.First : "0";
        int turns = Turns(body);
        if (turns > 1)
        {
            WriteUnrolled(writer, scan, body, turns, places);
        }

        string loop = scan.Reverse ? (turns > 1 ? $"for (int t = last; t >= {end}; t--)" : $"for (int t = {steps} - 1; t >= {end}; t--)")
            : turns > 1 ? $"for (int t = done; t < {steps}; t++)" : $"for (int t = 0; t < {steps}; t++)";
        WriteTurn(writer, scan, loop, body, places);
        if (gradient)
        {
            WriteEarlyEnd(writer, scan, places);
        }
        else
        {
            WriteLastTurn(writer, scan, places);
        }

        places.Loop = null;
        writer.Line();
    }

    /// <summary>What a loop does at every step, by how many statements, and the variables that it does it with.</summary>
    private sealed record Turn(string Text, int Statements, Scope Variables);

    private Turn Body(Scan scan, Places places)
    {
        var body = new SourceWriter();
        places.Turn = new Scope();
        WriteStep(body, scan, places, Where.Step);
        return new Turn(body.ToString().TrimEnd('\n'), body.Statements, places.Turn);
    }

    /// <summary>How often a time loop's body is written.</summary>
    private int Turns(Turn body)
    {
        LongestBody = System.Math.Max(LongestBody, body.Statements);
        return unroll > 1 && (long)body.Statements * unroll <= StatementBudget ? unroll : 1;
    }

    private void WriteTurn(SourceWriter writer, Scan scan, string loop, Turn body, Places places)
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
        writer.Line($"for (int end = {places.Steps(scan.Axis)}; end > {places.First}; end -= chunk)").Open();
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
        WriteEarlyEnd(writer, scan, places);
    }

    private void WriteUnrolled(SourceWriter writer, Scan scan, Turn body, int turns, Places places)
    {
        string steps = places.Steps(scan.Axis), end = scan.Forward is not null ? places.First : "0";
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
            writer.Statement($"Moves.Accumulate(ref {places.At(from, where)}, ref {places.At(to, where)}, {RowsOf(sum.Outer, places)}, {Text(to.Room.Row)})");
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

        if (form is ProductForm.Span spanned)
        {
            WriteSpan(writer, spanned, task.Node, places);
            return;
        }

        if (form is not ProductForm.General)
        {
            writer.Line("if (batch == 1)").Open();
            _products.Row(writer, (ProductForm.Row)form, places, where);
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

    /// <summary>What inputs add at all steps of a span, before the first of them that the loop comes to; and what states add at this one.</summary>
    private void WriteSpan(SourceWriter writer, ProductForm.Span form, Node node, Places places)
    {
        Scan scan = node.Region.Owner!;
        string steps = places.Steps(scan.Axis), span = places.Span(form.Few);
        bool hasLate = _products.HasLate(node);
        if (hasLate)
        {
            writer.Line($"if ({span} == 1)").Open();
            _products.General(writer, node, places, Where.Step);
            writer.Close().Line("else").Open();
        }

        writer.Line(scan.Reverse ? $"if (t == {steps} - 1 || ((t + 1) & ({span} - 1)) == 0)" : $"if ((t & ({span} - 1)) == 0)").Open();
        writer.Line(scan.Reverse ? $"int from = (t & -{span}) * batch, count = ((t + 1) * batch) - from;"
            : $"int from = t * batch, count = global::System.Math.Min({span}, {steps} - t) * batch;");
        _products.Early(writer, node, places);
        writer.Close();
        if (hasLate)
        {
            writer.Line();
            _products.Late(writer, node, places);
            writer.Close();
        }
    }

    private void WriteMoves(SourceWriter writer, IEnumerable<Move> moves, Places places, Where where)
    {
        foreach (Move move in moves)
        {
            _calls.Move(writer, move, places, where);
        }
    }
}
