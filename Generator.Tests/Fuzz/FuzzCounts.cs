// What was done, to be added up.
// Knows numbers and how they are passed on; refuses to know what they count.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace SeqGen.Generator.Tests.Fuzz;

/// <summary>What was compared, and by which checks.</summary>
internal sealed class FuzzCounts
{
    /// <summary>Passes whose results were compared.</summary>
    public int Passes { get; set; }

    /// <summary>Of them, those judged by their own noise: see <see cref="Judgement"/>.</summary>
    public int Noisy { get; set; }

    /// <summary>How often each check compared something.</summary>
    public SortedDictionary<string, int> Checks { get; } = new(StringComparer.Ordinal);

    public void Add(FuzzCounts others)
    {
        (Passes, Noisy) = (Passes + others.Passes, Noisy + others.Noisy);
        foreach ((string check, int count) in others.Checks)
        {
            Checks[check] = Checks.GetValueOrDefault(check) + count;
        }
    }

    public void Clear()
    {
        (Passes, Noisy) = (0, 0);
        Checks.Clear();
    }

    /// <summary>In one line; <see cref="Read"/> reads it.</summary>
    public string Write() => string.Join(",", Checks.Select(c => $"{c.Key}={c.Value}").Prepend(string.Create(CultureInfo.InvariantCulture, $"{Passes},{Noisy}")));

    public static FuzzCounts Read(string line)
    {
        string[] parts = line.Split(',');
        var counts = new FuzzCounts { Passes = int.Parse(parts[0], CultureInfo.InvariantCulture), Noisy = int.Parse(parts[1], CultureInfo.InvariantCulture) };
        foreach (string[] check in parts[2..].Select(p => p.Split('=')))
        {
            counts.Checks[check[0]] = int.Parse(check[1], CultureInfo.InvariantCulture);
        }

        return counts;
    }
}
