// The three kinds of work: steps of a stream, whole sequences, training steps.
// Knows the public surface of a generated network; refuses to know which network, and how time is taken.
using System.Runtime.CompilerServices;
using SeqGen.Kernels.V1;

namespace SeqGen.Benchmarks;

/// <summary>Something that can be done many times over.</summary>
public interface IWorkload
{
    /// <summary>Steps that a unit counts as: time is told a step.</summary>
    int StepsPerUnit { get; }

    /// <summary>Does it.</summary>
    void Run(long units);

    /// <summary>Numbers that every right implementation gives, within rounding.</summary>
    double[] Check();
}

/// <summary>A network's stream, by its own sealed type, so that a call is the one that a user's program makes.</summary>
public interface IStepper
{
    int Inputs { get; }

    int Outputs { get; }

    void Step(ReadOnlySpan<float> x, Span<float> y);

    void Reset();
}

/// <summary>One step a call; the input is one of 1,024 different vectors, the output is kept.</summary>
public sealed class Streaming<TStepper>(TStepper stepper) : IWorkload
    where TStepper : struct, IStepper
{
    private readonly float[] _x = Lcg.Signal(Sizes.Signal * stepper.Inputs);
    private readonly float[] _y = new float[Sizes.Signal * stepper.Outputs];
    private TStepper _stepper = stepper;

    public int StepsPerUnit => 1;

    public void Run(long units)
    {
        for (long done = 0; done < units; done += Sizes.Signal)
        {
            Pass((int)Math.Min(Sizes.Signal, units - done));
        }
    }

    public double[] Check()
    {
        _stepper.Reset();
        Pass(Sizes.CheckSteps);
        return Values.Of(_y.AsSpan((Sizes.CheckSteps - 1) * _stepper.Outputs, _stepper.Outputs));
    }

    // Optimized from its first call on: what is measured after the start of a process are the steps, not this loop.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Pass(int steps)
    {
        int inputs = _stepper.Inputs, outputs = _stepper.Outputs;
        ReadOnlySpan<float> x = _x;
        Span<float> y = _y;
        for (int i = 0; i < steps; i++)
        {
            _stepper.Step(x.Slice(i * inputs, inputs), y.Slice(i * outputs, outputs));
        }
    }
}

/// <summary>Whole sequences in one call, the output at every step.</summary>
public sealed class Sequences : IWorkload
{
    private readonly INetwork _network;
    private readonly Workspace _workspace;
    private readonly float[] _x;
    private readonly float[] _y;
    private readonly int _outputs;

    public Sequences(INetwork network, int batch)
    {
        _network = network;
        Lcg.Load(network.Parameters);
        _workspace = network.CreateWorkspace(batch, Sizes.Sequence, training: false);
        _outputs = network.Core.Plan.OutputSize;
        _x = Lcg.Signal(Sizes.Sequence * batch * network.Core.Plan.InputSize);
        _y = new float[Sizes.Sequence * batch * _outputs];
    }

    public int StepsPerUnit => Sizes.Sequence;

    // What a generated Predict forwards to.
    public void Run(long units)
    {
        for (long i = 0; i < units; i++)
        {
            _network.Core.Predict(_x, _y, _workspace);
        }
    }

    public double[] Check()
    {
        Run(1);
        return [.. Values.Of(_y.AsSpan(_y.Length - _outputs)), .. Values.Of(_y.AsSpan(0, _outputs)), _y.Average(v => Math.Abs((double)v))];
    }
}

/// <summary>Training steps up to the gradients, and the copies of weights that an update makes stale; with an optimizer where one is given.</summary>
public sealed class Training : IWorkload
{
    private readonly INetwork _network;
    private readonly Workspace _workspace;
    private readonly Optimizer? _optimizer;
    private readonly float[] _x;
    private readonly float[] _target;
    private double _loss;

    public Training(INetwork network, int batch, int threads = 1, Optimizer? optimizer = null)
    {
        _network = network;
        _optimizer = optimizer;
        Lcg.Load(network.Parameters);
        _workspace = threads == 1 ? network.CreateWorkspace(batch) : new ParallelWorkspace(network, batch, threads: threads);
        _x = Lcg.Signal(Sizes.Training * batch * network.Core.Plan.InputSize);
        _target = Lcg.Target(batch * network.Core.Plan.OutputSize);
        _optimizer?.Attach(network.Parameters);
    }

    public int StepsPerUnit => 1;

    public void Run(long units)
    {
        for (long i = 0; i < units; i++)
        {
            _x.CopyTo(_workspace.Input);
            _target.CopyTo(_workspace.Target);
            _workspace.ZeroGradients();
            _loss = _workspace.ForwardBackward();
            if (_optimizer is null)
            {
                _network.Core.PublishParameters();
            }
            else
            {
                _optimizer.Step(_workspace);
            }
        }
    }

    /// <summary>The loss, and the norms of all gradients but those of biases that are added to another (they are its equal, or nearly).</summary>
    public double[] Check()
    {
        Run(1);
        List<double> values = [_loss];
        foreach (Parameter parameter in _network.Parameters.Where(p => !p.Name.Contains("bias_hh", StringComparison.Ordinal)))
        {
            float[] gradient = new float[parameter.Count];
            parameter.CopyGradientTo(_workspace.Gradients, gradient);
            values.Add(Math.Sqrt(gradient.Sum(g => (double)g * g)));
        }

        return [.. values];
    }
}

internal static class Values
{
    public static double[] Of(ReadOnlySpan<float> values)
    {
        double[] all = new double[values.Length];
        for (int i = 0; i < all.Length; i++)
        {
            all[i] = values[i];
        }

        return all;
    }
}
