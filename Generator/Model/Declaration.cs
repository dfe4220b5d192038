// What the pipeline carries between reading a declaration and writing its source: plain values alone, so that it can be cached.
// Which mistakes there are and where they are is not in here; the analyzer finds them again with the same parser.
using System;

namespace SeqGen.Generator.Model;

/// <summary>How far a declaration can be taken.</summary>
internal enum DeclarationState
{
    /// <summary>It can be compiled; the shape rules have not been asked yet.</summary>
    Sound,

    /// <summary>The parser found a mistake that it has a diagnostic for.</summary>
    Mistaken,

    /// <summary>An argument has no constant value: the compiler reports that itself, or the value lies in generated code.</summary>
    Unreadable,
}

/// <summary>A declaration as the pipeline carries it.</summary>
internal sealed record Declaration(NetworkSpec Network, SurfaceSpec Surface, DeclarationState State);

/// <summary>What is needed to reopen a class with a mistake so that uses of the network still compile. A superset of what a network may be.</summary>
/// <param name="Keyword">class, record, struct or record struct.</param>
/// <param name="TypeParameters">With angle brackets, or empty.</param>
/// <param name="IsStatic">A static class takes the constants only.</param>
/// <param name="ConstructorInitializer">What follows the constructor's parameters, e.g. <c>: this(default(int)!)</c>; null to leave the constructor out.</param>
/// <param name="Without">Generated members that the user's own clash with, a method with the types of its parameters.</param>
/// <param name="HasRuntime">Whether the runtime's types can be named.</param>
/// <param name="HasInterface">Whether the class can implement the network interface (C# 12, a plain class).</param>
internal sealed record SurfaceSpec(
    string Keyword,
    string TypeParameters,
    bool IsStatic,
    string? ConstructorInitializer,
    EquatableArray<string> Without,
    bool HasRuntime,
    bool HasInterface);

/// <summary>What the compiler made of a sound declaration.</summary>
/// <param name="Source">The generated file, or null where <paramref name="Problems"/> holds an error.</param>
/// <param name="Problems">What the shape rules found, warnings as well.</param>
internal sealed record CompiledNetwork(string? Source, EquatableArray<Problem> Problems);

/// <summary>A generated file.</summary>
/// <param name="HintName">File name with extension.</param>
/// <param name="Text">Its text, <c>\n</c> at line ends.</param>
/// <param name="InternalError">What went wrong inside the generator, or null.</param>
internal sealed record GeneratedFile(string HintName, string Text, InternalError? InternalError);

/// <summary>An exception inside the compiler, as values.</summary>
internal sealed record InternalError(string Network, string Type, string Message);
