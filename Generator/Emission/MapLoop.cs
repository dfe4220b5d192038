// One elementwise loop as a C# method over the vector type: loads at the top, arithmetic, stores at the end.
// Knows how rows are walked; what is computed is MapLoop.Operands, where values lie MapLoop.Places. Knows no layer.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Passes;
using static SeqGen.Generator.Emission.Literals;

namespace SeqGen.Generator.Emission;

internal sealed partial class MapLoop
{
    private readonly ProgramPlan _plan;
    private readonly Task _task;
    private readonly Symbols _symbols;
    private readonly List<string> _parameters = new();
    private readonly List<LoopArgument> _arguments = new();
    private readonly Dictionary<Value, string> _names = new();
    private readonly List<(Stride Stride, string Name)> _indices = new();
    private readonly List<Statement> _shared = new();
    private readonly List<Statement> _loads = new();
    private readonly List<Statement> _lines = new();
    private readonly SortedDictionary<string, string> _constants = new(StringComparer.Ordinal);
    private readonly Dictionary<(Sight, bool), string> _references = new();

    // Whether a place is found by the number of its row, and not by an index that walks along.
    private bool _readsByRow;

    // The lanes that are units, where the loop asks.
    private string? _inside;

    // Members of the vector type that the lines written so far call.
    private int _operations;

    private MapLoop(ProgramPlan plan, Task task, params IEnumerable<string> taken)
    {
        _plan = plan;
        _task = task;
        _symbols = new Symbols(taken.Concat(["rows", "row", "lane", "block", "end", "T"]));
    }

    /// <summary>Writes the loop of a task; what somebody else reads is stored where the plan has placed it.</summary>
    public static LoopMethod Write(ProgramPlan plan, Task task)
    {
        var loop = new MapLoop(plan, task);
        loop.Compute();
        string body = loop.Body();
        return new LoopMethod(loop._parameters, loop._arguments, body, loop._symbols, loop._operations);
    }

    /// <summary>The places that a value is stored in.</summary>
    public static IEnumerable<Sight> Stores(ProgramPlan plan, Node node) => (plan.Views.ContainsKey(node.Output) ? new[] { plan.SightOf(node.Output, node.Region) } : [])
        .Concat(plan.Copies.TryGetValue(node.Output, out List<View>? copies) ? copies.Select(c => new Sight(c)) : []);

    private void Compute()
    {
        foreach (Node node in _task.Nodes.Where(n => !IsFolded(n)))
        {
            Statement expression = Expression(node);
            string name = _names[node.Output] = _symbols.Add(node.Output.Name.Length > 0 ? node.Output.Name : "v", "v");
            _lines.Add(new("T " + name + " = " + expression.Text + ";", expression.Operations));
        }

        foreach (Node node in _task.Nodes)
        {
            foreach (Sight place in Stores(_plan, node))
            {
                _lines.Add(new("T.Store(ref " + Reference(place, store: true) + ", " + Index(place) + ", " + _names[node.Output] + ");", 1));
            }
        }
    }

    private string Body()
    {
        var writer = new SourceWriter();
        Write(writer, Constants);
        if (FlatRow(Blocks) is { } row)
        {
            WriteFlat(writer, row);
        }
        else
        {
            WriteColumns(writer, Blocks);
        }

        return writer.ToString();
    }

    private IEnumerable<Statement> Constants => _constants.Select(c => new Statement("T " + c.Value + " = T.Set(" + c.Key + ");", 1));

    /// <summary>Indices, those of panels first.</summary>
    private IEnumerable<(Stride Stride, string Name)> Indices => _indices.OrderBy(i => i.Stride.Letter, StringComparer.Ordinal);

    private void Write(SourceWriter writer, IEnumerable<Statement> statements)
    {
        foreach (Statement statement in statements)
        {
            writer.Line(statement.Text);
            _operations += statement.Operations;
        }
    }

    /// <summary>A vector's lanes of all rows, then the next vector's.</summary>
    private void WriteColumns(SourceWriter writer, int blocks)
    {
        if (blocks > 1)
        {
            writer.Line("for (int block = 0; block < " + Text(blocks) + "; block++)").Open();
        }

        writer.Line("for (int lane = 0; lane < " + Text(Lanes) + "; lane += T.Count)").Open();
        foreach ((Stride stride, string name) in Indices.Where(i => i.Stride.Row == 0))
        {
            writer.Line("nint " + name + " = " + stride.First(blocks) + ";");
        }

        Write(writer, _shared);
        List<(Stride Stride, string Name)> walking = Indices.Where(i => i.Stride.Row > 0).ToList();
        string start = string.Concat(walking.Select(i => ", " + i.Name + " = " + i.Stride.First(blocks)));
        string step = string.Concat(walking.Select(i => ", " + i.Name + " += " + Text(i.Stride.Row)));
        writer.Line("for (nint row = 0" + start + "; row < rows; row++" + step + ")").Open();
        Write(writer, _loads.Concat(_lines));
        writer.Close().Close();
        if (blocks > 1)
        {
            writer.Close();
        }
    }

    /// <summary>All rows as one.</summary>
    private void WriteFlat(SourceWriter writer, int row)
    {
        string index = _indices[0].Name;
        writer.Line("for (nint " + index + " = 0, end = (nint)rows * " + Text(row) + "; " + index + " < end; " + index + " += T.Count)").Open();
        Write(writer, _loads.Concat(_lines));
        writer.Close();
    }

    /// <summary>Long rows that lie one behind the other in every place are walked as they lie: by columns, each row would be a page of its own.</summary>
    private int? FlatRow(int blocks)
    {
        const int LongRow = 1024;
        return _shared.Count == 0 && !_readsByRow && _indices.Count == 1 && _indices[0].Stride is { IsPanel: false, Row: >= LongRow and var row } && row == 16 * blocks ? row : null;
    }

    /// <summary>Where values of shape [slots, units] lie in panels, the lanes of all slots are walked as one.</summary>
    private bool InPanels => _plan.Layouts[_task.Node.Output] == Layout.Panel;

    private int Slots => _task.Node.Output.Shape.Rank < 2 ? 1 : _task.Node.Output.Shape.Dims[0];

    private int Lanes => InPanels ? 16 * Slots : 16;

    private int Blocks => PackParameters.Blocks(_task.Width) * (InPanels ? 1 : Slots);
}
