// Reads the methods of a user's cell through Roslyn's operations into plain code: statements here, expressions in the other part.
// What it does not understand is one finding at its place that says what to write instead. It knows C#; it knows no shape.
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using SeqGen.Generator.Model;

namespace SeqGen.Generator.Parsing.Cells;

/// <param name="cell">The class.</param>
/// <param name="compilation">What it is in.</param>
/// <param name="cancel">Ends the work.</param>
internal sealed partial class MethodReader(INamedTypeSymbol cell, Compilation compilation, CancellationToken cancel)
{
    private readonly List<Location> _places = new();
    private readonly List<Finding> _findings = new();
    private readonly List<MethodCode> _methods = new();
    private readonly Dictionary<ISymbol, int> _known = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ISymbol> _open = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<ISymbol, string> _variables = new(SymbolEqualityComparer.Default);
    private readonly HashSet<string> _names = new();
    private readonly Stack<ILoopOperation> _loops = new();
    private bool _isBroken;

    public IReadOnlyList<Location> Places => _places;

    public IReadOnlyList<Finding> Findings => _findings;

    public IReadOnlyList<MethodCode> Methods => _methods;

    /// <summary>Whether all was understood, by us and by the compiler.</summary>
    public bool IsSound => _findings.Count == 0 && !_isBroken;

    public SemanticModel Model(SyntaxNode node) => compilation.GetSemanticModel(node.SyntaxTree);

    public void Report(string id, Location place, params object[] values) => _findings.Add(Finding.At(id, place, values));

    /// <summary>A property that can be an option: it has a value of its own, of a kind that attributes can have.</summary>
    public static bool IsOption(IPropertySymbol property) => !property.IsStatic && !property.IsIndexer && IsStored(property)
        && (property.Type.TypeKind == TypeKind.Enum || property.Type.SpecialType is SpecialType.System_Int32 or SpecialType.System_Double or SpecialType.System_Single or SpecialType.System_Boolean or SpecialType.System_String);

    public Code Make(CodeKind kind, Location place, string text, params Code[] parts)
    {
        _places.Add(place);
        return new Code(kind, _places.Count - 1, text, new EquatableArray<Code>(parts));
    }

    /// <summary>Reads a method, and those that it calls; gives its place among them.</summary>
    public int Read(IMethodSymbol method)
    {
        int index = _methods.Count;
        _known[method] = index;
        _open.Add(method);
        _methods.Add(null!);
        SyntaxNode syntax = method.DeclaringSyntaxReferences[0].GetSyntax(cancel);
        IOperation? operation = Model(syntax).GetOperation(syntax, cancel);
        Code body = operation switch
        {
            IMethodBodyOperation whole => Body(whole.BlockBody ?? whole.ExpressionBody, syntax),
            ILocalFunctionOperation local => Body(local.Body, syntax),
            IBlockOperation block => Body(block, syntax),
            _ => Broken(syntax),
        };
        _methods[index] = new MethodCode(method.Name, new EquatableArray<string>(method.Parameters.Select(Variable)), body);
        _open.Remove(method);
        return index;
    }

    /// <summary>What an option is where it is not written.</summary>
    public Code Default(IPropertySymbol property)
    {
        var syntax = property.DeclaringSyntaxReferences[0].GetSyntax(cancel) as PropertyDeclarationSyntax;
        Location place = syntax?.GetLocation() ?? Location.None;
        if (syntax?.Initializer is { } initializer && Model(initializer).GetOperation(initializer.Value, cancel) is { } value)
        {
            return Read(value);
        }

        return property.Type.SpecialType switch
        {
            SpecialType.System_Boolean => Make(CodeKind.Truth, place, "false"),
            SpecialType.System_String => Make(CodeKind.Text, place, ""),
            SpecialType.System_Int32 => Make(CodeKind.Integer, place, "0"),
            SpecialType.System_Double or SpecialType.System_Single => Make(CodeKind.Number, place, "0"),
            _ => Make(CodeKind.Text, place, EnumMember(property.Type, 0)),
        };
    }

    private static bool IsStored(IPropertySymbol property) =>
        property.ContainingType.GetMembers().OfType<IFieldSymbol>().Any(f => SymbolEqualityComparer.Default.Equals(f.AssociatedSymbol, property));

    private Code Body(IBlockOperation? block, SyntaxNode syntax) => block is null ? Broken(syntax) : Statement(block);

    /// <summary>Code that the compiler itself does not understand: it says so.</summary>
    private Code Broken(SyntaxNode syntax)
    {
        _isBroken = true;
        return Make(CodeKind.Block, syntax.GetLocation(), "");
    }

    /// <summary>Reports a construct and stands in for it.</summary>
    private Code Refuse(string id, SyntaxNode syntax, params object[] values)
    {
        Report(id, Token(syntax), values);
        return Make(CodeKind.Block, syntax.GetLocation(), "");
    }

    /// <summary>A statement is marked by its first word, so that not half a method is underlined.</summary>
    private static Location Token(SyntaxNode syntax) => syntax is StatementSyntax ? syntax.GetFirstToken().GetLocation() : syntax.GetLocation();

    private string Variable(ISymbol symbol)
    {
        if (!_variables.TryGetValue(symbol, out string? name))
        {
            name = symbol.Name;
            for (int i = 2; !_names.Add(name); i++)
            {
                name = symbol.Name + "#" + i.ToString(CultureInfo.InvariantCulture);
            }

            _variables[symbol] = name;
        }

        return name;
    }

    private Code Statement(IOperation operation)
    {
        cancel.ThrowIfCancellationRequested();
        SyntaxNode syntax = operation.Syntax;
        Location place = syntax.GetLocation();
        switch (operation)
        {
            case IBlockOperation block:
                return Make(CodeKind.Block, place, "", block.Operations.Where(o => o is not (ILocalFunctionOperation or IEmptyOperation)).Select(Statement).ToArray());
            case IVariableDeclarationGroupOperation group:
                return Make(CodeKind.Block, place, "", group.Declarations.SelectMany(d => d.Declarators).Select(Declare).Where(c => c is not null).Select(c => c!).ToArray());
            case IReturnOperation { Kind: OperationKind.Return, ReturnedValue: { } value }:
                return Make(CodeKind.Return, place, "", Read(value));
            case IExpressionStatementOperation statement:
                return Effect(statement.Operation);
            case IConditionalOperation conditional:
                Code[] parts = [Condition(conditional.Condition), Statement(conditional.WhenTrue), .. conditional.WhenFalse is { } otherwise ? [Statement(otherwise)] : new Code[0]];
                return Make(CodeKind.If, place, "", parts);
            case ISwitchOperation choice:
                return Switch(choice);
            case IForLoopOperation { Condition: { } condition } loop:
                _loops.Push(loop);
                Code rounds = Make(
                    CodeKind.For, place, "",
                    Make(CodeKind.Block, place, "", loop.Before.Select(Statement).ToArray()),
                    Condition(condition),
                    Make(CodeKind.Block, place, "", loop.AtLoopBottom.Select(Statement).ToArray()),
                    Statement(loop.Body));
                _loops.Pop();
                return rounds;
            case IBranchOperation { BranchKind: BranchKind.Break, Target: { } end } when _loops.Count > 0 && SymbolEqualityComparer.Default.Equals(end, _loops.Peek().ExitLabel):
                return Make(CodeKind.Break, place, "");
            case IBranchOperation { BranchKind: BranchKind.Continue, Target: { } next } when _loops.Count > 0 && SymbolEqualityComparer.Default.Equals(next, _loops.Peek().ContinueLabel):
                return Make(CodeKind.Continue, place, "");
            case ILoopOperation:
                return Refuse("SEQ0303", syntax, cell.Name, "it is not a 'for' loop with a condition; write 'for (int i = 0; i < n; i++)' with a constant n");
            case IThrowOperation { Exception: { } exception }:
                return Throw(exception, syntax);
            case IEmptyOperation:
                return Make(CodeKind.Block, place, "");
            case IInvalidOperation:
                return Broken(syntax);
            default:
                return Refuse("SEQ0308", syntax, cell.Name, Describe(syntax));
        }
    }

    private Code? Declare(IVariableDeclaratorOperation declarator)
    {
        IVariableInitializerOperation? initializer = declarator.Initializer ?? (declarator.Parent as IVariableDeclarationOperation)?.Initializer;
        if (declarator.Symbol.RefKind != RefKind.None)
        {
            return Refuse("SEQ0306", declarator.Syntax, cell.Name, declarator.Symbol.Name + " is a reference; write a variable of its own");
        }

        return initializer is null ? null : Make(CodeKind.Let, declarator.Syntax.GetLocation(), Variable(declarator.Symbol), Read(initializer.Value));
    }

    /// <summary>What changes variables: nothing else can be a statement.</summary>
    private Code Effect(IOperation operation)
    {
        Location place = operation.Syntax.GetLocation();
        switch (operation)
        {
            case ISimpleAssignmentOperation { IsRef: false, Target: ILocalReferenceOperation or IParameterReferenceOperation } assignment:
                return Make(CodeKind.Let, place, Variable(Symbol(assignment.Target)), Read(assignment.Value));
            case ISimpleAssignmentOperation { Target: IDiscardOperation } discard:
                return Make(CodeKind.Let, place, "_", Read(discard.Value));
            case ICompoundAssignmentOperation { Target: ILocalReferenceOperation or IParameterReferenceOperation } compound when Operators.TryGetValue(compound.OperatorKind, out string? name):
                return Make(CodeKind.Let, place, Variable(Symbol(compound.Target)), Make(CodeKind.Call, place, name, Read(compound.Target), Read(compound.Value)));
            case IIncrementOrDecrementOperation { Target: ILocalReferenceOperation or IParameterReferenceOperation } step:
                return Make(CodeKind.Let, place, Variable(Symbol(step.Target)), Make(
                    CodeKind.Call, place, step.Kind == OperationKind.Increment ? "+" : "-", Read(step.Target), Make(CodeKind.Integer, place, "1")));
            case IDeconstructionAssignmentOperation deconstruction:
                return Deconstruct(deconstruction);
            case IAssignmentOperation assigned:
                return Refuse("SEQ0306", operation.Syntax, cell.Name, $"{assigned.Target.Syntax} is no variable of the method; what is to last goes through a state");
            case IInvalidOperation:
                return Broken(operation.Syntax);
            case IInvocationOperation call when !IsOurs(call.TargetMethod):
                return Refuse("SEQ0307", operation.Syntax, cell.Name, call.TargetMethod.Name, "what a statement calls has no result, and a step has no other effects");
            default:
                return Refuse("SEQ0308", operation.Syntax, cell.Name, Describe(operation.Syntax));
        }
    }

    private Code Deconstruct(IDeconstructionAssignmentOperation deconstruction)
    {
        IOperation target = deconstruction.Target is IDeclarationExpressionOperation declared ? declared.Expression : deconstruction.Target;
        var names = new List<string>();
        foreach (IOperation item in target is ITupleOperation tuple ? tuple.Elements : Enumerable.Empty<IOperation>())
        {
            switch (item)
            {
                case IDeclarationExpressionOperation { Expression: ILocalReferenceOperation local }:
                    names.Add(Variable(local.Local));
                    break;
                case ILocalReferenceOperation or IParameterReferenceOperation:
                    names.Add(Variable(Symbol(item)));
                    break;
                case IDiscardOperation:
                    names.Add("");
                    break;
                default:
                    return Refuse("SEQ0308", item.Syntax, cell.Name, "a nested target (take tuples apart one after the other)");
            }
        }

        return Make(CodeKind.LetItems, deconstruction.Syntax.GetLocation(), string.Join(",", names), Read(deconstruction.Value));
    }

    private static ISymbol Symbol(IOperation reference) => reference is ILocalReferenceOperation local ? local.Local : ((IParameterReferenceOperation)reference).Parameter;

    private Code Switch(ISwitchOperation choice)
    {
        Location place = choice.Syntax.GetLocation();
        Code? rest = null;
        foreach (ISwitchCaseOperation section in choice.Cases.Reverse().OrderBy(c => c.Clauses.Any(k => k is IDefaultCaseClauseOperation) ? 0 : 1))
        {
            IEnumerable<IOperation> body = section.Body.LastOrDefault() is IBranchOperation { BranchKind: BranchKind.Break } ? section.Body.Take(section.Body.Length - 1) : section.Body;
            Code statements = Make(CodeKind.Block, place, "", body.Select(Statement).ToArray());
            Code? condition = section.Clauses.Any(c => c is IDefaultCaseClauseOperation) ? null : section.Clauses.Select(c => Clause(c, choice.Value)).Aggregate(
                (a, b) => Make(CodeKind.Choose, place, "", a, Make(CodeKind.Truth, place, "true"), b));
            rest = condition is null ? statements : rest is null ? Make(CodeKind.If, place, "", condition, statements) : Make(CodeKind.If, place, "", condition, statements, rest);
        }

        return rest ?? Make(CodeKind.Block, place, "");
    }

    private Code Clause(ICaseClauseOperation clause, IOperation value) => clause switch
    {
        ISingleValueCaseClauseOperation single => Make(CodeKind.Call, clause.Syntax.GetLocation(), "==", Read(value), Read(single.Value)),
        IPatternCaseClauseOperation { Guard: null } pattern => Pattern(pattern.Pattern, value),
        IPatternCaseClauseOperation pattern => And(pattern.Syntax, Pattern(pattern.Pattern, value), Condition(pattern.Guard!)),
        _ => Refuse("SEQ0308", clause.Syntax, cell.Name, Describe(clause.Syntax)),
    };

    /// <summary>An exception says which option a cell does not take; its message becomes ours where it is constant.</summary>
    private Code Throw(IOperation exception, SyntaxNode syntax)
    {
        IOperation made = exception is IConversionOperation conversion ? conversion.Operand : exception;
        IOperation? message = (made as IObjectCreationOperation)?.Arguments.Select(a => a.Value).FirstOrDefault(v => v.Type?.SpecialType == SpecialType.System_String && IsText(v));
        return Make(CodeKind.Refuse, syntax.GetLocation(), "", message is null ? Make(CodeKind.Text, syntax.GetLocation(), "") : Read(message));
    }

    /// <summary>Whether a message can be worked out: a constant, or one with values of options put in.</summary>
    private static bool IsText(IOperation message) => message switch
    {
        { ConstantValue: { HasValue: true, Value: string } } => true,
        IInterpolatedStringOperation interpolated => interpolated.Parts.All(p => p is IInterpolatedStringTextOperation or IInterpolationOperation { Alignment: null, FormatString: null, Expression: IPropertyReferenceOperation or ILocalReferenceOperation or IParameterReferenceOperation or ILiteralOperation }),
        _ => false,
    };

    /// <summary>What a construct is called in messages: by its kind of syntax, in words.</summary>
    private static string Describe(SyntaxNode syntax)
    {
        string kind = syntax.Kind().ToString();
        foreach (string end in new[] { "Statement", "Expression" })
        {
            kind = kind.EndsWith(end, System.StringComparison.Ordinal) ? kind.Substring(0, kind.Length - end.Length) : kind;
        }

        string words = string.Concat(kind.Select((c, i) => char.IsUpper(c) && i > 0 ? " " + char.ToLowerInvariant(c) : char.ToLowerInvariant(c).ToString()));
        return $"'{words}'";
    }
}
