// Symbols (words, characters, names of classes) and the numbers that stand for them.
// Knows the two directions and how both are kept as a text; refuses to know how a text is cut into symbols, but for characters.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;

namespace SeqGen;

/// <summary>How a <see cref="Vocabulary"/> is built. A symbol of its own that is null is not there; those that are come first, in the order in which they stand here.</summary>
public sealed record VocabularyOptions
{
    /// <summary>Stands beyond the end of shorter sequences.</summary>
    public string? Padding { get; init; }

    /// <summary>Stands for every symbol that the vocabulary does not have. Without one such a symbol is an error.</summary>
    public string? Unknown { get; init; }

    /// <summary>What a decoder is fed first.</summary>
    public string? Start { get; init; }

    /// <summary>What ends a sequence.</summary>
    public string? End { get; init; }

    /// <summary>Symbols that occur less often are left out.</summary>
    public int LeastCount { get; init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(LeastCount), value, "A symbol occurs at least once."); } = 1;

    /// <summary>The most symbols, those of its own included: the rarest are left out. 0 for all.</summary>
    public int Most { get; init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(Most), value, "The most symbols are 0 (for all) or more."); }
}

/// <summary>Numbers symbols from 0: first those of its own (padding, unknown, start, end), then by how often they occur, equals in ordinal order. Does not change once it is built.</summary>
/// <example><code>
/// Vocabulary words = Vocabulary.Of(texts.SelectMany(t => t.Split(' ')), new() { Padding = "&lt;pad&gt;", Unknown = "&lt;unk&gt;" });
/// PaddedSequences&lt;int&gt; padded = SequencePadding.Pad([.. texts.Select(t => words.Encode(t.Split(' ')))], padding: words.Padding!.Value);
/// words.SaveIn(net.Metadata);
/// </code></example>
public sealed class Vocabulary
{
    private const string MetadataKey = "vocabulary";

    private readonly string[] _symbols;
    private readonly Dictionary<string, int> _tokens;

    private Vocabulary(string[] symbols, int? padding, int? unknown, int? start, int? end)
    {
        (_symbols, Padding, Unknown, Start, End) = (symbols, padding, unknown, start, end);
        _tokens = new(symbols.Length, StringComparer.Ordinal);
        for (int i = 0; i < symbols.Length; i++)
        {
            // A file would hold another symbol, and the number of this one would be lost.
            NetworkMetadata.CheckText(symbols[i], nameof(symbols));
            if (!_tokens.TryAdd(symbols[i], i))
            {
                throw new ArgumentException($"The symbol '{symbols[i]}' is there twice, as {_tokens[symbols[i]]} and {i}. Padding, Unknown, Start and End are four that do not occur in the data.", nameof(symbols));
            }
        }
    }

    /// <summary>Number of symbols: what a network's <c>Tokens</c>, or the classes of its output, have to be at least.</summary>
    public int Count => _symbols.Length;

    /// <summary>The number of the padding; null for none.</summary>
    public int? Padding { get; }

    /// <summary>The number that stands for unknown symbols; null for none.</summary>
    public int? Unknown { get; }

    /// <summary>The number of the start; null for none.</summary>
    public int? Start { get; }

    /// <summary>The number of the end; null for none.</summary>
    public int? End { get; }

    /// <summary>The symbols, in the order of their numbers.</summary>
    public IReadOnlyList<string> Symbols => _symbols;

    /// <summary>The symbol of a number.</summary>
    public string this[int token] => (uint)token < (uint)_symbols.Length
        ? _symbols[token]
        : throw new ArgumentOutOfRangeException(nameof(token), token, $"The vocabulary has the tokens 0 to {_symbols.Length - 1}.");

    /// <summary>The vocabulary of some symbols.</summary>
    /// <param name="symbols">All that occur, as often as they do.</param>
    /// <param name="options">Symbols of its own and what is left out; null for none and nothing.</param>
    /// <exception cref="ArgumentException">There is no symbol, or one is null or half of a surrogate pair, or one of the data is one of its own as well.</exception>
    public static Vocabulary Of(IEnumerable<string> symbols, VocabularyOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(symbols);
        options ??= new VocabularyOptions();
        Dictionary<string, long> counts = new(StringComparer.Ordinal);
        foreach (string symbol in symbols)
        {
            string known = symbol ?? throw new ArgumentException("A symbol is null. Leave it out, or write what stands for it.", nameof(symbols));
            counts[known] = counts.GetValueOrDefault(known) + 1;
        }

        string?[] own = [options.Padding, options.Unknown, options.Start, options.End];
        if (Array.Find(own, o => o is not null && counts.ContainsKey(o)) is { } taken)
        {
            throw new ArgumentException($"The symbol '{taken}' occurs in the data, and is to be one of the vocabulary's own. Write that another way.", nameof(options));
        }

        int room = options.Most == 0 ? int.MaxValue : options.Most - own.Count(o => o is not null);
        IEnumerable<string> kept = counts.Where(c => c.Value >= options.LeastCount).OrderByDescending(c => c.Value).ThenBy(c => c.Key, StringComparer.Ordinal).Select(c => c.Key).Take(Math.Max(0, room));
        string[] all = [.. own.OfType<string>(), .. kept];
        if (all.Length == own.Count(o => o is not null))
        {
            throw new ArgumentException(
                counts.Count == 0 ? "There are no symbols to make a vocabulary of." : $"Of {counts.Count} symbols none is left: LeastCount = {options.LeastCount}, Most = {options.Most}.", nameof(symbols));
        }

        int?[] places = new int?[own.Length];
        for (int i = 0, next = 0; i < own.Length; i++)
        {
            places[i] = own[i] is null ? null : next++;
        }

        return new Vocabulary(all, places[0], places[1], places[2], places[3]);
    }

    /// <summary>The vocabulary of the characters of a text (Unicode scalar values, each a symbol).</summary>
    /// <param name="text">The text.</param>
    /// <param name="options">Symbols of its own and what is left out; null for none and nothing.</param>
    public static Vocabulary OfCharacters(string text, VocabularyOptions? options = null) => Of(Characters(text), options);

    /// <summary>Whether there is a symbol.</summary>
    public bool Contains(string symbol)
    {
        ArgumentNullException.ThrowIfNull(symbol);
        return _tokens.ContainsKey(symbol);
    }

    /// <summary>The number of a symbol, or that of the unknown.</summary>
    /// <exception cref="KeyNotFoundException">It is not there, and nothing stands for unknown ones.</exception>
    public int TokenOf(string symbol)
    {
        ArgumentNullException.ThrowIfNull(symbol);
        return _tokens.TryGetValue(symbol, out int token) ? token : Unknown ?? throw new KeyNotFoundException(
            $"The vocabulary of {Count} symbols has no '{symbol}'. Build it of all the data, or with Unknown = \"<unk>\" in its options.");
    }

    /// <summary>The numbers of symbols.</summary>
    /// <exception cref="KeyNotFoundException">One is not there, and nothing stands for unknown ones.</exception>
    public int[] Encode(IEnumerable<string> symbols)
    {
        ArgumentNullException.ThrowIfNull(symbols);
        return [.. symbols.Select(TokenOf)];
    }

    /// <summary>The numbers of the characters of a text.</summary>
    /// <exception cref="KeyNotFoundException">One is not there, and nothing stands for unknown ones.</exception>
    public int[] EncodeCharacters(string text) => Encode(Characters(text));

    /// <summary>The symbols of numbers. Padding and start are left out, and it ends before the end: what is left is what was encoded.</summary>
    public string[] Decode(ReadOnlySpan<int> tokens)
    {
        List<string> symbols = new(tokens.Length);
        foreach (int token in tokens)
        {
            if (token == End)
            {
                break;
            }

            if (token != Padding && token != Start)
            {
                symbols.Add(this[token]);
            }
        }

        return [.. symbols];
    }

    /// <summary>The same as one text, nothing between the symbols.</summary>
    public string DecodeCharacters(ReadOnlySpan<int> tokens) => string.Concat(Decode(tokens));

    /// <summary>Keeps it with a network: it is in the network's file then.</summary>
    /// <param name="metadata">The network's texts.</param>
    /// <param name="name">What it is called there, where there are several.</param>
    public void SaveIn(NetworkMetadata metadata, string name = MetadataKey)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        metadata[name] = ToString();
    }

    /// <summary>The vocabulary that came with a network's file.</summary>
    /// <param name="metadata">The network's texts.</param>
    /// <param name="name">What it is called there.</param>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    /// <exception cref="FormatException">The text is none.</exception>
    public static Vocabulary LoadFrom(NetworkMetadata metadata, string name = MetadataKey)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return Parse(metadata.Require(name, $"vocabulary '{name}'"));
    }

    /// <summary>All of it as JSON, for <see cref="Parse"/>.</summary>
    public override string ToString()
    {
        (string Name, int? Token)[] own = [("padding", Padding), ("unknown", Unknown), ("start", Start), ("end", End)];
        return JsonText.Write(json =>
        {
            foreach ((string name, int? token) in own)
            {
                if (token is { } number)
                {
                    json.WriteNumber(name, number);
                }
            }

            json.WriteStartArray("symbols");
            foreach (string symbol in _symbols)
            {
                json.WriteStringValue(symbol);
            }

            json.WriteEndArray();
        });
    }

    /// <summary>The vocabulary that a text of <see cref="ToString"/> is of.</summary>
    /// <exception cref="FormatException">The text is none.</exception>
    public static Vocabulary Parse(string text) => JsonText.Read(text, "The text is no vocabulary", root =>
    {
        string[] symbols = [.. root.GetProperty("symbols").EnumerateArray().Select(s => s.GetString() ?? throw new FormatException("a symbol is null"))];
        int? Token(string name) => !root.TryGetProperty(name, out JsonElement value) ? null
            : value.GetInt32() is var token && (uint)token < (uint)symbols.Length ? token
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{name} is {token}, and there are {symbols.Length} symbols"));
        int?[] own = [Token("padding"), Token("unknown"), Token("start"), Token("end")];
        return symbols.Length == 0 ? throw new FormatException("there are no symbols")
            : own.Where(o => o is not null).Distinct().Count() < own.Count(o => o is not null) ? throw new FormatException("padding, unknown, start and end are four symbols, and two of them are one here")
            : new Vocabulary(symbols, own[0], own[1], own[2], own[3]);
    });

    private static IEnumerable<string> Characters(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.EnumerateRunes().Select(r => r.ToString());
    }
}
