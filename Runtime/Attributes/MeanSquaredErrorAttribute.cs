// The loss of regression.
namespace SeqGen;

/// <summary>Mean over counted positions and features of <c>(y - target)²</c>. Targets have the shape of the output.</summary>
public sealed class MeanSquaredErrorAttribute : LossAttribute;
