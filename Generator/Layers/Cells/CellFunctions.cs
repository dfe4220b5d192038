// What the functions and operators of a user's cell mean: on constants at once, on values as new values of the step, with the shapes that fit.
// Knows shapes and functions; knows no statement and no parameter's place. The user's side of this list is Runtime/Cells.
// Long because: one function a line.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Layers.Cells;

/// <param name="units">Size of the layer.</param>
internal sealed class CellFunctions(Func<int> units)
{
    private static readonly Dictionary<string, MapKind> _maps = new()
    {
        ["+"] = MapKind.Add,
        ["-"] = MapKind.Sub,
        ["*"] = MapKind.Mul,
        ["/"] = MapKind.Div,
        [">"] = MapKind.Greater,
        ["neg"] = MapKind.Neg,
        ["Exp"] = MapKind.Exp,
        ["Log"] = MapKind.Log,
        ["Sqrt"] = MapKind.Sqrt,
        ["Abs"] = MapKind.Abs,
        ["Sign"] = MapKind.Sign,
        ["Floor"] = MapKind.Floor,
        ["Tanh"] = MapKind.Tanh,
        ["Sigmoid"] = MapKind.Sigmoid,
        ["Softplus"] = MapKind.Softplus,
        ["Relu"] = MapKind.Relu,
        ["Elu"] = MapKind.Elu,
        ["Max"] = MapKind.Max,
        ["Min"] = MapKind.Min,
        ["Pow"] = MapKind.Pow,
        ["Select"] = MapKind.Select,
        ["Clip"] = MapKind.Clip,
    };

    private static readonly HashSet<string> _others = new()
    {
        "<", "HardSigmoid", "HardTanh", "LeakyRelu", "Softsign", "Silu", "Dot", "Outer", "Sum", "Mean", "Softmax", "Concat", "Candidate", "Hidden", "Memory",
        "Size", "Rows", "Columns", "Units", "Index", "Range", "Affine", "Linear", "Vector", "Matrix", "Scalar", "LayerNorm",
    };

    private static readonly HashSet<string> _math = new() { "Abs", "Ceiling", "Exp", "Floor", "Log", "Max", "Min", "Pow", "Round", "Sqrt", "Tanh", "Cos", "Sin" };

    private static readonly string[] _reserved = ["weight_ih", "weight_hh", "bias_ih", "bias_hh", "initial_"];

    private readonly List<CellValue> _values = new();
    private readonly Dictionary<string, CellValue> _products = new();

    /// <summary>All values so far.</summary>
    public IReadOnlyList<CellValue> Values => _values;

    /// <summary>Whether there is a function of that name on vectors, matrices, numbers or weights.</summary>
    public static bool Knows(string name) => _maps.ContainsKey(name) || _others.Contains(name);

    /// <summary>Whether it is a function of System.Math that constants can go through.</summary>
    public static bool KnowsMath(string name) => _math.Contains(name);

    public ValueItem Add(CellValue value)
    {
        _values.Add(value);
        return new ValueItem(value);
    }

    /// <summary>The value of an item; constants become values.</summary>
    public CellValue Value(CellItem item, int place) => item switch
    {
        ValueItem value => value.Value,
        NumberItem number => Add(new CellValue(CellOp.Constant, []) { Number = number.Value }).Value,
        _ => throw new CellMistakeException("SEQ0311", place, item.Kind + " is no vector or number"),
    };

    /// <summary>What a call gives.</summary>
    public CellItem Call(Code code, CellItem[] given)
    {
        string name = code.Text;
        if (given.Length > 0 && given.All(g => g is NumberItem or TruthItem or TextItem))
        {
            return CellConstants.Call(code, given);
        }

        CellValue A(int i) => Value(given[i], code.Id);
        switch (name)
        {
            case "<":
                return Map(code, MapKind.Greater, A(1), A(0));
            case "Max" when given.Length == 1:
                return Add(new CellValue(CellOp.Max, [A(0)]));
            case "Size":
            case "Rows":
                return new NumberItem(A(0).Dims[0], true);
            case "Columns":
                return new NumberItem(A(0).Dims[1], true);
            case "Units":
                return new NumberItem(units(), true);
            case "Index":
                return Slice(code, A(0), Offset(code, given[1], A(0).Dims[0]), null);
            case "Range":
                return Slice(code, A(0), Offset(code, given[1], A(0).Dims[0]), Offset(code, given[2], A(0).Dims[0]));
            case "Sum":
            case "Mean":
                return Add(new CellValue(name == "Sum" ? CellOp.Sum : CellOp.Mean, [A(0)]));
            case "Softmax":
                return Add(new CellValue(CellOp.Softmax, [A(0)], A(0).Dims));
            case "Concat":
                CellValue[] parts = given.Select((_, i) => A(i)).ToArray();
                return Add(new CellValue(CellOp.Concat, parts, parts.Sum(p => p.Size)));
            case "Outer":
                return Add(new CellValue(CellOp.Outer, [A(0), A(1)], A(0).Size, A(1).Size));
            case "Dot":
                return Dot(code, A(0), A(1));
            case "Candidate":
            case "Hidden":
            case "Memory":
                return Add(new CellValue(CellOp.Mark, [A(0)], A(0).Dims) { Text = name });
            case "HardSigmoid":
            case "HardTanh":
            case "LeakyRelu":
            case "Softsign":
            case "Silu":
                return Add(new CellValue(CellOp.Activation, [A(0)], A(0).Dims) { Text = name });
            case "Affine":
            case "Linear":
            case "Vector":
            case "Matrix":
            case "Scalar":
            case "LayerNorm":
                return Weight(code, given);
            default:
                return _maps.TryGetValue(name, out MapKind kind)
                    ? Map(code, kind, given.Select((_, i) => A(i)).ToArray())
                    : throw new CellMistakeException("SEQ0307", code.Id, name, "it has no meaning for vectors; write a function of CellAttribute: Select, Max, Clip, '>' and '<' compare element by element");
        }
    }

    private ValueItem Map(Code code, MapKind kind, params CellValue[] operands)
    {
        CellValue widest = operands[0];
        foreach (CellValue operand in operands.Skip(1))
        {
            widest = operand.Dims.Length == 0 || operand.Dims.SequenceEqual(widest.Dims) ? widest
                : widest.Dims.Length == 0 ? operand
                : throw new CellMistakeException("SEQ0310", code.Id, code.Text, widest.Shape, operand.Shape);
        }

        return Add(new CellValue(CellOp.Map, operands, widest.Dims) { Function = kind });
    }

    private ValueItem Dot(Code code, CellValue a, CellValue b)
    {
        return (a.Dims.Length, b.Dims.Length) switch
        {
            (1, 1) => Add(new CellValue(CellOp.Sum, [Map(code, MapKind.Mul, a, b).Value])),
            (2, 1) when a.Dims[1] == b.Dims[0] => Add(new CellValue(CellOp.MatrixVector, [a, b], a.Dims[0])),
            (1, 2) when a.Dims[0] == b.Dims[0] => Add(new CellValue(CellOp.VectorMatrix, [a, b], b.Dims[1])),
            _ => throw new CellMistakeException("SEQ0310", code.Id, "Dot", a.Shape, b.Shape),
        };
    }

    /// <summary>Where an index stands; a number from the end is written as a tuple of one.</summary>
    private static int Offset(Code code, CellItem index, int size) => index switch
    {
        NumberItem number => (int)number.Value,
        TupleItem { Items.Length: 1 } tuple when tuple.Items[0] is NumberItem fromEnd => size - (int)fromEnd.Value,
        TupleItem { Items.Length: 0 } => size,
        _ => throw new CellMistakeException("SEQ0302", code.Id, index.Kind),
    };

    private ValueItem Slice(Code code, CellValue a, int start, int? end)
    {
        int size = end is { } to ? to - start : 1;
        return start >= 0 && size > 0 && start + size <= a.Dims[0]
            ? Add(new CellValue(CellOp.Slice, [a], end is null ? [] : [size]) { Number = start })
            : throw new CellMistakeException("SEQ0311", code.Id, Rules.Text($"elements {start} to {start + size - 1} are not there: the vector has {a.Dims[0]}, numbered from 0"));
    }

    /// <summary>A call on the weights. Arguments: the weights, the name, and what the method of that name has after it.</summary>
    private CellItem Weight(Code code, CellItem[] given)
    {
        string name = given[1] is TextItem { Value.Length: > 0 } text ? text.Value : throw new CellMistakeException("SEQ0311", code.Id, "a weight's name is a constant text that is not empty");
        int Size(int i) => given[i] is not NumberItem number ? throw new CellMistakeException("SEQ0302", code.Id, given[i].Kind)
            : number.Value == 0 ? units()
            : number.Value > 0 && number.Value <= Rules.LargestSize ? (int)number.Value
            : throw new CellMistakeException("SEQ0311", code.Id, Rules.Text($"a size from 1 to {Rules.LargestSize}, or 0 for the layer's, is needed here"));
        double Number(int i) => given[i] is NumberItem number ? number.Value : throw new CellMistakeException("SEQ0302", code.Id, given[i].Kind);
        switch (code.Text)
        {
            case "Affine":
            case "Linear":
                bool affine = code.Text == "Affine";
                CellValue[] sources = given.Skip(2).Take(given.Length - (affine ? 4 : 3)).Select(g => Value(g, code.Id)).ToArray();
                int size = Size(2 + sources.Length);
                return Once(code, name, new CellValue(CellOp.Product, [], size)
                {
                    Text = name,
                    Terms = sources.Select((s, i) => new ProductTerm(name, i, s)).ToArray(),
                    Biases = affine ? [new ProductBias(name, Number(3 + sources.Length))] : [],
                });
            case "Vector":
                return Once(code, name, new CellValue(CellOp.Parameter, [], Size(2)) { Text = name, Number = Number(3), Spread = Number(4) });
            case "Matrix":
                return Once(code, name, new CellValue(CellOp.Parameter, [], Size(2), Size(3)) { Text = name, Number = Number(4), Spread = Number(5) });
            case "Scalar":
                return Once(code, name, new CellValue(CellOp.Parameter, []) { Text = name, Number = Number(2) });
            default:
                CellValue normalized = Value(given[2], code.Id);
                double epsilon = Number(3);
                return epsilon >= 1e-38 && epsilon <= 1
                    ? Once(code, name, new CellValue(CellOp.Normalization, [normalized], normalized.Dims) { Text = name, Number = epsilon })
                    : throw new CellMistakeException("SEQ0311", code.Id, "an epsilon from 1e-38 to 1 is needed here");
        }
    }

    /// <summary>A weight under a name that is not taken. The same call again is the same value; another with the same name is a mistake, since a weight has one place where it is read.</summary>
    private ValueItem Once(Code code, string name, CellValue value)
    {
        if (!name.All(c => c is '_' or (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9')))
        {
            throw new CellMistakeException("SEQ0311", code.Id, $"a weight's name is made of letters, digits and underscores, which \"{name}\" is not");
        }

        if (_reserved.FirstOrDefault(r => name.StartsWith(r, StringComparison.OrdinalIgnoreCase)) is { } reserved)
        {
            throw new CellMistakeException("SEQ0311", code.Id, $"a weight cannot be called \"{name}\": files have matrices and biases of gates, and beginnings of states, under names that begin with \"{reserved}\"");
        }

        // Generated code calls parameters by their names without underscores.
        string plain = name.Replace("_", "");
        if (_products.Keys.FirstOrDefault(k => k != name && string.Equals(k.Replace("_", ""), plain, StringComparison.OrdinalIgnoreCase)) is { } twin)
        {
            throw new CellMistakeException("SEQ0311", code.Id, $"the weights \"{twin}\" and \"{name}\" differ in underscores and capitals alone; give one of them another name");
        }

        if (!_products.TryGetValue(name, out CellValue? known))
        {
            _products.Add(name, value);
            return Add(value);
        }

        bool isSame = known.Op == value.Op && known.Dims.SequenceEqual(value.Dims) && known.Number.Equals(value.Number) && known.Spread.Equals(value.Spread) && known.Inputs.SequenceEqual(value.Inputs)
            && known.Terms.SequenceEqual(value.Terms) && known.Biases.SequenceEqual(value.Biases);
        return isSame ? new ValueItem(known) : throw new CellMistakeException("SEQ0309", code.Id, name);
    }
}
