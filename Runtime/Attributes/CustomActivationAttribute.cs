// The base of an activation that is a user's own method. Knows no formula; what the method may say is in Cells/.
namespace SeqGen;

/// <summary>An activation of one's own: a class that derives from it and has a method <c>Apply</c> of one number, or of a vector element by element, from which the compiler derives the gradient.</summary>
/// <remarks>
/// <code>
/// public sealed class MishAttribute : CustomActivationAttribute
/// {
///     public static Vec Apply(Vec x) => x * Tanh(Softplus(x));
/// }
/// </code>
/// It stands where a layer takes an activation, <c>[Dense(64, CustomActivation = typeof(MishAttribute))]</c>, and is a layer itself: <c>[Mish]</c> applies it to what the layer before gives.
/// As a layer it takes options, as a cell does; elsewhere they are what they are by default. The whole language is in docs/your-own-cell.md.
/// </remarks>
public abstract class CustomActivationAttribute : LayerAttribute;
