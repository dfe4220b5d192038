// One line of a network's table. Knows texts and counts that the generator worked out; computes nothing.
namespace SeqGen;

/// <summary>A layer, described.</summary>
/// <param name="Name">The layer's name, for instance "lstm0".</param>
/// <param name="Kind">Its kind, for instance "Lstm".</param>
/// <param name="Description">Its options in short, for instance "64, both directions".</param>
/// <param name="OutputShape">The shape of its output, for instance "[48, 64]".</param>
/// <param name="ParameterCount">Logical parameters.</param>
/// <param name="MultiplyAddsPerStep">Multiply-adds of one step of one sequence.</param>
public sealed record LayerInfo(
    string Name, string Kind, string Description, string OutputShape, long ParameterCount, long MultiplyAddsPerStep);
