// Layers with all their options.
// Knows which option goes with which; refuses to know what any of it computes.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Model;

namespace SeqGen.Generator.Tests.Fuzz;

internal sealed partial class RandomNetworks
{
    private static readonly string[] _anywhere = ["Dense", "Dense", "Dense", "Dropout", "LayerNorm", "BatchNorm", "PRelu", "Function"];

    private static readonly string[] _onSequences =
    [
        "Lstm", "Lstm", "Lstm", "Gru", "Gru", "Gru", "Rnn", "Rnn", "Elman", "Jordan", "Dense", "Dense", "Dropout", "LayerNorm", "BatchNorm", "PRelu", "Tdnn", "Tdnn", "Autoregressive", "SelfAttention",
        "AttentionPooling", "NeuralTuringMachine", "Cell", "Cell", "Cell", "Function",
    ];

    private static readonly string[] _elementwise =
    [
        "Linear", "Relu", "Tanh", "Sigmoid", "Relu", "Tanh", "Sigmoid", "HardSigmoid", "HardSigmoidFifth", "HardTanh", "Elu", "LeakyRelu", "Softplus", "Softsign", "Silu", "Custom", "Custom",
    ];

    private static readonly string[] _gates = ["Sigmoid", "HardSigmoid", "HardSigmoid", "HardSigmoidFifth", "HardTanh", "Softsign", "Tanh"];

    private string Kind() => _draws.Pick(_isSequence ? _onSequences : _anywhere);

    private void Layer(string kind)
    {
        string activation = "Linear";
        LayerSpec layer = kind switch
        {
            "Dense" => Dense(ref activation),
            "Dropout" => Common(new Arguments().With("Rate", _draws.Chance(0.1) ? 0.0 : _draws.Rate()).With(_draws.Chance(0.3), "PerSequence", () => true)).Of(kind),
            "LayerNorm" or "BatchNorm" => Norm(kind, ref activation),
            "Function" => Function(),
            "PRelu" => Common(new Arguments().With(_draws.Chance(0.4), "PerUnit", () => true)).Of(kind),
            "Tdnn" => Tdnn(ref activation),
            "Autoregressive" => Autoregressive(),
            "SelfAttention" => SelfAttention(),
            "AttentionPooling" => AttentionPooling(),
            "NeuralTuringMachine" => TuringMachine(),
            "Cell" => Recurrent(_draws.Pick(FuzzCells.Kinds), _draws.Size(), ref activation),
            _ => Recurrent(kind, _draws.Size(), ref activation),
        };
        _activation = kind == "Dropout" ? "Linear" : kind is "PRelu" or "Function" ? "other" : activation;
        _layers.Add(WithFunction(layer));
    }

    /// <summary>An activation of a user's own as a layer.</summary>
    private LayerSpec Function()
    {
        string kind = _draws.Pick(FuzzCells.Functions);
        return Common(new Arguments().With(kind == "Swish" && _draws.Chance(0.5), "Beta", () => _draws.Pick(0.5, 1.5))).Of(kind);
    }

    /// <summary>The function that an activation of a user's own is.</summary>
    private LayerSpec WithFunction(LayerSpec layer) => !layer.Arguments.Items.Any(a => a.Value is "Custom") ? layer
        : FuzzCells.Spec(layer.Kind, new ArgumentList(new(layer.Arguments.Items.Append(new ArgumentSpec("CustomActivation", FuzzCells.TypeOf(_draws.Pick(FuzzCells.Functions)))))));

    private LayerSpec Dense(ref string activation)
    {
        bool residual = _draws.Chance(0.1);
        int units = residual ? _size : _draws.Size();
        Arguments arguments = new Arguments().With("Units", units);
        activation = Activation(arguments);
        arguments.With(_draws.Chance(0.15), "Bias", () => false);
        Beside(arguments, ref activation, units, residual, mayConcatenate: true);
        return Common(Initialized(arguments, "WeightInitializer", "BiasInitializer")).Of("Dense");
    }

    /// <summary>The function of a dense layer or a window.</summary>
    private string Activation(Arguments arguments)
    {
        string activation = _draws.Chance(0.5) ? "Linear" : _isOutput && _draws.Chance(0.3) ? "Softmax" : _draws.Chance(0.1) ? "PRelu" : _draws.Pick(_elementwise);
        arguments.With(activation != "Linear" || _draws.Chance(0.1), "Activation", () => activation).With(activation == "PRelu" && _draws.Chance(0.4), "SlopePerUnit", () => true);
        return activation;
    }

    /// <summary>What passes by the layer, and the size of what comes out.</summary>
    private void Beside(Arguments arguments, ref string activation, int units, bool residual, bool mayConcatenate)
    {
        bool skip = !residual && mayConcatenate && _draws.Chance(0.1);
        arguments.With(residual, "Residual", () => true).With(skip, "Skip", () => "Concatenate");
        activation = (residual || skip) && activation != "Linear" ? "other" : activation;
        _size = skip ? _size + units : units;
    }

    private LayerSpec Norm(string kind, ref string activation)
    {
        string function = activation = _draws.Chance(0.7) ? "Linear" : _draws.Pick(_elementwise);
        Arguments arguments = new Arguments().With(_draws.Chance(0.3), "Epsilon", () => 0.01).With(function != "Linear", "Activation", () => function);
        if (kind == "BatchNorm")
        {
            arguments.With(_draws.Chance(0.3), "Momentum", () => _draws.Pick(0.01, 0.5, 1.0)).With(_draws.Chance(0.25), "Affine", () => false);
        }

        return Common(arguments).Of(kind);
    }

    private LayerSpec Tdnn(ref string activation)
    {
        (int kernel, int dilation, int stride, bool valid, int steps) = (1, 1, 1, false, _steps);
        for (int i = 0; i < 8; i++)
        {
            (kernel, dilation, stride, valid) = (_draws.Between(1, 4), _draws.Pick(1, 1, 2, 3), _draws.Pick(1, 1, 1, 2), _draws.Chance(0.35));
            int trim = valid ? (kernel - 1) * dilation : 0;
            steps = (_steps - trim - (stride - 1)) / stride;
            if ((kernel - 1) * dilation < _steps && steps >= 1)
            {
                break;
            }

            (kernel, dilation, stride, valid, steps) = (1, 1, 1, false, _steps);
        }

        bool around = !valid && stride == 1 && _draws.Chance(0.25);
        bool same = steps == _steps && stride == 1 && !valid, residual = same && _draws.Chance(0.1);
        int[] divisors = [.. Enumerable.Range(2, 31).Where(g => _size % g == 0)];
        int groups = divisors.Length > 0 && _draws.Chance(0.25) ? _draws.Pick(divisors) : 1;
        int units = residual ? _size : groups > 1 ? groups * _draws.Pick(1, 2, 3, 5, 17) : _draws.Size();
        Arguments arguments = new Arguments().With("Units", units).With("Kernel", kernel).With(dilation > 1, "Dilation", () => dilation).With(stride > 1, "Stride", () => stride)
            .With(valid, "Padding", () => "Valid").With(around, "Padding", () => "Same").With(groups > 1, "Groups", () => groups);
        activation = Activation(arguments);
        arguments.With(_draws.Chance(0.15), "Bias", () => false);
        Beside(arguments, ref activation, units, residual, mayConcatenate: same);
        _steps = steps;
        return Common(Initialized(arguments, "WeightInitializer", "BiasInitializer")).Of("Tdnn");
    }

    private LayerSpec Autoregressive()
    {
        int order = _draws.Between(1, Math.Min(4, _steps));
        bool valid = _steps > order && _draws.Chance(0.3);
        Arguments arguments = new Arguments().With("Order", order);
        if (_draws.Chance(0.5))
        {
            arguments.With("Units", _size = _draws.Size());
        }

        arguments.With(valid, "Padding", () => "Valid").With(_draws.Chance(0.15), "Bias", () => false);
        _steps -= valid ? order - 1 : 0;
        return Common(Initialized(arguments, "WeightInitializer", "BiasInitializer")).Of("Autoregressive");
    }

    private LayerSpec SelfAttention()
    {
        int heads = _draws.Pick(1, 1, 2, 3), each = heads == 1 ? _draws.Size() : _draws.Pick(1, 2, 3, 8, 16, 17);
        _size = heads * each;
        return Common(new Arguments().With("Units", _size).With(heads > 1, "Heads", () => heads).With(_draws.Chance(0.35), "Causal", () => false)).Of("SelfAttention");
    }

    private LayerSpec AttentionPooling()
    {
        _isSequence = false;
        return Common(new Arguments().With("Units", _draws.Size())).Of("AttentionPooling");
    }

    private LayerSpec TuringMachine()
    {
        int slots = _draws.Pick(1, 2, 3, 4, 5, 8, 16, 17), width = _draws.Chance(0.3) ? slots : _draws.Pick(1, 2, 3, 4, 6, 8, 16, 17);
        bool last = _draws.Chance(0.15);
        _size = _draws.Chance(0.9) ? _draws.Pick(1, 2, 3, 5, 17) : _draws.Size();
        Arguments arguments = new Arguments().With("Outputs", _size).With("ControllerUnits", _draws.Chance(0.15) ? slots : _draws.Size()).With("Slots", slots).With("Width", width)
            .With(_draws.Chance(0.35), "Controller", () => "Lstm")
            .With(_draws.Chance(0.25), "ReadHeads", () => _draws.Pick(2, 2, 3))
            .With(_draws.Chance(0.2), "WriteHeads", () => 2)
            .With(_draws.Chance(0.3), "Shifts", () => _draws.Pick(0, 1, 2, 3))
            .With(_draws.Chance(0.1), "CosineEpsilon", () => 1e-3)
            .With(_draws.Chance(0.3), "MemoryStart", () => _draws.Pick("Learned", "Zero", "Constant"))
            .With(last, "Returns", () => "Last");
        _isSequence &= !last;
        return Common(arguments).Of("NeuralTuringMachine");
    }

    private LayerSpec Recurrent(string kind, int units, ref string activation, bool isCoder = false, bool mayPass = true)
    {
        int size = units;
        Arguments arguments = new Arguments().With("Units", units);
        string output = "Linear";
        if (kind is "Elman" or "Jordan")
        {
            arguments.With("Outputs", size = _draws.Size());
            arguments.With(_draws.Chance(0.3), "HiddenActivation", () => _draws.Pick(_elementwise));
            output = Function(arguments, "OutputActivation");
        }

        switch (kind)
        {
            case "Rnn":
                arguments.With(_draws.Chance(0.4), "Activation", () => _draws.Pick(_elementwise));
                if (_draws.Chance(0.2))
                {
                    arguments.With("Output", "PreviousState").With(_draws.Chance(0.6), "Outputs", () => size = _draws.Size());
                    output = Function(arguments, "OutputActivation");
                }

                break;
            case "Lstm":
                arguments.With(_draws.Chance(0.1), "ForgetBias", () => -0.5).With(_draws.Chance(0.2), "Peephole", () => true)
                    .With(_draws.Chance(0.2), "Projection", () => size = _draws.Size()).With(_draws.Chance(0.15), "CoupledGates", () => true)
                    .With(_draws.Chance(0.1), "CellClip", () => _draws.Pick(0.1, 0.7, 2.0));
                Gates(arguments, "GateActivation", arguments.Has("CoupledGates") ? "ForgetGateActivation" : "InputGateActivation", "ForgetGateActivation", "OutputGateActivation", "Activation", "OutputActivation");
                break;
            case "Gru":
                arguments.With(_draws.Chance(0.35), "ResetAfter", () => false);
                Gates(arguments, "GateActivation", "ResetGateActivation", "UpdateGateActivation", "Activation");
                break;
            case "Elman":
                arguments.With(_draws.Chance(0.35), "Context", () => _draws.Pick(1, 2, 2));
                break;
            case "Jordan":
                arguments.With(_draws.Chance(0.5), "Recurrent", () => true);
                break;
            case "LiGru":
                arguments.With(_draws.Chance(0.5), "Normalized", () => true);
                break;
            case "Janet":
                arguments.With(_draws.Chance(0.5), "Beta", () => 0.5);
                break;
            case "FastWeights":
                arguments.With(_draws.Chance(0.3), "InnerSteps", () => _draws.Pick(0, 2, 3)).With(_draws.Chance(0.3), "Decay", () => 0.8).With(_draws.Chance(0.3), "Rate", () => 0.3);
                break;
            case "Antisymmetric":
                arguments.With(_draws.Chance(0.3), "StepSize", () => 0.2).With(_draws.Chance(0.3), "Diffusion", () => 0.1);
                break;
            default:
                break;
        }

        bool shares = kind is "FastWeights" or "Antisymmetric" || arguments.Has("Normalized");
        bool untied = !shares && _draws.Chance(0.1), last = !isCoder && _draws.Chance(0.2);
        string direction = isCoder || _draws.Chance(0.75) ? "Forward" : _draws.Pick("Backward", "Both");
        arguments.With(untied, "Tied", () => false)
            .With(kind is "Lstm" or "Gru" && !untied && _draws.Chance(0.15), "LayerNorm", () => true)
            .With(arguments.Has("LayerNorm") && _draws.Chance(0.5), "Epsilon", () => 0.01)
            .With(direction != "Forward", "Direction", () => direction)
            .With(last, "Returns", () => "Last");
        Start(arguments, isCoder);
        size = Merge(arguments, size);
        output = direction == "Both" && output != "Linear" ? "other" : output;
        Dropouts(kind, arguments, untied);
        arguments.With(_draws.Chance(0.12), "Bias", () => false);
        bool mayBeside = mayPass && !last;
        Beside(arguments, ref output, size, mayBeside && _size == size && _draws.Chance(0.5), mayBeside);
        activation = output;
        _isSequence &= !last;
        return Common(Initialized(arguments, "InputInitializer", "RecurrentInitializer", "BiasInitializer")).Of(kind);
    }

    /// <summary>Functions of gates that have ends: with one that has none a state's growth grows with the state, and in some steps it is beyond what a float holds.</summary>
    private void Gates(Arguments arguments, params string[] options)
    {
        if (_draws.Chance(0.2))
        {
            foreach (string option in options.Distinct())
            {
                arguments.With(_draws.Chance(0.3), option, () => _draws.Pick(option.Contains("Gate", StringComparison.Ordinal) ? _gates : _elementwise));
            }
        }
    }

    private string Function(Arguments arguments, string name)
    {
        string function = _draws.Chance(0.6) ? "Linear" : _draws.Pick(_elementwise);
        arguments.With(function != "Linear", name, () => function);
        return function;
    }

    private void Start(Arguments arguments, bool isCoder)
    {
        if (!_draws.Chance(isCoder ? 0.04 : 0.18))
        {
            return;
        }

        string start = _draws.Pick("Learned", "Learned", "Random", "Zero");
        arguments.With("InitialState", start).With(start == "Random" && _draws.Chance(0.5), "RandomDeviation", () => 0.5);
    }

    private int Merge(Arguments arguments, int size)
    {
        if (!arguments.Has("Direction") || arguments.List().String("Direction") != "Both")
        {
            return size;
        }

        string merge = _draws.Pick("Concatenate", "Concatenate", "Sum", "Average", "Product");
        arguments.With(merge != "Concatenate" || _draws.Chance(0.1), "Merge", () => merge);
        return merge == "Concatenate" ? 2 * size : size;
    }

    private void Dropouts(string kind, Arguments arguments, bool untied)
    {
        const double each = 0.07;
        bool isCell = FuzzCells.Kinds.Contains(kind), hasHidden = kind is not ("Jordan" or "Sru" or "Qrnn") || arguments.Has("Recurrent");
        if (kind is "Lstm" or "Gru" or "LiGru" && _draws.Chance(each))
        {
            arguments.With("RecurrentDropout", _draws.Rate()).With(_draws.Chance(0.4), "RecurrentDropoutPerSequence", () => true);
        }

        if (hasHidden && _draws.Chance(2 * each))
        {
            arguments.With(isCell ? "Zoneout" : _draws.Pick("Zoneout", "VariationalHidden"), _draws.Rate());
        }

        if (kind is "Lstm" or "Sru" or "Qrnn" && _draws.Chance(2 * each))
        {
            arguments.With(kind == "Lstm" ? _draws.Pick("ZoneoutCell", "RnnDrop") : "ZoneoutCell", _draws.Rate());
        }

        arguments.With(_draws.Chance(each), "VariationalInput", () => _draws.Rate()).With(!untied && _draws.Chance(each), "WeightDrop", () => _draws.Rate());
    }

    private Arguments Initialized(Arguments arguments, params IReadOnlyList<string> names)
    {
        foreach (string name in names)
        {
            arguments.With(_draws.Chance(0.05), name, () => Initializer());
        }

        return arguments;
    }
}
