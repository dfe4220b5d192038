// One declaration compiled in several ways: by the compiler with some passes off, loaded beside the others.
// Knows how generated text becomes a type; refuses to know what is generated.
using System;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

internal static class Variants
{
    /// <summary>Networks of the same declarations, one each, made with the given passes; the order is the declarations'.</summary>
    public static Type[] Load(HarnessRun run, string[] names, CompilerOptions options)
    {
        Compilation compilation = run.Run.Before;
        var parse = (CSharpParseOptions)compilation.SyntaxTrees.First().Options;
        compilation = compilation.AddSyntaxTrees(names.Select(name =>
            CSharpSyntaxTree.ParseText(NetworkCompiler.Compile(Oracle.Spec(run, name), options).Source!, parse, name + ".g.cs", System.Text.Encoding.UTF8)));
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
