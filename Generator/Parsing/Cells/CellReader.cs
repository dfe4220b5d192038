// Reads the class of a user's own cell: its method Step, its states, its options and the size that it gives its base. Statements and expressions are MethodReader's.
// Knows what a cell's class looks like; knows no function's meaning.
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using SeqGen.Generator.Model;

namespace SeqGen.Generator.Parsing.Cells;

internal sealed class CellReader
{
    private const string MethodName = "Step";

    private readonly INamedTypeSymbol _class;
    private readonly CancellationToken _cancel;
    private readonly MethodReader _reader;

    private CellReader(INamedTypeSymbol symbol, Compilation compilation, CancellationToken cancel)
    {
        (_class, _cancel) = (symbol, cancel);
        _reader = new MethodReader(symbol, compilation, cancel);
    }

    /// <summary>Whether the class is a cell of a user's own: it derives from CellAttribute, at whatever distance.</summary>
    public static bool IsCell(INamedTypeSymbol? symbol) => Names.DerivesFromOurs(symbol, "CellAttribute");

    /// <summary>Whether a node may declare a cell, by the spelling alone.</summary>
    public static bool MayBe(SyntaxNode node) => node is ClassDeclarationSyntax { BaseList: { } bases } && bases.Types[0].Type.ToString().EndsWith("CellAttribute", System.StringComparison.Ordinal);

    /// <summary>Whether other assemblies can name the class.</summary>
    public static bool IsVisible(INamedTypeSymbol? symbol)
    {
        for (; symbol is not null; symbol = symbol.ContainingType)
        {
            if (symbol.DeclaredAccessibility != Accessibility.Public)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Reads a cell from its source, or from what its assembly carries.</summary>
    public static CellRead Read(INamedTypeSymbol symbol, Compilation compilation, CancellationToken cancel)
    {
        if (symbol.DeclaringSyntaxReferences.IsEmpty)
        {
            return new CellRead(CellAssemblies.Find(symbol), [], []);
        }

        var reader = new CellReader(symbol, compilation, cancel);
        CellCode? code = reader.Read();
        return new CellRead(reader._reader.IsSound ? code : null, reader._reader.Places, reader._reader.Findings);
    }

    private CellCode? Read()
    {
        Location place = UserSource.Place(_class) ?? Location.None;
        if (_class.IsAbstract)
        {
            return null;
        }

        if (_class.IsGenericType || !Names.IsOurs(_class.BaseType, "CellAttribute"))
        {
            _reader.Report("SEQ0301", place, _class.Name, _class.IsGenericType ? "has type parameters, and a network has no type to give it" : "does not derive from CellAttribute itself; share code by static methods");
            return null;
        }

        IMethodSymbol[] steps = _class.GetMembers(MethodName).OfType<IMethodSymbol>().Where(m => m.MethodKind == MethodKind.Ordinary).ToArray();
        if (steps.Length != 1)
        {
            _reader.Report("SEQ0301", place, _class.Name, steps.Length == 0 ? "has no method Step; write 'public static Vec Step(Vec x, Vec h, Weights w)'" : "has more than one method Step; give the others other names");
            return null;
        }

        IMethodSymbol step = steps[0];
        if (Misfit(step) is { Length: > 0 } misfit)
        {
            _reader.Report("SEQ0301", UserSource.Place(step) ?? place, _class.Name, misfit);
            return null;
        }

        Code? units = Units();
        if (units is null)
        {
            return null;
        }

        _reader.Read(step);
        OptionCode[] options = _class.GetMembers().OfType<IPropertySymbol>().Where(MethodReader.IsOption).Select(p => new OptionCode(p.Name, _reader.Default(p))).ToArray();
        StateCode[] states = step.Parameters.Skip(1).Take(step.Parameters.Length - 2).Select(State).ToArray();
        return new CellCode(
            Names.FullName(_class), units, new(options), new(states), step.ReturnType is INamedTypeSymbol { IsTupleType: true }, new(_reader.Methods));
    }

    /// <summary>What is wrong with the method's parameters and result; empty if nothing is.</summary>
    private static string Misfit(IMethodSymbol step)
    {
        const string Form = "; write 'Vec Step(Vec x, Vec h, Weights w)': the input, the states by name, the weights";
        ImmutableArray<IParameterSymbol> parameters = step.Parameters;
        if (step.IsGenericMethod || parameters.Length < 3 || !Is(parameters[0].Type, "Vec") || !Is(parameters[parameters.Length - 1].Type, "Weights") || parameters.Any(p => p.RefKind != RefKind.None || p.IsParams))
        {
            return "has a Step with other parameters than a cell's" + Form;
        }

        IParameterSymbol[] states = parameters.Skip(1).Take(parameters.Length - 2).ToArray();
        if (states.FirstOrDefault(s => !Is(s.Type, "Vec") && !Is(s.Type, "Mat")) is { } other)
        {
            return $"has a state '{other.Name}' that is no Vec and no Mat" + Form;
        }

        ITypeSymbol[] results = step.ReturnType is INamedTypeSymbol { IsTupleType: true } tuple ? tuple.TupleElements.Select(e => e.Type).ToArray() : [step.ReturnType];
        if (results.Length == 1)
        {
            return states.Length > 1 ? "has more than one state, so Step gives a tuple: the output, then every state"
                : Is(results[0], "Vec") && Is(states[0].Type, "Vec") ? "" : "has a Step that gives something else than the new state; write Vec, or a tuple of the output and the new states";
        }

        return results.Length == states.Length + 1 && Is(results[0], "Vec") && results.Skip(1).Zip(states, (r, s) => SymbolEqualityComparer.Default.Equals(r, s.Type)).All(same => same) ? ""
            : "has a Step whose tuple is not the output, a Vec, and then every state in the order of the parameters";
    }

    /// <summary>A state with its sizes as <c>[Size]</c> says them.</summary>
    private StateCode State(IParameterSymbol parameter)
    {
        AttributeData? size = parameter.GetAttributes().FirstOrDefault(a => Names.IsOurs(a.AttributeClass, "SizeAttribute"));
        bool isMatrix = Is(parameter.Type, "Mat");
        Location place = size?.ApplicationSyntaxReference?.GetSyntax(_cancel).GetLocation() ?? UserSource.Place(parameter) ?? Location.None;
        if (size is not null && AttributeReader.IsReadable(size) && size.ConstructorArguments.Length != (isMatrix ? 2 : 1))
        {
            _reader.Report("SEQ0301", place, _class.Name, $"has a state '{parameter.Name}' of {(isMatrix ? "two dimensions, rows and columns" : "one dimension")}; [Size] says another number");
        }

        return new StateCode(parameter.Name, isMatrix, new(size?.ConstructorArguments.Select(a => Size(a, place)) ?? []));
    }

    private Code Size(TypedConstant argument, Location place)
    {
        switch (argument.Value)
        {
            case int number:
                return _reader.Make(CodeKind.Integer, place, number.ToString(System.Globalization.CultureInfo.InvariantCulture));
            case string name when name == "Units" || _class.GetMembers(name).OfType<IPropertySymbol>().Any(MethodReader.IsOption):
                return name == "Units" ? _reader.Make(CodeKind.Call, place, "Units") : _reader.Make(CodeKind.Option, place, name);
            default:
                _reader.Report("SEQ0301", place, _class.Name, $"has no property '{argument.Value}' that a size could be; write nameof(...) of one that has get and set, or get and a value");
                return _reader.Make(CodeKind.Integer, place, "1");
        }
    }

    /// <summary>What the class gives CellAttribute as the layer's size.</summary>
    private Code? Units()
    {
        IMethodSymbol[] constructors = _class.InstanceConstructors.Where(c => !c.IsImplicitlyDeclared).ToArray();
        SyntaxNode? syntax = constructors.Length == 1 ? constructors[0].DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(_cancel) : null;
        SyntaxNode? call = syntax switch
        {
            TypeDeclarationSyntax type => type.BaseList?.Types.OfType<PrimaryConstructorBaseTypeSyntax>().FirstOrDefault(),
            ConstructorDeclarationSyntax { Initializer: { } initializer, Body.Statements.Count: 0 } => initializer,
            _ => null,
        };
        IOperation? operation = call is null ? null : _reader.Model(call).GetOperation(call, _cancel);
        IInvocationOperation? invocation = operation as IInvocationOperation ?? operation?.DescendantsAndSelf().OfType<IInvocationOperation>().FirstOrDefault();
        if (invocation is null || invocation.Arguments.Length != 1)
        {
            _reader.Report("SEQ0301", syntax?.GetLocation() ?? UserSource.Place(_class) ?? Location.None, _class.Name, "needs one constructor without statements that gives its base the layer's size; write 'class X(int units) : CellAttribute(units)'");
            return null;
        }

        return _reader.Read(invocation.Arguments[0].Value);
    }

    private static bool Is(ITypeSymbol type, string name) => Names.IsOurs(type as INamedTypeSymbol, name);
}
