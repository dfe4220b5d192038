// Knows: the forward and backward recursions over one sequence's states: labels with blanks before, between and after them.
// Refuses to know: batches and means; arguments have been checked.

using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SeqGen.Kernels.V1;

/// <summary>
/// The lattice of Graves et al. 2006, section 4.1, in logarithms: from a step to the next a path stays in its state, goes on to the next one, or skips
/// a blank between two labels that differ. States of a step are computed side by side, in vectors of double.
/// </summary>
internal readonly unsafe ref struct CtcLattice
{
    private readonly ReadOnlySpan<int> _labels;
    private readonly int _classes, _blank, _states, _row;

    // Probabilities of path prefixes [steps][row], two places before state 0; the steps' log(sum(exp(logits))).
    private readonly double* _alpha, _totals;

    // Rows: the emissions of one step; 0 where a state may be skipped into, else -infinity; suffixes of paths without (beta) and with (ahead) their
    // first step's emission. Behind the last state all are -infinity, or what comes of it.
    private readonly double* _emission, _skip, _beta, _ahead;

    // How often each class is taken at one step.
    private readonly double* _taken;

    public CtcLattice(double* scratch, int steps, int classes, int blank, ReadOnlySpan<int> labels)
    {
        _labels = labels;
        (_classes, _blank, _states, _row) = (classes, blank, (2 * labels.Length) + 1, RowLength(labels.Length));
        _alpha = scratch;
        _totals = _alpha + ((nint)steps * _row);
        _emission = _totals + steps;
        _skip = _emission + _row;
        _beta = _skip + _row;
        _ahead = _beta + _row;
        _taken = _ahead + _row;
        new Span<double>(_emission, 4 * _row).Fill(double.NegativeInfinity);
        for (var s = 3; s < _states; s += 2)
        {
            _skip[s] = Label(s) == Label(s - 2) ? double.NegativeInfinity : 0;
        }
    }

    /// <summary>States, and as much more as vectors and neighbours reach over.</summary>
    public static int RowLength(int labels) => (2 * labels) + 1 + 12;

    /// <summary>The logarithm of the probability of the labels; NaN where a step's logits have no softmax.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public double Forward(float* y, nint step, int length)
    {
        if (length == 0)
        {
            return _states == 1 ? 0 : double.NegativeInfinity;
        }

        double* now = _alpha + 2;
        for (nint t = 0; t < length; t++, now += _row)
        {
            _totals[t] = LogSumExp(ref y[t * step], _classes);
            if (!double.IsFinite(_totals[t]))
            {
                return double.NaN;
            }

            Emit(y + (t * step), _totals[t]);
            new Span<double>(now - 2, t == 0 ? _row : 2).Fill(double.NegativeInfinity);
            if (t == 0)
            {
                now[0] = _emission[0];
                now[1] = _states > 1 ? _emission[1] : double.NegativeInfinity;
                continue;
            }

            double* before = now - _row;
            for (nint s = 0; s < _states; s += Vector<double>.Count)
            {
                Store(now + s, Load(_emission + s) + Logs.Add(Load(before + s), Load(before + s - 1), Load(before + s - 2) + Load(_skip + s)));
            }
        }

        now -= _row;
        double last = now[_states - 1], other = _states > 1 ? now[_states - 2] : double.NegativeInfinity, max = Math.Max(last, other);
        return double.IsNegativeInfinity(max) ? max : max + Math.Log(Math.Exp(last - max) + Math.Exp(other - max));
    }

    /// <summary>After a Forward that gave a finite probability: factor * (softmax(y) - how often each class is taken) for each step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Backward(float* y, nint step, int length, double probability, double factor, float* dy, nint dyStep)
    {
        for (nint t = length - 1; t >= 0; t--)
        {
            if (t == length - 1)
            {
                _beta[_states - 1] = _beta[Math.Max(0, _states - 2)] = 0;
            }
            else
            {
                for (nint s = 0; s < _states; s += Vector<double>.Count)
                {
                    Store(_beta + s, Logs.Add(Load(_ahead + s), Load(_ahead + s + 1), Load(_ahead + s + 2) + Load(_skip + s + 2)));
                }
            }

            double* alpha = _alpha + (t * _row) + 2;
            Emit(y + (t * step), _totals[t]);
            for (nint s = 0; s < _states; s += Vector<double>.Count)
            {
                Vector<double> beta = Load(_beta + s);
                Store(_ahead + s, beta + Load(_emission + s));
                Store(_beta + s, Logs.Exp(Load(alpha + s) + beta - new Vector<double>(probability)));
            }

            new Span<double>(_taken, _classes).Clear();
            for (var s = 0; s < _states; s++)
            {
                _taken[Label(s)] += _beta[s];
            }

            float* row = dy + (t * dyStep);
            Softmax(ref y[t * step], ref *row, _classes);
            for (nint k = 0; k < _classes; k++)
            {
                row[k] = (float)(factor * (row[k] - _taken[k]));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<double> Load(double* from) => Unsafe.ReadUnaligned<Vector<double>>(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(double* to, Vector<double> value) => Unsafe.WriteUnaligned(to, value);

    private static double LogSumExp(ref float row, int width)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            return Rows<V16>.LogSumExp(ref row, width);
        }

        return Vector256.IsHardwareAccelerated ? Rows<V8>.LogSumExp(ref row, width) : Rows<V4>.LogSumExp(ref row, width);
    }

    private static void Softmax(ref float row, ref float to, int width)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Rows<V16>.Softmax(1, width, ref row, 0, ref to, 0);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            Rows<V8>.Softmax(1, width, ref row, 0, ref to, 0);
        }
        else
        {
            Rows<V4>.Softmax(1, width, ref row, 0, ref to, 0);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Label(int state) => state % 2 == 0 ? _blank : _labels[state / 2];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Emit(float* row, double total)
    {
        for (var s = 0; s < _states; s++)
        {
            _emission[s] = row[Label(s)] - total;
        }
    }
}
