// The targets that samples have for one head, and which of them count. Knows lengths, masks and steps that windows leave out; refuses to know what a loss makes of them.
using System;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>The targets of one head, position by position of its output.</summary>
internal readonly struct HeadTargets
{
    // Steps along the root of the head's axis, and whether there is a target for each of them where the output has fewer.
    private readonly int _given;
    private readonly bool _areOfInput;

    public HeadTargets(SequenceData data, NetworkPlan plan, int head, TargetBlock block)
    {
        (Data, Plan, Port, Block) = (data, plan, plan.Outputs[head], block);
        _given = Port.Axis < 0 ? 1 : AxisSteps.Root(plan, Port.Axis) == 0 ? data.Steps : DataChecks.TargetSteps(data, plan);
        Steps = Port.Axis < 0 ? 1 : AxisSteps.Of(plan, Port.Axis, _given);
        _areOfInput = block.Steps != Steps;
    }

    public SequenceData Data { get; }

    public NetworkPlan Plan { get; }

    public OutputPort Port { get; }

    public TargetBlock Block { get; }

    /// <summary>Outputs of a full sequence.</summary>
    public int Steps { get; }

    /// <summary>Outputs within a sample's length.</summary>
    public int StepsOf(int index) => Port.Axis < 0 ? 1 : AxisSteps.Of(Plan, Port.Axis, DataChecks.LengthOf(Data, Plan, Port.Axis, index, _given));

    /// <summary>Whether a position counts: by masks and the ignored class.</summary>
    public bool Counts(int index, int t) => Block.Counts(index, At(t))
        && (Block.Classes is null || Class(index, t) != Port.Loss!.IgnoredClass);

    /// <summary>Whether a value of a position that counts does so.</summary>
    public bool Counts(int index, int t, int value) => WeightOf(index, t, value) != 0;

    /// <summary>The weight of a value of a position.</summary>
    public float WeightOf(int index, int t, int value) => Block.WeightOf(index, At(t), value);

    public int Class(int index, int t) => Block.Classes![index][At(t)];

    public BlockSample<float> Values(int index, int t) => Block.Values![index].Slice(At(t) * Block.Size, Block.Size);

    public bool CountAny()
    {
        for (int i = 0; i < Data.Count; i++)
        {
            int index = Data.Index(i);
            if (Block.Labels is not null)
            {
                if (Block.MaskOf(index, 0, 0) != 0 && !(Port.Loss!.ZeroInfinity && IsTooLong(index)))
                {
                    return true;
                }

                continue;
            }

            for (int t = 0; t < StepsOf(index); t++)
            {
                bool isWeightless = Block.Classes is not null && Port.Loss!.ClassWeights is { } weights
                    && (uint)Class(index, t) < (uint)weights.Length && weights[Class(index, t)] == 0;
                if (Counts(index, t) && !isWeightless)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Outputs of a sample that a loss on labels reads.</summary>
    public int StepsRead(int index) => Block.LossLengths is { } lengths ? Math.Min(StepsOf(index), lengths[index]) : StepsOf(index);

    /// <summary>Whether a sample's labels take more steps than are read.</summary>
    public bool IsTooLong(int index) => ConnectionistTemporal.StepsOf(Block.Labels![index].Span[..Block.LabelLengths![index]]) > StepsRead(index);

    /// <summary>A position in words.</summary>
    public string Where(int t, int value = 0) => (Block.IsSequence ? $" at step {At(t)}" : "") + (Block.Size > 1 ? $", value {value}" : "")
        + (Plan.Outputs.Length > 1 ? $" of '{Port.Name}'" : "");

    /// <summary>The place in a sample's targets: that of the step which the output has come to, where convolutions leave steps out.</summary>
    private int At(int t) => _areOfInput ? AxisSteps.LastSeen(Plan, Port.Axis, t) : t;
}
