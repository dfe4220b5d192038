// Losses of users' own, for heads without a loss attribute: what is called, with what, and what of.
// Knows one sequence of one head at a time; refuses to know batches, threads and means (WorkspacePart.Custom).
using System;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>A loss of one number of an output against one number of a target.</summary>
/// <param name="output">The network's number.</param>
/// <param name="target">What it should be.</param>
/// <param name="gradient">The derivative of the loss with respect to <paramref name="output"/>.</param>
/// <returns>The loss. The head's is the mean over the numbers of a position and over the positions that count.</returns>
public delegate double ElementLoss(float output, float target, out float gradient);

/// <summary>A loss of one position: of one step of one sequence, or of the one output of a sequence.</summary>
/// <param name="output">The network's numbers.</param>
/// <param name="target">What they should be: <see cref="CustomLoss.TargetSize"/> numbers.</param>
/// <param name="gradient">To be filled: the derivative of the loss with respect to each number of <paramref name="output"/>. It is zero before.</param>
/// <returns>The loss. The head's is the mean over the positions that count.</returns>
public delegate double PositionLoss(ReadOnlySpan<float> output, ReadOnlySpan<float> target, Span<float> gradient);

/// <summary>A loss of one position whose target is a class.</summary>
/// <param name="output">The network's numbers, one a class.</param>
/// <param name="target">The class, 0 to the number of outputs - 1.</param>
/// <param name="gradient">To be filled: the derivative of the loss with respect to each number of <paramref name="output"/>. It is zero before.</param>
/// <returns>The loss. The head's is the mean over the positions that count.</returns>
public delegate double ClassLoss(ReadOnlySpan<float> output, int target, Span<float> gradient);

/// <summary>A loss of a whole sequence, for what looks at several steps at once.</summary>
/// <param name="sequence">What the network gave, what it should have given, and the gradient to fill.</param>
/// <returns>The loss of the sequence: a sum over its steps, each times its weight (<see cref="LossSequence.Weights"/>). The head's is the sum over all sequences, divided
/// by the sum of all weights.</returns>
public delegate double SequenceLoss(in LossSequence sequence);

/// <summary>One sequence of one head as a <see cref="SequenceLoss"/> sees it: steps within its length alone, row by row; one step where the head gives one output a sequence.</summary>
public readonly ref struct LossSequence
{
    /// <summary>Steps of the sequence.</summary>
    public int Steps => Weights.Length;

    /// <summary>Numbers of a step's output.</summary>
    public int OutputSize { get; init; }

    /// <summary>Numbers of a step's target; 0 for classes.</summary>
    public int TargetSize { get; init; }

    /// <summary>What the network gave: [Steps, OutputSize].</summary>
    public ReadOnlySpan<float> Outputs { get; init; }

    /// <summary>What it should have given: [Steps, TargetSize]; what does not count is 0. Empty for classes.</summary>
    public ReadOnlySpan<float> Targets { get; init; }

    /// <summary>The class of each step; 0 where it does not count. Empty for values.</summary>
    public ReadOnlySpan<int> Classes { get; init; }

    /// <summary>How much each step counts: 1 where no mask says otherwise, 0 for not at all. Where numbers of targets have weights of their own, the mean of those.</summary>
    public ReadOnlySpan<float> Weights { get; init; }

    /// <summary>How much each number of a target counts, [Steps, TargetSize], where a mask or missing targets say so by number; else empty.</summary>
    public ReadOnlySpan<float> ElementWeights { get; init; }

    /// <summary>The derivative of the returned loss with respect to each output, to be filled: [Steps, OutputSize]; zero before.</summary>
    public Span<float> Gradients { get; init; }

    /// <summary>The outputs of a step.</summary>
    public ReadOnlySpan<float> Output(int step) => Outputs.Slice(step * OutputSize, OutputSize);

    /// <summary>The target of a step.</summary>
    public ReadOnlySpan<float> Target(int step) => Targets.Slice(step * TargetSize, TargetSize);

    /// <summary>The gradient of a step, to be filled.</summary>
    public Span<float> Gradient(int step) => Gradients.Slice(step * OutputSize, OutputSize);
}

/// <summary>A loss of one's own for a head that declares none: <see cref="TrainerOptions.Losses"/>. Weights, lengths, masks and the mean over what counts are as those of the
/// losses that attributes declare.</summary>
/// <remarks>It is called on several threads at once, for one sequence each, so it keeps nothing and allocates nothing: a static method, or a lambda without captured variables. It is
/// called for evaluation too. That gradient and loss belong together is what <see cref="GradientCheck"/> finds out.</remarks>
/// <example><code>
/// static double LogCosh(float output, float target, out float gradient)
/// {
///     double error = output - (double)target, size = Math.Abs(error);
///     gradient = (float)Math.Tanh(error);
///     return size + Math.Log(1 + Math.Exp(-2 * size)) - Math.Log(2);
/// }
///
/// var trainer = Trainer.For(net, new Adam(1e-3f), new() { Losses = [CustomLoss.OfElements(LogCosh) with { Name = "log-cosh" }] });
/// </code></example>
public sealed record CustomLoss
{
    private readonly Delegate _loss;

    private CustomLoss(Delegate loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        _loss = loss;
    }

    /// <summary>What it is called in messages; checkpoints go on with losses of the same names alone.</summary>
    public string Name { get; init => field = string.IsNullOrEmpty(value) ? throw new ArgumentException("A loss needs a name.", nameof(Name)) : value; } = "custom loss";

    /// <summary>The head that it is of; null for the only one without a loss.</summary>
    public string? Head { get; init; }

    /// <summary>The loss and its gradient are multiplied by it: for several heads, above 0.</summary>
    public float Weight { get; init => field = Settings.Check(value, value > 0 && float.IsFinite(value), nameof(Weight), "finite and above 0"); } = 1;

    /// <summary>Numbers of a position's target; 0 for as many as the head has outputs.</summary>
    public int TargetSize { get; init => field = Settings.Check(value, value >= 0, nameof(TargetSize), "at least 1, or 0 for as many as there are outputs"); }

    /// <summary>A target class whose positions do not count, any number; null for none. For losses of classes.</summary>
    public int? IgnoredClass { get; init; }

    /// <summary>Whether targets are classes, one a position, 0 to the number of outputs - 1.</summary>
    public bool TakesClasses { get; private init; }

    /// <summary>A loss of single numbers, for instance log cosh of the error. Weights of single numbers of targets count.</summary>
    public static CustomLoss OfElements(ElementLoss loss) => new(loss);

    /// <summary>A loss of positions.</summary>
    public static CustomLoss OfPositions(PositionLoss loss) => new(loss);

    /// <summary>A loss of positions whose targets are classes.</summary>
    public static CustomLoss OfClasses(ClassLoss loss) => new(loss) { TakesClasses = true };

    /// <summary>A loss of whole sequences.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="classes">Whether targets are classes.</param>
    public static CustomLoss OfSequences(SequenceLoss loss, bool classes = false) => new(loss) { TakesClasses = classes };

    /// <inheritdoc/>
    public override string ToString() => Head is null ? Name : $"{Name} on '{Head}'";

    /// <summary>Whether it can do with weights of single numbers of targets.</summary>
    internal bool WeighsElements => _loss is ElementLoss or SequenceLoss;

    /// <summary>Whether every number of an output has a target of its own.</summary>
    internal bool IsOfElements => _loss is ElementLoss;

    /// <summary>The loss of a sequence, as <see cref="SequenceLoss"/> gives it.</summary>
    internal double Of(in LossSequence sequence)
    {
        if (_loss is SequenceLoss whole)
        {
            return whole(in sequence);
        }

        double sum = 0;
        for (int t = 0; t < sequence.Steps; t++)
        {
            float weight = sequence.Weights[t];
            if (weight != 0)
            {
                sum += _loss switch
                {
                    ElementLoss loss => Elements(loss, in sequence, t, weight),
                    ClassLoss loss => Weighted(weight, loss(sequence.Output(t), sequence.Classes[t], sequence.Gradient(t)), sequence.Gradient(t)),
                    PositionLoss loss => Weighted(weight, loss(sequence.Output(t), sequence.Target(t), sequence.Gradient(t)), sequence.Gradient(t)),
                    _ => throw new NotSupportedException($"{Name} is a {_loss.GetType().Name}."),
                };
            }
        }

        return sum;
    }

    private static double Elements(ElementLoss loss, in LossSequence sequence, int t, float weight)
    {
        ReadOnlySpan<float> output = sequence.Output(t), target = sequence.Target(t);
        Span<float> gradients = sequence.Gradient(t);
        double sum = 0;
        for (int k = 0; k < output.Length; k++)
        {
            float own = sequence.ElementWeights.IsEmpty ? weight : sequence.ElementWeights[(t * output.Length) + k];
            if (own != 0)
            {
                sum += own * loss(output[k], target[k], out float gradient);
                gradients[k] = own * gradient / output.Length;
            }
        }

        return sum / output.Length;
    }

    private static double Weighted(float weight, double loss, Span<float> gradient)
    {
        for (int k = 0; k < gradient.Length && weight != 1; k++)
        {
            gradient[k] *= weight;
        }

        return weight * loss;
    }
}
