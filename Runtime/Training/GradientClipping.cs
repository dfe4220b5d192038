// Limits on gradients before an update. Knows norms and trainable ranges; refuses to know optimizers.
using System;
using System.Numerics;
using System.Runtime.InteropServices;

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

    /// <summary>The L2 norm of the gradients of all trainable parameters together, in double.</summary>
    /// <param name="parameters">The network's parameters.</param>
    /// <param name="gradients">The gradients, packed.</param>
    public static double Norm(ParameterSet parameters, ReadOnlySpan<float> gradients)
    {
        Check(parameters, gradients.Length);
        return Math.Sqrt(SumOfSquares(parameters, gradients, 0, gradients.Length));
    }

    /// <summary>Limits the gradients in place.</summary>
    /// <param name="parameters">The network's parameters.</param>
    /// <param name="gradients">The gradients, packed: <see cref="Workspace.Gradients"/>.</param>
    /// <returns>The norm before clipping; not finite where a gradient is not.</returns>
    public double Apply(ParameterSet parameters, Span<float> gradients)
    {
        double norm = Norm(parameters, gradients);
        Limit(parameters, gradients, norm, 0, gradients.Length);
        return norm;
    }

    /// <summary>The same for the gradients of a workspace, and on its threads where it has several.</summary>
    /// <param name="workspace">A workspace for training, after <see cref="Workspace.Backward"/>.</param>
    /// <returns>The norm before clipping; not finite where a gradient is not.</returns>
    /// <exception cref="InvalidOperationException">The workspace is not one for training.</exception>
    public double Apply(Workspace workspace)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        return workspace.Clip(this);
    }

    /// <summary>The sum of squares of trainable gradients between two places of the packed gradients.</summary>
    internal static double SumOfSquares(ParameterSet parameters, ReadOnlySpan<float> gradients, int from, int to)
    {
        double sum = 0;
        foreach ((int first, int length) in parameters.TrainableRanges)
        {
            int start = Math.Max(first, from), end = Math.Min(first + length, to);
            if (start < end)
            {
                sum += SumOfSquares(gradients[start..end]);
            }
        }

        return sum;
    }

    /// <summary>Whether gradients of a norm are changed.</summary>
    internal bool Limits(double norm) => _value > 0 || (_norm > 0 && !(Factor(norm) >= 1));

    /// <summary>Limits trainable gradients between two places of the packed gradients, whose norm altogether is known.</summary>
    internal void Limit(ParameterSet parameters, Span<float> gradients, double norm, int from, int to)
    {
        if (!Limits(norm))
        {
            return;
        }

        foreach ((int first, int length) in parameters.TrainableRanges)
        {
            int start = Math.Max(first, from), end = Math.Min(first + length, to);
            if (start < end && _norm > 0)
            {
                Scale(gradients[start..end], (float)Factor(norm));
            }
            else if (start < end)
            {
                Limit(gradients[start..end], _value);
            }
        }
    }

    private double Factor(double norm) => _norm / (norm + 1e-6);

    private static void Limit(Span<float> gradients, float limit)
    {
        foreach (ref float g in gradients)
        {
            // A NaN stays one: it must be seen, not hidden.
            g = g > limit ? limit : g < -limit ? -limit : g;
        }
    }

    private static void Scale(Span<float> gradients, float scale)
    {
        Span<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(gradients);
        foreach (ref Vector<float> vector in vectors)
        {
            vector *= scale;
        }

        foreach (ref float g in gradients[(vectors.Length * Vector<float>.Count)..])
        {
            g *= scale;
        }
    }

    private static double SumOfSquares(ReadOnlySpan<float> values)
    {
        ReadOnlySpan<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        Vector<double> low = Vector<double>.Zero, high = Vector<double>.Zero;
        foreach (Vector<float> vector in vectors)
        {
            Vector.Widen(vector, out Vector<double> a, out Vector<double> b);
            low += a * a;
            high += b * b;
        }

        double sum = Vector.Sum(low + high);
        foreach (float value in values[(vectors.Length * Vector<float>.Count)..])
        {
            sum += (double)value * value;
        }

        return sum;
    }

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
