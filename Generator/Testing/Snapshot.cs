// Compares a text with a verified file beside the test, by the conventions of Verify, so that changing over to Verify is one call.
// It knows files and lines, and nothing of what the text is.
using System;
using System.IO;
using System.Runtime.CompilerServices;

namespace SeqGen.Testing;

/// <summary>Thrown when a text is not what the verified file says.</summary>
public sealed class SnapshotMismatchException : Exception
{
    internal SnapshotMismatchException(string message)
        : base(message)
    {
    }
}

/// <summary>Snapshot tests.</summary>
public static class Snapshot
{
    /// <summary>The environment variable that accepts what was received when it is 1.</summary>
    public const string AcceptVariable = "SEQGEN_ACCEPT";

    /// <summary>Compares a result with <c>TestClass.TestMethod.verified.cs</c> beside the test.</summary>
    /// <param name="result">What <see cref="SeqGenTest.Run"/> gave.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    public static void Match(GeneratorResult result, [CallerFilePath] string file = "", [CallerMemberName] string member = "")
    {
        ArgumentNullException.ThrowIfNull(result);
        Compare(result.ToSnapshot(), Stem(file, member), "cs", Environment.GetEnvironmentVariable(AcceptVariable) == "1");
    }

    /// <summary>Compares a text with <c>TestClass.TestMethod.verified.&lt;extension&gt;</c> beside the test.</summary>
    /// <param name="text">The text.</param>
    /// <param name="extension">Extension of the files.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    public static void Match(
        string text, string extension = "cs", [CallerFilePath] string file = "", [CallerMemberName] string member = "") =>
        Compare(text, Stem(file, member), extension, Environment.GetEnvironmentVariable(AcceptVariable) == "1");

    /// <summary>The comparison itself: <paramref name="stem"/> is the path up to <c>.verified.cs</c>.</summary>
    internal static void Compare(string text, string stem, string extension, bool accept)
    {
        string verified = $"{stem}.verified.{extension}";
        string received = $"{stem}.received.{extension}";
        string got = Normalize(text);
        bool exists = File.Exists(verified);
        string expected = exists ? Normalize(File.ReadAllText(verified)) : "";
        if (exists && got == expected)
        {
            File.Delete(received);
            return;
        }

        if (accept)
        {
            File.WriteAllText(verified, got);
            File.Delete(received);
            return;
        }

        File.WriteAllText(received, got);
        string what = exists ? "differs from the verified file" : "has no verified file yet";
        throw new SnapshotMismatchException(
            $"The text {what}.\n  verified: {verified}\n  received: {received}\n"
            + $"If it is right, rename received to verified, or run again with {AcceptVariable}=1.\n\n{LineDiff.Of(expected, got)}");
    }

    private static string Stem(string file, string member)
    {
        string path = Locate(file, AppContext.BaseDirectory);
        return Path.Combine(Path.GetDirectoryName(path) ?? "", Path.GetFileNameWithoutExtension(path) + "." + member);
    }

    /// <summary>
    /// The file on this machine. Builds with <c>ContinuousIntegrationBuild</c>, as every CI server's, tell the compiler to write <c>/_/</c> or the like
    /// for the root of the repository; the file is then below one of the folders that the tests run in.
    /// </summary>
    /// <exception cref="SnapshotMismatchException">It is not there.</exception>
    internal static string Locate(string file, string runs)
    {
        if (File.Exists(file))
        {
            return file;
        }

        string[] parts = file.Split(['/', '\\'], StringSplitOptions.RemoveEmptyEntries);
        for (DirectoryInfo? folder = new(runs); folder is not null; folder = folder.Parent)
        {
            // The folder may be the root that was written otherwise, or any below it.
            for (int i = 1; i < parts.Length; i++)
            {
                string path = Path.Combine([folder.FullName, .. parts[i..]]);
                if (File.Exists(path))
                {
                    return path;
                }
            }
        }

        throw new SnapshotMismatchException(
            $"The source of the test is not on this machine: '{file}' was not found below '{runs}' or any folder above it. The path is what the compiler was "
            + "told to write (ContinuousIntegrationBuild, PathMap); run the tests from inside the repository, or set <DeterministicSourcePaths>false</DeterministicSourcePaths> in the test project.");
    }

    private static string Normalize(string text) => text.Replace("\r\n", "\n", StringComparison.Ordinal).TrimStart('\uFEFF').TrimEnd('\n') + "\n";
}
