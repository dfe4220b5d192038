// One parameter as users see it: values in the file's layout.
// Knows its plan; refuses to know how others are packed.
using System;
using System.Collections.Generic;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>A parameter of a network: a name, a shape and values in the layout that files have.</summary>
public sealed class Parameter
{
    private readonly NetworkCore _core;

    internal Parameter(NetworkCore core, ParameterPlan plan)
    {
        _core = core;
        Plan = plan;
    }

    /// <summary>The name, for instance "lstm.weight_ih_l0".</summary>
    public string Name => Plan.Name;

    /// <summary>The shape, for instance [4 * hidden, inputs].</summary>
    public IReadOnlyList<int> Shape => Plan.Shape;

    /// <summary>Elements: the product of the shape.</summary>
    public int Count => Plan.Count;

    /// <summary>Whether optimizers change it.</summary>
    public bool IsTrainable => Plan.Trainable;

    internal ParameterPlan Plan { get; }

    /// <summary>Copies the values out, row-major.</summary>
    /// <param name="destination"><see cref="Count"/> floats.</param>
    public void CopyTo(Span<float> destination)
    {
        CheckLength(destination.Length, nameof(destination));
        PackedLayout.Unpack(Plan, _core.Master.Span, destination);
    }

    /// <summary>Replaces the values and rebuilds what is derived from them.</summary>
    /// <param name="source"><see cref="Count"/> floats, row-major.</param>
    public void CopyFrom(ReadOnlySpan<float> source)
    {
        CheckLength(source.Length, nameof(source));
        PackedLayout.Pack(Plan, source, _core.Master.Span);
        _core.PublishParameters();
    }

    /// <summary>Copies this parameter's gradient out of packed gradients, row-major.</summary>
    /// <param name="gradients">Packed gradients, from <see cref="Workspace.Gradients"/>.</param>
    /// <param name="destination"><see cref="Count"/> floats.</param>
    public void CopyGradientTo(ReadOnlySpan<float> gradients, Span<float> destination)
    {
        CheckLength(destination.Length, nameof(destination));
        if (gradients.Length != _core.Plan.ParameterLength)
        {
            throw new ArgumentException(
                $"The gradients of {_core.Plan.Name} are {_core.Plan.ParameterLength} floats, {gradients.Length} were given. Pass Workspace.Gradients.",
                nameof(gradients));
        }

        PackedLayout.Unpack(Plan, gradients, destination);
    }

    /// <summary>The values in a new array, row-major.</summary>
    public float[] ToArray()
    {
        float[] values = new float[Count];
        CopyTo(values);
        return values;
    }

    /// <summary>Name and shape.</summary>
    public override string ToString() => $"{Name} [{string.Join(", ", Plan.Shape)}]";

    private void CheckLength(int length, string argument)
    {
        if (length != Count)
        {
            throw new ArgumentException($"Parameter {this} has {Count} elements, {length} were given.", argument);
        }
    }
}
