// Rules about the project's own source that no compiler checks: where Roslyn may be named, how long files are, that each says what it is.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using Microsoft.CodeAnalysis;
using SeqGen.Generator.Model;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Architecture;

public class ArchitectureTests
{
    private static readonly string[] OurFolders = ["Generator", "Generator.Tests", "Runtime", "Runtime.Tests", "Extensions", "Extensions.Tests"];

    private static IEnumerable<string> AllSources() => OurFolders
        .Where(f => System.IO.Directory.Exists(System.IO.Path.Combine(Repository.Root, f)))
        .SelectMany(Repository.Sources)
        .Where(path => !path.Contains(".verified.", StringComparison.Ordinal) && !path.Contains(".received.", StringComparison.Ordinal));

    /// <summary>Fails with the list of what should not be there.</summary>
    private static void None(IEnumerable<string> bad) => Assert.True(!bad.Any(), string.Join("\n", bad));

    [Fact]
    public void Roslyn_is_named_at_the_rim_alone()
    {
        IEnumerable<string> inside = Repository.Sources("Generator").Where(path =>
            path.Split('/') is { Length: > 2 } parts && parts[1] is not ("Parsing" or "Diagnostics" or "Testing"));
        Assert.NotEmpty(inside);
        None(inside.Where(path => Repository.Read(path).Contains("Microsoft.CodeAnalysis", StringComparison.Ordinal)));
    }

    [Fact]
    public void Types_inside_the_compiler_have_no_member_of_a_Roslyn_type()
    {
        const BindingFlags All = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        string[] rim = ["SeqGen.Generator", "SeqGen.Generator.Parsing", "SeqGen.Generator.Parsing.Cells", "SeqGen.Generator.Diagnostics"];
        IEnumerable<string> bad =
            from type in typeof(SeqGenGenerator).Assembly.GetTypes()
            where type.Namespace?.StartsWith("SeqGen.Generator.", StringComparison.Ordinal) == true && !rim.Contains(type.Namespace)
            from field in type.GetFields(All)
            where Mentions(field.FieldType)
            select $"{type}.{field.Name}";
        None(bad);

        static bool Mentions(Type type) =>
            type.Namespace?.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal) == true
            || type.GenericTypeArguments.Any(Mentions)
            || (type.HasElementType && Mentions(type.GetElementType()!));
    }

    [Fact]
    public void The_parts_inside_do_not_know_the_rim()
    {
        string[] rim = ["using SeqGen.Generator.Parsing", "using SeqGen.Generator.Diagnostics"];
        IEnumerable<string> inside = Repository.Sources("Generator").Where(path =>
            path.Split('/') is { Length: > 2 } parts && parts[1] is not ("Parsing" or "Diagnostics" or "Testing"));
        None(inside.Where(path => rim.Any(r => Repository.Read(path).Contains(r, StringComparison.Ordinal))));
    }

    [Fact]
    public void Models_that_the_pipeline_keeps_are_equal_by_value()
    {
        Type[] kept = [typeof(Declaration), typeof(NetworkSpec), typeof(SurfaceSpec), typeof(LayerSpec), typeof(ArgumentSpec), typeof(ArgumentList), typeof(TypeSpec), typeof(Problem), typeof(CompiledNetwork), typeof(GeneratedFile), typeof(InternalError)];
        Assert.All(kept, type => Assert.True(typeof(IEquatable<>).MakeGenericType(type).IsAssignableFrom(type), type.Name));

        IEnumerable<string> byReference =
            from type in kept
            from field in type.GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public)
            where !typeof(IEquatable<>).MakeGenericType(field.FieldType).IsAssignableFrom(field.FieldType) && !field.FieldType.IsEnum
            where !(type == typeof(ArgumentSpec) && field.FieldType == typeof(object))
            select $"{type.Name}.{field.Name}";
        None(byReference);
    }

    [Fact]
    public void The_purity_check_of_the_harness_finds_what_it_looks_for()
    {
        object[] impure = [Location.None, new[] { (object)typeof(Location), Location.None }, new Impure(Location.None), new Lazy<int>(() => 3)];
        Assert.All(impure, value => Assert.ThrowsAny<Exception>(() => ModelPurity.Walk(value, "", new HashSet<object>(ReferenceEqualityComparer.Instance))));
        ModelPurity.Walk(new Problem("SEQ0101", 0, "", new EquatableArray<string>(["a"])), "", new HashSet<object>(ReferenceEqualityComparer.Instance));
    }

    private sealed record Impure(Location Inner);

    [Fact]
    public void Every_file_says_at_its_top_what_it_is() =>
        None(AllSources().Where(path => !Repository.Read(path).TrimStart('\uFEFF').StartsWith("//", StringComparison.Ordinal)));

    [Fact]
    public void No_file_is_long_without_a_reason() => None(AllSources().Where(path =>
        Repository.Read(path) is var text && text.Count(c => c == '\n') > 400 && !text.Contains("// Long because:", StringComparison.Ordinal)));

    [Fact]
    public void Every_file_has_line_feeds_and_ends_with_one() => None(AllSources().Where(path =>
        Repository.Read(path) is var text && (text.Contains('\r') || !text.EndsWith('\n') || text.Contains('\t'))));

    [Fact]
    public void Attributes_are_sealed_or_a_base_and_for_classes_alone()
    {
        Type[] attributes = [.. typeof(NetworkAttribute).Assembly.GetExportedTypes().Where(t => t.IsSubclassOf(typeof(Attribute)) && t.Namespace == "SeqGen" && t != typeof(SizeAttribute) && t != typeof(TargetAttribute))];
        Assert.NotEmpty(attributes);
        Assert.All(attributes, type =>
        {
            Assert.True(type.IsSealed || type.IsAbstract, type.Name);
            AttributeUsageAttribute usage = type.GetCustomAttribute<AttributeUsageAttribute>(inherit: true)!;
            Assert.Equal((AttributeTargets.Class, false, type != typeof(NetworkAttribute)), (usage.ValidOn, usage.Inherited, usage.AllowMultiple));
        });
    }

    [Fact]
    public void Every_constructor_parameter_of_an_attribute_is_named_after_a_property()
    {
        IEnumerable<string> lost =
            from type in typeof(NetworkAttribute).Assembly.GetExportedTypes()
            where type.IsSubclassOf(typeof(LayerAttribute)) || type.IsSubclassOf(typeof(LossAttribute))
            from parameter in type.GetConstructors(BindingFlags.Instance | BindingFlags.Public).SelectMany(c => c.GetParameters())
            where type.GetProperty(SeqGen.Generator.Parsing.AttributeReader.PropertyName(parameter.Name!)) is null
            select $"{type.Name}({parameter.Name})";
        None(lost);
    }
}
