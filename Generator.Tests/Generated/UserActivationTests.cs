// Activations of a user's own, compiled: in every place that takes one and as layers, and our own written again as users'.
// Knows what must agree; refuses to know any formula.
using System;
using System.Globalization;
using System.Linq;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

public class UserActivationTests
{
    private const string _functions = """
        namespace Own;

        public sealed class SiluAttribute : CustomActivationAttribute { public static Scalar Apply(Scalar x) => x * Sigmoid(x); }

        public sealed class SoftsignAttribute : CustomActivationAttribute { public static Vec Apply(Vec x) => x / (1 + Abs(x)); }

        // No number, or no slope, in the padding behind a layer's units.
        public sealed class RootAttribute : CustomActivationAttribute { public static Vec Apply(Vec x) => x + 0.5 * Sqrt(x * x); }

        // Without a slope: what lies before it learns nothing.
        public sealed class LeapAttribute : CustomActivationAttribute { public static Vec Apply(Vec x) => Floor(4 * x) * 0.25; }

        public sealed class GateAttribute : CustomActivationAttribute
        {
            public double Slope { get; set; } = 0.3;

            public Vec Apply(Vec x)
            {
                Vec line = Slope * x + 0.5;
                return Line(line, 0.01);
            }

            private static Vec Line(Vec a, double rest) => rest + (1 - 2 * rest) * Sigmoid(4 * (a - 0.5));
        }
        """;

    private static readonly (string Name, string Layers)[] _all =
    [
        ("InDense", "[Dense(20, CustomActivation = typeof(Cells.MishAttribute))] [Dense(3, CustomActivation = typeof(Own.RootAttribute))] [Dense(2)]"),
        ("InTdnn", "[Tdnn(6, 3, CustomActivation = typeof(Cells.SwishAttribute))] [Dense(2)]"),
        ("InNorms", "[Dense(9)] [LayerNorm(CustomActivation = typeof(Cells.MishAttribute))] [Dense(2)]"),
        ("InRnn", "[Rnn(5, CustomActivation = typeof(Own.SoftsignAttribute), Output = RnnOutput.PreviousState, Outputs = 3, OutputActivation = Activation.Custom)] [Dense(2)]"),
        ("InGru", "[Gru(5, GateActivation = Activation.Custom, Activation = Activation.Tanh, CustomActivation = typeof(Own.GateAttribute))] [Gru(17, CustomActivation = typeof(Own.SoftsignAttribute), Direction = Direction.Both)] [Dense(2)]"),
        ("InLstm", "[Lstm(5, ForgetGateActivation = Activation.Custom, Peephole = true, CustomActivation = typeof(Own.GateAttribute))] [Lstm(5, CustomActivation = typeof(Own.SoftsignAttribute), LayerNorm = true, ZoneoutCell = 0.2)] [Dense(2)]"),
        ("InElman", "[Elman(5, 3, CustomActivation = typeof(Own.SoftsignAttribute))] [Jordan(5, 2, OutputActivation = Activation.Custom, CustomActivation = typeof(Own.GateAttribute))] [Dense(2)]"),
        ("Leaps", "[Gru(5)] [Own.Leap] [Dense(3, CustomActivation = typeof(Own.LeapAttribute))] [Dense(2)]"),
        ("AsLayer", "[Gru(5)] [Cells.Mish] [Dense(18)] [Own.Root] [Dense(4)] [Cells.Swish(Beta = 1.5)] [Own.Silu]"),
    ];

    private static readonly (string Ours, string Own)[] _twins =
    [
        ("Dense(20, Activation = Activation.Silu)", "Dense(20, CustomActivation = typeof(Own.SiluAttribute))"),
        ("Gru(20, Activation = Activation.Softsign)", "Gru(20, CustomActivation = typeof(Own.SoftsignAttribute))"),
        ("Lstm(7, OutputActivation = Activation.Silu)", "Lstm(7, OutputActivation = Activation.Custom, CustomActivation = typeof(Own.SiluAttribute))"),
        ("Elman(7, 3, HiddenActivation = Activation.Softsign)", "Elman(7, 3, CustomActivation = typeof(Own.SoftsignAttribute))"),
    ];

    private static readonly Lazy<LoadedNetworks> _networks = new(() => NetworkHarness.Load(
    [
        .. UserCells.Sample.Values,
        _functions,
        .. _all.Select(c => $"[Network(Inputs = 3, Timesteps = 7)] {c.Layers} [MeanSquaredError] public partial class {c.Name};"),
    ]));

    public static TheoryData<string> Names => new(_all.Select(c => c.Name));

    public static TheoryData<int> Twins => [.. Enumerable.Range(0, _twins.Length)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Training_gives_what_the_interpreter_gives(string name) =>
        Equivalence.CheckTraining(Oracle.Of(_networks.Value, name), [Variants.Create(_networks.Value[name], seed: 7)]);

    [Theory]
    [MemberData(nameof(Names))]
    public void Inference_and_streams_give_what_the_interpreter_gives(string name) =>
        Equivalence.CheckInference(Oracle.Of(_networks.Value, name), [Variants.Create(_networks.Value[name], seed: 7)]);

    [Fact]
    public void A_layer_gives_what_its_method_gives()
    {
        using LoadedNetworks networks = NetworkHarness.Load([.. UserCells.Sample.Values, _functions, "[Network(Inputs = 20, Timesteps = 1)] [Cells.Swish(Beta = 1.5)] [Own.Gate(Slope = 0.7)] public partial class Net;"]);
        var network = (INetwork)networks.Create("Net", seed: 1);
        PassData data = RandomData.Batch(network, 1, 1, seed: 4);
        object gate = network.GetType().GetCustomAttributes(inherit: false).First(a => a.GetType().Name == "GateAttribute");
        Vec swish = new Cells.SwishAttribute { Beta = 1.5 }.Apply(Vec.Of([.. data.Input.Select(v => (double)v)]));
        var expected = (Vec)gate.GetType().GetMethod("Apply")!.Invoke(gate, [swish])!;
        Closeness.Equal(expected.ToArray(), Passes.Predict(network, data)["output"], "layers");
    }

    [Theory]
    [MemberData(nameof(Twins))]
    public void An_activation_of_ours_written_as_a_user_s_is_the_same_code(int twin)
    {
        string Code(string layer) => string.Join("\n", NetworkHarness.Run($"[Network(Inputs = 5, Timesteps = 6)] [{layer}] [Dense(2)] [MeanSquaredError] public partial class Net;", _functions).AssertClean().Files["Net.g.cs"]
            .Split('\n').Where(l => !l.Contains("Declaration", StringComparison.Ordinal) && !l.Contains(layer.Split('(')[0] + "(", StringComparison.Ordinal) && !l.Contains("LayerInfo", StringComparison.Ordinal)));
        Assert.Equal(Code(_twins[twin].Ours), Code(_twins[twin].Own));
    }

    [Fact]
    public void It_is_shown_by_its_name()
    {
        string code = NetworkHarness.Run("[Network(Inputs = 5, Timesteps = 6)] [Dense(4, CustomActivation = typeof(Own.GateAttribute))] [Own.Silu] public partial class Net;", _functions).AssertClean().Files["Net.g.cs"];
        Assert.Contains("Dense(4, Activation = Gate)", code, StringComparison.Ordinal);
        Assert.Contains("silu", code, StringComparison.Ordinal);
        Assert.DoesNotContain("Custom)", code.Split("Declaration =")[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Another_formula_is_another_network()
    {
        string Declaration(string formula) => NetworkHarness.Run(
            "[Network(Inputs = 5, Timesteps = 6)] [Dense(4, CustomActivation = typeof(FAttribute))] public partial class Net;",
            $"public sealed class FAttribute : CustomActivationAttribute {{ public static Vec Apply(Vec x) => {formula}; }}").AssertClean().Files["Net.g.cs"].Split('\n').Single(l => l.Contains("Declaration =", StringComparison.Ordinal));
        Assert.NotEqual(Declaration("x * 2"), Declaration("x * 3"));
        Assert.Equal(Declaration("x * 2"), Declaration(string.Create(CultureInfo.InvariantCulture, $"x  *  /* twice */ {2}")));
    }
}
