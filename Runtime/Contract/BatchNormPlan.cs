// One batch normalization: where its running statistics are, and how they move.
// Knows names; refuses to know where values lie.
using System.ComponentModel;

namespace SeqGen.Kernels.V1;

/// <summary>A batch normalization that is trained.</summary>
/// <param name="Mean">The parameter that holds the running mean.</param>
/// <param name="Variance">The parameter that holds the running variance, of n values divided by n - 1.</param>
/// <param name="Momentum">The share of a batch in the running statistics after it.</param>
/// <param name="PerSequence">Whether a sequence has one value of each feature, so that a batch of one has no variance.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record BatchNormPlan(string Mean, string Variance, float Momentum, bool PerSequence = false);
