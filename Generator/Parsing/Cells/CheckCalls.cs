// Reads a call CellCheck.Run(new XAttribute(...)): a network of the cell alone, and what a check must know of the method.
// Knows the call; knows no equation.
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using SeqGen.Generator.Layers.Cells;
using SeqGen.Generator.Model;

namespace SeqGen.Generator.Parsing.Cells;

/// <summary>A call as it was read; never kept.</summary>
/// <param name="Model">What the pipeline keeps; null where there is a mistake.</param>
/// <param name="Findings">What is wrong.</param>
internal sealed record CheckRead(CellCheckCall? Model, IReadOnlyList<Finding> Findings);

internal static class CheckCalls
{
    /// <summary>Whether a node may be such a call, by the spelling alone.</summary>
    public static bool MayBe(SyntaxNode node) => node is InvocationExpressionSyntax
    {
        Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Run", Expression: var owner },
    } && owner.ToString().EndsWith("CellCheck", System.StringComparison.Ordinal);

    /// <summary>Reads a call; null where it is another method's.</summary>
    public static CheckRead? Read(IOperation? operation, Compilation compilation, CancellationToken cancel)
    {
        if (operation is not IInvocationOperation { TargetMethod: { Name: "Run" } method } call || !Names.IsOurs(method.ContainingType, "CellCheck"))
        {
            return null;
        }

        IOperation? Argument(string name) => call.Arguments.FirstOrDefault(a => a.Parameter?.Name == name)?.Value;
        IOperation? given = Argument("cell");
        IObjectCreationOperation? made = (given is IConversionOperation conversion ? conversion.Operand : given) as IObjectCreationOperation;
        var findings = new List<Finding>();
        if (made?.Type is not INamedTypeSymbol type || Arguments(made) is not { } arguments || Argument("inputs")?.ConstantValue is not { HasValue: true, Value: int and > 0 and var inputs })
        {
            findings.Add(Finding.At("SEQ0315", call.Syntax.GetLocation()));
            return new CheckRead(null, findings);
        }

        CellRead read = CellReader.Read(type, compilation, cancel);
        if (read.Code is not { } code || !IsAccessible(type))
        {
            return new CheckRead(null, findings);
        }

        // Which way sequences are read and what is dropped is not the method's.
        var own = new HashSet<string>(code.Options.Select(o => o.Name).Concat(made.Constructor!.Parameters.Select(p => AttributeReader.PropertyName(p.Name))));
        LayerSpec layer = CellArguments.Complete(AttributeReader.Kind(type), new ArgumentList(new(arguments.Where(a => own.Contains(a.Name)))), code);
        string expression = made.Syntax.ToString(), fullName = type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);
        string name = "Check_" + CellText.Hash(fullName + "\n" + expression + "\n" + layer.Declaration + "\n" + inputs.ToString(System.Globalization.CultureInfo.InvariantCulture));
        var spec = new NetworkSpec(
            "SeqGen.Checks", EquatableArray<TypeSpec>.Empty, name, "SeqGen.Checks." + name, "internal", false, false,
            new ArgumentList(new([new ArgumentSpec("Inputs", (long)inputs), new ArgumentSpec("Timesteps", 5L)])), new([layer]));
        foreach (Problem problem in NetworkCompiler.Check(spec))
        {
            Location place = CellPlaces.Place(problem.Argument) is { } at && at < read.Places.Count ? read.Places[at] : made.Syntax.GetLocation();
            findings.Add(new Finding(problem.Id, place, problem.Values));
        }

        IMethodSymbol step = type.GetMembers("Step").OfType<IMethodSymbol>().First();
        return new CheckRead(findings.Count > 0 ? null : new CellCheckCall(spec, expression, fullName, step.IsStatic, step.ReturnType.IsTupleType ? code.States.Count + 1 : 1, inputs), findings);
    }

    /// <summary>Constants of a constructor and of an initializer, as an attribute's; null where something is no constant.</summary>
    private static List<ArgumentSpec>? Arguments(IObjectCreationOperation made)
    {
        var all = new List<ArgumentSpec>();
        foreach (IArgumentOperation argument in made.Arguments)
        {
            if (AttributeReader.Constant(argument.Value) is not { } value)
            {
                return null;
            }

            all.Add(new ArgumentSpec(AttributeReader.PropertyName(argument.Parameter!.Name), value));
        }

        foreach (IOperation setting in made.Initializer?.Initializers.AsEnumerable() ?? Enumerable.Empty<IOperation>())
        {
            if (setting is not ISimpleAssignmentOperation { Target: IPropertyReferenceOperation target } assignment || AttributeReader.Constant(assignment.Value) is not { } value)
            {
                return null;
            }

            all.Add(new ArgumentSpec(target.Property.Name, value));
        }

        return all;
    }

    private static bool IsAccessible(INamedTypeSymbol? type)
    {
        for (; type is not null; type = type.ContainingType)
        {
            if (type.DeclaredAccessibility is Accessibility.Private or Accessibility.Protected or Accessibility.ProtectedAndInternal || type.IsFileLocal)
            {
                return false;
            }
        }

        return true;
    }
}
