// The forecast to beat: a linear autoregression. Knows least squares; refuses to know networks.
namespace Sunspots;

/// <summary>A linear function of the last <see cref="Lags"/> numbers and a constant, fitted by least squares for one horizon.</summary>
public sealed class LinearForecast
{
    /// <summary>Months that a forecast looks back.</summary>
    public const int Lags = 24;

    private readonly double[] _weights;

    /// <summary>Fits on the months before <paramref name="end"/>.</summary>
    public LinearForecast(float[] numbers, int end, int horizon)
    {
        // The normal equations (X'X) w = X'y, in double.
        double[,] matrix = new double[Lags + 1, Lags + 1];
        double[] right = new double[Lags + 1];
        double[] row = new double[Lags + 1];
        for (int month = Lags - 1; month + horizon < end; month++)
        {
            Row(numbers, month, row);
            for (int i = 0; i <= Lags; i++)
            {
                right[i] += row[i] * numbers[month + horizon];
                for (int j = 0; j <= Lags; j++)
                {
                    matrix[i, j] += row[i] * row[j];
                }
            }
        }

        _weights = Solve(matrix, right);
    }

    /// <summary>The forecast made at a month.</summary>
    public double At(float[] numbers, int month)
    {
        double[] row = new double[Lags + 1];
        Row(numbers, month, row);
        return row.Zip(_weights, (x, w) => x * w).Sum();
    }

    private static void Row(float[] numbers, int month, double[] row)
    {
        row[Lags] = 1;
        for (int lag = 0; lag < Lags; lag++)
        {
            row[lag] = numbers[month - lag];
        }
    }

    /// <summary>Solves a symmetric positive system by Cholesky's decomposition, in place.</summary>
    private static double[] Solve(double[,] a, double[] b)
    {
        int n = b.Length;
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                for (int k = 0; k < j; k++)
                {
                    a[i, j] -= a[i, k] * a[j, k];
                }

                a[i, j] = i == j ? Math.Sqrt(a[i, i]) : a[i, j] / a[j, j];
            }
        }

        for (int i = 0; i < n; i++)
        {
            for (int k = 0; k < i; k++)
            {
                b[i] -= a[i, k] * b[k];
            }

            b[i] /= a[i, i];
        }

        for (int i = n - 1; i >= 0; i--)
        {
            for (int k = i + 1; k < n; k++)
            {
                b[i] -= a[k, i] * b[k];
            }

            b[i] /= a[i, i];
        }

        return b;
    }
}
