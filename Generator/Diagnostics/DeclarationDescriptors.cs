// Texts of the rules about classes: declarations that C# or the language of networks does not allow. Knows no rule: who reports an id fills its placeholders.
using System.Collections.Generic;
using Microsoft.CodeAnalysis;

namespace SeqGen.Generator.Diagnostics;

/// <summary>Descriptors of the rules about classes: declarations that C# or the language of networks does not allow.</summary>
internal static class DeclarationDescriptors
{
    private static readonly DiagnosticDescriptor NotPartial = new(
        "SEQ0001",
        "Class is not partial",
        "'{0}' is not partial, so the network cannot be added to it; write 'partial class {0}'",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0001");

    private static readonly DiagnosticDescriptor ContainingTypeNotPartial = new(
        "SEQ0002",
        "Containing type is not partial",
        "'{1}' contains the network '{0}' and is not partial; write 'partial' before it, or move '{0}' out of it",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0002");

    private static readonly DiagnosticDescriptor Static = new(
        "SEQ0003",
        "Network class is static",
        "'{0}' is static, but a network is an object with its own parameters; remove 'static'",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0003");

    private static readonly DiagnosticDescriptor Abstract = new(
        "SEQ0004",
        "Network class is abstract",
        "'{0}' is abstract, but the generated code creates instances of it; remove 'abstract'",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0004");

    private static readonly DiagnosticDescriptor Generic = new(
        "SEQ0005",
        "Network class is generic",
        "'{0}' cannot be a network because {1} has type parameters; declare one non-generic class per network",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0005");

    private static readonly DiagnosticDescriptor NotAPlainClass = new(
        "SEQ0006",
        "Network is not a plain class",
        "'{0}' is a {1}, but a network is an object with identity and large buffers; declare it as 'partial class {0}'",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0006");

    private static readonly DiagnosticDescriptor FileLocal = new(
        "SEQ0007",
        "Network class is local to its file",
        "'{0}' is inside 'file' scope, where generated code in another file cannot reach it; remove 'file', for instance in favour of 'internal'",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0007");

    private static readonly DiagnosticDescriptor PrimaryConstructor = new(
        "SEQ0008",
        "Network class has a primary constructor",
        "'{0}' has a primary constructor, which the generated constructor would have to call; remove the parameter list, and declare an ordinary constructor that calls Initialize(seed) where you need one",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0008");

    private static readonly DiagnosticDescriptor MemberClash = new(
        "SEQ0009",
        "Member has the name of a generated one",
        "'{0}.{1}' clashes with the generated member of that name; rename yours",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0009");

    private static readonly DiagnosticDescriptor LayersOnTwoParts = new(
        "SEQ0010",
        "Layers on two parts of a class",
        "[{1}] is on another part of '{0}' than the layers before it; C# gives attributes of different parts no order, so put all layers on one part",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0010");

    private static readonly DiagnosticDescriptor LayersWithoutNetwork = new(
        "SEQ0011",
        "Layers without [Network]",
        "'{0}' has [{1}] but not [Network], so nothing is generated; add [Network(Inputs = ..., Timesteps = ...)] before it",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0011");

    private static readonly DiagnosticDescriptor NetworkWithoutLayers = new(
        "SEQ0012",
        "Network without layers",
        "'{0}' has no layers; add at least one after [Network], for instance [Lstm(32)]",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0012");

    private static readonly DiagnosticDescriptor OldLanguage = new(
        "SEQ0013",
        "C# is too old",
        "'{0}' needs C# 12 or later, and this project compiles as C# {1}; set <LangVersion>12</LangVersion> or later in the project file",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0013");

    private static readonly DiagnosticDescriptor RuntimeMissing = new(
        "SEQ0014",
        "SeqGen runtime is missing",
        "'{0}' needs the SeqGen runtime, but the referenced assembly has the attributes alone; refer to the package SeqGen",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0014");

    private static readonly DiagnosticDescriptor RuntimeOfAnotherVersion = new(
        "SEQ0015",
        "SeqGen runtime of another version",
        "'{0}' is generated for contract {2} of the SeqGen runtime, but the referenced one has {1}; use the same version of generator and runtime, which the package SeqGen contains",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0015");

    private static readonly DiagnosticDescriptor ClassNameClash = new(
        "SEQ0016",
        "Class has the name of a generated member",
        "The network class '{0}' has the name of one of its generated members, which C# does not allow; rename the class",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0016");

    private static readonly DiagnosticDescriptor BaseClass = new(
        "SEQ0017",
        "Base class cannot be constructed",
        "The generated constructor of '{0}' cannot call a constructor of the base class '{1}' without arguments; declare a constructor in '{0}' that does and that calls Initialize(seed)",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0017");

    private static readonly DiagnosticDescriptor GeneratedArgument = new(
        "SEQ0018",
        "Argument depends on generated code",
        "An argument on '{0}' has a value only in generated code, which does not exist yet while networks are generated; write the number, or a constant of your own",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0018");

    private static readonly DiagnosticDescriptor Interface = new(
        "SEQ0019",
        "Network is an interface",
        "'{0}' is an interface, which cannot hold the parameters of a network; declare it as 'partial class {0}'; every network implements INetwork already",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0019");

    private static readonly DiagnosticDescriptor EmptyConstructor = new(
        "SEQ0020",
        "Constructor leaves the parameters zero",
        "This constructor of '{0}' gives the parameters no values, so they stay zero, and a network of zeros gives zeros and learns next to nothing; call Initialize(seed) or Load(path) in it",
        Descriptors.Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0020");

    public static IReadOnlyList<DiagnosticDescriptor> All { get; } =
    [
        NotPartial, ContainingTypeNotPartial, Static, Abstract, Generic, NotAPlainClass, FileLocal, PrimaryConstructor,
        MemberClash, LayersOnTwoParts, LayersWithoutNetwork, NetworkWithoutLayers, OldLanguage, RuntimeMissing,
        RuntimeOfAnotherVersion, ClassNameClash, BaseClass, GeneratedArgument, Interface, EmptyConstructor,
    ];
}
