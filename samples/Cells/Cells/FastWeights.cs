// Fast weights (Ba et al. 2016, equations 1 and 2): a matrix that remembers the last states by outer products, and settles the next one in a few inner steps.
using SeqGen;

namespace Cells;

public sealed class FastWeightsAttribute(int units) : CellAttribute(units)
{
    public int InnerSteps { get; set; } = 1;

    public double Decay { get; set; } = 0.95;

    public double Rate { get; set; } = 0.5;

    public (Vec Y, Vec H, Mat A) Step(Vec x, Vec h, Mat a, Weights w)
    {
        Mat fast = (Decay * a) + (Rate * Outer(h, h));
        Vec slow = w.Affine("h", x, h), next = Relu(slow);
        for (int s = 0; s < InnerSteps; s++)
        {
            next = Relu(w.LayerNorm($"ln{s}", slow + Dot(fast, next)));
        }

        return (next, next, fast);
    }
}
