// Measures one update of a training at a time. Knows passes, gradients and parameters as they are between them; refuses to know when to measure.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>One training's measurements: what it allocates, it keeps from one to the next.</summary>
internal sealed class InsightMeter
{
    private readonly ParameterSet _parameters;
    private readonly Parameter[] _trainable;
    private readonly (int Start, int Length)[][] _runs;
    private readonly float[] _before;
    private readonly double[] _gradients;
    private double _loss;
    private int _batches;

    public InsightMeter(NetworkCore core)
    {
        _parameters = core.Parameters;
        _trainable = [.. _parameters.Where(p => p.IsTrainable)];
        _runs = PackedLayout.RunsOf(core.Plan, [.. _trainable.Select(p => p.Plan)]);
        _before = new float[core.Plan.ParameterLength];
        _gradients = new double[_trainable.Length];
    }

    /// <summary>Begins an update.</summary>
    public void Begin() => (_loss, _batches) = (0, 0);

    /// <summary>The passes over a batch of the update, one after the other; what they give is what <see cref="Workspace.ForwardBackward"/> gives.</summary>
    public double ForwardBackward(Workspace workspace)
    {
        workspace.Forward(ForwardMode.Training);
        double loss = workspace.Loss();
        workspace.Backward();
        _loss += loss;
        _batches++;
        return loss;
    }

    /// <summary>Looks at the gradients, before they are clipped, and at the parameters, before they change.</summary>
    public void BeforeUpdate(Workspace workspace)
    {
        ReadOnlySpan<float> gradients = workspace.Gradients;
        for (int i = 0; i < _trainable.Length; i++)
        {
            _gradients[i] = Norm(_runs[i], gradients);
        }

        _parameters.Values.CopyTo(_before);
    }

    /// <summary>The share of the gradients' norm that clipping left.</summary>
    /// <param name="before">The norm before.</param>
    /// <param name="workspace">Has the gradients after it.</param>
    public static double Clipped(double before, Workspace workspace) => before > 0 ? Math.Min(1, workspace.GradientNorm() / before) : 1;

    /// <summary>What the update came to.</summary>
    /// <param name="position">The moment before it.</param>
    /// <param name="rate">Its learning rate.</param>
    /// <param name="norm">The gradients' norm before clipping.</param>
    /// <param name="clipped">What clipping left of it.</param>
    public TrainingMeasurement AfterUpdate(TrainingPosition position, float rate, double norm, double clipped)
    {
        ReadOnlySpan<float> values = _parameters.Values;
        ParameterMeasurement[] parameters = new ParameterMeasurement[_trainable.Length];
        for (int i = 0; i < parameters.Length; i++)
        {
            parameters[i] = new(_trainable[i].Name, _gradients[i], Norm(_runs[i], values), Distance(_runs[i], values, _before));
        }

        return new TrainingMeasurement
        {
            Update = position.Update + 1,
            Epoch = position.EpochsDone + 1,
            Loss = _loss / _batches,
            LearningRate = rate,
            GradientNorm = norm,
            ClippingFactor = clipped,
            Parameters = parameters,
            Activations = [],
        };
    }

    private static double Norm((int Start, int Length)[] runs, ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach ((int start, int length) in runs)
        {
            sum += GradientRanges.SumOfSquares(values.Slice(start, length));
        }

        return Math.Sqrt(sum);
    }

    private static double Distance((int Start, int Length)[] runs, ReadOnlySpan<float> values, ReadOnlySpan<float> others)
    {
        double sum = 0;
        foreach ((int start, int length) in runs)
        {
            sum += GradientRanges.SumOfSquares(values.Slice(start, length), others.Slice(start, length));
        }

        return Math.Sqrt(sum);
    }
}
