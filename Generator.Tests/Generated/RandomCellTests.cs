// A thousand random methods, most of them wrong: each is refused with a message of its own or gives the numbers that it gives when it is called.
// Knows what must hold; refuses to know which method is right.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Microsoft.CodeAnalysis;
using SeqGen.Generator.Model;
using SeqGen.Generator.Parsing;
using SeqGen.Generator.Tests.Harness;
using SeqGen.Testing;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

public class RandomCellTests
{
    private const int InABatch = 50;

    public static TheoryData<int> Batches => [.. Enumerable.Range(0, 20)];

    [Theory]
    [MemberData(nameof(Batches))]
    public void A_random_method_is_refused_or_right(int batch)
    {
        int[] seeds = [.. Enumerable.Range(batch * InABatch, InABatch)];
        string[] sources = [.. seeds.Select(RandomCells.Source)];
        HarnessRun run = NetworkHarness.Run(sources);
        Assert.DoesNotContain(run.SeqGen, d => d.Id == "SEQ9999");
        var refused = new HashSet<string>(run.SeqGen.Select(d => d.File).Concat(run.Compiler.Where(d => d.Severity == "Error").Select(d => d.File)));
        var faulty = new HashSet<string>(run.Compiler.Where(d => run.Files.ContainsKey(d.File)).Select(d => d.File));
        foreach (string file in faulty)
        {
            // Generated code without its class's own mistake: none.
            Assert.Contains($"Source{Array.IndexOf(seeds, int.Parse(file["Net".Length..].Split('.')[0], CultureInfo.InvariantCulture))}.cs", refused);
        }

        int[] accepted = [.. Enumerable.Range(0, InABatch).Where(i => !refused.Contains($"Source{i}.cs"))];
        Assert.True(accepted.Length is > 5 and < 45, $"{accepted.Length} of {InABatch} methods are right: the grammar draws too few of one kind");
        using LoadedNetworks networks = NetworkHarness.Load(run: NetworkHarness.Run([.. accepted.Select(i => sources[i])]));
        int compared = 0;
        foreach (int seed in accepted.Select(i => seeds[i]))
        {
            compared += Compare(networks, $"Net{seed}") ? 1 : 0;
        }

        Assert.True(compared * 3 >= accepted.Length, $"{compared} of {accepted.Length} could be compared");
    }

    /// <summary>Compares with the method itself where float can give what it gives: where a millionth more of the input changes little.</summary>
    private static bool Compare(LoadedNetworks networks, string name)
    {
        var network = (INetwork)networks.Create(name, seed: 3);
        Compilation compilation = networks.Run.Run.After;
        LayerSpec spec = NetworkParser.Parse(compilation.GetTypeByMetadataName(name)!, compilation, TestContext.Current.CancellationToken)!.Spec.Layers[0];
        object attribute = network.GetType().GetCustomAttributes(inherit: false).First(a => a is CellAttribute);
        PassData data = RandomData.Batch(network, 1, 4, seed: 4) with { States = new Dictionary<string, float[]>() };
        double[] Run(double factor) =>
        [
            .. UserCells.Run(network, attribute, spec, [.. Enumerable.Range(0, 4).Select(t => data.Input.Skip(3 * t).Take(3).Select(v => v * factor).ToArray())]).SelectMany(e => e),
        ];
        double[] expected = Run(1), near = Run(1 + 1e-6);
        double largest = expected.Max(Math.Abs);
        if (!double.IsFinite(expected.Sum()) || largest is > 1e6 or < 1e-6 || expected.Zip(near, (a, b) => Math.Abs(a - b)).Max() > 1e-5 * largest)
        {
            return false;
        }

        float[] got = Passes.Predict(network, data)["output"];
        Closeness.Equal(expected, got, name);
        return true;
    }
}
