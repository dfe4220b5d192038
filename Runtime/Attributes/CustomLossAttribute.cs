// The base of a loss whose formula is a user's own method. Knows no formula; what the method may say is in Cells/.
namespace SeqGen;

/// <summary>A loss of one's own: a class that derives from it and has a method <c>Loss</c>, from which the compiler derives the gradient.</summary>
/// <remarks>
/// <code>
/// public sealed class LogCoshAttribute : CustomLossAttribute
/// {
///     public static Vec Loss(Vec y, Vec target)
///     {
///         Vec e = Abs(y - target);
///         return e + Softplus(-2 * e) - Math.Log(2);
///     }
/// }
/// </code>
/// <c>Loss</c> takes what the network gives at a position (one step of one sequence, or the one output of a sequence) and its target. It gives one number, a <see cref="Scalar"/>, or a
/// <see cref="Vec"/> with one for each number of the target: then the position's loss is their mean, and numbers of a target that do not count are left out. The head's loss is the mean over
/// the positions that count, with weights, lengths and masks as every loss has them.
/// The target has as many numbers as the output unless <see cref="SizeAttribute"/> says otherwise; <see cref="TargetAttribute"/> says what it is. <c>Loss</c> is static, or an instance method where
/// it reads options of the attribute. The whole language is in docs/your-own-cell.md.
/// </remarks>
public abstract class CustomLossAttribute : LossAttribute
{
    /// <summary>Where targets are classes, one whose positions do not count, padding for instance: any number that is written here, one of the classes or not. Not written: none.</summary>
    public int IgnoredClass { get; set; } = -1;

    /// <summary>Where targets are classes, what a position counts by its class, one number a class: the loss is then <c>sum(w l) / sum(w)</c>. Null for all alike.</summary>
    /// <remarks>Write it as an array: <c>ClassWeights = new[] { 1.0, 5.0 }</c>.</remarks>
    public double[]? ClassWeights { get; set; }
}
