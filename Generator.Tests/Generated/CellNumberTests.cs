// The cells of samples/Cells against numbers that were made in Python from the papers' equations (Goldens/cells.py).
// Knows how a cell is called; refuses to know any equation.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Reflection;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

public class CellNumberTests
{
    private const int Units = 3;

    private static readonly Dictionary<string, double[]> _expected = Repository.Read("Generator.Tests/Goldens/cells.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Split(' ')).ToDictionary(p => p[0], p => p[1..].Select(v => double.Parse(v, CultureInfo.InvariantCulture)).ToArray());

    public static TheoryData<string> Names => [.. _expected.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_cell_gives_the_numbers_of_its_paper_s_equations(string name)
    {
        CellAttribute cell = name switch
        {
            "LiGruNormalized" => new Cells.LiGruAttribute(Units) { Normalized = true },
            "GruD" => new Cells.GruDAttribute(Units, 2),
            "FastWeights" => new Cells.FastWeightsAttribute(Units) { InnerSteps = 2 },
            _ => (CellAttribute)Activator.CreateInstance(typeof(CellNumberTests).Assembly.GetType("Cells." + name + "Attribute")!, Units)!,
        };
        MethodInfo step = cell.GetType().GetMethod("Step")!;
        var weights = new Weights(Units);
        object[] states = [.. step.GetParameters()[1..^1].Select(p => p.ParameterType == typeof(Mat) ? (object)Mat.Of(new double[Units, Units]) : Vec.Of(new double[p.Name == "last" ? 2 : Units]))];
        var got = new List<double>();
        for (int t = 0; t < 3; t++)
        {
            Vec x = Vec.Of(Inputs(name, t));
            object[] arguments = [x, .. states, weights];

            // The first call finds out which weights there are.
            step.Invoke(step.IsStatic ? null : cell, arguments);
            foreach ((string weight, double[] values) in weights.Values.ToArray())
            {
                weights.Set(weight, [.. values.Select((_, k) => Number(weight, k))]);
            }

            object result = step.Invoke(step.IsStatic ? null : cell, arguments)!;
            object[] items = result is System.Runtime.CompilerServices.ITuple tuple ? [.. Enumerable.Range(0, tuple.Length).Select(i => tuple[i]!)] : [result, result];
            got.AddRange(((Vec)items[0]).ToArray());
            states = items[1..];
        }

        Assert.Equal(_expected[name].Length, got.Count);
        Assert.All(_expected[name].Zip(got), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    private static double Number(string name, int k)
    {
        double number = 0.6 * Math.Sin((0.7 * k) + (0.1 * name.Sum(c => c)));
        return name == "period" ? 1.5 + (number / 2) : name.StartsWith("ln", StringComparison.Ordinal) && name.EndsWith(".weight", StringComparison.Ordinal) ? 1 + number : number;
    }

    private static double[] Inputs(string name, int t)
    {
        double X(int i) => Math.Cos((0.9 * t) + (1.7 * i));
        return name switch
        {
            "GruD" => [X(0), X(1), t % 2, (t + 1) % 2, 0.3 * (t + 1), 0.3 * (t + 1)],
            "PhasedLstm" => [X(0), X(1), 0.37 * t],
            _ => [X(0), X(1), X(2)],
        };
    }
}
