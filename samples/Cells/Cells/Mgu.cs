// Minimal gated unit (Zhou et al. 2016, equations 8 to 10): one gate for what is forgotten and what is read.
using SeqGen;

namespace Cells;

public sealed class MguAttribute(int units) : CellAttribute(units)
{
    public static Vec Step(Vec x, Vec h, Weights w)
    {
        Vec f = Sigmoid(w.Affine("f", x, h));
        Vec n = Tanh(w.Affine("n", x, f * h));
        return h + (f * (n - h));
    }
}
