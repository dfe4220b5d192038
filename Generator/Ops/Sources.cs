// Values that nothing computes: parameters, what the user hands in, constants, zeros, noise.
using System.Collections.Generic;
using System.Globalization;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Model;

namespace SeqGen.Generator.Ops;

/// <summary>How a parameter starts.</summary>
/// <param name="Kind">Member of the runtime's initializer list.</param>
/// <param name="Value">The constant, range or deviation where the kind has one.</param>
/// <param name="Gate">Gate whose elements start at <paramref name="GateValue"/> instead, or -1.</param>
/// <param name="GateValue">See <paramref name="Gate"/>.</param>
/// <param name="FanIn">What a unit reads, where that is not what the parameter's own shape says; 0 where it is.</param>
internal sealed record Start(string Kind, double Value = 0, int Gate = -1, double GateValue = 0, int FanIn = 0);

/// <summary>A parameter in the shape that a file has: [rows, columns] or [rows]. One of three dimensions, [out, in, kernel] of a convolution,
/// is to the graph a matrix of as many rows, [out, in * kernel], in the same order. With an axis there is one for every step of it, and a file has
/// each under a name of its own.</summary>
internal sealed class ParamOp(string name, Start start, bool trainable, params int[] fileShape) : Op
{
    public string Parameter { get; } = name;

    public Start Start { get; } = start;

    public bool Trainable { get; } = trainable;

    public EquatableArray<int> FileShape { get; } = new(fileShape);

    public bool Optional { get; set; }

    /// <summary>The axis whose every step has its own; null for one that all steps share.</summary>
    public Axis? Untied { get; set; }

    public override string Name => "param";

    public override bool HasIdentity => true;

    public override string Attributes => Parameter + (Trainable ? "" : " frozen") + (Untied is null ? "" : " of " + Untied.Max.ToString(CultureInfo.InvariantCulture) + " steps");

    public override string NameHint => Parameter;

    public override Shape Infer(IReadOnlyList<Value> inputs) => Shape.Whole(
        FileShape.Count == 3 ? [FileShape[0], FileShape[1] * FileShape[2]] : System.Linq.Enumerable.ToArray(FileShape)) with
    { Axis = Untied };
}

/// <summary>What is handed in at run time: the input, targets, initial states, the seed of the gradient.</summary>
internal sealed class InputOp(string port, Shape shape) : Op
{
    public string Port { get; } = port;

    public override string Name => "input";

    public override bool HasIdentity => true;

    public override string Attributes => Port;

    public override string NameHint => Port;

    public override Shape Infer(IReadOnlyList<Value> inputs) => shape;
}

internal sealed class ConstOp(double value) : Op
{
    public double Value { get; } = value;

    public override string Name => "const";

    public override string Attributes => Value.ToString("R", CultureInfo.InvariantCulture);

    public override Shape Infer(IReadOnlyList<Value> inputs) => Shape.Whole(1);
}

internal sealed class ZerosOp(Shape shape) : Op
{
    public override string Name => "zeros";

    public override Shape Infer(IReadOnlyList<Value> inputs) => shape;
}

/// <summary>How long one draw of noise lives.</summary>
internal enum NoiseLife
{
    Step,
    Sequence,
    Weight,
}

/// <summary>Random factors: 0 with probability 1-keep, else <paramref name="scale"/>; at inference the constant <paramref name="inference"/>.</summary>
internal sealed class NoiseOp(string name, int layer, NoiseLife life, double keep, double scale, double inference, Shape shape, int id = 0) : Op
{
    public string Noise { get; } = name;

    /// <summary>Number that keeps the draws of different layers apart.</summary>
    public int Layer { get; } = layer;

    /// <summary>Number that keeps the draws of one layer apart.</summary>
    public int Id { get; } = id;

    public NoiseLife Life { get; } = life;

    public double Keep { get; } = keep;

    public double Scale { get; } = scale;

    public double Inference { get; } = inference;

    public override string Name => "noise";

    public override bool HasIdentity => true;

    public override string Attributes => Noise + " " + Life.ToString().ToLowerInvariant() + " keep " + Keep.ToString("R", CultureInfo.InvariantCulture);

    public override string NameHint => Noise;

    public override Shape Infer(IReadOnlyList<Value> inputs) => shape;
}
