// What the whole recurrent field promises beside numbers: two threads give what one gives, what lies beyond a length and other sequences'
// NaN have no influence, a decoder that writes by itself writes what it is fed, and a stream that cannot be is one error with the reason.
// Knows promises; refuses to know layers and references.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Tests.Harness;
using SeqGen.Kernels.V1;
using SeqGen.Testing;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

public class FieldBehaviourTests
{
    private const int Batch = 5;
    private const int Steps = 9;

    /// <summary>Every family at one size, and the encoder-decoders.</summary>
    public static TheoryData<string> Names => new(FieldStacks.Names.Where((_, i) => i % 2 == 0).Concat(EncoderDecoders.Names));

    public static TheoryData<string> Writers => new(EncoderDecoders.Names.Where((_, i) => EncoderDecoders.Sources[i].Contains("Start = ", StringComparison.Ordinal)));

    [Theory]
    [MemberData(nameof(Names))]
    public void Two_threads_give_what_one_gives_with_given_noise_and_drawn(string name)
    {
        INetwork network = FieldTests.Create(name);
        int target = network.Core.Plan.Inputs.Length > 1 ? 4 : 0;
        foreach (bool drawn in new[] { false, true })
        {
            PassData data = RandomData.Batch(network, Batch, Steps, seed: 3, lengths: true, targetSteps: target);
            data = drawn ? data with { Noise = new Dictionary<string, float[]>() } : data;
            Workspace one = network.CreateWorkspace(Batch, Steps, maxTargetSteps: target);
            using var two = new ParallelWorkspace(network, Batch, Steps, threads: 2, maxTargetSteps: target);
            (one.Seed, two.Seed) = (11, 11);
            Passes.Start(network, one, data);
            Passes.Start(network, two, data);
            PassResults expected = Passes.Train(network, one, data), got = Passes.Train(network, two, data);
            Closeness.Equal(expected.Loss, got.Loss, "loss");

            // What a sequence gives is the same bits; gradients are added up in another order.
            double largest = expected.Where(r => IsSum(network, r.Key)).Max(r => Closeness.Largest(Closeness.Doubles(r.Value)));
            foreach ((string result, float[] values) in expected)
            {
                if (IsSum(network, result))
                {
                    Closeness.Equal(Closeness.Doubles(values), got[result], result, largest);
                }
                else if (result.StartsWith("grad.", StringComparison.Ordinal))
                {
                    Closeness.Equal(values, got[result], result);
                }
                else
                {
                    Closeness.Same(values, got[result], result);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Nothing_beyond_a_length_has_influence_not_even_nan(string name)
    {
        INetwork network = FieldTests.Create(name);
        NetworkPlan plan = network.Core.Plan;
        int[] lengths = [6, 9, 7, 8, 6], targetLengths = plan.Inputs.Length > 1 ? [3, 1, 4, 2, 4] : [];
        PassData data = RandomData.Batch(network, Batch, Steps, seed: 2, lengths: true, targetSteps: 4) with { Lengths = lengths, TargetLengths = targetLengths };
        PassData spoiled = data with
        {
            Input = Spoil(data.Input, plan.InputSize, float.NaN, Steps, lengths),
            Tokens = Spoil(data.Tokens, 1, -5, Steps, lengths),
            DecoderInput = Spoil(data.DecoderInput, plan.Inputs[^1].Size, float.NaN, 4, targetLengths),
            DecoderTokens = Spoil(data.DecoderTokens, 1, 999, 4, targetLengths),
            Target = plan.Outputs[0].Axis == 0 ? Spoil(data.Target, plan.OutputSize, float.NaN, Steps, lengths) : data.Target,
            Classes = plan.Outputs[0].Axis == 0 ? Spoil(data.Classes, 1, 99, Steps, lengths) : data.Classes,
        };
        PassResults expected = Passes.Train(network, data), got = Passes.Train(network, spoiled);
        Assert.Equal(expected.Loss, got.Loss);
        foreach ((string result, float[] values) in expected)
        {
            Assert.DoesNotContain(values, float.IsNaN);
            Closeness.Same(values, got[result], result);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Nan_in_the_input_reaches_the_output_of_its_sequence_alone(string name)
    {
        INetwork network = FieldTests.Create(name);
        NetworkPlan plan = network.Core.Plan;
        PassData data = RandomData.Batch(network, 3, Steps, seed: 2, targetSteps: 4);
        if (plan.InputSize == 0)
        {
            return;
        }

        PassData spoiled = data with { Input = [.. data.Input] };
        spoiled.Input[(((1 * Steps) + 4) * plan.InputSize) + (plan.InputSize / 2)] = float.NaN;
        Check(Passes.Predict(network, data), Passes.Predict(network, spoiled), k => !IsSum(network, k));

        // A normalization over the batch is one of all its sequences: what is not a number in one is in all, until it runs with what it has gathered.
        if (plan.Norms.Length == 0)
        {
            Check(Passes.Train(network, data), Passes.Train(network, spoiled), k => !IsSum(network, k) && plan.Loss?.Kind != LossKind.Ctc);
        }

        static void Check(PassResults expected, PassResults got, Func<string, bool> isRowwise)
        {
            foreach ((string result, float[] values) in expected.Where(r => isRowwise(r.Key)))
            {
                int each = values.Length / 3;
                Closeness.Same(values.AsSpan(0, each), got[result].AsSpan(0, each), result + " of sequence 0");
                Closeness.Same(values.AsSpan(2 * each), got[result].AsSpan(2 * each), result + " of sequence 2");
            }

            Assert.Contains(got.Where(r => r.Key.StartsWith("output", StringComparison.Ordinal)).SelectMany(r => r.Value), float.IsNaN);
        }
    }

    [Theory]
    [MemberData(nameof(Writers))]
    public void A_decoder_writes_what_it_gives_when_it_is_fed_what_it_wrote(string name)
    {
        const int Most = 6;
        INetwork network = FieldTests.Create(name);
        NetworkPlan plan = network.Core.Plan;
        PassData data = RandomData.Batch(network, Batch, 7, seed: 4, lengths: true, targetSteps: Most) with { TargetLengths = [], States = new Dictionary<string, float[]>() };
        var decoder = new SequenceDecoder(network, Batch, 7, Most);
        int[] tokens = new int[Batch * Most], lengths = new int[Batch];
        decoder.Greedy(TimeMajor(plan, data.Tokens, 7), Batch, tokens, lengths, data.Lengths);
        int[] fed = [.. Enumerable.Range(0, Batch * Most).Select(i => i % Most == 0 ? plan.Decoder!.Start : tokens[i - 1])];
        float[] output = Passes.Predict(network, data with { DecoderTokens = fed })["output"];
        int classes = plan.OutputSize;
        for (int b = 0; b < Batch; b++)
        {
            for (int t = 0; t < Math.Min(Most, lengths[b] + 1); t++)
            {
                float[] step = output[(((b * Most) + t) * classes)..(((b * Most) + t + 1) * classes)];
                Assert.Equal(Array.IndexOf(step, step.Max()), tokens[(b * Most) + t]);
            }
        }
    }

    [Theory]
    [InlineData("[Network(Inputs = 3, Timesteps = 5)] [Gru(4, Direction = Direction.Backward)]", "[Gru] with Direction = Direction.Backward starts at the end of a sequence")]
    [InlineData("[Network(Inputs = 3, Timesteps = 5)] [Lstm(4)] [Rnn(4, Direction = Direction.Both)] [Dense(2)]", "[Rnn] with Direction = Direction.Both starts at the end of a sequence")]
    [InlineData("[Network(Inputs = 3, Timesteps = 5)] [SelfAttention(4)]", "[SelfAttention] looks at every step so far")]
    [InlineData("[Network(Inputs = 3, Timesteps = 5)] [Gru(4)] [AttentionPooling(4)]", "[AttentionPooling] weighs all steps of a sequence anew")]
    [InlineData("[Network(Timesteps = 5)] [Encoder(Inputs = 2)] [Gru(4)] [Decoder(Inputs = 3)] [Gru(4)]", "an encoder reads its whole sequence before the decoder writes")]
    public void Using_a_stream_that_cannot_be_is_one_error_with_the_reason(string attributes, string reason)
    {
        foreach (string use in new[] { "CreateStream()", "CreateStreams(2)" })
        {
            HarnessRun run = NetworkHarness.Run(attributes + " public partial class Net { public static object Use(Net net) => net." + use + "; }");
            Assert.Empty(run.SeqGen);
            ReportedDiagnostic error = Assert.Single(run.Compiler, d => d.Severity == "Error");
            Assert.Equal("CS0619", error.Id);
            Assert.Contains("Net cannot run as a stream. " + reason, error.Message, StringComparison.Ordinal);
        }
    }

    private static bool IsSum(INetwork network, string result) => network.Parameters.Any(p => "grad." + p.Name == result);

    private static T[] Spoil<T>(T[] values, int size, T by, int steps, int[] lengths) =>
        lengths.Length == 0 ? values : [.. values.Select((v, i) => i / size % steps < lengths[i / size / steps] ? v : by)];

    private static int[] TimeMajor(NetworkPlan plan, int[] tokens, int steps) =>
        plan.TimeMajor ? [.. Enumerable.Range(0, tokens.Length).Select(i => tokens[(i % Batch * steps) + (i / Batch)])] : tokens;
}
