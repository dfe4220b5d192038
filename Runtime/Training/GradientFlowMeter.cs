// The passes by which gradients are followed back through time: forward to a moment, from there to a step as a window, and the loss of that step back.
// Knows windows and states, and keeps its workspaces; refuses to know what may be asked of which network.
using System;
using System.Linq;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>Follows gradients for up to a number of sequences of up to a number of steps.</summary>
internal sealed class GradientFlowMeter
{
    private readonly NetworkPlan _plan;
    private readonly StatePlace[] _states;
    private readonly Workspace _before;
    private readonly Workspace _window;

    public GradientFlowMeter(NetworkCore core, HeadLosses losses, int maxBatch, int maxSteps)
    {
        _plan = losses.Plan;
        _states = Array.FindAll(_plan.Training!.States, IsFollowed);
        (_before, _window) = (new Workspace(core, maxBatch, maxSteps, training: false, losses: losses), new Workspace(core, maxBatch, maxSteps, training: true, losses: losses));
    }

    /// <summary>Whether a state goes from step to step, and its gradient is there.</summary>
    public static bool IsFollowed(StatePlace state) => state is { Start: not StateStart.Hidden, InitialGradient: not null };

    /// <summary>Distances from 1 to a number of steps, each about as many times the one before.</summary>
    public static int[] Growing(int steps, int count) => steps <= count ? [.. Enumerable.Range(1, steps)]
        : [.. Enumerable.Range(0, count).Select(i => Math.Max(i + 1, (int)Math.Round(Math.Pow(steps, i / (count - 1.0))))).Distinct()];

    /// <summary>Measures.</summary>
    /// <param name="data">Data that fits.</param>
    /// <param name="samples">Sequences of it that are full.</param>
    /// <param name="distances">Steps back, rising.</param>
    /// <param name="end">The steps up to the one whose loss is followed, itself included.</param>
    public GradientFlowResult Measure(SequenceData data, int[] samples, int[] distances, int end)
    {
        double[][] norms = [.. _states.Select(_ => new double[distances.Length])];
        int at = 0;
        for (int i = distances.Length - 1; i >= 0; i--)
        {
            int start = end - distances[i];
            if (start > at)
            {
                BatchFiller.Fill(data.Section(at, start - at), samples, _before, targets: false, keepStates: at > 0);
                _before.Forward(ForwardMode.Inference);
                _before.CarryState();
                at = start;
            }

            Back(data.Section(start, distances[i]), samples, isGiven: at > 0, isEnd: end == data.Steps);
            for (int s = 0; s < _states.Length; s++)
            {
                float[] gradient = new float[samples.Length * _states[s].Size];
                _window.GetInitialStateGradient(_states[s].Name, gradient);

                // The loss is the mean over the sequences; of interest is each one's own.
                double sum = 0;
                foreach (float g in gradient)
                {
                    sum += (double)g * g;
                }

                norms[s][i] = Math.Sqrt(sum * samples.Length);
            }
        }

        return new GradientFlowResult(_plan.Name, distances, [.. _states.Select((s, i) => new StateGradients(s.Name, norms[i]))]);
    }

    /// <summary>Forward over a window from the states at its beginning, and the loss of its last step back.</summary>
    private void Back(SequenceData part, int[] samples, bool isGiven, bool isEnd)
    {
        BatchFiller.Fill(part, samples, _window, targets: true);
        foreach (StatePlace state in isGiven ? _states : [])
        {
            float[] values = new float[samples.Length * state.Size];
            _before.GetFinalState(state.Name, values);
            _window.SetInitialState(state.Name, values);
        }

        for (int head = 0; head < _plan.Outputs.Length; head++)
        {
            OutputPort port = _plan.Outputs[head];
            if (port.Loss is not { Kind: not LossKind.None } || (port.Axis < 0 && isEnd))
            {
                continue;
            }

            int steps = _window.StepsOfHead(head);
            float[] mask = new float[samples.Length * steps];
            for (int b = 0; port.Axis >= 0 && b < samples.Length; b++)
            {
                mask[_plan.TimeMajor ? ((steps - 1) * samples.Length) + b : (b * steps) + steps - 1] = 1;
            }

            _window.SetMask(port.Name, mask);
        }

        _window.Forward(ForwardMode.Inference);
        _window.Loss();
        _window.ZeroGradients();
        _window.Backward();
    }
}
