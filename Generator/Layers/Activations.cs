// The activations that layers offer, as elementwise ops, and which option of a layer may be which.
// Knows functions; knows no layer.
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Layers.Cells;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Layers;

internal static class Activations
{
    /// <summary>Every function of one number that a layer offers.</summary>
    public static string[] Elementwise { get; } =
        ["Linear", "Relu", "Tanh", "Sigmoid", "HardSigmoid", "HardSigmoidFifth", "HardTanh", "Elu", "LeakyRelu", "Softplus", "Softsign", "Silu", "Custom"];

    /// <summary>What an option is by default, or what is said of it.</summary>
    public static string Of(ArgumentList arguments, string argument, string otherwise) => arguments.Has(argument) ? arguments.String(argument, otherwise) : otherwise;

    /// <summary>Reports those of a layer's options that are no function of one number.</summary>
    public static void Check(string kind, ArgumentList arguments, ProblemSink problems, params string[] options)
    {
        foreach (string option in options.Where(arguments.Has))
        {
            Rules.Activation(kind, option, arguments.String(option), problems, Elementwise);
        }
    }

    /// <summary>Reports a function of a user's own that is meant nowhere, one that is missing, and what is wrong with it.</summary>
    public static void CheckCustom(LayerSpec layer, ProblemSink problems)
    {
        ArgumentSpec? custom = layer.Arguments.Items.FirstOrDefault(a => a.Name.EndsWith("Activation", System.StringComparison.Ordinal) && a.Value is "Custom");
        if (layer.Function is not { } function)
        {
            if (custom is not null && layer.Cell is null && !layer.Arguments.Has("CustomActivation"))
            {
                problems.Add("SEQ0123", custom.Name, custom.Name + " = Activation.Custom", layer.Kind, "there is no function; write CustomActivation = typeof(...) of a class that derives from CustomActivationAttribute");
            }
        }
        else if (custom is null)
        {
            problems.Add("SEQ0123", "CustomActivation", "CustomActivation", layer.Kind, "all of its activations are others; write Activation.Custom where it is meant, or leave the other one out");
        }
        else
        {
            new UserFunction(function, ArgumentList.Empty).Check(function.Title, isLayer: false, problems);
        }
    }

    /// <summary>Reports a slope a unit where there is no slope.</summary>
    public static void CheckSlopes(string kind, ArgumentList arguments, ProblemSink problems)
    {
        if (arguments.Has("SlopePerUnit") && arguments.String("Activation", "Linear") != "PRelu")
        {
            problems.Add("SEQ0123", "SlopePerUnit", "SlopePerUnit", kind, "only Activation.PRelu has a slope that is learned; write Activation = Activation.PRelu");
        }
    }

    /// <summary>The function of a layer that can have parameters of its own.</summary>
    public static Value Apply(ArgumentList arguments, Lowering lowering, Value a) => arguments.String("Activation", "Linear") is var activation && activation == "PRelu"
        ? Parametric(lowering, "prelu.weight", arguments.Bool("SlopePerUnit"), a)
        : Apply(lowering, activation, a);

    /// <summary>a above zero, else a times a slope that is learned and begins at a quarter, as PyTorch's.</summary>
    public static Value Parametric(Lowering lowering, string parameter, bool perUnit, Value a) =>
        Leaky(lowering, lowering.Parameter(parameter, new Start("Constant", 0.25), perUnit ? a.Shape.Width : 1), a);

    public static Value Apply(Lowering lowering, string activation, Value a)
    {
        Value Constant(double value) => lowering.Constant(value);
        return activation switch
        {
            "Relu" => lowering.Map(MapKind.Relu, a),
            "Tanh" => lowering.Map(MapKind.Tanh, a),
            "Sigmoid" => lowering.Map(MapKind.Sigmoid, a),
            "Softmax" => lowering.Graph.Add(new SoftmaxOp(), a),
            "Elu" => lowering.Map(MapKind.Elu, a),
            "Softplus" => lowering.Map(MapKind.Softplus, a),
            "HardSigmoid" => HardSigmoid(lowering, 1.0 / 6, a),
            "HardSigmoidFifth" => HardSigmoid(lowering, 0.2, a),
            "HardTanh" => lowering.Map(MapKind.Clip, a, Constant(-1), Constant(1)),
            "LeakyRelu" => Leaky(lowering, Constant(0.01), a),
            "Softsign" => lowering.Map(MapKind.Div, a, lowering.Map(MapKind.Add, Constant(1), lowering.Map(MapKind.Abs, a))),
            "Silu" => lowering.Map(MapKind.Mul, a, lowering.Map(MapKind.Sigmoid, a)),
            "Custom" => new UserFunction(lowering.Function!, ArgumentList.Empty).Apply(lowering, a),
            _ => a,
        };
    }

    private static Value HardSigmoid(Lowering lowering, double slope, Value a) => lowering.Map(
        MapKind.Clip, lowering.Map(MapKind.Add, lowering.Map(MapKind.Mul, lowering.Constant(slope), a), lowering.Constant(0.5)), lowering.Constant(0), lowering.Constant(1));

    /// <summary>a above zero, else a times a slope. An infinite a meets no zero.</summary>
    private static Value Leaky(Lowering lowering, Value slope, Value a) =>
        lowering.Map(MapKind.Select, lowering.Map(MapKind.Greater, a, lowering.Constant(0)), a, lowering.Map(MapKind.Mul, slope, a));
}
