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

    /// <summary>Runs sequences to each of some moments, and from there to a step as a window of its own; the gradient of the loss of that step with respect to where
    /// the window begins is what comes back so far. Without noise where the network has some.</summary>
    /// <param name="network">A network with a loss and recurrent layers, that reads forward in time.</param>
    /// <param name="data">Full sequences with targets: all samples are one batch.</param>
    /// <param name="distances">Steps back, each 1 to the number of steps up to <paramref name="step"/>; null for all of them, or 48 where there are more.</param>
    /// <param name="step">The step whose loss is followed back, from 0; null for the last. Another than the last needs an output with a loss at every step, and outputs that are
    /// one a sequence do not count then.</param>
    /// <returns>For each state the root mean square, over the sequences, of the norm of that gradient.</returns>
    /// <remarks>A convolution begins every window anew, with zeros before it: behind a <c>[Tdnn]</c> the first steps of a window differ from those of the whole sequence.</remarks>
    /// <exception cref="NotSupportedException">The network reads sequences from their ends or as a whole, or has no states, or no loss that has steps.</exception>
    /// <exception cref="ArgumentException">The data does not fit, or has lengths.</exception>
    public static GradientFlowResult Measure(INetwork network, SequenceData data, IReadOnlyList<int>? distances = null, int? step = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        NetworkPlan plan = network.Core.Plan;
        Check(plan);
        DataChecks.Check(data, plan, targets: true, nameof(data));
        if (data.Lengths is not null)
        {
            throw new ArgumentException("The data has lengths: gradients are followed back from one step, so give sequences that are all full.", nameof(data));
        }

        if (step is { } chosen && (chosen < 0 || chosen >= data.Steps))
        {
            throw new ArgumentOutOfRangeException(nameof(step), chosen, $"A step is 0 to {data.Steps - 1}: the sequences have {data.Steps} steps.");
        }

        int end = (step ?? (data.Steps - 1)) + 1;
        if (end < data.Steps && !Array.Exists(plan.Outputs, o => o.Axis >= 0 && o.Loss is { Kind: not LossKind.None }))
        {
            throw new NotSupportedException($"{plan.Name} has a loss after the last step alone: leave step out, or give a prefix of the sequences as data.");
        }

        int[] all = [.. (distances ?? Spread(end)).Distinct().Order()];
        if (all.Length == 0 || all[0] < 1 || all[^1] > end)
        {
            throw new ArgumentOutOfRangeException(
                nameof(distances), $"Distances are 1 to {end} steps, {(end == data.Steps ? "the length of the sequences" : "as many as there are up to the step")}; {string.Join(", ", all)} were given.");
        }

        return new GradientFlowMeter(network.Core, HeadLosses.Declared(plan), data.Count, end).Measure(data, [.. Enumerable.Range(0, data.Count)], all, end);
    }

    /// <summary>Fails for a network that has nothing to follow.</summary>
    internal static void Check(NetworkPlan plan)
    {
        TrainingChecks.RequireTraining(plan);
        StepChecks.RequireWindows(plan, "a part of a sequence is none to it, and no gradient goes back step by step.");

        if (!Array.Exists(plan.Training!.States, GradientFlowMeter.IsFollowed))
        {
            throw new NotSupportedException($"{plan.Name} has no state that goes from step to step: it has no recurrent layer.");
        }

        if (!Array.Exists(plan.Outputs, o => o.Loss is { Kind: not LossKind.None }) || Array.Exists(plan.Outputs, o => o.Loss is { Kind: LossKind.Ctc }))
        {
            throw new NotSupportedException($"{plan.Name} has {(Array.Exists(plan.Outputs, o => o.Loss is { Kind: LossKind.Ctc }) ? "a CTC loss, which is one of whole sequences" : "no loss")}: there is no loss of a last step to follow back.");
        }
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
