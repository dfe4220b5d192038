// Sums of losses and metrics over batches. Knows the metrics of each loss; refuses to know epochs.
using System;
using System.Linq;
using System.Numerics;
using System.Runtime.InteropServices;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>Adds batches up to an <see cref="EvaluationResult"/>; allocates nothing on the way. What a mask weighs counts in metrics as it does in losses; weights of
/// classes are the loss's alone.</summary>
internal sealed class MetricSums : IPositionSums
{
    private readonly HeadSums[] _heads;

    public MetricSums(NetworkPlan plan) => _heads = Array.ConvertAll(plan.Outputs, o => new HeadSums(o));

    /// <summary>The sum of the heads' mean losses, times their weights.</summary>
    public double Loss
    {
        get
        {
            double sum = 0;
            foreach (HeadSums head in _heads)
            {
                sum += head.MeanLoss;
            }

            return sum;
        }
    }

    public void Clear()
    {
        foreach (HeadSums head in _heads)
        {
            head.Clear();
        }
    }

    /// <inheritdoc/>
    public void Add(int head, double loss, int positions, double weights) => _heads[head].Add(loss, positions, weights);

    /// <inheritdoc/>
    public void Add(int head, ReadOnlySpan<float> y, int targetClass, ReadOnlySpan<float> target, float weight, ReadOnlySpan<float> weights) =>
        _heads[head].Add(y, targetClass, target, weight, weights);

    /// <summary>Numbers that hold the sums so far.</summary>
    public double[] Save()
    {
        double[] numbers = new double[_heads.Length * HeadSums.Numbers];
        Save(numbers);
        return numbers;
    }

    /// <summary>The same into an array that is there.</summary>
    public void Save(double[] numbers)
    {
        for (int i = 0; i < _heads.Length; i++)
        {
            _heads[i].Save(numbers.AsSpan(i * HeadSums.Numbers));
        }
    }

    /// <summary>Whether so many numbers are sums of these heads.</summary>
    public bool CanLoad(int count) => count == _heads.Length * HeadSums.Numbers;

    /// <summary>Goes on from sums that <see cref="Save()"/> gave.</summary>
    public void Load(double[] saved)
    {
        for (int i = 0; i < _heads.Length; i++)
        {
            _heads[i].Load(saved.AsSpan(i * HeadSums.Numbers));
        }
    }

    public EvaluationResult Result()
    {
        if (_heads.Length == 1)
        {
            return _heads[0].Result();
        }

        HeadSums[] counted = Array.FindAll(_heads, h => h.Port.Loss is { Kind: not LossKind.None });
        return new EvaluationResult
        {
            Loss = Loss,
            Positions = counted.Sum(h => h.Positions),
            Heads = counted.ToDictionary(h => h.Port.Name, h => h.Result()),
        };
    }

    /// <summary>The sums of one head.</summary>
    private sealed class HeadSums(OutputPort port)
    {
        /// <summary>Numbers that hold the sums of a head.</summary>
        public const int Numbers = 7;

        private double _loss;
        private double _weights;
        private double _squares;
        private double _absolutes;
        private double _right;

        // What all that counts weighs: positions for classes, values else.
        private double _counted;

        public OutputPort Port => port;

        // Outputs that are not one a target are no forecasts of them: a loss that was handed in knows alone what they are.
        private bool HasErrors => port.Loss!.Kind != LossKind.Custom || port.TargetSize == port.Size;

        public long Positions { get; private set; }

        public double MeanLoss => _weights == 0 ? 0 : _loss / _weights;

        public void Clear()
        {
            (_loss, _weights, _squares, _absolutes) = (0, 0, 0, 0);
            (Positions, _right, _counted) = (0, 0, 0);
        }

        public void Save(Span<double> numbers)
        {
            (numbers[0], numbers[1], numbers[2], numbers[3]) = (_loss, _weights, _squares, _absolutes);
            (numbers[4], numbers[5], numbers[6]) = (Positions, _right, _counted);
        }

        public void Load(ReadOnlySpan<double> saved)
        {
            (_loss, _weights, _squares, _absolutes) = (saved[0], saved[1], saved[2], saved[3]);
            (Positions, _right, _counted) = ((long)saved[4], saved[5], saved[6]);
        }

        public void Add(double loss, int positions, double weights)
        {
            Positions += positions;
            _weights += weights;
            _loss += loss * weights;
        }

        public void Add(ReadOnlySpan<float> y, int targetClass, ReadOnlySpan<float> target, float weight, ReadOnlySpan<float> weights)
        {
            LossKind kind = port.Loss!.Kind;
            if (kind.TakesClasses())
            {
                _counted += weight;
                _right += IsFirstMax(y, targetClass) ? weight : 0;
                return;
            }

            for (int j = 0; j < target.Length; j++)
            {
                double counts = weights.IsEmpty ? weight : weights[j];
                if (counts == 0)
                {
                    continue;
                }

                _counted += counts;
                if (!HasErrors)
                {
                    continue;
                }

                if (kind == LossKind.BinaryCrossEntropy)
                {
                    _right += (y[j] > 0) == (target[j] > 0.5f) ? counts : 0;
                    continue;
                }

                double error = (double)y[port.ForecastOf(j)] - target[j];
                _squares += counts * (error * error);
                _absolutes += counts * Math.Abs(error);
            }
        }

        public EvaluationResult Result()
        {
            // Of nothing there is no share and no mean.
            LossKind kind = _counted == 0 ? LossKind.None : port.Loss!.Kind;
            bool errors = kind.TakesValues() && kind != LossKind.BinaryCrossEntropy && HasErrors;
            return new EvaluationResult
            {
                Loss = MeanLoss,
                Positions = Positions,
                Accuracy = kind.TakesClasses() || kind == LossKind.BinaryCrossEntropy ? _right / _counted : null,
                RootMeanSquaredError = errors ? Math.Sqrt(_squares / _counted) : null,
                MeanAbsoluteError = errors ? _absolutes / _counted : null,
            };
        }
    }

    /// <summary>Whether an element is the largest, the first of equals. What is not a number is not.</summary>
    private static bool IsFirstMax(ReadOnlySpan<float> values, int index)
    {
        float candidate = values[index];
        if (float.IsNaN(candidate))
        {
            return false;
        }

        foreach (float value in values[..index])
        {
            if (value >= candidate)
            {
                return false;
            }
        }

        ReadOnlySpan<float> rest = values[index..];
        ReadOnlySpan<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(rest);
        Vector<float> candidates = new(candidate);
        foreach (Vector<float> vector in vectors)
        {
            if (Vector.GreaterThanAny(vector, candidates))
            {
                return false;
            }
        }

        foreach (float value in rest[(vectors.Length * Vector<float>.Count)..])
        {
            if (value > candidate)
            {
                return false;
            }
        }

        return true;
    }
}
