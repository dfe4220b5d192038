// What comes out of a pass: outputs, inner outputs, the inputs' gradients, in user order.
// Knows what can be asked for and when; refuses to know passes.
using System;
using System.Linq;
using SeqGen.Kernels.V1;

namespace SeqGen;

public partial class Workspace
{
    private bool _hasInputGradient;

    /// <summary>The output: user order [Batch, Steps, OutputSize], or [Batch, OutputSize] where there is one a sequence; zero beyond lengths.</summary>
    public ReadOnlySpan<float> Output => OutputOf(_heads[0]);

    /// <summary>Whether <see cref="Backward"/> works out <see cref="InputGradient"/>, and those of the other inputs. Setting it the first time allocates.</summary>
    public bool ComputeInputGradient
    {
        get;
        set
        {
            if (value)
            {
                TrainingOnly(nameof(ComputeInputGradient));
                if (!_area.InputGradients.Any(g => g is not null))
                {
                    throw new NotSupportedException($"{_plan.Name} does not compute the gradient of its input{(_plan.TokenCount > 0 ? ": tokens have none" : "")}.");
                }

                foreach (Port port in _ports)
                {
                    port.Gradient ??= GradientPlace(port) is null ? null : new float[port.Values.Length];
                }
            }

            field = value;
        }
    }

    /// <summary>The gradient of the loss with respect to the input: user order [Batch, Steps, InputSize]; zero beyond lengths and before
    /// the steps that <see cref="Backward"/> went through.</summary>
    public ReadOnlySpan<float> InputGradient => GradientOf(_ports[0]);

    /// <summary>The gradient of the loss with respect to an input, by name: user order, as the input.</summary>
    public ReadOnlySpan<float> InputGradientOf(string name) => GradientOf(PortOf(name));

    /// <summary>A head's output, by name: user order [Batch, steps, size], or [Batch, size] where there is one a sequence; zero beyond lengths.</summary>
    public ReadOnlySpan<float> OutputOfHead(string head) => OutputOf(HeadOf(head));

    /// <summary>Of one sequence, the first step at which a layer's output is not finite, and the first layer of which it is; null where all are. What is one a sequence
    /// comes after all steps.</summary>
    internal (string Layer, int? Step)? FirstNotFinite()
    {
        Require(Phase.Forwarded, nameof(FirstNotFinite), nameof(Forward));
        (string Layer, int Row)? first = null;
        foreach (OutputPlace output in _area.LayerOutputs.Where(o => o.Across < 0))
        {
            float[] values = new float[RowsOf(output.Axis) * output.Size];
            OutputOf(output.Layer, values);
            int at = Array.FindIndex(values, v => !float.IsFinite(v));
            int row = output.Axis < 0 ? int.MaxValue : at / output.Size;
            if (at >= 0 && (first is null || row < first.Value.Row))
            {
                first = (output.Layer, row);
            }
        }

        return first is var (layer, step) ? (layer, step == int.MaxValue ? null : step) : null;
    }

    /// <summary>Copies out the output of an inner layer, or something else of it that can be looked at.</summary>
    /// <param name="layer">The layer's name, from <see cref="NetworkInfo.Layers"/>; or its name and what, for instance "attention.weights". In a workspace for training gates and
    /// other activations too, "lstm.f" say, until <see cref="Backward"/> writes over them.</param>
    /// <param name="destination">User order [Batch, Steps, size], or [Batch, size] where the layer gives one output a sequence; for weights over
    /// another sequence [Batch, steps, steps of the other]. Zero beyond lengths.</param>
    public void OutputOf(string layer, Span<float> destination)
    {
        Require(Phase.Forwarded, nameof(OutputOf), nameof(Forward));
        foreach (OutputPlace output in _area.LayerOutputs)
        {
            if (output.Layer == layer)
            {
                long rows = (long)RowsOf(output.Axis) * StepsOf(output.Across);
                if (destination.Length != rows * output.Size)
                {
                    ThrowCount(destination.Length, rows * output.Size, $"output of '{layer}' [{rows} x {output.Size}]", nameof(destination));
                }

                foreach (Part part in _parts)
                {
                    if (output.Across >= 0)
                    {
                        part.GatherAcross(output, destination);
                    }
                    else
                    {
                        part.Gather(output.Place, output.Size, output.Axis, 0, destination);
                    }
                }

                return;
            }
        }

        if (Array.Find(_area.Activations, a => a.Name == layer) is { } activation)
        {
            ActivationOf(activation, destination);
            return;
        }

        string[] known = [.. _area.LayerOutputs.Select(o => o.Layer), .. _area.Activations.Select(a => a.Name)];
        throw new ArgumentException(
            $"{_plan.Name} keeps no output of a layer '{layer}'{(_training ? "" : " in a workspace without training")}. It keeps {(known.Length == 0 ? "none" : string.Join(", ", known.Distinct()))}.", nameof(layer));
    }

    /// <summary>Adds the batch whose loss was just worked out to sums of metrics.</summary>
    internal void AddTo(IPositionSums sums)
    {
        foreach (Head head in _heads)
        {
            if (head.Kind == LossKind.None)
            {
                continue;
            }

            sums.Add(head.Index, MeanOf(head) * head.Plan.Loss!.Weight, head.Counted, head.WeightSum);
            foreach (Part part in _parts)
            {
                part.AddTo(sums, head);
            }
        }
    }

    /// <summary>Numbers of a head's output in the present shape.</summary>
    internal int OutputCount(string head) => HeadOf(head) is var h ? RowsOf(h.Plan.Axis) * h.Plan.Size : 0;

    /// <summary>The most there can be.</summary>
    internal int OutputRoom(string head) => HeadOf(head).Output.Length;

    private Place? GradientPlace(Port port) => _area.InputGradients.Length == 0 ? null : _area.InputGradients[port.Index];

    private Span<float> OutputOf(Head head)
    {
        Require(Phase.Forwarded, nameof(Output), nameof(Forward));
        int axis = head.Plan.Axis;
        Span<float> output = head.Output.AsSpan(0, RowsOf(axis) * head.Plan.Size);
        if (!head.OutputReady)
        {
            foreach (Part part in _parts)
            {
                part.Gather(_area.Outputs[head.Index].Output, head.Plan.Size, axis, 0, output);
            }

            head.OutputReady = true;
        }

        return output;
    }

    private Span<float> GradientOf(Port port)
    {
        Require(Phase.Differentiated, nameof(InputGradient), nameof(Backward));
        if (!_hasInputGradient)
        {
            throw new InvalidOperationException(
                $"{_plan.Name}'s last Backward left the gradient of the input out. Set ComputeInputGradient = true before Backward.");
        }

        if (GradientPlace(port) is not { } place)
        {
            throw new NotSupportedException($"{_plan.Name} does not compute the gradient of its input '{port.Plan.Name}'{(port.Plan.TokenCount > 0 ? ": tokens have none" : "")}.");
        }

        int axis = port.Plan.Axis;
        Span<float> gradient = port.Gradient.AsSpan(0, RowsOf(axis) * port.Plan.Size);
        if (!port.GradientReady)
        {
            foreach (Part part in _parts)
            {
                part.Gather(place, port.Plan.Size, axis, axis == 0 ? _firstStep : 0, gradient);
            }

            port.GradientReady = true;
        }

        return gradient;
    }
}
