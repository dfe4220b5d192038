// The task: one of four symbols stands at the beginning, noise follows, and at the end it is to be said which symbol it was.
using SeqGen;

namespace Memories;

internal static class Recall
{
    public const int Symbols = 4, Inputs = Symbols + 1, Units = 24, Longest = 400;

    /// <summary>Sequences of a length: the symbol in the first step, a random number in every one.</summary>
    public static SequenceData Make(int samples, int length, int seed)
    {
        var random = new Random(seed);
        float[] inputs = new float[samples * length * Inputs];
        int[] symbols = new int[samples];
        for (int i = 0; i < samples; i++)
        {
            symbols[i] = random.Next(Symbols);
            inputs[(i * length * Inputs) + symbols[i]] = 1;
            for (int t = 0; t < length; t++)
            {
                inputs[(((i * length) + t) * Inputs) + Symbols] = (float)((random.NextDouble() * 2) - 1);
            }
        }

        return SequenceData.FromClasses(inputs, symbols, length, Inputs);
    }
}
