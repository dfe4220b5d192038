// Texts that a user keeps with a network and that its files carry.
// Knows which keys and texts a file can hold; refuses to know what they mean and how files are written.
using System;
using System.Collections;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace SeqGen;

/// <summary>Texts of the user that are saved and loaded with a network's parameters: a version, a vocabulary, the names of classes, the width of intervals. In the
/// safetensors file they stand in <c>__metadata__</c> under their own keys, where every tool finds them. <c>Load</c> puts the file's in the place of those that were there.
/// Not for many threads at a time.</summary>
/// <example><code>
/// net.Metadata["trained on"] = "1749 to 1960";
/// net.Save("sunspots.safetensors");
/// </code></example>
[SuppressMessage("Naming", "CA1710", Justification = "It is called what files call it.")]
public sealed class NetworkMetadata : IReadOnlyCollection<KeyValuePair<string, string>>
{
    /// <summary>What the keys of SeqGen's own texts begin with.</summary>
    internal const string OwnPrefix = "seqgen.";

    /// <summary>PyTorch's: which framework a file is of.</summary>
    private const string FormatKey = "format";

    private readonly SortedDictionary<string, string> _texts = new(StringComparer.Ordinal);

    /// <summary>Number of texts.</summary>
    public int Count => _texts.Count;

    /// <summary>The text of a key; null for none. Setting null removes it.</summary>
    /// <param name="key">Anything but nothing, <c>format</c>, and what begins with <c>seqgen.</c>: those are the file's own.</param>
    /// <exception cref="ArgumentException">Set: the key is the file's own, or key or text hold half of a surrogate pair, which no file can.</exception>
    [SuppressMessage("Usage", "CA1062", Justification = "A null key is refused by the dictionary.")]
    public string? this[string key]
    {
        get => _texts.GetValueOrDefault(key);
        set
        {
            ArgumentException.ThrowIfNullOrEmpty(key);
            if (IsOwn(key))
            {
                throw new ArgumentException($"'{key}' is a key of the file format: 'format' and what begins with '{OwnPrefix}' are. Use another key.", nameof(key));
            }

            CheckText(key, nameof(key));
            if (value is null)
            {
                _texts.Remove(key);
                return;
            }

            CheckText(value, nameof(value));
            _texts[key] = value;
        }
    }

    /// <summary>A text that has to be there.</summary>
    /// <param name="key">What it is called.</param>
    /// <param name="what">What it is, for the message.</param>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    internal string Require(string key, string what) =>
        this[key] ?? throw new InvalidOperationException($"The network's metadata has no {what}. Keep it with SaveIn before the network is saved.");

    /// <summary>Whether there is a text of a key.</summary>
    public bool Contains(string key) => _texts.ContainsKey(key);

    /// <summary>Removes all texts.</summary>
    public void Clear() => _texts.Clear();

    /// <summary>The texts in the order of their keys (ordinal).</summary>
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => _texts.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Takes the texts of a file that are users'.</summary>
    /// <param name="texts">All of the file's.</param>
    /// <param name="keep">Whether texts that are there stay, and win over the file's.</param>
    internal void Take(IEnumerable<KeyValuePair<string, string>> texts, bool keep)
    {
        if (!keep)
        {
            _texts.Clear();
        }

        foreach ((string key, string text) in texts)
        {
            if (key.Length > 0 && !IsOwn(key))
            {
                _texts.TryAdd(key, text);
            }
        }
    }

    private static bool IsOwn(string key) => key == FormatKey || key.StartsWith(OwnPrefix, StringComparison.Ordinal);

    /// <summary>Fails where a text has no UTF-8.</summary>
    internal static void CheckText(string text, string argument)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (Rune.TryGetRuneAt(text, i, out Rune rune))
            {
                i += rune.Utf16SequenceLength - 1;
                continue;
            }

            throw new ArgumentException($"A text of a file is UTF-8: half of a surrogate pair, U+{(int)text[i]:X4} at {i}, has none. Encode bytes, as Base64 for instance.", argument);
        }
    }
}
