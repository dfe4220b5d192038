// The loops over time: forward, backward, unrolled, and what sequences that end early ask for.
// Knows steps and their variables; what a task looks like is KernelCalls' and MapLoop's.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Passes;

namespace SeqGen.Generator.Emission;

internal sealed partial class ProgramWriter
{
    private void WriteLoop(SourceWriter writer, Scan scan, Places places)
    {
        bool backward = scan.Forward is not null;
        foreach (Move move in plan.Before[scan])
        {
            writer.Line(_calls.Move(move, places, Where.Whole, "batch"));
        }

        string body = Body(scan, places);
        int turns = Turns(body);
        if (turns > 1)
        {
            WriteUnrolled(writer, body, turns, backward);
        }

        string loop = backward ? (turns > 1 ? "for (int t = last; t >= first; t--)" : "for (int t = steps - 1; t >= first; t--)")
            : turns > 1 ? "for (int t = done; t < steps; t++)" : "for (int t = 0; t < steps; t++)";
        WriteTurn(writer, loop, body, backward);
        if (!backward)
        {
            WriteLastTurn(writer, scan, places);
        }

        writer.Line();
    }

    /// <summary>States in two places that take turns end in the first one.</summary>
    private void WriteLastTurn(SourceWriter writer, Scan scan, Places places)
    {
        List<View> turns = scan.Carries.Select(c => plan.Views[c.Previous]).Where(v => v.Room.Depth == Depth.Two).ToList();
        if (turns.Count == 0)
        {
            return;
        }

        writer.Line();
        writer.Line("if ((steps & 1) != 0)").Open();
        foreach (View view in turns)
        {
            string first = places.At(view, Where.Whole), row = Text(view.Room.Row);
            writer.Line($"Moves.Copy(ref Unsafe.Add(ref {first}, batch * {row}), ref {first}, batch, {row});");
        }

        writer.Close();
    }

    private string Body(Scan scan, Places places)
    {
        var probe = new SourceWriter();
        WriteStep(probe, scan, places, scan.Forward is not null ? Where.BackwardStep : Where.Step);
        return probe.ToString();
    }

    /// <summary>How often a time loop's body is written.</summary>
    private int Turns(string body)
    {
        int statements = body.Count(c => c == ';');
        LongestBody = System.Math.Max(LongestBody, statements);
        return unroll > 1 && statements * unroll <= StatementBudget ? unroll : 1;
    }

    private static void WriteTurn(SourceWriter writer, string loop, string body, bool backward)
    {
        writer.Line(loop).Open();
        WriteIndices(writer, body, backward);
        writer.Line(body.TrimEnd('\n'));
        writer.Close();
    }

    /// <summary>Whether a backward method is a loop over time and products over all of its rows, which may as well be made in parts.</summary>
    private static bool InChunks(List<Task> tasks) => tasks.Count > 1 && tasks[0].Node is Scan && tasks.Skip(1).All(t =>
        t.Node.Op is Ops.AffineWeightGradientOp or Ops.AffineBiasGradientOp or Ops.AffineInputGradientOp or Ops.GatherGradientOp
        && t.Node.Inputs.Any(i => i.Shape.Extent == Extent.BatchAxis));

    /// <summary>Some steps back, then what their gradients add to those of weights and inputs, while they are in the second-level cache.</summary>
    private void WriteChunks(SourceWriter writer, List<Task> tasks, Places places)
    {
        var scan = (Scan)tasks[0].Node;
        foreach (Move move in plan.Before[scan])
        {
            writer.Line(_calls.Move(move, places, Where.Whole, "batch"));
        }

        string body = Body(scan, places);
        writer.Line("int chunk = Affine<T>.ChunkOf(batch);");
        writer.Line("for (int end = steps; end > first; end -= chunk)").Open();
        writer.Line("int start = System.Math.Max(first, end - chunk);");
        WriteTurn(writer, "for (int t = end - 1; t >= start; t--)", body, backward: true);
        writer.Line();
        writer.Line("int from = start * batch, count = (end - start) * batch;");
        foreach (Task task in tasks.Skip(1))
        {
            WriteTasks(writer, [task], places, Where.Whole, Rows(task, backward: true));
        }

        writer.Close();
    }

    private static void WriteUnrolled(SourceWriter writer, string body, int turns, bool backward)
    {
        string start = backward ? "int last = steps - 1;" : "int done = 0;";
        string loop = backward ? $"for (; last - {Text(turns - 1)} >= first; last -= {Text(turns)})" : $"for (; done + {Text(turns)} <= steps; done += {Text(turns)})";
        writer.Line(start).Line(loop).Open();
        for (int u = 0; u < turns; u++)
        {
            writer.Open();
            writer.Line(backward ? "int t = last - " + Text(u) + ";" : "int t = done + " + Text(u) + ";");
            WriteIndices(writer, body, backward);
            writer.Line(body.TrimEnd('\n'));
            writer.Close();
        }

        writer.Close();
    }

    private static void WriteIndices(SourceWriter writer, string body, bool backward)
    {
        bool next = HasWord(body, "next");
        if (next || HasWord(body, "now"))
        {
            writer.Line("int now = t * batch" + (next ? ", next = now + batch" : "") + ";");
        }

        if (HasWord(body, "odd"))
        {
            writer.Line("bool odd = (t & 1) != 0;");
        }

        if (HasWord(body, "incoming") || HasWord(body, "outgoing"))
        {
            writer.Line("int incoming = (" + (backward ? "(t - first + 1)" : "t") + " & 1) * batch, outgoing = batch - incoming;");
        }
    }

    private void WriteStep(SourceWriter writer, Scan scan, Places places, Where where)
    {
        List<Task> tasks = plan.Bodies[scan].Tasks.ToList();
        List<Task> products = tasks.Where(t => t.Nodes.All(plan.GradientTargets.ContainsKey)).ToList();
        WriteTasks(writer, tasks.Except(products), places, where);

        foreach (Move move in plan.After[scan])
        {
            writer.Line(_calls.Move(move, places, where, "batch"));
        }

        if (plan.Mode != Mode.Streaming)
        {
            WriteLengths(writer, scan, products, places, where);
        }

        // Rows whose sequence has ended are cleared by now and add nothing.
        WriteTasks(writer, products, places, where);
    }

    private void WriteTasks(SourceWriter writer, IEnumerable<Task> tasks, Places places, Where where)
    {
        WriteTasks(writer, tasks.ToList(), places, where, "batch");
    }

    /// <summary>Tasks one after the other; small products have a form of their own for one row.</summary>
    private void WriteTasks(SourceWriter writer, IReadOnlyList<Task> tasks, Places places, Where where, string rows)
    {
        for (int i = 0; i < tasks.Count; i++)
        {
            Task? next = i + 1 < tasks.Count ? tasks[i + 1] : null;
            if (_rows.WriteDots(tasks[i], places, where, rows) is { } dots)
            {
                writer.Line(dots);
                continue;
            }

            string[]? row = _rows.Write(tasks[i], next, tasks, places, where, out bool takesNext);
            if (row is not null)
            {
                writer.Line("if (batch == 1)").Open();
                WriteLines(writer, row);
                writer.Close().Line("else").Open();
            }

            WriteLines(writer, _calls.Write(tasks[i], places, where, rows));
            if (takesNext)
            {
                WriteLines(writer, _calls.Write(tasks[++i], places, where, rows));
            }

            if (row is not null)
            {
                writer.Close();
            }
        }
    }

    private static void WriteLines(SourceWriter writer, IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            writer.Line(line);
        }
    }

    /// <summary>What the ends of sequences ask for: states held, gradients cleared.</summary>
    private void WriteLengths(SourceWriter writer, Scan scan, List<Task> products, Places places, Where where)
    {
        bool backward = scan.Forward is not null;
        writer.Line("if (!f.Lengths.IsEmpty)").Open();
        foreach (ScanCarry carry in scan.Carries)
        {
            View previous = plan.Views[carry.Previous], next = previous with { Shift = 1 - previous.Shift };
            writer.Line($"Moves.Hold(f.Lengths, t, ref {places.At(previous, where)}, ref {places.At(next, where)}, {Text(previous.Room.Row)});");
        }

        IEnumerable<Value> factors = products.Where(t => !t.IsLoop).Select(t => t.Node.Inputs[0]);
        foreach (View view in scan.Emits.Where(_ => backward).Select(e => e.Inner).Concat(factors).Select(v => plan.Views[v]).Distinct())
        {
            string blocks = view.Room.Slots == 1 ? "1" : Text(PackParameters.Blocks(view.Room.Units));
            writer.Line($"Moves.ClearEnded(f.Lengths, t, ref {places.At(view, where)}, {blocks}, {places.Block(view.Room)}, {Text(view.Room.Row)}, {Text(view.Slot < 0 ? view.Room.Row : 16)});");
        }

        writer.Close();
    }
}
