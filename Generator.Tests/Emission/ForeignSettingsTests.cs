// Generated code in other people's projects: their compiler settings, their names, their other assemblies. It compiles there without a message.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SeqGen.Generator.Tests.Harness;
using SeqGen.Testing;
using Xunit;

namespace SeqGen.Generator.Tests.Emission;

public class ForeignSettingsTests
{
    private const string Attributes = "[Network(Inputs = 3, Timesteps = 4)] [Lstm(4)] [Dropout(0.5)] [Dense(2)] [MeanSquaredError] ";

    private const string Tokens = "[Network(Tokens = 5, Timesteps = 4)] [Embedding(3)] [Gru(4)] [Dense(5)] [SoftmaxCrossEntropy] ";

    private static void Clean(params string[] sources) => NetworkHarness.Load(sources);

    [Theory]
    [InlineData(Attributes + "public partial class Net;")]
    [InlineData(Tokens + "public partial class Net { public partial class Inner; }")]
    [InlineData("[Network(Inputs = 3, Timesteps = 4)] [SelfAttention(4)] public partial class Net;")]
    public void In_an_assembly_that_is_CLS_compliant(string source) => Clean("[assembly: CLSCompliant(true)]\n" + source);

    [Theory]
    [InlineData("net")]
    [InlineData("@class")]
    [InlineData("nint")]
    [InlineData("nuint")]
    [InlineData("@unmanaged")]
    [InlineData("notnull")]
    [InlineData("@var")]
    [InlineData("dynamic")]
    [InlineData("@file")]
    [InlineData("@scoped")]
    [InlineData("@required")]
    [InlineData("@record")]
    [InlineData("@await")]
    [InlineData("value")]
    [InlineData("field")]
    [InlineData("extension")]
    [InlineData("@allows")]
    [InlineData("_")]
    [InlineData("__arglist_")]
    [InlineData("System")]
    [InlineData("SeqGen")]
    [InlineData("TokenCount")]
    [InlineData("Network")]
    [InlineData("NetworkProgram")]
    [InlineData("NetworkCore")]
    [InlineData("Frame")]
    [InlineData("Affine")]
    [InlineData("V16")]
    [InlineData("IVec")]
    [InlineData("Vector512")]
    [InlineData("Unsafe")]
    [InlineData("MethodImpl")]
    [InlineData("LayerInfo")]
    [InlineData("FourGates")]
    [InlineData("Program")]
    [InlineData("Math")]
    [InlineData("Forward")]
    [InlineData("T")]
    public void A_class_of_any_name(string name)
    {
        foreach (string space in new[] { $"namespace Own.{(name is "System" or "SeqGen" ? "Own" : name)};\n", "namespace SeqGen.Own;\n", "namespace SeqGen;\n", "" })
        {
            // A second SeqGen.LayerInfo, global::System or constraint 'unmanaged' is more than C# can keep apart.
            if (!(space.Length == 0 && name is "System" or "SeqGen" or "@unmanaged") && !(space == "namespace SeqGen;\n" && name is "LayerInfo" or "@unmanaged"))
            {
                string quiet = "#pragma warning disable CS8981, CS0436\n";
                HarnessRun run = NetworkHarness.Run(quiet + space + Attributes + $"public partial class {name};", "#pragma warning disable CS8981\n" + $"class Holder {{ {Attributes} public partial class {name}; }}".Replace("class Holder", "partial class Holder"));
                Assert.True(!run.SeqGen.Concat(run.Compiler).Any(), space + string.Join("\n", run.SeqGen.Concat(run.Compiler).Take(5)));
            }
        }
    }

    [Theory]
    [InlineData("class nint;")]
    [InlineData("class nuint;")]
    [InlineData("class @unmanaged;")]
    [InlineData("class @var;")]
    [InlineData("class @scoped;")]
    [InlineData("class @dynamic;")]
    [InlineData("class Unsafe;")]
    [InlineData("class Math;")]
    [InlineData("class MathF;")]
    [InlineData("class MethodImpl;")]
    [InlineData("class T;")]
    [InlineData("class MemoryMarshal;")]
    [InlineData("class Affine<T>;")]
    [InlineData("class LayerInfo;")]
    [InlineData("class GeneratedCode;")]
    [InlineData("class IGates;")]
    public void Beside_a_type_of_any_name(string type)
    {
        foreach (string space in new[] { "", "namespace SeqGen;\n", "namespace Own;\n" }.Where(s => !(type.Contains("LayerInfo") && s.Contains("SeqGen")) && !(type.Contains("@unmanaged") && !s.Contains("Own"))))
        {
            Clean("#pragma warning disable CS8981\n" + space + type, space + Attributes + "public partial class Net;", "namespace Own { " + Tokens + "public partial class Other; }");
        }
    }

    [Theory]
    [InlineData("SeqGen.System")]
    [InlineData("SeqGen.Own")]
    [InlineData("SeqGen.SeqGen")]
    [InlineData("SeqGen.Generated")]
    [InlineData("SeqGen.Kernels")]
    [InlineData("Own.System")]
    [InlineData("Own.SeqGen")]
    [InlineData("Own.Unsafe")]
    [InlineData("Unsafe")]
    [InlineData("SeqGen.Unsafe")]
    [InlineData("SeqGen.Math")]
    [InlineData("@namespace.@var.nint")]
    public void In_a_namespace_of_any_name(string space) => Clean(
        $"namespace {space} {{ {Attributes} public partial class Net; {Tokens} partial class Reader; class Marker; }}",
        Attributes + "public partial class Net;");

    [Theory]
    [InlineData("System")]
    [InlineData("SeqGen")]
    [InlineData("nint")]
    [InlineData("@unmanaged")]
    [InlineData("TokenCount")]
    [InlineData("Program")]
    [InlineData("T")]
    [InlineData("NetworkCore")]
    [InlineData("global")]
    public void With_a_member_of_any_name(string name) => Clean(
        $"#pragma warning disable CS8981\n{Attributes} public partial class Net {{ public class {name}; }}",
        $"{Attributes} public partial class Other {{ public int {name} => 3; }}",
        $"{Attributes} public partial class Third {{ public void {name}() {{ }} }}");

    [Theory]
    [InlineData("partial class Outer")]
    [InlineData("sealed partial class Outer")]
    [InlineData("static partial class Outer")]
    [InlineData("abstract partial class Outer")]
    [InlineData("partial struct Outer")]
    [InlineData("readonly partial struct Outer")]
    [InlineData("ref partial struct Outer")]
    [InlineData("partial record Outer")]
    [InlineData("partial record Outer(int A)")]
    [InlineData("partial record struct Outer")]
    [InlineData("partial interface Outer")]
    [InlineData("partial class Outer(int a)")]
    [InlineData("partial class @class")]
    [InlineData("unsafe partial class Outer", true)]
    public void Inside_any_type(string outer, bool isUnsafe = false)
    {
        if (!isUnsafe)
        {
            Clean($"{outer} {{ {Attributes.Replace("[Lstm", "[Dense(3)] [Lstm")} public partial class Net; }}".Replace("(int a) {", "(int a) { int A => a;"));
        }
    }

    [Fact]
    public void With_any_accessibility_inside_another_class()
    {
        foreach (string word in new[] { "private", "protected", "internal", "protected internal", "private protected", "public" })
        {
            Clean($"public partial class Outer {{ {Attributes} {word} partial class Net; }}");
        }
    }

    [Theory]
    [InlineData("12", NullableContextOptions.Disable, false)]
    [InlineData("12", NullableContextOptions.Warnings, true)]
    [InlineData("preview", NullableContextOptions.Annotations, false)]
    [InlineData("latest", NullableContextOptions.Disable, true)]
    public void With_any_context(string version, NullableContextOptions nullable, bool isChecked)
    {
        CSharpCompilation compilation = NetworkHarness.Compilation(
            new HarnessOptions(version), Attributes + "public partial class Net;", Tokens + "public partial class Reader;", Attributes + "public partial record Wrong;");
        compilation = compilation.WithOptions(compilation.Options.WithNullableContextOptions(nullable).WithOverflowChecks(isChecked).WithWarningLevel(9999)
            .WithGeneralDiagnosticOption(ReportDiagnostic.Error));
        GeneratorRun run = GeneratorRun.Of(compilation);
        Assert.Empty(run.FromCompiler());
        Assert.Equal(["SEQ0006"], run.FromAnalyzer().Select(d => d.Id));
    }

    /// <summary>A source of internal networks that is linked into two projects, of which one sees the internals of the other.</summary>
    [Fact]
    public void Linked_into_an_assembly_and_its_friend()
    {
        string[] sources = ["[assembly: System.Runtime.CompilerServices.InternalsVisibleTo(\"Friend\")]\nnamespace Shared;\n" + Attributes + "internal partial class Net;", "namespace Shared;\n" + Tokens + "internal partial class Reader;"];
        CSharpCompilation first = NetworkHarness.Compilation(new HarnessOptions(), sources);
        using var image = new MemoryStream();
        Assert.True(GeneratorRun.Of(first).After.Emit(image, cancellationToken: TestContext.Current.CancellationToken).Success);
        CSharpCompilation friend = NetworkHarness.Compilation(new HarnessOptions(), sources).WithAssemblyName("Friend")
            .AddReferences(MetadataReference.CreateFromImage(image.ToArray()));
        GeneratorRun run = GeneratorRun.Of(friend);
        Assert.Empty(run.FromCompiler());
        Assert.Empty(run.FromAnalyzer());
    }
}
