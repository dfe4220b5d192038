// Light GRU (Ravanelli et al. 2018, equations 8 to 10): no reset gate, and rectified candidates, which LayerNorm keeps small where the paper has batch normalization.
using SeqGen;

namespace Cells;

public sealed class LiGruAttribute(int units) : CellAttribute(units)
{
    /// <summary>Whether what comes from the input is normalized.</summary>
    public bool Normalized { get; set; }

    public Vec Step(Vec x, Vec h, Weights w)
    {
        Vec a = Normalized ? w.LayerNorm("ln_z", w.Linear("zx", x)) + w.Linear("z", h) : w.Affine("z", x, h);
        Vec b = Normalized ? w.LayerNorm("ln_n", w.Linear("nx", x)) + w.Linear("n", h) : w.Affine("n", x, h);
        Vec z = Sigmoid(a);
        return (z * h) + ((1 - z) * Candidate(Relu(b)));
    }
}
