// The running statistics of batch normalizations: what batches have shown since the last update of the parameters, and how it enters them.
// Knows the law of the moving mean; refuses to know passes and optimizers.
using System;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>What the next update of the parameters does to running statistics: <c>r = stays r + adds</c>, of all batches of a workspace since the last one in their order.</summary>
/// <remarks>It belongs to a workspace as its gradients do: parameters do not change between a pass forward and its way back, and a batch whose update is not made leaves nothing.</remarks>
internal sealed class RunningStatistics
{
    private readonly Move[] _moves;

    private RunningStatistics(NetworkPlan plan) => _moves = Array.ConvertAll(plan.Norms, n => new Move(plan, n));

    /// <summary>Whether there is anything.</summary>
    public bool Any { get; private set; }

    /// <summary>Features of each normalization.</summary>
    public static int[] Widths(NetworkPlan plan) => Array.ConvertAll(plan.Norms, n => Array.Find(plan.Parameters, p => p.Name == n.Mean)!.Units);

    /// <summary>Bytes for a normalization.</summary>
    public static long BytesOf(int width) => 2L * sizeof(double) * width;

    /// <summary>Those of a network; null where it has none.</summary>
    public static RunningStatistics? Of(NetworkPlan plan) => plan.Norms.Length == 0 ? null : new RunningStatistics(plan);

    /// <summary>Adds what a training step has seen.</summary>
    public void Add(BatchStatistics batch)
    {
        for (int i = 0; i < _moves.Length; i++)
        {
            if (batch.Norms[i].IsOfBatch)
            {
                _moves[i].Add(batch.Norms[i]);
                Any = true;
            }
        }
    }

    /// <summary>Moves the parameters that hold running statistics, and begins anew.</summary>
    public void Apply(Span<float> master)
    {
        foreach (Move move in _moves)
        {
            move.Apply(master);
        }

        Forget();
    }

    /// <summary>Drops what has been added.</summary>
    public void Forget()
    {
        if (Any)
        {
            Array.ForEach(_moves, static m => m.Forget());
            Any = false;
        }
    }

    private sealed class Move
    {
        private readonly int _meanAt, _varianceAt;
        private readonly double _momentum;
        private readonly double[] _means, _variances;
        private double _stays = 1;

        public Move(NetworkPlan plan, BatchNormPlan norm)
        {
            ParameterPlan mean = Array.Find(plan.Parameters, p => p.Name == norm.Mean)!;
            (_meanAt, _varianceAt, _momentum) = (mean.Offset, Array.Find(plan.Parameters, p => p.Name == norm.Variance)!.Offset, norm.Momentum);
            (_means, _variances) = (new double[mean.Units], new double[mean.Units]);
        }

        public void Add(NormStatistics batch)
        {
            double keeps = 1 - _momentum, unbiased = _momentum * batch.Total / (batch.Total - 1);
            _stays *= keeps;
            for (int i = 0; i < _means.Length; i++)
            {
                _means[i] = (keeps * _means[i]) + (_momentum * batch.BatchMeans[i]);
                _variances[i] = (keeps * _variances[i]) + (unbiased * batch.BatchVariances[i]);
            }
        }

        public void Apply(Span<float> master)
        {
            for (int i = 0; i < _means.Length; i++)
            {
                ref float mean = ref master[_meanAt + i], variance = ref master[_varianceAt + i];
                (mean, variance) = ((float)((_stays * mean) + _means[i]), (float)((_stays * variance) + _variances[i]));
            }
        }

        public void Forget()
        {
            _stays = 1;
            Array.Clear(_means);
            Array.Clear(_variances);
        }
    }
}
