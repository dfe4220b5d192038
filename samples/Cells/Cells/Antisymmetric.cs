// Antisymmetric RNN (Chang et al. 2019, equation 9): a step of an ordinary differential equation that neither explodes nor fades, because W - W' turns and does not stretch.
using SeqGen;

namespace Cells;

public sealed class AntisymmetricAttribute(int units) : CellAttribute(units)
{
    public double StepSize { get; set; } = 0.1;

    public double Diffusion { get; set; } = 0.01;

    public Vec Step(Vec x, Vec h, Weights w)
    {
        Mat m = w.Matrix("w", spread: 0.5);
        return h + (StepSize * Tanh(w.Affine("x", x) + Dot(m, h) - Dot(h, m) - (Diffusion * h)));
    }
}
