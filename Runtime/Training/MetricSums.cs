// Sums of losses and metrics over batches. Knows the metrics of each loss; refuses to know epochs.
using System;
using System.Numerics;
using System.Runtime.InteropServices;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>Adds batches up to an <see cref="EvaluationResult"/>; allocates nothing on the way.</summary>
internal sealed class MetricSums(NetworkPlan plan)
{
    private double _loss;
    private long _positions;
    private double _squares;
    private double _absolutes;
    private long _right;

    public double Loss => _positions == 0 ? 0 : _loss / _positions;

    public void Clear()
    {
        (_loss, _squares, _absolutes) = (0, 0, 0);
        (_positions, _right) = (0, 0);
    }

    /// <summary>Adds the loss of a batch.</summary>
    public void Add(double loss, int positions)
    {
        _positions += positions;
        _loss += loss * positions;
    }

    /// <summary>Adds the metrics of a position that counts.</summary>
    public void Add(ReadOnlySpan<float> y, int targetClass, ReadOnlySpan<float> target)
    {
        switch (plan.Loss!.Kind)
        {
            case LossKind.SoftmaxCrossEntropy:
                _right += IsFirstMax(y, targetClass) ? 1 : 0;
                break;
            case LossKind.BinaryCrossEntropy:
                for (int j = 0; j < y.Length; j++)
                {
                    _right += (y[j] > 0) == (target[j] > 0.5f) ? 1 : 0;
                }

                break;
            default:
                for (int j = 0; j < y.Length; j++)
                {
                    double error = (double)y[j] - target[j];
                    _squares += error * error;
                    _absolutes += Math.Abs(error);
                }

                break;
        }
    }

    public EvaluationResult Result()
    {
        double values = Math.Max(1, _positions * (double)plan.OutputSize);
        LossKind kind = plan.Loss!.Kind;
        return new EvaluationResult
        {
            Loss = Loss,
            Positions = _positions,
            Accuracy = kind switch
            {
                LossKind.SoftmaxCrossEntropy => _right / (double)Math.Max(1, _positions),
                LossKind.BinaryCrossEntropy => _right / values,
                _ => null,
            },
            RootMeanSquaredError = kind == LossKind.MeanSquaredError ? Math.Sqrt(_squares / values) : null,
            MeanAbsoluteError = kind == LossKind.MeanSquaredError ? _absolutes / values : null,
        };
    }

    /// <summary>Whether an element is the largest, the first of equals.</summary>
    private static bool IsFirstMax(ReadOnlySpan<float> values, int index)
    {
        float candidate = values[index];
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
