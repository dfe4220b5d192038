// How likely whole sequences are under a network that says what comes next.
// Knows the chain rule, log p(x) = sum of log p(x_t | x_1 .. x_(t-1)); refuses to know networks.
using System;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>Log-likelihoods of sequences, in natural logarithms. The first element is given, not predicted: the sum is over the others that the network
/// has an output before.</summary>
public static class SequenceLikelihood
{
    /// <summary>The log-likelihood of a text of tokens, for a network trained to give the next token at every step.</summary>
    /// <param name="workspace">A workspace of the network with room for all but the last token.</param>
    /// <param name="tokens">The text, at least two tokens.</param>
    /// <returns>Sum of log p(token t + 1 | tokens 0 .. t). Divided by minus (tokens - 1) and log 2: bits a token.</returns>
    public static double OfTokens(Workspace workspace, ReadOnlySpan<int> tokens)
    {
        double sum = 0;
        OfTokens(workspace, tokens, new Span<double>(ref sum));
        return sum;
    }

    /// <summary>The log-likelihoods of several texts.</summary>
    /// <param name="workspace">A workspace of the network with room for them.</param>
    /// <param name="tokens">[batch, steps], at least two steps.</param>
    /// <param name="results">Receives [batch].</param>
    /// <param name="lengths">[batch], 2 to steps; empty when all are full.</param>
    public static void OfTokens(Workspace workspace, ReadOnlySpan<int> tokens, Span<double> results, ReadOnlySpan<int> lengths = default)
    {
        NetworkPlan plan = Check(workspace, results.Length);
        if (plan.TokenCount == 0 || plan.OutputSize != plan.TokenCount)
        {
            throw new NotSupportedException(
                $"{plan.Name} takes {(plan.TokenCount == 0 ? $"{plan.InputSize} numbers" : $"{plan.TokenCount} tokens")} and gives {plan.OutputSize} outputs: it does not give the next token's probabilities.");
        }

        int batch = results.Length, all = StepsOf(plan, tokens.Length, batch, 1), steps = all - 1;
        Prepare(workspace, batch, steps, lengths);
        for (int b = 0; b < batch; b++)
        {
            for (int t = 0; t < steps; t++)
            {
                workspace.Tokens[plan.TimeMajor ? (t * batch) + b : (b * steps) + t] = tokens[(b * all) + t];
            }
        }

        workspace.Forward(ForwardMode.Inference);
        ReadOnlySpan<float> y = workspace.Output;
        bool areGiven = plan.GivesProbabilities(0);
        for (int b = 0; b < batch; b++)
        {
            results[b] = 0;
            for (int t = 0; t < workspace.OutputSteps; t++)
            {
                int next = AxisSteps.LastSeen(plan, plan.Outputs[0].Axis, t) + 1;
                if (next >= (lengths.IsEmpty ? all : lengths[b]))
                {
                    break;
                }

                int token = tokens[(b * all) + next];
                if ((uint)token >= (uint)plan.TokenCount)
                {
                    throw new ArgumentOutOfRangeException(nameof(tokens), token, $"Sequence {b} has token {token} at step {next}; {plan.Name} takes tokens 0 to {plan.TokenCount - 1}.");
                }

                ReadOnlySpan<float> row = Row(y, plan, batch, workspace.OutputSteps, b, t);
                results[b] += Probabilities.Log(row[token], Probabilities.Normalizer(row, areGiven), areGiven);
            }
        }
    }

    /// <summary>The log-density of a series, for a network trained to give the next values at every step, with errors that are normal and independent.</summary>
    /// <param name="workspace">A workspace of the network with room for all but the last step.</param>
    /// <param name="values">The series, [steps, InputSize]; at least two steps.</param>
    /// <param name="deviation">The standard deviation of the errors, in the values' unit: the network's root mean squared error on data it has not learnt.</param>
    public static double OfValues(Workspace workspace, ReadOnlySpan<float> values, double deviation)
    {
        double sum = 0;
        OfValues(workspace, values, deviation, new Span<double>(ref sum));
        return sum;
    }

    /// <summary>The log-densities of several series.</summary>
    /// <param name="workspace">A workspace of the network with room for them.</param>
    /// <param name="values">[batch, steps, InputSize], at least two steps.</param>
    /// <param name="deviation">The standard deviation of the errors, in the values' unit.</param>
    /// <param name="results">Receives [batch].</param>
    /// <param name="lengths">[batch], 2 to steps; empty when all are full.</param>
    public static void OfValues(Workspace workspace, ReadOnlySpan<float> values, double deviation, Span<double> results, ReadOnlySpan<int> lengths = default)
    {
        NetworkPlan plan = Check(workspace, results.Length);
        int size = plan.InputSize;
        if (size == 0 || plan.Outputs[0].TargetSize != size)
        {
            throw new NotSupportedException(
                $"{plan.Name} takes {(size == 0 ? "tokens" : $"{size} numbers")} and gives forecasts of {plan.Outputs[0].TargetSize}: it does not give the next values.");
        }

        if (!(deviation > 0 && double.IsFinite(deviation)))
        {
            throw new ArgumentOutOfRangeException(nameof(deviation), deviation, $"The standard deviation of the errors is above 0, {deviation} was given.");
        }

        int batch = results.Length, all = StepsOf(plan, values.Length, batch, size), steps = all - 1;
        Prepare(workspace, batch, steps, lengths);
        for (int b = 0; b < batch; b++)
        {
            for (int t = 0; t < steps; t++)
            {
                values.Slice(((b * all) + t) * size, size).CopyTo(workspace.Input[((plan.TimeMajor ? (t * batch) + b : (b * steps) + t) * size)..]);
            }
        }

        workspace.Forward(ForwardMode.Inference);
        ReadOnlySpan<float> y = workspace.Output;
        double constant = -Math.Log(deviation * Math.Sqrt(2 * Math.PI));
        for (int b = 0; b < batch; b++)
        {
            results[b] = 0;
            for (int t = 0; t < workspace.OutputSteps; t++)
            {
                int next = AxisSteps.LastSeen(plan, plan.Outputs[0].Axis, t) + 1;
                if (next >= (lengths.IsEmpty ? all : lengths[b]))
                {
                    break;
                }

                ReadOnlySpan<float> row = Row(y, plan, batch, workspace.OutputSteps, b, t);
                for (int j = 0; j < size; j++)
                {
                    double error = (values[(((b * all) + next) * size) + j] - (double)row[plan.Outputs[0].ForecastOf(j)]) / deviation;
                    results[b] += constant - (0.5 * error * error);
                }
            }
        }
    }

    private static NetworkPlan Check(Workspace workspace, int batch)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        NetworkPlan plan = workspace.Core.Plan;
        if (!plan.OutputIsSequence || AxisSteps.Root(plan, plan.Outputs[0].Axis) != 0 || plan.Inputs[0].Axis != 0 || plan.Inputs.Length > 1)
        {
            throw new NotSupportedException($"{plan.Name} does not say at every step of its input what comes next: the likelihood of a sequence needs an output for every step.");
        }

        return batch > 0 ? plan : throw new ArgumentException("There is room for no results: one a sequence is needed.", "results");
    }

    private static int StepsOf(NetworkPlan plan, int count, int batch, long size) => count % (batch * size) == 0 && count >= 2 * batch * size
        ? (int)(count / (batch * size))
        : throw new ArgumentException($"{plan.Name}: {batch} sequences of at least two steps of {size} values are a multiple of {batch * size}, {count} were given.");

    private static void Prepare(Workspace workspace, int batch, int steps, ReadOnlySpan<int> lengths)
    {
        // Before anything of them becomes the workspace's, which has a step less.
        if (!lengths.IsEmpty && lengths.Length != batch)
        {
            throw new ArgumentException($"There is room for {batch} results, and {lengths.Length} lengths were given: both are one a sequence.", nameof(lengths));
        }

        for (int b = 0; b < lengths.Length; b++)
        {
            if (lengths[b] < 2 || lengths[b] > steps + 1)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(lengths), lengths[b], $"Sequence {b} has length {lengths[b]}; it must be 2 (the second step is the first that is predicted) to {steps + 1}.");
            }
        }

        workspace.Resize(batch, steps);
        if (lengths.IsEmpty)
        {
            return;
        }

        Span<int> mine = workspace.LengthsBuffer[..batch];
        for (int b = 0; b < batch; b++)
        {
            mine[b] = lengths[b] - 1;
        }

        workspace.SetLengths(mine);
    }

    private static ReadOnlySpan<float> Row(ReadOnlySpan<float> y, NetworkPlan plan, int batch, int steps, int b, int t) =>
        y.Slice((plan.TimeMajor ? (t * batch) + b : (b * steps) + t) * plan.OutputSize, plan.OutputSize);
}
