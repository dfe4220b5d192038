// Measures one update of a training at a time. Knows passes, gradients and parameters as they are between them; refuses to know when to measure.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>One training's measurements: what it allocates, it keeps from one to the next.</summary>
internal sealed class InsightMeter
{
    private const int MostSamples = 16, MostDistances = 12;

    private readonly ParameterSet _parameters;
    private readonly Parameter[] _trainable;
    private readonly (int Start, int Length)[][] _runs;
    private readonly float[] _before;
    private readonly double[] _gradients;
    private readonly ActivationCounts[] _activations;
    private readonly GradientFlowMeter? _flow;
    private readonly int _steps;
    private GradientFlowResult? _flows;
    private double _loss;
    private int _batches;

    /// <param name="core">The network.</param>
    /// <param name="losses">What it is trained with.</param>
    /// <param name="data">What it is trained on; checked.</param>
    /// <param name="batch">Samples of a batch.</param>
    /// <param name="followsGradients">Whether to follow gradients back through time, which can be done.</param>
    public InsightMeter(NetworkCore core, HeadLosses losses, SequenceData data, int batch, bool followsGradients)
    {
        _steps = data.Steps;
        _flow = followsGradients ? new GradientFlowMeter(core, losses, Math.Min(MostSamples, Math.Min(batch, data.Count)), data.Steps) : null;
        _parameters = core.Parameters;
        _trainable = [.. _parameters.Where(p => p.IsTrainable)];
        _runs = PackedLayout.RunsOf(core.Plan, [.. _trainable.Select(p => p.Plan)]);
        _before = new float[core.Plan.ParameterLength];
        _gradients = new double[_trainable.Length];
        _activations = Array.ConvertAll(core.Plan.Training!.Activations, a => new ActivationCounts(a));
    }

    /// <summary>Begins an update.</summary>
    public void Begin()
    {
        (_loss, _batches, _flows) = (0, 0, null);
        foreach (ActivationCounts activation in _activations)
        {
            activation.Clear();
        }
    }

    /// <summary>The passes over a batch of the update, one after the other; what they give is what <see cref="Workspace.ForwardBackward"/> gives.</summary>
    public double ForwardBackward(Workspace workspace, int lastSteps)
    {
        workspace.Forward(ForwardMode.Training);
        foreach (ActivationCounts activation in _activations)
        {
            workspace.AddTo(activation);
        }

        double loss = workspace.Loss();
        workspace.Backward(lastSteps);
        _loss += loss;
        _batches++;
        return loss;
    }

    /// <summary>Why gradients cannot be followed back through time; null where they can.</summary>
    public static string? WhyNoFlow(NetworkPlan plan, SequenceData data)
    {
        try
        {
            GradientFlow.Check(plan);
        }
        catch (NotSupportedException e)
        {
            return e.Message;
        }

        return Enumerable.Range(0, data.Count).Any(s => IsFull(data, s)) ? null : $"no sequence of the data has all of its {data.Steps} steps, and gradients are followed back from one last step.";
    }

    /// <summary>Follows gradients back, in sequences of the batch that are full, if there are any.</summary>
    public void FollowGradients(SequenceData data, ReadOnlySpan<int> batch)
    {
        if (_flow is null)
        {
            return;
        }

        List<int> samples = [];
        foreach (int sample in batch)
        {
            if (samples.Count < MostSamples && IsFull(data, sample))
            {
                samples.Add(sample);
            }
        }

        _flows = samples.Count == 0 ? null : _flow.Measure(data, [.. samples], GradientFlowMeter.Growing(_steps, MostDistances), _steps);
    }

    private static bool IsFull(SequenceData data, int sample) => data.Lengths is not { } lengths || lengths[data.Index(sample)] == data.Steps;

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
            Activations = Array.ConvertAll(_activations, Measured),
            GradientFlow = _flows,
        };
    }

    private static ActivationMeasurement Measured(ActivationCounts counts) => new(
        counts.Place.Layer, counts.Place.Name, counts.Place.Function switch { ActivationFunction.Sigmoid => "sigmoid", ActivationFunction.Tanh => "tanh", ActivationFunction.HardSigmoid => "hardsigmoid", _ => "relu" },
        counts.Place.Size, counts.Low, counts.High, counts.Place.Function == ActivationFunction.Relu ? counts.Dead : 0);

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
