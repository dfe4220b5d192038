// One elementwise loop as a C# method over the vector type: loads at the top, arithmetic, stores at the end.
// Knows how values are addressed inside a loop; knows no layer.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;
using SeqGen.Generator.Passes;
using static SeqGen.Generator.Emission.Literals;

namespace SeqGen.Generator.Emission;

/// <summary>A written method and how to call it.</summary>
/// <param name="Parameters">Declarations of its parameters, after <c>int rows</c> where it takes that.</param>
/// <param name="Arguments">What each parameter stands for, in the same order.</param>
/// <param name="Body">Text of its body; two loops with equal bodies are one method.</param>
internal sealed record LoopMethod(IReadOnlyList<string> Parameters, IReadOnlyList<LoopArgument> Arguments, string Body)
{
    /// <summary>Whether the first parameter is the number of rows; else it is a method for one.</summary>
    public bool TakesRows { get; init; } = true;

    /// <summary>Members of the vector type that it calls, its operators included: what the inliner counts.</summary>
    public int Operations => Body.Split('\n').Sum(line => Regex.Matches(line, @"\bT\.[A-Z]\w*\(").Count is > 0 and var calls ? calls
        : line.TrimStart().StartsWith("T ", StringComparison.Ordinal) ? Regex.Matches(line, @" [-+*/] |= -").Count : 0);
}

/// <summary>A reference to a value's place, or the block stride of a panel.</summary>
internal sealed record LoopArgument(Sight? Place, Value? Shared, Room? PanelStride);

internal sealed partial class MapLoop
{
    private readonly ProgramPlan _plan;
    private readonly Task _task;
    private readonly List<string> _parameters = new();
    private readonly List<LoopArgument> _arguments = new();
    private readonly Dictionary<Value, string> _names = new();
    private readonly Dictionary<Stride, string> _indices = new();
    private readonly HashSet<string> _used = new(Words.Reserved) { "rows", "row", "lane", "block", "end", "T" };
    private readonly List<string> _loads = new();
    private readonly List<string> _lines = new();
    private readonly SortedDictionary<string, string> _constants = new(StringComparer.Ordinal);
    private readonly Dictionary<(Sight, bool), string> _references = new();
    private readonly Dictionary<Value, string> _shared = new();

    // Whether a place is found by the number of its row, and not by an index that walks along.
    private bool _readsByRow;

    private MapLoop(ProgramPlan plan, Task task)
    {
        _plan = plan;
        _task = task;
    }

    /// <summary>Writes the loop of a task; what somebody else reads is stored where the plan has placed it.</summary>
    public static LoopMethod Write(ProgramPlan plan, Task task)
    {
        var loop = new MapLoop(plan, task);
        loop.Compute();
        return new LoopMethod(loop._parameters, loop._arguments, loop.Body());
    }

    private void Compute()
    {
        foreach (Node node in _task.Nodes.Where(n => !IsFolded(n)))
        {
            string expression = Expression(node);
            string name = Fresh(node.Output.Name.Length > 0 ? node.Output.Name : "v");
            _names[node.Output] = name;
            _lines.Add("T " + name + " = " + expression + ";");
        }

        foreach (Node node in _task.Nodes)
        {
            IEnumerable<Sight> places = _plan.Views.ContainsKey(node.Output) ? [_plan.SightOf(node.Output, node.Region)] : [];
            if (_plan.Copies.TryGetValue(node.Output, out List<View>? copies))
            {
                places = places.Concat(copies.Select(c => new Sight(c)));
            }

            foreach (Sight place in places)
            {
                _lines.Add("T.Store(ref " + Reference(place, store: true) + ", " + Index(place) + ", " + _names[node.Output] + ");");
            }
        }
    }

    private string Body()
    {
        var writer = new SourceWriter();
        foreach (KeyValuePair<string, string> constant in _constants)
        {
            writer.Line("T " + constant.Value + " = T.Set(" + constant.Key + ");");
        }

        int blocks = Blocks;
        string blockLoop = blocks == 1 ? "" : "for (int block = 0; block < " + Text(blocks) + "; block++)";
        List<KeyValuePair<Stride, string>> indices = _indices.OrderBy(i => i.Value, StringComparer.Ordinal).ToList(), rows = indices.Where(i => i.Key.Row > 0).ToList();
        string start = string.Concat(rows.Select(i => ", " + i.Value + " = " + i.Key.First(blocks)));
        string step = string.Concat(rows.Select(i => ", " + i.Value + " += " + Text(i.Key.Row)));
        if (IsFlat(blocks) is { } flat)
        {
            writer.Line($"for (nint {flat.Name} = 0, end = (nint)rows * {Text(flat.Row)}; {flat.Name} < end; {flat.Name} += T.Count)").Open();
            _loads.Concat(_lines).ToList().ForEach(line => writer.Line(line));
            writer.Close();
            return writer.ToString();
        }

        if (blocks > 1)
        {
            writer.Line(blockLoop).Open();
        }

        writer.Line("for (int lane = 0; lane < " + Text(Lanes) + "; lane += T.Count)").Open();
        foreach (KeyValuePair<Stride, string> index in indices.Except(rows))
        {
            writer.Line("nint " + index.Value + " = " + index.Key.First(blocks) + ";");
        }

        foreach (KeyValuePair<Value, string> shared in _shared.OrderBy(s => s.Value, StringComparer.Ordinal))
        {
            writer.Line(shared.Value);
        }

        writer.Line("for (nint row = 0" + start + "; row < rows; row++" + step + ")").Open();
        foreach (string line in _loads.Concat(_lines))
        {
            writer.Line(line);
        }

        writer.Close();
        writer.Close();
        if (blocks > 1)
        {
            writer.Close();
        }

        return writer.ToString();
    }

    /// <summary>Long rows that lie one behind the other in every place are walked as they lie: by columns, each row would be a page of its own.</summary>
    private (string Name, int Row)? IsFlat(int blocks)
    {
        const int LongRow = 1024;
        KeyValuePair<Stride, string>[] indices = _indices.ToArray();
        return _shared.Count == 0 && !_readsByRow && indices.Length == 1 && indices[0].Key is { IsPanel: false, Row: >= LongRow and var row } && row == 16 * blocks
            ? (indices[0].Value, row)
            : null;
    }

    /// <summary>Where values of shape [slots, units] lie in panels, the lanes of all slots are walked as one.</summary>
    private bool InPanels => _plan.Layouts[_task.Node.Output] == Layout.Panel;

    private int Slots => _task.Node.Output.Shape.Rank < 2 ? 1 : _task.Node.Output.Shape.Dims[0];

    private int Lanes => InPanels ? 16 * Slots : 16;

    private int Blocks => PackParameters.Blocks(_task.Width) * (InPanels ? 1 : Slots);

    private string Operand(Value value)
    {
        if (_names.TryGetValue(value, out string? name))
        {
            return name;
        }

        if (Sum(value) is { } sum)
        {
            return sum;
        }

        if (value.Parameter is not null)
        {
            return Parameter(value);
        }

        switch (value.Producer?.Op)
        {
            case ConstOp constant:
                return Constant(constant.Value);
            case ZerosOp:
                return Constant(0);
            case MapOp map when _task.Nodes.Contains(value.Producer):
                return _names[value] = Expression(value.Producer);
        }

        if (value.Shape.Size != 1 && value.Shape.Size != _task.Node.Output.Shape.Size)
        {
            throw new GraphException($"{value} of shape {value.Shape} is stretched to {_task.Node.Output.Shape}, which no loop does");
        }

        Sight view = _plan.SightOf(value, _task.Node.Region);
        name = Fresh(value.Name.Length > 0 ? value.Name : view.Room.OwnName);
        _names[value] = name;
        string reference = Reference(view, store: false);
        if (value.Shape.Size == 1 && _task.Node.Output.Shape.Size > 1)
        {
            // One number a row, stretched over the units.
            _readsByRow = true;
            string at = "row * " + Text(view.Room.Row) + (view.Slot > 0 ? " + " + Text(view.Room.SlotStride * view.Slot) : "");
            _loads.Add("T " + name + " = T.Set(Unsafe.Add(ref " + reference + ", " + at + "));");
        }
        else
        {
            _loads.Add("T " + name + " = T.Load(ref " + reference + ", " + Index(view) + ");");
        }

        return name;
    }

    private string Parameter(Value value)
    {
        string name = Fresh(value.Name.Substring(value.Name.LastIndexOf('.') + 1));
        string reference = Fresh(name + "At");
        _parameters.Add("ref float " + reference);
        _arguments.Add(new LoopArgument(null, value, null));
        _shared[value] = value.Shape.Size == 1 ? "T " + name + " = T.Set(" + reference + ");"
            : "T " + name + " = T.Load(ref " + reference + ", " + IndexName(Stride.Shared, "u") + ");";
        return _names[value] = name;
    }

    private string Constant(double value)
    {
        string text = value.ToString("R", CultureInfo.InvariantCulture) + "f";
        if (!_constants.TryGetValue(text, out string? name))
        {
            string hint = value == 0 ? "zero" : value == 1 ? "one" : value == 0.5 ? "half" : "c";
            _constants[text] = name = Fresh(hint);
        }

        return name;
    }

    /// <summary>Products that are read once, by an addition in this loop, become part of a fused multiply-add.</summary>
    private bool IsFolded(Node node)
    {
        if (node.Op is not MapOp { Kind: MapKind.Mul } || _plan.Views.ContainsKey(node.Output) || _plan.Copies.ContainsKey(node.Output))
        {
            return false;
        }

        List<Node> readers = _task.Nodes.Where(n => n.Inputs.Contains(node.Output)).ToList();
        return readers.Count == 1 && readers[0].Inputs.Count(i => i == node.Output) == 1
            && readers[0].Op is MapOp { Kind: var kind }
            && ((kind == MapKind.Add && readers[0].Inputs.First(IsProduct) == node.Output)
                || (kind == MapKind.Sub && readers[0].Inputs[1] == node.Output));
    }

    private bool IsProduct(Value value) => value.Producer is { Op: MapOp { Kind: MapKind.Mul } } node && _task.Nodes.Contains(node)
        && !_plan.Views.ContainsKey(value) && !_plan.Copies.ContainsKey(value)
        && _task.Nodes.Sum(n => n.Inputs.Count(i => i == value)) == 1;

    private string Expression(Node node)
    {
        MapKind kind = ((MapOp)node.Op).Kind;
        IReadOnlyList<Value> x = node.Inputs;
        if (kind is MapKind.Add or MapKind.Sub)
        {
            Value? product = kind == MapKind.Add ? x.FirstOrDefault(v => v.Producer is { } p && _task.Nodes.Contains(p) && IsFolded(p))
                : x[1].Producer is { } q && _task.Nodes.Contains(q) && IsFolded(q) ? x[1] : null;
            if (product is not null)
            {
                Node mul = product.Producer!;
                Value other = x[0] == product ? x[1] : x[0];
                string call = kind == MapKind.Add ? "T.Fma(" : "T.Fnma(";
                return call + Operand(mul.Inputs[0]) + ", " + Operand(mul.Inputs[1]) + ", " + Operand(other) + ")";
            }
        }

        string[] a = x.Select(Operand).ToArray();
        return kind switch
        {
            MapKind.Add => a[0] + " + " + a[1],
            MapKind.Sub => a[0] + " - " + a[1],
            MapKind.Mul => a[0] + " * " + a[1],
            MapKind.Div => a[0] + " / " + a[1],
            MapKind.Neg => "-" + a[0],
            MapKind.Greater => "T.GreaterThan(" + a[0] + ", " + a[1] + ")",
            MapKind.Sign => "T.GreaterThan(" + a[0] + ", " + Constant(0) + ") - T.GreaterThan(" + Constant(0) + ", " + a[0] + ")",
            _ => "T." + kind + "(" + string.Join(", ", a) + ")",
        };
    }

    private string Fresh(string name)
    {
        string clean = new(name.Select(c => char.IsLetterOrDigit(c) ? c : '_').ToArray());
        clean = char.IsDigit(clean[0]) ? "_" + clean : char.ToLowerInvariant(clean[0]) + clean.Substring(1);
        string unique = clean;
        for (int i = 2; !_used.Add(unique); i++)
        {
            unique = clean + i.ToString(CultureInfo.InvariantCulture);
        }

        return unique;
    }
}
