// minGRU (Feng et al. 2024, section 3.1): neither gate nor candidate sees the state, so all products are of the input.
using SeqGen;

namespace Cells;

public sealed class MinGruAttribute(int units) : CellAttribute(units)
{
    public static Vec Step(Vec x, Vec h, Weights w)
    {
        Vec z = Sigmoid(w.Affine("z", x));
        Vec n = w.Affine("n", x);
        return ((1 - z) * h) + (z * n);
    }
}
