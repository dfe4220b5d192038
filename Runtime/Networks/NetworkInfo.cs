// A network's description for people: the table of layers, sizes, memory.
// Knows the plan; refuses to know parameters' values.
using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Globalization;
using System.Linq;
using System.Text;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>Layers, shapes and costs of a network. <see cref="ToString"/> is a table of them.</summary>
public sealed class NetworkInfo
{
    private readonly NetworkPlan _plan;

    /// <summary>Describes a plan; called by generated code.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public NetworkInfo(NetworkPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        _plan = plan;
        ParameterCount = plan.Parameters.Sum(p => (long)p.Count);
        TrainableParameterCount = plan.Parameters.Where(p => p.Trainable).Sum(p => (long)p.Count);
        StateSize = (plan.Streaming ?? plan.Inference).States.Sum(s => s.Size);
    }

    /// <summary>The network's class.</summary>
    public string Name => _plan.Name;

    /// <summary>The layers, in order.</summary>
    public IReadOnlyList<LayerInfo> Layers => _plan.Layers;

    /// <summary>Features a step; 0 for token networks.</summary>
    public int InputSize => _plan.InputSize;

    /// <summary>Number of different tokens; 0 for networks with real inputs.</summary>
    public int TokenCount => _plan.TokenCount;

    /// <summary>Features of the output.</summary>
    public int OutputSize => _plan.OutputSize;

    /// <summary>Steps of a training window.</summary>
    public int Timesteps => _plan.Timesteps;

    /// <summary>Whether there is an output for every step, or one for the sequence.</summary>
    public bool OutputIsSequence => _plan.OutputIsSequence;

    /// <summary>Logical parameters, without padding and derived copies.</summary>
    public long ParameterCount { get; }

    /// <summary>Logical parameters that optimizers change.</summary>
    public long TrainableParameterCount { get; }

    /// <summary>Floats of a stream's state.</summary>
    public int StateSize { get; }

    /// <summary>The text that files carry to be recognized: networks share it exactly when their parameters have the same names and shapes. A file is
    /// loaded by its tensors, whatever it carries.</summary>
    public string Fingerprint => _plan.Fingerprint;

    /// <summary>Whether the network can be trained.</summary>
    public bool CanTrain => _plan.CanTrain;

    /// <summary>Whether the network can run step by step.</summary>
    public bool CanStream => _plan.CanStream;

    /// <summary>Bytes a workspace allocates.</summary>
    /// <param name="batch">The most sequences of one pass.</param>
    /// <param name="steps">The most steps of one pass; 0 for <see cref="Timesteps"/>.</param>
    /// <param name="training">Whether the workspace can run the backward pass.</param>
    /// <param name="targetSteps">The most steps of a decoder; 0 for its declared ones.</param>
    public long WorkspaceBytes(int batch, int steps = 0, bool training = true, int targetSteps = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(targetSteps);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        return (long)Int128.Min(long.MaxValue, WorkspaceSizes.BytesOf(_plan, batch, steps, training && CanTrain, targetSteps));
    }

    /// <summary>Bytes that learning takes on a device: parameters with their copies, a workspace for one sequence of a window's steps (tape, scratch, gradients, inputs,
    /// targets, states) and, where the network can run step by step, a stream and the inputs that an <see cref="OnlineLearner"/> keeps. The optimizer's come to it:
    /// <see cref="Optimizer.BytesFor"/>. With the declared Timesteps and no horizon it is the constant LearningBytes of the network's class. Objects and tables around
    /// these numbers, some kilobytes, are not counted.</summary>
    /// <param name="window">Steps of a window; 0 for <see cref="Timesteps"/>.</param>
    /// <param name="horizon">Steps until the truth is known (<see cref="OnlineLearnerOptions.Horizon"/>).</param>
    /// <exception cref="NotSupportedException">The network was generated without training.</exception>
    public long LearningBytes(int window = 0, int horizon = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(window);
        ArgumentOutOfRangeException.ThrowIfNegative(horizon);
        return LearningSizes.BytesOf(_plan, window, horizon);
    }

    /// <summary>A table of the layers with output shapes, parameters and multiply-adds a step.</summary>
    public override string ToString()
    {
        List<string[]> rows = [["layer", "kind", "output", "parameters", "multiply-adds/step", ""]];
        foreach (LayerInfo layer in Layers)
        {
            rows.Add([layer.Name, layer.Kind, layer.OutputShape, Number(layer.ParameterCount), Number(layer.MultiplyAddsPerStep), layer.Description]);
        }

        rows.Add(["total", "", "", Number(ParameterCount), Number(Layers.Sum(l => l.MultiplyAddsPerStep)), ""]);
        int[] widths = Enumerable.Range(0, rows[0].Length).Select(c => rows.Max(r => r[c].Length)).ToArray();
        string rule = new('-', widths.Sum() + (2 * (widths.Length - 1)));
        StringBuilder text = new();
        string input = TokenCount > 0 ? $"{Number(TokenCount)} tokens" : $"{Number(InputSize)} {(InputSize == 1 ? "input" : "inputs")}";
        text.Append(CultureInfo.InvariantCulture, $"{Name}: {input}, {Timesteps} steps\n");
        for (int r = 0; r < rows.Count; r++)
        {
            if (r == 1 || r == rows.Count - 1)
            {
                text.Append(rule).Append('\n');
            }

            IEnumerable<string> cells = rows[r].Select((cell, c) => c is 3 or 4 ? cell.PadLeft(widths[c]) : cell.PadRight(widths[c]));
            text.Append(string.Join("  ", cells).TrimEnd()).Append('\n');
        }

        return text.ToString();
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
