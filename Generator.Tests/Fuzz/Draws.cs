// The dice of the fuzzer: draws from a seed, and arguments put together from them.
// Knows chances; refuses to know what is drawn.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Model;

namespace SeqGen.Generator.Tests.Fuzz;

internal sealed class Draws(int seed)
{
    // Small ones far more often than others: they cost little, and one unit more or less than a vector is where mistakes are.
    private static readonly int[] _small = [1, 1, 2, 2, 3, 3, 3, 4, 5, 6, 7, 8];
    private static readonly int[] _edges = [15, 16, 16, 17, 17, 18];
    private static readonly int[] _large = [31, 32, 33, 33, 48, 65];

    private readonly System.Random _random = new(seed);

    public bool Chance(double probability) => _random.NextDouble() < probability;

    /// <summary>A number from <paramref name="least"/> to <paramref name="most"/>.</summary>
    public int Between(int least, int most) => _random.Next(least, most + 1);

    public T Pick<T>(params IReadOnlyList<T> choices) => choices[_random.Next(choices.Count)];

    public int Size() => _random.Next(20) switch
    {
        < 12 => Pick(_small),
        < 17 => Pick(_edges),
        _ => Pick(_large),
    };

    /// <summary>A rate of something that is dropped.</summary>
    public double Rate() => Pick(0.1, 0.25, 0.3, 0.5, 0.75);
}

/// <summary>Arguments being put together.</summary>
internal sealed class Arguments
{
    private readonly List<ArgumentSpec> _items = [];

    public Arguments With(string name, object value)
    {
        _items.Add(new ArgumentSpec(name, value is int number ? (long)number : value));
        return this;
    }

    public Arguments With(bool condition, string name, Func<object> value) => condition ? With(name, value()) : this;

    public bool Has(string name) => _items.Any(i => i.Name == name);

    public ArgumentList List() => new(new EquatableArray<ArgumentSpec>(_items));

    public LayerSpec Of(string kind) => FuzzCells.Spec(kind, List());
}
