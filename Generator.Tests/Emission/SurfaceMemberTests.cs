// The list of generated members against the classes that come out, by reflection: what is written is in the list, and nothing else is.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using SeqGen.Generator.Emission;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Emission;

public class SurfaceMemberTests
{
    private const BindingFlags Declared = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private const string Sources = """
        [Network(Inputs = 3, Timesteps = 4)] [Lstm(4)] [Dense(2)] public partial class Numbers;
        [Network(Tokens = 5, Timesteps = 4)] [Embedding(3)] [Gru(4)] public partial class Tokens;
        [Network(Inputs = 3, Timesteps = 4)] [SelfAttention(4)] public partial class Whole;
        [Network(Inputs = 3, Timesteps = 40, Unroll = 1000)] [Lstm(4)] public partial class Unrolled;
        [Network(Timesteps = 4)] [Encoder(Tokens = 6)] [Embedding(3)] [Gru(4)] [Decoder(Inputs = 2)] [Gru(4)] public partial class Coder;
        [Network(Inputs = 3, Timesteps = 4)] [Gru(6)] [Head("a")] [Dense(6)] [Head("b")] [Dense(2)] public partial class Heads;
        """;

    private static readonly Lazy<LoadedNetworks> Networks = new(() => NetworkHarness.Load(
        Sources.Replace("[Network(Inputs = 3, Timesteps = 40", "\n#pragma warning disable SEQ0111\n[Network(Inputs = 3, Timesteps = 40")));

    private static readonly string[] OfAMistake = [SurfaceMembers.Failure.Name, SurfaceMembers.Unreadable.Name];

    public static TheoryData<string, bool> Names => new()
    {
        { "Numbers", false }, { "Tokens", true }, { "Whole", false }, { "Unrolled", false }, { "Coder", true }, { "Heads", false },
    };

    private static IEnumerable<string> MembersOf(Type type) => type.GetMembers(Declared)
        .Where(m => m is not ConstructorInfo && !m.Name.Contains('<') && !m.Name.Contains('.'))
        .Select(m => m is MethodInfo method ? m.Name + "(" + string.Join(",", method.GetParameters().Select(p => p.ParameterType.Name)) + ")" : m.Name)
        .Distinct();

    private static string Short(SurfaceMember member) => member.Parameters is null ? member.Name : member.Name + "("
        + string.Join(",", member.ParameterTypes.Select(t => t switch
        {
            "ulong" => "UInt64",
            "int" => "Int32",
            "bool" => "Boolean",
            "string" => "String",
            _ => t.Contains('<') ? t[(t.LastIndexOf('.') + 1)..t.IndexOf('<')] + "`1" : t[(t.LastIndexOf('.') + 1)..],
        })) + ")";

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_member_of_a_generated_class_is_in_the_list(string name, bool tokens)
    {
        IEnumerable<string> listed = SurfaceMembers.All(tokens, numbers: !tokens).Select(Short);
        Assert.Empty(MembersOf(Networks.Value[name]).Except(listed));
    }

    [Fact]
    public void Every_member_in_the_list_is_in_some_generated_class()
    {
        HashSet<string> written = [.. Names.SelectMany(row => MembersOf(Networks.Value[row.Data.Item1]))];
        Assert.Empty(SurfaceMembers.All(tokens: true, numbers: true).Where(m => !OfAMistake.Contains(m.Name)).Select(Short).Except(written));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_users_member_of_each_name_in_the_list_is_reported_and_is_the_only_mistake(bool tokens)
    {
        string attributes = tokens ? "[Network(Tokens = 5, Timesteps = 4)] [Embedding(3)] [Gru(4)]" : "[Network(Inputs = 3, Timesteps = 4)] [Gru(4)]";
        SurfaceMember[] all = [.. SurfaceMembers.All(tokens, !tokens)];
        string[] mine = [.. all.Select(m => m.Parameters is null ? $"public const int {m.Name} = 3;" : $"public void {m.Name}({m.Parameters.Replace(" = Timesteps", "")}) {{ }}".Replace("bool training = true, int maxTargetSteps = 0", "bool training, int maxTargetSteps"))];
        HarnessRun run = NetworkHarness.Run([.. mine.Select((m, i) => $"namespace Of{i} {{ {attributes} public partial class Net {{ {m} }} static class Use {{ static INetwork New() => new Net(seed: 1); }} }}")]);
        Assert.Equal(all.Select(m => m.Name), run.SeqGen.OrderBy(d => int.Parse(d.File[6..^3])).Select(d => d.Span));
        Assert.All(run.SeqGen, d => Assert.Equal("SEQ0009", d.Id));
        run.AssertCompiles();
    }

    [Fact]
    public void Every_member_says_that_it_is_generated_and_is_no_part_of_a_users_coverage()
    {
        foreach (string source in new[] { Sources, Sources.Replace("partial class", "partial record").Replace("Unroll = 1000", "") })
        {
            foreach (Microsoft.CodeAnalysis.INamedTypeSymbol type in Types(NetworkHarness.Run(source).Run.After))
            {
                foreach (Microsoft.CodeAnalysis.ISymbol member in type.GetMembers().Where(Written))
                {
                    string[] marks = [.. member.GetAttributes().Select(a => a.AttributeClass!.Name)];
                    Assert.Contains("GeneratedCodeAttribute", marks);
                    Assert.True(marks.Contains("ExcludeFromCodeCoverageAttribute") || member is Microsoft.CodeAnalysis.IFieldSymbol, member.ToString());
                }

                Assert.DoesNotContain(type.GetAttributes(), a => a.AttributeClass!.Name == "ExcludeFromCodeCoverageAttribute");
            }
        }

        static bool Written(Microsoft.CodeAnalysis.ISymbol member) => !member.IsImplicitlyDeclared && member.Locations[0].SourceTree!.FilePath.EndsWith(".g.cs", StringComparison.Ordinal)
            && member is not Microsoft.CodeAnalysis.IMethodSymbol { AssociatedSymbol: not null };

        static IEnumerable<Microsoft.CodeAnalysis.INamedTypeSymbol> Types(Microsoft.CodeAnalysis.Compilation compilation) =>
            compilation.SourceModule.GlobalNamespace.GetTypeMembers().Where(t => t.GetAttributes().Any(a => a.AttributeClass!.Name == "NetworkAttribute"));
    }

    [Fact]
    public void Every_type_of_the_program_is_marked()
    {
        Microsoft.CodeAnalysis.INamespaceSymbol generated = NetworkHarness.Run(Sources).Run.After.SourceModule.GlobalNamespace
            .GetNamespaceMembers().Single(n => n.Name == "SeqGen").GetNamespaceMembers().Single(n => n.Name == "Generated");
        Assert.NotEmpty(generated.GetTypeMembers());
        Assert.All(generated.GetTypeMembers(), type => Assert.Equal(
            ["ExcludeFromCodeCoverageAttribute", "GeneratedCodeAttribute"], type.GetAttributes().Select(a => a.AttributeClass!.Name).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void The_surface_is_annotated_for_nullable_references_and_the_program_is_not_analysed()
    {
        string text = NetworkHarness.Run("[Network(Inputs = 3, Timesteps = 4)] [Lstm(4)] public partial class Net;").AssertClean().Files.Values.Single();
        Assert.True(text.IndexOf("#nullable enable", StringComparison.Ordinal) < text.IndexOf("partial class Net", StringComparison.Ordinal));
        Assert.True(text.IndexOf("partial class Net", StringComparison.Ordinal) < text.IndexOf("#nullable disable\nnamespace SeqGen.Generated", StringComparison.Ordinal));
    }
}
