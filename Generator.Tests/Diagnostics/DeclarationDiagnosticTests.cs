// Every rule about the class itself: reported at its exact place, with its text, and not in the right case beside it.
// In all of them uses of the network compile, so that the mistake alone is reported; where that is impossible the test says so.
using System.Collections.Generic;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Diagnostics;

public class DeclarationDiagnosticTests
{
    private const string Attributes = "[Network(Inputs = 8, Timesteps = 64)] [Lstm(16)] [Dense(1)]";

    private const string Use = "\nstatic class Use { static void All(Net net, float[] x, float[] y) { " + NetworkUse.OfEveryMember + " } static object New() => new Net(seed: 42); }";

    private static void Right(string source) => Assert.Empty(Marked.Check(source));

    [Fact]
    public void A_right_declaration_has_no_diagnostics_and_all_members() => Right(Attributes + "partial class Net;" + Use);

    [Fact]
    public void A_class_that_is_not_partial_is_reported_at_its_name()
    {
        IReadOnlyList<string> messages = Marked.CheckBesideCompiler(Attributes + "class {|SEQ0001:Net|};");
        Assert.Equal(["'Net' is not partial, so the network cannot be added to it; write 'partial class Net'"], messages);
        Right(Attributes + "partial class Net;");
    }

    [Fact]
    public void A_containing_type_that_is_not_partial_is_reported_at_its_name()
    {
        IReadOnlyList<string> messages = Marked.CheckBesideCompiler($"class {{|SEQ0002:Outer|}} {{ partial class Middle {{ {Attributes} partial class Net; }} }}");
        Assert.Equal(["'Outer' contains the network 'Net' and is not partial; write 'partial' before it, or move 'Net' out of it"], messages);
        Right($"partial class Outer {{ partial class Middle {{ {Attributes} partial class Net; }} }}");
    }

    [Fact]
    public void A_static_class_is_reported_at_the_modifier()
    {
        IReadOnlyList<string> messages = Marked.Check(
            Attributes + "{|SEQ0003:static|} partial class Net { static int Size() => InputSize; static object Table() => Info; }");
        Assert.Equal(["'Net' is static, but a network is an object with its own parameters; remove 'static'"], messages);
    }

    [Fact]
    public void An_abstract_class_is_reported_at_the_modifier()
    {
        IReadOnlyList<string> messages = Marked.Check(
            Attributes + "public {|SEQ0004:abstract|} partial class Net;" + Use.Replace("new Net(seed: 42)", "1"));
        Assert.Equal(["'Net' is abstract, but the generated code creates instances of it; remove 'abstract'"], messages);
    }

    [Fact]
    public void A_generic_class_is_reported_at_its_type_parameters()
    {
        IReadOnlyList<string> messages = Marked.Check(
            Attributes + "partial class Net{|SEQ0005:<T, U>|} where T : class;" + Use.Replace("Net(seed", "Net<string, int>(seed").Replace("Net net", "Net<string, int> net").Replace("Net.", "Net<string, int>."));
        Assert.Equal(["'Net' cannot be a network because it has type parameters; declare one non-generic class per network"], messages);
    }

    [Fact]
    public void A_generic_containing_type_is_reported_at_its_type_parameters()
    {
        IReadOnlyList<string> messages = Marked.Check(
            $"partial class Outer{{|SEQ0005:<T>|}} {{ {Attributes} internal partial class Net; static object New() => new Net(seed: 3); }}");
        Assert.Equal(["'Net' cannot be a network because its containing type 'Outer' has type parameters; declare one non-generic class per network"], messages);
        Right($"partial class Outer {{ {Attributes} internal partial class Net; }}");
    }

    [Fact]
    public void A_record_is_reported_at_its_keyword()
    {
        IReadOnlyList<string> messages = Marked.Check(Attributes + "partial {|SEQ0006:record|} Net;" + Use);
        Assert.Equal(["'Net' is a record, but a network is an object with identity and large buffers; declare it as 'partial class Net'"], messages);
        Marked.Check(Attributes + "partial {|SEQ0006:record|} class Net;" + Use);
    }

    [Fact]
    public void A_struct_is_reported_by_the_compiler_too()
    {
        Marked.CheckBesideCompiler(Attributes + "partial {|SEQ0006:struct|} Net { }" + Use);
        Marked.CheckBesideCompiler(Attributes + "partial {|SEQ0006:record|} struct Net;" + Use);
    }

    [Fact]
    public void A_class_local_to_its_file_is_reported_at_the_modifier()
    {
        IReadOnlyList<string> messages = Marked.Check(Attributes + "{|SEQ0007:file|} partial class Net;");
        Assert.Equal(["'Net' is inside 'file' scope, where generated code in another file cannot reach it; remove 'file', for instance in favour of 'internal'"], messages);
        Marked.Check($"{{|SEQ0007:file|}} partial class Outer {{ {Attributes} partial class Net; }}");
        Right(Attributes + "internal partial class Net;");
    }

    [Theory]
    [InlineData("(int a, string b)")]
    [InlineData("(System.Collections.Generic.List<(int, string?)> a)")]
    [InlineData("()")]
    public void A_primary_constructor_is_reported_at_its_parameters(string parameters)
    {
        string use = parameters == "()" ? Use.Replace("seed: 42", "") : Use;
        IReadOnlyList<string> messages = Marked.Check(Attributes + "partial class Net{|SEQ0008:" + parameters + "|};" + use);
        Assert.Single(messages);
        Assert.StartsWith("'Net' has a primary constructor, which the generated constructor would have to call; remove the parameter list", messages[0]);
    }

    [Fact]
    public void An_ordinary_constructor_is_right_and_takes_the_place_of_the_generated_one() =>
        Right(Attributes + "partial class Net { public Net(string name) => Initialize((ulong)name.Length); static Net New() => new(\"a\"); }");

    [Fact]
    public void A_static_constructor_leaves_the_generated_one() =>
        Right(Attributes + "partial class Net { static Net() { } static Net New() => new(seed: 1); }");

    [Theory]
    [InlineData("public int {|SEQ0009:InputSize|};")]
    [InlineData("public int {|SEQ0009:StateSize|} { get; }")]
    [InlineData("public const int {|SEQ0009:LearningBytes|} = 3;")]
    [InlineData("int {|SEQ0009:_core|};")]
    [InlineData("class {|SEQ0009:StepStream|} { public void Step(float[] x, float[] y) { } }")]
    [InlineData("void {|SEQ0009:Info|}() { }")]
    [InlineData("public void {|SEQ0009:Save|}(string file) { }")]
    [InlineData("public int {|SEQ0009:Load|}(ReadOnlySpan<byte> bytes) => 1;")]
    [InlineData("public void {|SEQ0009:Predict|}(ReadOnlySpan<float> a, Span<float> b, Workspace c, ReadOnlySpan<int> d) { }")]
    [InlineData("event Action? {|SEQ0009:Predict|} { add { } remove { } }")]
    [InlineData("public void {|SEQ0009:Initialize|}(ulong seed) { }")]
    public void A_member_with_the_signature_of_a_generated_one_is_reported_at_its_name(string member)
    {
        IReadOnlyList<string> messages = Marked.Check(Attributes + "partial class Net { " + member + " static Net New() => new(seed: 1); }");
        Assert.Single(messages);
        Assert.EndsWith("clashes with the generated member of that name; rename yours", messages[0]);
    }

    [Theory]
    [InlineData("public void Save(System.IO.Stream file) { }")]
    [InlineData("public void Load(string file, bool strict) { }")]
    [InlineData("public void Save<T>(string file) { }")]
    [InlineData("public float Predict(float[] x) => 0;")]
    [InlineData("public void Predict(ReadOnlySpan<int> a, Span<float> b, Workspace c, ReadOnlySpan<int> d) { }")]
    [InlineData("public void Train() { } public string Name => \"\"; class Helper; int _cores;")]
    public void An_overload_or_another_name_is_right(string member) =>
        Right(Attributes + "partial class Net { " + member + " static Net New() => new(seed: 1); }");

    [Fact]
    public void A_member_of_another_part_in_another_file_is_reported_there()
    {
        HarnessRun run = NetworkHarness.Run(Attributes + "partial class Net;", "partial class Net { void Save(string file) { } }");
        SeqGen.Testing.ReportedDiagnostic diagnostic = Assert.Single(run.SeqGen);
        Assert.Equal(("SEQ0009", "Source1.cs", "Save"), (diagnostic.Id, diagnostic.File, diagnostic.Span));
        run.AssertCompiles();
    }

    [Fact]
    public void Layers_on_two_parts_are_reported_where_they_have_to_be_moved_from()
    {
        IReadOnlyList<string> messages = Marked.Check(
            "[Network(Inputs = 8, Timesteps = 64)] [Lstm(16)] partial class Net; [{|SEQ0010:Dense(1)|}] partial class Net;" + Use);
        Assert.Equal(["[Dense] is on another part of 'Net' than the layers before it; C# gives attributes of different parts no order, so put all layers on one part"], messages);
        Marked.Check("[{|SEQ0010:Lstm(16)|}] partial class Net; [Network(Inputs = 8, Timesteps = 64)] [Dense(1)] partial class Net;" + Use);
    }

    [Fact]
    public void Parts_without_layers_are_right() =>
        Right("[Network(Inputs = 8, Timesteps = 64)] partial class Net; [Lstm(16), Dense(1)] partial class Net; [Serializable] partial class Net { }" + Use);

    [Fact]
    public void Layers_without_network_are_reported_at_the_first()
    {
        IReadOnlyList<string> messages = Marked.Check("[{|SEQ0011:Lstm(16)|}] [Dense(1)] partial class Net;" + Use);
        Assert.Equal(["'Net' has [Lstm] but not [Network], so nothing is generated; add [Network(Inputs = ..., Timesteps = ...)] before it"], messages);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[MeanSquaredError]")]
    public void A_network_without_layers_is_reported_at_its_attribute(string loss)
    {
        IReadOnlyList<string> messages = Marked.Check($"[{{|SEQ0012:Network(Inputs = 8, Timesteps = 64)|}}] {loss} partial class Net;" + Use);
        Assert.Equal(["'Net' has no layers; add at least one after [Network], for instance [Lstm(32)]"], messages);
    }

    [Theory]
    [InlineData("11", "11.0")]
    [InlineData("8", "8.0")]
    [InlineData("7.3", "7.3")]
    public void A_language_before_CSharp_12_is_reported_at_the_class(string version, string shown)
    {
        string text = Attributes + "partial class {|SEQ0013:Net|} { static Net New() => new Net(seed: 1); }";
        IReadOnlyList<string> messages = Marked.Check(text, new HarnessOptions(version));
        Assert.Equal([$"'Net' needs C# 12 or later, and this project compiles as C# {shown}; set <LangVersion>12</LangVersion> or later in the project file"], messages);
    }

    [Theory]
    [InlineData("12")]
    [InlineData("latest")]
    public void CSharp_12_and_later_are_right(string version) =>
        Assert.Empty(Marked.Check(Attributes + "partial class Net;" + Use, new HarnessOptions(version)));

    [Theory]
    [InlineData("Predict")]
    [InlineData("StepStream")]
    [InlineData("InputSize")]
    public void A_class_named_like_a_generated_member_is_reported(string name)
    {
        IReadOnlyList<string> messages = Marked.Check($"{Attributes} partial class {{|SEQ0016:{name}|}} {{ static object New() => new {name}(seed: 1); }}");
        Assert.Equal([$"The network class '{name}' has the name of one of its generated members, which C# does not allow; rename the class"], messages);
    }

    [Theory]
    [InlineData("class Base { public Base(int x) { } }")]
    [InlineData("class Base { protected Base(string a, params int[] b) { } }")]
    public void A_base_class_that_cannot_be_constructed_is_reported(string baseClass)
    {
        IReadOnlyList<string> messages = Marked.Check($"{baseClass} {Attributes} partial class {{|SEQ0017:Net|}} : Base;");
        Assert.Equal(["The generated constructor of 'Net' cannot call a constructor of the base class 'Base' without arguments; declare a constructor in 'Net' that does and that calls Initialize(seed)"], messages);
    }

    [Fact]
    public void A_base_class_without_any_visible_constructor_is_reported_by_the_compiler_too() =>
        Marked.CheckBesideCompiler($"class Base {{ private Base() {{ }} }} {Attributes} partial class {{|SEQ0017:Net|}} : Base;");

    [Theory]
    [InlineData("class Base { protected Base(int x = 1) { } }", "")]
    [InlineData("class Base;", "")]
    [InlineData("class Base { public Base(int x) { } }", "public Net() : base(1) => Initialize(1);")]
    public void A_base_class_that_can_be_constructed_is_right(string baseClass, string member) =>
        Right($"{baseClass} {Attributes} partial class Net : Base {{ {member} }}");

    [Fact]
    public void An_interface_has_a_message_of_its_own()
    {
        IReadOnlyList<string> messages = Marked.CheckBesideCompiler(Attributes + "partial {|SEQ0019:interface|} Net { }" + Use.Replace("new Net(seed: 42)", "1"));
        Assert.Equal(["'Net' is an interface, which cannot hold the parameters of a network; declare it as 'partial class Net'; every network implements INetwork already"], messages);
    }

    [Theory]
    [InlineData("public {|SEQ0020:Net|}(string name) { }")]
    [InlineData("internal {|SEQ0020:Net|}() => Name = \"a\"; string Name;")]
    [InlineData("public {|SEQ0020:Net|}() { Prepare(); } void Prepare() { System.GC.Collect(); Prepare(); }")]
    [InlineData("private {|SEQ0020:Net|}() { } public static Net New() => new();")]
    [InlineData("public {|SEQ0020:Net|}() { } public static Net Open(string path) { var net = new Net(); net.Load(path); return net; }")]
    public void A_constructor_that_leaves_the_parameters_zero_is_a_warning(string members)
    {
        IReadOnlyList<string> messages = Marked.Check("#pragma warning disable CS0414, CS0649\n" + Attributes + "partial class Net { " + members + " }");
        Assert.Equal(["This constructor of 'Net' gives the parameters no values, so they stay zero, and a network of zeros gives zeros and learns next to nothing; call Initialize(seed) or Load(path) in it"], messages);
    }

    [Theory]
    [InlineData("public Net(ulong seed) { Initialize(seed); }")]
    [InlineData("public Net(string path) => Load(path);")]
    [InlineData("public Net(bool draw) { if (draw) { this.Initialize(1); } }")]
    [InlineData("public Net(ulong seed) : this() { } public Net() => Initialize(1);")]
    [InlineData("public Net() => Prepare(); void Prepare() => this.Begin(); void Begin() { Initialize(3); }")]
    [InlineData("public Net() { Others.Fill(this); } static class Others { public static void Fill(INetwork net) { } }")]
    [InlineData("public Net(Net other) { foreach (var p in Parameters) { _ = p; } }")]
    [InlineData("public Net() => throw new NotSupportedException();")]
    [InlineData("static Net() { } private Net(int x) { } public static Net Open(string path) { var net = new Net(1); net.Load(path); return net; }")]
    public void A_constructor_that_gives_the_parameters_values_is_right(string members) => Right(Attributes + "partial class Net { " + members + " }");

    [Fact]
    public void A_warning_about_a_constructor_leaves_a_network_that_works() =>
        Assert.DoesNotContain("throw new", NetworkHarness.Run(Attributes + "partial class Net { public Net(string name) { } }").Files["Net.g.cs"]);
}
