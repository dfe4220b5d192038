// Windows along an axis: what a convolution (a time-delay layer) or an autoregressive model reads at a step, side by side; its product with
// a weight is an Affine's. Reads only steps at or before (causal) or inside the window (valid), so a row's length needs no care: the
// derived axis' lengths say which outputs count. Around the step (same) it ends where the row's sequence ends.
using System;
using System.Collections.Generic;
using System.Globalization;
using SeqGen.Generator.Graph;

namespace SeqGen.Generator.Ops;

/// <summary>Which input steps an output step reads.</summary>
/// <param name="Kernel">How many.</param>
/// <param name="Dilation">Steps from one to the next.</param>
/// <param name="Stride">Steps from window to window.</param>
/// <param name="Causal">Whether the last that is read is the output's own.</param>
/// <param name="Around">Whether as many are read before as after the output's own; one more after it where they are odd, as PyTorch has it.</param>
internal sealed record Window(int Kernel, int Dilation, int Stride, bool Causal, bool Around = false)
{
    /// <summary>Steps from the first that is read to the output's own, where there is a window at every step.</summary>
    public int Back => Causal ? Reach : Around ? Reach / 2 : 0;

    /// <summary>Whether steps to come are read, beyond which a sequence can end.</summary>
    public bool LooksAhead => Around && Reach > 0;

    /// <summary>Steps of input that must have been seen before an output is complete, less one: the length of the ring buffer.</summary>
    public int Reach => (Kernel - 1) * Dilation;

    /// <summary>Whether there is a window at every step: the output lies along the input's own axis, and a stream has one for each step.</summary>
    public bool IsEveryStep => Stride == 1 && (Causal || Around || Reach == 0);

    /// <summary>Whether the window at every step is that step alone.</summary>
    public bool IsTheStep => Stride == 1 && Reach == 0;

    /// <summary>The input step that a tap reads; negative before the beginning, where a causal convolution sees zeros, as one around its step does after the end.</summary>
    public int Source(int output, int tap) => (output * Stride) + (tap * Dilation) - Back;

    /// <summary>The axis of the output: the input's own, or one derived from it.</summary>
    public Axis Output(Axis input, string name)
    {
        if (IsEveryStep)
        {
            return input;
        }

        int trim = (Causal ? 0 : Reach) + 1 - Stride;
        return new Axis(name, input.Max == 0 ? 0 : (int)Math.Max(0, ((long)input.Max - trim) / Stride), input, trim, Stride);
    }

    public override string ToString() =>
        string.Format(CultureInfo.InvariantCulture, "{0} taps, dilation {1}, stride {2}, {3}", Kernel, Dilation, Stride, Causal ? "causal" : Around ? "around" : "valid");
}

/// <summary>y_t[i * kernel + j] = x[i] at step <see cref="Window.Source"/>(t, j), zero before the beginning and, where it looks ahead, after the row's end. Input: x [inputs] a step.</summary>
internal sealed class UnfoldOp(Window window, Axis output) : Op
{
    public Window Window { get; } = window;

    public override string Name => "unfold";

    public override string Attributes => Window.ToString();

    // One step needs the last inputs only, in a ring; a valid or strided window is incomplete at some steps, and then gives nothing.
    public override bool CanStep => !Window.LooksAhead;

    public override Shape Infer(IReadOnlyList<Value> inputs)
    {
        Shape x = inputs[0].Shape;
        return x.Extent == Extent.BatchAxis && x.Across is null && x.Rank == 1 && Window.Output(x.Axis!, output.Name) == output
            ? x.WithDims(x.Dims[0] * Window.Kernel) with { Axis = output }
            : throw Misfit($"{x} has no windows of {Window} along {output}");
    }

    public override void Gradient(GradientRule rule)
    {
        if (rule.Needs(0))
        {
            rule.Add(0, rule.Emit(new FoldOp(Window, rule.Node.Inputs[0].Shape.Axis!), rule.OutputGradient));
        }
    }
}

/// <summary>The transpose: every element handed back to the step it was read from, and added up there. Input: dy [inputs * kernel] a step.</summary>
internal sealed class FoldOp(Window window, Axis input) : Op
{
    public Window Window { get; } = window;

    public override string Name => "fold";

    public override string Attributes => Window.ToString();

    // Steps to come add to the step of now.
    public override bool CanStep => false;

    public override Shape Infer(IReadOnlyList<Value> inputs)
    {
        Shape dy = inputs[0].Shape;
        return dy.Extent == Extent.BatchAxis && dy.Across is null && dy.Rank == 1 && dy.Dims[0] % Window.Kernel == 0
            && Window.Output(input, dy.Axis!.Name) == dy.Axis
            ? dy.WithDims(dy.Dims[0] / Window.Kernel) with { Axis = input }
            : throw Misfit($"{dy} does not consist of windows of {Window} along {input}");
    }

    public override void Gradient(GradientRule rule)
    {
        if (rule.Needs(0))
        {
            rule.Add(0, rule.Emit(new UnfoldOp(Window, rule.Node.Inputs[0].Shape.Axis!), rule.OutputGradient));
        }
    }
}
