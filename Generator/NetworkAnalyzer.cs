// Reports what is wrong with a declaration, at the place where it is wrong. It runs the generator's own parser and shape rules.
// Reporting is not done by the generator because its locations would be rebuilt ones, which #pragma warning disable does not reach.
using System;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using SeqGen.Generator.Diagnostics;
using SeqGen.Generator.Model;
using SeqGen.Generator.Parsing;

namespace SeqGen.Generator;

/// <summary>Reports mistakes in declarations of networks.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class NetworkAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => Descriptors.All;

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.RegisterSymbolAction(Analyze, SymbolKind.NamedType);
    }

    private static void Analyze(SymbolAnalysisContext context)
    {
        var symbol = (INamedTypeSymbol)context.Symbol;
        if (!AttributeOrder.Any(symbol) || NetworkParser.Parse(symbol, context.Compilation, context.CancellationToken) is not { } parsed)
        {
            return;
        }

        foreach (Finding finding in parsed.Findings)
        {
            context.ReportDiagnostic(Descriptors.Create(finding.Id, finding.Location, finding.Values));
        }

        if (parsed.State != DeclarationState.Sound)
        {
            return;
        }

        if (GeneratedConstants.Find(parsed, context.Compilation, context.CancellationToken) is { } unreadable)
        {
            context.ReportDiagnostic(Descriptors.Create(unreadable.Id, unreadable.Location, unreadable.Values));
            return;
        }

        foreach (Problem problem in Check(parsed.Spec).Concat(GeneratedConstants.UnrollProblems(parsed)))
        {
            context.ReportDiagnostic(Descriptors.Create(problem.Id, ArgumentLocations.Of(parsed, problem), problem.Values));
        }
    }

    private static EquatableArray<Problem> Check(NetworkSpec spec)
    {
        try
        {
            return NetworkCompiler.Check(spec);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The generator meets the same exception and reports it, once, as an internal error.
            return EquatableArray<Problem>.Empty;
        }
    }
}
