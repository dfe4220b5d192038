// The loss of yes-or-no questions, each output its own.
namespace SeqGen;

/// <summary>Mean over counted positions and features of <c>-(target log s(y) + (1 - target) log(1 - s(y)))</c>, s the logistic function. Targets, from 0 to 1, have the shape of the output.</summary>
/// <remarks>The output is taken as logits; after a last layer with <see cref="Activation.Sigmoid"/> its logits are used.</remarks>
public sealed class BinaryCrossEntropyAttribute : LossAttribute
{
    /// <summary>What a yes weighs beside a no, above 0: the loss is <c>-(p target log s(y) + (1 - target) log(1 - s(y)))</c>. Where yeses are rare, some number of noes for each.</summary>
    public double PositiveWeight { get; set; } = 1;
}
