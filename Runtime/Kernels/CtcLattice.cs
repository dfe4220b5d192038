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
/// <remarks>
/// The way back reads the rows of the way forward. All of them would be steps times labels; where there is no room for that, some are kept and the
/// others are computed again from those, segment by segment: the same numbers in the same order, so the same bits.
/// A. Griewank: Achieving logarithmic growth of temporal and spatial complexity in reverse automatic differentiation, 1992.
/// </remarks>
internal readonly unsafe ref struct CtcLattice
{
    /// <summary>Room for so many doubles a step is given to rows that are kept: up to some hundred labels without computing anything twice.</summary>
    private const int KeptOfAStep = 256;

    /// <summary>The fewest rows to keep where there are as many steps: up to 65,536 steps are then done with halving the room six times.</summary>
    private const int FewestKept = 64;

    private readonly ReadOnlySpan<int> _labels;
    private readonly int _classes, _blank, _states;

    // Doubles of a row, and how many rows may be kept.
    private readonly nint _row, _kept;

    // Rows of probabilities of path prefixes, two places before state 0; the steps' log(sum(exp(logits))).
    private readonly double* _alpha, _totals;

    // Rows: the emissions of one step; 0 where a state may be skipped into, else -infinity; suffixes of paths without (beta) and with (ahead) their
    // first step's emission. Behind the last state all are -infinity, or what comes of it.
    private readonly double* _emission, _skip, _beta, _ahead;

    // Two rows of prefixes that take turns where they are not kept.
    private readonly double* _turns;

    // How often each class is taken at one step.
    private readonly double* _taken;

    /// <summary>Divides the scratch.</summary>
    /// <param name="scratch">As long as <see cref="ScratchLength"/> says.</param>
    /// <param name="steps">Steps.</param>
    /// <param name="classes">Classes.</param>
    /// <param name="blank">The blank.</param>
    /// <param name="labels">Labels of the sequence.</param>
    /// <param name="room">Doubles for rows that are kept: <see cref="Room"/>, or any number that holds two rows.</param>
    public CtcLattice(double* scratch, int steps, int classes, int blank, ReadOnlySpan<int> labels, long room)
    {
        _labels = labels;
        (_classes, _blank, _states, _row) = (classes, blank, (2 * labels.Length) + 1, (nint)RowLength(labels.Length));
        _kept = (nint)Math.Min(steps, room / _row);
        _alpha = scratch;
        _totals = _alpha + room;
        _emission = _totals + steps;
        _skip = _emission + _row;
        _beta = _skip + _row;
        _ahead = _beta + _row;
        _turns = _ahead + _row;
        _taken = _turns + (2 * _row);
        new Span<double>(_emission, 4 * (int)_row).Fill(double.NegativeInfinity);
        for (var s = 3; s < _states; s += 2)
        {
            _skip[s] = Label(s) == Label(s - 2) ? double.NegativeInfinity : 0;
        }
    }

    /// <summary>States, and as much more as vectors and neighbours reach over.</summary>
    public static long RowLength(int labels) => (2L * labels) + 1 + 12;

    /// <summary>Doubles of scratch for sequences up to these sizes: proportional to the steps, whatever the labels.</summary>
    public static long ScratchLength(int steps, int maxLabels, int classes) => Room(steps, maxLabels) + steps + (6 * RowLength(maxLabels)) + classes;

    /// <summary>Doubles for rows that are kept.</summary>
    public static long Room(int steps, int maxLabels)
    {
        long row = RowLength(maxLabels);
        return Math.Min(steps, Math.Max((long)KeptOfAStep * steps, FewestKept * row) / row) * row;
    }

    /// <summary>The fewest steps that can say some labels: one each, and one for the blank between equal neighbours.</summary>
    public static int StepsOf(ReadOnlySpan<int> labels)
    {
        int steps = labels.Length;
        for (int i = 1; i < labels.Length; i++)
        {
            steps += labels[i] == labels[i - 1] ? 1 : 0;
        }

        return steps;
    }

    /// <summary>The logarithm of the probability of the labels; NaN where a step's logits have no softmax.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public double Forward(float* y, nint step, int length)
    {
        if (length == 0)
        {
            return _states == 1 ? 0 : double.NegativeInfinity;
        }

        for (nint t = 0; t < length; t++)
        {
            _totals[t] = LogSumExp(ref y[t * step], _classes);
            if (!double.IsFinite(_totals[t]))
            {
                return double.NaN;
            }
        }

        double* now = length <= _kept ? Fill(y, step, 0, length) : Spread(y, step, 0, length, _alpha, _kept, isFirstKept: false);
        double last = now[_states - 1], other = _states > 1 ? now[_states - 2] : double.NegativeInfinity, max = Math.Max(last, other);
        return double.IsNegativeInfinity(max) ? max : max + Math.Log(Math.Exp(last - max) + Math.Exp(other - max));
    }

    /// <summary>After a Forward that gave a finite probability: factor * (softmax(y) - how often each class is taken) for each step. dy may be y.</summary>
    public void Backward(float* y, nint step, int length, double probability, double factor, float* dy, nint dyStep)
    {
        Way way = new(y, step, length, probability, factor, dy, dyStep);
        if (length <= _kept)
        {
            for (nint t = length - 1; t >= 0; t--)
            {
                Backward(way, t, _alpha + (t * _row));
            }

            return;
        }

        Segments(way, 0, length, _alpha, _kept);
    }

    /// <summary>Goes back through steps of which the first one's row is the first of those kept.</summary>
    private void Walk(in Way way, nint first, nint end, double* rows, nint kept)
    {
        nint count = end - first;
        if (count <= kept)
        {
            for (nint t = first + 1; t < end; t++)
            {
                Advance(way.Y, way.Step, t, rows + ((t - first - 1) * _row), rows + ((t - first) * _row));
            }

            for (nint t = end - 1; t >= first; t--)
            {
                Backward(way, t, rows + ((t - first) * _row));
            }
        }
        else if (kept >= 4)
        {
            Spread(way.Y, way.Step, first, end, rows, kept, isFirstKept: true);
            Segments(way, first, end, rows, kept);
        }
        else
        {
            // So little room that every row is computed from the first.
            for (nint t = end - 1; t >= first; t--)
            {
                Backward(way, t, Spread(way.Y, way.Step, first, t + 1, rows, 2, isFirstKept: true) - 2);
            }
        }
    }

    /// <summary>Goes back segment by segment, each in the half of the room that no segment's first row takes.</summary>
    private void Segments(in Way way, nint first, nint end, double* rows, nint kept)
    {
        nint spacing = Spacing(end - first, kept), half = kept / 2;
        double* inner = rows + (half * _row);
        for (nint i = (end - first - 1) / spacing; i >= 0; i--)
        {
            new Span<double>(rows + (i * _row), (int)_row).CopyTo(new Span<double>(inner, (int)_row));
            Walk(way, first + (i * spacing), Math.Min(end, first + ((i + 1) * spacing)), inner, kept - half);
        }
    }

    private static nint Spacing(nint count, nint kept) => (count + (kept / 2) - 1) / (kept / 2);

    /// <summary>Computes all rows of a sequence and keeps them.</summary>
    private double* Fill(float* y, nint step, nint first, nint end)
    {
        for (nint t = first; t < end; t++)
        {
            Advance(y, step, t, _alpha + ((t - 1) * _row), _alpha + (t * _row));
        }

        return _alpha + ((end - 1) * _row) + 2;
    }

    /// <summary>Computes rows one after the other and keeps the first ones of segments, in half of the room. Gives the last row's state 0.</summary>
    private double* Spread(float* y, nint step, nint first, nint end, double* rows, nint kept, bool isFirstKept)
    {
        nint spacing = Spacing(end - first, kept);
        double* before = rows;
        for (nint t = isFirstKept ? first + 1 : first; t < end; t++)
        {
            double* now = (t - first) % spacing == 0 ? rows + ((t - first) / spacing * _row) : _turns + ((t & 1) * _row);
            Advance(y, step, t, before, now);
            before = now;
        }

        return before + 2;
    }

    /// <summary>From the row of one step to the next one's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Advance(float* y, nint step, nint t, double* before, double* now)
    {
        Emit(y + (t * step), _totals[t]);
        new Span<double>(now, t == 0 ? (int)_row : 2).Fill(double.NegativeInfinity);
        now += 2;
        before += 2;
        if (t == 0)
        {
            now[0] = _emission[0];
            now[1] = _states > 1 ? _emission[1] : double.NegativeInfinity;
            return;
        }

        for (nint s = 0; s < _states; s += Vector<double>.Count)
        {
            Store(now + s, Load(_emission + s) + Logs.Add(Load(before + s), Load(before + s - 1), Load(before + s - 2) + Load(_skip + s)));
        }
    }

    /// <summary>One step of the way back.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Backward(in Way way, nint t, double* row)
    {
        if (t == way.Length - 1)
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

        double* alpha = row + 2;
        Emit(way.Y + (t * way.Step), _totals[t]);
        for (nint s = 0; s < _states; s += Vector<double>.Count)
        {
            Vector<double> beta = Load(_beta + s);
            Store(_ahead + s, beta + Load(_emission + s));
            Store(_beta + s, Logs.Exp(Load(alpha + s) + beta - new Vector<double>(way.Probability)));
        }

        new Span<double>(_taken, _classes).Clear();
        for (var s = 0; s < _states; s++)
        {
            _taken[Label(s)] += _beta[s];
        }

        float* to = way.Dy + (t * way.DyStep);
        Softmax(ref way.Y[t * way.Step], ref *to, _classes);
        for (nint k = 0; k < _classes; k++)
        {
            to[k] = (float)(way.Factor * (to[k] - _taken[k]));
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

    /// <summary>What the way back reads and writes.</summary>
    private readonly struct Way(float* y, nint step, int length, double probability, double factor, float* dy, nint dyStep)
    {
        public readonly float* Y = y;
        public readonly nint Step = step;
        public readonly int Length = length;
        public readonly double Probability = probability;
        public readonly double Factor = factor;
        public readonly float* Dy = dy;
        public readonly nint DyStep = dyStep;
    }
}
