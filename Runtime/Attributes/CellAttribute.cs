// The base of a recurrent layer whose step is a user's own method. Knows no equation; what the method may say is in Cells/.
namespace SeqGen;

/// <summary>A recurrent layer of one's own: a class that derives from it and has a method <c>Step</c>, from which the compiler derives everything else.</summary>
/// <remarks>
/// <code>
/// public sealed class MguAttribute(int units) : CellAttribute(units)
/// {
///     public static Vec Step(Vec x, Vec h, Weights w)
///     {
///         Vec f = Sigmoid(w.Affine("f", x, h));
///         Vec n = Tanh(w.Affine("n", x, f * h));
///         return h + f * (n - h);
///     }
/// }
/// </code>
/// <c>Step</c> takes the step's input, then the states by name, then the weights. It gives the new state, which is the output too, or a tuple of the output and the new states in their order.
/// It is static, or an instance method where it reads options of the attribute. A state has the layer's size unless <see cref="SizeAttribute"/> says otherwise.
/// What all recurrent layers have (directions, <see cref="RecurrentLayerAttribute.Returns"/>, initial states, zoneout, weight drop, ...) the cell has without a word.
/// The whole language is in docs/your-own-cell.md.
/// </remarks>
/// <param name="units">Size of the layer, H.</param>
public abstract class CellAttribute(int units) : RecurrentLayerAttribute(units)
{
    /// <summary>Marks the candidate, what the step would add to a memory: <see cref="RecurrentLayerAttribute.RecurrentDropout"/> acts there.</summary>
    public static Vec Candidate(Vec a) => a;

    /// <summary>Marks the state as the products read it: <see cref="RecurrentLayerAttribute.VariationalHidden"/> acts there.</summary>
    public static Vec Hidden(Vec a) => a;

    /// <summary>Marks the new memory: <see cref="RecurrentLayerAttribute.RnnDrop"/> acts there.</summary>
    public static Vec Memory(Vec a) => a;
}
