// Texts of the rules about layers, sizes and losses. Knows no rule: who reports an id fills its placeholders.
using System.Collections.Generic;
using Microsoft.CodeAnalysis;

namespace SeqGen.Generator.Diagnostics;

/// <summary>Descriptors of the rules about layers, sizes and losses.</summary>
internal static class ShapeDescriptors
{
    private static readonly DiagnosticDescriptor Size = new(
        "SEQ0101",
        "Size is missing or not positive",
        "{0} must be a positive number of units, and is {1}",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0101");

    private static readonly DiagnosticDescriptor Input = new(
        "SEQ0102",
        "Input is not said, or said twice",
        "A network has either Inputs (numbers per step) or Tokens (number of different tokens), and here {0}; for instance [Network(Inputs = 8, Timesteps = 64)]",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0102");

    private static readonly DiagnosticDescriptor Timesteps = new(
        "SEQ0103",
        "Timesteps is missing or not positive",
        "Timesteps must be the positive number of steps in a training window, and is {0}; for instance Timesteps = 64",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0103");

    private static readonly DiagnosticDescriptor OutOfRange = new(
        "SEQ0104",
        "Argument out of range",
        "{0} must be {1}, and is {2}",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0104");

    private static readonly DiagnosticDescriptor NeedsSequence = new(
        "SEQ0105",
        "Layer needs a sequence",
        "[{0}] needs an output of the layer before at every step, but [{1}] gives that of the last step alone; write Returns = Returns.Sequence there",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0105");

    private static readonly DiagnosticDescriptor TokensAndEmbedding = new(
        "SEQ0106",
        "Tokens and [Embedding] do not fit",
        "{0}",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0106");

    private static readonly DiagnosticDescriptor LossDoesNotFit = new(
        "SEQ0107",
        "Loss does not fit the output",
        "[{0}] does not fit the output: {1}",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0107");

    private static readonly DiagnosticDescriptor Activation = new(
        "SEQ0108",
        "Activation is not possible here",
        "Activation {0} is not possible in [{1}]; possible are {2}",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0108");

    private static readonly DiagnosticDescriptor AfterTheLoss = new(
        "SEQ0109",
        "Attribute after the loss",
        "[{0}] stands after the loss, which must be the last attribute of a network or of a head, and its only loss; move or remove it",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0109");

    private static readonly DiagnosticDescriptor LayerName = new(
        "SEQ0110",
        "Bad name of a layer",
        "The layer name '{0}' is not possible: {1}",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0110");

    private static readonly DiagnosticDescriptor UnrollOverBudget = new(
        "SEQ0111",
        "Unrolling over budget",
        "Unroll = {0} would make methods larger than the compiler optimizes, so a loop is generated instead; the largest possible is {1}",
        Descriptors.Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0111");

    private static readonly DiagnosticDescriptor TooLarge = new(
        "SEQ0112",
        "Network is too large",
        "The network has {1} {0}, and at most {2} are possible; make layers smaller or fewer",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0112");

    private static readonly DiagnosticDescriptor UnknownLayer = new(
        "SEQ0113",
        "Unknown kind of layer",
        "[{0}] is not known to this version of the generator; use the generator that belongs to the package the attribute comes from",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0113");

    private static readonly DiagnosticDescriptor NotAMember = new(
        "SEQ0115",
        "Value is not a member of its enum",
        "{0} is {1}, which is not a member of {2}; write one of its members",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0115");

    private static readonly DiagnosticDescriptor Exclusive = new(
        "SEQ0121",
        "Options exclude each other",
        "{1} and {2} of [{0}] exclude each other: {3}",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0121");

    private static readonly DiagnosticDescriptor PassingBy = new(
        "SEQ0122",
        "Input cannot pass by the layer",
        "{0} is not possible in this [{1}]: {2}",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0122");

    private static readonly DiagnosticDescriptor NoSense = new(
        "SEQ0123",
        "Option makes no sense in this layer",
        "{0} makes no sense in this [{1}]: {2}",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0123");

    private static readonly DiagnosticDescriptor NoResets = new(
        "SEQ0124",
        "Layer cannot begin anew inside a sequence",
        "[{0}] cannot be in a network with Resets = true: {1}",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0124");

    public static IReadOnlyList<DiagnosticDescriptor> All { get; } =
    [
        Size, Input, Timesteps, OutOfRange, NeedsSequence, TokensAndEmbedding, LossDoesNotFit, Activation, AfterTheLoss,
        LayerName, UnrollOverBudget, TooLarge, UnknownLayer, NotAMember,
        Exclusive, PassingBy, NoSense, NoResets,
    ];
}
