// The running mean of the parameters: how it goes on with an update, and that it is what is validated.
// Knows the two sets of parameters; refuses to know what an update is.
using System;
using System.Numerics;
using System.Runtime.InteropServices;

namespace SeqGen;

public sealed partial class Trainer
{
    // The parameters themselves, while their mean is in the network.
    private float[]? _own;

    /// <summary>The running mean after an update.</summary>
    private void AddToAverage(TrainingState state)
    {
        if (_options.WeightAverage is not { } stays)
        {
            return;
        }

        ReadOnlySpan<float> values = _network.Parameters.Values;
        if (state.Average is not { } average)
        {
            state.Average = values.ToArray();
            return;
        }

        (float stay, float take) = ((float)stays, (float)(1 - stays));
        foreach ((int first, int length) in _network.Parameters.MovingRanges)
        {
            Span<float> mean = average.AsSpan(first, length);
            ReadOnlySpan<float> now = values.Slice(first, length);
            Span<Vector<float>> means = MemoryMarshal.Cast<float, Vector<float>>(mean);
            ReadOnlySpan<Vector<float>> nows = MemoryMarshal.Cast<float, Vector<float>>(now);
            for (int i = 0; i < means.Length; i++)
            {
                means[i] = (means[i] * stay) + (nows[i] * take);
            }

            for (int i = means.Length * Vector<float>.Count; i < mean.Length; i++)
            {
                mean[i] = (mean[i] * stay) + (now[i] * take);
            }
        }
    }

    /// <summary>The validation, of the parameters' mean where there is one.</summary>
    private EvaluationResult Validate(Run run, ParallelWorkspace workspace)
    {
        if (run.State.Average is not { } average)
        {
            return EvaluateIn(run.Validation!, run.ValidationOrder, workspace, run.Measures, groups: []);
        }

        _own ??= new float[_plan.ParameterLength];
        _network.Parameters.Values.CopyTo(_own);
        _network.Core.ReplaceParameters(average);
        try
        {
            return EvaluateIn(run.Validation!, run.ValidationOrder, workspace, run.Measures, groups: []);
        }
        finally
        {
            _network.Core.ReplaceParameters(_own);
        }
    }
}
