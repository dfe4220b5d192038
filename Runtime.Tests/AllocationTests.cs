// Nothing on a hot path allocates, on this thread or any other.
using System;
using SeqGen.Kernels.V1;
using SeqGen.Tests.Support;
using Xunit;

namespace SeqGen.Tests;

[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
[Collection(nameof(AllocationTests))]
public sealed class AllocationTests
{
    [Theory]
    [InlineData(LossKind.MeanSquaredError, 0)]
    [InlineData(LossKind.SoftmaxCrossEntropy, 9)]
    [InlineData(LossKind.BinaryCrossEntropy, 0)]
    public void ATrainingStepAllocatesNothing(LossKind loss, int tokens)
    {
        TinyNetwork net = new(1, new() { Loss = loss, Tokens = tokens, Keep = 0.5f, Sequence = true });
        Workspace ws = net.CreateWorkspace(4);
        Optimizer[] optimizers = [new Sgd(0.1f), new Sgd(0.1f, 0.9f, true), new Adam(), new AdamW()];
        GradientClipping[] clippings = [GradientClipping.None, GradientClipping.ByNorm(0.1f), GradientClipping.ByValue(0.1f)];
        float[] state = new float[8];
        int[] lengths = [3, 4, 1, 5];
        int round = 0;
        AllocatesNothing(() =>
        {
            ws.Resize(4, 5);
            ws.SetLengths(lengths);
            ws.SampleOffset += 4;
            ws.Forward((round & 1) == 0 ? ForwardMode.Training : ForwardMode.Inference);
            ws.Loss();
            ws.ZeroGradients();
            ws.Backward();
            _ = ws.Output.Length;
            ws.GetFinalState("rnn.h", state);
            ws.CarryState();
            clippings[round % 3].Apply(net.Parameters, ws.Gradients);
            optimizers[round++ % 4].Step(net.Parameters, ws.Gradients);
        });
    }

    /// <summary>Batches that a thread reads from disk, in the order that was foretold and in another.</summary>
    [Fact]
    public void ReadingBatchesAheadAllocatesNothing()
    {
        string path = System.IO.Path.GetTempFileName();
        try
        {
            System.IO.File.WriteAllBytes(path, new byte[4 * 4 * 300]);
            using SeriesFile file = SeriesFile.OpenRaw(path, 4);
            SequenceData data = SequenceData.Windows(file, new() { Timesteps = 5, Columns = 4, InputColumns = [0, 1, 3], TargetColumns = [2, 1] });
            using BatchReader reader = new(data, 8);
            using ParallelWorkspace ws = ParallelWorkspaceTests.Team(new TinyNetwork(1), 8, 1);
            int[] samples = [.. System.Linq.Enumerable.Range(0, 240)], places = [0, 1, 2, 3, 4, 5, 6, 7];
            int round = 0;
            AllocatesNothing(() =>
            {
                int at = round++ % 20 * 8;
                BatchFiller.Fill(reader.Take(samples.AsSpan(at, 8), samples.AsSpan(round % 7 == 0 ? 200 : at + 8, 8)), places, ws, targets: true);
                ws.ZeroGradients();
                ws.ForwardBackward();
            });
        }
        finally
        {
            System.IO.File.Delete(path);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void ATrainingStepOnSeveralThreadsAllocatesNothingOnAnyOfThem(int threads)
    {
        TinyNetwork net = new(1, new() { Keep = 0.5f, Sequence = true });
        using ParallelWorkspace ws = ParallelWorkspaceTests.Team(net, 4, threads);
        SequenceData data = SequenceData.FromArrays(new float[60], new float[40], 5, 3, 2, targetEveryStep: true, lengths: [5, 2, 3, 4], mask: new float[20]);
        Adam adam = new();
        GradientClipping[] clippings = [GradientClipping.None, GradientClipping.ByNorm(1e-9f), GradientClipping.ByValue(1e-9f)];
        int[] samples = [3, 1, 0, 2];
        int round = 0;
        AllocatesNothing(() =>
        {
            ws.Fill(data, samples.AsSpan(round % 3));
            ws.ZeroGradients();
            ws.ForwardBackward();
            ws.CarryState();
            ws.Forward(ForwardMode.Inference);
            ws.Loss();
            ws.Backward();
            _ = ws.Output.Length;
            clippings[round++ % 3].Apply(ws);
            adam.Step(ws);
        });
    }

    [Fact]
    public void FillingAWorkspaceAllocatesNothing()
    {
        Workspace ws = new TinyNetwork(1, new() { Sequence = true }).CreateWorkspace(2);
        SequenceData data = SequenceData.FromArrays(new float[60], new float[40], 5, 3, 2, targetEveryStep: true, lengths: [5, 2, 3, 4], mask: new float[20]);
        int[] samples = [3, 1];
        AllocatesNothing(() => ws.Fill(data, samples));
    }

    [Fact]
    public void StepsAndPredictionsAllocateNothing()
    {
        TinyNetwork net = new();
        TinyStream stream = net.CreateStream(), other = net.CreateStream();
        StreamBatch batch = net.CreateStreams(3);
        Workspace ws = net.CreateWorkspace(2, training: false);
        float[] x = new float[30], y = new float[6], state = new float[2];
        int[] rows = [2, 0, 1];
        AllocatesNothing(() =>
        {
            stream.Step(x.AsSpan(0, 3), y.AsSpan(0, 2));
            stream.Advance(x.AsSpan(0, 3));
            stream.SaveState(state);
            other.LoadState(state);
            other.CopyFrom(stream);
            stream.Reset();
            batch.Step(x.AsSpan(0, 9), y);
            batch.Advance(x.AsSpan(0, 9));
            batch.Permute(rows);
            batch.Reset(1);
            net.Core.Predict(x, y.AsSpan(0, 4), ws);
        });
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("options")]
    [InlineData("stateful")]
    public void EpochsAllocateForTheirResultsOnly(string kind)
    {
        TinyNetwork net = new(1, kind == "stateful" ? new() { Sequence = true, Units = 3 } : null);
        Trainer trainer = Trainer.For(net, new Adam(amsgrad: true) { Groups = kind == "plain" ? [] : [new("rnn.*") { RateFactor = 0.5f }] }, kind switch
        {
            "plain" => new() { BatchSize = 8 },
            "options" => new() { BatchSize = 8, AccumulatedBatches = 3, WeightAverage = 0.9, LearningRate = LearningRateSchedule.OneCycle().PerEpoch().WithWarmup(1) },
            _ => new() { BatchSize = 8, AccumulatedBatches = 3, Stateful = true, LearningRate = LearningRateSchedule.StepDecay(9).PerUpdate() },
        });
        SequenceData Of(int samples) => kind == "stateful" ? SequenceData.Windows(TestData.Random((samples + 1) * 15, 1), 5, features: 3, stride: 5, targetEveryStep: true) : TestData.Learnable(samples);
        SequenceData few = Of(16), many = Of(4096);
        long Allocated(SequenceData data, int epochs)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            trainer.Fit(data, epochs);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Allocated(many, 1);
        Allocated(few, 1);
        // Beyond the order of the samples (4 bytes each), 510 more batches cost nothing.
        Assert.InRange(Allocated(many, 1) - Allocated(few, 1), 0, (4 * 4096) + 256);
    }

    internal static void AllocatesNothing(Action action)
    {
        // Tiered compilation and other tests' threads may allocate beside: the least of several rounds counts.
        long thread = long.MaxValue, process = long.MaxValue;
        for (int round = 0; round < 12; round++)
        {
            long before = GC.GetTotalAllocatedBytes(true), mine = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 24; i++)
            {
                action();
            }

            thread = Math.Min(thread, GC.GetAllocatedBytesForCurrentThread() - mine);
            process = Math.Min(process, GC.GetTotalAllocatedBytes(true) - before);
        }

        Assert.Equal((0, 0), (thread, process));
    }
}
