// Texts and answers as data, split by dates. Knows which dates are held out; refuses to know networks.
using SeqGen;

namespace DateTranslator;

/// <summary>Dates and how they are written. Every tenth date or so is held out: no format of it is ever trained on.</summary>
public sealed class DatePairs
{
    /// <summary>Pairs that are given.</summary>
    public DatePairs(IReadOnlyList<(string Text, string Iso)> pairs)
    {
        Texts = [.. pairs.Select(p => p.Text)];
        Answers = [.. pairs.Select(p => p.Iso)];
    }

    /// <summary>As people write it.</summary>
    public string[] Texts { get; }

    /// <summary>As ISO 8601 has it.</summary>
    public string[] Answers { get; }

    /// <summary>How many there are.</summary>
    public int Count => Texts.Length;

    /// <summary>As sequences of tokens of different lengths, and the tokens to be written.</summary>
    public SequenceData ToData()
    {
        int[] sources = Alphabets.EncodeAll(Texts, out int[] lengths), targets = new int[Count * Alphabets.TargetSteps];
        for (int i = 0; i < Count; i++)
        {
            Alphabets.EncodeAnswer(Answers[i], targets.AsSpan(i * Alphabets.TargetSteps, Alphabets.TargetSteps));
        }

        return SequenceData.FromTokenPairs(sources, targets, DateWriter.Longest, Alphabets.TargetSteps, lengths);
    }

    /// <summary>Draws pairs.</summary>
    /// <param name="unseen">Whether from the held-out dates, or from the others.</param>
    /// <param name="count">How many.</param>
    /// <param name="seed">The same seed draws the same pairs.</param>
    public static DatePairs Draw(bool unseen, int count, int seed)
    {
        var random = new Random(seed);
        List<(string, string)> pairs = new(count);
        while (pairs.Count < count)
        {
            DateOnly date = DateWriter.First.AddDays(random.Next(DateWriter.Last.DayNumber - DateWriter.First.DayNumber + 1));
            if (IsHeldOut(date) == unseen)
            {
                pairs.Add((DateWriter.Write(date, random.Next(DateWriter.Count), small: random.Next(5) == 0), DateWriter.Iso(date)));
            }
        }

        return new DatePairs(pairs);
    }

    /// <summary>Scattered over all years; the same on every machine.</summary>
    public static bool IsHeldOut(DateOnly date) => (uint)date.DayNumber * 2_654_435_761u % 1009 < 101;
}
