// What batch normalisations of a pass have seen: sums of one part of the batch, and what all parts' sums give together.
// Knows how statistics of parts join; refuses to know where rows lie, and whose threads the parts are on.
// T. Chan, G. Golub, R. LeVeque: Algorithms for computing the sample variance: analysis and recommendations. The American Statistician 37(3), 1983.

using System;
using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace SeqGen.Kernels.V1;

/// <summary>Where the threads that share a batch wait until all of them have come.</summary>
internal interface IMeetingPoint
{
    /// <summary>Returns when every thread has called it; throws where one cannot come any more.</summary>
    void Meet();
}

/// <summary>The statistics of a part of a batch; it knows the other parts, in their order.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class BatchStatistics
{
    private readonly BatchStatistics[] _all;
    private readonly NormStatistics[] _norms;

    /// <summary>Room for normalisations of some widths.</summary>
    /// <param name="widths">Features of each.</param>
    /// <param name="all">All parts of the batch, of which it is one; may be filled later.</param>
    internal BatchStatistics(ReadOnlySpan<int> widths, BatchStatistics[] all)
    {
        _all = all;
        _norms = new NormStatistics[widths.Length];
        for (var i = 0; i < _norms.Length; i++)
        {
            _norms[i] = new NormStatistics(widths[i]);
        }
    }

    /// <summary>Where the parts meet; null where there is one.</summary>
    internal IMeetingPoint? Meeting { get; set; }

    /// <summary>Whether this pass normalises by the running statistics.</summary>
    internal bool UsesRunning { get; private set; }

    internal ReadOnlySpan<NormStatistics> Norms => _norms;

    /// <summary>Begins a pass: a part without rows adds nothing.</summary>
    internal void Begin(bool usesRunning)
    {
        UsesRunning = usesRunning;
        foreach (var norm in _norms)
        {
            norm.Begin();
        }
    }

    /// <summary>Joins the moments of all parts; each part works the same numbers out.</summary>
    internal void JoinMoments(int norm, float epsilon)
    {
        Meeting?.Meet();
        var own = _norms[norm];
        for (var u = 0; u < own.Width; u++)
        {
            double count = 0, mean = 0, squares = 0;
            foreach (var part in _all)
            {
                part._norms[norm].AddMoments(u, ref count, ref mean, ref squares);
            }

            own.SetMoments(u, (long)count, mean, squares, epsilon);
        }
    }

    /// <summary>Joins the sums of gradients of all parts.</summary>
    internal void JoinGradients(int norm)
    {
        Meeting?.Meet();
        var own = _norms[norm];
        for (var u = 0; u < own.Width; u++)
        {
            double sum = 0, along = 0;
            foreach (var part in _all)
            {
                part._norms[norm].AddGradients(u, ref sum, ref along);
            }

            own.SetGradients(u, sum, along);
        }
    }
}

/// <summary>One normalisation in one part of a batch.</summary>
internal sealed unsafe class NormStatistics(int width)
{
    // Padding of all of these is zero and stays: nothing but the first features is ever set.
    private readonly int _padded = (width + 15) & ~15;
    private readonly double[] _means = new double[width], _squares = new double[width], _sums = new double[width], _alongs = new double[width];
    private readonly double[] _batchMeans = new double[width], _batchVariances = new double[width];
    private readonly AlignedBuffer _floats = new(5 * ((width + 15) & ~15));
    private long _count;

    /// <summary>Features.</summary>
    public int Width => width;

    /// <summary>Bytes that it takes, without what .NET's objects take around them.</summary>
    public static long BytesOf(int width) => (6L * sizeof(double) * width) + AlignedBuffer.BytesOf(5 * ((width + 15) & ~15));

    /// <summary>Rows of the whole batch that count. One alone has no variance.</summary>
    public long Total { get; private set; }

    /// <summary>Whether the pass was normalised by the batch's statistics.</summary>
    public bool IsOfBatch => Total > 1;

    /// <summary>Means of the whole batch.</summary>
    public ReadOnlySpan<double> BatchMeans => _batchMeans;

    /// <summary>Variances of the whole batch: mean squares of the distances from the mean.</summary>
    public ReadOnlySpan<double> BatchVariances => _batchVariances;

    /// <summary>Of five rows of floats: the mean, what the mean has beyond a float, 1 / sqrt(var + epsilon), the mean gradient, the mean product of gradient and output.</summary>
    public ref float Row(int row) => ref Unsafe.Add(ref _floats.Origin, row * _padded);

    /// <summary>Nothing has been seen.</summary>
    public void Begin() => (_count, Total) = (0, 0);

    /// <summary>Keeps the moments of this part.</summary>
    /// <param name="first">The first of some features.</param>
    /// <param name="features">How many.</param>
    /// <param name="count">Rows that count.</param>
    /// <param name="pivots">What distances were taken from.</param>
    /// <param name="sums">Sums of distances.</param>
    /// <param name="squares">Sums of squared distances.</param>
    public void KeepMoments(int first, int features, long count, double* pivots, double* sums, double* squares)
    {
        _count = count;
        for (var i = 0; i < features && count > 0; i++)
        {
            var distance = sums[i] / count;
            _means[first + i] = pivots[i] + distance;
            _squares[first + i] = Math.Max(0, squares[i] - (distance * sums[i]));
        }
    }

    /// <summary>Adds this part's moments to those of parts before it.</summary>
    public void AddMoments(int feature, ref double count, ref double mean, ref double squares)
    {
        if (_count == 0)
        {
            return;
        }

        double together = count + _count, distance = _means[feature] - mean;
        mean += distance * (_count / together);
        squares += _squares[feature] + (distance * distance * (count * _count / together));
        count = together;
    }

    /// <summary>Takes over the moments of the whole batch.</summary>
    public void SetMoments(int feature, long count, double mean, double squares, float epsilon)
    {
        Total = count;
        var variance = squares / Math.Max(1, count);
        _batchMeans[feature] = mean;
        _batchVariances[feature] = variance;
        var rounded = (float)mean;
        Unsafe.Add(ref Row(0), feature) = rounded;
        Unsafe.Add(ref Row(1), feature) = (float)(mean - rounded);
        Unsafe.Add(ref Row(2), feature) = (float)(1 / Math.Sqrt(variance + epsilon));
    }

    /// <summary>Keeps the sums of gradients, and of their products with outputs, of this part.</summary>
    public void KeepGradients(int first, int features, double* sums, double* alongs)
    {
        for (var i = 0; i < features; i++)
        {
            (_sums[first + i], _alongs[first + i]) = (sums[i], alongs[i]);
        }
    }

    /// <summary>Adds this part's sums to those of parts before it.</summary>
    public void AddGradients(int feature, ref double sum, ref double along)
    {
        if (_count > 0)
        {
            sum += _sums[feature];
            along += _alongs[feature];
        }
    }

    /// <summary>Takes over the sums of the whole batch.</summary>
    public void SetGradients(int feature, double sum, double along)
    {
        Unsafe.Add(ref Row(3), feature) = (float)(sum / Total);
        Unsafe.Add(ref Row(4), feature) = (float)(along / Total);
    }
}
