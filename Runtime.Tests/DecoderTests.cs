// What an encoder-decoder writes: greedily, with beams against every text there is, and mixed with the truth while it is trained.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Kernels.V1;
using SeqGen.Tests.Support;
using Xunit;
using static SeqGen.Tests.Support.Errors;

namespace SeqGen.Tests;

[Collection(nameof(AllocationTests))]
public sealed class DecoderTests
{
    private const int Steps = 4;
    private const int End = 2;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void GreedyWritesTheLikeliestTokenAtEveryStep(bool timeMajor)
    {
        float[] x = TestData.Random(6 * 5, 9, 2), ordered = new float[30];
        int[] lengths = [5, 2, 3, 5, 4, 5], tokens = new int[6 * Steps], written = new int[6];
        for (int i = 0; i < 30; i++)
        {
            ordered[timeMajor ? (i % 5 * 6) + (i / 5) : i] = x[i];
        }

        HashSet<int> seen = [];
        for (ulong seed = 1; seed < 20; seed++)
        {
            TinyNetwork net = new(new PairProgram(timeMajor), seed);
            SequenceDecoder decoder = new(net, maxBatch: 6, maxSourceSteps: 5, maxTargetSteps: Steps);
            decoder.Greedy(ordered, 6, tokens, written);
            decoder.Greedy(ordered, 6, tokens, written, lengths);
            for (int b = 0; b < 6; b++)
            {
                int[] expected = Greedy(net, x.AsSpan(b * 5, lengths[b]));
                Assert.Equal(expected.Length, written[b]);
                Assert.Equal(expected, tokens.AsSpan(b * Steps, written[b]).ToArray());
                Assert.All(tokens.AsSpan(b * Steps, Steps)[written[b]..].ToArray(), t => Assert.Equal(End, t));
                seen.Add(written[b]);
            }
        }

        Assert.True(seen.Count > 1, "texts of several lengths");
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.0)]
    [InlineData(0.5)]
    public void ASearchOfManyBeamsFindsTheLikeliestTextOfAll(double penalty)
    {
        for (ulong seed = 1; seed <= 8; seed++)
        {
            TinyNetwork net = new(new PairProgram(), seed);
            SequenceDecoder decoder = new(net, maxBatch: 3, maxSourceSteps: 4, maxTargetSteps: Steps, beamWidth: 16) { LengthPenalty = penalty };
            float[] x = TestData.Random(12, seed, 1.5f);
            int[] tokens = new int[3 * Steps], lengths = new int[3];
            double[] scores = new double[3];
            decoder.Beam(x, 3, tokens, lengths, scores);
            for (int b = 0; b < 3; b++)
            {
                (double score, int[] text) = Texts(net, x.AsSpan(b * 4, 4).ToArray(), penalty).MaxBy(t => t.Score);
                Assert.Equal(score, scores[b], 1e-5);
                Assert.Equal(text, tokens.AsSpan(b * Steps, lengths[b]).ToArray());
            }
        }
    }

    [Fact]
    public void OneBeamMoreThanNoneFindsTextsAsLikelyOrLikelier()
    {
        TinyNetwork net = new(new PairProgram(), 5);
        float[] x = TestData.Random(16, 3, 1.5f);
        int[] tokens = new int[4 * Steps], lengths = new int[4];
        double[] two = new double[4], three = new double[4];
        new SequenceDecoder(net, 4, 4, Steps, beamWidth: 2).Beam(x, 4, tokens, lengths, two);
        new SequenceDecoder(net, 4, 4, Steps, beamWidth: 9).Beam(x, 4, tokens, lengths, three);
        Assert.All(two.Zip(three), p => Assert.True(p.First <= p.Second + 1e-9));
    }

    [Fact]
    public void DecodingAllocatesNothingAndIsChecked()
    {
        TinyNetwork net = new(new PairProgram(), 5);
        SequenceDecoder decoder = new(net, 2, 4, Steps, beamWidth: 3);
        float[] x = TestData.Random(8, 3);
        int[] tokens = new int[2 * Steps], lengths = new int[2], sourceLengths = [4, 2];
        double[] scores = new double[2];
        AllocationTests.AllocatesNothing(() =>
        {
            decoder.Greedy(x, 2, tokens, lengths, sourceLengths);
            decoder.Beam(x, 2, tokens, lengths, scores, sourceLengths);
        });
        Says<ArgumentOutOfRangeException>("created for 1 to 2 sources, 3 were given", () => decoder.Greedy(x, 3, tokens, lengths));
        Says<ArgumentException>("there is room for 3 and 2", () => decoder.Greedy(x, 2, new int[3], lengths));
        Says<NotSupportedException>("writes tokens: call Greedy or Beam", () => decoder.Generate(x, 2, 1, new float[6]));
        Says<NotSupportedException>("give sources as floats", () => decoder.Greedy(new int[8], 2, tokens, lengths));
        Says<ArgumentException>("multiple of 2 values, 7 were given", () => decoder.Greedy(x[..7], 2, tokens, lengths));
        Says<InvalidOperationException>("created with beamWidth: 1", () => new SequenceDecoder(net, 2, 4, Steps).Beam(x, 2, tokens, lengths));
        Says<NotSupportedException>("Tiny has no decoder", () => new SequenceDecoder(new TinyNetwork(), 1));
        Says<NotSupportedException>("create one of Pair with training: false", () => net.CreateWorkspace(1).ContinueDecoding());
        Says<NotSupportedException>("Tiny has no decoder", () => new TinyNetwork().CreateWorkspace(1).ContinueDecoding());
    }

    [Theory]
    [InlineData(0.0, 1)]
    [InlineData(0.5, 2)]
    [InlineData(1.0, 1)]
    public void AMixedInputIsTruthOrWhatTheDecoderGave(double ratio, int threads)
    {
        TinyNetwork net = new(new PairProgram(), 6);
        using ParallelWorkspace ws = new(net.Core, 40, 4, threads, true, threads, Steps);
        using ScheduledSampler sampler = new(ws, threads, threads);
        ws.Resize(40, 4, Steps);
        float[] x = TestData.Random(160, 3, 2);
        x.CopyTo(ws.Input);
        TestData.RandomInts(160, 3, 2).CopyTo(ws.TargetClasses);
        ws.ShiftTargets();
        int[] truth = ws.TokensOf("decoder_input").ToArray();
        sampler.Mix(ws, ratio, seed: 7);
        int[] mixed = ws.TokensOf("decoder_input").ToArray();
        int kept = 0;
        for (int b = 0; b < 40; b++)
        {
            double[] e = Linear.Encode(net, x.AsSpan(b * 4, 4))[^1];
            Assert.Equal(1, mixed[b * Steps]);
            for (int t = 1; t < Steps; t++)
            {
                double[] own = Linear.Decode(net, e, mixed.AsSpan(b * Steps, t))[^1];
                Assert.Contains(mixed[(b * Steps) + t], new[] { truth[(b * Steps) + t], Array.IndexOf(own, own.Max()) });
                kept += mixed[(b * Steps) + t] == truth[(b * Steps) + t] ? 1 : 0;
                if (ratio == 0)
                {
                    Assert.Equal(Array.IndexOf(own, own.Max()), mixed[(b * Steps) + t]);
                }
            }
        }

        Assert.InRange(kept / 120d, ratio == 1 ? 1 : 0.2, ratio == 0 ? 0.6 : ratio == 1 ? 1 : 0.9);
        ws.ShiftTargets();
        sampler.Mix(ws, ratio, seed: 7);
        Assert.Equal(mixed, ws.TokensOf("decoder_input").ToArray());
    }

    [Fact]
    public void AMixedInputFollowsFromTheStatesThatWereGiven()
    {
        const int batch = 12;
        bool differs = false;
        for (ulong seed = 1; seed <= 12; seed++)
        {
            TinyNetwork net = new(new PairProgram(), seed);
            using ParallelWorkspace ws = new(net.Core, batch, 4, 2, true, 2, Steps);
            using ScheduledSampler sampler = new(ws, 2, 2);
            Workspace alone = net.CreateWorkspace(batch, 4, training: false, 1);
            float[] x = TestData.Random(4 * batch, 3, 1), states = TestData.Random(PairProgram.Units * batch, 4, 9);
            int[] free = Mixed([]), given = Mixed(states);
            differs |= !free.AsSpan().SequenceEqual(given);
            alone.Resize(batch, 4, 1);
            alone.SetInitialState("encoder.h", states);
            x.CopyTo(alone.Input);
            for (int t = 0; t + 1 < Steps; t++)
            {
                for (int b = 0; b < batch; b++)
                {
                    alone.TokensOf("decoder_input")[b] = given[(b * Steps) + t];
                }

                if (t == 0)
                {
                    alone.Forward(ForwardMode.Inference);
                }
                else
                {
                    alone.ContinueDecoding();
                }

                float[] y = alone.Output.ToArray();
                Assert.Equal([.. y.Chunk(y.Length / batch).Select(own => Array.IndexOf(own, own.Max()))], Enumerable.Range(0, batch).Select(b => given[(b * Steps) + t + 1]));
            }

            int[] Mixed(float[] start)
            {
                ws.Resize(batch, 4, Steps);
                x.CopyTo(ws.Input);
                if (start.Length > 0)
                {
                    ws.SetInitialState("encoder.h", start);
                }

                TestData.RandomInts(batch * Steps, 3, 2).CopyTo(ws.TargetClasses);
                ws.ShiftTargets();
                sampler.Mix(ws, 0, seed: 7);
                return ws.TokensOf("decoder_input").ToArray();
            }
        }

        Assert.True(differs, "states matter");
    }

    [Fact]
    public void SchedulesFallAsTheirNamesSay()
    {
        Assert.Equal(1, TeacherForcing.Always.Ratio(new(100, 20, 10)));
        Assert.Equal([1, 0.75, 0.5, 0.5], new[] { 0d, 2, 4, 9 }.Select(e => TeacherForcing.Linear(1, 0.5, 4).Ratio(new((long)e, 1, 10))));
        Assert.Equal(0.5, TeacherForcing.Linear().Ratio(new(5, 1, 10)));
        Assert.Equal(Math.Pow(0.99, 20), TeacherForcing.Exponential(0.99).Ratio(new(20, 100, 1)), 1e-12);
        Assert.Equal(10 / (10 + Math.E), TeacherForcing.InverseSigmoid(10).Ratio(new(10, 100, 1)), 1e-12);
        Assert.Throws<ArgumentOutOfRangeException>(() => TeacherForcing.Linear(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => TeacherForcing.Exponential(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => TeacherForcing.InverseSigmoid(0.5));
    }

    [Fact]
    public void ATrainerFitsPairsWithHeadsAndAScheduleForTheDecoder()
    {
        TinyNetwork net = new(new PairProgram(), 6);
        float[] x = TestData.Random(40 * 5, 3), sums = new float[40 * 3], pairs = new float[40 * 5];
        int[] lengths = Enumerable.Range(0, 40).Select(i => 1 + (i % 5)).ToArray(), targets = TestData.RandomInts(40 * 3, 3, 3);
        for (int i = 0; i < 40; i++)
        {
            sums.AsSpan(i * 3, 3).Fill(0.5f * x[(i * 5) + lengths[i] - 1]);
        }

        SequenceData data = SequenceData.FromArrays(x, null, 5, lengths: lengths)
            .WithClasses(targets, steps: 3, lengths: Enumerable.Range(0, 40).Select(i => 1 + (i % 3)).ToArray())
            .WithTargets(sums, outputs: 3, head: "sum")
            .WithTargets(pairs, steps: 5, head: "pairs", mask: Enumerable.Repeat(1f, 200).ToArray());
        Trainer trainer = Trainer.For(net, new Adam(0.03f), new() { TeacherForcing = TeacherForcing.Linear(1, 0.2), BatchSize = 8, Threads = 1 });
        TrainingHistory history = trainer.Fit(data.Take(32), 15, data.Skip(32));
        Assert.True(history.Epochs[^1].Training.Loss < 0.8 * history.Epochs[0].Training.Loss, $"{history.Epochs[0]}\n{history.Last}");
        EvaluationResult result = trainer.Evaluate(data);
        Assert.Equal(["words", "sum", "pairs"], result.Heads.Keys.OrderDescending());
        Assert.NotNull(result.Heads["words"].Accuracy);
        Assert.NotNull(result.Heads["pairs"].MeanAbsoluteError);
        Assert.Equal(result.Heads.Values.Sum(h => h.Loss), result.Loss, 1e-9);
        Assert.Contains("words: loss", result.ToString(), StringComparison.Ordinal);
        Assert.Equal(120, trainer.Predict(data, "sum").Length);
        Assert.Equal(40 * 4, trainer.Predict(data, "pairs").Length);
        Says<ArgumentException>("use a SequenceDecoder", () => trainer.Predict(SequenceData.FromArrays(x, null, 5)));
        Says<NotSupportedException>("leave TeacherForcing out", () => Trainer.For(new TinyNetwork(), new Adam(), new() { TeacherForcing = TeacherForcing.Constant(0.5) }));
    }

    private static int[] Greedy(TinyNetwork net, ReadOnlySpan<float> x)
    {
        double[] e = Linear.Encode(net, x)[^1];
        List<int> fed = [1];
        for (int t = 0; t < Steps; t++)
        {
            double[] y = Linear.Decode(net, e, fed.ToArray())[^1];
            int token = Array.IndexOf(y, y.Max());
            if (token == End)
            {
                break;
            }

            fed.Add(token);
        }

        return fed.Skip(1).ToArray();
    }

    // Every text that ends within the steps.
    private static IEnumerable<(double Score, int[] Text)> Texts(TinyNetwork net, float[] x, double penalty)
    {
        double[] e = Linear.Encode(net, x)[^1];
        for (int length = 0; length < Steps; length++)
        {
            for (int code = 0; code < 1 << length; code++)
            {
                int[] text = Enumerable.Range(0, length).Select(t => (code >> t) & 1).ToArray();
                double[][] y = Linear.Decode(net, e, [1, .. text]);
                double sum = y.Select((row, t) => row[t < length ? text[t] : End] - Math.Log(row.Sum(Math.Exp))).Sum();
                yield return (sum / Math.Pow(length + 1, penalty), text);
            }
        }
    }
}
