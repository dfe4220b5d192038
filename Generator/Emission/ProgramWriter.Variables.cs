// What an emitted method and its loops over time declare before they begin: extents, the step at hand, references to what they name.
// Knows how each variable is made; that it is wanted is what the Scope says.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Passes;
using static SeqGen.Generator.Emission.Literals;

namespace SeqGen.Generator.Emission;

internal sealed partial class ProgramWriter
{
    /// <summary>The variables of a method; what a loop over parts of the steps declares for each is not among them.</summary>
    private void WriteVariables(SourceWriter writer, Places places, bool backward, bool inChunks)
    {
        // Where a room begins depends on the rows of those before it.
        List<string> rooms = places.Used.Select(r => Declaration(r, places)).ToList();
        bool count = !inChunks && places.Method.Uses("count");
        writer.Line("int batch = f.Batch;");
        if (_plan.Mode != Mode.Streaming)
        {
            WriteExtents(writer, places, count);
        }

        if (backward && NamesFrom(places, inChunks))
        {
            writer.Line("int from = first * batch;");
        }

        if (backward && count)
        {
            writer.Line("int count = rows - from;");
        }

        foreach (int few in Spans())
        {
            string end = Places.OfFew(few);
            bool hasReach = places.Method.Uses("reach" + end);
            if (hasReach || places.Method.Uses("span" + end))
            {
                writer.Line("int span" + end + " = f.Span(" + Text(few) + ")" + (hasReach ? ", reach" + end + " = span" + end + " * batch" : "") + ";");
            }
        }

        if (_plan.Mode == Mode.Streaming && places.Method.Uses("odd"))
        {
            writer.Line("bool odd = (f.Turn & 1) != 0;");
        }

        foreach (KeyValuePair<string, string> local in places.Locals)
        {
            writer.Line("ref float " + local.Key + " = ref " + local.Value + ";");
        }

        rooms.ForEach(room => writer.Line(room));
        writer.Line();
    }

    /// <summary>Whether a method declares where its part of the steps begins.</summary>
    private static bool NamesFrom(Places places, bool inChunks) => !inChunks && (places.Method.Uses("from") || places.Method.Uses("count"));

    /// <summary>Steps and rows of every axis that the method names or finds its places by.</summary>
    private void WriteExtents(SourceWriter writer, Places places, bool count)
    {
        List<(string Name, string Value)> pairs = _plan.Pairs.Select((pair, i) => (Name: "pairs" + Places.Suffix(i), pair)).Where(p => places.Method.Uses(p.Name))
            .Select(p => (p.Name, places.Steps(p.pair.Outer) + " * " + places.Rows(p.pair.Inner))).ToList();
        for (int k = 0; k < _plan.Axes.Count; k++)
        {
            string suffix = Places.Suffix(k), steps = "steps" + suffix, rows = "rows" + suffix, extent = "extent" + suffix;
            bool hasRows = places.Method.Uses(rows) || places.Method.Uses(extent) || (k == 0 && count);
            if (hasRows || places.Method.Uses(steps))
            {
                writer.Line("int " + steps + " = " + (k == 0 ? "f.Steps" : "f.StepsOf(" + Text(k) + ")") + ";" + (_plan.Axes.Count > 1 ? " // of " + _plan.Axes[k].Name : ""));
            }

            if (hasRows)
            {
                writer.Line("int " + rows + " = " + steps + " * batch;");
            }

            if (places.Method.Uses(extent))
            {
                writer.Line("int " + extent + " = " + rows + " + batch;");
            }
        }

        pairs.ForEach(p => writer.Line("int " + p.Name + " = " + p.Value + ";"));
    }

    /// <summary>A reference to a room, with what it holds.</summary>
    private string Declaration(Room room, Places places)
    {
        if (room == _plan.DirectInput)
        {
            return "ref float " + room.Name + " = ref f.Input;";
        }

        string arena = room.OnTape ? "f.Tape" : "f.Scratch", offset = string.Join(" + ", Before(room, places));
        return "ref float " + room.Name + " = ref " + (offset.Length == 0 ? arena : "Unsafe.Add(ref " + arena + ", " + offset + ")") + "; // " + Shape(room);
    }

    /// <summary>What lies before a room in its arena.</summary>
    private IEnumerable<string> Before(Room room, Places places)
    {
        if (room.OnTape && _plan.Mode != Mode.Streaming)
        {
            for (int i = 0; i < room.Class; i++)
            {
                if (_plan.TapeWidths[i] > 0)
                {
                    yield return Text(_plan.TapeWidths[i]) + " * " + places.Extent(i);
                }
            }
        }

        if (room.Depth == Depth.Span && _plan.ScratchWidth > 0)
        {
            yield return Text(_plan.ScratchWidth) + " * batch";
        }

        if (room.Offset > 0)
        {
            yield return Text(room.Offset) + " * " + (room.Depth == Depth.Span ? "f.SpanRows" : places.Extent(room));
        }
    }

    /// <summary>What a room holds, for a comment.</summary>
    private static string Shape(Room room)
    {
        string rows = room.Layout switch
        {
            Layout.Vector => $"[row][{Text(room.Row)}]",
            Layout.Matrix => $"[row][{Text(room.Slots)} slots][{Text(room.SlotStride)}]",
            _ => $"[{Text(PackParameters.Blocks(room.Units))} blocks][row][{Text(room.Slots)} gates][16]",
        };
        return room.Depth == Depth.Two ? "two turns of " + rows : rows;
    }

    /// <summary>The kinds of spans.</summary>
    private IEnumerable<int> Spans() => _plan.Spanned.Values.Distinct().OrderByDescending(few => few);

    /// <summary>The variables of one step of a loop over time.</summary>
    private void WriteTurnVariables(SourceWriter writer, Scan scan, Scope variables, Places places)
    {
        bool next = variables.Uses("next");
        if (next || variables.Uses("now"))
        {
            writer.Line("int now = t * batch" + (next ? ", next = now + batch" : "") + ";");
        }

        if (variables.Uses("odd"))
        {
            writer.Line("bool odd = (t & 1) != 0;");
        }

        foreach (string end in Spans().Select(Places.OfFew).Where(e => variables.Uses("within" + e)))
        {
            writer.Line($"int within{end} = (t & (span{end} - 1)) * batch;");
        }

        if (variables.Uses("incoming") || variables.Uses("outgoing"))
        {
            string turn = (scan.Forward is not null, scan.Reverse) switch
            {
                (false, false) => "t",
                (false, true) => $"({places.Steps(scan.Axis)} - 1 - t)",
                (true, false) => $"({places.Steps(scan.Axis)} - t)",
                (true, true) => $"(t - {places.First} + 1)",
            };
            writer.Line($"int incoming = ({turn} & 1) * batch, outgoing = batch - incoming;");
        }
    }
}
