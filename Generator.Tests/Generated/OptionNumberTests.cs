// Options of layers against numbers that numpy gave: Goldens/options.txt, which Goldens/options.py wrote and explains.
// Knows how the numbers were made; refuses to know what any option means.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

public class OptionNumberTests
{
    private const int Steps = 4, Inputs = 2;

    private static readonly int[] _lengths = [4, 3];

    private static readonly (string Layers, Dictionary<string, double[]> Numbers)[] _cases = [.. Read()];

    private static readonly Lazy<LoadedNetworks> _networks = new(() =>
        NetworkHarness.Load([.. _cases.Select((c, i) => $"[Network(Inputs = {Inputs}, Timesteps = {Steps})] {c.Layers} public partial class Case{i};")]));

    public static TheoryData<string> Declarations => new(_cases.Select(c => c.Layers));

    [Theory]
    [MemberData(nameof(Declarations))]
    public void Outputs_and_gradients_are_those_of_numpy(string layers)
    {
        (INetwork network, Dictionary<string, double[]> numbers) = Prepare(layers);
        PassData data = Data(numbers["y"].Length);
        PassResults got = Passes.Train(network, data);
        Closeness.Equal(numbers["y"], Counting(got["output"]), "y");
        string[] names = [.. network.Parameters.Select(p => p.Name).Append("input").Order(StringComparer.Ordinal)];
        Assert.Equal([.. numbers.Keys.Where(k => k != "y")], names);
        foreach (string name in names)
        {
            double[] terms = [.. got["grad." + name].Select((g, i) => g * Math.Cos(1 + i))];
            Assert.InRange(terms.Sum(), numbers[name][0] - Allowed(), numbers[name][0] + Allowed());

            double Allowed() => Closeness.Tolerance * terms.Sum(Math.Abs);
        }

        Closeness.Equal(numbers["y"], Counting(Passes.Predict(network, data)["output"]), "y of an inference");
    }

    [Theory]
    [MemberData(nameof(Declarations))]
    public void Streams_give_the_same(string layers)
    {
        (INetwork network, Dictionary<string, double[]> numbers) = Prepare(layers);
        if (network.Core.Plan.Streaming is null)
        {
            return;
        }

        PassData data = Data(numbers["y"].Length);
        int size = network.Core.Plan.OutputSize;
        var got = new List<float>();
        for (int row = 0; row < _lengths.Length; row++)
        {
            RecurrentStream stream = Streaming.Create(network);
            float[] y = new float[size];
            for (int t = 0; t < _lengths[row]; t++)
            {
                stream.Step(data.Input.AsSpan(((row * Steps) + t) * Inputs, Inputs), y);
                got.AddRange(y);
            }
        }

        Closeness.Equal(numbers["y"], got.ToArray(), "y of a stream");
    }

    private static (INetwork Network, Dictionary<string, double[]> Numbers) Prepare(string layers)
    {
        int index = Array.FindIndex(_cases, c => c.Layers == layers);
        INetwork network = Variants.Create(_networks.Value["Case" + index.ToString(CultureInfo.InvariantCulture)], seed: 1);
        foreach ((Parameter parameter, int k) in network.Parameters.OrderBy(p => p.Name, StringComparer.Ordinal).Select((p, k) => (p, k)))
        {
            parameter.CopyFrom([.. Enumerable.Range(0, parameter.Count).Select(i => (float)(0.9 * Math.Sin((1.7 * i) + (0.3 * k) + 0.5)))]);
        }

        return (network, _cases[index].Numbers);
    }

    private static PassData Data(int outputs)
    {
        int size = outputs / _lengths.Sum();
        float[] gradient = new float[_lengths.Length * Steps * size];
        for (int i = 0; i < outputs; i++)
        {
            // The first sequence is as long as there are steps, so that those of the second follow at once.
            gradient[i] = (float)Math.Cos((0.7 * i) + 0.1);
        }

        return new PassData(_lengths.Length, Steps)
        {
            Input = [.. Enumerable.Range(0, _lengths.Length * Steps * Inputs).Select(i => (float)(1.5 * Math.Sin((0.9 * i) + 0.2)))],
            Lengths = _lengths,
            OutputGradient = gradient,
        };
    }

    private static float[] Counting(float[] output) => output[..(output.Length / (_lengths.Length * Steps) * _lengths.Sum())];

    private static IEnumerable<(string Layers, Dictionary<string, double[]> Numbers)> Read()
    {
        string[] lines = File.ReadAllLines(Path.Combine(Repository.Root, "Generator.Tests", "Goldens", "options.txt"));
        for (int i = 0; i < lines.Length; i++)
        {
            string layers = lines[i];
            var numbers = new Dictionary<string, double[]>();
            for (; i + 1 < lines.Length && lines[i + 1].StartsWith("  ", StringComparison.Ordinal); i++)
            {
                string[] words = lines[i + 1].Trim().Split(' ');
                numbers[words[0]] = [.. words.Skip(1).Select(w => double.Parse(w, CultureInfo.InvariantCulture))];
            }

            yield return (layers, numbers);
        }
    }
}
