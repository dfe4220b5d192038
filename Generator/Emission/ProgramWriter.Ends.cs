// Where loops over time begin and end: states, sums, and what sequences that end early ask for.
// Knows states and where they lie; knows no op.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Passes;
using static SeqGen.Generator.Emission.Literals;

namespace SeqGen.Generator.Emission;

internal sealed partial class ProgramWriter
{
    /// <summary>Before the first step: states from where they start, sums at zero.</summary>
    private void WriteStart(SourceWriter writer, Scan scan, Places places)
    {
        if (_plan.GoesOn(scan))
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
            writer.Statement($"Moves.Clear(ref {places.At(view, places.Outside)}, {RowsOf(sum.Outer, places)}, {Text(view.Room.Row)})");
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
            writer.Statement($"Moves.Copy(ref Unsafe.Add(ref {first}, batch * {row}), ref {first}, batch, {row})");
        }

        writer.Close();
    }

    /// <summary>The gradient of where a state begins is read before the first step: there it is put when the way back ends at a later one.
    /// (States in two places that take turns end in the first one by themselves.)</summary>
    private void WriteEarlyEnd(SourceWriter writer, Scan scan, Places places)
    {
        IEnumerable<Value> beginnings = _plan.Graph.Results.Where(r => r.Key.StartsWith("grad.init.", System.StringComparison.Ordinal)).Select(r => r.Value);
        List<View> kept = scan.Carries.Select(c => c.Final).Intersect(beginnings).Select(v => _plan.Views[v]).Where(v => v.Room.Depth == Depth.Steps).ToList();
        if (!_plan.Truncates || kept.Count == 0)
        {
            return;
        }

        writer.Line("if (" + places.First + " > 0)").Open();
        foreach (View view in kept)
        {
            string before = places.At(view, Where.Whole), row = Text(view.Room.Row);
            writer.Statement($"Moves.Copy(ref Unsafe.Add(ref {before}, first * batch * {row}), ref {before}, batch, {row})");
        }

        writer.Close();
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
            lines.Add($"Moves.Hold({lengths}, t, ref {places.At(previous, where)}, ref {places.At(next, where)}, {Text(previous.Room.Row)})");
        }

        IEnumerable<Value> factors = products.Where(t => !t.IsLoop).Select(t => t.Node.Inputs[0]).Concat(Sums(scan).Select(s => s.Inner));
        foreach (Sight view in scan.Emits.Where(e => gradient && e.Inner.Shape.Extent != Extent.None).Select(e => e.Inner).Concat(factors).Select(v => _plan.SightOf(v, scan.Body)).Distinct())
        {
            // Along another axis: its steps lie apart as unit blocks do.
            string blocks = view.Along ? places.Steps(InnerAxis(view, scan)) : Text(view.Room.Blocks);
            string block = view.Along ? "batch * " + Text(view.Room.Row) : places.Block(view.Room);
            lines.Add($"Moves.ClearEnded({lengths}, t, ref {places.At(view, where)}, {blocks}, {block}, {Text(view.Room.Row)}, {Text(view.Slot < 0 ? view.Room.Row : 16)})");
        }

        if (lines.Count > 0)
        {
            writer.Line($"if (!{lengths}.IsEmpty)").Open();
            lines.ForEach(line => writer.Statement(line));
            writer.Close();
        }
    }

    private Axis InnerAxis(Sight view, Scan scan) =>
        view.Room.Class >= _plan.Axes.Count ? _plan.Pairs[view.Room.Class - _plan.Axes.Count].Inner : view.Room.OnTape ? _plan.Axes[view.Room.Class] : scan.Axis;
}
