// Long short-term memory as ops, with projection, peepholes, layer normalisation, or one of the regularizers whose masks a case gives.
using System;
using System.Text.Json;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;
using SeqGen.Generator.Tests.Goldens;

namespace SeqGen.Generator.Tests.Graphs;

internal sealed class LstmRecipe
{
    private readonly GraphWriter _write;
    private readonly JsonElement _layer;
    private readonly string _suffix;
    private readonly string _regularizer = "";
    private readonly int _units;
    private readonly Func<Value, Value, Value> _gates;
    private readonly Axis _axis;

    private LstmRecipe(GraphWriter write, JsonElement layer, Value x, string suffix)
    {
        _write = write;
        _layer = layer;
        _suffix = suffix;
        _axis = x.Shape.Axis!;
        _units = GoldenJson.Int(layer, "hidden_size");
        if (layer.GetProperty("regularizer") is { ValueKind: JsonValueKind.Object } regularizer)
        {
            _regularizer = GoldenJson.Text(regularizer, "kind");
        }

        _gates = MakeGates(x.Shape.Size);
    }

    public static Value Write(GraphWriter write, JsonElement layer, Value x)
    {
        int units = GoldenJson.Int(layer, "hidden_size"), output = GoldenJson.Int(layer, "proj_size") is > 0 and var size ? size : units;
        return RecurrentRecipes.Directions(write, layer, x, [("h", output), ("c", units)], suffix => new LstmRecipe(write, layer, x, suffix).Open());
    }

    /// <summary>The function from input and output before to the pre-activations of the four gates, [4, units].</summary>
    private Func<Value, Value, Value> MakeGates(int inputs)
    {
        int[] slots = [0, 1, 2, 3];
        if (GoldenJson.Flag(_layer, "layer_norm"))
        {
            Func<Value, Value> input = Normalized("weight_ih", "ln_ih", slots), state = Normalized("weight_hh", "ln_hh", slots);
            return (x, h) => _write.Add(input(x), state(h));
        }

        if (_regularizer == "weight_drop")
        {
            Value inputWeight = Parameter("weight_ih"), biasInput = Parameter("bias_ih"), biasState = Parameter("bias_hh");
            Value weight = Parameter("weight_hh");
            Value dropped = _write.Mul(Mask("weight_hh", NoiseLife.Weight, weight.Shape), weight);
            return (x, h) => _write.Graph.Add(new AffineOp(_units, 4, [slots, slots], [slots, slots]), inputWeight, x, dropped, h, biasInput, biasState);
        }

        Func<Value, Value, Value> plain = RecurrentRecipes.Gates(_write, _layer, _suffix, _units, 4, slots, slots);
        if (_regularizer != "variational")
        {
            return plain;
        }

        Value inputMask = Mask("x", NoiseLife.Sequence, Shape.PerRow(inputs)), stateMask = Mask("h", NoiseLife.Sequence, Shape.PerRow(_units));
        return (x, h) => plain(_write.Mul(inputMask, x), _write.Mul(stateMask, h));
    }

    private Func<Value, Value> Normalized(string role, string norm, int[] slots)
    {
        Value weight = Parameter(role);
        Func<Value, Value> normalize = Norm(norm);
        return x => normalize(_write.Graph.Add(new AffineOp(_units, 4, [slots], []), weight, x));
    }

    private Func<Value, Value> Norm(string norm)
    {
        Value weight = Parameter(norm + "_weight"), bias = Parameter(norm + "_bias");
        double epsilon = _layer.GetProperty("layer_norm_eps").GetDouble();
        return x => _write.Graph.Add(new LayerNormOp(epsilon), x, weight, bias);
    }

    private Func<Scan, Step> Open()
    {
        Value? projection = _write.Has(_layer, "weight_hr" + _suffix) ? Parameter("weight_hr") : null;
        Value[]? peepholes = GoldenJson.Flag(_layer, "peephole") ? [Parameter("weight_ci"), Parameter("weight_cf"), Parameter("weight_co")] : null;
        Func<Value, Value>? norm = GoldenJson.Flag(_layer, "layer_norm") ? Norm("ln_c") : null;
        Shape step = Shape.Seq(_axis, _units);
        Value? candidateMask = _regularizer == "recurrent_dropout" ? Mask("g", NoiseLife.Step, step) : null;
        Value? cellMask = _regularizer == "rnndrop" ? Mask("c", NoiseLife.Sequence, Shape.PerRow(_units)) : null;
        (Value H, Value C)? zoneout = _regularizer == "zoneout" ? (Mask("h", NoiseLife.Step, step), Mask("c", NoiseLife.Step, step)) : null;
        return scan =>
        {
            Value? dropped = candidateMask is null ? null : _write.Graph.Each(scan, candidateMask);
            (Value H, Value C)? keep = zoneout is { } masks ? (_write.Graph.Each(scan, masks.H), _write.Graph.Each(scan, masks.C)) : null;
            return (x, states) => Cell(x, states[0], states[1], peepholes, norm, projection, dropped, cellMask, keep);
        };
    }

    private Value[] Cell(
        Value x, Value h, Value c, Value[]? peepholes, Func<Value, Value>? norm, Value? projection, Value? candidateMask, Value? cellMask, (Value H, Value C)? keep)
    {
        Value a = _gates(x, h);
        Value Gate(int slot, Value cell) => _write.Sigmoid(
            peepholes is null ? _write.Slot(a, slot) : _write.Add(_write.Slot(a, slot), _write.Mul(peepholes[slot == 3 ? 2 : slot], cell)));
        Value i = Gate(0, c), f = Gate(1, c), g = _write.Tanh(_write.Slot(a, 2));
        Value candidate = candidateMask is null ? g : _write.Mul(candidateMask, g);
        Value next = _write.Add(_write.Mul(f, c), _write.Mul(i, candidate));
        next = cellMask is null ? next : _write.Mul(cellMask, next);
        Value o = Gate(3, next);
        Value output = _write.Mul(o, _write.Tanh(norm is null ? next : norm(next)));
        output = projection is null ? output : _write.Affine(projection.Shape.Dims[0], projection, output);
        return keep is { } masks ? [Kept(masks.H, h, output), Kept(masks.C, c, next)] : [output, next];
    }

    private Value Kept(Value mask, Value old, Value next) => _write.Add(_write.Mul(mask, old), _write.Mul(_write.OneMinus(mask), next));

    private Value Parameter(string role) => _write.Parameter(_layer, role + _suffix);

    private Value Mask(string role, NoiseLife life, Shape shape) =>
        _write.Mask(GoldenJson.Text(_layer.GetProperty("regularizer").GetProperty("masks"), role), life, shape);
}
