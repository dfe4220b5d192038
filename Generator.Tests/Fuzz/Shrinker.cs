// The smallest declaration that still fails in the same way.
// Knows how a declaration can become smaller; refuses to know why it fails.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using SeqGen.Generator.Model;

namespace SeqGen.Generator.Tests.Fuzz;

internal static class Shrinker
{
    private const int Rounds = 40;

    /// <summary>Makes a failure's declaration smaller, as long as one of its reductions fails the same check.</summary>
    /// <param name="failure">The failure.</param>
    /// <param name="run">Runs declarations and gives their failures.</param>
    public static FuzzFailure Shrink(FuzzFailure failure, Func<IReadOnlyList<FuzzCase>, IReadOnlyList<FuzzFailure>> run)
    {
        for (int round = 0; round < Rounds; round++)
        {
            FuzzCase[] smaller = [.. Reductions(failure.Case.Spec).Distinct().SelectMany(spec => new[] { failure.Case.Seed, failure.Case.Seed + 10 }.Select(seed => (seed, spec)))
                .Select((c, i) => new FuzzCase(c.seed, Named(c.spec, string.Create(CultureInfo.InvariantCulture, $"S{i}"))))];
            FuzzFailure? best = run(smaller).Where(f => f.Check == failure.Check).MinBy(f => Weight(f.Case.Spec));
            if (best is null)
            {
                break;
            }

            failure = best;
        }

        return failure with { Case = failure.Case with { Spec = Named(failure.Case.Spec, "Small") } };
    }

    public static NetworkSpec Named(NetworkSpec spec, string name) => spec with { Name = name, HintName = name };

    private static long Weight(NetworkSpec spec) => (1000L * spec.Layers.Count) + spec.Layers.Select(l => l.Arguments).Append(spec.Arguments)
        .SelectMany(a => a.Items).Sum(a => 100 + (a.Value is long number ? Math.Min(99, Math.Abs(number)) : 0));

    private static IEnumerable<NetworkSpec> Reductions(NetworkSpec spec)
    {
        LayerSpec[] layers = [.. spec.Layers];
        for (int i = 0; i < layers.Length; i++)
        {
            yield return spec with { Layers = new(layers.Where((_, k) => k != i)) };
            if (layers[i].Kind == "Head")
            {
                int end = Array.FindIndex(layers, i + 1, l => l.Kind == "Head");
                end = end < 0 ? layers.Length : end;
                yield return spec with { Layers = new(layers.Where((_, k) => k < i || k >= end)) };
            }

            for (int k = i + 2; k <= layers.Length; k++)
            {
                yield return spec with { Layers = new(layers.Where((_, n) => n < i || n >= k)) };
            }
        }

        foreach (ArgumentList arguments in Reductions("Network", spec.Arguments))
        {
            yield return spec with { Arguments = arguments };
        }

        for (int i = 0; i < layers.Length; i++)
        {
            foreach (ArgumentList arguments in Reductions(layers[i].Kind, layers[i].Arguments))
            {
                yield return spec with { Layers = new(layers.Select((l, k) => k == i ? l with { Arguments = arguments } : l)) };
            }
        }
    }

    private static IEnumerable<ArgumentList> Reductions(string kind, ArgumentList arguments)
    {
        string[] positional = DeclarationText.Positional(kind);
        ArgumentSpec[] items = [.. arguments.Items];
        for (int i = 0; i < items.Length; i++)
        {
            if (!positional.Contains(items[i].Name))
            {
                yield return new(new(items.Where((_, k) => k != i)));
            }

            if (items[i].Value is long number)
            {
                foreach (long less in new[] { 1, 2, 3, number / 2, number - 1 }.Where(n => n > 0 && n < number).Distinct())
                {
                    yield return new(new(items.Select((a, k) => k == i ? a with { Value = less } : a)));
                }
            }
        }
    }
}
