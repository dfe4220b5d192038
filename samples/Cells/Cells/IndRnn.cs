// Independently recurrent network (Li et al. 2018, equation 2): every unit sees its own past alone.
using SeqGen;

namespace Cells;

public sealed class IndRnnAttribute(int units) : CellAttribute(units)
{
    public static Vec Step(Vec x, Vec h, Weights w) => Relu(w.Affine("x", x) + (w.Vector("u", start: 1) * h));
}
