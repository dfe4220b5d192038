// Nothing allocates after construction: training steps, prediction and streams of generated networks, on this thread and in all.
// Knows counters of the garbage collector; refuses to run beside other tests.
using System;
using SeqGen.Generator.Tests.Harness;
using SeqGen.Kernels.V1;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

/// <summary>Tests that count what the whole process allocates.</summary>
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
public class AllocationCollection;

[Collection(nameof(AllocationTests))]
public class AllocationTests
{
    private static readonly Lazy<LoadedNetworks> _networks = new(() => NetworkHarness.Load([
        "[Network(Inputs = 5, Timesteps = 8, NormalizeTargets = true)] [Lstm(17)] [Dropout(0.25)] [Gru(9, ResetAfter = false)] [Dense(3)] [MeanSquaredError] public partial class Steps;",
        "[Network(Inputs = 5, Timesteps = 8, NormalizeInputs = true)] [Rnn(17)] [Gru(20, Returns = Returns.Last)] [Dense(4, Activation = Activation.Softmax)] [SoftmaxCrossEntropy] public partial class Last;",
        "[Network(Tokens = 12, Timesteps = 8)] [Embedding(7)] [Gru(16)] [Dense(12)] [SoftmaxCrossEntropy] public partial class Words;",
        "[Network(Inputs = 5, Timesteps = 8, Resets = true)] [Tdnn(6, 3)] [Lstm(17, InitialState = InitialState.Learned)] [Gru(9, InitialState = InitialState.Random)] [Dense(3)] [MeanSquaredError] public partial class Pieces;",
        "[Network(Inputs = 5, Timesteps = 8)] [Cells.MinGru(17)] [Cells.Sru(20)] [Dense(3)] [MeanSquaredError] public partial class OwnCells;",
        .. UserCells.Sample.Values,
    ]));

    /// <summary>Some round of the work allocates nothing, on this thread and in all: the first rounds compile, and others of the process may allocate
    /// now and then, but not always.</summary>
    internal static void AllocatesNothing(Action work)
    {
        long onThread = long.MaxValue, inAll = long.MaxValue;
        for (int attempt = 0; attempt < 40 && (onThread > 0 || inAll > 0); attempt++)
        {
            long all = GC.GetTotalAllocatedBytes(precise: true), thread = GC.GetAllocatedBytesForCurrentThread();
            work();
            onThread = Math.Min(onThread, GC.GetAllocatedBytesForCurrentThread() - thread);
            inAll = Math.Min(inAll, GC.GetTotalAllocatedBytes(precise: true) - all);
        }

        Assert.Equal((0, 0), (onThread, inAll));
    }

    [Fact]
    public void Learning_by_a_loss_of_one_s_own_allocates_nothing()
    {
        using LoadedNetworks networks = NetworkHarness.Load(
        [
            .. UserCells.Sample.Values,
            "[Network(Inputs = 3, Timesteps = 7)] [Gru(5)] [Head(\"a\")] [Dense(18, CustomActivation = typeof(Cells.MishAttribute))] [Cells.LogCosh(Weight = 0.5)] [Head(\"b\")] [Cells.Swish] [Cells.Focal] public partial class Heads;",
            "[Network(Inputs = 3, Timesteps = 7)] [Gru(5, Returns = Returns.Last)] [Cells.Focal] public partial class Last;",
        ]);
        foreach (string name in new[] { "Heads", "Last" })
        {
            INetwork network = Variants.Create(networks[name], seed: 7);
            Workspace workspace = network.CreateWorkspace(3, 7);
            var optimizer = new Sgd(1e-3f);
            AllocationTests.AllocatesNothing(() =>
            {
                workspace.Resize(3, 7);
                workspace.ZeroGradients();
                workspace.ForwardBackward();
                optimizer.Step(network.Parameters, workspace.Gradients);
            });
        }
    }

    [Fact]
    public void Windows_that_overlap_with_pieces_inside_allocate_nothing()
    {
        INetwork network = Variants.Create(_networks.Value["Pieces"], seed: 1);
        Workspace workspace = network.CreateWorkspace(3, 8);
        (workspace.CarrySteps, workspace.LossSteps, workspace.Reduction) = (3, 3, LossReduction.SumOverSteps);
        var optimizer = new Sgd(1e-3f);
        bool[] begins = new bool[3 * 8];
        (begins[4], begins[9]) = (true, true);
        float[] ends = new float[3 * 17];
        workspace.Resize(3, 8);
        AllocatesNothing(() =>
        {
            workspace.Resize(3, 8, keepStates: true);
            workspace.SetResets(begins);
            workspace.SetFinalStateGradient("lstm.h", ends);
            workspace.ZeroGradients();
            workspace.ForwardBackward(lastSteps: 5);
            optimizer.Step(workspace);
            workspace.CarryState();
        });
    }

    public static MatrixTheoryData<string, string> Cases => new(["Steps", "Last", "Words", "OwnCells"], ["Sgd", "Momentum", "Adam", "AdamW", "RmsProp", "Adagrad"]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Training_predicting_and_streaming_allocate_nothing(string name, string optimizerName)
    {
        INetwork network = Variants.Create(_networks.Value[name], seed: 1);
        NetworkPlan plan = network.Core.Plan;
        PassData data = RandomData.Batch(network, 4, 8, seed: 2);
        Workspace training = network.CreateWorkspace(4, 8), inference = network.CreateWorkspace(4, 8, training: false);
        training.ComputeInputGradient = plan.InputSize > 0;
        RecurrentStream stream = Streaming.Create(network);
        StreamBatch streams = network.Core.CreateStreams(4);
        Optimizer optimizer = optimizerName switch
        {
            "Sgd" => new Sgd(1e-3f),
            "Momentum" => new Sgd(1e-3f, 0.9f, nesterov: true),
            "Adam" => new Adam(),
            "RmsProp" => new RmsProp(),
            "Adagrad" => new Adagrad(),
            _ => new AdamW(),
        };
        GradientClipping clipping = GradientClipping.ByNorm(1);
        float[] y = new float[4 * 8 * plan.OutputSize], one = new float[plan.OutputSize], four = new float[4 * plan.OutputSize];
        float[] output = plan.OutputIsSequence ? y : four;
        int[] lengths = [8, 3, 5, 1];

        AllocatesNothing(Work);

        void Work()
        {
            training.SetLengths(lengths);
            Fill();
            training.Forward(ForwardMode.Training);
            training.Loss();
            training.ZeroGradients();
            training.Backward();
            clipping.Apply(network.Parameters, training.Gradients);
            optimizer.Step(network.Parameters, training.Gradients);
            _ = training.Output;
            training.CarryState();
            training.Resize(4, 8, keepStates: true);
            stream.Reset();
            streams.Reset();
            if (plan.TokenCount > 0)
            {
                network.Core.Predict(data.Tokens, output, inference, lengths);
                stream.Step(data.Tokens[0], one);
                stream.Advance(data.Tokens[1]);
                streams.Step(data.Tokens.AsSpan(0, 4), four);
            }
            else
            {
                network.Core.Predict(data.Input, output, inference, lengths);
                stream.Step(data.Input.AsSpan(0, plan.InputSize), one);
                stream.Advance(data.Input.AsSpan(0, plan.InputSize));
                streams.Step(data.Input.AsSpan(0, 4 * plan.InputSize), four);
            }
        }

        void Fill()
        {
            if (plan.TokenCount > 0)
            {
                data.Tokens.CopyTo(training.Tokens);
            }
            else
            {
                data.Input.CopyTo(training.Input);
            }

            if (data.Classes.Length > 0)
            {
                data.Classes.CopyTo(training.TargetClasses);
            }
            else
            {
                data.Target.CopyTo(training.Target);
            }
        }
    }
}
