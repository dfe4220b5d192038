// What comes out of a pass: outputs, inner outputs, the input's gradient, in user order.
// Knows what can be asked for and when; refuses to know passes.
using System;
using System.Linq;
using SeqGen.Kernels.V1;

namespace SeqGen;

public partial class Workspace
{
    private float[] _output = [];
    private float[]? _inputGradient;
    private bool _outputReady;
    private bool _hasInputGradient;
    private bool _inputGradientReady;

    /// <summary>The output: user order [Batch, Steps, OutputSize], or [Batch, OutputSize] where there is one a sequence; zero beyond lengths.</summary>
    public ReadOnlySpan<float> Output
    {
        get
        {
            Require(Phase.Forwarded, nameof(Output), nameof(Forward));
            Span<float> output = _output.AsSpan(0, OutputRows * _plan.OutputSize);
            if (!_outputReady)
            {
                Gather(_area.Output, _plan.OutputSize, _plan.OutputIsSequence, 0, output);
                _outputReady = true;
            }

            return output;
        }
    }

    /// <summary>Whether <see cref="Backward"/> works out <see cref="InputGradient"/>. Setting it the first time allocates.</summary>
    public bool ComputeInputGradient
    {
        get;
        set
        {
            if (value)
            {
                TrainingOnly(nameof(ComputeInputGradient));
                if (_area.InputGradient is null)
                {
                    throw new NotSupportedException($"{_plan.Name} does not compute the gradient of its input{(_plan.TokenCount > 0 ? ": tokens have none" : "")}.");
                }

                _inputGradient ??= new float[_input.Length];
            }

            field = value;
        }
    }

    /// <summary>The gradient of the loss with respect to the input: user order [Batch, Steps, InputSize]; zero beyond lengths and before
    /// the steps that <see cref="Backward"/> went through.</summary>
    public ReadOnlySpan<float> InputGradient
    {
        get
        {
            Require(Phase.Differentiated, nameof(InputGradient), nameof(Backward));
            if (!_hasInputGradient)
            {
                throw new InvalidOperationException(
                    $"{_plan.Name}'s last Backward left the gradient of the input out. Set ComputeInputGradient = true before Backward.");
            }

            Span<float> gradient = _inputGradient.AsSpan(0, Batch * Steps * _plan.InputSize);
            if (!_inputGradientReady)
            {
                Gather(_area.InputGradient!.Value, _plan.InputSize, isSequence: true, _firstStep, gradient);
                _inputGradientReady = true;
            }

            return gradient;
        }
    }

    /// <summary>Copies out the output of an inner layer.</summary>
    /// <param name="layer">The layer's name, from <see cref="NetworkInfo.Layers"/>.</param>
    /// <param name="destination">User order [Batch, Steps, size], or [Batch, size] where the layer gives one output a sequence; zero beyond lengths.</param>
    public void OutputOf(string layer, Span<float> destination)
    {
        Require(Phase.Forwarded, nameof(OutputOf), nameof(Forward));
        foreach (OutputPlace output in _area.LayerOutputs)
        {
            if (output.Layer == layer)
            {
                int rows = output.IsSequence ? Batch * Steps : Batch;
                if (destination.Length != rows * output.Size)
                {
                    ThrowCount(destination.Length, rows * output.Size, $"output of '{layer}' [{rows} x {output.Size}]", nameof(destination));
                }
                Gather(output.Place, output.Size, output.IsSequence, 0, destination);
                return;
            }
        }

        string known = _area.LayerOutputs.Length == 0 ? "none" : string.Join(", ", _area.LayerOutputs.Select(o => o.Layer));
        throw new ArgumentException(
            $"{_plan.Name} keeps no output of a layer '{layer}'{(_training ? "" : " in a workspace without training")}. It keeps {known}.", nameof(layer));
    }

    private void Gather(Place place, int size, bool isSequence, int firstStep, Span<float> destination)
    {
        foreach (Part part in _parts)
        {
            part.Gather(place, size, isSequence, firstStep, destination);
        }
    }

    /// <summary>Adds the batch whose loss was just worked out to sums of metrics.</summary>
    internal void AddTo(MetricSums sums, double loss)
    {
        sums.Add(loss, _counted);
        foreach (Part part in _parts)
        {
            for (int row = 0; row < part.OutputRows; row++)
            {
                ReadOnlySpan<float> y = part.LossRow(row, out float weight, out int targetClass, out ReadOnlySpan<float> target);
                if (weight != 0)
                {
                    sums.Add(y, targetClass, target);
                }
            }
        }
    }
}
