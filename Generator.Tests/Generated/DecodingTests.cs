// Searches over generated decoders: what is written, and how likely it is, is what a pass fed with the same tokens says.
// Knows declarations; refuses to know how programs keep a decoder's states.
using System;
using System.Linq;
using SeqGen.Generator.Tests.Harness;
using SeqGen.Kernels.V1;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

public sealed class DecodingTests
{
    private const int Batch = 5, Source = 7, Target = 6, Tokens = 6, End = 5;

    private const string Declarations = """
        using SeqGen;
        [Network(Timesteps = 7)]
        [Encoder(Tokens = 9)] [Embedding(5)] [Gru(17)]
        [Decoder(Tokens = 6, Start = 0, End = 5, Timesteps = 6)] [Embedding(4)] [Gru(17)] [Dense(6)]
        [SoftmaxCrossEntropy]
        public partial class Plain;

        [Network(Timesteps = 7)]
        [Encoder(Tokens = 9)] [Embedding(5)] [Lstm(12)] [Lstm(8)]
        [Decoder(Tokens = 6, Start = 0, End = 5, Timesteps = 6)] [Embedding(4)] [Lstm(12)] [Lstm(8)] [Dense(6)]
        [SoftmaxCrossEntropy]
        public partial class Deep;

        [Network(Timesteps = 7)]
        [Encoder(Inputs = 2)] [Gru(12)]
        [Decoder(Tokens = 6, Start = 0, End = 5, Timesteps = 6)] [Embedding(4)] [BahdanauAttention(9)] [Gru(12)] [Dense(6)]
        [SoftmaxCrossEntropy]
        public partial class Attentive;

        [Network(Timesteps = 7, TimeMajor = true)]
        [Encoder(Tokens = 9)] [Embedding(5)] [Gru(12, Direction = Direction.Both)]
        [Decoder(Tokens = 6, Start = 0, End = 5, Timesteps = 6, Bridge = true)] [Embedding(4)] [Gru(10)] [Dense(6, Activation = Activation.Softmax)]
        [SoftmaxCrossEntropy]
        public partial class Bridged;

        [Network(Timesteps = 7)]
        [Encoder(Tokens = 9)] [Embedding(5)] [Lstm(12)]
        [Decoder(Tokens = 6, Start = 0, End = 5, Timesteps = 6)] [Embedding(4)] [Lstm(9, InitialState = InitialState.Zero)] [LuongAttention(5, Score = Score.General)] [Lstm(5, InitialState = InitialState.Learned)] [Dense(6)]
        [SoftmaxCrossEntropy]
        public partial class Own;
        """;

    [Theory]
    [InlineData("Plain")]
    [InlineData("Deep")]
    [InlineData("Attentive")]
    [InlineData("Bridged")]
    [InlineData("Own")]
    public void What_is_written_is_as_likely_as_a_pass_over_it_says(string name)
    {
        using LoadedNetworks loaded = NetworkHarness.Load([Declarations]);
        var network = (INetwork)loaded.Create(name, seed: 3);
        foreach (Parameter parameter in network.Parameters)
        {
            // Larger than initial values: texts of different lengths, and beams that change places.
            parameter.CopyFrom([.. parameter.ToArray().Select(v => 3 * v)]);
        }

        var random = new Random(5);
        int size = network.Core.Plan.InputSize;
        int[] sources = [.. Enumerable.Range(0, Batch * Source).Select(_ => random.Next(9))], lengths = [7, 3, 7, 1, 5];
        float[] numbers = RandomData.Uniform(random, Batch * Source * 2);
        int[] tokens = new int[Batch * Target], written = new int[Batch];
        double[] narrow = new double[Batch], wide = new double[Batch];
        SequenceDecoder greedy = new(network, Batch), two = new(network, Batch, beamWidth: 2), many = new(network, Batch, beamWidth: 12);
        Workspace check = network.CreateWorkspace(Batch, training: false);
        if (size > 0)
        {
            greedy.Greedy(numbers, Batch, tokens, written, lengths);
        }
        else
        {
            greedy.Greedy(sources, Batch, tokens, written, lengths);
        }

        double[][] likely = Check(out _);
        for (int b = 0; b < Batch; b++)
        {
            Assert.All(Enumerable.Range(0, Math.Min(Target, written[b] + 1)), t => Assert.Equal(0, likely[b][t], 1e-5));
        }

        Search(two, narrow);
        Search(many, wide);
        Assert.All(narrow.Zip(wide), p => Assert.True(p.First <= p.Second + 1e-6));

        void Search(SequenceDecoder decoder, double[] scores)
        {
            if (size > 0)
            {
                decoder.Beam(numbers, Batch, tokens, written, scores, lengths);
            }
            else
            {
                decoder.Beam(sources, Batch, tokens, written, scores, lengths);
            }

            Check(out double[] sums);
            for (int b = 0; b < Batch; b++)
            {
                Assert.Equal(sums[b] / Math.Min(Target, written[b] + 1), scores[b], 1e-4);
            }
        }

        // By text and step: how much less likely the token is than the likeliest; and the texts' log probabilities, their ends included.
        double[][] Check(out double[] sums)
        {
            check.Resize(Batch, Source, Target);
            check.SetLengths(lengths);
            if (size > 0)
            {
                numbers.CopyTo(check.Input);
            }
            else
            {
                sources.CopyTo(check.Tokens);
            }

            bool timeMajor = network.Core.Plan.TimeMajor;
            int Row(int b, int t) => timeMajor ? (t * Batch) + b : (b * Target) + t;
            for (int b = 0; b < Batch; b++)
            {
                for (int t = 0; t < Target; t++)
                {
                    check.TokensOf("decoder_input")[Row(b, t)] = t == 0 ? 0 : tokens[(b * Target) + t - 1];
                }
            }

            check.Forward(ForwardMode.Inference);
            double[][] behind = [.. Enumerable.Range(0, Batch).Select(_ => new double[Target])];
            sums = new double[Batch];
            for (int b = 0; b < Batch; b++)
            {
                for (int t = 0; t < Target; t++)
                {
                    double[] y = [.. check.Output.Slice(Row(b, t) * Tokens, Tokens).ToArray().Select(v => name == "Bridged" ? Math.Log(v) : v)];
                    int token = t < written[b] ? tokens[(b * Target) + t] : End;
                    behind[b][t] = y.Max() - y[token];
                    sums[b] += t <= written[b] ? y[token] - Math.Log(y.Sum(Math.Exp)) : 0;
                }
            }

            return behind;
        }
    }
}
