// Vocabularies, padding, calendar features and columns: what surrounds data before it is a SequenceData.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Tests.Support;
using Xunit;

namespace SeqGen.Tests;

public sealed class VocabularyTests
{
    private static readonly string[] Words = "the cat and the dog and the bird".Split(' ');

    [Fact]
    public void Symbols_of_its_own_come_first_then_the_most_frequent_equals_in_order()
    {
        Vocabulary words = Vocabulary.Of(Words, new() { Padding = "<pad>", Unknown = "<unk>", Start = "<s>", End = "</s>" });
        Assert.Equal(["<pad>", "<unk>", "<s>", "</s>", "the", "and", "bird", "cat", "dog"], words.Symbols);
        Assert.Equal((0, 1, 2, 3), (words.Padding, words.Unknown, words.Start, words.End));
        Assert.Equal([4, 1, 5], words.Encode(["the", "fish", "and"]));
        Assert.Equal(["the", "<unk>"], words.Decode([2, 4, 1, 0, 3, 7]));
        Assert.Equal(9, words.Count);
        Assert.Equal("cat", words[7]);
        Assert.Contains("0 to 8", Assert.Throws<ArgumentOutOfRangeException>(() => words[9]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_rarest_are_left_out()
    {
        Assert.Equal(["the", "and"], Vocabulary.Of(Words, new() { LeastCount = 2 }).Symbols);
        Assert.Equal(["?", "the", "and"], Vocabulary.Of(Words, new() { Most = 3, Unknown = "?" }).Symbols);
        Assert.Contains("Of 5 symbols none is left", Assert.Throws<ArgumentException>(() => Vocabulary.Of(Words, new() { LeastCount = 4 })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Vocabulary.Of(Words, new() { Most = 1, Unknown = "?" }));
    }

    [Fact]
    public void Without_an_unknown_a_symbol_that_is_not_there_is_an_error()
    {
        Vocabulary words = Vocabulary.Of(Words);
        Assert.Contains("of 5 symbols has no 'fish'", Assert.Throws<KeyNotFoundException>(() => words.TokenOf("fish")).Message, StringComparison.Ordinal);
        Assert.False(words.Contains("fish"));
        Assert.Null(words.Padding);
    }

    [Fact]
    public void What_is_in_the_data_is_no_symbol_of_its_own()
    {
        Assert.Contains("'the' occurs in the data", Assert.Throws<ArgumentException>(() => Vocabulary.Of(Words, new() { Unknown = "the" })).Message, StringComparison.Ordinal);
        Assert.Contains("'x' is there twice", Assert.Throws<ArgumentException>(() => Vocabulary.Of(Words, new() { Unknown = "x", Padding = "x" })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Vocabulary.Of([]));
        Assert.Throws<ArgumentException>(() => Vocabulary.Of(["a", null!]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new VocabularyOptions { LeastCount = 0 });
    }

    [Fact]
    public void Characters_are_whole_ones()
    {
        Vocabulary characters = Vocabulary.OfCharacters("aa😀é");
        Assert.Equal(["a", "é", "😀"], characters.Symbols);
        Assert.Equal("😀a", characters.DecodeCharacters(characters.EncodeCharacters("😀a")));
    }

    [Fact]
    public void It_travels_in_the_networks_file()
    {
        TinyNetwork net = new(1), other = new(2);
        Vocabulary words = Vocabulary.Of(Words, new() { Padding = "<pad>", End = "\"end\" \n" });
        words.SaveIn(net.Core.Metadata);
        Vocabulary.Of(["a"]).SaveIn(net.Core.Metadata, "classes");
        other.Load(Saved(net));
        Vocabulary loaded = Vocabulary.LoadFrom(other.Core.Metadata);
        Assert.Equal(words.Symbols, loaded.Symbols);
        Assert.Equal((words.Padding, words.Unknown, words.Start, words.End), (loaded.Padding, loaded.Unknown, loaded.Start, loaded.End));
        Assert.Equal(["a"], Vocabulary.LoadFrom(other.Core.Metadata, "classes").Symbols);
        Assert.Contains("no vocabulary 'words'", Assert.Throws<InvalidOperationException>(() => Vocabulary.LoadFrom(other.Core.Metadata, "words")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"symbols\":[\"a\",\"a\"]}")]
    [InlineData("{\"symbols\":[null]}")]
    [InlineData("{\"symbols\":[1]}")]
    [InlineData("{\"symbols\":[\"a\"],\"padding\":1}")]
    [InlineData("{\"symbols\":[\"a\"],\"padding\":-1}")]
    [InlineData("{\"symbols\":[\"a\"],\"padding\":\"a\"}")]
    [InlineData("{\"symbols\":[\"a\"],\"end\":1e99}")]
    public void A_text_that_is_none_is_refused(string text) =>
        Assert.StartsWith("The text is no vocabulary", Assert.Throws<FormatException>(() => Vocabulary.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Sequences_are_padded_at_their_ends()
    {
        var (tokens, lengths, steps) = SequencePadding.Pad([[1, 2, 3], [4], [5, 6]], padding: 9);
        Assert.Equal([1, 2, 3, 4, 9, 9, 5, 6, 9], tokens);
        Assert.Equal([3, 1, 2], lengths);
        Assert.Equal(3, steps);

        PaddedSequences<float> numbers = SequencePadding.Pad([[1f, 2, 3, 4, 5, 6], [7, 8]], features: 2, steps: 2, truncation: Truncation.KeepLast);
        Assert.Equal([3, 4, 5, 6, 7, 8, 0, 0], numbers.Values);
        Assert.Equal([2, 1], numbers.Lengths);
        Assert.Equal([1, 2, 3, 4, 7, 8, 0, 0], SequencePadding.Pad([[1f, 2, 3, 4, 5, 6], [7, 8]], 2, 2, Truncation.KeepFirst).Values);
        Assert.Equal(4, SequencePadding.Pad([[1, 2]], steps: 4).Steps);
    }

    [Fact]
    public void Sequences_that_do_not_fit_are_named()
    {
        Assert.Contains("Sequence 1 has 3 steps, 2 is the most", Assert.Throws<ArgumentException>(() => SequencePadding.Pad([[1], [1, 2, 3]], 2)).Message, StringComparison.Ordinal);
        Assert.Contains("Sequence 0 has 0 elements", Assert.Throws<ArgumentException>(() => SequencePadding.Pad([Array.Empty<int>()])).Message, StringComparison.Ordinal);
        Assert.Contains("Sequence 0 has 3 elements: expected is a positive multiple of 2", Assert.Throws<ArgumentException>(() => SequencePadding.Pad([[1f, 2, 3]], 2)).Message, StringComparison.Ordinal);
        Assert.Contains("more than one array holds", Assert.Throws<ArgumentException>(() => SequencePadding.Pad([[1], [2], [3]], int.MaxValue)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => SequencePadding.Pad(Array.Empty<int[]>()));
    }

    /// <summary>Worked out with Python: shares (weekday + hours / 24) / 7 and so on, sine and cosine of 2 pi times each.</summary>
    [Fact]
    public void Calendar_features_are_the_cycles_shares()
    {
        DateTime[] times = [new(2024, 3, 1, 6, 0, 0), new(2023, 12, 31, 18, 30, 0)];
        float[] all = CalendarFeatures.Of(times, CalendarCycles.Day | CalendarCycles.Week | CalendarCycles.Year);
        double[] expected = [1.0, 0.0, -0.6234898, -0.7818315, 0.8595161, 0.5111087, -0.9914449, 0.1305262, -0.204252, 0.9789183, -0.0039449, 0.9999922];
        Assert.Equal(12, all.Length);
        for (int i = 0; i < 12; i++)
        {
            Assert.Equal(expected[i], all[i], 1e-6);
        }

        Assert.Equal([all[4], all[5], all[10], all[11]], CalendarFeatures.Of(times, CalendarCycles.Year));
        Assert.Equal(4, CalendarFeatures.Count(CalendarCycles.Day | CalendarCycles.Year));
        Assert.Throws<ArgumentOutOfRangeException>(() => CalendarFeatures.Count(CalendarCycles.None));
        Assert.Throws<ArgumentOutOfRangeException>(() => CalendarFeatures.Count((CalendarCycles)8));
    }

    [Fact]
    public void Columns_are_joined_row_by_row()
    {
        Assert.Equal([1, 3, 4, 2, 5, 6], SeriesColumns.Join(2, [1, 2], [3, 4, 5, 6]));
        Assert.Contains("Part 1 has 3 numbers", Assert.Throws<ArgumentException>(() => SeriesColumns.Join(2, [1, 2], [3, 4, 5])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => SeriesColumns.Join(2, [1, 2], null!));
    }

    private static byte[] Saved(TinyNetwork net)
    {
        string path = System.IO.Path.GetTempFileName();
        try
        {
            net.Save(path);
            return System.IO.File.ReadAllBytes(path);
        }
        finally
        {
            System.IO.File.Delete(path);
        }
    }
}
