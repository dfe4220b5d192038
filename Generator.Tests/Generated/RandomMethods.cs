// A batch of random classes through the generator: no exception, no compiler error in generated code that its class is not the cause of, and those that are accepted are compared.
// Knows what must hold of any text; refuses to know what is in it.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

internal static class RandomMethods
{
    private const int InABatch = 50;

    /// <param name="batch">Which batch of seeds.</param>
    /// <param name="source">The text of a seed: a class, and a network Net and the seed's number.</param>
    /// <param name="compare">Compares a network with the method itself; whether it could be compared.</param>
    public static void Check(int batch, Func<int, string> source, Func<LoadedNetworks, string, bool> compare)
    {
        int[] seeds = [.. Enumerable.Range(batch * InABatch, InABatch)];
        string[] sources = [.. seeds.Select(source)];
        HarnessRun run = NetworkHarness.Run(sources);
        Assert.DoesNotContain(run.SeqGen, d => d.Id == "SEQ9999");
        var refused = new HashSet<string>(run.SeqGen.Select(d => d.File).Concat(run.Compiler.Where(d => d.Severity == "Error").Select(d => d.File)));
        foreach (string file in run.Compiler.Where(d => run.Files.ContainsKey(d.File)).Select(d => d.File).Distinct())
        {
            // Generated code without its class's own mistake: none.
            Assert.Contains($"Source{Array.IndexOf(seeds, int.Parse(file["Net".Length..].Split('.')[0], CultureInfo.InvariantCulture))}.cs", refused);
        }

        int[] accepted = [.. Enumerable.Range(0, InABatch).Where(i => !refused.Contains($"Source{i}.cs"))];
        Assert.True(accepted.Length is > 5 and < 45, $"{accepted.Length} of {InABatch} methods are right: the grammar draws too few of one kind");
        using LoadedNetworks networks = NetworkHarness.Load(run: NetworkHarness.Run([.. accepted.Select(i => sources[i])]));
        int compared = accepted.Count(i => compare(networks, $"Net{seeds[i]}"));
        Assert.True(compared * 3 >= accepted.Length, $"{compared} of {accepted.Length} could be compared");
    }
}
