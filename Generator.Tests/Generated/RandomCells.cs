// Random methods of cells and of losses: sizes that mostly fit, and now and then a construct that has no place in a step. A seed is a method.
// Knows C#; refuses to know which of them are right.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace SeqGen.Generator.Tests.Generated;

internal sealed class RandomCells
{
    private static readonly string[] _functions =
        ["Tanh", "Sigmoid", "Relu", "Softplus", "Elu", "Abs", "HardTanh", "HardSigmoid", "Softsign", "Silu", "LeakyRelu", "Softmax", "Sign", "Floor", "Exp", "-"];

    // Statements that a step cannot have, or has in another form; {0} is a vector, {1} a fresh name.
    private static readonly string[] _wrong =
    [
        "while ({0}.Size > 0) {{ break; }}", "double[] {1} = {0}.ToArray();", "var {1} = new System.Collections.Generic.List<Vec> {{ {0} }};",
        "Func<Vec, Vec> {1} = v => v;", "try {{ }} finally {{ }}", "foreach (double d in new[] {{ 1.0 }}) {{ }}", "if ({0}[0] > 0) {{ return {0}; }}", "_field = 3;",
        "Vec {1} = Step(x, h, w);", "System.Console.WriteLine(1);", "Vec {1} = {0} + x;", "Vec {1} = {0}[3..1];", "Vec {1} = w.Linear(\"g0\", {0}, 0);", "Vec {1} = w.Linear(\"\", {0});",
        "int {1} = 0; {1} /= 0;", "Vec {1} = w.Vector(\"weight_ih\") * {0};", "ref Vec {1} = ref h;", "Vec {1} = Vec.Of(1, 2);", "goto end; end: ;", "unchecked {{ }}", "Vec {1};", "string {1} = $\"{{0:F2}}\";",
        "for (int k = 0; ; k++) {{ }}", "for (int k = 0; k < 20000; k++) {{ }}", "dynamic {1} = {0};", "var ({1}, _) = (1, {0});", "Vec {1} = ({0} > 0.1) ? h : {0};", "object {1} = {0};", "Vec {1} = {0} ?? h;",
        "Vec {1} = Unknown({0});", "int {1} = (int)3.7 + {0}.Size;", "Vec {1} = {0}[{0}.Size];", "lock (w) {{ }}", "_ = {0};", "{0}.ToString();", "const int {1} = 3;", "var {1} = w.Units > 2 ? 1.5 : 2;",
        "switch (x.Size) {{ case 3: break; default: throw new ArgumentException(\"three\"); }}", "Vec {1} = Local(h); Vec Local(Vec a) => Local(a);", "Mat {1} = Outer({0}, {0}) + Outer(x, x);", "checked {{ int {1} = 2 * 3; }}",
    ];

    private readonly Random _random;
    private readonly List<string> _vectors = ["h"];
    private readonly List<string> _numbers = [];
    private int _names;
    private int _gates;

    private readonly bool _isLoss;

    private RandomCells(int seed, bool isLoss = false) => (_random, _isLoss) = (new Random(seed), isLoss);

    /// <summary>A loss of that number, and a network with it: <c>Loss12Attribute</c>, <c>Net12</c>. Five outputs, <c>h</c> to the grammar, meet a target of three numbers, <c>x</c>.</summary>
    public static string Loss(int seed) => new RandomCells(seed, isLoss: true).Text(
        $"Loss{seed}Attribute : CustomLossAttribute", "Scalar Loss(Vec h, [Size(3)] Vec x)", $"[Network(Inputs = 2, Timesteps = 3)] [Dense(5)] [Loss{seed}] public partial class Net{seed};");

    /// <summary>A class of that number, and a network of it: <c>Cell12Attribute</c>, <c>Net12</c>. It has three inputs and five units.</summary>
    public static string Source(int seed) => new RandomCells(seed).Text(
        $"Cell{seed}Attribute(int units) : CellAttribute(units)", "Vec Step(Vec x, Vec h, Weights w)", $"[Network(Inputs = 3, Timesteps = 4)] [Cell{seed}(5)] public partial class Net{seed};");

    private string Text(string head, string method, string network) => $$"""
        #pragma warning disable CS0162, CS0164, CS0168, CS0169, CS0183, CS0219, CS0414, CS0649, CS1718, CS8321, CS8600, CS8602, CS8604, CS8618 // What is drawn compares with itself and leaves variables unread.
        public sealed class {{head}}
        {
        {{Field()}}    public bool Flag { get; set; } = true;

            public int Rounds { get; set; } = 2;

            public {{method}}
            {
        {{Body()}}    }

            private static Vec Squashed(Vec a, double most = 0.5) => most * Tanh(a);

            private static (Vec A, Scalar S) Parts(Vec a) => (a * Sum(a), Mean(a));
        }

        {{network}}
        """;

    private string Field() => _random.Next(3) == 0 ? "    private double _field;\n\n" : "";

    private string Body()
    {
        var text = new StringBuilder();
        int statements = _random.Next(2, 8), wrong = _random.Next(3) > 0 ? _random.Next(statements) : -1;
        for (int i = 0; i < statements; i++)
        {
            text.Append("        ").Append(i == wrong ? Wrong() : Statement()).Append('\n');
        }

        if (_isLoss)
        {
            return text.Append("        return ").Append(_random.Next(3) == 0 ? Number(2) : $"Mean({Vector(2)} * h)").Append(";\n").ToString();
        }

        return text.Append("        return ").Append(_random.Next(12) == 0 ? Vector(2) : $"h + 0.5 * (Tanh({Vector(2)}) - h)").Append(";\n").ToString();
    }

    private string Wrong() => string.Format(CultureInfo.InvariantCulture, _wrong[_random.Next(_wrong.Length)], Vector(1), Name());

    private string Statement()
    {
        switch (_random.Next(9))
        {
            case 0:
                string number = Name(), made = $"Scalar {number} = {Number(2)};";
                _numbers.Add(number);
                return made;
            case 1:
                string target = _vectors[_random.Next(_vectors.Count)];
                return $"{target} {Pick("=", "+=", "*=", "-=")} {Vector(1)};";
            case 2:
                string jump = Pick("", "", "if (i == 1) { break; } ", "if (i % 2 == 0 && Flag) { continue; } ", "if (Rounds > 2) { continue; } else if (i > Rounds) { break; } ");
                return $"for (int i = 0; i < {Pick("2", "Rounds", "x.Size - 1")}; i++) {{ {jump}{Pick(_vectors)} = Tanh({Vector(1)}) + ({Constant()} * i); }}";
            case 3:
                return $"if ({Pick("Flag", "Rounds > 1", "!Flag", "x.Size == 3 && Flag", "Rounds is 1 or 3")}) {{ {Pick(_vectors)} = {Vector(1)}; }} else {{ {Pick(_vectors)} = {Vector(1)}; }}";
            case 4:
                string a = Name(), b = Name(), parts = $"(Vec {a}, Scalar {b}) = Parts({Vector(1)});";
                _vectors.Add(a);
                _numbers.Add(b);
                return parts;
            default:
                string name = Name(), declared = $"Vec {name} = {Vector(3)};";
                _vectors.Add(name);
                return declared;
        }
    }

    /// <summary>An expression of the layer's size.</summary>
    private string Vector(int depth) => depth == 0 ? Pick(_vectors) : _random.Next(17) switch
    {
        0 or 1 or 2 or 3 when _isLoss => Pick($"({Vector(depth - 1)} - Concat(x, {Vector(depth - 1)}[..2]))", $"Concat(x[1..], {Vector(depth - 1)}[2..])", $"({Vector(depth - 1)} * Softmax({Vector(depth - 1)}))"),
        13 or 15 when _isLoss => $"Squashed({Vector(depth - 1)}{Pick("", ", 0.25", ", most: 1.5")})",
        0 or 1 or 2 => $"w.{Pick("Affine", "Linear", "Affine")}(\"g{_gates++}\", {Pick("x", "x, h", "h", Vector(depth - 1), "x, " + Vector(depth - 1))})",
        3 => $"(w.Affine(\"g{_gates++}\", x) + w.Linear(\"g{_gates++}\", {Vector(depth - 1)}))",
        4 or 5 or 6 => $"{Pick(_functions)}({Vector(depth - 1)})",
        7 or 8 or 9 => $"({Vector(depth - 1)} {Pick("+", "-", "*", "*", "/", ">", "<")} {Vector(depth - 1)})",
        10 => $"({Number(depth - 1)} {Pick("+", "-", "*")} {Vector(depth - 1)})",
        11 => $"Select({Vector(depth - 1)} > {Constant()}, {Vector(depth - 1)}, {Vector(depth - 1)})",
        12 => $"{Pick("Max", "Min")}({Vector(depth - 1)}, {Pick(Vector(depth - 1), Number(depth - 1))})",
        13 => $"(w.Vector(\"g{_gates++}\", start: {Constant()}) * {Vector(depth - 1)})",
        14 => $"Concat({Vector(depth - 1)}[..2], {Vector(depth - 1)}[{Pick("2..", "^3..", "1..4")}])",
        15 => Pick($"w.LayerNorm(\"g{_gates++}\", {Vector(depth - 1)})", $"Squashed({Vector(depth - 1)}{Pick("", ", 0.25", ", most: 1.5")})", $"(Rounds switch {{ 1 => {Vector(depth - 1)}, _ => {Vector(depth - 1)} }})"),
        _ => Pick($"Dot(Outer({Vector(depth - 1)}, {Vector(depth - 1)}), h)", $"Clip({Vector(depth - 1)}, -1, {Constant()})", $"(Flag ? {Vector(depth - 1)} : {Vector(depth - 1)})", $"Candidate({Vector(depth - 1)})"),
    };

    private string Number(int depth) => depth == 0 ? (_numbers.Count > 0 && _random.Next(2) == 0 ? Pick(_numbers) : "x[^1]") : _random.Next(6) switch
    {
        0 => $"{Pick("Sum", "Mean", "Max")}({Vector(depth - 1)})",
        1 => $"Dot({Vector(depth - 1)}, {Vector(depth - 1)})",
        2 => $"({Number(depth - 1)} {Pick("+", "*", "-")} {Pick(Number(depth - 1), Constant())})",
        3 => $"{Vector(depth - 1)}[{_random.Next(5).ToString(CultureInfo.InvariantCulture)}]",
        4 when _isLoss => $"Log(1 + Exp({Number(depth - 1)}))",
        4 => $"w.Scalar(\"g{_gates++}\", start: {Constant()})",
        _ => $"Sigmoid({Number(depth - 1)})",
    };

    private string Constant() => Pick("0.5", "1", "-0.25", "2", "0.1 * Rounds", "Math.Sqrt(2)", "1.0 / 3");

    private string Name() => "v" + (_names++).ToString(CultureInfo.InvariantCulture);

    private string Pick(params IReadOnlyList<string> all) => all[_random.Next(all.Count)];
}
