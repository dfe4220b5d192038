// How far back in time a network learns: the gradient of a step's loss with respect to the states before it.
// Knows windows and states; refuses to know layers and drawing.
// R. Pascanu, T. Mikolov, Y. Bengio: On the difficulty of training recurrent neural networks. ICML 2013, for what to look at.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>Measures how gradients vanish, explode or are kept on their way back through time.</summary>
public static class GradientFlow
{
    private const int MostDistances = 48;

    /// <summary>Runs sequences to each of some moments, and from there to their end as a window of its own; the gradient of the loss of the last step with respect to where
    /// that window begins is what comes back so far. Without noise where the network has some.</summary>
    /// <param name="network">A network with a loss and recurrent layers, that reads forward in time.</param>
    /// <param name="data">Full sequences with targets: all samples are one batch.</param>
    /// <param name="distances">Steps back, each 1 to the length of the sequences; null for all of them, or 48 where there are more.</param>
    /// <returns>For each state the root mean square, over the sequences, of the norm of that gradient.</returns>
    /// <remarks>A convolution begins every window anew, with zeros before it: behind a <c>[Tdnn]</c> the first steps of a window differ from those of the whole sequence.</remarks>
    /// <exception cref="NotSupportedException">The network reads sequences from their ends or as a whole, or has no states, or no loss that has steps.</exception>
    /// <exception cref="ArgumentException">The data does not fit, or has lengths.</exception>
    public static GradientFlowResult Measure(INetwork network, SequenceData data, IReadOnlyList<int>? distances = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        NetworkPlan plan = network.Core.Plan;
        Check(plan, data);
        int[] all = [.. (distances ?? Spread(data.Steps)).Distinct().Order()];
        if (all.Length == 0 || all[0] < 1 || all[^1] > data.Steps)
        {
            throw new ArgumentOutOfRangeException(nameof(distances), $"Distances are 1 to {data.Steps} steps, the length of the sequences; {string.Join(", ", all)} were given.");
        }

        StatePlace[] states = Array.FindAll(plan.Training!.States, s => s is { Start: not StateStart.Hidden, InitialGradient: not null });
        Workspace before = network.CreateWorkspace(data.Count, data.Steps, training: false), window = network.CreateWorkspace(data.Count, data.Steps);
        int[] samples = [.. Enumerable.Range(0, data.Count)];
        double[][] norms = [.. states.Select(_ => new double[all.Length])];
        int at = 0;
        for (int i = all.Length - 1; i >= 0; i--)
        {
            int start = data.Steps - all[i];
            if (start > at)
            {
                BatchFiller.Fill(data.Section(at, start - at), samples, before, targets: false, keepStates: at > 0);
                before.Forward(ForwardMode.Inference);
                before.CarryState();
                at = start;
            }

            Back(before, window, data.Section(start, all[i]), samples, states, at > 0);
            for (int s = 0; s < states.Length; s++)
            {
                float[] gradient = new float[data.Count * states[s].Size];
                window.GetInitialStateGradient(states[s].Name, gradient);

                // The loss is the mean over the sequences; of interest is each one's own.
                norms[s][i] = Math.Sqrt(gradient.Sum(g => (double)g * g) * data.Count);
            }
        }

        return new GradientFlowResult(plan.Name, all, [.. states.Select((s, i) => new StateGradients(s.Name, norms[i]))]);
    }

    private static void Check(NetworkPlan plan, SequenceData data)
    {
        TrainingChecks.RequireTraining(plan);
        TrainingChecks.RequireWindows(plan, "a part of a sequence is none to it, and no gradient goes back step by step.");

        if (!Array.Exists(plan.Training!.States, s => s is { Start: not StateStart.Hidden, InitialGradient: not null }))
        {
            throw new NotSupportedException($"{plan.Name} has no state that goes from step to step: it has no recurrent layer.");
        }

        if (!Array.Exists(plan.Outputs, o => o.Loss is { Kind: not LossKind.None }) || Array.Exists(plan.Outputs, o => o.Loss is { Kind: LossKind.Ctc }))
        {
            throw new NotSupportedException($"{plan.Name} has {(Array.Exists(plan.Outputs, o => o.Loss is { Kind: LossKind.Ctc }) ? "a CTC loss, which is one of whole sequences" : "no loss")}: there is no loss of a last step to follow back.");
        }

        DataChecks.Check(data, plan, targets: true, nameof(data));
        if (data.Lengths is not null)
        {
            throw new ArgumentException("The data has lengths: gradients are followed back from one last step, so give sequences that are all full.", nameof(data));
        }
    }

    /// <summary>Forward over a window from the states at its beginning, and the loss of its last step back.</summary>
    private static void Back(Workspace before, Workspace window, SequenceData part, int[] samples, StatePlace[] states, bool isGiven)
    {
        NetworkPlan plan = window.Core.Plan;
        BatchFiller.Fill(part, samples, window, targets: true);
        if (isGiven)
        {
            foreach (StatePlace state in states)
            {
                float[] values = new float[samples.Length * state.Size];
                before.GetFinalState(state.Name, values);
                window.SetInitialState(state.Name, values);
            }
        }

        for (int head = 0; head < plan.Outputs.Length; head++)
        {
            OutputPort port = plan.Outputs[head];
            if (port.Axis >= 0 && port.Loss is { Kind: not LossKind.None })
            {
                int steps = window.StepsOfHead(head);
                float[] mask = new float[samples.Length * steps];
                for (int b = 0; b < samples.Length; b++)
                {
                    mask[plan.TimeMajor ? ((steps - 1) * samples.Length) + b : (b * steps) + steps - 1] = 1;
                }

                window.SetMask(port.Name, mask);
            }
        }

        window.Forward(ForwardMode.Inference);
        window.Loss();
        window.ZeroGradients();
        window.Backward();
    }

    private static IEnumerable<int> Spread(int steps) =>
        Enumerable.Range(0, Math.Min(steps, MostDistances)).Select(i => steps <= MostDistances ? i + 1 : 1 + (int)Math.Round(i * (steps - 1) / (MostDistances - 1.0)));
}

/// <summary>Gradients that come back to one state.</summary>
/// <param name="State">The state's name, for instance "lstm.h".</param>
/// <param name="Norms">Their norm at each distance.</param>
public sealed record StateGradients(string State, IReadOnlyList<double> Norms);

/// <summary>How gradients flow back through time.</summary>
/// <param name="network">The network's name.</param>
/// <param name="distances">Steps back, from the nearest.</param>
/// <param name="states">The states.</param>
public sealed class GradientFlowResult(string network, IReadOnlyList<int> distances, IReadOnlyList<StateGradients> states)
{
    /// <summary>The network's name.</summary>
    public string Network { get; } = network;

    /// <summary>Steps back from the end of the sequences, from the nearest on.</summary>
    public IReadOnlyList<int> Distances { get; } = distances;

    /// <summary>What comes back to each state.</summary>
    public IReadOnlyList<StateGradients> States { get; } = states;

    /// <summary>The largest distance at which a state's gradient is at least a share of the nearest one's: how far back the network learns.</summary>
    /// <param name="state">The state.</param>
    /// <param name="share">The share, above 0.</param>
    public int Reach(string state, double share = 0.01)
    {
        StateGradients found = States.FirstOrDefault(s => s.State == state) ?? throw new ArgumentException($"{Network} has no state '{state}'. It has {string.Join(", ", States.Select(s => s.State))}.", nameof(state));
        int reach = 0;
        for (int i = 0; i < Distances.Count && found.Norms[i] >= share * found.Norms[0]; i++)
        {
            reach = Distances[i];
        }

        return reach;
    }

    /// <summary>A table: a line a distance, a column a state.</summary>
    public override string ToString()
    {
        IEnumerable<string> lines = Distances.Select((d, i) => string.Create(CultureInfo.InvariantCulture, $"{d,8}  ") + string.Join("  ", States.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Norms[i],12:E3}"))));
        return string.Join(Environment.NewLine, lines.Prepend("steps back" + string.Join("  ", States.Select(s => s.State.PadLeft(12)))));
    }
}
