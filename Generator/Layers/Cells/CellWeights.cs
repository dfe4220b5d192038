// Which part of which parameter each weight of a cell's method is. Knows how gates lie in matrices; knows no file.
using System.Collections.Generic;
using System.Globalization;

namespace SeqGen.Generator.Layers.Cells;

/// <param name="Name">Its name in the method, as the runtime's Weights has it: <c>f.0</c>, <c>f.bias</c>, <c>u</c>.</param>
/// <param name="Parameter">The parameter's name without its module, of the first layer of a module, forwards.</param>
/// <param name="Start">First number of it there.</param>
/// <param name="Count">How many there are.</param>
internal sealed record CellWeight(string Name, string Parameter, int Start, int Count)
{
    /// <summary>All weights of a step.</summary>
    public static IEnumerable<CellWeight> Of(CellPlan plan)
    {
        foreach (CellMatrix matrix in plan.Matrices)
        {
            int size = matrix.Units * matrix.Columns;
            for (int i = 0; i < matrix.Gates.Count; i++)
            {
                ProductTerm gate = matrix.Gates[i];
                yield return new CellWeight(gate.Gate + "." + gate.Index.ToString(CultureInfo.InvariantCulture), matrix.Role + "_l0", i * size, size);
            }
        }

        foreach (CellBias bias in plan.Biases)
        {
            for (int i = 0; i < bias.Gates.Count; i++)
            {
                yield return new CellWeight(bias.Gates[i].Gate + ".bias", bias.Role + "_l0", i * bias.Units, bias.Units);
            }
        }

        foreach (CellValue value in plan.Step.Values)
        {
            if (value.Op == CellOp.Parameter)
            {
                yield return new CellWeight(value.Text, value.Text + "_l0", 0, value.Size);
            }
            else if (value.Op == CellOp.Normalization)
            {
                yield return new CellWeight(value.Text + ".weight", value.Text + ".weight", 0, value.Size);
                yield return new CellWeight(value.Text + ".bias", value.Text + ".bias", 0, value.Size);
            }
        }
    }
}
