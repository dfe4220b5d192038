// The simple recurrent networks as ops: Elman, Jordan, and Elman with a context two steps deep.
using System.Text.Json;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;
using SeqGen.Generator.Tests.Goldens;

namespace SeqGen.Generator.Tests.Graphs;

internal static class ContextRecipes
{
    public static Value Elman(GraphWriter write, JsonElement layer, Value x)
    {
        int units = GoldenJson.Int(layer, "hidden_size");
        Value input = write.Parameter(layer, "weight_ih"), recurrent = write.Parameter(layer, "weight_hh"), bias = write.Parameter(layer, "bias_h");
        Value initial = write.Initial(layer, "h", units);
        Scan scan = write.Graph.Begin(x.Shape.Axis!);
        ScanCarry h = write.Graph.Carry(scan, "h", initial);
        Value sum = write.Graph.Add(new AffineOp(units, 1, [[0], [0]], [[0]]), input, write.Graph.Each(scan, x), recurrent, h.Previous, bias);
        h.Next = write.Activate(GoldenJson.Text(layer, "hidden_activation"), sum);
        return Finish(write, layer, scan, Output(write, layer, h.Next), h);
    }

    public static Value Jordan(GraphWriter write, JsonElement layer, Value x)
    {
        int units = GoldenJson.Int(layer, "hidden_size");
        Value input = write.Parameter(layer, "weight_ih"), feedback = write.Parameter(layer, "weight_oh"), bias = write.Parameter(layer, "bias_h");
        Value initial = write.Initial(layer, "y", GoldenJson.Int(layer, "output_size"));
        Scan scan = write.Graph.Begin(x.Shape.Axis!);
        ScanCarry y = write.Graph.Carry(scan, "y", initial);
        Value sum = write.Graph.Add(new AffineOp(units, 1, [[0], [0]], [[0]]), input, write.Graph.Each(scan, x), feedback, y.Previous, bias);
        y.Next = Output(write, layer, write.Activate(GoldenJson.Text(layer, "hidden_activation"), sum));
        return Finish(write, layer, scan, y.Next, y);
    }

    public static Value SecondOrderElman(GraphWriter write, JsonElement layer, Value x)
    {
        int units = GoldenJson.Int(layer, "hidden_size");
        Value input = write.Parameter(layer, "weight_ih"), bias = write.Parameter(layer, "bias_h");
        Value first = write.Parameter(layer, "weight_hh1"), second = write.Parameter(layer, "weight_hh2");
        Value initialFirst = write.Initial(layer, "h1", units), initialSecond = write.Initial(layer, "h2", units);
        Scan scan = write.Graph.Begin(x.Shape.Axis!);
        ScanCarry h1 = write.Graph.Carry(scan, "h1", initialFirst), h2 = write.Graph.Carry(scan, "h2", initialSecond);
        Value sum = write.Graph.Add(
            new AffineOp(units, 1, [[0], [0], [0]], [[0]]), input, write.Graph.Each(scan, x), first, h1.Previous, second, h2.Previous, bias);
        h1.Next = write.Activate(GoldenJson.Text(layer, "hidden_activation"), sum);
        h2.Next = h1.Previous;
        return Finish(write, layer, scan, Output(write, layer, h1.Next), h1, h2);
    }

    private static Value Output(GraphWriter write, JsonElement layer, Value h) => write.Activate(
        GoldenJson.Text(layer, "output_activation"),
        write.Affine(GoldenJson.Int(layer, "output_size"), write.Parameter(layer, "weight_ho"), h, write.Parameter(layer, "bias_o")));

    private static Value Finish(GraphWriter write, JsonElement layer, Scan scan, Value output, params ScanCarry[] carries)
    {
        Value sequence = write.Graph.Emit(scan, output);
        write.Graph.End(scan);
        foreach (ScanCarry carry in carries)
        {
            write.Final(layer, carry);
        }

        return sequence;
    }
}
