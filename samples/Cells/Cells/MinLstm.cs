// minLSTM (Feng et al. 2024, section 3.2): two gates that add to one, neither of which sees the state.
using SeqGen;

namespace Cells;

public sealed class MinLstmAttribute(int units) : CellAttribute(units)
{
    public static Vec Step(Vec x, Vec h, Weights w)
    {
        Vec f = Sigmoid(w.Affine("f", x, bias: 1));
        Vec i = Sigmoid(w.Affine("i", x));
        Vec n = w.Affine("n", x);
        Vec kept = f / (f + i);
        return (kept * h) + ((1 - kept) * n);
    }
}
