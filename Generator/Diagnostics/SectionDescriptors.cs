// Texts of the rules about sections: heads, encoders, decoders and attention. Knows no rule: who reports an id fills its placeholders.
using System.Collections.Generic;
using Microsoft.CodeAnalysis;

namespace SeqGen.Generator.Diagnostics;

/// <summary>Descriptors of the rules about sections.</summary>
internal static class SectionDescriptors
{
    private static readonly DiagnosticDescriptor Sections = new(
        "SEQ0130",
        "Sections do not make a network",
        "{0}",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0130");

    private static readonly DiagnosticDescriptor BeforeSections = new(
        "SEQ0131",
        "Layer before the encoder",
        "[{0}] stands before [{1}], so it belongs to no section; move it behind [Encoder] or [Decoder]",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0131");

    private static readonly DiagnosticDescriptor LossPlace = new(
        "SEQ0132",
        "Loss in a section without an output",
        "[{0}] stands where there is no output: {1}",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0132");

    private static readonly DiagnosticDescriptor EmptySection = new(
        "SEQ0133",
        "Section without layers",
        "[{0}] has no layers; add at least one after it",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0133");

    private static readonly DiagnosticDescriptor HeadName = new(
        "SEQ0134",
        "Bad name of a head",
        "The head name '{0}' is not possible: {1}",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0134");

    private static readonly DiagnosticDescriptor AttentionPlace = new(
        "SEQ0135",
        "Attention has nothing to look at",
        "{0}",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0135");

    private static readonly DiagnosticDescriptor StateMisfit = new(
        "SEQ0136",
        "States of encoder and decoder do not fit",
        "This layer starts from the final states of the encoder's recurrent layer at the same place from the end; its state '{0}' has {1}, and that layer {2}; make kind and units equal (twice the units where the encoder reads in both directions), write Bridge = true on [Decoder], or InitialState here to start by itself",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0136");

    private static readonly DiagnosticDescriptor EncoderUnread = new(
        "SEQ0137",
        "Decoder reads nothing of its encoder",
        "Nothing of what the encoder read reaches the decoder; give both a recurrent layer, or the decoder an attention such as [LuongAttention]",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0137");

    private static readonly DiagnosticDescriptor Writing = new(
        "SEQ0138",
        "Decoder cannot write by itself",
        "{0}",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0138");

    public static IReadOnlyList<DiagnosticDescriptor> All { get; } =
    [
        Sections, BeforeSections, LossPlace, EmptySection, HeadName, AttentionPlace, StateMisfit, EncoderUnread, Writing,
    ];
}
