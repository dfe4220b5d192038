// The loss of choosing one class out of several.
namespace SeqGen;

/// <summary>Mean over counted positions of <c>-log softmax(y)[target]</c>. Targets are class numbers, one a position: <c>[batch, time]</c> or <c>[batch]</c>.</summary>
/// <remarks>The output is taken as logits; after a last layer with <see cref="Activation.Softmax"/> its logits are used, so probabilities are never put through a logarithm.</remarks>
public sealed class SoftmaxCrossEntropyAttribute : LossAttribute;
