// Draws tokens from a network's outputs. Knows temperature and the likeliest few; refuses to know where outputs come from.
using System;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>Draws tokens by their probabilities. The same seed draws the same tokens. Nothing but its construction allocates.</summary>
public sealed class TokenSampler
{
    private readonly bool _areProbabilities;
    private readonly double[] _weights;
    private readonly int[] _kept;
    private readonly int _top;
    private RandomSource _random;

    /// <summary>Creates a sampler for a network of tokens.</summary>
    /// <param name="network">A network whose (first) output are classes: logits, or probabilities of a softmax.</param>
    /// <param name="seed">The same seed draws the same tokens.</param>
    /// <param name="temperature">Divides the logits: below 1 likelier tokens gain, 0 takes the likeliest always.</param>
    /// <param name="top">Draws from the likeliest so many tokens alone; 0 for all.</param>
    public TokenSampler(INetwork network, ulong seed, double temperature = 1, int top = 0)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentOutOfRangeException.ThrowIfNegative(top);
        Settings.Check(temperature, temperature >= 0 && double.IsFinite(temperature), nameof(temperature), "finite and 0 or more (1 draws by the network's probabilities)");
        NetworkPlan plan = network.Core.Plan;
        _areProbabilities = plan.GivesProbabilities(0);
        _weights = new double[plan.OutputSize];
        _kept = new int[plan.OutputSize];
        _top = top == 0 ? plan.OutputSize : Math.Min(top, plan.OutputSize);
        _random = new RandomSource(seed);
        Temperature = temperature;
    }

    /// <summary>Divides the logits.</summary>
    public double Temperature { get; }

    /// <summary>Draws a token.</summary>
    /// <param name="outputs">The network's output at one step.</param>
    public int Next(ReadOnlySpan<float> outputs)
    {
        if (outputs.Length != _weights.Length)
        {
            throw new ArgumentException($"The sampler draws from {_weights.Length} classes, {outputs.Length} outputs were given.", nameof(outputs));
        }

        int best = Probabilities.Largest(outputs);
        if (Temperature == 0)
        {
            return best;
        }

        int kept = Keep(outputs);
        double total = 0, most = Log(outputs[best]);
        for (int i = 0; i < kept; i++)
        {
            _weights[i] = Math.Exp((Log(outputs[_kept[i]]) - most) / Temperature);
            total += _weights[i];
        }

        double left = _random.NextDouble() * total;
        for (int i = 0; i < kept; i++)
        {
            left -= _weights[i];
            if (left < 0)
            {
                return _kept[i];
            }
        }

        // By rounding, or where an output is not a number.
        return best;
    }

    private double Log(float output) => _areProbabilities ? Math.Log(output) : output;

    /// <summary>The classes to draw from: all, or the likeliest, of equals the first.</summary>
    private int Keep(ReadOnlySpan<float> outputs)
    {
        int kept = 0;
        for (int i = 0; i < outputs.Length; i++)
        {
            if (_top == outputs.Length)
            {
                _kept[kept++] = i;
                continue;
            }

            if (kept == _top && !(outputs[i] > outputs[_kept[kept - 1]]))
            {
                continue;
            }

            int at = kept < _top ? kept++ : kept - 1;
            for (; at > 0 && outputs[i] > outputs[_kept[at - 1]]; at--)
            {
                _kept[at] = _kept[at - 1];
            }

            _kept[at] = i;
        }

        return kept;
    }
}
