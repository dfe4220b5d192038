// Mixes a decoder's input from targets and from what the decoder gave: see TeacherForcing.
// Knows steps and choices; refuses to know ratios over time, and gradients.
using System;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>Runs a decoder on its own, step by step, in a workspace for inference, and writes what it was fed with into one for training.</summary>
internal sealed class ScheduledSampler : IDisposable
{
    // Keeps these draws apart from those of noise, whose keys are numbers of layers.
    private const uint Key = 0xC0000000;
    private readonly NetworkPlan _plan;
    private readonly ParallelWorkspace _workspace;
    private readonly string _input;

    /// <summary>Allocates a workspace for batches of one that trains.</summary>
    public ScheduledSampler(Workspace trained, int threads, int processors)
    {
        _plan = trained.Core.Plan;
        _input = _plan.Inputs[1].Name;
        _workspace = new ParallelWorkspace(trained.Core, trained.MaxBatch, trained.MaxSteps, threads, training: false, processors, maxTargetSteps: 1);
    }

    /// <summary>Ends threads.</summary>
    public void Dispose() => _workspace.Dispose();

    /// <summary>Replaces the decoder's inputs (all but the first of each sequence) with the decoder's own outputs, each with probability 1 - ratio.</summary>
    /// <param name="trained">A workspace that was filled, targets shifted.</param>
    /// <param name="ratio">The probability of the truth.</param>
    /// <param name="seed">The key of the choices.</param>
    public void Mix(Workspace trained, double ratio, ulong seed)
    {
        int batch = trained.Batch, steps = trained.TargetSteps, size = _plan.Inputs[1].Size;
        _workspace.Resize(batch, trained.Steps, 1);
        trained.CopyInputsTo(_workspace);
        Feed(trained, 0);
        _workspace.Forward(ForwardMode.Inference);
        for (int t = 1; t < steps; t++)
        {
            ReadOnlySpan<float> y = _workspace.Output;
            for (int b = 0; b < batch; b++)
            {
                (uint random, _, _, _) = Noise.Philox(seed, Key, unchecked((uint)(trained.SampleOffset + b)), (uint)t, 0);
                if (random / 4294967296d < ratio)
                {
                    continue;
                }

                int row = trained.TargetRow(b, t);
                ReadOnlySpan<float> own = y.Slice(b * _plan.OutputSize, _plan.OutputSize);
                if (size > 0)
                {
                    _plan.Outputs[0].CopyForecasts(own, trained.InputOf(_input).Slice(row * size, size));
                }
                else
                {
                    trained.TokensOf(_input)[row] = Probabilities.Largest(own);
                }
            }

            if (t + 1 < steps)
            {
                Feed(trained, t);
                _workspace.ContinueDecoding();
            }
        }
    }

    /// <summary>Copies one step of the mixed input.</summary>
    private void Feed(Workspace trained, int t)
    {
        int size = _plan.Inputs[1].Size;
        for (int b = 0; b < trained.Batch; b++)
        {
            int row = trained.TargetRow(b, t);
            if (size > 0)
            {
                trained.InputOf(_input).Slice(row * size, size).CopyTo(_workspace.InputOf(_input)[(b * size)..]);
            }
            else
            {
                _workspace.TokensOf(_input)[b] = trained.TokensOf(_input)[row];
            }
        }
    }
}
