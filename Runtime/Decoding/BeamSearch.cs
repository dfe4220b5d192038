// Search with beams over what a decoder could write.
// Knows scores, parents and ends; refuses to know the encoder and where sources come from.
using System;

namespace SeqGen;

/// <summary>Keeps the likeliest beginnings of every text. Every one of them may end at every step; the best end so far is kept apart, and a
/// text's search is over when no beginning can become better than it.</summary>
internal sealed class BeamSearch
{
    private readonly Workspace _workspace;
    private readonly string _input;
    private readonly int _beams;
    private readonly int _maxSteps;
    private readonly int _end;
    private readonly bool _areProbabilities;

    // By row: batch x beams. What was written at step t is found by going from parent to parent.
    private readonly double[] _scores;
    private readonly double[] _nextScores;
    private readonly int[] _nextParents;
    private readonly int[] _nextTokens;
    private readonly int[] _parents;
    private readonly int[] _tokens;
    private readonly float[] _states;

    // By text: the best end so far.
    private readonly double[] _best;
    private readonly int[] _bestRow;
    private readonly int[] _bestLength;
    private readonly bool[] _over;

    public BeamSearch(Workspace workspace, int maxBatch, int beams, int maxSteps, int end, bool areProbabilities)
    {
        int rows = maxBatch * beams;
        (_workspace, _beams, _maxSteps, _end, _areProbabilities) = (workspace, beams, maxSteps, end, areProbabilities);
        _input = workspace.InputNames[1];
        (_scores, _nextScores, _nextParents, _nextTokens) = (new double[rows], new double[rows], new int[rows], new int[rows]);
        (_parents, _tokens) = (new int[rows * maxSteps], new int[rows * maxSteps]);
        _states = new float[WorkspaceSizes.Floats(workspace.DecoderStateSize, rows, workspace.Core.Plan.Name)];
        (_best, _bestRow, _bestLength, _over) = (new double[maxBatch], new int[maxBatch], new int[maxBatch], new bool[maxBatch]);
    }

    /// <summary>Goes on from a workspace whose decoder has done its first step.</summary>
    public void Run(int batch, double penalty, Span<int> tokens, Span<int> lengths, Span<double> scores)
    {
        int rows = batch * _beams, running = batch;
        _over.AsSpan(0, batch).Clear();
        _best.AsSpan(0, batch).Fill(double.NegativeInfinity);
        _scores.AsSpan(0, rows).Fill(double.NegativeInfinity);
        for (int b = 0; b < batch; b++)
        {
            _scores[b * _beams] = 0;
        }

        int t = 0;
        while (true)
        {
            ReadOnlySpan<float> y = _workspace.Output;
            for (int b = 0; b < batch; b++)
            {
                if (_over[b])
                {
                    Idle(b);
                    continue;
                }

                Expand(b, t, y, penalty);
                if (IsOver(b, t, penalty))
                {
                    _over[b] = true;
                    running--;
                }
            }

            _nextScores.AsSpan(0, rows).CopyTo(_scores);
            _nextParents.AsSpan(0, rows).CopyTo(_parents.AsSpan(t * rows));
            _nextTokens.AsSpan(0, rows).CopyTo(_tokens.AsSpan(t * rows));
            t++;
            if (running == 0 || t == _maxSteps)
            {
                break;
            }

            _workspace.MoveDecoderStates(_nextParents.AsSpan(0, rows), _states);
            _nextTokens.AsSpan(0, rows).CopyTo(_workspace.TokensOf(_input));
            _workspace.ContinueDecoding();
        }

        for (int b = 0; b < batch; b++)
        {
            Write(b, t, rows, penalty, tokens.Slice(b * _maxSteps, _maxSteps), out lengths[b], out double score);
            if (!scores.IsEmpty)
            {
                scores[b] = score;
            }
        }
    }

    private static double Normalized(double score, int length, double penalty) => score / Math.Pow(length, penalty);

    /// <summary>Rows of a text whose search is over stay as they are.</summary>
    private void Idle(int text)
    {
        for (int row = text * _beams; row < (text + 1) * _beams; row++)
        {
            (_nextScores[row], _nextParents[row], _nextTokens[row]) = (_scores[row], row, 0);
        }
    }

    /// <summary>Finds the likeliest beginnings that are one token longer, and the likeliest end.</summary>
    private void Expand(int text, int t, ReadOnlySpan<float> y, double penalty)
    {
        int first = text * _beams, found = 0, classes = y.Length / _workspace.Batch;
        for (int row = first; row < first + _beams; row++)
        {
            if (double.IsNegativeInfinity(_scores[row]))
            {
                continue;
            }

            ReadOnlySpan<float> outputs = y.Slice(row * classes, classes);
            double normalizer = Probabilities.Normalizer(outputs, _areProbabilities);
            for (int token = 0; token < classes; token++)
            {
                double score = _scores[row] + Probabilities.Log(outputs[token], normalizer, _areProbabilities);
                if (token == _end)
                {
                    End(text, row, t, Normalized(score, t + 1, penalty));
                }
                else if (found < _beams || score > _nextScores[first + found - 1])
                {
                    found = Insert(first, found, score, row, token);
                }
            }
        }

        for (int row = first + found; row < first + _beams; row++)
        {
            (_nextScores[row], _nextParents[row], _nextTokens[row]) = (double.NegativeInfinity, first, 0);
        }
    }

    /// <summary>Puts a beginning among those of its text, best first; of equals the earlier one stays in front.</summary>
    private int Insert(int first, int found, double score, int parent, int token)
    {
        int at = found < _beams ? found : _beams - 1;
        while (at > 0 && score > _nextScores[first + at - 1])
        {
            (_nextScores[first + at], _nextParents[first + at], _nextTokens[first + at]) =
                (_nextScores[first + at - 1], _nextParents[first + at - 1], _nextTokens[first + at - 1]);
            at--;
        }

        (_nextScores[first + at], _nextParents[first + at], _nextTokens[first + at]) = (score, parent, token);
        return Math.Min(_beams, found + 1);
    }

    /// <summary>A text may end here: after step t - 1, in the row that it was in.</summary>
    private void End(int text, int row, int t, double score)
    {
        if (score > _best[text])
        {
            (_best[text], _bestRow[text], _bestLength[text]) = (score, row, t);
        }
    }

    // Scores only fall, but dividing by a greater length raises them (they are below 0): the longest text is the best that can become of one.
    private bool IsOver(int text, int t, double penalty) =>
        double.IsNegativeInfinity(_nextScores[text * _beams])
        || (!double.IsNegativeInfinity(_best[text]) && _best[text] >= Normalized(_nextScores[text * _beams], penalty >= 0 ? _maxSteps : t + 2, penalty));

    /// <summary>Writes the best end, or where nothing ended, the likeliest beginning.</summary>
    private void Write(int text, int t, int rows, double penalty, Span<int> tokens, out int length, out double score)
    {
        (score, length, int row) = (_best[text], _bestLength[text], _bestRow[text]);
        if (double.IsNegativeInfinity(score))
        {
            (score, length, row) = (Normalized(_scores[text * _beams], t, penalty), t, text * _beams);
        }

        tokens.Fill(Math.Max(0, _end));
        for (int step = length - 1; step >= 0; step--)
        {
            tokens[step] = _tokens[(step * rows) + row];
            row = _parents[(step * rows) + row];
        }
    }
}
