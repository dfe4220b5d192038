// What the parser reads from source: names, order and values of attributes, whatever the form of the declaration.
using System.Linq;
using SeqGen.Generator.Model;
using SeqGen.Generator.Parsing;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Parsing;

public class NetworkParserTests
{
    private const string Attributes = "[Network(Inputs = 8, Timesteps = 64)] [Lstm(16)] [Dense(1)]";

    private static NetworkSpec Read(string source, string name = "Net", bool inOddCulture = false)
    {
        ParsedNetwork parsed = NetworkHarness.Parse(source, name, new HarnessOptions(InOddCulture: inOddCulture));
        Assert.Empty(parsed.Findings);
        Assert.Equal(DeclarationState.Sound, parsed.State);
        return parsed.Spec;
    }

    private static string Show(NetworkSpec spec) => string.Join(" ", spec.Layers.Select(l =>
        $"{l.Kind}({string.Join(", ", l.Arguments.Items.Select(a => $"{a.Name}={System.FormattableString.Invariant($"{a.Value}")}:{a.Value.GetType().Name}"))})"));

    [Theory]
    [InlineData("[Network(Inputs = 8, Timesteps = 64)] [Lstm(16)] [Dropout(0.5)] [Dense(1)] [MeanSquaredError] partial class Net;")]
    [InlineData("[Network(Inputs = 8, Timesteps = 64), Lstm(16), Dropout(0.5), Dense(1), MeanSquaredError] partial class Net { }")]
    [InlineData("[Lstm(16), Dropout(0.5)] [Dense(1)] [MeanSquaredError] [Network(Inputs = 8, Timesteps = 64)] partial class Net;")]
    [InlineData("[Network(Inputs = 8, Timesteps = 64)] partial class Net; [Lstm(16)] [Dropout(0.5)] [Dense(1)] [MeanSquaredError] partial class Net;")]
    [InlineData("[type: SeqGen.NetworkAttribute(Inputs = 8, Timesteps = 64)] [global::SeqGen.LstmAttribute(units: 16)] [Serializable] [SeqGen.Dropout(.5)] [Dense(units: 1)] [MeanSquaredErrorAttribute()] partial class Net;")]
    public void Layers_are_read_in_the_order_of_the_source(string source) =>
        Assert.Equal("Lstm(Units=16:Int64) Dropout(Rate=0.5:Double) Dense(Units=1:Int64) MeanSquaredError()", Show(Read(source)));

    [Fact]
    public void Every_kind_of_argument_becomes_a_plain_value()
    {
        NetworkSpec spec = Read(
            "[Network(Inputs = 2 * 4, Timesteps = 0x40, Training = false)] [Lstm(16, Name = \"a\", ForgetBias = -1.5f, Returns = (Returns)1, Bias = !true, Trainable = false)] [Dropout(1e-3)] [Gru(3, Name = null)] partial class Net;",
            inOddCulture: true);
        Assert.Equal("Lstm(Units=16:Int64, Name=a:String, ForgetBias=-1.5:Double, Returns=Last:String, Bias=False:Boolean, Trainable=False:Boolean) Dropout(Rate=0.001:Double) Gru(Units=3:Int64)", Show(spec));
        Assert.Equal((8, 64, false, true), (spec.Arguments.Int("Inputs"), spec.Arguments.Int("Timesteps"), spec.Arguments.Bool("Training", true), spec.Arguments.Bool("Missing", true)));
    }

    [Fact]
    public void Every_integer_type_is_read_as_long_and_too_large_ones_are_clamped()
    {
        NetworkSpec spec = Read("""
            sealed class OddAttribute : LayerAttribute
            {
                public OddAttribute(byte a, ulong b, char c, Type d) { }
                public uint E { get; set; }
            }

            [Network(Inputs = 8, Timesteps = 64)] [Odd(1, ulong.MaxValue, 'c', typeof(string), E = uint.MaxValue)] partial class Net;
            """);
        Assert.Equal("Odd(A=1:Int64, B=9223372036854775807:Int64, C=c:String, D=string:String, E=4294967295:Int64)", Show(spec));
    }

    [Fact]
    public void An_attribute_of_ones_own_that_derives_from_a_layer_or_a_loss_is_read_like_any_other()
    {
        NetworkSpec spec = Read("""
            abstract class Middle : LayerAttribute;
            sealed class MineAttribute(int width) : Middle { public int Width => width; }
            sealed class OwnLoss : LossAttribute;
            class LayerAttributes : Attribute;

            [Network(Inputs = 8, Timesteps = 64)] [Mine(3)] [OwnLoss] [LayerAttributes] partial class Net;
            """);
        Assert.Equal("Mine(Width=3:Int64) OwnLoss()", Show(spec));
    }

    [Theory]
    [InlineData("{0} public partial class Net;", "Net", "", "", "Net", "public")]
    [InlineData("namespace A.B; {0} public partial class Net;", "A.B.Net", "A.B", "", "Net", "public")]
    [InlineData("namespace A {{ namespace B {{ {0} partial class Net {{ }} }} }}", "A.B.Net", "A.B", "", "Net", "internal")]
    [InlineData("namespace @namespace.@record; {0} partial class @class;", "namespace.record.class", "@namespace.@record", "", "@class", "internal")]
    [InlineData("partial class Outer {{ partial struct @struct {{ partial interface I {{ {0} protected internal partial class Net; }} }} }}", "Outer+struct+I+Net", "", "class Outer/struct @struct/interface I", "Net", "internal")]
    [InlineData("public partial record R {{ public partial record struct S {{ {0} public partial class Net; }} }}", "R+S+Net", "", "record R/record struct S", "Net", "public")]
    [InlineData("public static partial class Outer {{ {0} private partial class Net; }}", "Outer+Net", "", "class Outer", "Net", "internal")]
    public void The_class_is_described_so_that_it_can_be_reopened(
        string source, string metadataName, string space, string containing, string name, string accessibility)
    {
        NetworkSpec spec = Read(string.Format(System.Globalization.CultureInfo.InvariantCulture, source, Attributes), metadataName);
        Assert.Equal(
            (space, containing, name, accessibility),
            (spec.Namespace, string.Join("/", spec.ContainingTypes.Select(t => $"{t.Keyword} {t.Name}")), spec.Name, spec.Accessibility));
    }

    [Theory]
    [InlineData("namespace A.B; {0} public partial class Net;")]
    [InlineData("{0} public sealed partial class @class;")]
    [InlineData("namespace @namespace {{ partial class @event {{ {0} partial class @int {{ }} }} }}")]
    [InlineData("partial class Outer {{ partial struct S {{ partial interface I {{ {0} internal partial class Net; }} }} }}")]
    [InlineData("partial record R {{ partial record struct S {{ {0} private partial class Net; }} }}")]
    [InlineData("static partial class Outer {{ {0} internal partial class Net; }}")]
    [InlineData("namespace SeqGen {{ {0} public partial class Net; }}")]
    [InlineData("namespace Mine.SeqGen {{ {0} public partial class Net; }}")]
    [InlineData("namespace Mine {{ class System; class SeqGen; {0} public partial class Net; }}")]
    [InlineData("using N = SeqGen.NetworkAttribute; using L = SeqGen.LstmAttribute; [N(Inputs = 1, Timesteps = 2)] [L(3)] partial class Net;")]
    [InlineData("{0} partial class 网络 {{ }} {0} partial class Größe;")]
    [InlineData("namespace A {{ {0} partial class Net; }} namespace B {{ {0} partial class Net; }} namespace a {{ {0} partial class net; }}")]
    [InlineData("{0} partial class Network;")]
    [InlineData("class Model {{ public const int InputSize = 3; public object Parameters => 1; public virtual void Save(string path) {{ }} public static void Initialize(ulong seed) {{ }} protected int _core = 1; public class StepStream {{ }} }} {0} partial class Net : Model;")]
    public void Any_form_of_declaration_compiles(string source) => NetworkHarness.Load(
        string.Format(System.Globalization.CultureInfo.InvariantCulture, source, Attributes).Replace("[Network(Inputs = 8", "[global::SeqGen.Network(Inputs = 8").Replace("[Lstm", "[global::SeqGen.Lstm").Replace("[Dense", "[global::SeqGen.Dense")).Dispose();

    [Theory]
    [InlineData("namespace A.B; {0} partial class Net;", "A.B.Net")]
    [InlineData("partial class Outer {{ {0} partial class Net; }}", "Outer.Net")]
    [InlineData("namespace @namespace; {0} partial class @class;", "namespace.class")]
    [InlineData("{0} partial class Größe;", "Gr__e_ced6afa2")]
    public void The_file_is_named_after_the_class(string source, string expected)
    {
        HarnessRun run = NetworkHarness.Run(string.Format(System.Globalization.CultureInfo.InvariantCulture, source, Attributes));
        Assert.Equal(expected + ".g.cs", Assert.Single(run.Files.Keys));
    }

    [Fact]
    public void Names_that_differ_in_case_alone_get_files_of_their_own()
    {
        HarnessRun run = NetworkHarness.Run($"{Attributes} partial class Net; {Attributes} partial class NET; namespace X {{ {Attributes} partial class Net; }}");
        Assert.Equal(3, run.Files.Keys.Distinct(System.StringComparer.OrdinalIgnoreCase).Count());
        Assert.Contains("X.Net.g.cs", run.Files.Keys);
    }

    [Fact]
    public void What_the_user_declares_beside_it_is_seen()
    {
        Assert.True(Read(Attributes + "sealed partial class Net { Net(int a) => Initialize(1); }").HasConstructor);
        Assert.False(Read(Attributes + "partial class Net { static Net() { } }").HasConstructor);
    }

    [Fact]
    public void Equal_declarations_give_equal_models_and_different_ones_do_not()
    {
        string source = "[Network(Inputs = 8, Timesteps = 64)] [Lstm(16, ForgetBias = 1.5)] [Dense(1)] partial class Net;";
        Declaration one = NetworkHarness.Parse(source).ToModel()!;
        Declaration same = NetworkHarness.Parse("// A comment.\n" + source.Replace("16", "8 + 8")).ToModel()!;
        Declaration other = NetworkHarness.Parse(source.Replace("1.5", "2")).ToModel()!;
        Assert.Equal(one, same);
        Assert.Equal(one.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(one, other);
    }
}
