// Reads the class of a user's own cell, loss or activation: its method, its states or target, its options and the size that a cell gives its base. Statements and expressions are MethodReader's.
// Knows what such classes look like; knows no function's meaning.
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
    /// <summary>What a kind of class looks like.</summary>
    /// <param name="Kind">The kind.</param>
    /// <param name="Base">The class that it derives from.</param>
    /// <param name="Method">Its method.</param>
    /// <param name="Form">The method as it is written, for messages.</param>
    private sealed record ClassForm(CellKind Kind, string Base, string Method, string Form);

    private static readonly ClassForm[] _forms =
    [
        new(CellKind.Cell, "CellAttribute", "Step", "Vec Step(Vec x, Vec h, Weights w)': the input, the states by name, the weights"),
        new(CellKind.Loss, "CustomLossAttribute", "Loss", "Scalar Loss(Vec y, Vec target)': what the network gives and what it should give"),
        new(CellKind.Activation, "CustomActivationAttribute", "Apply", "Vec Apply(Vec x)' or 'Scalar Apply(Scalar x)'"),
    ];

    private readonly INamedTypeSymbol _class;
    private readonly ClassForm _form;
    private readonly CancellationToken _cancel;
    private readonly MethodReader _reader;

    private CellReader(INamedTypeSymbol symbol, ClassForm form, Compilation compilation, CancellationToken cancel)
    {
        (_class, _form, _cancel) = (symbol, form, cancel);
        _reader = new MethodReader(symbol, compilation, cancel);
    }

    /// <summary>What the class is of a user's own, at whatever distance from the base; null for no such class.</summary>
    public static CellKind? KindOf(INamedTypeSymbol? symbol) => FormOf(symbol)?.Kind;

    /// <summary>Whether a node may declare such a class, by the spelling alone.</summary>
    public static bool MayBe(SyntaxNode node) => node is ClassDeclarationSyntax { BaseList: { } bases } && bases.Types[0].Type.ToString() is var name && _forms.Any(f => name.EndsWith(f.Base, System.StringComparison.Ordinal));

    private static ClassForm? FormOf(INamedTypeSymbol? symbol) => _forms.FirstOrDefault(f => Names.DerivesFromOurs(symbol, f.Base));

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

    /// <summary>Reads a class from its source, or from what its assembly carries.</summary>
    public static CellRead Read(INamedTypeSymbol symbol, Compilation compilation, CancellationToken cancel)
    {
        if (symbol.DeclaringSyntaxReferences.IsEmpty || FormOf(symbol) is not { } form)
        {
            return new CellRead(CellAssemblies.Find(symbol), [], []);
        }

        var reader = new CellReader(symbol, form, compilation, cancel);
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

        if (_class.IsGenericType || !Names.IsOurs(_class.BaseType, _form.Base))
        {
            _reader.Report("SEQ0301", place, _class.Name, _class.IsGenericType ? "has type parameters, and a network has no type to give it" : $"does not derive from {_form.Base} itself; share code by static methods");
            return null;
        }

        IMethodSymbol[] methods = _class.GetMembers(_form.Method).OfType<IMethodSymbol>().Where(m => m.MethodKind == MethodKind.Ordinary).ToArray();
        if (methods.Length != 1)
        {
            _reader.Report(
                "SEQ0301", place, _class.Name, methods.Length == 0 ? $"has no method {_form.Method}; write 'public static {_form.Form.Split(':')[0]}" : $"has more than one method {_form.Method}; give the others other names");
            return null;
        }

        IMethodSymbol method = methods[0];
        string misfit = _form.Kind switch
        {
            CellKind.Cell => Misfit(method, "; write '" + _form.Form),
            CellKind.Loss => MisfitOfLoss(method),
            _ => MisfitOfActivation(method),
        };
        if (misfit.Length > 0)
        {
            _reader.Report("SEQ0301", UserSource.Place(method) ?? place, _class.Name, misfit);
            return null;
        }

        Code? units = _form.Kind == CellKind.Cell ? Units() : _reader.Make(CodeKind.Integer, place, "0");
        if (units is null)
        {
            return null;
        }

        _reader.Read(method);
        OptionCode[] options = _class.GetMembers().OfType<IPropertySymbol>().Where(MethodReader.IsOption).Select(p => new OptionCode(p.Name, _reader.Default(p))).ToArray();
        int last = _form.Kind == CellKind.Cell ? 1 : 0;
        StateCode[] states = method.Parameters.Skip(1).Take(method.Parameters.Length - 1 - last).Select(State).ToArray();
        return new CellCode(
            _form.Kind, Names.FullName(_class), units, new(options), new(states), method.ReturnType is INamedTypeSymbol { IsTupleType: true }, new(_reader.Methods));
    }

    private string MisfitOfLoss(IMethodSymbol loss) =>
        loss.Parameters.Length == 2 && (IsTarget(loss.Parameters[0]) && !loss.Parameters[1].Name.StartsWith("target", System.StringComparison.OrdinalIgnoreCase))
            ? $"has a Loss whose first parameter is the target; what the network gives comes first; write '{_form.Form}"
        : loss.IsGenericMethod || loss.Parameters.Length != 2 || loss.Parameters.Any(p => !Is(p.Type, "Vec") || p.RefKind != RefKind.None) ? $"has a Loss with other parameters than a loss's; write '{_form.Form}"
            : Is(loss.ReturnType, "Scalar") || Is(loss.ReturnType, "Vec") ? ""
            : "has a Loss that gives something else than a Scalar, the position's loss, or a Vec, one for each number of the target";

    /// <summary>Whether a parameter is meant as the target, by its attribute or its name.</summary>
    private static bool IsTarget(IParameterSymbol parameter) =>
        parameter.Name.StartsWith("target", System.StringComparison.OrdinalIgnoreCase) || parameter.GetAttributes().Any(a => Names.IsOurs(a.AttributeClass, "TargetAttribute"));

    private string MisfitOfActivation(IMethodSymbol apply) =>
        apply.IsGenericMethod || apply.Parameters.Length != 1 || apply.Parameters[0].RefKind != RefKind.None || !(Is(apply.Parameters[0].Type, "Vec") || Is(apply.Parameters[0].Type, "Scalar"))
        || !SymbolEqualityComparer.Default.Equals(apply.ReturnType, apply.Parameters[0].Type) ? $"has an Apply of another form; write '{_form.Form}" : "";

    /// <summary>What is wrong with the parameters and result of a step; empty if nothing is.</summary>
    private static string Misfit(IMethodSymbol step, string form)
    {
        ImmutableArray<IParameterSymbol> parameters = step.Parameters;
        if (step.IsGenericMethod || parameters.Length < 3 || !Is(parameters[0].Type, "Vec") || !Is(parameters[parameters.Length - 1].Type, "Weights") || parameters.Any(p => p.RefKind != RefKind.None || p.IsParams))
        {
            return "has a Step with other parameters than a cell's" + form;
        }

        IParameterSymbol[] states = parameters.Skip(1).Take(parameters.Length - 2).ToArray();
        if (parameters[0].Name is "h" or "c" or "state" && states.FirstOrDefault(s => s.Name is "x" or "input") is { } input)
        {
            return $"has a Step whose first parameter is called '{parameters[0].Name}' and a state that is called '{input.Name}': the first is the step's input" + form;
        }

        if (states.FirstOrDefault(s => !Is(s.Type, "Vec") && !Is(s.Type, "Mat")) is { } other)
        {
            return $"has a state '{other.Name}' that is no Vec and no Mat" + form;
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
            _reader.Report("SEQ0301", place, _class.Name, $"has a {(_form.Kind == CellKind.Loss ? "target" : "state")} '{parameter.Name}' of {(isMatrix ? "two dimensions, rows and columns" : "one dimension")}; [Size] says another number");
        }

        AttributeData? target = parameter.GetAttributes().FirstOrDefault(a => Names.IsOurs(a.AttributeClass, "TargetAttribute"));
        string targets = target?.ConstructorArguments.FirstOrDefault() is { Kind: TypedConstantKind.Enum } kind ? AttributeReader.Member(kind.Type!, kind.Value) ?? "" : "";
        if (targets is not ("" or "Values" or "YesNo" or "Classes"))
        {
            _reader.Report("SEQ0301", UserSource.Place(parameter) ?? place, _class.Name, $"has a target of {targets}, which come as whole sequences; a loss of one's own is of values, answers (YesNo) or classes at a position");
        }

        return new StateCode(parameter.Name, isMatrix, new(size?.ConstructorArguments.Select(a => Size(a, place)) ?? []), targets);
    }

    private Code Size(TypedConstant argument, Location place)
    {
        switch (argument.Value)
        {
            case int number when number > 0:
                return _reader.Make(CodeKind.Integer, place, number.ToString(System.Globalization.CultureInfo.InvariantCulture));
            case string name when (name == "Units" && _form.Kind == CellKind.Cell) || _class.GetMembers(name).OfType<IPropertySymbol>().Any(MethodReader.IsOption):
                return name == "Units" && _form.Kind == CellKind.Cell ? _reader.Make(CodeKind.Call, place, "Units") : _reader.Make(CodeKind.Option, place, name);
            case int number:
                _reader.Report("SEQ0301", place, _class.Name, $"gives a state the size {number.ToString(System.Globalization.CultureInfo.InvariantCulture)}; a size is 1 or more");
                return _reader.Make(CodeKind.Integer, place, "1");
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
