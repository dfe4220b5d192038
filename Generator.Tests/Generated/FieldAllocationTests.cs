// Nothing allocates after construction, for every layer and option family: training, prediction, streams, decoders that write, CTC.
// Knows counters of the garbage collector; refuses to run beside other tests.
using System;
using System.Collections.Generic;
using SeqGen.Generator.Tests.Harness;
using SeqGen.Kernels.V1;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

[Collection(nameof(AllocationTests))]
public class FieldAllocationTests
{
    private const int Batch = 4;
    private const int Steps = 8;

    private static readonly Dictionary<string, string> _layers = new()
    {
        ["Normal"] = "Inputs = 3, |[Lstm(17, Peephole = true, Projection = 5, LayerNorm = true)] [Gru(9, LayerNorm = true)] [LayerNorm] [Dense(2)] [Huber]",
        ["OfBatches"] = "Inputs = 3, |[BatchNorm] [Gru(9)] [Dense(17)] [BatchNorm(Activation = Activation.Relu)] [Dense(2)] [BatchNorm(Affine = false)] [Huber]",
        ["Dropped"] = "Inputs = 3, |[Lstm(17, Zoneout = 0.2, RnnDrop = 0.1, WeightDrop = 0.3, InitialState = InitialState.Learned)] [Gru(9, VariationalInput = 0.2, InitialState = InitialState.Random)] [MeanSquaredError]",
        ["Context"] = "Inputs = 3, |[Elman(7, 4, Context = 2)] [Jordan(5, 3, Recurrent = true)] [Rnn(4, Output = RnnOutput.PreviousState)] [MeanAbsoluteError]",
        ["Windows"] = "Inputs = 3, |[Tdnn(5, 2)] [Tdnn(4, 2, Padding = Padding.Valid, Stride = 2)] [Autoregressive(2)] [MeanSquaredError]",
        ["Both"] = "Inputs = 3, |[Gru(9, Direction = Direction.Both)] [SelfAttention(4, Heads = 2)] [AttentionPooling(3)] [Dense(2)] [MeanSquaredError]",
        ["Turing"] = "Inputs = 3, |[NeuralTuringMachine(2, ControllerUnits = 9, Slots = 5, Width = 4, Controller = Controller.Lstm)] [MeanSquaredError]",
        ["Heads"] = "Inputs = 3, |[Gru(9)] [Head(\"a\")] [Dense(3)] [SoftmaxCrossEntropy(IgnoredClass = 1, ClassWeights = new[] { 1.0, 1.0, 2.0 })] [Head(\"b\")] [Gru(3, Returns = Returns.Last)] [MeanSquaredError]",
        ["Labels"] = "Inputs = 3, |[Lstm(9)] [Dense(4)] [Ctc]",
        ["Plain"] = "|[Encoder(Inputs = 3)] [Lstm(5)] [Decoder(Inputs = 2)] [Lstm(5)] [Dense(2)] [MeanSquaredError]",
        ["Luong"] = "|[Encoder(Tokens = 7)] [Embedding(3)] [Gru(5)] [Decoder(Tokens = 6, Start = 0, End = 5)] [Embedding(3)] [Gru(5)] [LuongAttention(4)] [Dense(6)] [SoftmaxCrossEntropy]",
        ["Bahdanau"] = "|[Encoder(Tokens = 7)] [Embedding(3)] [Gru(5)] [Decoder(Tokens = 6, Start = 0, End = 5)] [Embedding(3)] [BahdanauAttention(4)] [Gru(5)] [Dense(6)] [SoftmaxCrossEntropy]",
    };

    private static readonly Lazy<LoadedNetworks> _networks = new(() => NetworkHarness.Load([.. Sources()]));

    public static TheoryData<string> Names => new(_layers.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void Training_predicting_streaming_and_writing_allocate_nothing(string name)
    {
        INetwork network = Variants.Create(_networks.Value[name], seed: 1);
        NetworkPlan plan = network.Core.Plan;
        int target = plan.Inputs.Length > 1 ? 5 : 0;
        PassData data = RandomData.Batch(network, Batch, Steps, seed: 2, targetSteps: target);
        Workspace training = network.CreateWorkspace(Batch, Steps, maxTargetSteps: target), inference = network.CreateWorkspace(Batch, Steps, training: false, target);
        RecurrentStream? stream = plan.CanStream ? Streaming.Create(network) : null;
        SequenceDecoder? decoder = plan.Decoder is null ? null : new SequenceDecoder(network, Batch, Steps, target, beamWidth: 3);
        CtcDecoder? labels = name == "Labels" ? new CtcDecoder(4, 0, Steps, 4) : null;
        var sampler = new MonteCarlo(training);
        var optimizer = new Adam();
        int[] lengths = [8, 6, 5, 7], tokens = new int[Batch * 5], written = new int[Batch], found = new int[Steps];
        float[] mean = new float[Batch * training.OutputSteps * plan.OutputSize], step = new float[plan.OutputSize];

        AllocationTests.AllocatesNothing(Work);

        void Work()
        {
            training.SetLengths(lengths);
            inference.SetLengths(lengths);
            FillInputs(plan, data, training);
            FillInputs(plan, data, inference);
            FillTargets(plan, data, training);
            training.Forward(ForwardMode.Training);
            training.Loss();
            training.ZeroGradients();
            training.Backward();
            optimizer.Step(network.Parameters, training.Gradients);
            sampler.Predict(3, mean);
            inference.Forward(ForwardMode.Inference);
            _ = inference.Output;
            stream?.Reset();
            for (int t = 0; t < 3; t++)
            {
                stream?.Step(data.Input.AsSpan(t * plan.InputSize, plan.InputSize), step);
            }

            decoder?.Greedy(data.Tokens, Batch, tokens, written, lengths);
            decoder?.Beam(data.Tokens, Batch, tokens, written, default, lengths);
            labels?.Greedy(inference.Output[..(Steps * 4)], found, out _);
            labels?.BeamSearch(inference.Output[..(Steps * 4)], found, out _);
        }
    }

    private static void FillInputs(NetworkPlan plan, PassData data, Workspace workspace)
    {
        for (int i = 0; i < plan.Inputs.Length; i++)
        {
            InputPort port = plan.Inputs[i];
            if (port.TokenCount > 0)
            {
                (i == 0 ? data.Tokens : data.DecoderTokens).CopyTo(workspace.TokensOf(port.Name));
            }
            else
            {
                (i == 0 ? data.Input : data.DecoderInput).CopyTo(workspace.InputOf(port.Name));
            }
        }
    }

    private static void FillTargets(NetworkPlan plan, PassData data, Workspace workspace)
    {
        foreach (OutputPort head in plan.Outputs)
        {
            bool first = head == plan.Outputs[0];
            switch (head.Loss!.Kind)
            {
                case LossKind.Ctc:
                    workspace.SetLabels(data.Labels, data.LabelLengths);
                    break;
                case LossKind.SoftmaxCrossEntropy or LossKind.CustomOfClasses:
                    (first ? data.Classes : data.Heads[head.Name].Classes).CopyTo(workspace.TargetClassesOf(head.Name));
                    break;
                default:
                    (first ? data.Target : data.Heads[head.Name].Target).CopyTo(workspace.TargetOf(head.Name));
                    break;
            }
        }
    }

    private static IEnumerable<string> Sources()
    {
        foreach ((string name, string text) in _layers)
        {
            string[] parts = text.Split('|');
            yield return $"[Network({parts[0]}Timesteps = 8)] {parts[1]} public partial class {name};";
        }
    }
}
