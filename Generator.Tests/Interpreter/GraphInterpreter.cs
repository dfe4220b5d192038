// Executes a graph in double, one node after the other: the oracle for everything emitted. Knows regions, scans and lengths;
// what an op computes is in the evaluators. It refuses to be fast.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Tests.Interpreter;

internal sealed class GraphInterpreter
{
    private readonly NetworkGraph _graph;
    private readonly Run _run;
    private readonly Dictionary<Value, Tensor> _root = new();

    private GraphInterpreter(NetworkGraph graph, Run run)
    {
        _graph = graph;
        _run = run;
    }

    /// <summary>Computes every root value.</summary>
    public static GraphInterpreter Execute(NetworkGraph graph, Run run)
    {
        var interpreter = new GraphInterpreter(graph, run);
        foreach (Node node in graph.Root.Nodes)
        {
            bool isCut = run.Cut?.Contains(node) == true;
            if (node is Scan scan)
            {
                interpreter.Execute(scan, isCut ? run.FirstStep : 0);
            }
            else
            {
                Tensor result = interpreter._root[node.Output] = interpreter.Evaluate(node, null, null, 0);
                if (isCut)
                {
                    interpreter.ClearBefore(result);
                }
            }
        }

        return interpreter;
    }

    public Tensor this[Value value] => _root[value];

    public Tensor this[string result] => _root[_graph.Results[result]];

    private Tensor Evaluate(Node node, Dictionary<Value, Tensor>? body, bool[]? active, int step)
    {
        var inputs = new Tensor[node.Inputs.Count];
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i] = Read(node.Inputs[i], body);
        }

        var result = new Tensor(node.Output.Shape, _run.Items(node.Output.Shape));
        Evaluators.Evaluate(node.Op, new Evaluation(_run, active, inputs, result, step));
        if (_run.Round is { } round)
        {
            for (int i = 0; i < result.Data.Length; i++)
            {
                result.Data[i] = round(result.Data[i]);
            }
        }

        return result;
    }

    private Tensor Read(Value value, Dictionary<Value, Tensor>? body)
    {
        Tensor tensor = body is not null && body.TryGetValue(value, out Tensor? local) ? local : _root[value];
        return tensor.Shape == value.Shape ? tensor : throw new GraphException($"{value} of shape {value.Shape} was computed as {tensor.Shape}");
    }

    /// <summary>Zero before the first step that counts.</summary>
    private void ClearBefore(Tensor sequence)
    {
        if (sequence.Shape.Extent != Extent.BatchAxis)
        {
            return;
        }

        int steps = _run.StepsOf(sequence.Shape.Axis!), block = sequence.Data.Length / _run.Batch / steps;
        for (int row = 0; row < _run.Batch; row++)
        {
            System.Array.Clear(sequence.Data, row * steps * block, System.Math.Min(_run.FirstStep, steps) * block);
        }
    }

    private void Execute(Scan scan, int firstStep)
    {
        int steps = _run.StepsOf(scan.Axis);
        Tensor[] states = scan.Carries.Select(c => Stretched(_root[c.Init], c.Previous.Shape)).ToArray();
        foreach (ScanResult result in scan.Emits.Concat(scan.Sums))
        {
            _root[result.Outer] = new Tensor(result.Outer.Shape, _run.Items(result.Outer.Shape));
        }

        var active = new bool[_run.Batch];
        for (int step = 0; step < steps; step++)
        {
            int t = scan.Reverse ? steps - 1 - step : step;
            if (t < firstStep)
            {
                continue;
            }

            for (int row = 0; row < active.Length; row++)
            {
                active[row] = t < _run.LengthOf(scan.Axis, row);
            }

            var body = new Dictionary<Value, Tensor>();
            foreach (ScanEach each in scan.Each)
            {
                body[each.Inner] = Slice(_root[each.Outer], each.Inner.Shape, t, steps);
            }

            for (int i = 0; i < states.Length; i++)
            {
                body[scan.Carries[i].Previous] = states[i];
            }

            foreach (Node node in scan.Body.Nodes)
            {
                body[node.Output] = Evaluate(node, body, active, t);
            }

            states = scan.Carries.Select((c, i) => Next(Read(c.Next!, body), states[i], active)).ToArray();
            foreach (ScanResult emit in scan.Emits)
            {
                Store(Read(emit.Inner, body), _root[emit.Outer], t, steps, active);
            }

            foreach (ScanResult sum in scan.Sums)
            {
                Accumulate(Read(sum.Inner, body), _root[sum.Outer], active);
            }
        }

        for (int i = 0; i < states.Length; i++)
        {
            _root[scan.Carries[i].Final] = states[i];
        }
    }

    private Tensor Stretched(Tensor tensor, Shape shape)
    {
        var result = new Tensor(shape, _run.Items(shape));
        for (int item = 0; item < result.Items; item++)
        {
            tensor.Item(_run.ItemOf(shape, item, tensor.Shape)).CopyTo(result.Item(item));
        }

        return result;
    }

    private Tensor Slice(Tensor sequence, Shape step, int t, int steps)
    {
        var result = new Tensor(step, _run.Items(step));
        if (step.Extent == Extent.None)
        {
            System.Array.Copy(sequence.Data, t * result.Data.Length, result.Data, 0, result.Data.Length);
            return result;
        }

        int block = result.Data.Length / _run.Batch;
        for (int row = 0; row < _run.Batch; row++)
        {
            System.Array.Copy(sequence.Data, ((row * steps) + t) * block, result.Data, row * block, block);
        }

        return result;
    }

    private static Tensor Next(Tensor next, Tensor previous, bool[] active)
    {
        var result = new Tensor(previous.Shape, previous.Items);
        for (int row = 0; row < active.Length; row++)
        {
            (active[row] ? next : previous).Item(row).CopyTo(result.Item(row));
        }

        return result;
    }

    private static void Store(Tensor step, Tensor sequence, int t, int steps, bool[] active)
    {
        if (sequence.Shape.Extent == Extent.None)
        {
            step.Data.CopyTo(sequence.Data, t * step.Data.Length);
            return;
        }

        bool shared = step.Shape.Extent == Extent.None;
        int block = shared ? step.Data.Length : step.Data.Length / active.Length;
        for (int row = 0; row < active.Length; row++)
        {
            if (active[row])
            {
                System.Array.Copy(step.Data, shared ? 0 : row * block, sequence.Data, ((row * steps) + t) * block, block);
            }
        }
    }

    /// <summary>Adds a step's value; what a body sums over rows has left out the finished ones itself.</summary>
    private static void Accumulate(Tensor step, Tensor sum, bool[] active)
    {
        int rowSize = step.Shape.Extent == Extent.None ? 0 : step.Data.Length / active.Length;
        for (int i = 0; i < step.Data.Length; i++)
        {
            if (rowSize == 0 || active[i / rowSize])
            {
                sum.Data[i] += step.Data[i];
            }
        }
    }
}
