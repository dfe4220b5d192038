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
    public static TheoryData<int> Batches => [.. Enumerable.Range(0, 20)];

    [Theory]
    [MemberData(nameof(Batches))]
    public void A_random_method_is_refused_or_right(int batch) => RandomMethods.Check(batch, RandomCells.Source, Compare);

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
