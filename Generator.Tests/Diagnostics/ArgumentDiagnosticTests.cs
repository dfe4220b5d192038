// Where problems with arguments are reported, whatever found them, and that #pragma and severity settings reach them.
// Shape rules themselves are tested with the layers; here problems are made up and sent through the same mapping.
using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using SeqGen.Generator.Diagnostics;
using SeqGen.Generator.Model;
using SeqGen.Generator.Parsing;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Diagnostics;

public class ArgumentDiagnosticTests
{
    private const string Source = """
        [Network(Inputs = 8, Timesteps = 64)]
        [Lstm(units: 16, Returns = Returns.Last), Dropout(0.5)]
        [type: Dense(1)]
        [MeanSquaredError]
        partial class Net;
        """;

    [Theory]
    [InlineData(-1, "Inputs", "Inputs = 8")]
    [InlineData(-1, "Tokens", "Network(Inputs = 8, Timesteps = 64)")]
    [InlineData(-1, "", "Network(Inputs = 8, Timesteps = 64)")]
    [InlineData(0, "Units", "units: 16")]
    [InlineData(0, "Returns", "Returns = Returns.Last")]
    [InlineData(0, "Bias", "Lstm(units: 16, Returns = Returns.Last)")]
    [InlineData(1, "Rate", "0.5")]
    [InlineData(2, "Units", "1")]
    [InlineData(2, "", "Dense(1)")]
    [InlineData(3, "Weight", "MeanSquaredError")]
    public void A_problem_is_placed_at_its_argument_or_else_its_attribute(int layer, string argument, string expected)
    {
        ParsedNetwork parsed = NetworkHarness.Parse(Source);
        Location location = ArgumentLocations.Of(parsed, new Problem("SEQ0101", layer, argument, EquatableArray<string>.Empty));
        Assert.Equal(expected, location.SourceTree!.ToString().Substring(location.SourceSpan.Start, location.SourceSpan.Length));
    }

    [Theory]
    [InlineData("[Rnn(4, {|SEQ0115:Activation = (Activation)17|})]", "Activation is 17, which is not a member of Activation; write one of its members")]
    [InlineData("[Gru(4, {|SEQ0115:Returns = (Returns)(-1)|})]", "Returns is -1, which is not a member of Returns; write one of its members")]
    public void A_number_that_is_no_member_of_its_enum_is_reported_at_the_argument(string layer, string message)
    {
        IReadOnlyList<string> messages = Marked.Check($"[Network(Inputs = 8, Timesteps = 64)] {layer} [Dense(1)] partial class Net;", new HarnessOptions(InOddCulture: true));
        Assert.Equal([message], messages);
        Assert.Empty(Marked.Check("[Network(Inputs = 8, Timesteps = 64)] [Gru(4, Returns = (Returns)1)] [Dense(1)] partial class Net;"));
    }

    [Theory]
    [InlineData("{|SEQ0018:Inputs = Encoder.OutputSize|}, Timesteps = 4", "3")]
    [InlineData("Inputs = 4, {|SEQ0018:Timesteps = Net.InputSize * 2|}", "3")]
    [InlineData("Inputs = 4, Timesteps = 2", "{|SEQ0018:Encoder.OutputSize|}")]
    public void An_argument_with_a_generated_value_is_reported(string network, string units)
    {
        string encoder = "[Network(Inputs = 2, Timesteps = 4)] [Lstm(3)] partial class Encoder;";
        IReadOnlyList<string> messages = Marked.Check($"{encoder} [Network({network})] [Lstm({units})] partial class Net;");
        Assert.Equal(["An argument on 'Net' has a value only in generated code, which does not exist yet while networks are generated; write the number, or a constant of your own"], messages);
    }

    [Fact]
    public void An_argument_with_a_constant_of_the_users_own_is_right() =>
        Assert.Empty(Marked.Check("static class Sizes { public const int Hidden = 1 << 4; } [Network(Inputs = Net.Features, Timesteps = 4)] [Lstm(Sizes.Hidden / 2)] partial class Net { public const int Features = 3; }"));

    [Theory]
    [InlineData("[Lstm(16, Units2 = 3)]", "CS0246")]
    [InlineData("[Lstm]", "CS7036")]
    [InlineData("[Lstm(\"a\")]", "CS1503")]
    [InlineData("[Lstm(missing)]", "CS0103")]
    [InlineData("[Lstm(1 / 0)]", "CS0020")]
    public void What_the_compiler_reports_is_not_reported_again(string layer, string id)
    {
        HarnessRun run = NetworkHarness.Run($"[Network(Inputs = 8, Timesteps = 64)] {layer} partial class Net {{ static Net New() => new(seed: 1); }}");
        Assert.Empty(run.SeqGen);
        Assert.Equal(id, Assert.Single(run.Compiler).Id);
    }

    [Theory]
    [InlineData("SEQ0001", "[Network(Inputs = 8, Timesteps = 64)] [Lstm(2)] class Net;")]
    [InlineData("SEQ0009", "[Network(Inputs = 8, Timesteps = 64)] [Lstm(2)] partial class Net { void Save(string x) { } }")]
    [InlineData("SEQ0012", "[Network(Inputs = 8, Timesteps = 64)] partial class Net;")]
    [InlineData("SEQ0115", "[Network(Inputs = 8, Timesteps = 64)] [Rnn(2, Activation = (Activation)99)] partial class Net;")]
    public void A_pragma_silences_a_diagnostic(string id, string source)
    {
        Assert.Equal(id, Assert.Single(NetworkHarness.Run(source).SeqGen).Id);
        Assert.Empty(NetworkHarness.Run($"#pragma warning disable {id}\n{source}\n#pragma warning restore {id}\n").SeqGen);
    }

    [Fact]
    public void Two_mistakes_give_two_diagnostics() => Marked.CheckBesideCompiler(
        "[Network(Inputs = 8, Timesteps = 64)] [Rnn(2, {|SEQ0115:Activation = (Activation)99|})] partial {|SEQ0006:record|} Net { int {|SEQ0009:Info|}; }");

    [Fact]
    public void Network_twice_on_a_class_is_reported_by_the_compiler_and_breaks_nothing()
    {
        HarnessRun run = NetworkHarness.Run(
            "[Network(Inputs = 8, Timesteps = 64)] [Lstm(2)] partial class Net;", "[Network(Inputs = 9, Timesteps = 64)] partial class Net;");
        Assert.Equal("CS0579", Assert.Single(run.Compiler).Id);
        Assert.Single(run.Files);
    }

    [Fact]
    public void An_exception_in_the_compiler_becomes_one_internal_error_and_the_throwing_surface()
    {
        Declaration declaration = NetworkHarness.Parse(Source).ToModel()!;
        GeneratedFile file = SeqGenGenerator.Generate(declaration, (_, _) => throw new System.FormatException("broken"), TestContext.Current.CancellationToken);
        Assert.Equal(new InternalError("Net", "System.FormatException", "broken"), file.InternalError);
        Assert.Contains("partial class Net", file.Text);
        Assert.Contains("throw new", file.Text);
        Diagnostic diagnostic = Descriptors.Create(Descriptors.InternalErrorId, Location.None, ["Net", "System.FormatException", "broken"]);
        Assert.Equal(
            "The generator failed on 'Net' with System.FormatException: broken; this is a mistake in SeqGen, please report it with the declaration",
            diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void A_problem_that_is_an_error_gives_the_throwing_surface_and_a_warning_does_not()
    {
        Declaration declaration = NetworkHarness.Parse(Source).ToModel()!;
        CompiledNetwork With(string id) => new("// compiled\n", new EquatableArray<Problem>([new Problem(id, 0, "", EquatableArray<string>.Empty)]));
        Assert.Equal("// compiled\n", SeqGenGenerator.Generate(declaration, (_, _) => With("SEQ0111"), TestContext.Current.CancellationToken).Text);
        Assert.Contains("throw new", SeqGenGenerator.Generate(declaration, (_, _) => With("SEQ0101"), TestContext.Current.CancellationToken).Text);
    }
}
