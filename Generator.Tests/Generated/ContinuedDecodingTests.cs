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

    private static readonly Lazy<(LoadedNetworks Loaded, string[] Names)> _networks = new(Load);

    [Fact]
    public void Step_by_step_is_what_one_pass_says()
    {
        (LoadedNetworks loaded, string[] names) = _networks.Value;
        List<string> wrong = [];
        foreach (string name in names)
        {
            INetwork network = Variants.Create(loaded[name], seed: 3);
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

    /// <summary>The largest difference of outputs, relative to the largest output.</summary>
    private static double Difference(INetwork network, int batch, int chunk)
    {
        NetworkPlan plan = network.Core.Plan;
        PassData data = RandomData.Batch(network, batch, Source, seed: 5, lengths: batch == 5, targetSteps: Target) with { States = new Dictionary<string, float[]>(), TargetLengths = [] };
        float[] whole = Passes.Predict(network, data)["output"];
        Workspace workspace = network.CreateWorkspace(batch, Source, training: false, maxTargetSteps: chunk);
        workspace.SetLengths(data.Lengths);
        data.Input.CopyTo(plan.InputSize > 0 ? workspace.Input : []);
        data.Tokens.CopyTo(plan.TokenCount > 0 ? workspace.Tokens : []);
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
