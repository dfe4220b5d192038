// The declarations of the golden cases as a file of the native test program, so that there the cases are declared by the same code as here.
// Knows that file; refuses to know what a case is about.
using System;
using System.IO;
using System.Linq;
using SeqGen.Generator.Tests.Harness;
using SeqGen.Testing;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

public class NativeDeclarationTests
{
    [Fact]
    public void The_native_program_declares_the_golden_cases()
    {
        string path = Path.Combine(Repository.Root, "Generator.Tests", "Native", "GoldenDeclarations.verified.cs");
        string text = Write();
        if (Environment.GetEnvironmentVariable(Snapshot.AcceptVariable) == "1")
        {
            File.WriteAllText(path, text);
            return;
        }

        Assert.True(File.ReadAllText(path) == text, $"{path} does not declare the golden cases as they are; run this test with {Snapshot.AcceptVariable}=1");
    }

    private static string Write()
    {
        GoldenSource[] cases = [.. GoldenNetworks.Declarations()];
        return $$"""
            // The golden cases that can be declared, as networks. Written by NativeDeclarationTests from the cases; changes made here are lost.
            using System;
            using System.Collections.Generic;
            using SeqGen;

            namespace Goldens;

            internal static class GoldenDeclarations
            {
                /// <summary>By the case's name, and whether it is the twin whose output is the logits.</summary>
                public static IReadOnlyDictionary<(string Case, bool Logits), Func<INetwork>> Networks { get; } = new Dictionary<(string Case, bool Logits), Func<INetwork>>
                {
            {{string.Join("\n", cases.Select(c => $"        [(\"{c.Case}\", {(c.Logits ? "true" : "false")})] = () => new {c.Class}(),"))}}
                };
            }

            {{string.Join("\n", cases.Select(c => c.Source))}}
            """.ReplaceLineEndings("\n");
    }
}
