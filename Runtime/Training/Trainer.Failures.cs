// What a training says when its numbers run away. Knows causes and what to do; refuses to know updates.
using System;
using System.Globalization;
using System.Linq;

namespace SeqGen;

public sealed partial class Trainer
{
    // An infinite gradient of a finite loss that comes from many silent steps: the derivative of x / sqrt(var(x) + epsilon) at equal x is 1 / sqrt(epsilon),
    // 316 for 1e-5, and an LSTM's way back goes through two of them a step.
    private const string OnSilence = "It has recurrent layers with LayerNorm, which divide by the spread of their sums. Where a sequence is silent (zeros for many steps) there is no " +
        "spread, and every step multiplies the gradient by up to 1 / Epsilon: give these layers a larger Epsilon (LayerNorm = true, Epsilon = 1), or leave silence out with lengths. ";

    /// <summary>Whether there are cells that normalize their sums: their parameters have these names in files.</summary>
    private bool NormalizesCells => Array.Exists(_plan.Parameters, p => p.Name.Contains(".ln_hh", StringComparison.Ordinal));

    /// <summary>An update that no batch followed must not leave parameters that nobody has looked at.</summary>
    private void CheckParameters(int epoch)
    {
        if (_network.Parameters.FirstNotFinite() is { } value)
        {
            throw new TrainingDivergedException(
                $"Training of {_plan.Name} diverged in epoch {epoch + 1}: after its last update a parameter is {value}. Load or initialize the network again, " +
                $"and try a lower learning rate (now {Optimizer.LearningRate}).");
        }
    }

    /// <summary>Where it begins: the batch once more, sample by sample with the same noise. It costs nothing until something has failed. A stateful training's samples
    /// are no beginnings, and steps that a decoder was fed with its own outputs would be fed with targets: then it may find nothing.</summary>
    private string Origin(SequenceData data, ReadOnlySpan<int> samples, Workspace workspace, long seen, ForwardMode mode)
    {
        for (int b = 0; b < samples.Length && !_options.Stateful; b++)
        {
            BatchFiller.Fill(data, samples.Slice(b, 1), workspace, targets: true);
            workspace.SampleOffset = seen + b;
            workspace.Forward(mode);
            double loss = workspace.Loss();
            (string Layer, int? Step)? layer = workspace.FirstNotFinite();
            if (!double.IsFinite(loss) || layer is not null)
            {
                string where = layer is not var (which, step) ? string.Create(CultureInfo.InvariantCulture, $"all layers' outputs are finite there, and its loss is {loss}")
                    : step is null ? $"there the output of '{which}' is the first that is not finite" : $"there the output of '{which}' is the first that is not finite, at step {step}";
                string own = layer is null && _losses.AnyCustom ? $"(Handed in: {_losses}.) " : "";
                return string.Create(CultureInfo.InvariantCulture, $"It begins with sample {samples[b]}: {where}. {own}");
            }

            if (workspace.CustomGradientNotFinite() is var (name, head, at, slope))
            {
                return string.Create(CultureInfo.InvariantCulture, $"It begins with sample {samples[b]}: its loss is {loss:G5}, and '{name}' gave the gradient {slope} for '{head}'{(_plan.Outputs[Array.IndexOf(_plan.OutputNames, head)].Axis >= 0 ? $" at step {at}" : "")}. ");
            }

            if (mode == ForwardMode.Training)
            {
                workspace.ZeroGradients();
                workspace.Backward(_options.GradientSteps);
                foreach (Parameter parameter in _network.Parameters.Where(p => p.IsTrainable))
                {
                    float[] gradient = new float[parameter.Count];
                    parameter.CopyGradientTo(workspace.Gradients, gradient);
                    if (Array.Exists(gradient, g => !float.IsFinite(g)))
                    {
                        return string.Create(CultureInfo.InvariantCulture, $"It begins with sample {samples[b]}: its loss is {loss:G5}, and the gradient of '{parameter.Name}' is not finite. ");
                    }
                }
            }
        }

        return "";
    }

    private TrainingDivergedException Diverged(string what, string cause, Run run, ParallelWorkspace workspace, long seen, int epoch, int batch)
    {
        string origin = Origin(run.Train, run.SamplesOf(batch), workspace, seen, ForwardMode.Training);
        string? suspect = DataChecks.Suspect(run.Train, run.SamplesOf(batch), _plan);
        return new($"Training of {_plan.Name} diverged in epoch {epoch + 1}, batch {batch + 1}: {what}. The parameters are those before this batch. {origin}" +
            (suspect is null ? "" : suspect + ": that may be why. ") +
            cause +
            $"Check the data for values that are not finite; then try a lower learning rate (now {Optimizer.LearningRate}), " +
            "GradientClipping.ByNorm(1), and inputs and targets scaled to about -1 to 1.");
    }

    private TrainingDivergedException NotFinite(Run run, ParallelWorkspace workspace, EvaluationResult validation, EvaluationResult training, int epoch)
    {
        SequenceData data = run.Validation!;
        string origin = Origin(data, run.ValidationOrder, workspace, seen: 0, ForwardMode.Inference);
        string? suspect = DataChecks.Suspect(data, Enumerable.Range(0, data.Count).ToArray(), _plan);
        return new(
            $"The validation loss of {_plan.Name} is {(double.IsNaN(validation.Loss) ? "not a number" : "infinite")} after epoch {epoch + 1}, while the training loss is {training.Loss:G5}. {origin}" +
            (suspect is null ? "Check the validation data for values that are not finite or far from the training's." : $"{suspect}, counted in the validation data."));
    }
}
