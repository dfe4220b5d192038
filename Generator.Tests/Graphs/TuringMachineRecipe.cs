// Neural Turing machine (Graves et al. 2014) as ops: a controller, a read head and a write head on a memory of slots.
using System;
using System.Linq;
using System.Text.Json;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;
using SeqGen.Generator.Tests.Goldens;

namespace SeqGen.Generator.Tests.Graphs;

internal sealed class TuringMachineRecipe
{
    private readonly GraphWriter _write;
    private readonly JsonElement _layer;
    private readonly int _units;

    private TuringMachineRecipe(GraphWriter write, JsonElement layer)
    {
        _write = write;
        _layer = layer;
        _units = GoldenJson.Int(layer, "controller_size");
    }

    public static Value Write(GraphWriter write, JsonElement layer, Value x) => new TuringMachineRecipe(write, layer).Loop(x);

    private Value Loop(Value x)
    {
        int slots = GoldenJson.Int(_layer, "memory_slots"), width = GoldenJson.Int(_layer, "memory_width");
        bool isLstm = GoldenJson.Text(_layer, "controller") == "lstm";
        (string Name, int[] Dims)[] states = [("memory", [slots, width]), ("read", [width]), ("w_read", [slots]), ("w_write", [slots])];
        states = isLstm ? [.. states, ("h", [_units]), ("c", [_units])] : states;
        Value[] initial = states.Select(s => _write.Initial(_layer, s.Name, s.Dims)).ToArray();
        Scan scan = _write.Graph.Begin(x.Shape.Axis!);
        ScanCarry[] carries = states.Select((s, i) => _write.Graph.Carry(scan, s.Name, initial[i])).ToArray();
        Value memory = carries[0].Previous;
        Value input = _write.Concat(_write.Graph.Each(scan, x), carries[1].Previous);
        Value h = isLstm ? Controller(input, carries[4], carries[5]) : _write.Tanh(_write.Dense(_layer, "controller.", input));

        carries[2].Next = Weighting("read_head.", h, memory, carries[2].Previous);
        carries[3].Next = Weighting("write_head.", h, memory, carries[3].Previous);
        carries[1].Next = Contract(ContractKind.Sum, carries[2].Next!, memory);
        Value erase = _write.Sigmoid(_write.Dense(_layer, "write_head.erase.", h)), add = _write.Tanh(_write.Dense(_layer, "write_head.add.", h));
        Value kept = _write.Mul(memory, _write.OneMinus(Contract(ContractKind.Outer, carries[3].Next!, erase)));
        carries[0].Next = _write.Add(kept, Contract(ContractKind.Outer, carries[3].Next!, add));
        Value y = _write.Dense(_layer, "output.", _write.Concat(h, carries[1].Next!));

        Value sequence = _write.Graph.Emit(scan, y);
        foreach (JsonProperty trace in _layer.GetProperty("traces").EnumerateObject())
        {
            _write.Graph.Results[trace.Value.GetString()!] = _write.Graph.Emit(scan, carries.Single(c => c.Name == trace.Name).Next!);
        }

        _write.Graph.End(scan);
        foreach (ScanCarry carry in carries)
        {
            _write.Final(_layer, carry);
        }

        return sequence;
    }

    private Value Controller(Value input, ScanCarry h, ScanCarry c)
    {
        int[] slots = [0, 1, 2, 3];
        Value Parameter(string role) => _write.Parameter(_layer, "controller." + role);
        Value a = _write.Graph.Add(
            new AffineOp(_units, 4, [slots, slots], [slots, slots]),
            Parameter("weight_ih"), input, Parameter("weight_hh"), h.Previous, Parameter("bias_ih"), Parameter("bias_hh"));
        Value kept = _write.Mul(_write.Sigmoid(_write.Slot(a, 1)), c.Previous);
        c.Next = _write.Add(kept, _write.Mul(_write.Sigmoid(_write.Slot(a, 0)), _write.Tanh(_write.Slot(a, 2))));
        return h.Next = _write.Mul(_write.Sigmoid(_write.Slot(a, 3)), _write.Tanh(c.Next));
    }

    /// <summary>Where a head looks: by content, mixed with the step before, shifted, sharpened.</summary>
    private Value Weighting(string head, Value h, Value memory, Value before)
    {
        Value Dense(string role) => _write.Dense(_layer, head + role + ".", h);
        Value key = _write.Tanh(Dense("key")), beta = _write.Map(MapKind.Softplus, Dense("beta"));
        Value gate = _write.Sigmoid(Dense("gate")), shift = _write.Graph.Add(new SoftmaxOp(), Dense("shift"));
        Value gamma = _write.Add(_write.Constant(1), _write.Map(MapKind.Softplus, Dense("gamma")));
        Value norms = _write.Add(_write.Mul(Norm(memory), Norm(key)), _write.Constant(_layer.GetProperty("cosine_eps").GetDouble()));
        Value similarity = _write.Map(MapKind.Div, Contract(ContractKind.Dot, memory, key), norms);
        Value content = _write.Graph.Add(new SoftmaxOp(), _write.Mul(beta, similarity));
        Value mixed = _write.Add(_write.Mul(gate, content), _write.Mul(_write.OneMinus(gate), before));
        Value sharp = _write.Map(MapKind.Pow, _write.Graph.Add(new CircularConvOp(), mixed, shift), gamma);
        return _write.Map(MapKind.Div, sharp, Sum(sharp));
    }

    private Value Norm(Value value) => _write.Map(MapKind.Sqrt, Sum(_write.Mul(value, value)));

    private Value Sum(Value value) => _write.Graph.Add(new ReduceOp(ReduceKind.Sum), value);

    private Value Contract(ContractKind kind, Value a, Value b) => _write.Graph.Add(new ContractOp(kind), a, b);
}
