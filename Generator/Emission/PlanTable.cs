// The data half of a generated network: parameters, places, layers, as an object initializer that reads as a table.
// Knows the runtime's NetworkPlan; knows no op.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Layers;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;
using SeqGen.Generator.Passes;
using static SeqGen.Generator.Emission.Literals;

namespace SeqGen.Generator.Emission;

internal sealed partial class PlanTable(
    NetworkSpec spec, NetworkShape shape, PackParameters pack, IReadOnlyList<LayerCost> costs, IReadOnlyList<(NoiseOp Noise, string Parameter)> weightNoises,
    IReadOnlyList<(int Head, ProgramPlan Plan)> losses)
{
    /// <summary>Writes the table.</summary>
    /// <param name="programs">The programs, training first where there is one.</param>
    /// <param name="transposedLength">Floats of transposed weights.</param>
    public void Write(SourceWriter writer, IReadOnlyList<PlannedProgram> programs, int transposedLength)
    {
        writer.Line("private static readonly NetworkPlan _plan = new()");
        writer.Open();
        writer.Line("Contract = " + Text(RuntimeContract.Version) + ",");
        writer.Line("Name = " + Quote(spec.Name.TrimStart('@')) + ",");
        writer.Line("Fingerprint = " + Quote(Fingerprint()) + ",");
        writer.Line("Declaration = " + Quote(spec.Declaration) + ",");
        WritePorts(writer, programs[0].Plan);
        writer.Line("Timesteps = " + Text(spec.Arguments.Int("Timesteps")) + ",");
        writer.Line("TimeMajor = " + (spec.Arguments.Bool("TimeMajor") ? "true" : "false") + ",");
        writer.Line("ParameterLength = " + Text(pack.Length) + ",");
        writer.Line("DerivedLength = " + Text(pack.DerivedLength) + ",");
        writer.Line("TransposedLength = " + Text(transposedLength) + ",");
        writer.Line("Parameters =").Line("[").Indent(1);
        foreach (PackedParameter parameter in pack.Parameters)
        {
            // One line however many steps have a parameter of their own.
            string text = Parameter(parameter);
            writer.Line(parameter.Param.Untied is null ? text + "," : $".. {text}.OfSteps({Text(parameter.Steps)}, {Text(parameter.StepStride)}),");
        }

        writer.Indent(-1).Line("],");
        IEnumerable<PackedNorm> norms = pack.Norms.Where(n => n.Number >= 0);
        if (norms.Any())
        {
            writer.Line("Norms =").Line("[").Indent(1);
            foreach (PackedNorm norm in norms)
            {
                writer.Line($"new BatchNormPlan({Quote(norm.Mean)}, {Quote(norm.Variance)}, {Number(norm.Op.Momentum)}{(norm.PerSequence ? ", PerSequence: true" : "")}),");
            }

            writer.Indent(-1).Line("],");
        }

        foreach (PlannedProgram program in programs)
        {
            WriteArea(writer, program.Plan);
        }

        writer.Line("Layers =").Line("[").Indent(1);
        foreach (LayerCost cost in costs)
        {
            writer.Line($"new LayerInfo({Quote(cost.Name)}, {Quote(cost.Kind)}, {Quote(cost.Description)}, {Quote(cost.Shape)}, {Text(cost.Parameters)}, {Text(cost.MultiplyAdds)}),");
        }

        writer.Indent(-1).Line("],");
        writer.Close(";");
    }

    /// <summary>How many numbers each layer has, and a hash of the names, shapes and gates of all tensors: equal for two networks exactly when
    /// the tensors of one are those of the other. Nothing that is no parameter matters.</summary>
    private string Fingerprint()
    {
        IEnumerable<string> layers = pack.Parameters.GroupBy(p => p.Param.Parameter.Substring(0, System.Math.Max(0, p.Param.Parameter.LastIndexOf('.'))))
            .Select(g => g.Key + " " + g.Sum(p => p.Param.FileShape.Aggregate((long)p.Steps, (n, extent) => n * extent)).ToString(CultureInfo.InvariantCulture));
        ulong hash = 14695981039346656037;
        foreach (char c in string.Join("\n", pack.Parameters.Select(p => $"{p.Param.Parameter} [{string.Join(", ", p.Param.FileShape.Select(Text))}] {Text(p.Gates.Length)} {Text(p.Steps)}")))
        {
            // FNV-1a (Fowler, Noll, Vo).
            hash = unchecked((hash ^ c) * 1099511628211);
        }

        return string.Join(" > ", layers) + " #" + hash.ToString("x16", CultureInfo.InvariantCulture);
    }

    private static string Parameter(PackedParameter parameter)
    {
        ParamOp op = parameter.Param;
        GatePlace[] gates = parameter.Gates;
        GatePlace first = gates[0];
        bool regular = gates.Select((g, i) => (g, i)).All(p => p.g == first with { Offset = first.Offset + (16 * p.i) });
        string places = regular ? $"Offset = {Text(first.Offset)}, BlockStride = {Text(first.BlockStride)}, RowStride = {Text(first.RowStride)}"
            : $"Offset = {Text(first.Offset)}, BlockStride = {Text(first.BlockStride)}, RowStride = {Text(first.RowStride)}, GatePlaces = ["
                + string.Join(", ", gates.Select(g => $"new({Text(g.Offset)}, {Text(g.BlockStride)}, {Text(g.RowStride)})")) + "]";
        return $"new ParameterPlan {{ Name = {Quote(op.Parameter)}, Shape = [{string.Join(", ", op.FileShape.Select(Text))}], {places}, "
            + $"Gates = {Text(parameter.Gates.Length)}, Units = {Text(parameter.Units)}, Columns = {Text(parameter.Columns)}, "
            + (parameter.Transposed ? "Transposed = true, " : "") + (op.Trainable ? "" : "Trainable = false, ") + (op.Optional ? "Optional = true, " : "")
            + $"Initialization = {Start(parameter)} }}";
    }

    private static string Start(PackedParameter parameter)
    {
        Start start = parameter.Param.Start;
        int fanIn = start.FanIn > 0 ? start.FanIn : parameter.Transposed || parameter.Param.FileShape.Count > 1 ? parameter.Columns : parameter.Units;
        return $"new(InitializationKind.{start.Kind}, {Number(start.Value)}, {Text(fanIn)}, {Text(parameter.Units)}"
            + (start.Gate >= 0 || start.GateValue != 0 ? $", {Text(start.Gate)}, {Number(start.GateValue)})" : ")");
    }
}
