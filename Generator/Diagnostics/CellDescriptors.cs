// Texts of the rules about cells, losses and activations of a user's own. Knows no rule: who reports an id fills its placeholders.
using System.Collections.Generic;
using Microsoft.CodeAnalysis;

namespace SeqGen.Generator.Diagnostics;

/// <summary>Descriptors of the rules about methods that become layers.</summary>
internal static class CellDescriptors
{
    private static readonly DiagnosticDescriptor NotACell = new(
        "SEQ0301",
        "Class is not a cell, a loss or an activation",
        "'{0}' {1}",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0301");

    private static readonly DiagnosticDescriptor DataBranch = new(
        "SEQ0302",
        "Condition depends on data",
        "{1} is no condition of the compiler's in '{0}': it differs from step to step; write Select(condition, a, b) for a choice by data; 'if', '?:' and 'switch' are for constants and options",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0302");

    private static readonly DiagnosticDescriptor Loop = new(
        "SEQ0303",
        "Loop without constant bounds",
        "A loop of '{0}' cannot be unrolled: {1}",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0303");

    private static readonly DiagnosticDescriptor Recursion = new(
        "SEQ0304",
        "Recursion in a cell",
        "'{1}' of '{0}' calls itself; a step is finite; write a loop with constant bounds, or carry the value to the next step by a state",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0304");

    private static readonly DiagnosticDescriptor Heap = new(
        "SEQ0305",
        "Cell makes an object",
        "{1} in '{0}' makes an object, and a step has vectors, matrices, numbers and tuples alone; write Concat for a longer vector, a tuple for several results, a method for a function",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0305");

    private static readonly DiagnosticDescriptor Outside = new(
        "SEQ0306",
        "Cell reads or writes outside of the step",
        "In '{0}', {1}",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0306");

    private static readonly DiagnosticDescriptor UnknownCall = new(
        "SEQ0307",
        "Cell calls what cannot be differentiated",
        "'{0}' calls '{1}', which has no place in a step: {2}",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0307");

    private static readonly DiagnosticDescriptor Construct = new(
        "SEQ0308",
        "Construct has no meaning in a cell",
        "In '{0}', {1} has no meaning in a step; write assignments to variables, calls of functions on Vec, Mat and Scalar, loops and branches on constants",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0308");

    private static readonly DiagnosticDescriptor WeightTwice = new(
        "SEQ0309",
        "Weight is used in two ways",
        "'{0}' uses the weight '{1}' twice with other sources or sizes; a weight is read in one place; give the other one another name, or keep the result in a variable and use that twice",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0309");

    private static readonly DiagnosticDescriptor Shapes = new(
        "SEQ0310",
        "Shapes do not fit",
        "In '{0}', {1} of {2} and {3} does not fit; both need one size, or one of them is a number",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0310");

    private static readonly DiagnosticDescriptor Value = new(
        "SEQ0311",
        "Value is missing or out of range",
        "In '{0}', {1}",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0311");

    private static readonly DiagnosticDescriptor StateSize = new(
        "SEQ0312",
        "Step gives another size than the state has",
        "In '{0}', {1} is {2}, and the step gives {3}; give the state another size by [Size(...)], or the gates by their argument units",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0312");

    private static readonly DiagnosticDescriptor Refused = new(
        "SEQ0313",
        "Cell refuses an option",
        "'{0}' does not take these options: {1}",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0313");

    private static readonly DiagnosticDescriptor NoCode = new(
        "SEQ0314",
        "Cell of another assembly brings no code",
        "'{0}' comes from the assembly '{1}', which has no code of it that this version understands; build that assembly with the package SeqGen of this version, and make the class public",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0314");

    private static readonly DiagnosticDescriptor CheckedCell = new(
        "SEQ0315",
        "Check sees no cell",
        "CellCheck.Run is written with the cell in it, 'CellCheck.Run(new XAttribute(5))', and with constants alone, so that a network of it can be generated",
        Descriptors.Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Descriptors.Help + "seq0315");

    public static IReadOnlyList<DiagnosticDescriptor> All { get; } =
    [
        NotACell, DataBranch, Loop, Recursion, Heap, Outside, UnknownCall, Construct, WeightTwice,
        Shapes, Value, StateSize, Refused, NoCode, CheckedCell,
    ];
}
