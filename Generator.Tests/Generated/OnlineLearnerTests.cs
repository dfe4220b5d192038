// Learning on the device, for networks of every kind: the updates of a loop of one's own, the plain stream's outputs where nothing is learned, a power cut at any
// step, and exactly the memory that was known when the network was compiled.
// Knows a learner's promises; refuses to know layers.
using System;
using System.IO;
using System.Linq;
using SeqGen.Kernels.V1;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

public sealed class OnlineLearnerTests
{
    public static TheoryData<string> Stacks => new(FieldStacks.Names);

    public static TheoryData<string> Coders => new(EncoderDecoders.Names);

    [Theory]
    [MemberData(nameof(Stacks))]
    public void Updates_are_those_of_a_loop_of_ones_own(string stack)
    {
        INetwork network = FieldTests.Stack(stack), own = FieldTests.Stack(stack);
        if (!LearningSeries.CanLearn(network.Core.Plan))
        {
            if (network.Core.Plan.CanStream)
            {
                Assert.Contains(stack + " ", Assert.Throws<NotSupportedException>(() => new OnlineLearner(Streaming.Create(network), new Adam())).Message, StringComparison.Ordinal);
            }

            return;
        }

        foreach ((int window, int horizon, double gaps) in new[] { (0, 0, 0), (4, 3, 0.4), (1, 1, 0.2) })
        {
            RandomData.SetParameters(network, 5);
            RandomData.SetParameters(own, 5);
            OnlineLearnerOptions options = new() { Window = window, Horizon = horizon, Seed = 3, GradientClipping = GradientClipping.ByNorm(0.5f) };
            LearningSeries series = new(network, 23, 4, gaps);
            OnlineLearner learner = new(Streaming.Create(network), new Adam(1e-2f), options);
            series.Run(learner, 0, series.Steps);
            int updates = series.ByHand(own, new Adam(1e-2f), options);
            Assert.Equal((updates, 0), (learner.Updates, learner.RefusedUpdates));
            Assert.True(updates > 0);
            Closeness.Same(own.Parameters.Values.ToArray(), network.Parameters.Values.ToArray(), $"parameters, window {window}, horizon {horizon}");
        }
    }

    [Theory]
    [MemberData(nameof(Stacks))]
    public void A_device_goes_on_after_a_power_cut_as_if_there_had_been_none(string stack)
    {
        INetwork network = FieldTests.Stack(stack), other = FieldTests.Stack(stack);
        if (!LearningSeries.CanLearn(network.Core.Plan))
        {
            return;
        }

        RandomData.SetParameters(network, 5);
        float[] parameters = network.Parameters.Values.ToArray();
        OnlineLearnerOptions options = new() { Window = 4, Horizon = 2 };
        LearningSeries series = new(network, 19, 6, 0.3);
        OnlineLearner paused = new(Streaming.Create(network), new Adam(1e-2f), options) { Learns = false };
        Closeness.Same(series.Run(Streaming.Create(network)), series.Run(paused, 0, series.Steps), "the plain stream's outputs");
        float[] whole = series.Run(new OnlineLearner(Streaming.Create(network), new Adam(1e-2f), options), 0, series.Steps);
        float[] expected = network.Parameters.Values.ToArray();
        string path = Path.Combine(Path.GetTempPath(), $"seqgen-{Guid.NewGuid():N}.safetensors");
        try
        {
            foreach (int cut in new[] { 0, 7, 12, 14 })
            {
                Restore(parameters, network);
                OnlineLearner before = new(Streaming.Create(network), new Adam(1e-2f), options);
                float[] begun = series.Run(before, 0, cut, onlyStep: true);
                before.Save(path);
                OnlineLearner after = new(Streaming.Create(other), new Adam(), options);
                after.Load(path);
                if (cut > 0)
                {
                    series.Observe(after, cut - 1);
                }

                Closeness.Same(whole, [.. begun, .. series.Run(after, cut, series.Steps)], $"outputs, cut before step {cut}");
                Closeness.Same(expected, other.Parameters.Values.ToArray(), $"parameters, cut before step {cut}");
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [MemberData(nameof(Stacks))]
    public void The_bytes_known_beforehand_are_those_that_are_allocated(string stack) => CheckBytes(FieldTests.Stack(stack));

    [Theory]
    [MemberData(nameof(Coders))]
    public void So_are_an_encoder_decoders(string coder) => CheckBytes(FieldTests.Coder(coder));

    [Theory]
    [MemberData(nameof(GoldenGeneratedTests.DeclarableCases), MemberType = typeof(GoldenGeneratedTests))]
    [Trait("Category", "Golden")]
    public void So_are_a_golden_declarations(string name) => CheckBytes(GoldenNetworks.Create(name, GoldenNetworks.Load(name)));

    /// <summary>What was known when the network was compiled, what its table says, and what there is, of a network that has done nothing yet.</summary>
    internal static void CheckBytes(INetwork network)
    {
        NetworkPlan plan = network.Core.Plan;
        long known = (long)network.GetType().GetField("LearningBytes")!.GetRawConstantValue()!;
        var info = (NetworkInfo)network.GetType().GetProperty("Info")!.GetValue(null)!;
        Assert.Equal(known, info.LearningBytes());
        Workspace workspace = network.CreateWorkspace(1);
        Assert.Equal(info.WorkspaceBytes(1), MemoryWalk.BytesOf(workspace) - MemoryWalk.BytesOf(network.Core));
        Workspace inference = network.CreateWorkspace(3, training: false);
        Assert.Equal(info.WorkspaceBytes(3, training: false), MemoryWalk.BytesOf(inference) - MemoryWalk.BytesOf(network.Core));
        if (!LearningSeries.CanLearn(plan))
        {
            object[] all = plan.CanStream ? [network, workspace, Streaming.Create(network), new float[Math.Max(1, plan.InputSize)]] : [network, workspace];
            Assert.Equal(known, MemoryWalk.BytesOf(all));
            return;
        }

        Assert.Equal(known, MemoryWalk.BytesOf(new OnlineLearner(Streaming.Create(network), new Sgd(0.1f))));
        Adam adam = new();
        OnlineLearner learner = new(Streaming.Create(network), adam, new() { Window = Math.Max(1, plan.Timesteps / 2), Horizon = 5 });
        Assert.Equal(learner.Bytes, MemoryWalk.BytesOf(learner));
        Assert.Equal(learner.Bytes, info.LearningBytes(learner.Window, 5) + adam.BytesFor(network));
    }

    private static void Restore(float[] parameters, INetwork network)
    {
        using ParameterEdit edit = network.Parameters.Edit();
        parameters.CopyTo(edit.Values);
    }
}
