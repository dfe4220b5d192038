// Simple recurrent unit (Lei et al. 2018, equations 1 to 4): the state enters the gates element by element, and a highway lets the input pass.
using SeqGen;

namespace Cells;

public sealed class SruAttribute(int units) : CellAttribute(units)
{
    public static (Vec Y, Vec C) Step(Vec x, Vec c, Weights w)
    {
        Vec f = Sigmoid(w.Affine("f", x) + (w.Vector("vf") * c));
        Vec r = Sigmoid(w.Affine("r", x) + (w.Vector("vr") * c));
        Vec next = (f * c) + ((1 - f) * w.Linear("n", x));
        Vec passed = x.Size == w.Units ? x : w.Linear("x", x);
        return ((r * next) + ((1 - r) * passed), next);
    }
}
