// What a pass is to give and how far float may be off, tensor by tensor.
// Knows the interpreter in double and rounding; refuses to know generated code.
//
// The tolerance is the golden cases' (Closeness): 1e-5 of a tensor's largest element. It cannot hold where rounding what is given, and every
// result on the way, to float moves the reference itself by more: near the kink of a relu, where a sum cancels, behind a softmax of one number.
// So data is drawn anew, some times, until that noise is well below; if it never is, each tensor may be off by eight times the noise
// that was seen on it, and the summary counts such passes apart. Before a tensor counts as wrong, its noise is sampled some times more.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Tests.Generated;
using SeqGen.Kernels.V1;

namespace SeqGen.Generator.Tests.Fuzz;

/// <summary>A difference that should not be.</summary>
internal sealed class MismatchException(string message) : Exception(message);

internal sealed class Judgement
{
    /// <summary>Noise below which the tolerance alone decides.</summary>
    public const double Quiet = Closeness.Tolerance / Noises;

    /// <summary>What a reference in double leaves of sums that cancel: a tensor that is nowhere larger is zero throughout.</summary>
    private const double Zero = 1e-15;

    private const int Noises = 8;
    private const int Samples = 12;

    private readonly Oracle _oracle;
    private readonly INetwork _network;
    private readonly bool _training;
    private readonly int _firstStep;
    private readonly bool _readsBatch;
    private readonly float[] _parameters;
    private Dictionary<string, double> _noise;
    private bool _isSampled;

    private Judgement(Oracle oracle, INetwork network, PassData data, bool training, int firstStep = 0, bool readsBatch = false)
    {
        (_oracle, _network, Data, _training, _firstStep, _readsBatch) = (oracle, network, data, training, firstStep, readsBatch);
        _parameters = network.Parameters.Values.ToArray();
        Values = training ? oracle.Train(network, data, firstStep: firstStep) : oracle.Forward(network, data, readsBatch);
        _noise = new(oracle.Noise(network, data, Values, training, seed: 1, firstStep, readsBatch: readsBatch));
    }

    public PassData Data { get; }

    public IReadOnlyDictionary<string, double[]> Values { get; }

    /// <summary>Whether the tolerance alone decides.</summary>
    public bool IsQuiet => _noise.Values.All(n => n < Quiet);

    /// <summary>Parameters and data of a training step that float can give, if some draws find any.</summary>
    public static Judgement Training(Oracle oracle, INetwork network, int attempts, Func<int, PassData> data, float scale)
    {
        Judgement? best = null;
        int at = 0;
        for (int attempt = 0; attempt < attempts && best is not { IsQuiet: true }; attempt++)
        {
            RandomData.SetParameters(network, attempt, scale * (1 + (attempt / 8f)));
            var one = new Judgement(oracle, network, data(attempt), training: true);
            (best, at) = best is null || one.Worst < best.Worst ? (one, attempt) : (best, at);
        }

        RandomData.SetParameters(network, at, scale * (1 + (at / 8f)));
        return best!;
    }

    /// <summary>A pass without gradients, with the parameters there are; <paramref name="readsBatch"/> where it is that of training.</summary>
    public static Judgement Forward(Oracle oracle, INetwork network, PassData data, bool readsBatch = false) => new(oracle, network, data, training: false, readsBatch: readsBatch);

    /// <summary>A training step with the parameters there are, whose way back ends at a step.</summary>
    public static Judgement From(Oracle oracle, INetwork network, PassData data, int firstStep) => new(oracle, network, data, training: true, firstStep);

    private double Worst => _noise.Values.Max(n => double.IsFinite(n) ? n : 1e30);

    /// <summary>Compares all that a pass gave.</summary>
    /// <param name="got">By name.</param>
    /// <param name="what">The pass.</param>
    public void Check(IReadOnlyDictionary<string, float[]> got, string what)
    {
        foreach ((string name, float[] values) in got.OrderBy(r => r.Key.StartsWith("grad.", StringComparison.Ordinal)).ThenBy(r => r.Key, StringComparer.Ordinal))
        {
            if (!Values.TryGetValue(name, out double[]? expected))
            {
                throw new MismatchException($"{what}: {name} is given, and there is no such result");
            }

            Check(name, expected, values, $"{what}: {name}");
        }
    }

    /// <summary>Compares a tensor, or a part of one.</summary>
    /// <param name="name">The tensor that it is or belongs to.</param>
    public void Check(string name, ReadOnlySpan<double> expected, ReadOnlySpan<float> got, string what)
    {
        if (expected.Length != got.Length)
        {
            throw new MismatchException($"{what} has {got.Length} elements, should have {expected.Length}");
        }

        double largest = Closeness.Largest(Values[name]);
        if (!double.IsFinite(largest))
        {
            return;
        }

        for (int i = 0; i < got.Length; i++)
        {
            double error = Math.Abs(got[i] - expected[i]);
            if (error <= Allowed(name, largest))
            {
                continue;
            }

            Sample();
            if (!(error <= Allowed(name, largest)))
            {
                throw new MismatchException(
                    $"{what}[{i}] is {got[i]:R}, should be {expected[i]:R}: off by {error:E1}, largest {largest:E1}, allowed {Allowed(name, largest):E1}");
            }
        }
    }

    private double Allowed(string name, double largest)
    {
        double noise = _noise.GetValueOrDefault(name);
        double share = double.IsFinite(noise) ? Math.Max(Closeness.Tolerance, Noises * noise) : double.PositiveInfinity;
        return largest < Zero ? Math.Max(Closeness.AllZero, Noises * noise * (largest == 0 ? 1 : largest)) : share * largest;
    }

    private void Sample()
    {
        if (_isSampled)
        {
            return;
        }

        _isSampled = true;
        float[] now = _network.Parameters.Values.ToArray();
        Restore(_network, _parameters);
        for (int seed = 2; seed < Samples; seed++)
        {
            foreach ((string name, double noise) in _oracle.Noise(_network, Data, Values, _training, seed, _firstStep, readsBatch: _readsBatch))
            {
                _noise[name] = Math.Max(_noise[name], noise);
            }

            // Rounding to nearest is off by half a place at most, and by the same for what is equal: a zero whose terms cancel stays one. Kernels may be off by
            // a place, and differ from row to row: rounding up or down at random is what shows that, and twice as much.
            foreach ((string name, double noise) in _oracle.Noise(_network, Data, Values, _training, seed, _firstStep, scatters: true, _readsBatch))
            {
                _noise[name] = Math.Max(_noise[name], noise / 2);
            }
        }

        Restore(_network, now);
    }

    /// <summary>Sets all parameters, as <see cref="ParameterSet.Values"/> gave them, and forgets statistics of batches that wait for an update.</summary>
    public static void Restore(INetwork network, float[] parameters) => network.Core.ReplaceParameters(parameters);
}
