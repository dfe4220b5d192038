// The examples in docs/diagnostics.md: what is shown as wrong is reported with that id, and what is shown as right is not.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using SeqGen.Generator.Diagnostics;
using SeqGen.Generator.Model;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Diagnostics;

public class DocumentedExampleTests
{
    public static TheoryData<string> Ids => [.. Descriptors.All.Select(d => d.Id)];

    /// <summary>The code of an example; kind is wrong or right.</summary>
    internal static string Example(string id, string kind)
    {
        string docs = Repository.Read("docs/diagnostics.md");
        string section = Regex.Match(docs, $@"\n### {id}\n(.*?)(?=\n### |\n## |\z)", RegexOptions.Singleline).Groups[1].Value;
        return Regex.Match(section, $@"```csharp\n// {kind}\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;
    }

    /// <summary>What a wrong example gives, in the surroundings that its comment names.</summary>
    private static IEnumerable<string> Found(string id, string example)
    {
        switch (id)
        {
            case "SEQ0014":
                return RuntimeDiagnosticTests.RunOn("using SeqGen;\n" + example, RuntimeDiagnosticTests.Attributes).Select(d => d.Id);
            case "SEQ0015":
                return RuntimeDiagnosticTests.RunOn("using SeqGen;\n" + example, RuntimeDiagnosticTests.Attributes, FakeRuntime.Source(RuntimeContract.Version - 1)).Select(d => d.Id);
            case Descriptors.InternalErrorId:
                Declaration declaration = NetworkHarness.Parse(example, "Forecaster").ToModel()!;
                InternalError error = SeqGenGenerator.Generate(declaration, (_, _) => throw new FormatException("..."), TestContext.Current.CancellationToken).InternalError!;
                return [Descriptors.Create(Descriptors.InternalErrorId, Location.None, [error.Network, error.Type, error.Message]).Id];
            case "SEQ0314":
                return CellPackageTests.RunOn(example, withCode: false).SeqGen.Select(d => d.Id);
            default:
                return NetworkHarness.Run(Options(example), example).SeqGen.Select(d => d.Id);
        }
    }

    private static HarnessOptions Options(string example) =>
        Regex.Match(example, "<LangVersion>(.*?)</LangVersion>") is { Success: true } version ? new HarnessOptions(version.Groups[1].Value) : new HarnessOptions();

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_wrong_example_is_reported_with_its_id(string id) => Assert.Equal([id], Found(id, Example(id, "wrong")).Distinct());

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_right_example_has_no_diagnostics(string id)
    {
        string example = Example(id, "right");
        Assert.NotEqual("", example);
        if (id == "SEQ0314")
        {
            CellPackageTests.RunOn(example, withCode: true).AssertClean();
            return;
        }

        NetworkHarness.Run(Options(example), "using System.IO;\n" + example).AssertClean();
    }
}
