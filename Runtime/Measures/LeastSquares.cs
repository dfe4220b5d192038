// Linear least squares with an intercept, several targets of the same inputs. Knows sums in double; refuses to know what they are of.
using System;

namespace SeqGen;

internal sealed class LeastSquares(int inputs, int targets)
{
    // Sums of products around running means (Welford), so that a large mean costs no digits.
    private readonly double[] _meanX = new double[inputs];
    private readonly double[] _meanY = new double[targets];
    private readonly double[,] _xx = new double[inputs, inputs];
    private readonly double[,] _xy = new double[inputs, targets];
    private readonly double[] _before = new double[inputs];

    /// <summary>Rows added.</summary>
    public long Count { get; private set; }

    /// <summary>Adds a row; one with something that is not a number is left out.</summary>
    public void Add(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        if (HasNaN(x) || HasNaN(y))
        {
            return;
        }

        Count++;
        for (int i = 0; i < inputs; i++)
        {
            _before[i] = x[i] - _meanX[i];
            _meanX[i] += _before[i] / Count;
        }

        for (int k = 0; k < targets; k++)
        {
            _meanY[k] += (y[k] - _meanY[k]) / Count;
        }

        for (int i = 0; i < inputs; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                _xx[i, j] += _before[i] * (x[j] - _meanX[j]);
            }

            for (int k = 0; k < targets; k++)
            {
                _xy[i, k] += _before[i] * (y[k] - _meanY[k]);
            }
        }
    }

    /// <summary>For every target the coefficients of the inputs, then the intercept.</summary>
    /// <param name="ridge">What is added to the diagonal, as a share of its mean.</param>
    public double[][] Solve(double ridge)
    {
        double mean = 0;
        for (int i = 0; i < inputs; i++)
        {
            mean += _xx[i, i] / inputs;
        }

        // Cholesky. An input that adds nothing to those before it has no pivot, and no coefficient.
        double[,] l = new double[inputs, inputs];
        for (int i = 0; i < inputs; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double sum = _xx[i, j] + (i == j ? ridge * mean : 0);
                for (int k = 0; k < j; k++)
                {
                    sum -= l[i, k] * l[j, k];
                }

                l[i, j] = i == j ? sum > 1e-13 * _xx[i, i] ? Math.Sqrt(sum) : 0 : l[j, j] == 0 ? 0 : sum / l[j, j];
            }
        }

        double[][] all = new double[targets][];
        for (int t = 0; t < targets; t++)
        {
            double[] b = new double[inputs + 1];
            for (int i = 0; i < inputs; i++)
            {
                double sum = _xy[i, t];
                for (int k = 0; k < i; k++)
                {
                    sum -= l[i, k] * b[k];
                }

                b[i] = l[i, i] == 0 ? 0 : sum / l[i, i];
            }

            for (int i = inputs - 1; i >= 0; i--)
            {
                double sum = b[i];
                for (int k = i + 1; k < inputs; k++)
                {
                    sum -= l[k, i] * b[k];
                }

                b[i] = l[i, i] == 0 ? 0 : sum / l[i, i];
            }

            b[inputs] = _meanY[t];
            for (int i = 0; i < inputs; i++)
            {
                b[inputs] -= b[i] * _meanX[i];
            }

            all[t] = b;
        }

        return all;
    }

    private static bool HasNaN(ReadOnlySpan<double> values)
    {
        foreach (double value in values)
        {
            if (double.IsNaN(value))
            {
                return true;
            }
        }

        return false;
    }
}
