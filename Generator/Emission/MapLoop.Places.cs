// How a loop addresses rows and panels: one index for all places of one stride, one reference for each place.
// Knows strides; knows no arithmetic.
using SeqGen.Generator.Passes;
using static SeqGen.Generator.Emission.Literals;

namespace SeqGen.Generator.Emission;

/// <summary>How an index walks: what one index addresses lies equally far apart.</summary>
/// <param name="Row">Floats from one row to the next; 0 for what all rows share.</param>
/// <param name="Block">Floats from one block of 16 units to the next: <see cref="Whole"/>, or the parameter of a panel that has them, or
/// <see cref="None"/> in a panel that has no next one.</param>
internal readonly record struct Stride(int Row, string Block)
{
    /// <summary>The block stride of rows that are stored whole.</summary>
    public const string Whole = "16";

    /// <summary>The block stride of a panel of one block.</summary>
    public const string None = "";

    /// <summary>A parameter's, which has no rows.</summary>
    public static Stride Shared { get; } = new(0, Whole);

    public bool IsPanel => Block != Whole;

    /// <summary>What its index is called.</summary>
    public string Letter => IsPanel ? "p" : Row > 0 ? "s" : "u";

    /// <summary>Where an index begins, in a loop over blocks.</summary>
    public string First(int blocks) => blocks == 1 ? "lane" : "(block * " + Block + ") + lane";

    /// <summary>Where it begins in one block.</summary>
    public string At(int block) => block == 0 ? "lane" : !IsPanel ? "lane + " + Text(16 * block) : block == 1 ? "lane + " + Block : "lane + (" + Text(block) + " * " + Block + ")";
}

internal sealed partial class MapLoop
{
    private string Index(Sight view)
    {
        Room room = view.Room;
        bool panel = room.Layout == Layout.Panel;
        string name = IndexName(new Stride(room.Row, panel ? PanelStride(room) : Stride.Whole));
        return view.Slot > 0 ? name + " + " + Text(room.SlotStride * view.Slot) : name;
    }

    private string IndexName(Stride stride)
    {
        if (_indices.FindIndex(i => i.Stride == stride) is >= 0 and var known)
        {
            return _indices[known].Name;
        }

        string name = _symbols.Add(stride.Letter, stride.Letter);
        _indices.Add((stride, name));
        return name;
    }

    private string PanelStride(Room buffer)
    {
        if (Blocks == 1)
        {
            return Stride.None;
        }

        for (int i = 0; i < _arguments.Count; i++)
        {
            if (_arguments[i].PanelStride is { } known && known.Class == buffer.Class && known.Row == buffer.Row)
            {
                return _parameters[i].Substring("int ".Length);
            }
        }

        string name = _symbols.Add("panel", "panel");
        _parameters.Add("int " + name);
        _arguments.Add(new LoopArgument(null, null, buffer));
        return name;
    }

    /// <summary>A place that is read and one that is written are two parameters even where they are one place, so that a loop's text
    /// does not depend on it; a panel is one.</summary>
    private string Reference(Sight place, bool store)
    {
        Room room = place.Room;
        Sight start = place with { View = place.View with { Slot = place.Slot < 0 ? -1 : 0 } };
        bool panel = room.Layout == Layout.Panel;
        (Sight, bool) key = (start, store && !panel);
        if (!_references.TryGetValue(key, out string? name))
        {
            _references[key] = name = _symbols.Add(room.OwnName + (panel || !store ? "At" : "OutAt"), panel ? "slotsAt" : store ? "resultAt" : "sourceAt");
            _parameters.Add("ref float " + name);
            _arguments.Add(new LoopArgument(start, null, null));
        }

        return name;
    }
}
