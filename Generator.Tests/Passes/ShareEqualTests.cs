// Which nodes become one, on graphs small enough to count them.
// Knows the pass; refuses to know emission and numbers.
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;
using SeqGen.Generator.Passes;
using Xunit;

namespace SeqGen.Generator.Tests.Passes;

public class ShareEqualTests
{
    private readonly NetworkGraph _graph = new();
    private readonly Axis _time = new("time", 4);

    [Fact]
    public void Equal_ops_of_equal_inputs_are_one_however_deep()
    {
        Value x = _graph.Add(new InputOp("input", Shape.Seq(_time, 3)));
        Value[] twice = [.. Enumerable.Range(0, 2).Select(_ => Map(MapKind.Tanh, Map(MapKind.Mul, x, _graph.Add(new ConstOp(2)))))];
        _graph.Results["output"] = Map(MapKind.Add, twice[0], twice[1]);
        Share();
        Assert.Equal(["input", "const", "mul", "tanh", "add"], _graph.Root.Nodes.Select(n => n.Op.Name));
        Assert.Equal(twice[0], _graph.Results["output"].Producer!.Inputs[1]);
    }

    [Fact]
    public void Other_attributes_inputs_and_orders_are_other_values()
    {
        Value x = _graph.Add(new InputOp("input", Shape.Seq(_time, 4))), y = _graph.Add(new InputOp("other", Shape.Seq(_time, 4)));
        Value[] different =
        [
            Map(MapKind.Sub, x, y), Map(MapKind.Sub, y, x), Map(MapKind.Max, x, y), Map(MapKind.Min, x, y), _graph.Add(new ConstOp(1)), _graph.Add(new ConstOp(-1)),
            _graph.Add(new SliceOp(0, 2), x), _graph.Add(new SliceOp(1, 2), x), _graph.Add(new ReduceOp(ReduceKind.Max), x), _graph.Add(new ReduceOp(ReduceKind.Sum), x),
            _graph.Add(new UnfoldOp(new Window(2, 1, 1, true), _time), x), _graph.Add(new UnfoldOp(new Window(2, 2, 1, true), _time), x),
        ];
        int nodes = _graph.Root.Nodes.Count;
        foreach (Value value in different)
        {
            _graph.Results["r" + value.Id] = value;
        }

        ShareEqual.Run(_graph);
        Assert.Equal(nodes, _graph.Root.Nodes.Count);
        Assert.All(different, v => Assert.Equal(v, _graph.Results["r" + v.Id]));
    }

    [Fact]
    public void Noise_parameters_and_what_is_handed_in_stay_themselves()
    {
        Value x = _graph.Add(new InputOp("input", Shape.Seq(_time, 3)));
        NoiseOp Noise() => new("dropout", 0, NoiseLife.Step, 0.5, 2, 1, Shape.Seq(_time, 3));
        Value a = Map(MapKind.Mul, x, _graph.Add(Noise())), b = Map(MapKind.Mul, x, _graph.Add(Noise()));
        Value p = _graph.Add(new ParamOp("p", new Start("Zeros"), true, 3)), q = _graph.Add(new ParamOp("p", new Start("Zeros"), true, 3));
        _graph.Results["output"] = Map(MapKind.Add, Map(MapKind.Add, a, p), Map(MapKind.Add, b, q));
        int nodes = _graph.Root.Nodes.Count;
        Share();
        Assert.Equal(nodes, _graph.Root.Nodes.Count);
    }

    [Fact]
    public void What_goes_into_a_loop_twice_or_out_of_it_does_so_once()
    {
        Value x = _graph.Add(new InputOp("input", Shape.Seq(_time, 3)));
        Value a = Map(MapKind.Tanh, x), b = Map(MapKind.Tanh, x);
        Scan scan = _graph.Begin(_time);
        Value inA = _graph.Each(scan, a), inB = _graph.Each(scan, b);
        Value outA = _graph.Emit(scan, Map(MapKind.Exp, inA)), outB = _graph.Emit(scan, Map(MapKind.Exp, inB));
        ScanCarry carry = _graph.Carry(scan, "h", _graph.AddTo(_graph.Root, new InputOp("init.h", Shape.PerRow(3))));
        carry.Next = Map(MapKind.Exp, inB);
        _graph.End(scan);
        _graph.Results["output"] = Map(MapKind.Add, outA, outB);
        _graph.Results["final.h"] = carry.Final;
        Share();
        Assert.Single(scan.Each);
        Assert.Single(scan.Emits);
        Assert.Equal(scan.Emits[0].Inner, carry.Next);
        Assert.Single(scan.Body.Nodes);
    }

    private Value Map(MapKind kind, params Value[] inputs) => _graph.Add(new MapOp(kind), inputs);

    private void Share()
    {
        ShareEqual.Run(_graph);
        Verifier.Check(_graph);
    }
}
