// Finds the repository. Knows that its root has the solution.
using System;
using System.IO;

namespace SeqGen.Extensions.Tests.Support;

internal static class Repository
{
    public static string Root { get; } = Above(AppContext.BaseDirectory);

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path)).ReplaceLineEndings("\n");

    private static string Above(string folder)
    {
        for (DirectoryInfo? at = new(folder); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "SeqGen.sln")))
            {
                return at.FullName;
            }
        }

        throw new InvalidOperationException($"There is no SeqGen.sln above {folder}.");
    }
}
