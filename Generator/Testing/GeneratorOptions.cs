// What a test can choose about a run of the generator. It holds values and does nothing.
using System.Collections.Generic;

namespace SeqGen.Testing;

/// <summary>How the generator is run over a source text.</summary>
public sealed class GeneratorOptions
{
    /// <summary>The language version, as in a project's <c>LangVersion</c>.</summary>
    public string LanguageVersion { get; init; } = "12";

    /// <summary>Further source files of the compilation.</summary>
    public IReadOnlyList<string> OtherSources { get; init; } = [];

    /// <summary>Paths of assemblies that the source refers to, besides the framework and SeqGen.</summary>
    public IReadOnlyList<string> References { get; init; } = [];

    /// <summary>The version of the framework's assemblies is that of the running test.</summary>
    internal static GeneratorOptions Default { get; } = new();
}
