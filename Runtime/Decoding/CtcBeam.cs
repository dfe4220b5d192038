// Prefix beam search: the label sequences kept from step to step, and how likely they are with and without a blank at the end.
// Knows logarithms of probabilities; refuses to know where they come from.
using System;

namespace SeqGen;

/// <summary>
/// The beam of prefix search (Hannun et al. 2014). Label sequences are nodes of a tree that grows by those that were kept, so a sequence is one node
/// for as long as a search lasts, and paths to it meet there.
/// </summary>
internal sealed class CtcBeam
{
    private const int Root = 0;

    private readonly int _classes, _blank, _width;

    // The tree: parent, last label, first child and next sibling of each node, and its place in the beam (-1: none).
    private readonly int[] _parents, _labels, _children, _siblings, _places;

    // The beam: nodes, and the logarithms of the probabilities of the paths to them that end with a blank or with the last label.
    private readonly int[] _nodes;
    private readonly double[] _withBlank, _withLabel;

    // The next beam, a heap whose first entry is the least likely: the node that stays, or the one to extend and by which label (-1: it stays).
    private readonly int[] _from, _by;
    private readonly double[] _nextBlank, _nextLabel, _scores;

    // Extensions of each entry that are entries themselves.
    private readonly bool[] _inside;

    private int _nodeCount, _count, _nextCount;

    public CtcBeam(int classes, int blank, int maxSteps, int width)
    {
        (_classes, _blank, _width) = (classes, blank, width);
        int nodes = (maxSteps * width) + 1;
        (_parents, _labels, _children, _siblings, _places) = (new int[nodes], new int[nodes], new int[nodes], new int[nodes], new int[nodes]);
        (_nodes, _withBlank, _withLabel) = (new int[width], new double[width], new double[width]);
        (_from, _by, _nextBlank, _nextLabel, _scores) = (new int[width], new int[width], new double[width], new double[width], new double[width]);
        _inside = new bool[width * classes];
    }

    /// <summary>Nothing read, nothing written: the empty sequence is certain.</summary>
    public void Start()
    {
        _nodeCount = _count = 1;
        (_parents[Root], _labels[Root], _children[Root], _siblings[Root], _places[Root]) = (-1, -1, -1, -1, 0);
        (_nodes[0], _withBlank[0], _withLabel[0]) = (Root, 0, double.NegativeInfinity);
    }

    /// <summary>Reads one step.</summary>
    /// <param name="logs">The logarithms of the classes' probabilities.</param>
    public void Step(ReadOnlySpan<double> logs)
    {
        _nextCount = 0;
        Array.Clear(_inside, 0, _count * _classes);
        for (int e = 0; e < _count; e++)
        {
            Stay(e, logs);
        }

        for (int e = 0; e < _count; e++)
        {
            Extend(e, logs);
        }

        for (int e = 0; e < _count; e++)
        {
            _places[_nodes[e]] = -1;
        }

        for (int e = 0; e < _nextCount; e++)
        {
            _nodes[e] = _by[e] < 0 ? _from[e] : Child(_from[e], _by[e]);
            (_withBlank[e], _withLabel[e]) = (_nextBlank[e], _nextLabel[e]);
        }

        _count = _nextCount;
        for (int e = 0; e < _count; e++)
        {
            _places[_nodes[e]] = e;
        }
    }

    /// <summary>Writes the most likely sequence and gives its length.</summary>
    public int Best(Span<int> labels, out double logProbability)
    {
        int best = -1;
        logProbability = double.NegativeInfinity;
        for (int e = 0; e < _count; e++)
        {
            double score = Add(_withBlank[e], _withLabel[e]);
            if (score > logProbability)
            {
                (best, logProbability) = (e, score);
            }
        }

        int length = 0;
        for (int node = best < 0 ? Root : _nodes[best]; node != Root; node = _parents[node])
        {
            labels[length++] = _labels[node];
        }

        labels[..length].Reverse();
        return length;
    }

    private static double Add(double a, double b)
    {
        double max = Math.Max(a, b);
        return double.IsNegativeInfinity(max) ? max : max + Math.Log(Math.Exp(a - max) + Math.Exp(b - max));
    }

    // The same sequence: after a blank, by its last label once more, or from the sequence without that label if it is in the beam too.
    private void Stay(int e, ReadOnlySpan<double> logs)
    {
        int node = _nodes[e], label = _labels[node];
        double withLabel = double.NegativeInfinity;
        if (node != Root)
        {
            withLabel = _withLabel[e] + logs[label];
            int before = _places[_parents[node]];
            if (before >= 0)
            {
                _inside[(before * _classes) + label] = true;
                withLabel = Add(withLabel, Reach(before, label) + logs[label]);
            }
        }

        double withBlank = Add(_withBlank[e], _withLabel[e]) + logs[_blank];
        Offer(node, -1, withBlank, withLabel, Add(withBlank, withLabel));
    }

    // The sequence and one more label, unless that is an entry, which has been seen to.
    private void Extend(int e, ReadOnlySpan<double> logs)
    {
        double any = Add(_withBlank[e], _withLabel[e]);
        int last = _labels[_nodes[e]];
        for (int k = 0; k < _classes; k++)
        {
            if (k != _blank && !_inside[(e * _classes) + k])
            {
                double withLabel = (k == last ? _withBlank[e] : any) + logs[k];
                Offer(_nodes[e], k, double.NegativeInfinity, withLabel, withLabel);
            }
        }
    }

    // Paths that a label makes longer: an equal one needs a blank before it.
    private double Reach(int e, int label) => label == _labels[_nodes[e]] ? _withBlank[e] : Add(_withBlank[e], _withLabel[e]);

    private void Offer(int from, int by, double withBlank, double withLabel, double score)
    {
        if (double.IsNegativeInfinity(score) || (_nextCount == _width && score <= _scores[0]))
        {
            return;
        }

        int at = _nextCount < _width ? Rise(_nextCount++, score) : Sink(score);
        (_from[at], _by[at], _nextBlank[at], _nextLabel[at], _scores[at]) = (from, by, withBlank, withLabel, score);
    }

    // Where a new entry belongs, coming from the end.
    private int Rise(int at, double score)
    {
        while (at > 0 && _scores[(at - 1) / 2] > score)
        {
            Move((at - 1) / 2, at);
            at = (at - 1) / 2;
        }

        return at;
    }

    // Where it belongs in place of the first.
    private int Sink(double score)
    {
        int at = 0;
        while ((2 * at) + 1 < _nextCount)
        {
            int child = (2 * at) + 1;
            child += child + 1 < _nextCount && _scores[child + 1] < _scores[child] ? 1 : 0;
            if (_scores[child] >= score)
            {
                break;
            }

            Move(child, at);
            at = child;
        }

        return at;
    }

    private void Move(int from, int to) =>
        (_from[to], _by[to], _nextBlank[to], _nextLabel[to], _scores[to]) = (_from[from], _by[from], _nextBlank[from], _nextLabel[from], _scores[from]);

    private int Child(int node, int label)
    {
        for (int child = _children[node]; child >= 0; child = _siblings[child])
        {
            if (_labels[child] == label)
            {
                return child;
            }
        }

        int added = _nodeCount++;
        (_parents[added], _labels[added], _children[added], _siblings[added], _places[added]) = (node, label, -1, _children[node], -1);
        _children[node] = added;
        return added;
    }
}
