// CTC decoding against the enumeration of all paths on small cases, and what must hold on larger ones.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Kernels.V1;
using Xunit;

namespace SeqGen.Tests;

public sealed class CtcDecoderTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 40)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void AWideBeamFindsTheMostLikelyLabels(int seed)
    {
        int classes = 2 + (seed % 3), blank = seed % classes, steps = 1 + (seed % 6);
        float[] logits = Logits(steps, classes, 2, seed);
        Dictionary<string, double> all = Labelings(logits, classes, blank);
        CtcDecoder decoder = new(classes, blank, maxSteps: 8, beamWidth: all.Count);
        int[] labels = new int[steps];
        int length = decoder.BeamSearch(logits, labels, out double logProbability);
        KeyValuePair<string, double> best = all.MaxBy(p => p.Value);
        Assert.Equal(best.Key, string.Join(' ', labels[..length]));
        Assert.Equal(Math.Log(best.Value), logProbability, 1e-9);

        // The kernel of the loss agrees, and logarithms of probabilities are as good as logits.
        Assert.Equal(-logProbability, KernelLoss(logits, classes, blank, labels[..length]), 1e-5);
        float[] logs = new float[logits.Length];
        for (int i = 0; i < logits.Length; i++)
        {
            int first = i - (i % classes);
            logs[i] = logits[i] - (float)Math.Log(Enumerable.Range(first, classes).Sum(k => Math.Exp(logits[k])));
        }

        Assert.Equal(length, decoder.BeamSearch(logs, labels, out double again));
        Assert.Equal(logProbability, again, 1e-5);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void GreedyIsTheMostLikelyPath(int seed)
    {
        int classes = 2 + (seed % 4), blank = seed % classes, steps = 1 + (seed % 7);
        float[] logits = Logits(steps, classes, 2, seed);
        int[] labels = new int[steps];
        int length = new CtcDecoder(classes, blank, 8).Greedy(logits, labels, out double logProbability);
        double expected = 0;
        List<int> path = [];
        for (int t = 0; t < steps; t++)
        {
            float[] row = logits[(t * classes)..((t + 1) * classes)];
            path.Add(Array.IndexOf(row, row.Max()));
            expected += row.Max() - Math.Log(row.Sum(v => Math.Exp(v)));
        }

        Assert.Equal(path.Where((k, t) => k != blank && (t == 0 || path[t - 1] != k)), labels[..length]);
        Assert.Equal(expected, logProbability, 1e-9);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void BeamSearchIsNoWorseThanGreedy(int seed)
    {
        const int Steps = 60, Classes = 12;
        float[] logits = Logits(Steps, Classes, 3, seed);
        CtcDecoder decoder = new(Classes, 0, Steps, beamWidth: 32);
        int[] greedy = new int[Steps], beam = new int[Steps];
        int greedyLength = decoder.Greedy(logits, greedy, out double path), beamLength = decoder.BeamSearch(logits, beam, out double found);
        double exact = -KernelLoss(logits, Classes, 0, beam[..beamLength]);
        Assert.True(exact >= -KernelLoss(logits, Classes, 0, greedy[..greedyLength]) - 1e-4);
        Assert.True(found >= path);

        // What went through the beam is a part of all paths.
        Assert.True(found <= exact + 1e-4);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void ANarrowBeamIsThatOfADictionary(int seed)
    {
        int classes = 2 + (seed % 5), blank = seed % classes, width = 1 + (seed % 7), steps = 25;
        float[] logits = Logits(steps, classes, 2, seed);
        int[] labels = new int[steps];
        int length = new CtcDecoder(classes, blank, steps, width).BeamSearch(logits, labels, out double logProbability);
        (string expected, double probability) = Search(logits, classes, blank, width);
        Assert.Equal(expected, string.Concat(labels[..length]));
        Assert.Equal(Math.Log(probability), logProbability, 1e-9);
    }

    [Fact]
    public void ManyPathsTogetherBeatTheBestOne()
    {
        // Blanks are the most likely at every step, a label is still the most likely result (Graves 2012, figure 7.8).
        float[] logs = [MathF.Log(0.6f), MathF.Log(0.4f), MathF.Log(0.6f), MathF.Log(0.4f)];
        CtcDecoder decoder = new(2, 0, 2);
        int[] labels = new int[2];
        Assert.Equal(0, decoder.Greedy(logs, labels, out double path));
        Assert.Equal(Math.Log(0.36), path, 1e-6);
        Assert.Equal(1, decoder.BeamSearch(logs, labels, out double total));
        Assert.Equal(1, labels[0]);
        Assert.Equal(Math.Log(0.64), total, 1e-6);
    }

    [Fact]
    public void NoStepsNaNAndImpossibleClasses()
    {
        CtcDecoder decoder = new(3, 1, 4, 2);
        int[] labels = new int[4];
        Assert.Equal((0, 0), (decoder.Greedy([], labels, out double a), decoder.BeamSearch([], labels, out double b)));
        Assert.Equal((0.0, 0.0), (a, b));
        Assert.Equal((0, 0), (decoder.Greedy([1, 2, 3, 1, float.NaN, 3], labels, out a), decoder.BeamSearch([1, 2, 3, 1, float.NaN, 3], labels, out b)));
        Assert.True(double.IsNaN(a) && double.IsNaN(b));
        float[] certain = [0, float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity, 0];
        foreach (int length in new[] { decoder.Greedy(certain, labels, out a), decoder.BeamSearch(certain, labels, out b) })
        {
            Assert.Equal([0, 2], labels[..length]);
        }

        Assert.Equal((0.0, 0.0), (a, b));
    }

    [Fact]
    public void WhatDoesNotFitIsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new CtcDecoder(1, 0, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CtcDecoder(3, 3, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CtcDecoder(3, -1, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CtcDecoder(3, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CtcDecoder(3, 0, 5, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CtcDecoder(3, 0, 50000, 50000));
        CtcDecoder decoder = new(3, 0, 2);
        Assert.Throws<ArgumentException>(() => decoder.Greedy(new float[4], new int[2], out _));
        Assert.Throws<ArgumentException>(() => decoder.Greedy(new float[9], new int[3], out _));
        Assert.Throws<ArgumentException>(() => decoder.BeamSearch(new float[6], new int[1], out _));
    }

    [Fact]
    public void NothingIsAllocatedAndADecoderCanBeUsedAgain()
    {
        float[] logits = Logits(40, 8, 3, 1), other = Logits(25, 8, 3, 2);
        CtcDecoder decoder = new(8, 0, 40, 12), fresh = new(8, 0, 40, 12);
        int[] labels = new int[40], again = new int[40];
        decoder.BeamSearch(other, labels, out _);
        int length = decoder.BeamSearch(logits, labels, out double first);
        long before = GC.GetAllocatedBytesForCurrentThread();
        decoder.BeamSearch(logits, labels, out _);
        decoder.Greedy(logits, again, out _);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(length, fresh.BeamSearch(logits, again, out double second));
        Assert.Equal(first, second);
        Assert.Equal(labels[..length], again[..length]);
    }

    private static float[] Logits(int steps, int classes, float scale, int seed)
    {
        RandomSource random = new((ulong)seed);
        float[] logits = new float[steps * classes];
        for (int i = 0; i < logits.Length; i++)
        {
            logits[i] = random.NextUniform(-scale, scale);
        }

        return logits;
    }

    /// <summary>The probability of every sequence of labels, from all paths.</summary>
    private static Dictionary<string, double> Labelings(float[] logits, int classes, int blank)
    {
        int steps = logits.Length / classes;
        Dictionary<string, double> all = [];
        int[] path = new int[steps];
        for (int number = 0; number < (int)Math.Round(Math.Pow(classes, steps)); number++)
        {
            double probability = 1;
            for (int t = 0, rest = number; t < steps; t++, rest /= classes)
            {
                path[t] = rest % classes;
                probability *= Math.Exp(logits[(t * classes) + path[t]]) / Enumerable.Range(t * classes, classes).Sum(k => Math.Exp(logits[k]));
            }

            string key = string.Join(' ', path.Where((k, t) => k != blank && (t == 0 || path[t - 1] != k)));
            all[key] = all.GetValueOrDefault(key) + probability;
        }

        return all;
    }

    /// <summary>Prefix beam search as Hannun et al. 2014 write it down, in probabilities: those of a sequence ending with a blank, and with its last label.</summary>
    private static (string Labels, double Probability) Search(float[] logits, int classes, int blank, int width)
    {
        Dictionary<string, (double Blank, double Label)> beam = new() { [""] = (1, 0) };
        for (int first = 0; first < logits.Length; first += classes)
        {
            double[] p = Enumerable.Range(first, classes).Select(k => Math.Exp(logits[k])).ToArray();
            p = p.Select(v => v / p.Sum()).ToArray();
            Dictionary<string, (double Blank, double Label)> next = [];
            void Add(string labels, double withBlank, double withLabel)
            {
                (double a, double b) = next.GetValueOrDefault(labels);
                next[labels] = (a + withBlank, b + withLabel);
            }

            foreach ((string labels, (double withBlank, double withLabel)) in beam)
            {
                Add(labels, (withBlank + withLabel) * p[blank], 0);
                for (int k = 0; k < classes; k++)
                {
                    bool repeats = labels.EndsWith((char)('0' + k));
                    if (k != blank)
                    {
                        Add(labels + k, 0, (repeats ? withBlank : withBlank + withLabel) * p[k]);
                        Add(labels, 0, repeats ? withLabel * p[k] : 0);
                    }
                }
            }

            beam = next.OrderByDescending(e => e.Value.Blank + e.Value.Label).Take(width).ToDictionary();
        }

        (string best, (double x, double y)) = beam.MaxBy(e => e.Value.Blank + e.Value.Label);
        return (best, x + y);
    }

    private static double KernelLoss(float[] logits, int classes, int blank, int[] labels)
    {
        int steps = logits.Length / classes;
        AlignedBuffer y = new(steps * 16);
        for (int i = 0; i < logits.Length; i++)
        {
            y.Span[(i / classes * 16) + (i % classes)] = logits[i];
        }

        double[] scratch = new double[ConnectionistTemporal.ScratchLength(steps, labels.Length, classes)];
        return ConnectionistTemporal.Loss(ref y.Origin, 16, steps, 1, classes, blank, [], labels, labels.Length, [], scratch) * Math.Max(1, labels.Length);
    }
}
