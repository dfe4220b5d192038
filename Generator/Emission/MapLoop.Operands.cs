// What a loop computes: each node as an expression of the vector type, and what it is made of, loaded once.
// Knows arithmetic; knows no layer.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;
using SeqGen.Generator.Passes;
using static SeqGen.Generator.Emission.Literals;

namespace SeqGen.Generator.Emission;

internal sealed partial class MapLoop
{
    private string Operand(Value value)
    {
        if (_names.TryGetValue(value, out string? name))
        {
            return name;
        }

        return value.Producer?.Op switch
        {
            _ when Sum(value) is { } sum => sum,
            _ when value.Parameter is not null || value.Producer?.Op is RunningNormOp => Parameter(value),
            ConstOp constant => Constant(constant.Value),
            ZerosOp => Constant(0),
            MapOp when _task.Nodes.Contains(value.Producer) => throw new GraphException($"{value} is read before it is computed"),
            _ => Load(value),
        };
    }

    /// <summary>A value that lies somewhere.</summary>
    private string Load(Value value)
    {
        Shape whole = _task.Node.Output.Shape;
        if (value.Shape.Size != 1 && value.Shape.Size != whole.Size)
        {
            throw new GraphException($"{value} of shape {value.Shape} is stretched to {whole}, which no loop does");
        }

        Sight view = _plan.SightOf(value, _task.Node.Region);
        string name = _names[value] = _symbols.Add(value.Name.Length > 0 ? value.Name : view.Room.OwnName, "x"), reference = Reference(view, store: false);
        _loads.Add(new("T " + name + " = " + (value.Shape.Size < whole.Size ? Stretched(view, reference) : "T.Load(ref " + reference + ", " + Index(view) + ")") + ";", 1));
        return name;
    }

    /// <summary>One number a row, stretched over the units.</summary>
    private string Stretched(Sight view, string reference)
    {
        _readsByRow = true;
        string slot = view.Slot > 0 ? " + " + Text(view.Room.SlotStride * view.Slot) : "";
        return "T.Set(Unsafe.Add(ref " + reference + ", row * " + Text(view.Room.Row) + slot + "))";
    }

    private string Parameter(Value value)
    {
        string wish = value.Name.Substring(value.Name.LastIndexOf('.') + 1), name = _symbols.Add(wish, "weight"), reference = _symbols.Add(wish + "At", "weightAt");
        _parameters.Add("ref float " + reference);
        _arguments.Add(new LoopArgument(null, value, null));
        string load = value.Shape.Size == 1 ? "T.Set(" + reference + ")" : "T.Load(ref " + reference + ", " + IndexName(Stride.Shared) + ")";
        _shared.Add(new("T " + name + " = " + load + ";", 1));
        return _names[value] = name;
    }

    private string Constant(double value)
    {
        string text = double.IsNaN(value) || float.IsInfinity((float)value) ? Literals.Number(value) : value.ToString("R", CultureInfo.InvariantCulture) + "f";
        if (!_constants.TryGetValue(text, out string? name))
        {
            string wish = value == 0 ? "zero" : value == 1 ? "one" : value == 0.5 ? "half" : "c";
            _constants[text] = name = _symbols.Add(wish, wish);
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

    private Statement Expression(Node node)
    {
        var op = (MapOp)node.Op;
        IReadOnlyList<Value> x = node.Inputs;
        if (Folded(op.Kind, x) is { } product)
        {
            Node mul = product.Producer!;
            Value other = x[0] == product ? x[1] : x[0];
            string call = op.Kind == MapKind.Add ? "T.Fma(" : "T.Fnma(";
            return new(call + Operand(mul.Inputs[0]) + ", " + Operand(mul.Inputs[1]) + ", " + Operand(other) + ")", 1);
        }

        string[] a = x.Select(Operand).ToArray();
        string text = op.Kind switch
        {
            MapKind.Add => a[0] + " + " + a[1],
            MapKind.Sub => a[0] + " - " + a[1],
            MapKind.Mul => a[0] + " * " + a[1],
            MapKind.Div => a[0] + " / " + a[1],
            MapKind.Neg => "-" + a[0],
            MapKind.Greater => "T.GreaterThan(" + a[0] + ", " + a[1] + ")",
            MapKind.Sign => "T.GreaterThan(" + a[0] + ", " + Constant(0) + ") - T.GreaterThan(" + Constant(0) + ", " + a[0] + ")",
            MapKind.Inside => "T.Select(" + Inside() + ", " + a[0] + ", " + Constant(0) + ")",
            MapKind.Clip => "T.Min(T.Max(" + a[0] + ", " + a[1] + "), " + a[2] + ")",
            _ => "T." + op.Kind + "(" + string.Join(", ", a) + ")",
        };
        return new(text, op.Operations);
    }

    /// <summary>Which lanes are units, the same for all rows.</summary>
    private string Inside()
    {
        if (_inside is null)
        {
            _inside = _symbols.Add("inside", "inside");
            _shared.Add(new("T " + _inside + " = T.Inside(" + IndexName(Stride.Shared) + ", " + Text(_task.Width) + ");", 1));
        }

        return _inside;
    }

    /// <summary>Of what is added, or taken away, the product that becomes part of it.</summary>
    private Value? Folded(MapKind kind, IReadOnlyList<Value> operands) => kind switch
    {
        MapKind.Add => operands.FirstOrDefault(IsFolded),
        MapKind.Sub when IsFolded(operands[1]) => operands[1],
        _ => null,
    };

    private bool IsFolded(Value value) => value.Producer is { } node && _task.Nodes.Contains(node) && IsFolded(node);
}
