// docs/tasks.md: every declaration there compiles as a user's would, without a message of the generator or the compiler.
// Knows the page; refuses to know layers.
using System;
using System.Linq;
using System.Text.RegularExpressions;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

public sealed class TasksPageTests
{
    private static string[] Blocks { get; } = Repository.Examples("docs/tasks.md");

    public static TheoryData<string> Names => [.. Blocks.Select(NameOf)];

    [Fact]
    public void The_page_shows_every_task() => Assert.True(Blocks.Length >= 16 && Blocks.Select(NameOf).Distinct().Count() == Blocks.Length, $"{Blocks.Length} declarations");

    [Theory]
    [MemberData(nameof(Names))]
    public void A_declaration_of_the_page_compiles(string name) => NetworkHarness.Run(Blocks.Single(b => NameOf(b) == name)).AssertClean();

    /// <summary>What the prose tells to call is there to be called.</summary>
    [Fact]
    public void Every_call_in_the_prose_is_a_member_or_a_constructor()
    {
        string prose = Regex.Replace(Repository.Read("docs/tasks.md"), "```.*?```", "", RegexOptions.Singleline);
        string[] calls = [.. Regex.Matches(prose, "`[^`]+`").SelectMany(code => Regex.Matches(code.Value, @"\b([A-Z]\w+)\(")).Select(m => m.Groups[1].Value).Distinct()];
        Type[] types = typeof(Workspace).Assembly.GetExportedTypes();
        string[] known = [.. types.Select(t => t.Name), .. types.SelectMany(t => t.GetMembers()).Select(m => m.Name), .. types.Where(t => t.IsSubclassOf(typeof(Attribute))).Select(t => t.Name[..^9]), "CreateStream"];
        Assert.Contains("GetFinalState", calls);
        Assert.Empty(calls.Except(known));
    }

    [Fact]
    public void The_summary_of_an_autoencoder_is_the_state_that_the_page_names()
    {
        using LoadedNetworks networks = NetworkHarness.Load(Blocks.Single(b => NameOf(b) == "SequenceSqueezer"));
        Workspace workspace = ((INetwork)networks.Create("SequenceSqueezer", 1)).CreateWorkspace(3, training: false);
        workspace.Input.Fill(1);
        workspace.Forward(ForwardMode.Inference);
        float[] summary = new float[3 * 16];
        workspace.GetFinalState("encoder.h", summary);
        Assert.All(summary, v => Assert.NotEqual(0, v));
    }

    private static string NameOf(string block) => block[(block.LastIndexOf(' ') + 1)..block.LastIndexOf(';')];
}
