// Pooling of a quasi-recurrent network (Bradbury et al. 2016, equations 3 to 5, fo-pooling); put [Tdnn] before it for the paper's wider windows.
using SeqGen;

namespace Cells;

public sealed class QrnnAttribute(int units) : CellAttribute(units)
{
    public static (Vec Y, Vec C) Step(Vec x, Vec c, Weights w)
    {
        Vec z = Tanh(w.Affine("z", x));
        Vec f = Sigmoid(w.Affine("f", x));
        Vec o = Sigmoid(w.Affine("o", x));
        Vec next = (f * c) + ((1 - f) * z);
        return (o * next, next);
    }
}
