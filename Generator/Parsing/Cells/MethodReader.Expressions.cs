// The expressions of a user's cell, see the other part.
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using SeqGen.Generator.Layers.Cells;
using SeqGen.Generator.Model;

namespace SeqGen.Generator.Parsing.Cells;

internal sealed partial class MethodReader
{
    private static readonly Dictionary<BinaryOperatorKind, string> Operators = new()
    {
        [BinaryOperatorKind.Add] = "+",
        [BinaryOperatorKind.Subtract] = "-",
        [BinaryOperatorKind.Multiply] = "*",
        [BinaryOperatorKind.Divide] = "/",
        [BinaryOperatorKind.Remainder] = "%",
        [BinaryOperatorKind.LessThan] = "<",
        [BinaryOperatorKind.GreaterThan] = ">",
        [BinaryOperatorKind.LessThanOrEqual] = "<=",
        [BinaryOperatorKind.GreaterThanOrEqual] = ">=",
        [BinaryOperatorKind.Equals] = "==",
        [BinaryOperatorKind.NotEquals] = "!=",
    };

    private static readonly HashSet<string> _values = new() { "Vec", "Mat", "Scalar", "Weights" };

    public Code Read(IOperation operation)
    {
        cancel.ThrowIfCancellationRequested();
        SyntaxNode syntax = operation.Syntax;
        Location place = syntax.GetLocation();
        if (operation.ConstantValue.HasValue && Constant(operation.Type, operation.ConstantValue.Value) is var (kind, text))
        {
            return Make(kind, place, text);
        }

        switch (operation)
        {
            case ILocalReferenceOperation local:
                return Make(CodeKind.Variable, place, Variable(local.Local));
            case IParameterReferenceOperation { Parameter.ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor } } parameter:
                return Make(CodeKind.Option, place, AttributeReader.PropertyName(parameter.Parameter.Name));
            case IParameterReferenceOperation parameter:
                return Make(CodeKind.Variable, place, Variable(parameter.Parameter));
            case IConversionOperation conversion:
                return Convert(conversion);
            case IBinaryOperation binary:
                return Binary(binary);
            case IUnaryOperation { OperatorKind: UnaryOperatorKind.Minus } negation:
                return Make(CodeKind.Call, place, "neg", Read(negation.Operand));
            case IUnaryOperation { OperatorKind: UnaryOperatorKind.Plus } plus:
                return Read(plus.Operand);
            case IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } not:
                return Make(CodeKind.Call, place, "!", Condition(not.Operand));
            case IUnaryOperation { OperatorKind: UnaryOperatorKind.Hat } hat:
                return Make(CodeKind.Tuple, place, "", Read(hat.Operand));
            case IConditionalOperation { WhenFalse: { } otherwise } conditional:
                return Make(CodeKind.Choose, place, "", Condition(conditional.Condition), Read(conditional.WhenTrue), Read(otherwise));
            case ISwitchExpressionOperation choice:
                return Switch(choice);
            case IIsPatternOperation pattern:
                return Pattern(pattern.Pattern, pattern.Value);
            case ITupleOperation tuple:
                return Make(CodeKind.Tuple, place, "", tuple.Elements.Select(Read).ToArray());
            case IFieldReferenceOperation { Instance: { Type: INamedTypeSymbol { IsTupleType: true } type } instance } item:
                IFieldSymbol field = item.Field.CorrespondingTupleField ?? item.Field;
                int index = type.TupleElements.Select(e => e.CorrespondingTupleField ?? e).ToList().FindIndex(e => e.Name == field.Name);
                return Make(CodeKind.Item, place, index.ToString(CultureInfo.InvariantCulture), Read(instance));
            case IFieldReferenceOperation other:
                return Refuse("SEQ0306", syntax, cell.Name, other.Field.Name + " is a field; make it a constant, or an option: a property of the attribute");
            case IPropertyReferenceOperation property:
                return Property(property);
            case IInvocationOperation call:
                return Call(call);
            case IInterpolatedStringOperation interpolated:
                return Make(CodeKind.Call, place, "text", interpolated.Parts.Select(Part).ToArray());
            case IThrowOperation { Exception: { } exception }:
                return Throw(exception, syntax);
            case IInvalidOperation:
                return Broken(syntax);
            case IObjectCreationOperation or IArrayCreationOperation or IAnonymousFunctionOperation or IDelegateCreationOperation or IAnonymousObjectCreationOperation or IWithOperation:
                return Refuse("SEQ0305", syntax, cell.Name, Describe(syntax));
            case IAssignmentOperation or IIncrementOrDecrementOperation:
                return Refuse("SEQ0308", syntax, cell.Name, Describe(syntax) + " inside of an expression (make it a statement of its own)");
            default:
                return Refuse("SEQ0308", syntax, cell.Name, Describe(syntax));
        }
    }

    private static (CodeKind Kind, string Text)? Constant(ITypeSymbol? type, object? value) => value switch
    {
        _ when type is { TypeKind: TypeKind.Enum } && value is not null => (CodeKind.Text, EnumMember(type, value)),
        bool truth => (CodeKind.Truth, truth ? "true" : "false"),
        string text => (CodeKind.Text, text),
        float or double => (CodeKind.Number, System.Convert.ToDouble(value, CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture)),
        sbyte or byte or short or ushort or int or uint or long => (CodeKind.Integer, System.Convert.ToInt64(value, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture)),
        _ => null,
    };

    private static string EnumMember(ITypeSymbol type, object? value) => AttributeReader.Member(type, value) ?? System.Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    /// <summary>A condition of the compiler's: what depends on data is no such thing.</summary>
    private Code Condition(IOperation operation) => operation is IUnaryOperation { OperatorKind: UnaryOperatorKind.True or UnaryOperatorKind.False, OperatorMethod: { } method } && IsOurs(method)
        ? Refuse("SEQ0302", operation.Syntax, cell.Name, $"'{operation.Syntax}'")
        : Read(operation);

    private Code Convert(IConversionOperation conversion)
    {
        Location place = conversion.Syntax.GetLocation();
        ITypeSymbol? type = conversion.Type;
        string name = type?.SpecialType switch
        {
            SpecialType.System_Int32 or SpecialType.System_Int64 or SpecialType.System_Int16 or SpecialType.System_Byte => "int",
            SpecialType.System_Double => "double",
            SpecialType.System_Single => "float",
            _ => "",
        };
        bool isNumber = conversion.Conversion.IsNumeric && name.Length > 0;
        bool isNothing = conversion.Conversion.IsIdentity || (conversion.OperatorMethod is { } method && (IsOurs(method) || method.ContainingType.Name is "Index" or "Range"));
        return isNumber ? Make(CodeKind.Call, place, name, Read(conversion.Operand))
            : isNothing || conversion.IsImplicit ? Read(conversion.Operand)
            : Refuse("SEQ0308", conversion.Syntax, cell.Name, $"a conversion to {type?.ToDisplayString()}");
    }

    private Code Binary(IBinaryOperation binary)
    {
        Location place = binary.Syntax.GetLocation();
        switch (binary.OperatorKind)
        {
            case BinaryOperatorKind.ConditionalAnd:
                return And(binary.Syntax, Condition(binary.LeftOperand), Condition(binary.RightOperand));
            case BinaryOperatorKind.ConditionalOr:
                return Make(CodeKind.Choose, place, "", Condition(binary.LeftOperand), Make(CodeKind.Truth, place, "true"), Condition(binary.RightOperand));
            default:
                return Operators.TryGetValue(binary.OperatorKind, out string? name) && (binary.OperatorMethod is not { } method || IsOurs(method) || method.ContainingType.SpecialType == SpecialType.System_String)
                    ? Make(CodeKind.Call, place, name, Read(binary.LeftOperand), Read(binary.RightOperand))
                    : Refuse("SEQ0308", binary.Syntax, cell.Name, Describe(binary.Syntax));
        }
    }

    private Code And(SyntaxNode syntax, Code first, Code second) =>
        Make(CodeKind.Choose, syntax.GetLocation(), "", first, second, Make(CodeKind.Truth, syntax.GetLocation(), "false"));

    private Code Switch(ISwitchExpressionOperation choice)
    {
        Location place = choice.Syntax.GetLocation();
        Code rest = Make(CodeKind.Refuse, place, "", Make(CodeKind.Text, place, "no arm of the switch fits"));
        foreach (ISwitchExpressionArmOperation arm in choice.Arms.Reverse())
        {
            Code value = Read(arm.Value);
            Code fits = Pattern(arm.Pattern, choice.Value);
            rest = Make(CodeKind.Choose, arm.Syntax.GetLocation(), "", arm.Guard is { } guard ? And(arm.Syntax, fits, Condition(guard)) : fits, value, rest);
        }

        return rest;
    }

    /// <summary>Whether a constant is of a pattern.</summary>
    private Code Pattern(IPatternOperation pattern, IOperation value)
    {
        Location place = pattern.Syntax.GetLocation();
        switch (pattern)
        {
            case IDiscardPatternOperation:
                return Make(CodeKind.Truth, place, "true");
            case IConstantPatternOperation constant:
                return Make(CodeKind.Call, place, "==", Read(value), Read(constant.Value));
            case IRelationalPatternOperation relational when Operators.TryGetValue(relational.OperatorKind, out string? name):
                return Make(CodeKind.Call, place, name, Read(value), Read(relational.Value));
            case INegatedPatternOperation negated:
                return Make(CodeKind.Call, place, "!", Pattern(negated.Pattern, value));
            case IBinaryPatternOperation { OperatorKind: BinaryOperatorKind.And } both:
                return And(pattern.Syntax, Pattern(both.LeftPattern, value), Pattern(both.RightPattern, value));
            case IBinaryPatternOperation either:
                return Make(CodeKind.Choose, place, "", Pattern(either.LeftPattern, value), Make(CodeKind.Truth, place, "true"), Pattern(either.RightPattern, value));
            default:
                return Refuse("SEQ0308", pattern.Syntax, cell.Name, "a pattern that is no constant (compare with '==' and '<')");
        }
    }

    private Code Part(IInterpolatedStringContentOperation part) => part switch
    {
        IInterpolatedStringTextOperation text => Read(text.Text),
        IInterpolationOperation { Alignment: null, FormatString: null } hole => Read(hole.Expression),
        _ => Refuse("SEQ0308", part.Syntax, cell.Name, "a format in a name"),
    };

    private Code Property(IPropertyReferenceOperation reference)
    {
        Location place = reference.Syntax.GetLocation();
        IPropertySymbol property = reference.Property;
        if (property.IsIndexer && IsOurs(property))
        {
            IOperation index = reference.Arguments[0].Value;
            IRangeOperation? range = (index is IConversionOperation conversion ? conversion.Operand : index) as IRangeOperation;
            bool isRange = property.Parameters[0].Type.Name == "Range";
            return isRange && range is null ? Refuse("SEQ0308", index.Syntax, cell.Name, "a range that is a variable (write it inside the brackets)")
                : !isRange ? Make(CodeKind.Call, place, "Index", Read(reference.Instance!), Read(index))
                : Make(
                    CodeKind.Call, place, "Range", Read(reference.Instance!),
                    range!.LeftOperand is { } left ? Read(left) : Make(CodeKind.Integer, place, "0"),
                    range.RightOperand is { } right ? Read(right) : Make(CodeKind.Tuple, place, ""));
        }

        bool isOwn = reference.Instance is IInstanceReferenceOperation;
        if (isOwn && property.Name == "Units" && Names.IsOurs(property.ContainingType, "RecurrentLayerAttribute"))
        {
            return Make(CodeKind.Call, place, "Units");
        }

        if (isOwn && SymbolEqualityComparer.Default.Equals(property.ContainingType, cell))
        {
            return IsOption(property) ? Make(CodeKind.Option, place, property.Name)
                : property.GetMethod is { } getter && !getter.DeclaringSyntaxReferences.IsEmpty && !IsStored(property) ? Invoke(getter, reference.Syntax, [])
                : Refuse("SEQ0306", reference.Syntax, cell.Name, property.Name + " has a type that attributes cannot have; options are int, double, bool, string or an enum");
        }

        return reference.Instance is { } instance && IsOurs(property) && property.Name is "Size" or "Rows" or "Columns" or "Units"
            ? Make(CodeKind.Call, place, property.Name, Read(reference.Instance!))
            : Refuse("SEQ0306", reference.Syntax, cell.Name, property.Name + " is known only when the network runs, or is of another class; make it a constant or an option of the cell");
    }

    private Code Call(IInvocationOperation call)
    {
        IMethodSymbol method = call.TargetMethod;
        Code[] arguments = call.Arguments.OrderBy(a => a.Parameter?.Ordinal ?? 0).Select(a => Read(a.Value)).ToArray();
        if (IsOurs(method))
        {
            Code[] given = method.IsStatic || call.Instance is null ? arguments : [Read(call.Instance), .. arguments];
            return CellFunctions.Knows(method.Name) && method.Name is not ("Size" or "Of") ? Make(CodeKind.Call, call.Syntax.GetLocation(), method.Name, given)
                : Refuse("SEQ0307", call.Syntax, cell.Name, method.Name, "it is for tests, outside of a step");
        }

        if (method.MethodKind == MethodKind.DelegateInvoke)
        {
            return Refuse("SEQ0305", call.Syntax, cell.Name, "a call of a delegate");
        }

        if (method.ContainingType.Name is "Math" or "MathF" && method.ContainingNamespace.Name == "System")
        {
            return CellFunctions.KnowsMath(method.Name) && arguments.Length is 1 or 2 ? Make(CodeKind.Call, call.Syntax.GetLocation(), "Math." + method.Name, arguments)
                : Refuse("SEQ0307", call.Syntax, cell.Name, method.Name, "of System.Math a step can call Abs, Ceiling, Cos, Exp, Floor, Log, Max, Min, Pow, Round, Sin, Sqrt and Tanh, on constants");
        }

        if (method.DeclaringSyntaxReferences.IsEmpty || method.IsAbstract || method.IsExtern || method.IsVirtual || method.IsOverride)
        {
            return Refuse("SEQ0307", call.Syntax, cell.Name, method.Name, "its source is not in this project, or it is virtual; write it as a static method here");
        }

        if (!method.IsStatic && call.Instance is not (null or IInstanceReferenceOperation))
        {
            return Refuse("SEQ0307", call.Syntax, cell.Name, method.Name, "it belongs to an object; write it as a static method");
        }

        return method.Parameters.Any(p => p.RefKind != RefKind.None || p.IsParams) || method.IsAsync || method.ReturnsByRef || method.ReturnsByRefReadonly
            ? Refuse("SEQ0306", call.Syntax, cell.Name, method.Name + " has ref, out, in or params parameters, or is async; give values and take a tuple")
            : Invoke(method.ReducedFrom ?? method, call.Syntax, arguments);
    }

    private Code Invoke(IMethodSymbol method, SyntaxNode syntax, Code[] arguments)
    {
        IMethodSymbol original = method.OriginalDefinition;
        if (_open.Contains(original))
        {
            return Refuse("SEQ0304", syntax, cell.Name, method.Name);
        }

        int index = _known.TryGetValue(original, out int known) ? known : Read(original);
        return Make(CodeKind.Invoke, syntax.GetLocation(), index.ToString(CultureInfo.InvariantCulture), arguments);
    }

    /// <summary>Whether it is of the runtime's language for cells.</summary>
    private static bool IsOurs(ISymbol member) => member.ContainingType is { } type && (_values.Contains(type.Name) || type.Name is "Differentiable" or "CellAttribute") && Names.IsOurs(type, type.Name);
}
