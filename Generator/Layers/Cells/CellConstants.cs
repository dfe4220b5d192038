// Arithmetic of a user's cell on what is known while compiling: sizes, options, names of weights.
using System;
using System.Globalization;
using System.Linq;
using SeqGen.Generator.Model;

namespace SeqGen.Generator.Layers.Cells;

internal static class CellConstants
{
    /// <summary>What an operator or function gives for constants.</summary>
    public static CellItem Call(Code code, CellItem[] given)
    {
        if (code.Text == "text")
        {
            return new TextItem(string.Concat(given.Select(Text)));
        }

        return (code.Text, given[0], given.Length > 1 ? given[1] : null) switch
        {
            ("==", _, { } other) => new TruthItem(IsEqual(given[0], other)),
            ("!=", _, { } other) => new TruthItem(!IsEqual(given[0], other)),
            ("!", TruthItem truth, _) => new TruthItem(!truth.Value),
            ("+", TextItem, { } other) => new TextItem(Text(given[0]) + Text(other)),
            ("+", { } first, TextItem other) => new TextItem(Text(first) + other.Value),
            (_, NumberItem a, null) => Unary(code, a),
            (_, NumberItem a, NumberItem b) when given.Length == 2 => Binary(code, a, b),
            _ => throw Misuse(code),
        };
    }

    private static CellItem Unary(Code code, NumberItem a) => code.Text switch
    {
        "neg" => new NumberItem(-a.Value, a.IsInteger),
        "int" => new NumberItem(Math.Truncate(a.Value), true),
        "double" => new NumberItem(a.Value, false),
        "float" => new NumberItem((float)a.Value, false),
        "Math.Abs" => new NumberItem(Math.Abs(a.Value), a.IsInteger),
        "Math.Ceiling" => Real(Math.Ceiling(a.Value)),
        "Math.Exp" or "Exp" => Real(Math.Exp(a.Value)),
        "Math.Floor" or "Floor" => Real(Math.Floor(a.Value)),
        "Math.Log" or "Log" => Real(Math.Log(a.Value)),
        "Math.Round" => Real(Math.Round(a.Value)),
        "Math.Sqrt" or "Sqrt" => Real(Math.Sqrt(a.Value)),
        "Math.Tanh" or "Tanh" => Real(Math.Tanh(a.Value)),
        "Math.Cos" => Real(Math.Cos(a.Value)),
        "Math.Sin" => Real(Math.Sin(a.Value)),
        "Sigmoid" => Real(1 / (1 + Math.Exp(-a.Value))),
        "Abs" => Real(Math.Abs(a.Value)),
        "Relu" => Real(Math.Max(0, a.Value)),
        _ => throw Misuse(code),
    };

    private static CellItem Binary(Code code, NumberItem a, NumberItem b)
    {
        bool isInteger = a.IsInteger && b.IsInteger;
        return code.Text switch
        {
            "+" => new NumberItem(a.Value + b.Value, isInteger),
            "-" => new NumberItem(a.Value - b.Value, isInteger),
            "*" => new NumberItem(a.Value * b.Value, isInteger),
            "/" or "%" when isInteger && b.Value == 0 => throw new CellMistakeException("SEQ0311", code.Id, "an integer is divided by zero here"),
            "/" => new NumberItem(isInteger ? Math.Truncate(a.Value / b.Value) : a.Value / b.Value, isInteger),
            "%" => new NumberItem(a.Value % b.Value, isInteger),
            "<" => new TruthItem(a.Value < b.Value),
            ">" => new TruthItem(a.Value > b.Value),
            "<=" => new TruthItem(a.Value <= b.Value),
            ">=" => new TruthItem(a.Value >= b.Value),
            "Math.Max" or "Max" => new NumberItem(Math.Max(a.Value, b.Value), isInteger),
            "Math.Min" or "Min" => new NumberItem(Math.Min(a.Value, b.Value), isInteger),
            "Math.Pow" or "Pow" => Real(Math.Pow(a.Value, b.Value)),
            "Math.Log" => Real(Math.Log(a.Value, b.Value)),
            _ => throw Misuse(code),
        };
    }

    private static NumberItem Real(double value) => new(value, false);

    private static bool IsEqual(CellItem a, CellItem b) => (a, b) switch
    {
        (NumberItem x, NumberItem y) => x.Value == y.Value,
        (TruthItem x, TruthItem y) => x.Value == y.Value,
        (TextItem x, TextItem y) => x.Value == y.Value,
        _ => false,
    };

    private static string Text(CellItem item) => item switch
    {
        TextItem text => text.Value,
        NumberItem number => number.Value.ToString("R", CultureInfo.InvariantCulture),
        TruthItem truth => truth.Value ? "True" : "False",
        _ => "",
    };

    private static CellMistakeException Misuse(Code code) => new("SEQ0311", code.Id, $"{code.Text} does not go with constants like these");
}
