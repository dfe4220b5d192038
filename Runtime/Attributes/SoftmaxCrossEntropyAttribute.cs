// The loss of choosing one class out of several.
namespace SeqGen;

/// <summary>Mean over counted positions of <c>-log softmax(y)[target]</c>. Targets are class numbers, one a position: <c>[batch, time]</c> or <c>[batch]</c>.</summary>
/// <remarks>The output is taken as logits; after a last layer with <see cref="Activation.Softmax"/> its logits are used, so probabilities are never put through a logarithm.</remarks>
public sealed class SoftmaxCrossEntropyAttribute : LossAttribute
{
    /// <summary>A target whose positions do not count, padding for instance: any number that is written here, one of the classes or not (-100 is what PyTorch ignores). Not written: none.</summary>
    public int IgnoredClass { get; set; } = -1;

    /// <summary>What a position counts by its target class, one number a class: the loss is then <c>sum(w l) / sum(w)</c>. Null for all alike.</summary>
    /// <remarks>Write it as an array: <c>ClassWeights = new[] { 1.0, 5.0 }</c>.</remarks>
    public double[]? ClassWeights { get; set; }

    /// <summary>The share of the truth that is spread over all classes alike (Szegedy et al. 2016), 0 or more and below 1: the target is <c>(1 - e) one-hot + e / classes</c>.</summary>
    public double LabelSmoothing { get; set; }
}
