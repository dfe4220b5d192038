// The texts of diagnostics as a whole: ids, help, release notes and documentation belong together.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using SeqGen.Generator.Diagnostics;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Diagnostics;

public class DescriptorTests
{
    public static TheoryData<string> Ids => [.. Descriptors.All.Select(d => d.Id)];

    [Fact]
    public void Ids_are_unique() => Assert.Equal(Descriptors.All.Length, Descriptors.All.Select(d => d.Id).Distinct().Count());

    [Theory]
    [MemberData(nameof(Ids))]
    public void Every_diagnostic_has_category_help_and_documentation(string id)
    {
        DiagnosticDescriptor descriptor = Descriptors.All.Single(d => d.Id == id);
        Assert.Equal("SeqGen", descriptor.Category);
        Assert.EndsWith("docs/diagnostics.md#" + id.ToLowerInvariant(), descriptor.HelpLinkUri);
        string docs = File.ReadAllText(Path.Combine(Repository.Root, "docs", "diagnostics.md"));
        Assert.Contains($"\n### {id}\n", docs);
        Assert.Contains(descriptor.Title.ToString(System.Globalization.CultureInfo.InvariantCulture), docs);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Every_diagnostic_is_tracked_in_the_release_files(string id)
    {
        string releases = File.ReadAllText(Path.Combine(Repository.Root, "Generator", "AnalyzerReleases.Shipped.md"))
            + File.ReadAllText(Path.Combine(Repository.Root, "Generator", "AnalyzerReleases.Unshipped.md"));
        Assert.Contains($"\n{id} | SeqGen | {Descriptors.All.Single(d => d.Id == id).DefaultSeverity} | ", releases);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Placeholders_count_up_from_zero(string id)
    {
        string message = Descriptors.All.Single(d => d.Id == id).MessageFormat.ToString(System.Globalization.CultureInfo.InvariantCulture);
        int[] used = [.. Regex.Matches(message, @"\{(\d)\}").Select(m => int.Parse(m.Groups[1].Value)).Distinct().Order()];
        Assert.Equal(Enumerable.Range(0, used.Length), used);
    }

    [Fact]
    public void Every_declaration_rule_has_a_test_that_marks_its_place()
    {
        string tests = string.Join("\n", Directory.GetFiles(Path.Combine(Repository.Root, "Generator.Tests", "Diagnostics"), "*.cs").Select(File.ReadAllText));
        IEnumerable<string> untested = DeclarationDescriptors.All.Select(d => d.Id).Where(id => !tests.Contains($"|{id}:") && !tests.Contains($"(\"{id}\", \""));
        Assert.Empty(untested);
    }

    [Fact]
    public void An_unknown_id_is_reported_as_a_mistake_of_the_generator_and_not_thrown() =>
        Assert.Equal("SEQ9999", Descriptors.Create("SEQ7777", Location.None, []).Id);
}
