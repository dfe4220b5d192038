// Cells of a user's own for tests: those of samples/Cells, and the numbers of a generated network's parameters under the names that the method has for them.
// Knows how a cell's weights become parameters; refuses to know any equation.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using SeqGen.Generator.Layers.Cells;
using SeqGen.Generator.Model;
using SeqGen.Generator.Tests.Harness;

namespace SeqGen.Generator.Tests.Generated;

internal static class UserCells
{
    /// <summary>The cells, losses and activations of the sample, by the names of their files.</summary>
    public static IReadOnlyDictionary<string, string> Sample { get; } = Repository.Sources("samples/Cells/Cells").Concat(Repository.Sources("samples/Cells/Functions")).ToDictionary(
        path => path.Split('/')[^1].Split('.')[0], Repository.Read, StringComparer.Ordinal);

    /// <summary>A sequence of one row through the method itself, in double: what it gives at every step.</summary>
    /// <param name="network">Whose parameters it takes; its first layer is the cell.</param>
    /// <param name="attribute">The attribute as the network has it.</param>
    /// <param name="spec">The same as the generator read it.</param>
    /// <param name="inputs">Step after step.</param>
    public static double[][] Run(INetwork network, object attribute, LayerSpec spec, double[][] inputs)
    {
        MethodInfo step = attribute.GetType().GetMethod("Step")!;
        Weights weights = WeightsOf(network, spec, inputs[0].Length);
        object[] states = [.. spec.Cell!.States.Select(s => Zeros(CellEvaluator.Sizes(spec.Cell, spec.Arguments, s)))];
        var outputs = new List<double[]>();
        foreach (double[] x in inputs)
        {
            object result = step.Invoke(step.IsStatic ? null : attribute, [Vec.Of(x), .. states, weights])!;
            object[] items = result is System.Runtime.CompilerServices.ITuple tuple ? [.. Enumerable.Range(0, tuple.Length).Select(i => tuple[i]!)] : [result, result];
            outputs.Add(((Vec)items[0]).ToArray());
            states = items[1..];
        }

        return [.. outputs];
    }

    private static object Zeros(int[] sizes) => sizes.Length == 1 ? Vec.Of(new double[sizes[0]]) : Mat.Of(new double[sizes[0], sizes[1]]);

    /// <summary>The parameters of a network's first layer, under the method's names.</summary>
    private static Weights WeightsOf(INetwork network, LayerSpec spec, int inputs)
    {
        string module = network.Parameters.FirstOrDefault()?.Name.Split('.')[0] ?? "";
        var weights = new Weights(spec.Arguments.Int("Units"));
        foreach (CellWeight weight in CellWeight.Of(new CellPlan(CellEvaluator.Step(spec.Cell!, spec.Arguments, inputs))))
        {
            weights.Set(weight.Name, [.. network.Parameters[$"{module}.{weight.Parameter}"].ToArray().Skip(weight.Start).Take(weight.Count).Select(v => (double)v)]);
        }

        return weights;
    }
}
