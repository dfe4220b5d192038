// How a loop addresses rows and panels: one index for all places of one stride, one reference for each place.
// Knows strides; knows no arithmetic.
using System;
using System.Globalization;
using SeqGen.Generator.Passes;

namespace SeqGen.Generator.Emission;

internal sealed partial class MapLoop
{
    /// <summary>Index kinds: "p16|stride" rows, "panel NAME|stride" panels, "shared".</summary>
    private string Index(View view)
    {
        Room buffer = view.Room;
        bool panel = buffer.Layout == Layout.Panel;
        string key = panel ? "panel " + PanelStride(buffer) + "|" + Text(buffer.Row) : "rows|" + Text(buffer.Row);
        string name = IndexName(key, panel ? "p" : "s");
        return view.Slot > 0 ? name + " + " + Text(buffer.SlotStride * view.Slot) : name;
    }

    private string IndexName(string key, string letter)
    {
        if (!_indices.TryGetValue(key, out string? name))
        {
            _indices[key] = name = Fresh(letter);
        }

        return name;
    }

    private static int RowStride(string key) => key == "shared" ? 0 : int.Parse(key.Substring(key.IndexOf('|') + 1), CultureInfo.InvariantCulture);

    private static string First(string key, int blocks)
    {
        string stride = key == "shared" || key.StartsWith("rows|", StringComparison.Ordinal) ? "16" : key.Substring(6, key.IndexOf('|') - 6);
        return blocks == 1 ? "lane" : "(block * " + stride + ") + lane";
    }

    private string PanelStride(Room buffer)
    {
        for (int i = 0; i < _arguments.Count; i++)
        {
            if (_arguments[i].PanelStride is { } known && known.Class == buffer.Class && known.Row == buffer.Row)
            {
                return _parameters[i].Substring("int ".Length);
            }
        }

        string name = Fresh("panel");
        _parameters.Add("int " + name);
        _arguments.Add(new LoopArgument(null, null, buffer));
        return name;
    }

    /// <summary>A place that is read and one that is written are two parameters even where they are one place, so that a loop's text
    /// does not depend on it; a panel is one.</summary>
    private string Reference(View view, bool store)
    {
        View start = view with { Slot = view.Slot < 0 ? -1 : 0 };
        bool panel = view.Room.Layout == Layout.Panel;
        (View, bool) key = (start, store && !panel);
        if (!_references.TryGetValue(key, out string? name))
        {
            string wish = panel || !store ? view.Room.OwnName : view.Room.OwnName + "Out";
            _references[key] = name = Fresh(wish + "At");
            _parameters.Add("ref float " + name);
            _arguments.Add(new LoopArgument(start, null, null));
        }

        return name;
    }
}
