// Sequences out of one input: a stream whose outputs are fed back.
// Knows feeding; refuses to know how a token is drawn (TokenSampler) and what streams compute.
using System;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>Goes on with what a stream, or many stepped together, were given: each output becomes the next input. The streams keep their states, so that
/// a second call goes on from the first. Nothing but its construction allocates.</summary>
/// <example><code>
/// SequenceGenerator writer = new(net.CreateStream(), new TokenSampler(net, seed: 1, temperature: 0.7));
/// writer.Generate(prompt, text);
/// </code></example>
public sealed class SequenceGenerator
{
    private readonly RecurrentStream? _stream;
    private readonly StreamBatch? _streams;
    private readonly TokenSampler? _sampler;
    private readonly NetworkPlan _plan;
    private readonly float[] _x;
    private readonly float[] _y;
    private readonly int[] _tokens;
    private bool _hasOutput;

    /// <summary>A generator over one stream.</summary>
    /// <param name="stream">The stream; <see cref="RecurrentStream.Reset"/> it for a new text.</param>
    /// <param name="sampler">Draws the tokens of a network of tokens; leave it out for networks of numbers.</param>
    /// <exception cref="NotSupportedException">The network's outputs cannot be its inputs.</exception>
    public SequenceGenerator(RecurrentStream stream, TokenSampler? sampler = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _stream = stream;
        _plan = stream.Core.Plan;
        (_sampler, _x, _y, _tokens) = (Checked(sampler), new float[_plan.InputSize], new float[_plan.OutputSize], new int[1]);
    }

    /// <summary>A generator over many streams stepped together, each with an input of its own.</summary>
    /// <param name="streams">The streams.</param>
    /// <param name="sampler">Draws the tokens of a network of tokens; leave it out for networks of numbers.</param>
    /// <exception cref="NotSupportedException">The network's outputs cannot be its inputs.</exception>
    public SequenceGenerator(StreamBatch streams, TokenSampler? sampler = null)
    {
        ArgumentNullException.ThrowIfNull(streams);
        _streams = streams;
        _plan = streams.Core.Plan;
        (_sampler, _x, _y, _tokens) = (Checked(sampler), new float[streams.Count * _plan.InputSize], new float[streams.Count * _plan.OutputSize], new int[streams.Count]);
    }

    /// <summary>Sequences: 1, or the streams of the batch.</summary>
    public int Count => _tokens.Length;

    /// <summary>Takes a beginning in and writes what follows, for a network of tokens.</summary>
    /// <param name="prompt">[Count, steps]; empty to go on from the last call.</param>
    /// <param name="tokens">Receives [Count, steps to write].</param>
    /// <param name="end">A token that ends the writing; -1 for none. With many streams it ends where all have written it.</param>
    /// <returns>Steps written, the end token's included. Beyond, <paramref name="tokens"/> are not changed.</returns>
    public int Generate(ReadOnlySpan<int> prompt, Span<int> tokens, int end = -1)
    {
        if (_plan.TokenCount == 0)
        {
            throw new NotSupportedException($"{_plan.Name} takes {_plan.InputSize} numbers a step, not tokens: call Generate with spans of float.");
        }

        int given = StepsOf(prompt.Length, 1, nameof(prompt)), steps = StepsOf(tokens.Length, 1, nameof(tokens));
        for (int t = 0; t < given; t++)
        {
            for (int b = 0; b < Count; b++)
            {
                _tokens[b] = prompt[(b * given) + t];
            }

            _hasOutput = StepTokens();
        }

        for (int t = 0; t < steps; t++)
        {
            CheckOutput();
            bool ended = end >= 0;
            for (int b = 0; b < Count; b++)
            {
                // What has ended goes on with the end token.
                bool over = end >= 0 && t > 0 && tokens[(b * steps) + t - 1] == end;
                _tokens[b] = over ? end : _sampler!.Next(_y.AsSpan(b * _plan.OutputSize, _plan.OutputSize));
                tokens[(b * steps) + t] = _tokens[b];
                ended &= _tokens[b] == end;
            }

            _hasOutput = StepTokens();
            if (ended)
            {
                return t + 1;
            }
        }

        return steps;
    }

    /// <summary>Takes a beginning in and writes what follows, for a network of numbers.</summary>
    /// <param name="prompt">[Count, steps, InputSize]; empty to go on from the last call.</param>
    /// <param name="values">Receives [Count, steps to write, OutputSize]. Fed back is the forecast: of quantiles the one next to the median, of a mean and a variance the mean.</param>
    public void Generate(ReadOnlySpan<float> prompt, Span<float> values)
    {
        if (_plan.TokenCount > 0)
        {
            throw new NotSupportedException($"{_plan.Name} takes tokens: call Generate with spans of int.");
        }

        int size = _plan.OutputSize, fed = _plan.InputSize, given = StepsOf(prompt.Length, fed, nameof(prompt)), steps = StepsOf(values.Length, size, nameof(values));
        for (int t = 0; t < given; t++)
        {
            for (int b = 0; b < Count; b++)
            {
                prompt.Slice(((b * given) + t) * fed, fed).CopyTo(_x.AsSpan(b * fed));
            }

            _hasOutput = StepValues();
        }

        for (int t = 0; t < steps; t++)
        {
            CheckOutput();
            for (int b = 0; b < Count; b++)
            {
                _y.AsSpan(b * size, size).CopyTo(values[(((b * steps) + t) * size)..]);
                _plan.Outputs[0].CopyForecasts(_y.AsSpan(b * size, size), _x.AsSpan(b * fed));
            }

            _hasOutput = StepValues();
        }
    }

    private bool StepTokens() => _stream is not null ? _stream.Step(_tokens[0], _y) : _streams!.Step(_tokens.AsSpan(), _y);

    private bool StepValues() => _stream is not null ? _stream.Step(_x.AsSpan(), _y) : _streams!.Step(_x.AsSpan(), _y);

    private int StepsOf(int length, long size, string argument) => length % (Count * size) == 0
        ? (int)(length / (Count * size))
        : throw new ArgumentException($"{Count} sequences of {size} values a step are a multiple of {Count * size} values, {length} were given.", argument);

    private void CheckOutput()
    {
        if (!_hasOutput)
        {
            throw new InvalidOperationException($"{_plan.Name} has no output yet to go on from: give a prompt first, long enough for its convolutions.");
        }
    }

    private TokenSampler? Checked(TokenSampler? sampler)
    {
        bool fits = _plan.TokenCount > 0 ? _plan.OutputSize == _plan.TokenCount : _plan.Outputs[0].TargetSize == _plan.InputSize;
        if (!fits)
        {
            throw new NotSupportedException(
                $"{_plan.Name} takes {(_plan.TokenCount > 0 ? $"{_plan.TokenCount} tokens" : $"{_plan.InputSize} numbers")} and gives {_plan.OutputSize} outputs{(_plan.Outputs[0].TargetSize != _plan.OutputSize ? $", forecasts of {_plan.Outputs[0].TargetSize}" : "")}: these cannot be fed back. They must be as many.");
        }

        return sampler is null && _plan.TokenCount > 0
            ? throw new ArgumentNullException(nameof(sampler), $"{_plan.Name} takes tokens: pass a TokenSampler that draws them.")
            : sampler;
    }
}
