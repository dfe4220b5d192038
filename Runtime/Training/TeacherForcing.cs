// How often a decoder is fed with the truth while it is trained: scheduled sampling.
// Knows ratios; refuses to know decoders.
// S. Bengio, O. Vinyals, N. Jaitly, N. Shazeer: Scheduled sampling for sequence prediction with recurrent neural networks. NIPS 2015.
using System;
using System.Globalization;

namespace SeqGen;

/// <summary>The share of a decoder's steps that are fed with the target before; the others are fed with what the decoder itself gave.
/// Below 1, every batch is decoded step by step first, and then trained on the mixture (no gradient goes through the choice).</summary>
public abstract class TeacherForcing
{
    /// <summary>Always the targets.</summary>
    public static TeacherForcing Always { get; } = new Rule($"Always", _ => 1);

    /// <summary>One ratio throughout.</summary>
    /// <param name="ratio">0 (never the targets) to 1.</param>
    public static TeacherForcing Constant(double ratio)
    {
        Checked(ratio, nameof(ratio));
        return new Rule($"Constant({ratio})", _ => ratio);
    }

    /// <summary>Falls in a straight line from <paramref name="start"/> to <paramref name="end"/>, and stays there.</summary>
    /// <param name="start">The ratio at first.</param>
    /// <param name="end">The ratio at last.</param>
    /// <param name="epochs">Epochs of the fall; 0 for all of the training.</param>
    public static TeacherForcing Linear(double start = 1, double end = 0, double epochs = 0)
    {
        Checked(start, nameof(start));
        Checked(end, nameof(end));
        Settings.Check(epochs, epochs >= 0 && double.IsFinite(epochs), nameof(epochs), "finite and 0 or more");
        return new Rule($"Linear(start {start}, end {end}, epochs {epochs})", at => start + ((end - start) * Math.Min(1, at.Epoch / (epochs > 0 ? epochs : at.Epochs))));
    }

    /// <summary>factor^updates.</summary>
    /// <param name="factor">Above 0 and at most 1, for instance 0.9999.</param>
    public static TeacherForcing Exponential(double factor)
    {
        Settings.Check(factor, factor is > 0 and <= 1, nameof(factor), "above 0 and at most 1");
        return new Rule($"Exponential(factor {factor})", at => Math.Pow(factor, at.Update));
    }

    /// <summary>k / (k + exp(updates / k)): stays near 1 for some k updates, then falls.</summary>
    /// <param name="k">At least 1; about a tenth of the updates after which the decoder is to be on its own.</param>
    public static TeacherForcing InverseSigmoid(double k)
    {
        Settings.Check(k, k >= 1 && double.IsFinite(k), nameof(k), "finite and at least 1");
        return new Rule($"InverseSigmoid(k {k})", at => k / (k + Math.Exp(at.Update / k)));
    }

    /// <summary>The ratio at a moment of the training; asked before every update. It follows from the moment alone.</summary>
    /// <param name="at">Where the training stands.</param>
    /// <returns>0 (never the targets) to 1.</returns>
    public abstract double Ratio(in TrainingPosition at);

    /// <summary>Name and settings in a line: what must be equal where a training goes on from a checkpoint.</summary>
    public override string ToString() => GetType().Name;

    private static void Checked(double ratio, string name) => Settings.Check(ratio, ratio is >= 0 and <= 1, name, "a ratio from 0 to 1");

    private sealed class Rule(FormattableString name, Func<TrainingPosition, double> ratio) : TeacherForcing
    {
        public override string ToString() => name.ToString(CultureInfo.InvariantCulture);

        public override double Ratio(in TrainingPosition at) => ratio(at);
    }
}
