// What passes by a layer: a residual connection adds its input to its output, a dense skip puts it in front. Knows no layer.
using SeqGen.Generator.Graph;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Layers;

internal static class Connections
{
    /// <summary>Checks Residual and Skip, and says what the layer gives with them.</summary>
    /// <param name="keepsSteps">Whether the output has a value for every step of the input.</param>
    public static Signal Check(string kind, ArgumentList arguments, Signal input, Signal output, ProblemSink problems, bool keepsSteps = true)
    {
        bool residual = arguments.Bool("Residual"), beside = IsBeside(arguments);
        if ((!residual && !beside) || input.IsTokens)
        {
            return output;
        }

        string argument = residual ? "Residual" : "Skip";
        if (residual && beside)
        {
            problems.Add("SEQ0121", "Skip", kind, "Residual", "Skip", "one adds the input to the output, the other puts it beside it; write one of them");
        }
        else if (input.IsSequence && !output.IsSequence)
        {
            problems.Add("SEQ0122", argument, argument, kind, "its input has a value at every step, and its output only at the last; write Returns = Returns.Sequence");
        }
        else if (!keepsSteps || input.Steps != output.Steps)
        {
            problems.Add("SEQ0122", argument, argument, kind, "its output has other steps than its input; write Padding = Padding.Causal (or Padding.Same) and Stride = 1");
        }
        else if (residual && input.Size != output.Size)
        {
            problems.Add("SEQ0122", argument, argument, kind, Rules.Text($"its input has {input.Size} features and its output {output.Size}, and only equal sizes can be added; change the size, or use Skip = Skip.Concatenate"));
        }

        return beside ? output with { Size = input.Size + output.Size } : output;
    }

    /// <summary>The activation that a loss must know of: what passes by makes the output no function of logits, unless it is linear.</summary>
    public static string Activation(ArgumentList arguments, string activation) =>
        activation == "Linear" || !(arguments.Bool("Residual") || IsBeside(arguments)) ? activation : activation + " with its input beside it";

    public static Value Apply(ArgumentList arguments, Lowering lowering, Value input, Value output)
    {
        bool residual = arguments.Bool("Residual");
        if (!residual && !IsBeside(arguments))
        {
            return output;
        }

        lowering.Logits = null;
        return residual ? lowering.Map(MapKind.Add, input, output) : lowering.Graph.Add(new ConcatOp(), input, output);
    }

    private static bool IsBeside(ArgumentList arguments) => arguments.String("Skip", "None") != "None";
}
