// The examples in docs/diagnostics.md: what is shown as wrong is reported with that id, and what is shown as right is not.
using System.Linq;
using System.Text.RegularExpressions;
using SeqGen.Generator.Diagnostics;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Diagnostics;

public class DocumentedExampleTests
{
    public static TheoryData<string> Ids => [.. Descriptors.All.Select(d => d.Id).Where(id => Example(id, "wrong").Length > 0)];

    /// <summary>Whether the shape rules are in the compiler; until they are, only the rules about declarations can be checked.</summary>
    private static bool HasShapeRules { get; } =
        NetworkCompiler.Check(NetworkHarness.Parse("[Network(Inputs = 8, Timesteps = 64)] [Lstm(0)] partial class Net;").Spec).Count > 0;

    private static string Example(string id, string kind)
    {
        string docs = Repository.Read("docs/diagnostics.md");
        string section = Regex.Match(docs, $@"\n### {id}\n(.*?)(?=\n### |\n## |\z)", RegexOptions.Singleline).Groups[1].Value;
        return Regex.Match(section, $@"```csharp\n// {kind}\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_wrong_example_is_reported_with_its_id(string id)
    {
        if (HasShapeRules || !ShapeDescriptors.All.Any(d => d.Id == id) || id == "SEQ0115")
        {
            Assert.Equal([id], NetworkHarness.Run(Example(id, "wrong")).SeqGen.Select(d => d.Id).Distinct());
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_right_example_has_no_diagnostics(string id) =>
        NetworkHarness.Run("using System.IO;\n" + Example(id, "right")).AssertClean();
}
