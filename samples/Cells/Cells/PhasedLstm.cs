// Phased LSTM (Neil et al. 2016, equations 1 to 10): units open in turn, each with a period of its own. The last feature is the time of the step, in any unit; periods begin at one of it.
using SeqGen;

namespace Cells;

public sealed class PhasedLstmAttribute(int units) : CellAttribute(units)
{
    public double Open { get; set; } = 0.05;

    public double Leak { get; set; } = 0.001;

    public (Vec Y, Vec H, Vec C) Step(Vec x, Vec h, Vec c, Weights w)
    {
        Vec turns = (x[^1] - w.Vector("shift")) / w.Vector("period", start: 1, spread: 0.5);
        Vec phase = turns - Floor(turns);
        Vec closing = Select(phase < Open, 2 - ((2 / Open) * phase), Leak * phase);
        Vec k = Select(phase < Open / 2, (2 / Open) * phase, closing);
        Vec i = Sigmoid(w.Affine("i", x[..^1], h)), f = Sigmoid(w.Affine("f", x[..^1], h, bias: 1)), g = Tanh(w.Affine("g", x[..^1], h));
        Vec cell = c + (k * ((f * c) + (i * g) - c));
        Vec next = h + (k * ((Sigmoid(w.Affine("o", x[..^1], h)) * Tanh((f * c) + (i * g))) - h));
        return (next, next, cell);
    }
}
