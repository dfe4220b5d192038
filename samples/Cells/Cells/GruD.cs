// GRU-D (Che et al. 2018, equations 10 to 14): gaps in the data. The input is [values, whether each is there, time since it was]; what is missing decays from its last value to the mean (0 of
// normalized data), and the state decays with time.
using SeqGen;

namespace Cells;

public sealed class GruDAttribute(int units, int features) : CellAttribute(units)
{
    public int Features { get; } = features;

    public (Vec Y, Vec H, Vec Last) Step(Vec x, Vec h, [Size(nameof(Features))] Vec last, Weights w)
    {
        Vec value = x[..Features], there = x[Features..(2 * Features)], since = x[(2 * Features)..];
        Vec fade = Exp(-Relu((w.Vector("wx", Features) * since) + w.Vector("bx", Features)));
        Vec seen = (there * value) + ((1 - there) * fade * last);
        Vec old = Exp(-Relu(w.Affine("decay", since))) * h;
        Vec z = Sigmoid(w.Affine("z", seen, there, old)), r = Sigmoid(w.Affine("r", seen, there, old));
        Vec n = Tanh(w.Affine("n", seen, there, r * old));
        Vec next = ((1 - z) * old) + (z * n);
        return (next, next, (there * value) + ((1 - there) * last));
    }
}
