// What a workspace keeps for every input and every head: the user's buffers for the whole batch.
// Knows sizes and names; refuses to know what is in the buffers and how it gets to the program's rows (WorkspacePart).
using System;
using System.Linq;
using SeqGen.Kernels.V1;

namespace SeqGen;

public partial class Workspace
{
    private readonly Port[] _ports;
    private readonly Head[] _heads;

    /// <summary>The inputs' names, in order: "input" first.</summary>
    public ReadOnlySpan<string> InputNames => _plan.InputNames;

    /// <summary>The heads' names, in order; "output" where there are none.</summary>
    public ReadOnlySpan<string> HeadNames => _plan.OutputNames;

    private Port PortOf(string name)
    {
        foreach (Port port in _ports)
        {
            if (port.Plan.Name == name)
            {
                return port;
            }
        }

        throw new ArgumentException($"{_plan.Name} has no input '{name}'. It has {string.Join(", ", _plan.Inputs.Select(p => p.Name))}.", nameof(name));
    }

    private Head HeadOf(string name)
    {
        foreach (Head head in _heads)
        {
            if (head.Plan.Name == name)
            {
                return head;
            }
        }

        throw new ArgumentException($"{_plan.Name} has no head '{name}'. It has {string.Join(", ", _plan.Outputs.Select(p => p.Name))}.", nameof(name));
    }

    /// <summary>One input.</summary>
    private sealed class Port(InputPort plan, int index, int maxRows, string network, Moments? moments)
    {
        public readonly InputPort Plan = plan;
        public readonly int Index = index;

        /// <summary>User order [rows, Size]; empty for tokens.</summary>
        public readonly float[] Values = plan.Size > 0 ? new float[WorkspaceSizes.Floats(plan.Size, maxRows, network)] : [];

        /// <summary>User order [rows]; empty for numbers.</summary>
        public readonly int[] Tokens = plan.TokenCount > 0 ? new int[maxRows] : [];

        /// <summary>The gradient in user order; null until it is asked for the first time.</summary>
        public float[]? Gradient;

        public bool GradientReady;

        /// <summary>Mean and scale of a decoder's input that the program normalizes.</summary>
        public readonly Moments? Moments = moments;
    }

    /// <summary>One output with its loss.</summary>
    private protected sealed class Head
    {
        public readonly OutputPort Plan;
        public readonly int Index;
        public readonly LossKind Kind;

        /// <summary>Mean and scale of the targets that the loss reads normalized; null where it reads them as they are.</summary>
        public readonly Moments? Moments;

        /// <summary>User order [rows, Size].</summary>
        public readonly float[] Output;

        /// <summary>The same for the gradient that a user gives; empty where there is a loss.</summary>
        public readonly float[] Gradient = [];

        /// <summary>User order [rows, TargetSize], for losses on values.</summary>
        public readonly float[] Target = [];

        /// <summary>User order [rows], for losses on classes.</summary>
        public readonly int[] Classes = [];

        /// <summary>Weights in user order [rows]; of a CTC loss, of sequences.</summary>
        public readonly float[] Mask;

        /// <summary>Weights of elements in user order [rows, MaskSize]; null until some are given for the first time.</summary>
        public float[]? Elements;

        /// <summary>Labels of the CTC loss, [Batch, LongestLabels], their lengths and the steps that count in it.</summary>
        public readonly int[] Labels = [];
        public readonly int[] LabelLengths = [];
        public readonly int[] LossLengths = [];
        public int LongestLabels;
        public bool HasLabels;
        public bool HasLossLengths;
        public bool HasMask;
        public bool HasElements;
        public bool OutputReady;

        /// <summary>Positions that the loss counts, and the sum of their weights, in the whole batch.</summary>
        public int Counted;
        public double WeightSum;

        /// <summary>The mean loss, without the declared weight.</summary>
        public double Value;

        public Head(OutputPort plan, int index, int maxBatch, int maxRows, bool training, string network, Moments? moments)
        {
            Moments = moments;
            (Plan, Index, Kind) = (plan, index, plan.Loss?.Kind ?? LossKind.None);
            int floats = WorkspaceSizes.Floats(plan.Size, maxRows, network);
            Output = new float[floats];
            Mask = new float[Kind == LossKind.Ctc ? maxBatch : maxRows];
            switch (Kind)
            {
                case LossKind.None:
                    Gradient = training ? new float[floats] : [];
                    break;
                case LossKind.SoftmaxCrossEntropy or LossKind.CustomOfClasses:
                    Classes = new int[maxRows];
                    break;
                case LossKind.Ctc:
                    Labels = new int[maxRows];
                    LabelLengths = new int[maxBatch];
                    LossLengths = new int[maxBatch];
                    break;
                default:
                    Target = new float[WorkspaceSizes.Floats(plan.TargetSize, maxRows, network)];
                    break;
            }
        }

        /// <summary>Whether positions count by their target's class.</summary>
        public bool WeighsClasses => Plan.Loss is { } loss && (loss.IgnoredClass is not null || loss.ClassWeights is not null);

        /// <summary>Numbers of a target that can have weights of their own.</summary>
        public int MaskSize => Target.Length > 0 ? Plan.TargetSize : 1;

        public void Forget() => (HasMask, HasElements, HasLabels, HasLossLengths) = (false, false, false, false);
    }
}
