// The pipeline: a class with [Network] is read into plain values, compiled, and added as one file. What each step does is elsewhere:
// Parsing/ reads, NetworkCompiler compiles, Emission/FailedSurface stands in for a declaration with a mistake. NetworkAnalyzer reports what
// is wrong with a declaration; from here come internal errors, and, in a build that runs no analyzers, all the others.
using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using SeqGen.Generator.Diagnostics;
using SeqGen.Generator.Emission;
using SeqGen.Generator.Model;
using SeqGen.Generator.Parsing;
using SeqGen.Generator.Parsing.Cells;

namespace SeqGen.Generator;

/// <summary>Generates the networks that are declared with <c>[Network]</c>.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class SeqGenGenerator : IIncrementalGenerator
{
    /// <summary>Names of the pipeline's steps, for caching tests.</summary>
    internal static class Steps
    {
        public const string Declarations = "SeqGen.Declarations";
        public const string Files = "SeqGen.Files";
        public const string Cells = "SeqGen.Cells";
        public const string Checks = "SeqGen.Checks";
    }

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        Generate(context, context.SyntaxProvider
            .ForAttributeWithMetadataName(Names.NetworkAttribute, static (node, _) => node is TypeDeclarationSyntax, Read));

        // Layers without [Network]: a mistake that is reported at the layers; the class is added to so that its uses are not mistakes too.
        Generate(context, context.SyntaxProvider.CreateSyntaxProvider(static (node, _) => LoneLayers.MayBe(node), ReadLoneLayers));

        // Cells, losses and activations that other projects can use travel in the assembly.
        IncrementalValueProvider<ImmutableArray<CellCode>> cells = context.SyntaxProvider.CreateSyntaxProvider(static (node, _) => CellReader.MayBe(node), ReadCell)
            .Where(static cell => cell is not null)
            .Select(static (cell, _) => cell!)
            .WithTrackingName(Steps.Cells)
            .Collect();
        context.RegisterSourceOutput(cells, static (production, all) =>
        {
            if (CellFile.Write(all) is { } text)
            {
                production.AddSource(CellFile.HintName, SourceText.From(text, Encoding.UTF8));
            }
        });

        IncrementalValuesProvider<CellCheckCall> checks = context.SyntaxProvider
            .CreateSyntaxProvider(static (node, _) => CheckCalls.MayBe(node), static (node, cancel) => CheckCalls.Read(node.SemanticModel.GetOperation(node.Node, cancel), node.SemanticModel.Compilation, cancel)?.Model)
            .Where(static call => call is not null)
            .Select(static (call, _) => call!)
            .WithTrackingName(Steps.Checks)
            .Collect()
            .SelectMany(static (calls, _) => calls.Distinct());
        context.RegisterSourceOutput(checks, static (production, call) => AddCheck(production, call));

        IncrementalValueProvider<bool> reports = context.AnalyzerConfigOptionsProvider.Select(static (options, _) => BuildOptions.GeneratorReports(options.GlobalOptions));
        IncrementalValuesProvider<Compilation> unanalyzed = context.CompilationProvider.Combine(reports)
            .SelectMany(static (pair, _) => pair.Right ? ImmutableArray.Create(pair.Left) : ImmutableArray<Compilation>.Empty);
        context.RegisterSourceOutput(unanalyzed, Report);
    }

    private static void Generate(IncrementalGeneratorInitializationContext context, IncrementalValuesProvider<Declaration?> read)
    {
        IncrementalValuesProvider<GeneratedFile> files = read
            .Where(static declaration => declaration is not null)
            .Select(static (declaration, _) => declaration!)
            .WithTrackingName(Steps.Declarations)
            .Select(static (declaration, cancel) => Generate(declaration, NetworkCompiler.Compile, cancel))
            .WithTrackingName(Steps.Files);

        context.RegisterSourceOutput(files, Add);
    }

    /// <summary>A build without analyzers: it runs once, so nothing is kept, and real locations make <c>#pragma</c> work.</summary>
    private static void Report(SourceProductionContext context, Compilation compilation)
    {
        var open = new Stack<INamespaceOrTypeSymbol>([compilation.SourceModule.GlobalNamespace]);
        while (open.Count > 0)
        {
            foreach (INamespaceOrTypeSymbol member in open.Pop().GetMembers().OfType<INamespaceOrTypeSymbol>())
            {
                context.CancellationToken.ThrowIfCancellationRequested();
                open.Push(member);
                if (member is INamedTypeSymbol type)
                {
                    foreach (Diagnostic diagnostic in DeclarationReport.Of(type, compilation, isGenerated: false, context.CancellationToken))
                    {
                        context.ReportDiagnostic(diagnostic);
                    }
                }
            }
        }

        foreach (SyntaxTree tree in compilation.SyntaxTrees)
        {
            foreach (SyntaxNode call in tree.GetRoot(context.CancellationToken).DescendantNodes().Where(CheckCalls.MayBe))
            {
                foreach (Finding finding in CheckCalls.Read(compilation.GetSemanticModel(tree).GetOperation(call, context.CancellationToken), compilation, context.CancellationToken)?.Findings ?? [])
                {
                    context.ReportDiagnostic(Descriptors.Create(finding.Id, finding.Location, finding.Values));
                }
            }
        }
    }

    private static Declaration? Read(GeneratorAttributeSyntaxContext context, CancellationToken cancel)
    {
        if (NetworkParser.Parse((INamedTypeSymbol)context.TargetSymbol, context.SemanticModel.Compilation, cancel) is not { } parsed)
        {
            return null;
        }

        // [Network] on two parts is an error of its own, and would otherwise give two files of one name.
        return parsed.Attributes.Network?.Part == context.TargetNode ? parsed.ToModel() : null;
    }

    private static void AddCheck(SourceProductionContext context, CellCheckCall call)
    {
        if (NetworkCompiler.Compile(call.Network, context.CancellationToken).Source is { } source)
        {
            context.AddSource(call.Network.HintName + ".g.cs", SourceText.From(source.Replace("\r\n", "\n"), Encoding.UTF8));
            context.AddSource(call.Network.HintName + ".Plan.g.cs", SourceText.From(CellCheckFile.Write(call), Encoding.UTF8));
        }
    }

    private static CellCode? ReadCell(GeneratorSyntaxContext context, CancellationToken cancel) =>
        context.SemanticModel.GetDeclaredSymbol(context.Node, cancel) is INamedTypeSymbol symbol && CellReader.KindOf(symbol) is not null && CellReader.IsVisible(symbol)
            ? CellReader.Read(symbol, context.SemanticModel.Compilation, cancel).Code : null;

    private static Declaration? ReadLoneLayers(GeneratorSyntaxContext context, CancellationToken cancel)
    {
        if (context.SemanticModel.GetDeclaredSymbol(context.Node, cancel) is not INamedTypeSymbol symbol
            || NetworkParser.Parse(symbol, context.SemanticModel.Compilation, cancel) is not { Attributes: { Network: null } order } parsed)
        {
            return null;
        }

        return order.Layers[0].Part == context.Node ? parsed.ToModel() : null;
    }

    /// <summary>Compiles a declaration, or writes the surface that throws: after a mistake, and after an exception in the compiler.</summary>
    internal static GeneratedFile Generate(Declaration declaration, Func<NetworkSpec, CancellationToken, CompiledNetwork> compile, CancellationToken cancel = default)
    {
        string? source = null;
        InternalError? error = null;
        if (declaration.State == DeclarationState.Sound)
        {
            try
            {
                CompiledNetwork compiled = compile(declaration.Network, cancel);
                source = compiled.Problems.Any(p => Descriptors.IsError(p.Id)) ? null : compiled.Source;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                error = new InternalError(declaration.Network.Name, e.GetType().FullName!, e.Message);
            }
        }

        string text = (source ?? FailedSurface.Write(declaration)).Replace("\r\n", "\n");
        return new GeneratedFile(declaration.Network.HintName + ".g.cs", text, error);
    }

    private static void Add(SourceProductionContext context, GeneratedFile file)
    {
        context.AddSource(file.HintName, SourceText.From(file.Text, Encoding.UTF8));
        if (file.InternalError is { } error)
        {
            context.ReportDiagnostic(Descriptors.Create(
                Descriptors.InternalErrorId, Location.None, [error.Network, error.Type, error.Message]));
        }
    }
}
