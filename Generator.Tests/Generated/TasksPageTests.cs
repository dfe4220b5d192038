// docs/tasks.md: every declaration there compiles as a user's would, without a message of the generator or the compiler.
// Knows the page; refuses to know layers.
using System;
using System.Linq;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

public sealed class TasksPageTests
{
    private static string[] Blocks { get; } = [.. Repository.Read("docs/tasks.md").Split("```csharp\n").Skip(1).Select(p => p[..p.IndexOf("```", StringComparison.Ordinal)])];

    public static TheoryData<string> Names => [.. Blocks.Select(NameOf)];

    [Fact]
    public void The_page_shows_every_task() => Assert.True(Blocks.Length >= 16 && Blocks.Select(NameOf).Distinct().Count() == Blocks.Length, $"{Blocks.Length} declarations");

    [Theory]
    [MemberData(nameof(Names))]
    public void A_declaration_of_the_page_compiles(string name) => NetworkHarness.Run(Blocks.Single(b => NameOf(b) == name)).AssertClean();

    private static string NameOf(string block) => block[(block.LastIndexOf(' ') + 1)..block.LastIndexOf(';')];
}
