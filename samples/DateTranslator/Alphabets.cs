// The tokens of both sides. Knows characters and their numbers; refuses to know dates and networks.
namespace DateTranslator;

/// <summary>What the encoder reads and what the decoder writes, as numbers.</summary>
public static class Alphabets
{
    /// <summary>Characters that texts may have; a character's token is its place.</summary>
    public const string Source = " ',-./0123456789ADFJMNOSTWabcdefghijlmnoprstuvwy";

    /// <summary>Characters of an answer: token 1 and on. Token 0 begins it, token 12 ends it.</summary>
    public const string Target = "0123456789-";

    /// <summary>What is fed in first.</summary>
    public const int Start = 0;

    /// <summary>What is written last.</summary>
    public const int End = 12;

    /// <summary>An answer's characters and its end.</summary>
    public const int TargetSteps = 11;

    /// <summary>A text as tokens.</summary>
    /// <param name="text">The text.</param>
    /// <param name="tokens">Receives a token a character; room for all of them.</param>
    public static void Encode(string text, Span<int> tokens)
    {
        for (int i = 0; i < text.Length; i++)
        {
            tokens[i] = Source.IndexOf(text[i]) is >= 0 and int token
                ? token
                : throw new ArgumentException($"'{text}' has a '{text[i]}', which no date has. The network knows these characters: {Source}");
        }
    }

    /// <summary>Texts as rows of tokens.</summary>
    /// <param name="texts">The texts, of <see cref="DateWriter.Longest"/> characters at most.</param>
    /// <param name="lengths">Receives how many tokens each has.</param>
    /// <returns>[texts, <see cref="DateWriter.Longest"/>].</returns>
    public static int[] EncodeAll(string[] texts, out int[] lengths)
    {
        int[] tokens = new int[texts.Length * DateWriter.Longest];
        for (int i = 0; i < texts.Length; i++)
        {
            Encode(texts[i], tokens.AsSpan(i * DateWriter.Longest, DateWriter.Longest));
        }

        lengths = [.. texts.Select(text => text.Length)];
        return tokens;
    }

    /// <summary>An answer as tokens; what is left of the room is filled with the end.</summary>
    public static void EncodeAnswer(string text, Span<int> tokens)
    {
        tokens.Fill(End);
        for (int i = 0; i < text.Length; i++)
        {
            tokens[i] = Target.IndexOf(text[i]) + 1;
        }
    }

    /// <summary>An answer as text.</summary>
    /// <param name="tokens">Without its end.</param>
    public static string Decode(ReadOnlySpan<int> tokens) => string.Concat(tokens.ToArray().Select(t => t is > 0 and < End ? Target[t - 1] : '?'));
}
