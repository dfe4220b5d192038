// Writes: feeds the network what it wrote itself. Knows streams and chances; refuses to know how the network was trained.
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
    public string Write(string beginning, int length, double temperature, int seed)
    {
        var random = new Random(seed);
        CharacterModel.StepStream stream = network.CreateStream();
        int[] tokens = novel.Encode(beginning);
        foreach (int token in tokens[..^1])
        {
            stream.Advance(token);
        }

        int last = tokens[^1];
        float[] logits = new float[CharacterModel.OutputSize];
        char[] text = new char[length];
        for (int i = 0; i < length; i++)
        {
            stream.Step(last, logits);
            last = Draw(logits, temperature, random.NextDouble());
            text[i] = novel.Alphabet[last];
        }

        return beginning + new string(text);
    }

    /// <summary>The index where the running sum of the softmax passes <paramref name="chance"/>.</summary>
    private static int Draw(ReadOnlySpan<float> logits, double temperature, double chance)
    {
        double largest = double.NegativeInfinity, sum = 0;
        foreach (float logit in logits)
        {
            largest = Math.Max(largest, logit);
        }

        foreach (float logit in logits)
        {
            sum += Math.Exp((logit - largest) / temperature);
        }

        double left = chance * sum;
        for (int i = 0; i < logits.Length - 1; i++)
        {
            left -= Math.Exp((logits[i] - largest) / temperature);
            if (left < 0)
            {
                return i;
            }
        }

        return logits.Length - 1;
    }
}
