// A recurrent cell being written, one direction of it: its parameters by role, its noise, and shorthands for its arithmetic.
// Knows PyTorch's parameter names; knows no cell's equations.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Layers;

/// <summary>A state that a cell carries: a vector, or with columns a matrix.</summary>
internal sealed record CellState(string Name, int Size, int Columns = 0)
{
    public int[] Dims => Columns == 0 ? [Size] : [Size, Columns];
}

/// <summary>What a step gives: the output, the next states, and the output before its activation where there is one.</summary>
internal sealed record CellResult(Value Output, Value[] States, Value? Logits = null);

/// <summary>The sum that enters a gate: its name for printed graphs, and its slot.</summary>
internal delegate Value GateSum(string name, int slot);

/// <param name="arguments">The layer's arguments.</param>
/// <param name="lowering">The layer being lowered.</param>
/// <param name="input">Shape of the input, a sequence.</param>
/// <param name="reverse">Whether it is the direction from the last step to the first.</param>
/// <param name="numbered">Whether the parameters of a module's first layer have its number, as PyTorch's own have: <c>weight_ih_l0</c>.</param>
internal sealed class Cell(ArgumentList arguments, Lowering lowering, Shape input, bool reverse, bool numbered)
{
    private readonly Dictionary<string, Value> _parameters = new();
    private readonly List<string> _noises = new();
    private Scan? _scan;

    public ArgumentList Arguments { get; } = arguments;

    public Lowering Lowering => lowering;

    public int Units { get; } = arguments.Int("Units");

    public int Inputs { get; } = input.Width;

    public bool Bias { get; } = arguments.Bool("Bias", true);

    public bool IsNormalized { get; } = arguments.Bool("LayerNorm");

    /// <summary>What names of this direction end in.</summary>
    public string Suffix { get; } = reverse ? "_reverse" : "";

    /// <summary>A parameter by role; inside the loop that of the step, where every step has its own.</summary>
    public Value this[string role] => OfStep(_parameters[role]);

    /// <summary>Opens the loop over time: what is added from now on belongs to its step. Gives what the cell reads of the step's input.</summary>
    public Value Open(Scan scan, Value x)
    {
        _scan = scan;
        return Masked("x", "VariationalInput", NoiseLife.Sequence, x);
    }

    /// <summary>A state's value before the first step: given, carried over, or where the layer says that it begins.</summary>
    public Value Initial(CellState state)
    {
        Value initial = lowering.InitialState(state.Name + Suffix, state.Dims);
        string kind = Arguments.String("InitialState", "Zero");
        if (kind != "Zero" && initial.Producer?.Op is InputOp)
        {
            Value? learned = kind == "Learned" ? lowering.Parameter(FullName("initial_" + state.Name), new Start("Zeros"), state.Dims) : null;
            lowering.Graph.InitialStates[((InputOp)initial.Producer!.Op).Port] =
                new StateBeginning(kind, ((ParamOp?)learned?.Producer!.Op)?.Parameter, learned is null ? Arguments.Double("RandomDeviation", 0.1) : 0);
        }

        return initial;
    }

    public Value Add(string role, Start start, params int[] shape) =>
        _parameters[role] = lowering.Parameter(Arguments.Bool("Tied", true) ? null : input.Axis, FullName(role), start, shape);

    /// <summary>A matrix that the input goes through.</summary>
    public void AddInput(string role, int rows, int columns) => Add(role, Start("InputInitializer", "GlorotUniform"), rows, columns);

    /// <summary>A matrix that a state goes through; with WeightDrop, what is left of it.</summary>
    public void AddRecurrent(string role, int rows, int columns)
    {
        Value weight = Add(role, Start("RecurrentInitializer", "Orthogonal"), rows, columns);
        if (Arguments.Double("WeightDrop") is var rate and > 0)
        {
            _parameters[role] = lowering.Map(MapKind.Mul, Noise(role, NoiseLife.Weight, 1 - rate, 1 / (1 - rate), 1, weight.Shape), weight);
        }
    }

    public void AddBias(string role, int rows, int gate = -1, double gateValue = 0) =>
        Add(role, Start("BiasInitializer", "Zeros") with { Gate = gate, GateValue = gateValue }, rows);

    /// <summary>Factors and offsets of a normalization, under the names of a module inside the layer: <c>ln_ih.weight</c>, <c>ln_ih.bias</c>.</summary>
    public void AddNorm(string role, int size, int gate = -1, double gateValue = 0)
    {
        string number = lowering.ModuleLayer > 0 ? "_l" + lowering.ModuleLayer.ToString(CultureInfo.InvariantCulture) : "";
        _parameters[role + ".weight"] = lowering.Parameter(role + number + Suffix + ".weight", new Start("Ones"), size);
        _parameters[role + ".bias"] = lowering.Parameter(role + number + Suffix + ".bias", new Start("Zeros", 0, gate, gateValue), size);
    }

    /// <summary>weight_ih, weight_hh of that many gates, and what is added to their products: bias_ih and bias_hh, or with LayerNorm ln_ih and ln_hh.</summary>
    /// <param name="gates">Blocks of rows.</param>
    /// <param name="state">Size of the state that the recurrent weights read.</param>
    /// <param name="recurrentBias">Whether bias_hh exists.</param>
    /// <param name="normalized">Gates whose recurrent sums are normalized together.</param>
    /// <param name="forgetGate">The gate whose input bias begins at <paramref name="forgetBias"/>, or -1.</param>
    /// <param name="forgetBias">That beginning.</param>
    public void AddGates(int gates, int state, bool recurrentBias, int normalized, int forgetGate = -1, double forgetBias = 0)
    {
        AddInput("weight_ih", gates * Units, Inputs);
        AddRecurrent("weight_hh", gates * Units, state);
        if (IsNormalized)
        {
            AddNorm("ln_ih", gates * Units, forgetGate, forgetBias);
            AddNorm("ln_hh", normalized * Units);
        }
        else if (Bias)
        {
            AddBias("bias_ih", gates * Units, forgetGate, forgetBias);
            if (recurrentBias)
            {
                AddBias("bias_hh", gates * Units);
            }
        }
    }

    /// <summary>W_ih x + W_hh h + biases, gate g of the input part in slot xSlots[g], of the recurrent part in slot hSlots[g] (-1: left out).
    /// With LayerNorm both parts are normalized over their gates before they are added.</summary>
    public GateSum Gates(int slots, Value x, int[] xSlots, Value h, int[] hSlots)
    {
        if (IsNormalized)
        {
            GateSum ofInput = Normalized("weight_ih", "ln_ih", x, xSlots), ofState = Normalized("weight_hh", "ln_hh", h, hSlots);
            return (name, slot) => !xSlots.Contains(slot) ? ofState(name, slot) : !hSlots.Contains(slot) ? ofInput(name, slot)
                : Named(name, Add(ofInput("", slot), ofState("", slot)));
        }

        var inputs = new List<Value> { this["weight_ih"], x, this["weight_hh"], h };
        var biases = new List<int[]>();
        foreach ((string role, int[] roleSlots) in new[] { ("bias_ih", xSlots), ("bias_hh", hSlots) })
        {
            if (_parameters.TryGetValue(role, out Value? bias))
            {
                inputs.Add(OfStep(bias));
                biases.Add(roleSlots);
            }
        }

        Value sums = Affine(new AffineOp(Units, slots, [xSlots, hSlots], biases), inputs.ToArray());
        return (name, slot) => slots == 1 ? sums : Slot(name, sums, slot);
    }

    /// <summary>weight x + ... + bias, weights and bias by role; a bias that the layer does not have is left out.</summary>
    public Value Sum(int units, string bias, params (string Weight, Value Source)[] terms)
    {
        List<Value> inputs = terms.SelectMany(t => new[] { this[t.Weight], t.Source }).ToList();
        bool isThere = _parameters.TryGetValue(bias, out Value? value);
        if (isThere)
        {
            inputs.Add(OfStep(value!));
        }

        return Affine(new AffineOp(units, 1, terms.Select(_ => new[] { 0 }).ToArray(), isThere ? [[0]] : []), inputs.ToArray());
    }

    public Value Normalize(string role, Value value) => Normalize(role, value, Arguments.Double("Epsilon", 1e-5));

    public Value Normalize(string role, Value value, double epsilon) =>
        lowering.Graph.Add(new LayerNormOp(epsilon), value, this[role + ".weight"], this[role + ".bias"]);

    /// <summary>The state as its products read it: with VariationalHidden masked, the same at every step.</summary>
    public Value Hidden(Value h, string suffix = "") => Masked("h" + suffix, "VariationalHidden", NoiseLife.Sequence, h);

    /// <summary>What is to be added to the memory: with RecurrentDropout masked.</summary>
    public Value Candidate(Value g, string suffix = "") =>
        Masked("g" + suffix, "RecurrentDropout", Arguments.Bool("RecurrentDropoutPerSequence") ? NoiseLife.Sequence : NoiseLife.Step, g);

    /// <summary>The memory: with RnnDrop masked, the same at every step. Not scaled while training; inference scales by what is kept.</summary>
    public Value Memory(Value c, string suffix = "") => Arguments.Double("RnnDrop") is var rate and > 0
        ? Mul(Noise("c" + suffix, NoiseLife.Sequence, 1 - rate, 1, 1 - rate, Shape.PerRow(c.Shape.Width)), c)
        : c;

    /// <summary>A state's next value: with zoneout the old one where the mask is 1; inference mixes them.</summary>
    public Value Keep(string state, Value before, Value after)
    {
        double rate = Arguments.Double(state == "c" ? "ZoneoutCell" : "Zoneout");
        if (rate == 0)
        {
            return after;
        }

        Value mask = lowering.Graph.Each(_scan!, Noise(state, NoiseLife.Step, rate, 1, rate, Shape.Seq(input.Axis!, after.Shape.Width)));
        return Add(Mul(mask, before), Mul(Sub(lowering.Constant(1), mask), after));
    }

    public Value Slot(string name, Value gates, int slot) => Named(name, lowering.Slot(gates, slot));

    public Value Add(Value a, Value b) => lowering.Map(MapKind.Add, a, b);

    public Value Sub(Value a, Value b) => lowering.Map(MapKind.Sub, a, b);

    public Value Mul(Value a, Value b) => lowering.Map(MapKind.Mul, a, b);

    public Value Apply(string activation, Value a) => Activations.Apply(lowering, activation, a);

    /// <summary>A gate, or another part of the cell that has a name.</summary>
    public Value Apply(string name, string activation, Value a) => activation == "Linear" ? a : Named(name, Apply(activation, a));

    /// <summary>The value, no further from zero than that; 0 for any.</summary>
    public Value Clip(double limit, Value a) =>
        limit == 0 ? a : lowering.Map(MapKind.Clip, a, lowering.Constant(-limit), lowering.Constant(limit));

    /// <summary>A matrix as every row of the batch has it, in the root whatever is open.</summary>
    public Value PerRow(string role)
    {
        NetworkGraph graph = lowering.Graph;
        Value matrix = _parameters[role];
        return graph.AddTo(graph.Root, new MapOp(MapKind.Add), graph.AddTo(graph.Root, new ZerosOp(Shape.PerRow([.. matrix.Shape.Dims]))), matrix);
    }

    /// <summary>A vector as every row of the batch has it, in the step.</summary>
    public Value InRows(string role) => Add(lowering.Graph.AddTo(lowering.Graph.Root, new ZerosOp(Shape.PerRow([.. this[role].Shape.Dims]))), this[role]);

    public Value Constant(double value) => lowering.Constant(value);

    /// <summary>Any op in the step.</summary>
    public Value Write(Op op, Value[] inputs) => lowering.Graph.Add(op, inputs);

    public Value Affine(AffineOp op, params Value[] inputs) => Named("gates", lowering.Graph.Add(op, inputs));

    /// <summary>How a parameter begins; PyTorch draws all of a recurrent layer within 1/sqrt(units).</summary>
    public Start Start(string argument, string otherwise)
    {
        string given = Arguments.String(argument, "Default");
        return new Start(given == "Default" ? otherwise : given, FanIn: given == "PyTorchUniform" ? Units : 0);
    }

    public Value Named(string name, Value value)
    {
        value.Name = name.Length > 0 && reverse ? name + "Reverse" : name;
        return value;
    }

    /// <summary>A product's gates that go somewhere, normalized over all of them at once.</summary>
    private GateSum Normalized(string weight, string norm, Value source, int[] slots)
    {
        int[] used = slots.Where(s => s >= 0).ToArray();
        int next = 0;
        int[] compact = slots.Select(s => s < 0 ? -1 : next++).ToArray();
        Value sums = Affine(new AffineOp(Units, used.Length, [compact], []), this[weight], source);
        Named(weight == "weight_ih" ? "inputGates" : "stateGates", sums);
        sums = Normalize(norm, sums);
        return (name, slot) => used.Length == 1 ? sums : Slot(name, sums, Array.IndexOf(used, slot));
    }

    private string FullName(string role) =>
        role + (numbered || lowering.ModuleLayer > 0 ? "_l" + lowering.ModuleLayer.ToString(CultureInfo.InvariantCulture) : "") + Suffix;

    private Value OfStep(Value parameter) => parameter.Shape.Axis is null ? parameter : lowering.Graph.Each(_scan!, parameter);

    private Value Masked(string noise, string option, NoiseLife life, Value value)
    {
        double rate = Arguments.Double(option);
        if (rate == 0)
        {
            return value;
        }

        Shape shape = life == NoiseLife.Step ? Shape.Seq(input.Axis!, value.Shape.Width) : Shape.PerRow(value.Shape.Width);
        Value mask = Noise(noise, life, 1 - rate, 1 / (1 - rate), 1, shape);
        return Mul(life == NoiseLife.Step ? lowering.Graph.Each(_scan!, mask) : mask, value);
    }

    /// <summary>Noise stands in the root, before the loop that reads it.</summary>
    private Value Noise(string noise, NoiseLife life, double keep, double scale, double inference, Shape shape) =>
        lowering.Noise(noise + Suffix, Id(noise), life, keep, scale, inference, shape);

    /// <summary>What keeps the draws of this noise apart: its place in the list, or behind the list the order in which it is asked for.</summary>
    private int Id(string noise)
    {
        if (Regularizers.Id(noise, reverse) is { } id)
        {
            return id;
        }

        int place = _noises.IndexOf(noise);
        if (place < 0)
        {
            place = _noises.Count;
            _noises.Add(noise);
        }

        return Regularizers.FirstFree + (2 * place) + (reverse ? 1 : 0);
    }
}
