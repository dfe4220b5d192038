// What a training says when its numbers run away. Knows causes and what to do; refuses to know updates.
using System;
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
        ReadOnlySpan<float> values = _network.Parameters.Values;
        foreach ((int first, int length) in _network.Parameters.TrainableRanges)
        {
            foreach (float value in values.Slice(first, length))
            {
                if (!float.IsFinite(value))
                {
                    throw new TrainingDivergedException(
                        $"Training of {_plan.Name} diverged in epoch {epoch + 1}: after its last update a parameter is {value}. Load or initialize the network again, " +
                        $"and try a lower learning rate (now {Optimizer.LearningRate}).");
                }
            }
        }
    }

    private TrainingDivergedException Diverged(string what, string cause, Run run, int epoch, int batch)
    {
        string? suspect = DataChecks.Suspect(run.Train, run.SamplesOf(batch), _plan);
        return new($"Training of {_plan.Name} diverged in epoch {epoch + 1}, batch {batch + 1}: {what}. The parameters are those before this batch. " +
            (suspect is null ? "" : suspect + ": that may be why. ") +
            cause +
            $"Check the data for values that are not finite; then try a lower learning rate (now {Optimizer.LearningRate}), " +
            "GradientClipping.ByNorm(1), and inputs and targets scaled to about -1 to 1.");
    }

    private TrainingDivergedException NotFinite(SequenceData data, EvaluationResult validation, EvaluationResult training, int epoch)
    {
        string? suspect = DataChecks.Suspect(data, Enumerable.Range(0, data.Count).ToArray(), _plan);
        return new(
            $"The validation loss of {_plan.Name} is {(double.IsNaN(validation.Loss) ? "not a number" : "infinite")} after epoch {epoch + 1}, while the training loss is {training.Loss:G5}. " +
            (suspect is null ? "Check the validation data for values that are not finite or far from the training's." : $"{suspect}, counted in the validation data."));
    }
}
