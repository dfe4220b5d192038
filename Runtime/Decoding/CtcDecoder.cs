// Decoding of outputs trained with CTC: what callers see, and the best path. Knows one sequence at a time; refuses to know networks.
using System;

namespace SeqGen;

/// <summary>
/// Turns the output of a network trained with connectionist temporal classification into labels: by the most likely path, or by prefix beam search
/// (Graves 2012, section 7.5; Hannun et al. 2014), which adds up paths that give the same labels.
/// </summary>
/// <remarks>
/// Outputs are one sequence of [steps, classes]: logits, or logarithms of probabilities, which are logits too (each step is normalised here).
/// Everything is allocated by the constructor. A decoder works on one sequence at a time; give every thread its own.
/// </remarks>
public sealed class CtcDecoder
{
    private readonly CtcBeam _beam;
    private readonly double[] _row;

    /// <summary>Creates a decoder.</summary>
    /// <param name="classes">Classes, the blank included; at least 2.</param>
    /// <param name="blank">The blank's class, as in the declared loss.</param>
    /// <param name="maxSteps">The longest sequence, at least 1.</param>
    /// <param name="beamWidth">How many label sequences <see cref="BeamSearch"/> keeps from a step to the next; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public CtcDecoder(int classes, int blank, int maxSteps, int beamWidth = 16)
    {
        Classes = Checked(classes, classes >= 2, nameof(classes), "2 or more: a label and the blank");
        Blank = Checked(blank, blank >= 0 && blank < classes, nameof(blank), $"one of the {classes} classes, 0 to {classes - 1}");
        MaxSteps = Checked(maxSteps, maxSteps >= 1, nameof(maxSteps), "1 or more");
        BeamWidth = Checked(beamWidth, beamWidth >= 1 && (long)beamWidth * Math.Max(classes, maxSteps) < Array.MaxLength, nameof(beamWidth), "1 or more, and not so large that its tables cannot be allocated");
        _row = new double[classes];
        _beam = new CtcBeam(classes, blank, maxSteps, beamWidth);
    }

    /// <summary>Classes, the blank included.</summary>
    public int Classes { get; }

    /// <summary>The blank's class.</summary>
    public int Blank { get; }

    /// <summary>The longest sequence that can be decoded.</summary>
    public int MaxSteps { get; }

    /// <summary>How many label sequences <see cref="BeamSearch"/> keeps.</summary>
    public int BeamWidth { get; }

    /// <summary>The labels of the most likely path: the most likely class of each step, equal neighbours merged and then blanks dropped.</summary>
    /// <param name="logits">[steps, classes].</param>
    /// <param name="labels">Receives the labels; as long as there are steps.</param>
    /// <param name="logProbability">The logarithm of the path's probability; NaN if a step has NaN or infinity among its logits (minus infinity is a
    /// class that cannot be), and then there are no labels.</param>
    /// <returns>How many labels there are.</returns>
    /// <exception cref="ArgumentException">The spans do not fit.</exception>
    public int Greedy(ReadOnlySpan<float> logits, Span<int> labels, out double logProbability)
    {
        int steps = Steps(logits, labels), count = 0, previous = Blank;
        logProbability = 0;
        for (int t = 0; t < steps; t++)
        {
            ReadOnlySpan<float> step = logits.Slice(t * Classes, Classes);
            if (!Normalize(step, _row))
            {
                logProbability = double.NaN;
                return 0;
            }

            int best = 0;
            for (int k = 1; k < _row.Length; k++)
            {
                best = _row[k] > _row[best] ? k : best;
            }

            logProbability += _row[best];
            if (best != previous && best != Blank)
            {
                labels[count++] = best;
            }

            previous = best;
        }

        return count;
    }

    /// <summary>The most likely labels among those that the beam keeps; with a wide enough beam, among all.</summary>
    /// <param name="logits">[steps, classes].</param>
    /// <param name="labels">Receives the labels; as long as there are steps.</param>
    /// <param name="logProbability">The logarithm of the probability of the labels: of all paths to them that went through the beam. NaN as for <see cref="Greedy"/>.</param>
    /// <returns>How many labels there are.</returns>
    /// <exception cref="ArgumentException">The spans do not fit.</exception>
    public int BeamSearch(ReadOnlySpan<float> logits, Span<int> labels, out double logProbability)
    {
        int steps = Steps(logits, labels);
        _beam.Start();
        for (int t = 0; t < steps; t++)
        {
            if (!Normalize(logits.Slice(t * Classes, Classes), _row))
            {
                logProbability = double.NaN;
                return 0;
            }

            _beam.Step(_row);
        }

        return _beam.Best(labels, out logProbability);
    }

    // log softmax; false where it has no value.
    private static bool Normalize(ReadOnlySpan<float> logits, Span<double> logs)
    {
        double max = double.NegativeInfinity, sum = 0;
        foreach (float value in logits)
        {
            max = Math.Max(max, value);
        }

        foreach (float value in logits)
        {
            sum += Math.Exp(value - max);
        }

        double total = max + Math.Log(sum);
        for (int k = 0; k < logs.Length; k++)
        {
            logs[k] = logits[k] - total;
        }

        return double.IsFinite(total);
    }

    private static int Checked(int value, bool holds, string name, string rule) =>
        holds ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must be {rule}; {value} was given.");

    private int Steps(ReadOnlySpan<float> logits, Span<int> labels)
    {
        int steps = logits.Length / Classes;
        if (steps * Classes != logits.Length || steps > MaxSteps)
        {
            throw new ArgumentException(
                $"Logits are one sequence of [steps, {Classes}] with at most {MaxSteps} steps; {logits.Length} numbers were given. Pass one sequence's part of the output.",
                nameof(logits));
        }

        return labels.Length >= steps
            ? steps
            : throw new ArgumentException($"{steps} steps can have {steps} labels; there is room for {labels.Length}. Pass a longer span.", nameof(labels));
    }
}
