// Writes: feeds the network what it wrote itself. Knows characters and their tokens; refuses to know how the network was trained.
using SeqGen;

namespace NovelWriter;

/// <summary>Draws characters from what the network thinks likely.</summary>
/// <param name="network">The network.</param>
/// <param name="novel">The alphabet.</param>
public sealed class Author(CharacterModel network, Novel novel)
{
    /// <summary>Reads a beginning and goes on.</summary>
    /// <param name="beginning">Some text to get into the mood.</param>
    /// <param name="length">Characters to write.</param>
    /// <param name="temperature">Below 1 plays safe, above 1 is adventurous: logits are divided by it.</param>
    /// <param name="seed">The same seed writes the same text.</param>
    public string Write(string beginning, int length, double temperature, ulong seed)
    {
        SequenceGenerator writer = new(network.CreateStream(), new TokenSampler(network, seed, temperature));
        int[] tokens = new int[length];
        writer.Generate(novel.Encode(beginning), tokens);
        return beginning + string.Concat(tokens.Select(token => novel.Alphabet[token]));
    }
}
