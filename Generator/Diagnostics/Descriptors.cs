// Finds a descriptor by its id, and turns a finding into a diagnostic. The texts are in the files beside this one.
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace SeqGen.Generator.Diagnostics;

/// <summary>All descriptors.</summary>
internal static class Descriptors
{
    public const string Category = "SeqGen";

    /// <summary>Where each diagnostic is explained; its id in small letters follows.</summary>
    public const string Help = "https://github.com/SeqGen/SeqGen/blob/main/docs/diagnostics.md#";

    public const string InternalErrorId = "SEQ9999";

    public static ImmutableArray<DiagnosticDescriptor> All { get; } =
        DeclarationDescriptors.All.Concat(ShapeDescriptors.All).Concat(SectionDescriptors.All).Concat(InternalDescriptors.All).ToImmutableArray();

    private static readonly Dictionary<string, DiagnosticDescriptor> ById = All.ToDictionary(d => d.Id);

    /// <summary>The diagnostic of that id. An id that has no text is a mistake of the generator and is reported as one, not thrown.</summary>
    public static Diagnostic Create(string id, Location location, IEnumerable<string> values) =>
        ById.TryGetValue(id, out DiagnosticDescriptor? descriptor)
            ? Diagnostic.Create(descriptor, location, values.ToArray<object>())
            : Diagnostic.Create(ById[InternalErrorId], location, "this declaration", "unknown diagnostic", id);

    /// <summary>Whether a problem of that id lets nothing be generated.</summary>
    public static bool IsError(string id) =>
        !ById.TryGetValue(id, out DiagnosticDescriptor? descriptor) || descriptor.DefaultSeverity == DiagnosticSeverity.Error;
}
