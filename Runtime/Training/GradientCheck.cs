// Back-propagation against differences of the loss, on a user's own network and data.
// Knows directions and differences; refuses to know layers.
// C. J. F. Ridders: Accurate computation of F'(x) and F'(x) F''(x). Advances in Engineering Software 4 (1982), for the differences.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>Whether the gradients that back-propagation through time gives are the derivatives of the loss: for whoever does not want to take it on trust,
/// and for networks with cells and losses of one's own.</summary>
public static class GradientCheck
{
    private const int Columns = 8;
    private const double Shrink = 1.6, First = 0.1;

    /// <summary>Moves each trainable parameter along some directions, and compares how the loss changes with what its gradient says. Noise is drawn, the same for every
    /// pass. The parameters are as before afterwards.</summary>
    /// <param name="network">A network with a loss.</param>
    /// <param name="data">Few samples: all of them are one batch, and every direction takes about sixteen passes.</param>
    /// <param name="directions">Directions of a parameter: the gradient's own first, then random ones.</param>
    /// <param name="seed">Fixes the random directions and the noise.</param>
    /// <param name="losses">Losses of heads that declare none; null for none.</param>
    /// <exception cref="ArgumentException">The data does not fit the network, or nothing in it counts.</exception>
    /// <exception cref="NotSupportedException">The network has no loss, or was generated without training.</exception>
    public static GradientCheckResult Run(INetwork network, SequenceData data, int directions = 3, ulong seed = 0, IReadOnlyList<CustomLoss>? losses = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(directions);
        HeadLosses all = HeadLosses.With(network.Core.Plan, losses, nameof(losses));
        NetworkPlan plan = all.Plan;
        DataChecks.Check(data, plan, targets: true, nameof(data));
        DataChecks.CheckCounts(data, plan, nameof(data));
        network.Core.RequireParameters();
        Workspace workspace = new(network.Core, data.Count, data.Steps, training: true, parts: 1, DataChecks.TargetSteps(data, plan), all);
        workspace.Seed = seed;
        workspace.MovesStatistics = false;
        BatchFiller.Fill(data, Enumerable.Range(0, data.Count).ToArray(), workspace, targets: true);
        workspace.ZeroGradients();
        double loss = workspace.ForwardBackward();
        if (!double.IsFinite(loss))
        {
            throw new ArgumentException($"The loss of {plan.Name} on this data is {loss}: there is nothing to differentiate.", nameof(data));
        }

        float[] kept = network.Parameters.Values.ToArray();
        List<GradientComparison> compared = [];
        try
        {
            int number = 0;
            foreach (Parameter parameter in network.Parameters.Where(p => p.IsTrainable))
            {
                float[] gradient = new float[parameter.Count];
                parameter.CopyGradientTo(workspace.Gradients, gradient);
                for (int direction = 0; direction < directions; direction++)
                {
                    compared.Add(Compare(parameter, workspace, gradient, Direction(gradient, direction, seed, number++), direction));
                }
            }
        }
        finally
        {
            network.Core.ReplaceParameters(kept);
        }

        return new GradientCheckResult(plan.Name, compared);
    }

    /// <summary>A vector of length 1: along the gradient, or with elements of one size and random signs.</summary>
    private static double[] Direction(float[] gradient, int direction, ulong seed, int number)
    {
        double norm = Math.Sqrt(gradient.Sum(g => (double)g * g));
        if (direction == 0 && norm > 0)
        {
            return Array.ConvertAll(gradient, g => g / norm);
        }

        RandomSource random = RandomSequences.Create(seed, 0x6C4E000000000000UL + (ulong)number);
        double size = 1 / Math.Sqrt(gradient.Length);
        double[] signs = new double[gradient.Length];
        for (int i = 0; i < signs.Length; i++)
        {
            signs[i] = random.NextInt32(2) == 0 ? size : -size;
        }

        return signs;
    }

    private static GradientComparison Compare(Parameter parameter, Workspace workspace, float[] gradient, double[] along, int direction)
    {
        float[] at = parameter.ToArray();
        double expected = 0, square = 0;
        for (int i = 0; i < at.Length; i++)
        {
            expected += gradient[i] * along[i];
            square += (double)at[i] * at[i];
        }

        // Large enough to be seen in floats, small against the parameter: where that is zero, against 1.
        double width = First * Math.Max(Math.Sqrt(square), 0.1 * Math.Sqrt(at.Length));
        (double difference, double uncertainty) = Derivative(h => Loss(parameter, workspace, at, along, h), width);
        parameter.CopyFrom(at);
        return new GradientComparison(parameter.Name, direction == 0 ? "its gradient" : $"random direction {direction}", expected, difference, uncertainty);
    }

    /// <summary>The derivative at 0 from central differences of shrinking width, extrapolated to none (Ridders), and how far its estimates lie from each other.</summary>
    private static (double Derivative, double Uncertainty) Derivative(Func<double, double> loss, double width)
    {
        double[,] table = new double[Columns, Columns];
        (double best, double uncertainty) = (0, double.PositiveInfinity);
        for (int i = 0; i < Columns; i++, width /= Shrink)
        {
            table[0, i] = (loss(width) - loss(-width)) / (2 * width);
            double factor = Shrink * Shrink;
            for (int j = 1; j <= i; j++, factor *= Shrink * Shrink)
            {
                table[j, i] = ((table[j - 1, i] * factor) - table[j - 1, i - 1]) / (factor - 1);
                double error = Math.Max(Math.Abs(table[j, i] - table[j - 1, i]), Math.Abs(table[j, i] - table[j - 1, i - 1]));
                if (error <= uncertainty)
                {
                    (best, uncertainty) = (table[j, i], error);
                }
            }
        }

        return (best, uncertainty);
    }

    private static double Loss(Parameter parameter, Workspace workspace, float[] at, double[] along, double distance)
    {
        float[] moved = new float[at.Length];
        for (int i = 0; i < moved.Length; i++)
        {
            moved[i] = (float)(at[i] + (distance * along[i]));
        }

        parameter.CopyFrom(moved);
        workspace.Forward(ForwardMode.Training);
        return workspace.Loss();
    }
}

/// <summary>One parameter moved along one direction.</summary>
/// <param name="Parameter">The parameter's name.</param>
/// <param name="Direction">Which direction.</param>
/// <param name="Gradient">The derivative of the loss along it by back-propagation.</param>
/// <param name="Difference">The same by differences of the loss.</param>
/// <param name="Uncertainty">How well the differences are known: a loss in floats jumps by 1e-7 of itself, and a network with kinks (ReLU, absolute errors) has some.</param>
public sealed record GradientComparison(string Parameter, string Direction, double Gradient, double Difference, double Uncertainty)
{
    /// <summary>What is between the two beyond the uncertainty, as a share of the larger: 0 for none, 1 and more for gradients that have nothing to do with the loss,
    /// and where the loss nearby is not finite, so that nothing is known.</summary>
    public double Error => !double.IsFinite(Gradient) || !double.IsFinite(Uncertainty) ? 1 : Math.Max(0, Math.Abs(Gradient - Difference) - (4 * Uncertainty)) / Math.Max(1e-30, Math.Max(Math.Abs(Gradient), Math.Abs(Difference)));

    /// <summary>The comparison in a line.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Parameter} along {Direction}: gradient {Gradient:G6}, difference {Difference:G6} (known to {Uncertainty:G2}), error {Error:P2}");
}

/// <summary>What a <see cref="GradientCheck"/> found.</summary>
/// <param name="network">The network's name.</param>
/// <param name="all">The comparisons.</param>
public sealed class GradientCheckResult(string network, IReadOnlyList<GradientComparison> all)
{
    /// <summary>An error above this is one: floats and kinks explain less.</summary>
    public const double Limit = 0.02;

    /// <summary>All comparisons.</summary>
    public IReadOnlyList<GradientComparison> All { get; } = all;

    /// <summary>The comparison of the largest error; null for a network of which nothing is trained.</summary>
    public GradientComparison? Worst { get; } = all.MaxBy(c => c.Error);

    /// <summary>Whether no error is above <see cref="Limit"/>.</summary>
    public bool Passes => Worst is null || Worst.Error <= Limit;

    /// <summary>The verdict, and the worst comparisons.</summary>
    public override string ToString() =>
        $"The gradients of {network} are {(Passes ? "" : "NOT ")}the derivatives of its loss ({All.Count} comparisons)."
        + string.Concat(All.OrderByDescending(c => c.Error).Take(3).Select(c => Environment.NewLine + "  " + c));
}
