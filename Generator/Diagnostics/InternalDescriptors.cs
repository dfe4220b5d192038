// Texts of mistakes of the generator itself. Knows no rule: who reports an id fills its placeholders.
using System.Collections.Generic;
using Microsoft.CodeAnalysis;

namespace SeqGen.Generator.Diagnostics;

/// <summary>Descriptors of mistakes of the generator itself.</summary>
internal static class InternalDescriptors
{
    private static readonly DiagnosticDescriptor InternalError = new(
        "SEQ9999",
        "Internal error of the generator",
        "The generator failed on '{0}' with {1}: {2}; this is a mistake in SeqGen, please report it with the declaration",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq9999");

    public static IReadOnlyList<DiagnosticDescriptor> All { get; } =
    [
        InternalError,
    ];
}
