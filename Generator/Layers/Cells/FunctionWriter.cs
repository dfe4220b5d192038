// Writes the values of a user's method as ops: functions of what it is given, without weights. Knows which op each value is; knows no options and no sizes.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Layers.Cells;

/// <summary>Writes values as ops.</summary>
/// <param name="lowering">Where to.</param>
/// <param name="step">The values.</param>
/// <param name="x">The first thing that the method is given.</param>
/// <param name="others">The others: states, a target.</param>
internal class FunctionWriter(Lowering lowering, CellStep step, Value x, Value[] others)
{
    private readonly Dictionary<CellValue, Value> _values = new();

    public Value Of(CellValue value) => _values[value];

    /// <summary>In the order of the method, but for what an op needs for a later value.</summary>
    public void Write()
    {
        var open = new Stack<CellValue>();
        foreach (CellValue value in step.Values)
        {
            open.Push(value);
            while (open.Count > 0)
            {
                // Not by recursion: a chain may be longer than a stack is deep.
                CellValue next = open.Peek();
                CellValue? missing = _values.ContainsKey(next) ? null : Sources(next).FirstOrDefault(s => !_values.ContainsKey(s));
                if (missing is null)
                {
                    open.Pop();
                    Add(next);
                }
                else
                {
                    open.Push(missing);
                }
            }
        }
    }

    /// <summary>What must stand before a value.</summary>
    protected virtual IEnumerable<CellValue> Sources(CellValue value) => value.Inputs;

    /// <summary>Writes what a value needs beside other values.</summary>
    protected virtual void Before(CellValue value)
    {
    }

    protected virtual Value Named(string name, Value value)
    {
        value.Name = name;
        return value;
    }

    protected virtual Value Make(CellValue value)
    {
        Value[] inputs = value.Inputs.Select(Of).ToArray();
        return value.Op switch
        {
            CellOp.Input => x,
            CellOp.State => others[(int)value.Number],
            CellOp.Constant => lowering.Constant(value.Number),
            CellOp.Map => lowering.Map(value.Function, inputs),
            CellOp.Activation => Activations.Apply(lowering, value.Text, inputs[0]),
            CellOp.Slice => lowering.Graph.Add(new SliceOp((int)value.Number, value.Size), inputs),
            CellOp.Concat => lowering.Graph.Add(new ConcatOp(), inputs),
            CellOp.Sum => lowering.Graph.Add(new ReduceOp(ReduceKind.Sum), inputs),
            CellOp.Mean => lowering.Graph.Add(new ReduceOp(ReduceKind.Mean), inputs),
            CellOp.Max => lowering.Graph.Add(new ReduceOp(ReduceKind.Max), inputs),
            CellOp.Softmax => lowering.Graph.Add(new SoftmaxOp(), inputs),
            CellOp.MatrixVector => lowering.Graph.Add(new ContractOp(ContractKind.Dot), inputs),
            CellOp.VectorMatrix => lowering.Graph.Add(new ContractOp(ContractKind.Sum), inputs),
            CellOp.Outer => lowering.Graph.Add(new ContractOp(ContractKind.Outer), inputs),
            _ => throw new GraphException($"{value.Op} needs a cell"),
        };
    }

    private void Add(CellValue value)
    {
        if (_values.ContainsKey(value))
        {
            return;
        }

        Before(value);
        Value made = Make(value);
        made.Name = made.Producer is not null && made.Name.Length == 0 && value.Name.Length > 0 ? Named(value.Name, made).Name : made.Name;
        _values[value] = made;
    }
}
