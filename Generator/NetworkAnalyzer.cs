// Reports what is wrong with a declaration, at the place where it is wrong. It runs the generator's own parser and shape rules.
// Where a build runs no analyzers the generator reports the same (SeqGenGenerator, BuildOptions), never both.
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using SeqGen.Generator.Diagnostics;
using SeqGen.Generator.Parsing;
using SeqGen.Generator.Parsing.Cells;

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
        context.RegisterCompilationStartAction(static start =>
        {
            // Where the generator reports, a second analysis, should it run all the same, is silent.
            if (!BuildOptions.GeneratorReports(start.Options.AnalyzerConfigOptionsProvider.GlobalOptions))
            {
                start.RegisterSymbolAction(Analyze, SymbolKind.NamedType);
                start.RegisterOperationAction(AnalyzeCheck, OperationKind.Invocation);
            }
        });
    }

    private static void AnalyzeCheck(OperationAnalysisContext context)
    {
        if (CheckCalls.MayBe(context.Operation.Syntax) && CheckCalls.Read(context.Operation, context.Compilation, context.CancellationToken) is { } read)
        {
            foreach (Finding finding in read.Findings)
            {
                context.ReportDiagnostic(Descriptors.Create(finding.Id, finding.Location, finding.Values));
            }
        }
    }

    private static void Analyze(SymbolAnalysisContext context)
    {
        foreach (Diagnostic diagnostic in DeclarationReport.Of((INamedTypeSymbol)context.Symbol, context.Compilation, isGenerated: true, context.CancellationToken))
        {
            context.ReportDiagnostic(diagnostic);
        }
    }
}
