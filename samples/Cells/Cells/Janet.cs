// JANET (van der Westhuizen and Lasenby 2018, equation 7): an LSTM that has nothing but its forget gate.
using SeqGen;

namespace Cells;

public sealed class JanetAttribute(int units) : CellAttribute(units)
{
    /// <summary>How much less is read than was forgotten, beta.</summary>
    public double Beta { get; set; } = 1;

    public Vec Step(Vec x, Vec h, Weights w)
    {
        Vec s = w.Affine("f", x, h, bias: 1);
        Vec n = Tanh(w.Affine("n", x, h));
        return (Sigmoid(s) * h) + ((1 - Sigmoid(s - Beta)) * n);
    }
}
