// Five hundred random losses, most of them wrong: each is refused with a message of its own, or gives the numbers that it gives when it is called, and their derivatives.
// Knows what must hold; refuses to know which method is right.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Reflection;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

public class RandomLossTests
{
    private const int Batch = 2, Steps = 3, Outputs = 5, Targets = 3;

    public static TheoryData<int> Batches => [.. Enumerable.Range(0, 10)];

    [Theory]
    [MemberData(nameof(Batches))]
    public void A_random_loss_is_refused_or_right(int batch) => RandomMethods.Check(batch, RandomCells.Loss, Compare);

    /// <summary>Compares with the method itself where float can give what it gives, and its slope where it has one.</summary>
    private static bool Compare(LoadedNetworks networks, string name)
    {
        var network = (INetwork)networks.Create(name, seed: 3);
        object attribute = network.GetType().GetCustomAttributes(inherit: false).First(a => a is CustomLossAttribute);
        MethodInfo method = attribute.GetType().GetMethod("Loss")!;
        var random = new Random(4);
        Workspace workspace = network.CreateWorkspace(Batch, Steps);
        workspace.Resize(Batch, Steps);
        Fill(workspace.Input, random);
        Fill(workspace.Target, random);
        workspace.ZeroGradients();
        double got = workspace.ForwardBackward();
        float[] outputs = workspace.Output.ToArray(), targets = workspace.Target.ToArray(), gradient = new float[Outputs];
        network.Parameters["dense.bias"].CopyGradientTo(workspace.Gradients, gradient);
        double Mean(int moved, double by) => Enumerable.Range(0, Batch * Steps).Average(row =>
        {
            double[] y = [.. Enumerable.Range(0, Outputs).Select(k => outputs[(row * Outputs) + k] + (k == moved ? by : 0))];
            double[] target = [.. targets.Skip(row * Targets).Take(Targets).Select(v => (double)v)];
            return ((Scalar)method.Invoke(attribute, [Vec.Of(y), Vec.Of(target)])!).Value;
        });
        double expected = Mean(-1, 0), size = Enumerable.Range(0, Outputs).Max(k => Math.Abs(Mean(k, 1e-6) - expected));
        if (!double.IsFinite(expected + size) || Math.Abs(expected) is > 1e4 or < 1e-4 || size > 1e-4 * Math.Abs(expected))
        {
            return false;
        }

        Assert.True(Math.Abs(got - expected) <= 2e-4 * Math.Max(1, Math.Abs(expected)), $"{name}: {got}, should be {expected}");
        double[] slopes = [.. Enumerable.Range(0, Outputs).Select(k => (Mean(k, 1e-5) - Mean(k, -1e-5)) / 2e-5)], near = [.. Enumerable.Range(0, Outputs).Select(k => (Mean(k, 1e-3) - Mean(k, -1e-3)) / 2e-3)];
        double largest = slopes.Max(Math.Abs);
        if (Array.Exists(gradient, g => !float.IsFinite(g)) && RandomCells.Loss(int.Parse(name["Net".Length..], CultureInfo.InvariantCulture)).Contains("Select(", StringComparison.Ordinal))
        {
            // What was not chosen is infinite, and so is its slope: zero times that is no number, as in PyTorch (docs/your-own-cell.md).
            return false;
        }

        for (int k = 0; k < Outputs; k++)
        {
            // A kink, or a leap, between the two.
            if (Math.Abs(slopes[k] - near[k]) < 1e-4 * largest)
            {
                Assert.True(Math.Abs(gradient[k] - slopes[k]) <= (2e-3 * largest) + (1e-4 * Math.Abs(expected)), $"{name}: the slope by output {k} is {gradient[k]}, should be {slopes[k]} of {largest}");
            }
        }

        return true;
    }

    private static void Fill(Span<float> values, Random random)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (2 * random.NextSingle()) - 1;
        }
    }
}
