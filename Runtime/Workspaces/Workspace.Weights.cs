// Which positions count in a loss, and how much: lengths, masks, ignored classes and class weights.
// Knows the whole batch; refuses to know losses' formulas.
using System;
using SeqGen.Kernels.V1;

namespace SeqGen;

public partial class Workspace
{
    /// <summary>Positions that the last <see cref="Loss"/> counted, of all heads together; sequences for a CTC loss.</summary>
    public int CountedPositions
    {
        get
        {
            int sum = 0;
            foreach (Head head in _heads)
            {
                sum += head.Counted;
            }

            return sum;
        }
    }

    /// <summary>The sum of the weights of those positions, of all heads together: what the mean is one over. It is their number where no mask and no class weighs them.</summary>
    public double CountedWeight
    {
        get
        {
            double sum = 0;
            foreach (Head head in _heads)
            {
                sum += head.WeightSum;
            }

            return sum;
        }
    }

    /// <summary>What the loss is of those of its positions: their mean, or the mean over sequences of the sum over steps. A CTC loss is the mean over sequences always.</summary>
    public LossReduction Reduction { get; set; }

    /// <summary>How many of the last steps count in losses that are one a step; 0 for all. Of windows that overlap only what is new counts.</summary>
    /// <exception cref="NotSupportedException">The network does not read sequences step by step, so that there are no last steps of its outputs; or its loss is one of whole sequences (CTC).</exception>
    public int LossSteps
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            if (value > 0)
            {
                StepChecks.RequireWindows(_plan, "which steps an output is of cannot be told. Mask what is not to count, SetMask.");
                StepChecks.RequireStepLosses(_plan);
            }

            field = value;
        }
    }

    /// <summary>The mean over the positions that count, whatever <see cref="Reduction"/> says.</summary>
    private double MeanOf(Head head) => Reduction == LossReduction.Mean || head.Kind == LossKind.Ctc || head.WeightSum == 0 ? head.Value : head.Value * Batch / head.WeightSum;

    /// <summary>What the sum of a head's losses is divided by.</summary>
    private double DivisorOf(Head head) => Reduction == LossReduction.Mean ? head.WeightSum : Batch;

    private bool IsBeforeLoss(int axis, int t) => LossSteps > 0 && axis >= 0 && t < _steps[axis] - LossSteps;

    /// <summary>The weight of a position in its head's loss, where its values have some the mean of theirs: 0 beyond a length and where the mask is 0.</summary>
    private double WeightOf(Head head, int b, int t)
    {
        int axis = head.Plan.Axis;
        if (t >= LengthOf(axis, b) || IsBeforeLoss(axis, t))
        {
            return 0;
        }

        int row = UserRow(axis, b, t);
        if (head.HasElements)
        {
            double sum = 0;
            foreach (float element in ElementsOf(head, row))
            {
                sum += element;
            }

            return sum / head.MaskSize;
        }

        float weight = head.HasMask ? head.Mask[row] : 1;
        if (weight == 0 || !head.WeighsClasses || head.Classes.Length == 0)
        {
            return weight;
        }

        LossPlan loss = head.Plan.Loss!;
        int target = head.Classes[row];
        return target == loss.IgnoredClass ? 0
            : loss.ClassWeights is { } weights && (uint)target < (uint)weights.Length ? Math.Min(float.MaxValue, weight * weights[target]) : weight;
    }

    /// <summary>The weights of a position's values.</summary>
    private static Span<float> ElementsOf(Head head, int row) => head.Elements.AsSpan(row * head.MaskSize, head.MaskSize);

    /// <summary>Counts positions and adds their weights up, for every head with a loss.</summary>
    private void SumWeights()
    {
        foreach (Head head in _heads)
        {
            int axis = head.Plan.Axis, counted = 0;
            double sum = 0;
            if (head.Kind is LossKind.None or LossKind.Ctc)
            {
                sum = counted = head.Kind == LossKind.None ? 0 : Batch;
                if (head.Kind == LossKind.Ctc && head.HasMask)
                {
                    (sum, counted) = (0, 0);
                    foreach (float weight in head.Mask.AsSpan(0, Batch))
                    {
                        sum += weight;
                        counted += weight != 0 ? 1 : 0;
                    }
                }
            }
            else if (!head.HasMask && !head.HasElements && !head.WeighsClasses && LossSteps == 0)
            {
                for (int b = 0; b < Batch; b++)
                {
                    counted += LengthOf(axis, b);
                }

                sum = counted;
            }
            else
            {
                for (int b = 0; b < Batch; b++)
                {
                    for (int t = 0; t < StepsOf(axis); t++)
                    {
                        double weight = WeightOf(head, b, t);
                        sum += weight;
                        counted += weight != 0 ? 1 : 0;
                    }
                }
            }

            (head.Counted, head.WeightSum) = (counted, sum);
        }
    }
}
