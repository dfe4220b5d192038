// The work of the networks that hold one layer: a training step, a step of a stream; and activations in a loop of their own.
// Knows the public surface of any network; refuses to know layers.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SeqGen.Kernels.V1;

namespace SeqGen.Benchmarks;

/// <summary>Forward in training mode, loss, backward with all weight gradients. The data stay in their place.</summary>
public sealed class LayerTraining : IWorkload
{
    private readonly Workspace _workspace;
    private double _loss;

    public LayerTraining(INetwork network)
    {
        const int Rows = LayerSizes.Batch * LayerSizes.Steps;
        _workspace = network.CreateWorkspace(LayerSizes.Batch);
        NetworkPlan plan = network.Core.Plan;
        if (plan.Inputs[0].Size > 0)
        {
            Lcg.Signal(Rows * plan.Inputs[0].Size).CopyTo(_workspace.Input);
        }
        else
        {
            Tokens(_workspace.Tokens);
        }

        switch (plan.Outputs[0].Loss?.Kind)
        {
            case LossKind.Ctc:
                int[] labels = new int[LayerSizes.Batch * LayerSizes.Labels], lengths = new int[LayerSizes.Batch];
                Tokens(labels);
                Array.Fill(lengths, LayerSizes.Labels);
                _workspace.SetLabels([.. labels.Select(l => 1 + (l % (LayerSizes.Units - 1)))], lengths);
                break;
            case LossKind.SoftmaxCrossEntropy:
                Tokens(_workspace.TargetClasses);
                _workspace.ShiftTargets();
                break;
            default:
                Lcg.Target(_workspace.Target.Length).CopyTo(_workspace.Target);
                break;
        }
    }

    public int StepsPerUnit => 1;

    public void Run(long units)
    {
        for (long i = 0; i < units; i++)
        {
            _workspace.ZeroGradients();
            _loss = _workspace.ForwardBackward();
        }
    }

    public double[] Check()
    {
        Run(1);
        return [_loss];
    }

    private static void Tokens(Span<int> tokens)
    {
        for (int i = 0; i < tokens.Length; i++)
        {
            tokens[i] = (int)((uint)(i * 2654435761u) >> 26) % LayerSizes.Tokens;
        }
    }
}

/// <summary>A step of a stream a call, through the class that all streams have in common.</summary>
public sealed class LayerStream(RecurrentStream stream, NetworkPlan plan) : IWorkload
{
    private readonly int _size = plan.InputSize;
    private readonly float[] _x = Lcg.Signal(Sizes.Signal * Math.Max(1, plan.InputSize));
    private readonly float[] _y = new float[plan.OutputSize];

    public int StepsPerUnit => 1;

    public void Run(long units)
    {
        for (long i = 0; i < units; i++)
        {
            int at = (int)(i % Sizes.Signal);
            if (_size > 0)
            {
                stream.Step(_x.AsSpan(at * _size, _size), _y);
            }
            else
            {
                stream.Step(at % LayerSizes.Tokens, _y);
            }
        }
    }

    public double[] Check()
    {
        stream.Reset();
        Run(Sizes.CheckSteps);
        return Values.Of(_y);
    }
}

/// <summary>An activation over 1,024 floats at the widest vectors; a time is of one element.</summary>
public sealed class Function : IWorkload
{
    private readonly AlignedBuffer _source = new(Sizes.Signal);
    private readonly AlignedBuffer _target = new(Sizes.Signal);
    private readonly Kind _kind;

    private Function(Kind kind)
    {
        _kind = kind;
        new Lcg(7).Take(Sizes.Signal, 4).CopyTo(_source.Span);
    }

    private enum Kind
    {
        Sigmoid,
        Tanh,
        Exp,
    }

    public int StepsPerUnit => Sizes.Signal;

    /// <summary>That of a name (sigmoid, tanh, exp), or null.</summary>
    public static Function? Named(string name) => Enum.TryParse(name, ignoreCase: true, out Kind kind) ? new(kind) : null;

    public void Run(long units)
    {
        for (long i = 0; i < units; i++)
        {
            if (Vector512.IsHardwareAccelerated)
            {
                Loop<V16>(_kind, ref _source.Origin, ref _target.Origin);
            }
            else
            {
                Loop<V8>(_kind, ref _source.Origin, ref _target.Origin);
            }
        }
    }

    public double[] Check() => [];

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Loop<T>(Kind kind, ref float source, ref float target)
        where T : unmanaged, IVec<T>
    {
        switch (kind)
        {
            case Kind.Sigmoid:
                for (nint i = 0; i < Sizes.Signal; i += T.Count)
                {
                    T.Store(ref target, i, T.Sigmoid(T.Load(ref source, i)));
                }

                break;
            case Kind.Tanh:
                for (nint i = 0; i < Sizes.Signal; i += T.Count)
                {
                    T.Store(ref target, i, T.Tanh(T.Load(ref source, i)));
                }

                break;
            default:
                for (nint i = 0; i < Sizes.Signal; i += T.Count)
                {
                    T.Store(ref target, i, T.Exp(T.Load(ref source, i)));
                }

                break;
        }
    }
}
