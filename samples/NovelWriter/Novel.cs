// The data: a novel as numbers, cut into what is learnt and what is held out. Knows characters; refuses to know networks.
using SeqGen;

namespace NovelWriter;

/// <summary>The text as tokens: the place of a character in <see cref="Alphabet"/>. The end of the book is held out.</summary>
public sealed class Novel
{
    private readonly int[] _tokens;

    private Novel(string text, int timesteps, double heldOut)
    {
        Alphabet = new string([.. text.Distinct().Order()]);
        _tokens = [.. text.Select(c => Alphabet.IndexOf(c))];
        Timesteps = timesteps;

        // Whole windows and the character after the last, so that no held-out character is left out of the figure.
        HeldOut = ((int)(text.Length * heldOut) / timesteps * timesteps) + 1;
    }

    /// <summary>The characters that occur, in order.</summary>
    public string Alphabet { get; }

    /// <summary>Characters of a window.</summary>
    public int Timesteps { get; }

    /// <summary>How many characters at the end are held out.</summary>
    public int HeldOut { get; }

    /// <summary>How many characters there are.</summary>
    public int Length => _tokens.Length;

    /// <summary>Reads the embedded book.</summary>
    /// <param name="timesteps">Characters of a window.</param>
    /// <param name="tokens">Different characters that the network was declared for.</param>
    /// <param name="heldOut">The share of the book to hold out.</param>
    public static Novel Read(int timesteps, int tokens, double heldOut = 0.05)
    {
        using var reader = new StreamReader(typeof(Novel).Assembly.GetManifestResourceStream("pride_and_prejudice.txt")!);
        var novel = new Novel(reader.ReadToEnd().ReplaceLineEndings("\n"), timesteps, heldOut);
        return novel.Alphabet.Length == tokens
            ? novel
            : throw new InvalidDataException(
                $"The book has {novel.Alphabet.Length} different characters, the network is declared for {tokens}: write [Network(Tokens = {novel.Alphabet.Length}, ...)] and [Dense({novel.Alphabet.Length})].");
    }

    /// <summary>The book without its end, as windows that follow each other; every step has the next character to learn.</summary>
    /// <param name="characters">How many characters from the beginning; 0 for all that are not held out.</param>
    public SequenceData Training(int characters = 0) =>
        SequenceData.NextToken(_tokens[..(characters > 0 ? characters : Length - HeldOut)], Timesteps);

    /// <summary>The end of the book, all of it.</summary>
    public SequenceData End() => SequenceData.NextToken(_tokens[^HeldOut..], Timesteps);

    /// <summary>A text as tokens.</summary>
    /// <exception cref="ArgumentException">It has a character that the book has not.</exception>
    public int[] Encode(string text) => [.. text.Select(c => Alphabet.IndexOf(c) is >= 0 and int token
        ? token
        : throw new ArgumentException($"The book has no '{c}', so the network cannot read it. Use letters, digits and plain punctuation."))];
}
