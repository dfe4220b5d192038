// Dropout (Srivastava et al. 2014; between recurrent layers: Zaremba et al. 2014): each element is zero with probability Rate while training,
// the others are scaled by 1/(1 - Rate); nothing happens at inference. One draw a step, or one for the whole sequence (Gal and Ghahramani 2016).
using SeqGen.Generator.Graph;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Layers;

internal sealed class Dropout : Layer
{
    public override string Kind => "Dropout";

    public override Signal Check(ArgumentList arguments, Signal input, ProblemSink problems)
    {
        Rules.NeedsNumbers(Kind, input, problems);
        double rate = arguments.Double("Rate", -1);
        if (!(rate >= 0 && rate < 1))
        {
            problems.Add("SEQ0104", "Rate", "Rate", "0 <= rate < 1", rate);
        }

        return input;
    }

    public override Value Lower(ArgumentList arguments, Lowering lowering, Value input)
    {
        double keep = 1 - arguments.Double("Rate");
        Shape shape = Shape.PerRow(input.Shape.Width);
        bool perStep = input.Shape.Extent == Extent.BatchAxis && !arguments.Bool("PerSequence");
        Value noise = lowering.Noise(keep, perStep ? NoiseLife.Step : NoiseLife.Sequence, perStep ? shape.Along(input.Shape.Axis!) : shape);
        noise.Name = "mask";
        return lowering.Map(MapKind.Mul, input, noise);
    }
}
