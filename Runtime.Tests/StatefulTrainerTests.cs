// Training, evaluating and predicting with states carried from window to window.
using System;
using System.Linq;
using SeqGen.Kernels.V1;
using SeqGen.Tests.Support;
using Xunit;

namespace SeqGen.Tests;

public sealed class StatefulTrainerTests
{
    private const int Steps = 5, Windows = 11, Rows = 3;
    private static readonly TinyOptions Options = new() { Sequence = true, Units = 3, Timesteps = Steps };
    private static readonly TinyOptions Noisy = Options with { Keep = 0.8f };

    /// <summary>Where the pieces of 11 windows begin, one a row: windows 0-3, 4-7 and 8-10.</summary>
    private static readonly int[] Starts = [0, 4, 8];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void AnEpochIsTheHandWrittenLoopOverPiecesSideBySide(int threads)
    {
        SequenceData data = Series();
        TinyNetwork trained = new(3, Noisy), own = new(3, Noisy);
        Trainer trainer = Create(trained, threads);
        TrainingHistory history = trainer.Fit(data, 2);

        Adam adam = new(0.01f);
        using ParallelWorkspace workspace = new(own.Core, Rows, Steps, threads, training: true, processors: 2);
        (double loss, int seen) = (0, 0);
        for (int epoch = 0; epoch < 2; epoch++)
        {
            loss = 0;
            for (int step = 0; step < 4; step++)
            {
                int[] samples = [.. Starts.Select(s => s + step).Take(step < 3 ? 3 : 2)];
                workspace.Fill(data, samples, keepStates: step > 0);
                workspace.SampleOffset = seen;
                seen += samples.Length;
                workspace.ZeroGradients();
                loss += workspace.ForwardBackward() * samples.Length / Windows;
                adam.Step(workspace);
                workspace.CarryState();
            }
        }

        Assert.Equal(own.Parameters.Values.ToArray(), trained.Parameters.Values.ToArray());
        Assert.Equal(loss, history.Last.Training.Loss, 1e-12);
        Assert.Equal(Windows * Steps, history.Last.Training.Positions);
    }

    [Fact]
    public void EvaluationAndPredictionReadTheSequenceInOnePiece()
    {
        SequenceData data = Series();
        TinyNetwork net = new(3, Noisy);
        Trainer trainer = Create(net, 1);
        TrainingHistory history = trainer.Fit(data, 1, validation: data);
        EvaluationResult result = trainer.Evaluate(data);
        Assert.Equal(result, history.Last.Validation);

        Workspace whole = net.CreateWorkspace(1, Windows * Steps);
        whole.Resize(1, Windows * Steps);
        for (int i = 0; i < Windows; i++)
        {
            data.Inputs![i].CopyTo(whole.Input[(i * Steps * 3)..]);
            data.Values![i].CopyTo(whole.Target[(i * Steps * 3)..]);
        }

        whole.Forward(ForwardMode.Inference);
        Assert.Equal(whole.Loss(), result.Loss, 1e-7);
        TestData.Near(whole.Output, trainer.Predict(data));

        float[] apart = Trainer.For(net, new Adam(), new() { BatchSize = 1 }).Predict(data);
        Assert.NotEqual(apart, trainer.Predict(data));
    }

    [Fact]
    public void FewerWindowsThanRowsAreTrainedEachAsAPieceOfItsOwn()
    {
        SequenceData data = Series().Take(2);
        TinyNetwork stateful = new(3, Options), plain = new(3, Options);
        Create(stateful, 1).Fit(data, 3);
        Trainer.For(plain, new Adam(0.01f), new() { BatchSize = Rows, Shuffle = false, Threads = 1 }).Fit(data, 3);
        Assert.Equal(plain.Parameters.Values.ToArray(), stateful.Parameters.Values.ToArray());
    }

    [Fact]
    public void WindowsThatDoNotFollowEachOtherAreAnErrorThatSaysWhatToDo()
    {
        Trainer trainer = Create(new TinyNetwork(3, Options), 1);
        SequenceData overlapping = SequenceData.Windows(TestData.Random(60, 1), Steps, features: 3, stride: 2, targetEveryStep: true);
        string message = Assert.Throws<ArgumentException>(() => trainer.Fit(overlapping, 1)).Message;
        Assert.Contains("these windows of 5 steps start every 2 steps: use a stride of 5", message, StringComparison.Ordinal);
        Assert.Contains("were shuffled", Assert.Throws<ArgumentException>(() => trainer.Evaluate(Series().Shuffle(1))).Message, StringComparison.Ordinal);
        Assert.Contains("were shuffled", Assert.Throws<ArgumentException>(() => trainer.Predict(Series().Shuffle(1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ANetworkThatReadsSequencesAsAWholeIsRefused() => Assert.Contains(
        "Pair reads sequences from their ends or as a whole",
        Assert.Throws<NotSupportedException>(() => Trainer.For(new TinyNetwork(new PairProgram()), new Adam(), new() { Stateful = true })).Message,
        StringComparison.Ordinal);

    private static Trainer Create(TinyNetwork net, int threads)
    {
        Trainer trainer = Trainer.For(net, new Adam(0.01f), new() { BatchSize = Rows, Stateful = true, Threads = threads });
        trainer.Processors = 2;
        return trainer;
    }

    /// <summary>The next row of a series at every step; three features, which are the targets too.</summary>
    private static SequenceData Series() =>
        SequenceData.Windows(TestData.Random(((Windows * Steps) + 1) * 3, 7), Steps, features: 3, stride: Steps, targetEveryStep: true);
}
