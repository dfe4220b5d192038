// Writing by feeding outputs back, drawing tokens, and the likelihood of whole sequences.
using System;
using System.Linq;
using SeqGen.Kernels.V1;
using SeqGen.Tests.Support;
using Xunit;
using static SeqGen.Tests.Support.Errors;

namespace SeqGen.Tests;

[Collection(nameof(AllocationTests))]
public sealed class GeneratorTests
{
    private static readonly TinyOptions Texts = new() { Tokens = 4, Units = 4, Sequence = true, Loss = LossKind.SoftmaxCrossEntropy, Timesteps = 12 };
    private static readonly TinyOptions Series = new() { Features = 2, Units = 2, Sequence = true, Timesteps = 12 };

    [Fact]
    public void TokensAreFedBack()
    {
        TinyNetwork net = new(3, Texts);
        SequenceGenerator one = new(net.CreateStream(), new TokenSampler(net, seed: 1, temperature: 0));
        SequenceGenerator two = new(net.CreateStreams(2), new TokenSampler(net, seed: 1, temperature: 0));
        int[] text = new int[7], texts = new int[14];
        Assert.Equal(7, one.Generate([1, 3], text));
        two.Generate([1, 3, 2, 0], texts);
        Assert.Equal(text, texts[..7]);
        TinyStream stream = net.CreateStream();
        float[] y = new float[4];
        stream.Step(1, y);
        stream.Step(3, y);
        foreach (int token in text)
        {
            Assert.Equal(Array.IndexOf(y, y.Max()), token);
            stream.Step(token, y);
        }

        // A second call goes on, and an end token ends.
        int[] more = new int[3];
        one.Generate([], more);
        Assert.Equal(Array.IndexOf(y, y.Max()), more[0]);
        Assert.Equal(1, one.Generate([1], text, end: Next(net, more.Length)));
    }

    [Fact]
    public void NumbersAreFedBack()
    {
        TinyNetwork net = new(3, Series);
        SequenceGenerator one = new(net.CreateStream()), two = new(net.CreateStreams(2));
        float[] prompt = TestData.Random(6, 1), values = new float[8], both = new float[16], y = new float[2];
        one.Generate(prompt, values);
        two.Generate([.. prompt, .. prompt], both);
        TestData.Near(both[..8], values);
        TestData.Near(both[8..], values);
        TinyStream stream = net.CreateStream();
        for (int t = 0; t < 3; t++)
        {
            stream.Step(prompt.AsSpan(t * 2, 2), y);
        }

        for (int t = 0; t < 4; t++)
        {
            Assert.Equal(y, values[(t * 2)..((t * 2) + 2)]);
            stream.Step((float[])y.Clone(), y);
        }
    }

    [Fact]
    public void GeneratorsAreChecked()
    {
        TinyNetwork texts = new(3, Texts), series = new(3, Series);
        Says<InvalidOperationException>("give a prompt first", () => new SequenceGenerator(series.CreateStream()).Generate([], new float[2]));
        Says<ArgumentNullException>("pass a TokenSampler", () => new SequenceGenerator(texts.CreateStream()));
        Says<NotSupportedException>("takes 3 numbers and gives 2 outputs", () => new SequenceGenerator(new TinyNetwork().CreateStream()));
        Says<ArgumentException>("multiple of 2 values, 3 were given", () => new SequenceGenerator(series.CreateStream()).Generate(new float[3], new float[2]));
        Says<NotSupportedException>("takes tokens", () => new SequenceGenerator(texts.CreateStream(), new TokenSampler(texts, 1)).Generate(new float[3], new float[2]));
        Says<ArgumentOutOfRangeException>("temperature must be finite and 0 or more", () => new TokenSampler(texts, 1, double.NaN));
        Says<ArgumentException>("draws from 4 classes, 3 outputs", () => new TokenSampler(texts, 1).Next(new float[3]));
        SequenceGenerator generator = new(texts.CreateStream(), new TokenSampler(texts, 1, top: 2));
        SequenceGenerator values = new(series.CreateStreams(2));
        int[] prompt = [1], text = new int[5];
        float[] start = new float[4], y = new float[8];
        AllocationTests.AllocatesNothing(() =>
        {
            generator.Generate(prompt, text);
            values.Generate(start, y);
        });
    }

    [Theory]
    [InlineData(1.0, 0)]
    [InlineData(0.5, 0)]
    [InlineData(1.0, 2)]
    public void TokensAreDrawnByTheirProbabilities(double temperature, int top)
    {
        TinyNetwork net = new(3, Texts);
        float[] logits = [0.5f, -1f, 1f, 0.2f];
        TokenSampler sampler = new(net, 5, temperature, top), again = new(net, 5, temperature, top);
        int[] counts = new int[4];
        for (int i = 0; i < 20000; i++)
        {
            int token = sampler.Next(logits);
            Assert.Equal(token, again.Next(logits));
            counts[token]++;
        }

        double[] weights = logits.Select((l, i) => top == 2 && i is 1 or 3 && top == 2 ? 0 : Math.Exp(l / temperature)).ToArray();
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(weights[i] / weights.Sum(), counts[i] / 20000d, 0.02);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TheLikelihoodOfATextIsTheSumOverItsSteps(bool timeMajor)
    {
        TinyNetwork net = new(3, Texts with { TimeMajor = timeMajor });
        int[] tokens = TestData.RandomInts(3 * 8, 4, 2), lengths = [8, 2, 5];
        double[] results = new double[3];
        Workspace ws = net.CreateWorkspace(3, 7, training: false);
        SequenceLikelihood.OfTokens(ws, tokens, results, lengths);
        float[] y = new float[4];
        for (int b = 0; b < 3; b++)
        {
            double expected = 0;
            TinyStream stream = net.CreateStream();
            for (int t = 0; t + 1 < lengths[b]; t++)
            {
                stream.Step(tokens[(b * 8) + t], y);
                expected += y[tokens[(b * 8) + t + 1]] - Math.Log(y.Sum(v => Math.Exp(v)));
            }

            Assert.Equal(expected, results[b], 1e-5);
            Assert.Equal(expected, SequenceLikelihood.OfTokens(ws, tokens.AsSpan(b * 8, lengths[b])), 1e-5);
        }

        Says<NotSupportedException>("does not give the next values", () => SequenceLikelihood.OfValues(ws, new float[4], 1));
        Says<ArgumentException>("at least two steps", () => SequenceLikelihood.OfTokens(ws, [1]));
        Says<ArgumentOutOfRangeException>("Sequence 1 has length 9; it must be 2 (the second step is the first that is predicted) to 8", () => SequenceLikelihood.OfTokens(ws, tokens, results, [8, 9, 5]));
        Says<ArgumentOutOfRangeException>("Sequence 2 has length 1; it must be 2", () => SequenceLikelihood.OfTokens(ws, tokens, results, [8, 2, 1]));
        Says<ArgumentException>("room for 3 results, and 2 lengths were given", () => SequenceLikelihood.OfTokens(ws, tokens, results, [8, 2]));
        Says<NotSupportedException>("needs an output for every step", () => SequenceLikelihood.OfTokens(new TinyNetwork().CreateWorkspace(1), [1, 2]));
    }

    [Fact]
    public void TheDensityOfASeriesIsThatOfItsErrors()
    {
        TinyNetwork net = new(3, Series);
        float[] values = TestData.Random(12, 4), y = new float[2];
        TinyStream stream = net.CreateStream();
        double expected = 0;
        for (int t = 0; t < 5; t++)
        {
            stream.Step(values.AsSpan(t * 2, 2), y);
            for (int j = 0; j < 2; j++)
            {
                double error = values[((t + 1) * 2) + j] - y[j];
                expected += -(error * error / (2 * 0.49)) - Math.Log(0.7 * Math.Sqrt(2 * Math.PI));
            }
        }

        Assert.Equal(expected, SequenceLikelihood.OfValues(net.CreateWorkspace(1, 12), values, 0.7), 1e-4);
    }

    private static int Next(TinyNetwork net, int more)
    {
        // What a fresh look at the same states would write after a 1.
        TinyStream stream = net.CreateStream();
        float[] y = new float[4];
        stream.Step(1, y);
        stream.Step(3, y);
        for (int i = 0; i < 7 + more; i++)
        {
            stream.Step(Array.IndexOf(y, y.Max()), y);
        }

        stream.Step(1, y);
        return Array.IndexOf(y, y.Max());
    }
}
