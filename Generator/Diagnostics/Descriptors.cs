// Finds a descriptor by its id, and turns a finding into a diagnostic. The texts are in the files beside this one.
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace SeqGen.Generator.Diagnostics;

/// <summary>A change of the source that mends a mistake.</summary>
/// <param name="Place">What is replaced; empty where something is put in.</param>
/// <param name="Text">What stands there afterwards.</param>
internal sealed record SuggestedEdit(Location Place, string Text);

/// <summary>All descriptors.</summary>
internal static class Descriptors
{
    public const string Category = "SeqGen";

    /// <summary>Where each diagnostic is explained; its id in small letters follows.</summary>
    public const string Help = "https://github.com/SeqGen/SeqGen/blob/main/docs/diagnostics.md#";

    public const string InternalErrorId = "SEQ9999";

    public static ImmutableArray<DiagnosticDescriptor> All { get; } =
        DeclarationDescriptors.All.Concat(ShapeDescriptors.All).Concat(SectionDescriptors.All).Concat(CellDescriptors.All).Concat(InternalDescriptors.All).ToImmutableArray();

    private static readonly Dictionary<string, DiagnosticDescriptor> ById = All.ToDictionary(d => d.Id);

    /// <summary>The property of a diagnostic with the text that mends it, where one is sure; the place it goes to is the first additional location.</summary>
    public const string Replacement = "Replacement";

    /// <summary>The diagnostic of that id. An id that has no text is a mistake of the generator and is reported as one, not thrown.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="location">Its place.</param>
    /// <param name="values">What fills the message's placeholders; also the properties 0, 1, ... of the diagnostic.</param>
    /// <param name="edit">What mends it, for code fixes.</param>
    public static Diagnostic Create(string id, Location location, IEnumerable<string> values, SuggestedEdit? edit = null)
    {
        if (!ById.TryGetValue(id, out DiagnosticDescriptor? descriptor))
        {
            return Diagnostic.Create(ById[InternalErrorId], location, "this declaration", "unknown diagnostic", id);
        }

        string[] texts = values.ToArray();
        ImmutableDictionary<string, string?> properties = texts
            .Select((text, i) => new KeyValuePair<string, string?>(i.ToString(CultureInfo.InvariantCulture), text))
            .ToImmutableDictionary();
        return edit is null
            ? Diagnostic.Create(descriptor, location, properties, texts)
            : Diagnostic.Create(descriptor, location, [edit.Place], properties.Add(Replacement, edit.Text), texts);
    }

    /// <summary>Whether a problem of that id lets nothing be generated.</summary>
    public static bool IsError(string id) =>
        !ById.TryGetValue(id, out DiagnosticDescriptor? descriptor) || descriptor.DefaultSeverity == DiagnosticSeverity.Error;
}
