// Finds the repository that the tests were built from, for tests that read its sources. It knows paths and nothing of their content.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace SeqGen.Generator.Tests.Harness;

/// <summary>Files of the repository.</summary>
internal static class Repository
{
    /// <summary>The folder above the tests' output with the solution. Paths of sources may be written otherwise than they are, by builds as CI servers do them.</summary>
    public static string Root { get; } = Above(AppContext.BaseDirectory);

    /// <summary>Source files under a folder of the repository, as paths from its root with forward slashes. Build output is left out.</summary>
    public static IReadOnlyList<string> Sources(string folder) =>
    [
        .. Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => !path.Split('/').Any(part => part is "bin" or "obj"))
            .Order(StringComparer.Ordinal),
    ];

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>The C# examples of a page, in their order.</summary>
    public static string[] Examples(string page) =>
        [.. Read(page).Split("```csharp\n").Skip(1).Select(part => part[..part.IndexOf("```", StringComparison.Ordinal)])];

    private static string Above(string folder)
    {
        for (DirectoryInfo? at = new(folder); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "SeqGen.sln")))
            {
                return at.FullName;
            }
        }

        throw new DirectoryNotFoundException($"'{folder}' is not inside the repository.");
    }
}
