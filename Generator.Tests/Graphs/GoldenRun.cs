// What a golden case gives a run: parameters, ports, noise, lengths, masks; whole, or cut to a range of steps.
using System;
using System.Linq;
using System.Text.Json;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;
using SeqGen.Generator.Tests.Goldens;
using SeqGen.Generator.Tests.Interpreter;

namespace SeqGen.Generator.Tests.Graphs;

internal static class GoldenRun
{
    /// <summary>The case's own data; states that it does not give start from zero.</summary>
    public static Run Of(GoldenCase golden, NetworkGraph graph)
    {
        var run = new Run(golden.Batch);
        run.Steps["time"] = golden.Timesteps;
        if (golden.Json.TryGetProperty("source_timesteps", out JsonElement source))
        {
            run.Steps["source"] = source.GetInt32();
        }

        SetLengths(run, golden, "lengths", "time");
        SetLengths(run, golden, "source_lengths", "source");
        SetLoss(run, golden);
        foreach (ParamOp param in graph.Sources<ParamOp>())
        {
            run.Parameters[param.Parameter] = golden[param.Parameter].ToDoubles();
        }

        foreach (NoiseOp noise in graph.Sources<NoiseOp>())
        {
            run.Noise[noise.Noise] = golden[golden.Has(noise.Noise) ? noise.Noise : "mask." + noise.Noise].ToDoubles();
        }

        foreach (InputOp input in graph.Sources<InputOp>())
        {
            run.Ports[input.Port] = golden.Has(input.Port) || !input.Port.StartsWith("init.", StringComparison.Ordinal)
                ? golden[input.Port].ToDoubles()
                : new double[golden.Batch * input.Infer([]).Size];
        }

        return run;
    }

    /// <summary>Steps <paramref name="from"/> to <paramref name="from"/> + <paramref name="count"/> of the input and the target.</summary>
    public static Run Chunk(GoldenCase golden, NetworkGraph graph, int from, int count)
    {
        Run run = Of(golden, graph);
        run.Steps["time"] = count;
        foreach (string port in new[] { "input", "target" })
        {
            run.Ports[port] = Steps(golden[port].ToDoubles(), golden.Batch, golden.Timesteps, from, count);
        }

        return run;
    }

    /// <summary>A range of the steps of [batch, steps, ...].</summary>
    public static double[] Steps(double[] sequence, int batch, int steps, int from, int count)
    {
        int size = sequence.Length / (batch * steps);
        return Enumerable.Range(0, batch)
            .SelectMany(row => sequence.AsSpan(((row * steps) + from) * size, count * size).ToArray())
            .ToArray();
    }

    private static void SetLengths(Run run, GoldenCase golden, string property, string axis)
    {
        if (golden.Json.TryGetProperty(property, out JsonElement tensor) && tensor.ValueKind == JsonValueKind.String)
        {
            run.Lengths[axis] = golden[tensor.GetString()!].ToIntegers();
        }
    }

    private static void SetLoss(Run run, GoldenCase golden)
    {
        JsonElement loss = golden.Json.GetProperty("loss");
        if (loss.GetProperty("mask").GetString() is { } mask)
        {
            run.StepMask = golden[mask].ToDoubles();
        }

        if (GoldenJson.Text(loss, "kind") == "ctc")
        {
            run.LossLengths = golden[GoldenJson.Text(loss, "input_lengths")].ToIntegers();
            run.Steps["labels"] = golden["target"].Shape[1];
            run.Lengths["labels"] = golden[GoldenJson.Text(loss, "target_lengths")].ToIntegers();
        }
    }
}
