// A decoder that goes on step by step gives what one pass over all of its steps gives: every cell, attention and bridge, with one set of
// parameters and with a set a step. Decoders that cannot go on say so.
// Knows declarations; refuses to know how programs keep a decoder's states.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Tests.Harness;
using SeqGen.Kernels.V1;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

public sealed class ContinuedDecodingTests
{
    private const int Source = 5, Target = 6;

    // {0}: what follows in the layer's attribute.
    private static readonly (string Encoder, string Cell)[] _cells =
    [
        ("[Rnn(17)]", "[Rnn(17{0})]"),
        ("[Rnn(3, Activation = Activation.Relu)]", "[Rnn(3, Activation = Activation.Relu, Bias = false{0})]"),
        ("[Elman(5, 3)]", "[Elman(5, 3{0})]"),
        ("[Jordan(5, 4)]", "[Jordan(5, 4{0})]"),
        ("[Jordan(3, 2, Recurrent = true)]", "[Jordan(3, 2, Recurrent = true{0})]"),
        ("[Lstm(16)]", "[Lstm(16{0})]"),
        ("[Lstm(5)]", "[Lstm(5, Peephole = true{0})]"),
        ("[Lstm(7, Projection = 3)]", "[Lstm(7, Projection = 3{0})]"),
        ("[Gru(33)]", "[Gru(33{0})]"),
        ("[Gru(4)]", "[Gru(4, ResetAfter = false{0})]"),
        ("[Gru(1)] [Lstm(2)]", "[Gru(1{0})] [Lstm(2{0})]"),
    ];

    private static readonly (string Before, string After, string Bridge, string Layer)[] _forms =
    [
        ("", "", "", ""),
        ("", "", ", Bridge = true", ""),
        ("", "[LuongAttention(3)] ", "", ""),
        ("", "[LuongAttention(3, Score = Score.General)] ", ", Bridge = true", ""),
        ("[BahdanauAttention(4)] ", "", "", ""),
        ("", "[LuongAttention(3, Score = Score.General)] [Gru(3, InitialState = InitialState.Zero{0})] ", "", ", InitialState = InitialState.Zero"),
        ("", "[LuongAttention(3, Score = Score.General)] ", "", ", InitialState = InitialState.Learned"),
    ];

    private const string Untied = """
        using SeqGen;
        [Network(Timesteps = 5)] [Encoder(Inputs = 2)] [Gru(7)]
        [Decoder(Tokens = 6, Start = 0, End = 5, Timesteps = 4)] [Embedding(4)] [Gru(7, Tied = false)] [Dense(6)] [SoftmaxCrossEntropy] public partial class Writer;
        """;

    private static readonly Lazy<(LoadedNetworks Loaded, string[] Names)> _networks = new(Load);

    [Fact]
    public void Step_by_step_is_what_one_pass_says()
    {
        (LoadedNetworks loaded, string[] names) = _networks.Value;
        List<string> wrong = [];
        foreach (string name in names)
        {
            INetwork network = Variants.Create(loaded[name], seed: 3);
            Assert.Equal(name is not (EncoderDecoders.Space + "ValidEncoder" or EncoderDecoders.Space + "Causal"), network.Core.Plan.Inference.Continues);
            if (!network.Core.Plan.Inference.Continues)
            {
                continue;
            }

            foreach ((int batch, int chunk) in new[] { (1, 1), (5, 1), (3, 2) })
            {
                if (Difference(network, batch, chunk) is var difference and > 1e-5)
                {
                    wrong.Add($"{name}, batch {batch}, {chunk} steps a call: off by {difference:E1}");
                }
            }
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} are wrong:\n{string.Join("\n", wrong)}");
    }

    [Fact]
    public void Searches_over_untied_decoders_write_what_passes_say_is_likeliest()
    {
        using LoadedNetworks loaded = NetworkHarness.Load(Untied);
        INetwork network = Variants.Create(loaded["Writer"], seed: 3);
        SequenceDecoder greedy = new(network, 2), beams = new(network, 2, beamWidth: 3);
        Assert.Equal(4, greedy.MaxTargetSteps);
        int[] tokens = new int[8], lengths = new int[2];
        double[] scores = new double[2];
        Workspace check = network.CreateWorkspace(2, training: false);
        float[] source = RandomData.Uniform(new Random(1), 2 * Source * 2);
        for (int search = 0; search < 2; search++)
        {
            if (search == 0)
            {
                greedy.Greedy(source, 2, tokens, lengths);
            }
            else
            {
                beams.Beam(source, 2, tokens, lengths, scores);
            }

            check.Resize(2, Source, 4);
            source.CopyTo(check.Input);
            for (int i = 0; i < 8; i++)
            {
                check.TokensOf("decoder_input")[i] = i % 4 == 0 ? 0 : tokens[i - 1];
            }

            check.Forward(ForwardMode.Inference);
            for (int b = 0; b < 2; b++)
            {
                double sum = 0;
                for (int t = 0; t < Math.Min(4, lengths[b] + 1); t++)
                {
                    double[] y = [.. check.Output.Slice(((b * 4) + t) * 6, 6).ToArray().Select(v => (double)v)];
                    int token = t < lengths[b] ? tokens[(b * 4) + t] : 5;
                    sum += y[token] - Math.Log(y.Sum(Math.Exp));
                    Assert.True(search == 1 || y[token] >= y.Max() - 1e-5, $"text {b}, step {t}");
                }

                Assert.True(search == 0 || Math.Abs((sum / Math.Min(4, lengths[b] + 1)) - scores[b]) < 1e-4, $"text {b}");
            }
        }
    }

    [Fact]
    public void More_steps_than_there_are_parameters_for_are_refused()
    {
        using LoadedNetworks loaded = NetworkHarness.Load(Untied);
        INetwork network = Variants.Create(loaded["Writer"], seed: 3);
        Assert.Contains("each of 4 steps", Assert.Throws<ArgumentOutOfRangeException>(() => new SequenceDecoder(network, 1, maxTargetSteps: 5)).Message, StringComparison.Ordinal);
        Assert.Contains("each of 4 steps", Assert.Throws<ArgumentOutOfRangeException>(() => network.CreateWorkspace(1, maxTargetSteps: 5)).Message, StringComparison.Ordinal);
        Workspace workspace = network.CreateWorkspace(1, training: false, maxTargetSteps: 2);
        for (int pass = 0; pass < 2; pass++)
        {
            workspace.Resize(1, Source, 2);
            workspace.Forward(ForwardMode.Inference);
            workspace.ContinueDecoding();
            Assert.Contains("for each of 4 steps, and 6 would be done", Assert.Throws<InvalidOperationException>(workspace.ContinueDecoding).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("[Tdnn(4, 2)] [Gru(4)]")]
    [InlineData("[Gru(4)] [Autoregressive(2)]")]
    [InlineData("[Gru(4)] [SelfAttention(4)]")]
    [InlineData("[Gru(4)] [Gru(4, Direction = Direction.Both, InitialState = InitialState.Zero)]")]
    public void Decoders_that_need_more_than_states_do_not_go_on_and_say_so(string layers)
    {
        // Of numbers nothing says that it is to write by itself, so it learns and predicts; of tokens Start and End do.
        using LoadedNetworks loaded = NetworkHarness.Load(
            $"[Network(Timesteps = 5)] [Encoder(Inputs = 2)] [Gru(4)] [Gru(4)] [Decoder(Inputs = 2)] {layers.Replace("[Tdnn(4, 2)] [Gru(4)]", "[Tdnn(4, 2)] [Gru(4)] [Gru(4)]", StringComparison.Ordinal)} [Dense(2)] [MeanSquaredError] public partial class Numbers;");
        INetwork network = Variants.Create(loaded["Numbers"], seed: 3);
        Assert.Contains("The decoder of Numbers cannot go on from where it was", Assert.Throws<NotSupportedException>(() => new SequenceDecoder(network, 1)).Message, StringComparison.Ordinal);
        Workspace workspace = network.CreateWorkspace(1, training: false);
        workspace.Forward(ForwardMode.Inference);
        Assert.Contains("cannot go on from where it was", Assert.Throws<NotSupportedException>(workspace.ContinueDecoding).Message, StringComparison.Ordinal);
        Assert.Contains(NetworkHarness.Run(
            $"[Network(Timesteps = 5)] [Encoder(Inputs = 2)] [Gru(4)] [Gru(4)] [Decoder(Tokens = 6, Start = 0, End = 5)] [Embedding(3)] {layers} [Dense(6)] [SoftmaxCrossEntropy] public partial class Writer;").SeqGen, d => d.Id == "SEQ0138");
    }

    /// <summary>The largest difference of outputs, relative to the largest output.</summary>
    private static double Difference(INetwork network, int batch, int chunk)
    {
        NetworkPlan plan = network.Core.Plan;
        PassData data = RandomData.Batch(network, batch, Source, seed: 5, lengths: batch == 5, targetSteps: Target) with { States = new Dictionary<string, float[]>(), TargetLengths = [] };
        float[] whole = Passes.Predict(network, data)["output"];
        Workspace workspace = network.CreateWorkspace(batch, Source, training: false, maxTargetSteps: chunk);
        workspace.SetLengths(data.Lengths);
        for (int row = 0; row < batch * Source; row++)
        {
            int to = plan.TimeMajor ? (row % Source * batch) + (row / Source) : row;
            if (plan.InputSize > 0)
            {
                data.Input.AsSpan(row * plan.InputSize, plan.InputSize).CopyTo(workspace.Input[(to * plan.InputSize)..]);
            }
            else
            {
                workspace.Tokens[to] = data.Tokens[row];
            }
        }

        int width = plan.OutputSize, fed = Math.Max(1, plan.Inputs[1].Size);
        double largest = 0, difference = 0;
        for (int t = 0; t < Target; t += chunk)
        {
            for (int b = 0; b < batch; b++)
            {
                for (int s = 0; s < chunk; s++)
                {
                    int from = (b * Target) + t + s, to = plan.TimeMajor ? (s * batch) + b : (b * chunk) + s;
                    if (plan.Inputs[1].Size > 0)
                    {
                        data.DecoderInput.AsSpan(from * fed, fed).CopyTo(workspace.InputOf("decoder_input")[(to * fed)..]);
                    }
                    else
                    {
                        workspace.TokensOf("decoder_input")[to] = data.DecoderTokens[from];
                    }
                }
            }

            if (t == 0)
            {
                workspace.Forward(ForwardMode.Inference);
            }
            else
            {
                workspace.ContinueDecoding();
            }

            bool isLast = plan.Outputs[0].Axis < 0;
            for (int i = 0; i < workspace.Output.Length && (!isLast || t + chunk == Target); i++)
            {
                int row = i / width, b = isLast ? row : plan.TimeMajor ? row % batch : row / chunk, s = isLast ? 0 : plan.TimeMajor ? row / batch : row % chunk;
                float expected = whole[((isLast ? b : (b * Target) + t + s) * width) + (i % width)];
                largest = Math.Max(largest, Math.Abs(expected));
                double off = Math.Abs(expected - workspace.Output[i]);
                difference = double.IsNaN(off) ? double.PositiveInfinity : Math.Max(difference, off);
            }
        }

        return difference / Math.Max(largest, 1e-9);
    }

    private static (LoadedNetworks, string[]) Load()
    {
        List<string> sources = [.. EncoderDecoders.Sources], names = [.. EncoderDecoders.Names.Select(n => EncoderDecoders.Space + n)];
        foreach ((string encoder, string cell) in _cells)
        {
            foreach ((string before, string after, string bridge, string layer) in _forms)
            {
                string name = $"Untied{sources.Count}";
                string decoder = sources.Count % 2 == 0
                    ? $"[Decoder(Tokens = 6, Start = 0, End = 5, Timesteps = {Target}{bridge})] [Embedding(4)] "
                    : $"[Decoder(Inputs = 2, Timesteps = {Target}{bridge})] ";
                sources.Add(
                    $"[Network(Timesteps = {Source}{(sources.Count % 4 == 3 ? ", TimeMajor = true" : "")})] [Encoder(Inputs = 2)] {encoder} {decoder}{before}"
                    + $"{string.Format(null, cell, layer + ", Tied = false")} {string.Format(null, after, ", Tied = false")}[Dense(6)] "
                    + (sources.Count % 2 == 0 ? "[SoftmaxCrossEntropy]" : "[MeanSquaredError]") + $" public partial class {name};");
                names.Add(name);
            }
        }

        return (NetworkHarness.Load([.. sources]), [.. names]);
    }
}
