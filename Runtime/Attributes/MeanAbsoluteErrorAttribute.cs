// The loss of regression that outliers move little.
namespace SeqGen;

/// <summary>Mean over counted positions and features of <c>|y - target|</c>. Targets have the shape of the output.</summary>
public sealed class MeanAbsoluteErrorAttribute : LossAttribute;
