// docs/layers: every kind of layer has a page, its declarations are right, and its parameters and costs are those of the network declared there.
// Knows the pages' form; refuses to know layers.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using SeqGen.Generator.Emission;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Layers;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

public sealed class LayerPageTests
{
    private static string Folder { get; } = Path.Combine(Repository.Root, "docs", "layers");

    public static TheoryData<string> Kinds => new(Catalogue.Layers.Keys);

    public static TheoryData<string> Pages => new(Directory.EnumerateFiles(Folder, "*.md").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_has_a_page_that_the_index_names(string kind)
    {
        string page = kind.ToLowerInvariant() + ".md", text = Read(page);
        Assert.Contains($"[`[{kind}]`]({page})", Read("README.md"), StringComparison.Ordinal);
        Assert.All(new[] { "```text\n", "\nSource: ", "\n## Declaration\n", "\n## Parameters\n", "\n## Cost\n" }, part => Assert.Contains(part, text, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_declaration_of_a_page_compiles(string page)
    {
        foreach (string block in Blocks(page))
        {
            NetworkHarness.Run(block).AssertClean();
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Parameters_and_costs_of_a_page_are_those_of_its_first_declaration(string kind)
    {
        string page = kind.ToLowerInvariant() + ".md";
        string block = Blocks(page).First();
        NetworkSpec spec = NetworkHarness.Parse(block, Regex.Match(block, @"partial class (\w+);").Groups[1].Value).Spec;
        NetworkShape shape = NetworkShape.Of(spec);
        NetworkGraph graph = NetworkLowering.Lower(spec, shape);
        LayerCost cost = LayerCost.Of(spec, shape, graph).First(c => c.Kind == kind);

        string[] shapes = [.. graph.Sources<ParamOp>().Where(p => p.Parameter.StartsWith(cost.Name + ".", StringComparison.Ordinal))
            .Select(p => $"{p.Parameter} [{string.Join(", ", p.FileShape)}]").Order(StringComparer.Ordinal)];
        Assert.Equal(shapes, Regex.Matches(Read(page), @"^\| `(?<name>[\w.]+)` \| \[[^]]*\] \| (?<shape>\[[^]]*\]) \|$", RegexOptions.Multiline)
            .Select(m => $"{m.Groups["name"].Value} {m.Groups["shape"].Value}").Order(StringComparer.Ordinal));
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"Here: {cost.Parameters:N0} parameters and {cost.MultiplyAdds:N0} multiply-adds a step."), Read(page), StringComparison.Ordinal);
    }

    private static string Read(string page) => File.ReadAllText(Path.Combine(Folder, page));

    private static string[] Blocks(string page) => Repository.Examples("docs/layers/" + page);
}
