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

    private static string Stem(string file, string member) =>
        Path.Combine(Path.GetDirectoryName(file) ?? "", Path.GetFileNameWithoutExtension(file) + "." + member);

    private static string Normalize(string text) => text.Replace("\r\n", "\n", StringComparison.Ordinal).TrimStart('\uFEFF').TrimEnd('\n') + "\n";
}
