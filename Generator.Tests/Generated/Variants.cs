// One declaration compiled in several ways: by the compiler with some passes off, loaded beside the others.
// Knows how generated text becomes a type; refuses to know what is generated.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Model;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

internal static class Variants
{
    /// <summary>The declarations of a run with the networks that the compiler makes of them with the given passes, and if asked, with cells of a test's own.</summary>
    public static Compilation Compile(HarnessRun run, IEnumerable<string> names, CompilerOptions options, Func<NetworkSpec, NetworkGraph>? lower = null)
    {
        var parse = (CSharpParseOptions)run.Run.Before.SyntaxTrees.First().Options;
        return run.Run.Before.AddSyntaxTrees([.. names.Select(name =>
        {
            NetworkSpec spec = Oracle.Spec(run, name);
            string source = NetworkCompiler.Compile(spec, options, lower is null ? null : () => lower(spec)).Source!;
            return CSharpSyntaxTree.ParseText(source, parse, name + ".g.cs", System.Text.Encoding.UTF8);
        })]);
    }

    /// <summary>Networks of the same declarations, one each, made with the given passes; the order is the declarations'.</summary>
    public static Type[] Load(HarnessRun run, string[] names, CompilerOptions options) => Load(Compile(run, names, options), names);

    public static Type[] Load(Compilation compilation, string[] names)
    {
        using var image = new MemoryStream();
        EmitResult emitted = compilation.Emit(image);
        Assert.True(emitted.Success, string.Join("\n", emitted.Diagnostics));
        image.Position = 0;
        Assembly assembly = new AssemblyLoadContext("Variants", isCollectible: true).LoadFromStream(image);
        return [.. names.Select(name => assembly.GetType(name, throwOnError: true)!)];
    }

    public static INetwork Create(Type type, int seed)
    {
        var network = (INetwork)Activator.CreateInstance(type, 0UL)!;
        RandomData.SetParameters(network, seed);
        return network;
    }
}
