// Everything that is wrong with one declaration, as diagnostics at their places: what the analyzer reports, and the generator where no
// analyzer runs. The rules are elsewhere.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using SeqGen.Generator.Diagnostics;
using SeqGen.Generator.Model;
using SeqGen.Generator.Parsing;
using SeqGen.Generator.Parsing.Cells;

namespace SeqGen.Generator;

/// <summary>The diagnostics of a declaration.</summary>
internal static class DeclarationReport
{
    /// <param name="symbol">A class, or anything else that has attributes of ours.</param>
    /// <param name="compilation">What it is in.</param>
    /// <param name="isGenerated">Whether the compilation holds what was generated from it: the analyzer's does, the generator's does not.</param>
    /// <param name="cancel">Ends the work.</param>
    public static IEnumerable<Diagnostic> Of(INamedTypeSymbol symbol, Compilation compilation, bool isGenerated, CancellationToken cancel)
    {
        foreach (Finding finding in CellReader.KindOf(symbol) is not null ? CellReader.Read(symbol, compilation, cancel).Findings : [])
        {
            yield return Descriptors.Create(finding.Id, finding.Location, finding.Values);
        }

        if (!AttributeOrder.Any(symbol) || NetworkParser.Parse(symbol, compilation, cancel) is not { } parsed)
        {
            yield break;
        }

        foreach (Finding finding in parsed.Findings)
        {
            yield return Create(parsed, finding);
        }

        if (parsed.State == DeclarationState.Mistaken)
        {
            yield break;
        }

        // After generation such an argument is readable; before, it is not, like one that is no constant at all.
        bool isSound = parsed.State == DeclarationState.Sound;
        Finding? unreadable = !isGenerated ? GeneratedConstants.Foresee(parsed, compilation, cancel)
            : isSound ? GeneratedConstants.Find(parsed, compilation, cancel) : null;
        if (unreadable is not null)
        {
            yield return Create(parsed, unreadable);
        }
        else if (isSound)
        {
            foreach (Problem problem in Problems(parsed, isGenerated, cancel))
            {
                var finding = new Finding(problem.Id, ArgumentLocations.Of(parsed, problem), problem.Values);
                yield return Create(parsed, finding, problem.Layer);
            }
        }
    }

    private static Diagnostic Create(ParsedNetwork parsed, Finding finding, int layer = -1) =>
        Descriptors.Create(finding.Id, finding.Location, finding.Values, SuggestedEdits.Of(parsed, finding, layer));

    private static IEnumerable<Problem> Problems(ParsedNetwork parsed, bool isGenerated, CancellationToken cancel)
    {
        try
        {
            EquatableArray<Problem> problems = NetworkCompiler.Check(parsed.Spec);
            return problems.Count > 0 || (!isGenerated && parsed.Spec.Arguments.Int("Unroll") <= 1) ? problems
                : isGenerated ? GeneratedConstants.UnrollProblems(parsed)
                : NetworkCompiler.Compile(parsed.Spec, cancel).Problems;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The generator meets the same exception and reports it, once, as an internal error.
            return [];
        }
    }
}
