// What an encoder-decoder writes for a source: greedily, or by a search with beams.
// Knows batches of sources and step by step decoding; the search itself is BeamSearch's.
using System;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>Runs an encoder-decoder on its own outputs. Used by one thread at a time; nothing but its construction allocates.</summary>
/// <remarks>The encoder runs once a call, the decoder once a step. A decoder of tokens writes until its end token, at most as many steps as there is room for.</remarks>
/// <example><code>
/// SequenceDecoder decoder = new(net, maxBatch: 32, maxSourceSteps: 40, maxTargetSteps: 12, beamWidth: 4);
/// decoder.Beam(source, batch: 1, tokens, lengths, scores);     // or Greedy(source, 1, tokens, lengths)
/// </code></example>
public sealed partial class SequenceDecoder
{
    private readonly NetworkPlan _plan;
    private readonly Workspace _workspace;
    private readonly BeamSearch? _search;
    private readonly bool[] _ended;
    private readonly int[] _replicated;
    private readonly string _input;
    private readonly bool _areProbabilities;

    /// <summary>Allocates.</summary>
    /// <param name="network">An encoder-decoder.</param>
    /// <param name="maxBatch">The most sources of one call.</param>
    /// <param name="maxSourceSteps">The most steps of a source; 0 for the network's Timesteps.</param>
    /// <param name="maxTargetSteps">The most steps that are written; 0 for the decoder's Timesteps.</param>
    /// <param name="beamWidth">Beams of a search; 1 if <see cref="Beam(ReadOnlySpan{int}, int, Span{int}, Span{int}, Span{double}, ReadOnlySpan{int})"/> is not wanted.</param>
    /// <exception cref="NotSupportedException">The network has no decoder that can be fed with its own outputs.</exception>
    public SequenceDecoder(INetwork network, int maxBatch, int maxSourceSteps = 0, int maxTargetSteps = 0, int beamWidth = 1)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxBatch);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(beamWidth);
        ArgumentOutOfRangeException.ThrowIfNegative(maxSourceSteps);
        ArgumentOutOfRangeException.ThrowIfNegative(maxTargetSteps);
        _plan = network.Core.Plan;
        int axis = AxisSteps.TargetAxis(_plan);
        if (!_plan.DecodesByItself)
        {
            throw new NotSupportedException(axis >= 0 && !_plan.Inference.Continues ? Workspace.NoContinuation(_plan)
                : $"{_plan.Name} has no decoder that could be fed with its own outputs. Declare [Encoder] and [Decoder] sections.");
        }

        MaxBatch = maxBatch;
        BeamWidth = beamWidth;
        MaxTargetSteps = Math.Max(1, AxisSteps.Capacity(_plan, maxSourceSteps, maxTargetSteps)[axis]);
        if ((long)maxBatch * beamWidth * MaxTargetSteps > WorkspaceSizes.Limit)
        {
            string what = beamWidth > 1 ? nameof(beamWidth) : nameof(maxBatch);
            throw new ArgumentOutOfRangeException(
                what,
                beamWidth > 1 ? beamWidth : maxBatch,
                $"{what} is too large for {_plan.Name}: {maxBatch} sources of {beamWidth} beams and {MaxTargetSteps} steps are more than one block of memory holds. Up to {WorkspaceSizes.Limit / ((long)beamWidth * MaxTargetSteps)} sources fit.");
        }

        int rows = maxBatch * beamWidth;
        _workspace = network.Core.CreateWorkspace(rows, maxSourceSteps, training: false, maxTargetSteps: 1);
        _input = _plan.Inputs[1].Name;
        _ended = new bool[rows];
        _replicated = new int[rows];
        _areProbabilities = _plan.GivesProbabilities(0);
        if (IsOfTokens && beamWidth > 1)
        {
            _search = new BeamSearch(_workspace, maxBatch, beamWidth, MaxTargetSteps, _plan.Decoder?.End ?? -1, _areProbabilities);
        }
    }

    /// <summary>The most sources of one call.</summary>
    public int MaxBatch { get; }

    /// <summary>The most steps that are written.</summary>
    public int MaxTargetSteps { get; }

    /// <summary>Beams of a search.</summary>
    public int BeamWidth { get; }

    /// <summary>What sums of log probabilities are divided by: length^LengthPenalty, the end token counted. 1: means; 0: sums, which favour short texts.</summary>
    public double LengthPenalty { get; set => field = Settings.Check(value, value >= 0 && double.IsFinite(value), nameof(LengthPenalty), "finite and 0 or more"); } = 1;

    private bool IsOfTokens => _plan.Inputs[1].TokenCount > 0;

    /// <summary>Writes the likeliest token at every step, for sources of tokens.</summary>
    /// <param name="source">[batch, steps], or [steps, batch] for a time-major network.</param>
    /// <param name="batch">Sources.</param>
    /// <param name="tokens">Receives [batch, <see cref="MaxTargetSteps"/>]; beyond a length, the end token (0 without one).</param>
    /// <param name="lengths">Receives [batch]: tokens before the end token.</param>
    /// <param name="sourceLengths">[batch], 1 to steps; empty when all are full.</param>
    public void Greedy(ReadOnlySpan<int> source, int batch, Span<int> tokens, Span<int> lengths, ReadOnlySpan<int> sourceLengths = default)
    {
        CheckTokens(batch, tokens, lengths);
        Encode(source, default, batch, 1, sourceLengths);
        Greedy(batch, tokens, lengths);
    }

    /// <summary>The same for sources of numbers.</summary>
    /// <param name="source">[batch, steps, features], or [steps, batch, features] for a time-major network.</param>
    /// <param name="batch">Sources.</param>
    /// <param name="tokens">See the other overload.</param>
    /// <param name="lengths">See the other overload.</param>
    /// <param name="sourceLengths">See the other overload.</param>
    public void Greedy(ReadOnlySpan<float> source, int batch, Span<int> tokens, Span<int> lengths, ReadOnlySpan<int> sourceLengths = default)
    {
        CheckTokens(batch, tokens, lengths);
        Encode(default, source, batch, 1, sourceLengths);
        Greedy(batch, tokens, lengths);
    }

    /// <summary>Searches for the likeliest text with <see cref="BeamWidth"/> beams, for sources of tokens.</summary>
    /// <param name="source">[batch, steps], or [steps, batch] for a time-major network.</param>
    /// <param name="batch">Sources.</param>
    /// <param name="tokens">Receives [batch, <see cref="MaxTargetSteps"/>]; beyond a length, the end token (0 without one).</param>
    /// <param name="lengths">Receives [batch]: tokens before the end token.</param>
    /// <param name="scores">Receives [batch]: log probabilities by <see cref="LengthPenalty"/>. Empty if not wanted.</param>
    /// <param name="sourceLengths">[batch], 1 to steps; empty when all are full.</param>
    public void Beam(ReadOnlySpan<int> source, int batch, Span<int> tokens, Span<int> lengths, Span<double> scores = default, ReadOnlySpan<int> sourceLengths = default)
    {
        BeamSearch search = CheckSearch(batch, tokens, lengths, scores);
        Encode(source, default, batch, BeamWidth, sourceLengths);
        search.Run(batch, LengthPenalty, tokens, lengths, scores);
    }

    /// <summary>The same for sources of numbers.</summary>
    /// <param name="source">[batch, steps, features], or [steps, batch, features] for a time-major network.</param>
    /// <param name="batch">Sources.</param>
    /// <param name="tokens">See the other overload.</param>
    /// <param name="lengths">See the other overload.</param>
    /// <param name="scores">See the other overload.</param>
    /// <param name="sourceLengths">See the other overload.</param>
    public void Beam(ReadOnlySpan<float> source, int batch, Span<int> tokens, Span<int> lengths, Span<double> scores = default, ReadOnlySpan<int> sourceLengths = default)
    {
        BeamSearch search = CheckSearch(batch, tokens, lengths, scores);
        Encode(default, source, batch, BeamWidth, sourceLengths);
        search.Run(batch, LengthPenalty, tokens, lengths, scores);
    }

    /// <summary>Runs a decoder of numbers, which is fed with its own outputs, for sources of numbers.</summary>
    /// <param name="source">[batch, steps, features], or [steps, batch, features] for a time-major network.</param>
    /// <param name="batch">Sources.</param>
    /// <param name="steps">Steps to write, 1 to <see cref="MaxTargetSteps"/>.</param>
    /// <param name="outputs">Receives [batch, steps, OutputSize].</param>
    /// <param name="sourceLengths">[batch], 1 to steps of the source; empty when all are full.</param>
    public void Generate(ReadOnlySpan<float> source, int batch, int steps, Span<float> outputs, ReadOnlySpan<int> sourceLengths = default)
    {
        CheckNumbers(batch, steps, outputs.Length);
        Encode(default, source, batch, 1, sourceLengths);
        Generate(batch, steps, outputs);
    }

    /// <summary>The same for sources of tokens.</summary>
    /// <param name="source">[batch, steps], or [steps, batch] for a time-major network.</param>
    /// <param name="batch">Sources.</param>
    /// <param name="steps">See the other overload.</param>
    /// <param name="outputs">See the other overload.</param>
    /// <param name="sourceLengths">See the other overload.</param>
    public void Generate(ReadOnlySpan<int> source, int batch, int steps, Span<float> outputs, ReadOnlySpan<int> sourceLengths = default)
    {
        CheckNumbers(batch, steps, outputs.Length);
        Encode(source, default, batch, 1, sourceLengths);
        Generate(batch, steps, outputs);
    }

    private void Greedy(int batch, Span<int> tokens, Span<int> lengths)
    {
        int end = _plan.Decoder?.End ?? -1, running = batch, size = _plan.OutputSize;
        tokens.Fill(Math.Max(0, end));
        _ended.AsSpan(0, batch).Clear();
        for (int t = 0; t < MaxTargetSteps; t++)
        {
            ReadOnlySpan<float> y = _workspace.Output;
            Span<int> next = _workspace.TokensOf(_input);
            for (int b = 0; b < batch; b++)
            {
                if (_ended[b])
                {
                    continue;
                }

                int token = Probabilities.Largest(y.Slice(b * size, size));
                lengths[b] = t;
                if (token == end)
                {
                    _ended[b] = true;
                    running--;
                    continue;
                }

                lengths[b] = t + 1;
                tokens[(b * MaxTargetSteps) + t] = token;
                next[b] = token;
            }

            if (running == 0 || t + 1 == MaxTargetSteps)
            {
                return;
            }

            _workspace.ContinueDecoding();
        }
    }

    private void Generate(int batch, int steps, Span<float> outputs)
    {
        int size = _plan.OutputSize;
        for (int t = 0; t < steps; t++)
        {
            ReadOnlySpan<float> y = _workspace.Output;
            for (int b = 0; b < batch; b++)
            {
                y.Slice(b * size, size).CopyTo(outputs[(((b * steps) + t) * size)..]);
            }

            if (t + 1 < steps)
            {
                OutputPort port = _plan.Outputs[0];
                for (int b = 0; b < batch; b++)
                {
                    port.CopyForecasts(y.Slice(b * size, size), _workspace.InputOf(_input)[(b * port.TargetSize)..]);
                }

                _workspace.ContinueDecoding();
            }
        }
    }

    /// <summary>Runs the encoder, each source in as many rows as there are beams, and the decoder's first step.</summary>
    private void Encode(ReadOnlySpan<int> tokens, ReadOnlySpan<float> values, int batch, int beams, ReadOnlySpan<int> sourceLengths)
    {
        int size = _plan.InputSize, width = Math.Max(1, size), given = size > 0 ? values.Length : tokens.Length;
        if (size > 0 ? tokens.Length > 0 : values.Length > 0)
        {
            throw new NotSupportedException(size > 0
                ? $"{_plan.Name} takes {size} numbers a step, not tokens: give sources as floats."
                : $"{_plan.Name} takes tokens: give sources as ints.");
        }

        long all = (long)batch * width;
        int steps = (int)(given / all);
        if (steps * all != given || steps == 0)
        {
            throw new ArgumentException($"{_plan.Name}: {batch} sources of {width} values a step are a multiple of {all} values, {given} were given.", "source");
        }

        int rows = batch * beams;
        _workspace.Resize(rows, steps, 1);
        for (int row = 0; row < rows; row++)
        {
            for (int t = 0; t < steps; t++)
            {
                int from = _plan.TimeMajor ? (t * batch) + (row / beams) : (row / beams * steps) + t, to = _plan.TimeMajor ? (t * rows) + row : (row * steps) + t;
                if (size > 0)
                {
                    values.Slice(from * size, size).CopyTo(_workspace.Input[(to * size)..]);
                }
                else
                {
                    _workspace.Tokens[to] = tokens[from];
                }
            }
        }

        if (!sourceLengths.IsEmpty)
        {
            if (sourceLengths.Length != batch)
            {
                throw new ArgumentException($"There are {batch} sources, {sourceLengths.Length} lengths were given.", nameof(sourceLengths));
            }

            for (int row = 0; row < rows; row++)
            {
                _replicated[row] = sourceLengths[row / beams];
            }

            _workspace.SetLengths(_replicated.AsSpan(0, rows));
        }

        if (IsOfTokens)
        {
            _workspace.TokensOf(_input).Fill(Math.Max(0, _plan.Decoder?.Start ?? 0));
        }
        else
        {
            _workspace.BeginDecoding();
        }

        _workspace.Forward(ForwardMode.Inference);
    }
}
