// The tokens of both sides. Knows characters and their numbers; refuses to know dates and networks.
namespace DateTranslator;

/// <summary>What the encoder reads and what the decoder writes, as numbers.</summary>
public static class Alphabets
{
    /// <summary>Characters that texts may have; a character's token is its place. Padding is token 0 and never read.</summary>
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

    /// <summary>An answer as tokens, its end included.</summary>
    public static void EncodeAnswer(string text, Span<int> tokens)
    {
        for (int i = 0; i < text.Length; i++)
        {
            tokens[i] = Target.IndexOf(text[i]) + 1;
        }

        tokens[text.Length] = End;
    }

    /// <summary>An answer as text: up to its end.</summary>
    public static string Decode(ReadOnlySpan<int> tokens)
    {
        int end = tokens.IndexOf(End);
        return string.Concat((end < 0 ? tokens : tokens[..end]).ToArray().Select(t => t is > 0 and < End ? Target[t - 1] : '?'));
    }
}
