// Arguments of the section that gives one of several outputs.
namespace SeqGen;

/// <summary>Opens a head: layers that give one output of several, each from the layers before the first head, with a loss of its own.</summary>
/// <remarks>
/// <code>
/// [Network(Tokens = 5000, Timesteps = 80)] [Embedding(32)] [Gru(128, Returns = Returns.Last)]
/// [Head("topic")] [Dense(9)] [SoftmaxCrossEntropy]
/// [Head("tone")]  [Dense(1)] [MeanSquaredError(Weight = 0.2)]
/// public partial class Reader;
/// </code>
/// The loss of the network is the weighted sum of the heads' losses.
/// </remarks>
/// <param name="name">Name of the output: letters, digits and underscores.</param>
public sealed class HeadAttribute(string name) : SectionAttribute
{
    /// <summary>Name of the output.</summary>
    public string Name { get; } = name;
}
