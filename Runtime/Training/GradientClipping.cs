// Limits on gradients before an update. Knows when gradients are limited and by how much; refuses to know ranges and optimizers.
using System;
using System.Globalization;

namespace SeqGen;

/// <summary>Keeps single batches with huge gradients, common in recurrent networks, from spoiling the parameters.</summary>
public sealed class GradientClipping
{
    private readonly double _norm;
    private readonly float _value;

    private GradientClipping(double norm, float value)
    {
        _norm = norm;
        _value = value;
    }

    /// <summary>Leaves gradients as they are.</summary>
    public static GradientClipping None { get; } = new(0, 0);

    /// <summary>Scales all gradients together: <c>g * min(1, max / (norm + 1e-6))</c>, norm the L2 norm over all trainable parameters.</summary>
    /// <param name="max">The largest norm, above 0; 1 is a common choice.</param>
    public static GradientClipping ByNorm(float max) => new(Checked(max), 0);

    /// <summary>Limits every element of a gradient to [-max, max].</summary>
    /// <param name="max">The largest absolute value, above 0.</param>
    public static GradientClipping ByValue(float max) => new(0, Checked(max));

    /// <summary>Kind and limit in a line.</summary>
    public override string ToString() =>
        _norm > 0 ? string.Create(CultureInfo.InvariantCulture, $"ByNorm({_norm})") : _value > 0 ? string.Create(CultureInfo.InvariantCulture, $"ByValue({_value})") : "None";

    /// <summary>The L2 norm of the gradients of all trainable parameters together, in double.</summary>
    /// <param name="parameters">The network's parameters.</param>
    /// <param name="gradients">The gradients, packed.</param>
    public static double Norm(ParameterSet parameters, ReadOnlySpan<float> gradients)
    {
        Check(parameters, gradients.Length);
        return Math.Sqrt(GradientRanges.SumOfSquares(parameters, gradients, 0, gradients.Length));
    }

    /// <summary>Limits the gradients in place.</summary>
    /// <param name="parameters">The network's parameters.</param>
    /// <param name="gradients">The gradients, packed: <see cref="Workspace.Gradients"/>.</param>
    /// <returns>The norm before clipping; not finite where a gradient is not.</returns>
    public double Apply(ParameterSet parameters, Span<float> gradients)
    {
        double norm = Norm(parameters, gradients);
        if (Exceeds(norm))
        {
            GradientRanges.Scale(parameters, gradients, 0, gradients.Length, (float)Factor(norm));
        }
        else if (_value > 0)
        {
            GradientRanges.Limit(parameters, gradients, 0, gradients.Length, _value);
        }

        return norm;
    }

    /// <summary>The same for the gradients of a workspace, and on its threads where it has several.</summary>
    /// <param name="workspace">A workspace for training, after <see cref="Workspace.Backward"/>.</param>
    /// <returns>The norm before clipping; not finite where a gradient is not.</returns>
    /// <exception cref="InvalidOperationException">The workspace is not one for training.</exception>
    public double Apply(Workspace workspace)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        double norm = workspace.GradientNorm();
        if (Exceeds(norm))
        {
            workspace.ScaleGradients((float)Factor(norm));
        }
        else if (_value > 0)
        {
            workspace.LimitGradients(_value);
        }

        return norm;
    }

    /// <summary>Whether gradients of a norm are scaled; of one that is not a number, too.</summary>
    private bool Exceeds(double norm) => _norm > 0 && !(Factor(norm) >= 1);

    private double Factor(double norm) => _norm / (norm + 1e-6);

    private static float Checked(float max) =>
        Settings.Check(max, max > 0 && float.IsFinite(max), nameof(max), "finite and above 0 (GradientClipping.None clips nothing)");

    private static void Check(ParameterSet parameters, int length)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (length != parameters.Values.Length)
        {
            throw new ArgumentException(
                $"The packed gradients of {parameters.Core.Plan.Name} are {parameters.Values.Length} floats, {length} were given. Pass Workspace.Gradients.", "gradients");
        }
    }
}
