// Holds a cell of a user's own against its method: generated outputs against the method run in double, and generated gradients against differences of it.
// Knows both sides; refuses to know equations.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Runtime.CompilerServices;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>Whether the generated code of a cell does what its method does, in one line of a test.</summary>
/// <remarks>
/// <code>
/// CellCheck.Run(new MguAttribute(5));
/// </code>
/// The generator sees the call and makes a network of the cell alone. Random weights and sequences go through its generated code and, step by step in double, through the method itself;
/// back-propagation through time is compared with central differences of the method.
/// </remarks>
public static class CellCheck
{
    private const int Batch = 2, Steps = 5;

    /// <summary>Limits: of outputs and gradients, as a share of the largest.</summary>
    private const double OutputLimit = 2e-5, GradientLimit = 5e-4;

    /// <summary>Checks a cell.</summary>
    /// <param name="cell">Written as <c>new XAttribute(...)</c> with constants, as the attribute is: the generator reads these words.</param>
    /// <param name="inputs">Features of a step; a constant.</param>
    /// <param name="expression">Filled in by the compiler.</param>
    /// <returns>How near both are.</returns>
    /// <exception cref="InvalidOperationException">They differ, which is a mistake of SeqGen or of a method that leaps where random numbers meet it; the message names the worst place.</exception>
    /// <exception cref="ArgumentException">The generator did not see the cell: it was not written as <c>new</c> with constants.</exception>
    public static CellCheckResult Run(CellAttribute cell, int inputs = 3, [CallerArgumentExpression(nameof(cell))] string expression = "")
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inputs);
        CellCheckPlan plan = CellCheckPlan.Find(cell.GetType(), expression, inputs) ?? throw new ArgumentException(
            $"Nothing was generated for the check of '{expression}': write the cell in the call itself, 'new {cell.GetType().Name}(...)' with constants, and inputs as a constant, in a project with the package SeqGen.", nameof(cell));
        CellCheckResult result = new Check(cell, plan, inputs).Run();
        return result.Passes ? result : throw new InvalidOperationException(result.ToString());
    }

    /// <summary>One check.</summary>
    private sealed class Check
    {
        private readonly CellAttribute _cell;
        private readonly CellCheckPlan _plan;
        private readonly int _inputs;
        private readonly INetwork _network;
        private readonly float[] _x;
        private readonly Dictionary<string, double[]> _weights = [];

        public Check(CellAttribute cell, CellCheckPlan plan, int inputs)
        {
            (_cell, _plan, _inputs) = (cell, plan, inputs);
            _network = plan.Create(1);
            RandomSource random = RandomSequences.Create(7, 0);
            float Draw() => (float)((2 * random.NextDouble()) - 1);

            // Away from where parameters begin: zeros hide what they multiply.
            foreach (Parameter parameter in _network.Parameters)
            {
                parameter.CopyFrom([.. parameter.ToArray().Select(v => v + (0.4f * Draw()))]);
            }

            _x = [.. Enumerable.Range(0, Batch * Steps * inputs).Select(_ => Draw())];
            foreach (CellWeightPlan weight in plan.Weights)
            {
                _weights[weight.Name] = [.. _network.Parameters[weight.Parameter].ToArray().Skip(weight.Start).Take(weight.Count).Select(v => (double)v)];
            }
        }

        public CellCheckResult Run()
        {
            Workspace workspace = _network.CreateWorkspace(Batch, Steps);
            workspace.Resize(Batch, Steps);
            _x.CopyTo(workspace.Input);
            workspace.ZeroGradients();
            workspace.Forward(ForwardMode.Training);
            float[] outputs = workspace.Output.ToArray();
            RandomSource random = RandomSequences.Create(11, 0);
            double[] along = [.. outputs.Select(_ => (double)(float)((2 * random.NextDouble()) - 1))];
            for (int i = 0; i < along.Length; i++)
            {
                workspace.OutputGradient[i] = (float)along[i];
            }

            workspace.Backward();
            double[] expected = Outputs();
            (double outputError, string outputPlace) = Worst(outputs, expected, i => $"output {i % (outputs.Length / Batch / Steps)} of step {i / (outputs.Length / Batch / Steps) % Steps}");
            var worst = (Error: 0.0, Place: "");
            foreach (CellWeightPlan weight in _plan.Weights)
            {
                float[] gradient = new float[_network.Parameters[weight.Parameter].Count];
                _network.Parameters[weight.Parameter].CopyGradientTo(workspace.Gradients, gradient);
                double[] differences = Differences(_weights[weight.Name], along);
                (double error, string place) = Worst(gradient.AsSpan(weight.Start, weight.Count), differences, i => $"number {i} of {weight.Name}");
                worst = error > worst.Error ? (error, place) : worst;
            }

            return new CellCheckResult(_cell.GetType().Name, outputError, outputPlace, worst.Error, worst.Place, outputError <= OutputLimit && worst.Error <= GradientLimit);
        }

        /// <summary>All outputs by the method itself, [batch, time, units].</summary>
        private double[] Outputs()
        {
            var weights = new Weights(_cell.Units);
            foreach ((string name, double[] values) in _weights)
            {
                weights.Set(name, values);
            }

            var all = new List<double>();
            for (int b = 0; b < Batch; b++)
            {
                object[] states = [.. _plan.States.Select(s => s.Columns == 0 ? (object)new Vec(new double[s.Rows]) : new Mat(s.Rows, s.Columns, new double[s.Rows * s.Columns]))];
                for (int t = 0; t < Steps; t++)
                {
                    var x = new Vec([.. _x.AsSpan(((b * Steps) + t) * _inputs, _inputs).ToArray().Select(v => (double)v)]);
                    object[] result = _plan.Step(_cell, x, states, weights);
                    all.AddRange(((Vec)result[0]).ToArray());
                    states = result[1..];
                }
            }

            return [.. all];
        }

        /// <summary>The derivative of the weighted sum of outputs by each number of a weight, by central differences. NaN at a kink or a leap, where there is none.</summary>
        private double[] Differences(double[] weight, double[] along)
        {
            double Sum() => Outputs().Zip(along, (y, c) => y * c).Sum();
            var differences = new double[weight.Length];
            double here = Sum();
            for (int i = 0; i < weight.Length; i++)
            {
                const double Step = 1e-5;
                double kept = weight[i];
                weight[i] = kept + Step;
                double above = Sum();
                weight[i] = kept - Step;
                double below = Sum();
                weight[i] = kept;
                bool isSmooth = Math.Abs(above - here - (here - below)) <= (1e-3 * Math.Abs(above - below)) + (1e-8 * Math.Max(1, Math.Abs(here)));
                differences[i] = isSmooth ? (above - below) / (2 * Step) : double.NaN;
            }

            return differences;
        }

        private static (double Error, string Place) Worst(ReadOnlySpan<float> got, double[] expected, Func<int, string> place)
        {
            double largest = expected.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
            (double error, int at) = (0, 0);
            for (int i = 0; i < expected.Length; i++)
            {
                double distance = double.IsNaN(expected[i]) ? 0 : float.IsFinite(got[i]) ? Math.Abs(got[i] - expected[i]) / Math.Max(largest, 1e-3) : double.PositiveInfinity;
                (error, at) = distance > error ? (distance, i) : (error, at);
            }

            return (error, string.Create(CultureInfo.InvariantCulture, $"{place(at)} is {got[at]:G7}, and the method gives {expected[at]:G9}"));
        }
    }
}

/// <summary>What a <see cref="CellCheck"/> found.</summary>
/// <param name="Cell">The cell's class.</param>
/// <param name="OutputError">The largest difference of an output, as a share of the largest output.</param>
/// <param name="OutputPlace">Where that is.</param>
/// <param name="GradientError">The same of a gradient, as a share of the largest of its weight.</param>
/// <param name="GradientPlace">Where that is.</param>
/// <param name="Passes">Whether both are what float explains.</param>
public sealed record CellCheckResult(string Cell, double OutputError, string OutputPlace, double GradientError, string GradientPlace, bool Passes)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Cell}: the generated code {(Passes ? "gives" : "does NOT give")} what the method gives. Outputs are within {OutputError:E1} of the largest ({OutputPlace}), gradients within {GradientError:E1} ({GradientPlace}).");
}
