// Works through the method of a user's cell, loss or activation with its options and sizes known: branches are taken, loops unrolled, calls put in place, so that values of a step are left.
// Knows the statements; what functions mean is in CellFunctions, what products become in CellPlan.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Layers.Cells;

internal sealed class CellEvaluator
{
    // Rounds of one loop, and operations of a whole step: what a method can ask for in a line would otherwise take hours.
    private const int MostRounds = 10_000;
    private const int MostOperations = 100_000;

    private readonly CellCode _cell;
    private readonly ArgumentList _arguments;
    private readonly Dictionary<string, CellItem> _variables = new();
    private readonly HashSet<string> _open = new();
    private readonly CellFunctions _functions;
    private readonly int? _units;
    private int _operations;

    /// <param name="cell">The code.</param>
    /// <param name="arguments">Its options that were written.</param>
    /// <param name="units">Its size; null for a cell, which says it itself.</param>
    private CellEvaluator(CellCode cell, ArgumentList arguments, int? units = null)
    {
        (_cell, _arguments, _units) = (cell, arguments, units);
        _functions = new CellFunctions(() => Units());
    }

    private int Units() => _units ?? Integer(_cell.Units, Rules.LargestSize);

    /// <summary>Size of the layer.</summary>
    /// <exception cref="CellMistakeException">The code has a mistake.</exception>
    public static int Units(CellCode cell, ArgumentList arguments) => new CellEvaluator(cell, arguments).Units();

    /// <summary>Sizes of a state.</summary>
    /// <exception cref="CellMistakeException">The code has a mistake.</exception>
    public static int[] Sizes(CellCode cell, ArgumentList arguments, StateCode state) => new CellEvaluator(cell, arguments).Sizes(state);

    private int[] Sizes(StateCode state)
    {
        int units = Units();
        int[] sizes = state.Sizes.Select(s => Evaluate(s) is NumberItem { Value: 0 } ? units : Integer(s, Rules.LargestSize)).ToArray();
        return sizes.Length > 0 ? sizes : state.IsMatrix ? [units, units] : [units];
    }

    /// <summary>The step.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="arguments">Its options that were written.</param>
    /// <param name="inputs">Size of the step's input.</param>
    /// <exception cref="CellMistakeException">The code has a mistake.</exception>
    public static CellStep Step(CellCode cell, ArgumentList arguments, int inputs)
    {
        var evaluator = new CellEvaluator(cell, arguments);
        CellItem[] given =
        [
            evaluator._functions.Add(new CellValue(CellOp.Input, [], inputs) { Text = "x" }),
            .. cell.States.Select((s, i) => evaluator._functions.Add(new CellValue(CellOp.State, [], Sizes(cell, arguments, s)) { Number = i, Text = s.Name })),
            new WeightsItem(),
        ];
        MethodCode step = cell.Methods[0];
        CellItem result = evaluator.Invoke(step.Body, step, given);
        CellItem[] items = result is TupleItem tuple ? tuple.Items : [result];
        CellValue[] values = items.Select(i => evaluator._functions.Value(i, step.Body.Id)).ToArray();
        CellValue[] states = cell.HasOutput ? values.Skip(1).ToArray() : values;
        if (!Reads(evaluator._functions.Values, [values[0], .. states]))
        {
            throw new CellMistakeException("SEQ0311", step.Body.Id, "nothing of the input reaches the output or a state; a step that does not read it is no layer");
        }

        for (int i = 0; i < states.Length; i++)
        {
            if (!states[i].Dims.SequenceEqual(given[i + 1] is ValueItem { Value: var before } ? before.Dims : []))
            {
                throw new CellMistakeException("SEQ0312", step.Body.Id, cell.States[i].Name, ((ValueItem)given[i + 1]).Value.Shape, states[i].Shape);
            }
        }

        return values[0].Dims.Length == 1
            ? new CellStep(evaluator._functions.Values, values[0], states)
            : throw new CellMistakeException("SEQ0312", step.Body.Id, "the output", "a vector", values[0].Shape);
    }

    /// <summary>A loss: its output is the loss of a position, one number or as many as the target has.</summary>
    /// <param name="code">The loss.</param>
    /// <param name="arguments">Its options that were written.</param>
    /// <param name="outputs">Numbers that the network gives.</param>
    /// <exception cref="CellMistakeException">The code has a mistake.</exception>
    public static CellStep Loss(CellCode code, ArgumentList arguments, int outputs)
    {
        var evaluator = new CellEvaluator(code, arguments, outputs);
        MethodCode method = code.Methods[0];
        int targets = evaluator.Sizes(code.States[0])[0];
        if (code.States[0].Targets == "Classes" && targets != outputs)
        {
            throw new CellMistakeException("SEQ0311", method.Body.Id, Rules.Text($"the target has {targets} numbers, and classes are seen one-hot: as many as the network gives, {outputs}; leave [Size] out"));
        }

        CellValue loss = evaluator.Result(method, outputs, targets);
        if (!Reaches(evaluator._functions.Values, [loss], Sloping))
        {
            throw new CellMistakeException("SEQ0311", method.Body.Id, $"no slope by '{method.Parameters[0].Split('#')[0]}' is left in the result: Sign, Floor and comparisons have none, so that there would be nothing to learn from");
        }

        return loss.Dims.Length == 0 || (loss.Dims.Length == 1 && loss.Size == targets) ? new CellStep(evaluator._functions.Values, loss, [])
            : throw new CellMistakeException("SEQ0311", method.Body.Id, Rules.Text($"Loss gives {loss.Shape} and the target has {targets}; give one for each of them, or one number: their Mean or Sum"));
    }

    /// <summary>An activation, of a vector element by element.</summary>
    /// <param name="code">The activation.</param>
    /// <param name="arguments">Its options that were written.</param>
    /// <param name="width">Elements.</param>
    /// <exception cref="CellMistakeException">The code has a mistake.</exception>
    public static CellStep Function(CellCode code, ArgumentList arguments, int width)
    {
        var evaluator = new CellEvaluator(code, arguments, width);
        MethodCode method = code.Methods[0];
        CellValue result = evaluator.Result(method, width, 0);
        CellValue? other = evaluator._functions.Values.FirstOrDefault(v => v.Op is not (CellOp.Input or CellOp.Constant or CellOp.Map or CellOp.Activation));
        return other is not null
            ? throw new CellMistakeException("SEQ0311", method.Body.Id, $"{(other.Op == CellOp.Mark ? other.Text : other.Op.ToString())} looks at several elements, or marks a place of a cell; an activation is a function of one number, applied to each element")
            : new CellStep(evaluator._functions.Values, result, []);
    }

    /// <summary>What a method without states gives, which has to read its first parameter.</summary>
    private CellValue Result(MethodCode method, int inputs, int targets)
    {
        var given = new List<CellItem> { _functions.Add(new CellValue(CellOp.Input, [], inputs) { Text = method.Parameters[0] }) };
        if (targets > 0)
        {
            given.Add(_functions.Add(new CellValue(CellOp.State, [], targets) { Text = method.Parameters[1] }));
        }

        CellValue result = _functions.Value(Invoke(method.Body, method, given.ToArray()), method.Body.Id);
        return Reads(_functions.Values, [result]) ? result
            : throw new CellMistakeException("SEQ0311", method.Body.Id, $"nothing of '{method.Parameters[0].Split('#')[0]}' reaches the result: there would be nothing to learn from");
    }

    /// <summary>What a value has a slope by.</summary>
    private static IEnumerable<CellValue> Sloping(CellValue value) => value is not { Op: CellOp.Map } ? value.Reads : value.Function switch
    {
        MapKind.Sign or MapKind.Floor or MapKind.Greater => [],
        MapKind.Select => value.Inputs.Skip(1),
        MapKind.Clip => value.Inputs.Take(1),
        _ => value.Inputs,
    };

    /// <summary>Whether the input has part in any of the results.</summary>
    private static bool Reads(IReadOnlyList<CellValue> values, CellValue[] results) => Reaches(values, results, v => v.Reads);

    private static bool Reaches(IReadOnlyList<CellValue> values, CellValue[] results, Func<CellValue, IEnumerable<CellValue>> reads)
    {
        var reading = new HashSet<CellValue>();
        foreach (CellValue value in values.Where(v => v.Op == CellOp.Input || reads(v).Any(reading.Contains)))
        {
            reading.Add(value);
        }

        return results.Any(reading.Contains);
    }

    private CellItem Invoke(Code place, MethodCode method, CellItem[] given)
    {
        for (int i = 0; i < given.Length; i++)
        {
            _variables[method.Parameters[i]] = given[i];
        }

        return Run(method.Body) ?? throw new CellMistakeException("SEQ0311", place.Id, method.Name + " ends without a result");
    }

    /// <summary>The method's result, a jump of the loop that the code is in, or null where it goes on.</summary>
    private CellItem? Run(Code code)
    {
        switch (code.Kind)
        {
            case CodeKind.Block:
                return code.Parts.Select(Run).FirstOrDefault(result => result is not null);
            case CodeKind.Let:
                _variables[code.Text] = Named(code.Text, Evaluate(code.Parts[0]));
                return null;
            case CodeKind.LetItems:
                string[] names = code.Text.Split(',');
                CellItem[] items = Evaluate(code.Parts[0]) is TupleItem tuple && tuple.Items.Length == names.Length ? tuple.Items
                    : throw new CellMistakeException("SEQ0311", code.Id, $"a tuple of {names.Length.ToString(CultureInfo.InvariantCulture)} values is needed here");
                for (int i = 0; i < names.Length; i++)
                {
                    if (names[i].Length > 0)
                    {
                        _variables[names[i]] = Named(names[i], items[i]);
                    }
                }

                return null;
            case CodeKind.Return:
                return Evaluate(code.Parts[0]);
            case CodeKind.If:
                return Truth(code.Parts[0]) ? Run(code.Parts[1]) : code.Parts.Count > 2 ? Run(code.Parts[2]) : null;
            case CodeKind.For:
                return Loop(code);
            case CodeKind.Break:
            case CodeKind.Continue:
                return new JumpItem(code.Kind == CodeKind.Break);
            default:
                Evaluate(code);
                return null;
        }
    }

    private CellItem? Loop(Code code)
    {
        Run(code.Parts[0]);
        for (int round = 0; Truth(code.Parts[1]); round++)
        {
            if (round == MostRounds)
            {
                throw new CellMistakeException("SEQ0303", code.Id, Rules.Text($"the loop has more than {MostRounds} rounds"));
            }

            if (Run(code.Parts[3]) is { } result)
            {
                switch (result)
                {
                    case JumpItem { LeavesLoop: true }:
                        return null;
                    case JumpItem:
                        break;
                    default:
                        return result;
                }
            }

            Run(code.Parts[2]);
        }

        return null;
    }

    private CellItem Evaluate(Code code)
    {
        if (++_operations > MostOperations)
        {
            throw new CellMistakeException("SEQ0303", code.Id, Rules.Text($"the step has more than {MostOperations} operations"));
        }

        switch (code.Kind)
        {
            case CodeKind.Integer:
                return new NumberItem(code.Number, true);
            case CodeKind.Number:
                return new NumberItem(code.Number, false);
            case CodeKind.Truth:
                return new TruthItem(code.Text == "true");
            case CodeKind.Text:
                return new TextItem(code.Text);
            case CodeKind.Variable:
                return _variables.TryGetValue(code.Text, out CellItem? item) ? item
                    : throw new CellMistakeException("SEQ0311", code.Id, code.Text + " has no value here");
            case CodeKind.Option:
                return Option(code);
            case CodeKind.Tuple:
                return new TupleItem(code.Parts.Select(Evaluate).ToArray());
            case CodeKind.Item:
                int index = int.Parse(code.Text, CultureInfo.InvariantCulture);
                return Evaluate(code.Parts[0]) is TupleItem tuple && index < tuple.Items.Length ? tuple.Items[index]
                    : throw new CellMistakeException("SEQ0311", code.Id, "a tuple is needed here");
            case CodeKind.Choose:
                return Evaluate(Truth(code.Parts[0]) ? code.Parts[1] : code.Parts[2]);
            case CodeKind.Refuse:
                throw new CellMistakeException("SEQ0313", code.Id, Evaluate(code.Parts[0]) is TextItem text ? text.Value : "");
            case CodeKind.Invoke:
                MethodCode method = _cell.Methods[int.Parse(code.Text, CultureInfo.InvariantCulture)];
                CellItem[] given = code.Parts.Select(Evaluate).ToArray();
                return Invoke(code, method, given);
            case CodeKind.Call:
                return _functions.Call(code, code.Parts.Select(Evaluate).ToArray());
            default:
                throw new CellMistakeException("SEQ0311", code.Id, "a value is needed here");
        }
    }

    private CellItem Option(Code code)
    {
        if (_arguments.Items.FirstOrDefault(a => a.Name == code.Text) is { } argument)
        {
            return argument.Value switch
            {
                long number => new NumberItem(number, true),
                double number => new NumberItem(number, false),
                bool truth => new TruthItem(truth),
                string text => new TextItem(text),
                _ => throw new CellMistakeException("SEQ0311", code.Id, code.Text + " is no number, truth value, text or member of an enum"),
            };
        }

        OptionCode option = _cell.Options.FirstOrDefault(o => o.Name == code.Text) ?? throw new CellMistakeException("SEQ0311", code.Id, code.Text + " has no value");
        if (!_open.Add(option.Name))
        {
            throw new CellMistakeException("SEQ0311", code.Id, $"{option.Name} comes from the constructor, which nobody calls where the class is named by typeof; give the property a value, or write the class as a layer of its own");
        }

        CellItem item = Evaluate(option.Default);
        _open.Remove(option.Name);
        return item;
    }

    private bool Truth(Code code) => Evaluate(code) switch
    {
        TruthItem truth => truth.Value,
        var other => throw new CellMistakeException("SEQ0302", code.Id, other.Kind),
    };

    private int Integer(Code code, int most) => Evaluate(code) is NumberItem { IsInteger: true } number && number.Value > 0 && number.Value <= most ? (int)number.Value
        : throw new CellMistakeException("SEQ0311", code.Id, Rules.Text($"a size from 1 to {most} is needed here"));

    /// <summary>Lets the value be called after its variable; the first name stays.</summary>
    private static CellItem Named(string variable, CellItem item)
    {
        if (item is ValueItem { Value: { Name.Length: 0, Op: not (CellOp.Input or CellOp.State or CellOp.Constant) } value })
        {
            value.Name = variable.Split('#')[0];
        }

        return item;
    }
}
