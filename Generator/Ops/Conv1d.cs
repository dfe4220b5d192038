// Convolution along an axis (time-delay layers). Reads only steps at or before (causal) or inside the window (valid), so a row's
// length needs no care: the derived axis' lengths say which outputs count.
using System;
using System.Collections.Generic;
using System.Globalization;
using SeqGen.Generator.Graph;

namespace SeqGen.Generator.Ops;

/// <summary>Which input steps an output step reads.</summary>
internal sealed record Window(int Kernel, int Dilation, int Stride, bool Causal)
{
    /// <summary>Steps of input that must have been seen before an output is complete, less one: the length of the ring buffer.</summary>
    public int Reach => (Kernel - 1) * Dilation;

    /// <summary>The input step that a tap reads; negative before the beginning, where a causal convolution sees zeros.</summary>
    public int Source(int output, int tap) => (output * Stride) + (tap * Dilation) - (Causal ? Reach : 0);

    /// <summary>The axis of the output: the input's own, or one derived from it.</summary>
    public Axis Output(Axis input, string name)
    {
        if (Causal && Stride == 1)
        {
            return input;
        }

        int trim = (Causal ? 0 : Reach) + 1 - Stride;
        return new Axis(name, input.Max == 0 ? 0 : Math.Max(0, (input.Max - trim) / Stride), input, trim, Stride);
    }

    public override string ToString() =>
        string.Format(CultureInfo.InvariantCulture, "{0} taps, dilation {1}, stride {2}, {3}", Kernel, Dilation, Stride, Causal ? "causal" : "valid");
}

/// <summary>y_t = b + sum over taps j of W[:, :, j] x at <see cref="Window.Source"/>. Inputs: x, W [out, in, kernel], and b if there is one.</summary>
internal sealed class Conv1dOp(Window window, Axis output) : Op
{
    public Window Window { get; } = window;

    public override string Name => "conv1d";

    public override string Attributes => Window.ToString();

    // One step needs the last inputs only, in a ring buffer; a valid or strided convolution has no output at some steps.
    public override bool CanStep => true;

    public override Shape Infer(IReadOnlyList<Value> inputs)
    {
        Shape x = inputs[0].Shape, w = inputs[1].Shape;
        if (x.Extent != Extent.BatchAxis || x.Across is not null || x.Rank != 1 || w.Extent != Extent.None || w.Rank != 3
            || w.Dims[1] != x.Dims[0] || w.Dims[2] != Window.Kernel || Window.Output(x.Axis!, output.Name) != output)
        {
            throw Misfit($"weight {w} does not take {x} along {output}");
        }

        return inputs.Count < 3 || (inputs[2].Shape.Extent == Extent.None && inputs[2].Shape.Size == w.Dims[0])
            ? x.WithDims(w.Dims[0]) with { Axis = output }
            : throw Misfit($"bias {inputs[2].Shape} does not fit {w}");
    }

    public override void Gradient(GradientRule rule)
    {
        Value dy = rule.OutputGradient;
        if (rule.Needs(0))
        {
            rule.Add(0, rule.Emit(new Conv1dInputGradientOp(Window, rule.Node.Inputs[0].Shape.Axis!), rule.Input(1), dy));
        }

        if (rule.Needs(1))
        {
            rule.Add(1, rule.Emit(new Conv1dWeightGradientOp(Window), dy, rule.Input(0)));
        }

        if (rule.Node.Inputs.Count > 2 && rule.Needs(2))
        {
            rule.Add(2, dy);
        }
    }
}

/// <summary>dx: every dy handed back to the steps it was made of. Inputs: W, dy.</summary>
internal sealed class Conv1dInputGradientOp(Window window, Axis input) : Op
{
    public Window Window { get; } = window;

    public override string Name => "conv1d_dx";

    public override string Attributes => Window.ToString();

    public override Shape Infer(IReadOnlyList<Value> inputs) => inputs[1].Shape.WithDims(inputs[0].Shape.Dims[1]) with { Axis = input };
}

/// <summary>dW[:, :, j] = sum over rows and steps of dy_t x^T. Inputs: dy, x.</summary>
internal sealed class Conv1dWeightGradientOp(Window window) : Op
{
    public Window Window { get; } = window;

    public override string Name => "conv1d_dw";

    public override string Attributes => Window.ToString();

    public override Shape Infer(IReadOnlyList<Value> inputs) => Shape.Whole(inputs[0].Shape.Dims[0], inputs[1].Shape.Dims[0], Window.Kernel);
}
