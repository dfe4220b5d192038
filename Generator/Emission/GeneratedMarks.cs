// What the generator writes on its code for tools to read: attributes for coverage and style checks, constants for the analyzer.
// Knows no member of a network.
namespace SeqGen.Generator.Emission;

internal static class GeneratedMarks
{
    /// <summary>The constant by which the analyzer sees that the generator could not read the arguments.</summary>
    public const string Unreadable = "_seqGenUnreadable";

    /// <summary>The constant by which the analyzer sees that <c>Unroll</c> is over budget; its value is the largest possible.</summary>
    public const string LargestUnroll = "_seqGenLargestUnroll";

    private static readonly string _generated =
        $"global::System.CodeDom.Compiler.GeneratedCode(\"SeqGen.Generator\", \"{typeof(GeneratedMarks).Assembly.GetName().Version.ToString(3)}\")";

    /// <summary>On a constant or a field, which coverage does not count.</summary>
    public static string OnData { get; } = "[" + _generated + "]";

    /// <summary>On every other member and type: a user's coverage is that of his own code.</summary>
    public static string OnCode { get; } = "[" + _generated + ", global::System.Diagnostics.CodeAnalysis.ExcludeFromCodeCoverage]";
}
