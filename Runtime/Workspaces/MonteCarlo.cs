// Prediction with dropout left on: mean and spread over repeated passes.
// Knows sums; refuses to know what is drawn.
// Y. Gal, Z. Ghahramani: Dropout as a Bayesian approximation: representing model uncertainty in deep learning. ICML 2016.
using System;

namespace SeqGen;

/// <summary>Monte-Carlo prediction: the network runs several times with other noise, and gives the mean and the standard deviation of its outputs.
/// Nothing but its construction allocates.</summary>
/// <remarks>The spread is the network's doubt: what it would have learnt otherwise from other data. It is not the noise of what is forecast: with much data it goes to zero, however noisy that is, and
/// mean and deviations do not hold the share of what comes that a normal distribution would. For intervals that do, see <see cref="T:SeqGen.SplitConformal"/>, or a head with quantiles.</remarks>
/// <example><code>
/// Workspace workspace = net.CreateWorkspace(maxBatch: 1);
/// MonteCarlo sampler = new(workspace);
/// x.CopyTo(workspace.Input);
/// sampler.Predict(samples: 100, mean, deviation);
/// </code></example>
public sealed class MonteCarlo
{
    private readonly Workspace _workspace;
    private readonly double[] _sums;
    private readonly double[] _squares;
    private readonly string _head;

    /// <summary>Prepares for the shapes that a workspace can have.</summary>
    /// <param name="workspace">A workspace for training (others draw no noise); its input, lengths and states are what is predicted from.</param>
    /// <param name="head">The head whose output is wanted; null for the first.</param>
    /// <exception cref="InvalidOperationException">The workspace is not one for training.</exception>
    public MonteCarlo(Workspace workspace, string? head = null)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        if (!workspace.IsTraining)
        {
            throw new InvalidOperationException(
                $"{workspace.Core.Plan.Name}: Monte-Carlo prediction needs a workspace for training, this one was created with training: false and draws no noise.");
        }

        _workspace = workspace;
        _head = head ?? workspace.HeadNames[0];
        int room = workspace.OutputRoom(_head);
        (_sums, _squares) = (new double[room], new double[room]);
    }

    /// <summary>Runs the network over the workspace's present input.</summary>
    /// <param name="samples">Passes, at least 1. The workspace's <see cref="Workspace.SampleOffset"/> moves on by Batch each.</param>
    /// <param name="mean">Receives the mean, user order, as the output.</param>
    /// <param name="deviation">Receives the standard deviation of the passes' outputs (divided by samples - 1); 0 for one pass. Empty if not wanted.</param>
    public void Predict(int samples, Span<float> mean, Span<float> deviation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(samples);
        int count = _workspace.OutputCount(_head);
        if (mean.Length != count || (deviation.Length != count && !deviation.IsEmpty))
        {
            throw new ArgumentException(
                $"{_workspace.Core.Plan.Name} gives {count} outputs here; there is room for {mean.Length} means and {deviation.Length} deviations.", nameof(mean));
        }

        Span<double> sums = _sums.AsSpan(0, count), squares = _squares.AsSpan(0, count);
        sums.Clear();
        squares.Clear();
        for (int s = 0; s < samples; s++)
        {
            Draw();
            ReadOnlySpan<float> y = _workspace.OutputOfHead(_head);
            for (int i = 0; i < count; i++)
            {
                // Welford, 1962: the mean so far, and the sum of squares around it.
                double difference = y[i] - sums[i];
                sums[i] += difference / (s + 1);
                squares[i] += difference * (y[i] - sums[i]);
            }

            _workspace.SampleOffset += _workspace.Batch;
        }

        for (int i = 0; i < count; i++)
        {
            mean[i] = (float)sums[i];
        }

        for (int i = 0; i < deviation.Length; i++)
        {
            deviation[i] = samples == 1 ? 0 : (float)Math.Sqrt(squares[i] / (samples - 1));
        }
    }

    /// <summary>A pass with noise. It is a prediction: a batch normalization has its running statistics, and what is beside a sequence does not matter.</summary>
    private void Draw()
    {
        bool before = _workspace.UsesRunningStatistics;
        _workspace.UsesRunningStatistics = true;
        try
        {
            _workspace.Forward(ForwardMode.Training);
        }
        finally
        {
            _workspace.UsesRunningStatistics = before;
        }
    }
}
