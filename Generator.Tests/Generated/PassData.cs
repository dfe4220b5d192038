// What one pass over a batch is given, sequence by sequence: [batch, time, ...] whatever the network's own order is.
// Knows how to cut steps and rows out of it; refuses to know networks.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Kernels.V1;

namespace SeqGen.Generator.Tests.Generated;

/// <summary>What the loss of one head needs; fields as in <see cref="PassData"/>.</summary>
internal sealed record HeadData(float[] Target, int[] Classes, float[] OutputGradient, float[] Mask)
{
    /// <summary>What a CTC loss is to find: see <see cref="PassData.Labels"/>.</summary>
    public int[] Labels { get; init; } = [];

    public int[] LabelLengths { get; init; } = [];

    /// <summary>Some sequences of the batch.</summary>
    public HeadData Rows(int[] rows, int batch)
    {
        return new HeadData(Cut(Target), Cut(Classes), Cut(OutputGradient), Cut(Mask)) { Labels = Cut(Labels), LabelLengths = Cut(LabelLengths) };

        T[] Cut<T>(T[] values) => PassData.Cut(values, rows, batch);
    }
}

/// <summary>Empty arrays are not given.</summary>
internal sealed record PassData(int Batch, int Steps)
{
    public float[] Input { get; init; } = [];

    /// <summary>Steps of a decoder.</summary>
    public int TargetSteps { get; init; }

    /// <summary>What a decoder of numbers is fed, [batch, target steps, features].</summary>
    public float[] DecoderInput { get; init; } = [];

    /// <summary>What a decoder of tokens is fed, [batch, target steps].</summary>
    public int[] DecoderTokens { get; init; } = [];

    /// <summary>What a CTC loss is to find, [batch, longest], and how many of each row count.</summary>
    public int[] Labels { get; init; } = [];

    public int[] LabelLengths { get; init; } = [];

    /// <summary>Steps that count in CTC losses alone, of all heads.</summary>
    public int[] LossLengths { get; init; } = [];

    public int[] Tokens { get; init; } = [];

    public float[] Target { get; init; } = [];

    public int[] Classes { get; init; } = [];

    /// <summary>For networks without a loss.</summary>
    public float[] OutputGradient { get; init; } = [];

    public int[] Lengths { get; init; } = [];

    /// <summary>Where pieces begin inside of sequences, [batch, time].</summary>
    public bool[] Resets { get; init; } = [];

    /// <summary>What beginnings of states are drawn by that a user cannot give: those of the pieces after the first.</summary>
    public (ulong Seed, int FirstSample) Draws { get; init; }

    /// <summary>Lengths of what a decoder is fed.</summary>
    public int[] TargetLengths { get; init; } = [];

    public float[] Mask { get; init; } = [];

    /// <summary>What the heads after the first are to give, by name.</summary>
    public IReadOnlyDictionary<string, HeadData> Heads { get; init; } = new Dictionary<string, HeadData>();

    /// <summary>Whether target, classes, mask and output gradient have one entry a step.</summary>
    public bool TargetsAreSequences { get; init; } = true;

    /// <summary>Initial states by name, e.g. <c>lstm.h</c>; those not given are zero.</summary>
    public IReadOnlyDictionary<string, float[]> States { get; init; } = new Dictionary<string, float[]>();

    /// <summary>Gradients of final states by name; those not given are zero.</summary>
    public IReadOnlyDictionary<string, float[]> FinalGradients { get; init; } = new Dictionary<string, float[]>();

    /// <summary>Noise by name; noise that is not given is drawn.</summary>
    public IReadOnlyDictionary<string, float[]> Noise { get; init; } = new Dictionary<string, float[]>();

    /// <summary>Noise that belongs to parameters and has no rows.</summary>
    public IReadOnlySet<string> WholeNoise { get; init; } = new HashSet<string>();

    /// <summary>What the first head is to give.</summary>
    public HeadData First => new(Target, Classes, OutputGradient, Mask) { Labels = Labels, LabelLengths = LabelLengths };

    /// <summary>Steps along an axis of a network.</summary>
    public int StepsOf(NetworkPlan plan, int axis) => plan.Axes[axis] switch
    {
        { Source: >= 0 } derived => Math.Max(0, (StepsOf(plan, derived.Source) - derived.Trim) / derived.Stride),
        _ => axis == 0 ? Steps : TargetSteps,
    };

    /// <summary>A range of the steps; lengths and states stay as they are.</summary>
    public PassData Between(int from, int count)
    {
        return this with
        {
            Steps = count,
            Input = Cut(Input),
            Resets = Cut(Resets),
            Tokens = Cut(Tokens),
            Target = TargetsAreSequences ? Cut(Target) : Target,
            Classes = TargetsAreSequences ? Cut(Classes) : Classes,
            OutputGradient = TargetsAreSequences ? Cut(OutputGradient) : OutputGradient,
            Mask = TargetsAreSequences && Labels.Length == 0 ? Cut(Mask) : Mask,
            Noise = Noise.ToDictionary(n => n.Key, n => Cut(n.Value)),
        };

        T[] Cut<T>(T[] values)
        {
            int size = values.Length / (Batch * Steps);
            return Enumerable.Range(0, Batch).SelectMany(b => values.AsSpan(((b * Steps) + from) * size, count * size).ToArray()).ToArray();
        }
    }

    /// <summary>One sequence of the batch.</summary>
    public PassData Row(int row) => Rows([row]);

    /// <summary>One sequence of the batch, some times.</summary>
    public PassData Repeated(int row, int count) => Rows([.. Enumerable.Repeat(row, count)]);

    /// <summary>Some sequences of the batch.</summary>
    public PassData Rows(int[] rows)
    {
        return this with
        {
            Batch = rows.Length,
            Input = Cut(Input),
            DecoderInput = Cut(DecoderInput),
            DecoderTokens = Cut(DecoderTokens),
            Labels = Cut(Labels),
            LabelLengths = Cut(LabelLengths),
            LossLengths = Cut(LossLengths),
            Tokens = Cut(Tokens),
            Target = Cut(Target),
            Classes = Cut(Classes),
            OutputGradient = Cut(OutputGradient),
            Lengths = Cut(Lengths),
            Resets = Cut(Resets),
            TargetLengths = Cut(TargetLengths),
            Mask = Cut(Mask),
            Heads = Heads.ToDictionary(h => h.Key, h => h.Value.Rows(rows, Batch)),
            States = States.ToDictionary(s => s.Key, s => Cut(s.Value)),
            FinalGradients = FinalGradients.ToDictionary(s => s.Key, s => Cut(s.Value)),
            Noise = Noise.ToDictionary(n => n.Key, n => WholeNoise.Contains(n.Key) ? n.Value : Cut(n.Value)),
        };

        T[] Cut<T>(T[] values) => PassData.Cut(values, rows, Batch);
    }

    internal static T[] Cut<T>(T[] values, int[] rows, int batch) => [.. rows.SelectMany(row => values.AsSpan(values.Length / batch * row, values.Length / batch).ToArray())];
}
