// What a decoder can be asked for. Knows sizes and kinds; does nothing.
using System;

namespace SeqGen;

public sealed partial class SequenceDecoder
{
    private BeamSearch CheckSearch(int batch, Span<int> tokens, Span<int> lengths, Span<double> scores)
    {
        CheckTokens(batch, tokens, lengths);
        if (!scores.IsEmpty && scores.Length != batch)
        {
            throw new ArgumentException($"There are {batch} sources; there is room for {scores.Length} scores.", nameof(scores));
        }

        return _search ?? throw new InvalidOperationException($"This decoder of {_plan.Name} was created with beamWidth: 1. Create it with more beams, or call Greedy.");
    }

    private void CheckTokens(int batch, Span<int> tokens, Span<int> lengths)
    {
        CheckBatch(batch);
        if (!IsOfTokens)
        {
            throw new NotSupportedException($"The decoder of {_plan.Name} writes numbers, not tokens: call Generate.");
        }

        if (tokens.Length != (long)batch * MaxTargetSteps || lengths.Length != batch)
        {
            throw new ArgumentException(
                $"{_plan.Name}: {batch} sources give [{batch}, MaxTargetSteps = {MaxTargetSteps}] tokens and {batch} lengths; there is room for {tokens.Length} and {lengths.Length}.", nameof(tokens));
        }
    }

    private void CheckNumbers(int batch, int steps, int outputs)
    {
        CheckBatch(batch);
        if (IsOfTokens)
        {
            throw new NotSupportedException($"The decoder of {_plan.Name} writes tokens: call Greedy or Beam.");
        }

        if (steps < 1 || steps > MaxTargetSteps || outputs != (long)batch * steps * _plan.OutputSize)
        {
            throw new ArgumentException(
                $"{_plan.Name}: {batch} sources give [{batch}, steps, {_plan.OutputSize}] outputs with 1 to {MaxTargetSteps} steps; {steps} steps were asked for, there is room for {outputs} numbers.", nameof(steps));
        }
    }

    private void CheckBatch(int batch)
    {
        if (batch < 1 || batch > MaxBatch)
        {
            throw new ArgumentOutOfRangeException(nameof(batch), batch, $"The decoder was created for 1 to {MaxBatch} sources, {batch} were given.");
        }
    }
}
