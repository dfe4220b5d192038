// Cells of a user's own, compiled: the same numbers as the method itself run in double, and gradients, streams and batches as of every layer.
// Knows what must agree; refuses to know any equation.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Layers;
using SeqGen.Generator.Layers.Cells;
using SeqGen.Generator.Model;
using SeqGen.Generator.Parsing;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

public class UserCellTests
{
    private static readonly (string Name, string Attribute, int Inputs)[] _cells =
    [
        ("Mgu", "Mgu(5)", 3),
        ("LiGru", "LiGru(5)", 3),
        ("LiGruNormalized", "LiGru(5, Normalized = true)", 3),
        ("MinGru", "MinGru(5)", 3),
        ("MinLstm", "MinLstm(5)", 3),
        ("IndRnn", "IndRnn(5)", 3),
        ("Janet", "Janet(5, Beta = 0.5)", 3),
        ("Sru", "Sru(5)", 3),
        ("SruHighway", "Sru(3)", 3),
        ("Qrnn", "Qrnn(5)", 3),
        ("GruD", "GruD(5, 2)", 6),
        ("PhasedLstm", "PhasedLstm(5)", 3),
        ("FastWeights", "FastWeights(5, InnerSteps = 2)", 3),
        ("Antisymmetric", "Antisymmetric(5)", 3),
        ("SlicesOfState", "SlicesOfState(5)", 3),
        ("SlicesOfProduct", "SlicesOfProduct(5)", 3),
        ("SlicesOfSlices", "SlicesOfSlices(5)", 3),
        ("ManySources", "ManySources(20)", 3),
        ("SameSourceTwice", "SameSourceTwice(5)", 3),
        ("SumInASlot", "SumInASlot(20)", 3),
        ("Jumps", "Jumps(5)", 3),
        ("OfWeights", "OfWeights(5)", 3),
        ("OfWeightsUntied", "OfWeights(17, Tied = false)", 3),
        ("WeightsWithin", "WeightsWithin(5)", 3),
        ("WeightIsAState", "WeightIsAState(5)", 3),
        ("SumsOfGates", "SumsOfGates(5)", 3),
        ("ManyStarts", "ManyStarts(20)", 3),
        ("ManyStartsUntied", "ManyStarts(5, Tied = false)", 3),
    ];

    // What once was wrong, or is like it.
    private const string _more = """
        namespace Cells;

        public sealed class SlicesOfStateAttribute(int units) : CellAttribute(units)
        {
            public static Vec Step(Vec x, Vec h, Weights w) => Tanh(w.Affine("a", x, h) + Concat(h[..2], h[^3..]));
        }

        public sealed class SlicesOfProductAttribute(int units) : CellAttribute(units)
        {
            public static Vec Step(Vec x, Vec h, Weights w) => Tanh(Concat(w.Affine("a", x, h)[..2], w.Affine("b", x)[1..4]));
        }

        public sealed class SameSourceTwiceAttribute(int units) : CellAttribute(units)
        {
            public static Vec Step(Vec x, Vec h, Weights w) => Tanh(w.Linear("a", x, h) + (w.Affine("b", x) + w.Linear("c", h)));
        }

        public sealed class JumpsAttribute(int units) : CellAttribute(units)
        {
            public int Most { get; set; } = 3;

            public Vec Step(Vec x, Vec h, Weights w)
            {
                Vec a = w.Affine("a", x, h), sum = a;
                for (int i = 0; i < 10; i++)
                {
                    if (i == Most)
                    {
                        break;
                    }

                    for (int k = 0; k < i; k++)
                    {
                        if (k % 2 == 1)
                        {
                            continue;
                        }

                        switch (k)
                        {
                            case 0:
                                sum = sum + 0.5 * Tanh(sum + i);
                                break;
                            default:
                                sum = sum * (k + 1);
                                break;
                        }
                    }
                }

                return Tanh(sum);
            }
        }

        // What is made of weights alone: a rate behind a squashing function, as in a UnICORNN.
        public sealed class OfWeightsAttribute(int units) : CellAttribute(units)
        {
            public static (Vec, Vec, Vec) Step(Vec x, Vec y, Vec z, Weights w)
            {
                Vec rate = w.Vector("rate", start: -1, spread: 0.5), step = 0.3 * Sigmoid(rate);
                Vec next = z - (step * (Tanh((w.Vector("w", spread: 1) * y) + w.Affine("v", x)) + (Exp(w.Scalar("alpha", start: -0.2)) * y) + (0.1 * rate * z)));
                Vec moved = y + (step * next);
                return (moved, moved, next);
            }
        }

        public sealed class WeightsWithinAttribute(int units) : CellAttribute(units)
        {
            public Vec Step(Vec x, Vec h, Weights w)
            {
                Vec a = Softmax(w.Vector("a", spread: 1)), b = w.Vector("b", Units + 3, spread: 1)[3..], c = w.LayerNorm("ln", w.Vector("c", spread: 1));
                Scalar inner = Dot(w.Vector("d", spread: 1), w.Vector("e", spread: 1)) + Max(w.Vector("m", spread: 1));
                Vec far = Dot(Outer(h, w.Vector("f", 3, spread: 1)), w.Vector("g", 3, spread: 1)), map = Dot(w.Matrix("k", Units, 2, spread: 1), w.Vector("l", 2, spread: 1));
                Vec gates = w.Affine("n", Concat(x, w.Vector("o", 2, spread: 1))) + w.Affine("p", w.Vector("q", 4, spread: 1)) + w.Linear("r", h);
                return Tanh((h * (a + b)) + (c * inner * 0.1) + far + map + gates + Select(w.Vector("s", spread: 1) > 0, h, -h));
            }
        }

        public sealed class WeightIsAStateAttribute(int units) : CellAttribute(units)
        {
            public static (Vec, Vec, Vec) Step(Vec x, Vec h, [Size(3)] Vec q, Weights w) => (Tanh(w.Affine("a", x, h, q)), w.Vector("d", spread: 1) * 0.5, w.Vector("e", 3, spread: 1));
        }

        // Gates of one source that are added up have a bias each, and biases that begin at many numbers are many parameters of one product.
        public sealed class SumsOfGatesAttribute(int units) : CellAttribute(units)
        {
            public static Vec Step(Vec x, Vec h, Weights w)
            {
                Vec z = Sigmoid(w.Affine("z", x) + w.Affine("zp", x[..2]) + w.Affine("zq", x[1..]) + w.Affine("zr", h) + w.Affine("zs", h[1..]));
                return (z * h) + Tanh(w.Affine("n", x, bias: -1) + w.Affine("p", x, bias: 0.5));
            }
        }

        public sealed class ManyStartsAttribute(int units) : CellAttribute(units)
        {
            public static Vec Step(Vec x, Vec h, Weights w)
            {
                Vec z = Sigmoid(w.Affine("z", x, h, bias: 1)), r = Sigmoid(w.Affine("r", x, h, bias: 2)), q = Sigmoid(w.Affine("q", x, h));
                return (z * h) + (r * q * Tanh(w.Affine("n", x, h, bias: -3)));
            }
        }

        public sealed class SumInASlotAttribute(int units) : CellAttribute(units)
        {
            public static Vec Step(Vec x, Vec h, Weights w)
            {
                Vec a = Sigmoid(w.Affine("a", h * h)) + w.Linear("b", Tanh(h));
                return Tanh(a + (w.Affine("c", x, h) * w.Affine("d", x, a)) + w.Linear("f", x) + w.Affine("g", h - 1));
            }
        }

        public sealed class ManySourcesAttribute(int units) : CellAttribute(units)
        {
            public static Vec Step(Vec x, Vec h, Weights w)
            {
                Vec a = Sigmoid(w.Affine("a", h * h)) + w.Linear("b", Tanh(h)), c = w.Affine("c", x, h) * w.Affine("d", x, a), e = w.Affine("e", Relu(h), x, a);
                return Tanh(a + c + e + w.Linear("f", x) + w.Affine("g", h - 1));
            }
        }

        public sealed class SlicesOfSlicesAttribute(int units) : CellAttribute(units)
        {
            public static Vec Step(Vec x, Vec h, Weights w)
            {
                Vec v = Concat(Concat(Relu(h)[..2], w.Affine("a", x, h)[2..])[..2], w.Linear("b", x, h)[1..4]);
                return h + (0.5 * (Tanh(Concat(v[..2], v[2..]) + Concat(h[..2], v[^3..])) - h));
            }
        }
        """;

    private static readonly Lazy<LoadedNetworks> _networks = new(() => NetworkHarness.Load(
    [
        .. UserCells.Sample.Values,
        _more,
        .. _cells.Select(c => $"[Network(Inputs = {c.Inputs}, Timesteps = 7)] [Cells.{c.Attribute}] public partial class {c.Name};"),
    ]));

    // Units of a phased LSTM open and close in leaps, which random parameters meet: it is compared with the method alone.
    public static TheoryData<string> SmoothNames => new(_cells.Select(c => c.Name).Where(n => n != "PhasedLstm"));

    public static TheoryData<string> Names => new(_cells.Select(c => c.Name));

    public static TheoryData<string> TiedNames => new(_cells.Where(c => !c.Attribute.Contains("Tied", StringComparison.Ordinal)).Select(c => c.Name));

    [Theory]
    [MemberData(nameof(TiedNames))]
    public void A_cell_gives_what_its_method_gives(string name)
    {
        var network = (INetwork)_networks.Value.Create(name, seed: 3);
        ParsedNetwork parsed = NetworkParser.Parse((Microsoft.CodeAnalysis.INamedTypeSymbol)_networks.Value.Run.Run.After.GetTypeByMetadataName(name)!, _networks.Value.Run.Run.After, TestContext.Current.CancellationToken)!;
        LayerSpec spec = parsed.Spec.Layers[0];
        object attribute = network.GetType().GetCustomAttributes(inherit: false).First(a => a is CellAttribute);
        PassData data = RandomData.Batch(network, 1, 7, seed: 4) with { States = new Dictionary<string, float[]>() };
        int size = _cells.First(c => c.Name == name).Inputs;
        double[][] inputs = [.. Enumerable.Range(0, 7).Select(t => data.Input.Skip(t * size).Take(size).Select(v => (double)v).ToArray())];
        double[][] expected = UserCells.Run(network, attribute, spec, inputs);
        float[] got = Passes.Predict(network, data)["output"];
        Closeness.Equal([.. expected.SelectMany(e => e)], got, name);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Values_are_found_where_they_were_put(string name)
    {
        NetworkSpec spec = NetworkParser.Parse((Microsoft.CodeAnalysis.INamedTypeSymbol)_networks.Value.Run.Run.After.GetTypeByMetadataName(name)!, _networks.Value.Run.Run.After, TestContext.Current.CancellationToken)!.Spec;
        string faults = string.Join("\n", NetworkCompiler.Plan(spec, NetworkShape.Of(spec), CompilerOptions.Default, cancel: TestContext.Current.CancellationToken).Programs.SelectMany(Tests.Passes.PlaceChecker.Faults));
        Assert.Equal("", faults);
    }

    [Theory]
    [MemberData(nameof(SmoothNames))]
    public void Training_gives_what_the_interpreter_gives(string name) =>
        Equivalence.CheckTraining(Oracle.Of(_networks.Value, name), [Variants.Create(_networks.Value[name], seed: 7)]);

    [Theory]
    [MemberData(nameof(SmoothNames))]
    public void Inference_and_streams_give_what_the_interpreter_gives(string name) =>
        Equivalence.CheckInference(Oracle.Of(_networks.Value, name), [Variants.Create(_networks.Value[name], seed: 7)]);

    [Theory]
    [InlineData("Tanh(w.Vector(\"weight_ih\") * h + w.Affine(\"a\", x))", "SEQ0311", "w.Vector(\"weight_ih\")")]
    [InlineData("Tanh(w.Vector(\"a_b\") * h + w.Vector(\"aB\") * w.Affine(\"a\", x))", "SEQ0311", "w.Vector(\"aB\")")]
    [InlineData("(h == x ? h : -h) + w.Affine(\"a\", x)", "SEQ0307", "h == x")]
    [InlineData("Tanh(w.Affine(\"\", x, h))", "SEQ0311", "w.Affine(\"\", x, h)")]
    [InlineData("Tanh(w.Affine(\"a.b\", x, h))", "SEQ0311", "w.Affine(\"a.b\", x, h)")]
    [InlineData("Tanh(w.Affine(\"a\", x, h, units: -1))", "SEQ0311", "w.Affine(\"a\", x, h, units: -1)")]
    [InlineData("Tanh(w.Affine(\"a\", h))", "SEQ0311", "=> Tanh(w.Affine(\"a\", h))")]
    [InlineData("Tanh(w.Affine(\"a\", x)[..4] + h)", "SEQ0310", "Tanh(w.Affine(\"a\", x)[..4] + h)")]
    public void A_mistake_of_sizes_and_names_is_told_at_its_place(string result, string id, string place)
    {
        string source = $"public sealed class OddAttribute(int units) : CellAttribute(units) {{ public static Vec Step(Vec x, Vec h, Weights w) => {result}; }}";
        SeqGen.Testing.ReportedDiagnostic found = Assert.Single(NetworkHarness.Run(source, "[Network(Inputs = 3, Timesteps = 4)] [Odd(5)] public partial class Net;").AssertCompiles().SeqGen);
        Assert.Equal(id, found.Id);
        Assert.Contains(found.Span, place, StringComparison.Ordinal);
        Assert.DoesNotContain("{", found.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("$\"from {Least} units on, {Units} are too few at rate {Rate}\"", "from 7 units on, 5 are too few at rate 0.5")]
    [InlineData("\"too few\"", "too few")]
    public void What_a_cell_throws_is_told_with_its_numbers(string message, string told)
    {
        string source = $"public sealed class OddAttribute(int units) : CellAttribute(units) {{ public int Least {{ get; set; }} = 7; public double Rate {{ get; set; }} = 0.5; public Vec Step(Vec x, Vec h, Weights w) {{ if (Units < Least) throw new System.ArgumentException({message}); return w.Affine(\"a\", x, h); }} }}";
        SeqGen.Testing.ReportedDiagnostic found = Assert.Single(NetworkHarness.Run(source, "[Network(Inputs = 3, Timesteps = 4)] [Odd(5)] public partial class Net;").AssertCompiles().SeqGen);
        Assert.Equal("SEQ0313", found.Id);
        Assert.EndsWith(told, found.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    public void A_state_without_elements_is_a_mistake(int size)
    {
        string source = $"public sealed class OddAttribute(int units) : CellAttribute(units) {{ public static (Vec, Vec) Step(Vec x, [Size({size})] Vec a, Weights w) => (w.Affine(\"a\", x, a), a); }}";
        SeqGen.Testing.ReportedDiagnostic found = Assert.Single(NetworkHarness.Run(source, "[Network(Inputs = 3, Timesteps = 4)] [Odd(5)] public partial class Net;").AssertCompiles().SeqGen);
        Assert.Equal("SEQ0301", found.Id);
    }

    // A mask before a softmax, and numbers that are too large for single precision.
    [Theory]
    [InlineData("double.NegativeInfinity")]
    [InlineData("1e300")]
    [InlineData("double.NaN")]
    [InlineData("-1.0 / 0")]
    public void A_constant_that_is_no_finite_number_compiles(string constant)
    {
        string source = $"public sealed class OddAttribute(int units) : CellAttribute(units) {{ public static Vec Step(Vec x, Vec h, Weights w) => Tanh(w.Affine(\"a\", x) + Softmax(Select(h > 0, h, {constant}))); }}";
        NetworkHarness.Run(source, "[Network(Inputs = 3, Timesteps = 4)] [Odd(5)] [Dense(1)] [MeanSquaredError] public partial class Net;").AssertClean();
    }

    [Fact]
    public void Every_cell_passes_its_own_check()
    {
        string[] calls = ["SumsOfGates(5)", "SumsOfGates(20)", "ManyStarts(5)", "OfWeights(5)", "OfWeights(20)", "WeightsWithin(5)", "WeightIsAState(5)", "Mgu(5)", "LiGru(4)", "LiGru(4, Normalized)", "MinGru(5)", "MinLstm(17)", "IndRnn(5)", "Janet(5)", "Sru(5)", "Sru(3)", "Qrnn(5)", "PhasedLstm(5)", "FastWeights(5)", "Antisymmetric(5)"];
        string Call(string call) => call.Contains(", ", StringComparison.Ordinal) ? $"new Cells.{call.Split('(')[0]}Attribute({call.Split('(', ',')[1]}) {{ Normalized = true }}" : $"new Cells.{call.Replace("(", "Attribute(", StringComparison.Ordinal)}";
        string source = "public static class Checks { public static string[] Run() => [" + string.Join(", ", calls.Select(c => $"CellCheck.Run({Call(c)}).ToString()")) + ", CellCheck.Run(new Cells.GruDAttribute(5, features: 2), inputs: 6).ToString()]; }";
        using LoadedNetworks loaded = NetworkHarness.Load([.. UserCells.Sample.Values, _more, source]);
        var results = (string[])loaded["Checks"].GetMethod("Run")!.Invoke(null, null)!;
        Assert.All(results, r => Assert.Contains("gives what the method gives", r, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Gru(32)")]
    [InlineData("Gru(7, Bias = false)")]
    [InlineData("Lstm(32)")]
    [InlineData("Lstm(20, Peephole = true)")]
    [InlineData("Lstm(20, CoupledGates = true)")]
    [InlineData("Lstm(24, RnnDrop = 0.1, InitialState = InitialState.Learned)")]
    [InlineData("Rnn(32)")]
    public void A_layer_of_ours_written_as_a_cell_is_the_same_code(string layer)
    {
        string Source(string attribute) => $"[Network(Inputs = 5, Timesteps = 6)] [{attribute}] [Dense(2)] [MeanSquaredError] public partial class Net;";
        string Code(params string[] sources) => Plain(NetworkHarness.Run(sources).AssertClean().Files["Net.g.cs"]);
        Assert.Equal(Code(Source(layer)), Code(Source("Mine." + layer), Repository.Read("Generator.Tests/Generated/BuiltInCells.txt")));
    }

    [Theory]
    [InlineData("Gru(20, ResetAfter = false)")]
    [InlineData("Gru(16, RecurrentDropout = 0.2, VariationalHidden = 0.1, WeightDrop = 0.3, Direction = Direction.Both)")]
    [InlineData("Lstm(24, ZoneoutCell = 0.1, Zoneout = 0.1, Tied = false)")]
    [InlineData("Elman(12, 3)")]
    [InlineData("Elman(12, 3, Bias = false, VariationalHidden = 0.2)")]
    [InlineData("Jordan(12, 3, Recurrent = true)")]
    [InlineData("Lstm(20, Projection = 9)")]
    public void A_layer_of_ours_written_as_a_cell_is_the_same_graph_up_to_names(string layer)
    {
        string Graph(string attribute)
        {
            string source = $"[Network(Inputs = 5, Timesteps = 6)] [{attribute}] public partial class Net;";
            Microsoft.CodeAnalysis.CSharp.CSharpCompilation compilation = NetworkHarness.Compilation(new HarnessOptions(), source, Repository.Read("Generator.Tests/Generated/BuiltInCells.txt"));
            NetworkSpec spec = NetworkParser.Parse(compilation.GetTypeByMetadataName("Net")!, compilation, TestContext.Current.CancellationToken)!.Spec;
            NetworkShape shape = NetworkShape.Of(spec);
            Assert.Empty(shape.Problems);
            return Unnamed(Printer.Print(NetworkLowering.Lower(spec, shape)));
        }

        Assert.Equal(Graph(layer), Graph("Mine." + layer));
    }

    // What depends on the state alone could be made before the product that it is added to, and 1 - z reads a constant: neither may part a cell from its product.
    [Theory]
    [InlineData("IndRnn", 32, 1)]
    [InlineData("MinGru", 32, 1)]
    [InlineData("LiGru", 32, 2)]
    [InlineData("IndRnn", 48, 0)]
    [InlineData("Antisymmetric", 48, 0)]
    public void A_cell_is_one_loop_and_with_a_small_product_one_method(string cell, int units, int calls)
    {
        string source = $"[Network(Inputs = 4, Timesteps = 6)] [Cells.{cell}({units})] [Dense(1)] public partial class Net;";
        string code = NetworkHarness.Run([.. UserCells.Sample.Values, source]).AssertClean().Files["Net.g.cs"];
        string name = cell[..1] + cell[1..].ToLowerInvariant();
        Assert.Equal(calls, Regex.Count(code, $@"(?<!void ){name}Row<T>"));   // in a stream, and in a loop over steps that has the product in it
        Assert.DoesNotMatch($@"void {name}Product\d*<T>", code);
        Assert.Matches($@"void {name}Cell<T>", code);
    }

    /// <summary>Values by the order in which they are used, without parameters' lines and without names.</summary>
    private static string Unnamed(string graph)
    {
        string plain = Regex.Replace(string.Join("\n", graph.Split('\n').Where(l => !l.Contains("= param<", StringComparison.Ordinal))), @"(?<=%\d+):[\w.]+|<[\w.]*(weight|bias)[\w.]*>", "");
        var numbers = new Dictionary<string, int>();
        return Regex.Replace(plain, @"%\d+", m => "%" + (numbers.TryGetValue(m.Value, out int number) ? number : numbers[m.Value] = numbers.Count));
    }

    /// <summary>Without what says which parameters there are, where they are called by other names, and without the declaration.</summary>
    private static string Plain(string code) => string.Join("\n", code.Split('\n').Where(l => !l.Contains("ParameterPlan", StringComparison.Ordinal) && !l.Contains("Declaration", StringComparison.Ordinal)));
}
