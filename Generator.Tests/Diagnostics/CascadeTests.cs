// One mistake, one message: how many errors of the C# compiler a mistake brings in a file full of uses of the network.
// The numbers are what C# allows; each says why it is not zero.
using System;
using System.Linq;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Diagnostics;

public class CascadeTests
{
    private const string Attributes = "[Network(Inputs = 8, Timesteps = 64)] [Lstm(16)] [Dense(1)] ";

    /// <summary>More than twenty uses, of every member and of the interface.</summary>
    private const string Use = """
        static class Use
        {
            static INetwork New() => new Net(seed: 42);

            static void Take(INetwork network) { }

            static void TakeAs<T>(T network) where T : INetwork<T> { }

            static void All(Net net, float[] x, float[] y)
            {

        """ + NetworkUse.OfEveryMember + """

                Take(net);
                TakeAs(net);
            }
        }
        """;

    [Theory]
    [InlineData("SEQ0001", Attributes + "class Net;", "CS0260")] // C#'s own word for it
    [InlineData("SEQ0004", Attributes + "abstract partial class Net;", "CS0144")] // new
    [InlineData("SEQ0005", Attributes + "partial class Net<T>;", "")]
    [InlineData("SEQ0006", Attributes + "partial record Net;", "")]
    [InlineData("SEQ0008", Attributes + "partial class Net(int a);", "")]
    [InlineData("SEQ0009", Attributes + "partial class Net { int _core; }", "")]
    [InlineData("SEQ0009", Attributes + "partial class Net { public void Save(string path) { } }", "")]
    [InlineData("SEQ0009", Attributes + "partial class Net { public static int get_Info() => 3; }", "CS0117")] // no Info beside it
    [InlineData("SEQ0009", Attributes + "partial class Net { public static int Timesteps => 3; }", "")]
    [InlineData("SEQ0009", Attributes + "partial class Net { public Workspace CreateWorkspace(int maxBatch, int maxSteps = 0, bool training = true, int maxTargetSteps = 0) => null!; }", "")]
    [InlineData("SEQ0009", Attributes + "partial class Net { public new ParameterSet Parameters => null!; }", "")]
    [InlineData("SEQ0010", Attributes + "partial class Net; [Dropout(0.5)] partial class Net;", "")]
    [InlineData("SEQ0011", "[Lstm(16)] [Dense(1)] partial class Net;", "")]
    [InlineData("SEQ0011", "[SeqGen.LstmAttribute(16)] partial class Net; partial class Net;", "")]
    [InlineData("SEQ0012", "[Network(Inputs = 8, Timesteps = 64)] partial class Net;", "")]
    [InlineData("SEQ0017", "class Base { public Base(int x) { } } " + Attributes + "partial class Net : Base;", "")]
    [InlineData("SEQ0101", "[Network(Inputs = 8, Timesteps = 64)] [Lstm(0)] partial class Net;", "")]
    [InlineData("SEQ0102", "[Network(Timesteps = 64)] [Lstm(4)] partial class Net;", "")]
    [InlineData("SEQ0112", "[Network(Inputs = 8, Timesteps = 64)] [Dense(40_000)] [Dense(40_000)] partial class Net;", "")]
    [InlineData("SEQ0019", Attributes + "partial interface Net;", "CS0592 CS0144 CS0266 CS1503 CS0311")] // attributes are for classes; no objects of interfaces; an interface is not its own network
    public void A_mistake_brings_as_few_errors_of_the_compiler_as_can_be(string id, string declaration, string compiler)
    {
        string use = declaration.Contains("Net<T>") ? Use.Replace("Net(", "Net<int>(").Replace("Net net", "Net<int> net").Replace("Net.", "Net<int>.") : Use;
        HarnessRun run = NetworkHarness.Run(declaration, use);
        Assert.Equal([id], run.SeqGen.Select(d => d.Id).Distinct());
        string[] allowed = compiler.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string[] found = [.. run.Compiler.Where(d => d.Severity == "Error").Select(d => d.Id)];
        Assert.True(found.All(allowed.Contains) && found.Distinct().Count() == found.Length || id == "SEQ0019" && found.All(allowed.Contains), string.Join("\n", run.Compiler.Take(20)));
    }

    [Fact]
    public void A_containing_type_that_is_not_partial_brings_one_error() => Only(
        1, "class Models { " + Attributes + "public partial class Net; }", Use.Replace("Net net", "Models.Net net").Replace("new Net", "new Models.Net").Replace("Net.", "Models.Net."));

    [Theory]
    [InlineData("Save", 1)]
    [InlineData("Parameters", 1)]
    [InlineData("StepStream", 1)]
    [InlineData("CreateWorkspace", 1)]
    public void A_class_with_the_name_of_a_member_brings_that_members_uses_alone(string name, int errors) => Only(
        errors, Attributes + $"partial class {name};",
        System.Text.RegularExpressions.Regex.Replace(Use, @"\bNet\b", name).Replace("stream.Step(x, y);", ""));

    /// <summary>C# has no parameters, variables, objects or instance members of static types: that is what is left.</summary>
    [Fact]
    public void A_static_class_brings_what_C_sharp_says_of_every_use_as_an_object()
    {
        HarnessRun run = NetworkHarness.Run(Attributes + "static partial class Net;", Use);
        Assert.Equal("SEQ0003", Assert.Single(run.SeqGen).Id);
        Assert.DoesNotContain(run.Compiler, d => d.Id is "CS0426" or "CS0117");
        Assert.InRange(run.Compiler.Count, 1, 15);
        Assert.Empty(NetworkHarness.Run(
            Attributes + "static partial class Net;", "static class Use { static (object, int, Net.StepStream?) Get() => (Net.Info, Net.InputSize, null); }").AssertCompiles().Compiler);
    }

    private static void Only(int errors, params string[] sources)
    {
        HarnessRun run = NetworkHarness.Run(sources);
        Assert.Single(run.SeqGen);
        Assert.True(run.Compiler.Count(d => d.Severity == "Error") <= errors, string.Join("\n", run.Compiler));
    }
}
