// What adding a layer may touch: its recipe, the catalogue, its attribute. Reads source text; knows no equation.
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using SeqGen.Generator.Layers;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Architecture;

public sealed class LayerRecipeTests
{
    public static TheoryData<string> Kinds => new(Catalogue.Layers.Keys);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_layer_is_named_in_its_recipe_the_catalogue_and_its_attribute_alone(string kind)
    {
        string[] allowed = [Path.Combine("Generator", "Layers", kind + ".cs"), Path.Combine("Generator", "Layers", "Catalogue.cs"), Path.Combine("Runtime", "Attributes", kind + "Attribute.cs"), Path.Combine("Runtime", "Attributes", "Controller.cs"), Path.Combine("Runtime", "Attributes", "Activation.cs")];
        IEnumerable<string> others = Code().Where(f => !allowed.Contains(f.Path) && Regex.IsMatch(f.Text, $@"\b{kind}(Attribute)?\b")).Select(f => f.Path);
        Assert.Equal("", string.Join("\n", others));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_recipe_contains_no_gradient(string kind)
    {
        string recipe = Code().Single(f => f.Path == Path.Combine("Generator", "Layers", kind + ".cs")).Text;
        Assert.DoesNotMatch(@"\bGradient|Backward|Differentiate", recipe);
    }

    /// <summary>Source without comments, texts and options, so that prose and messages may name a layer, and an option of another and a function of a user's cell may have its name.</summary>
    private static IEnumerable<(string Path, string Text)> Code() =>
        from folder in new[] { "Generator", "Runtime" }
        from file in Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories)
        let path = Path.GetRelativePath(Repository.Root, file)
        where !path.Contains(Path.DirectorySeparatorChar + "obj" + Path.DirectorySeparatorChar) && !path.Contains(Path.DirectorySeparatorChar + "bin" + Path.DirectorySeparatorChar)
            && !path.Contains("Testing")
        select (path, Regex.Replace(File.ReadAllText(file), @"//.*|""(\\.|[^""\\])*""|public bool \w+ \{ get; set; \}|public Vec \w+\(", ""));
}
