// What generated networks promise beside numbers: the same bits again, streams that can be saved, shared and used from many threads,
// lengths that hide what lies beyond, NaN that is not hidden.
// Knows promises; refuses to know layers and references.
using System;
using System.Linq;
using System.Threading;
using SeqGen.Generator.Tests.Harness;
using SeqGen.Kernels.V1;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

public class BehaviourTests
{
    private static readonly Lazy<LoadedNetworks> _networks = new(() => NetworkHarness.Load([
        "[Network(Inputs = 5, Timesteps = 8)] [Lstm(17)] [Dropout(0.25)] [Gru(9, ResetAfter = false)] [Dense(3)] [MeanSquaredError] public partial class Steps;",
        "[Network(Inputs = 5, Timesteps = 8)] [Rnn(17)] [Gru(20)] [Dense(6, Activation = Activation.Tanh)] [Lstm(33, Returns = Returns.Last)] [Dense(4, Activation = Activation.Softmax)] [SoftmaxCrossEntropy] public partial class Last;",
        "[Network(Tokens = 12, Timesteps = 8)] [Embedding(7)] [Gru(16)] [Dense(12)] [SoftmaxCrossEntropy] public partial class Words;",
        "[Network(Inputs = 5, Timesteps = 8)] [Lstm(16, Name = \"deep\")] [Lstm(17, Name = \"deep\")] [Dense(2)] public partial class Free;",
    ]));

    public static TheoryData<string> Names => ["Steps", "Last", "Words", "Free"];

    [Theory]
    [InlineData("Steps")]
    [InlineData("Last")]
    public void Two_trainings_of_one_seed_give_the_same_bits(string name)
    {
        float[] first = Fitted(), second = Fitted();
        Closeness.Same(first, second, "parameters");

        float[] Fitted()
        {
            INetwork network = Create(name);
            network.Core.Initialize(11);
            float[] start = network.Parameters.Values.ToArray();
            var random = new System.Random(1);
            SequenceData data = name == "Steps"
                ? SequenceData.FromArrays(RandomData.Uniform(random, 37 * 8 * 5), RandomData.Uniform(random, 37 * 8 * 3), 8, 5, 3, targetEveryStep: true)
                : SequenceData.FromClasses(RandomData.Uniform(random, 37 * 8 * 5), Enumerable.Range(0, 37).Select(i => i % 4).ToArray(), 8, 5);
            Trainer.For(network, new Adam(1e-2f), new TrainerOptions { BatchSize = 8, Seed = 5 }).Fit(data, 3, cancellationToken: TestContext.Current.CancellationToken);
            float[] end = network.Parameters.Values.ToArray();
            Assert.NotEqual(start, end);
            return end;
        }
    }

    [Fact]
    public void A_training_that_diverges_names_the_sample_the_layer_and_the_step_at_which_it_begins()
    {
        INetwork network = Create("Steps");
        network.Core.Initialize(11);
        var random = new System.Random(1);
        float[] inputs = RandomData.Uniform(random, 6 * 8 * 5), targets = RandomData.Uniform(random, 6 * 8 * 3);
        int at = (((4 * 8) + 5) * 5) + 2;

        // Changed after they were checked, and two of them: weights of unlike signs make a sum that is no number.
        Assert.Contains("It begins with sample 4: there the output of 'lstm' is the first that is not finite, at step 5.", Message(inputs), StringComparison.Ordinal);

        // A weight of the second layer alone.
        inputs[at] = inputs[at + 1] = 0;
        Parameter weights = network.Parameters["gru.weight_ih_l0"];
        weights.CopyFrom(Enumerable.Repeat(float.NaN, weights.Count).ToArray());
        Assert.Contains("It begins with sample 0: there the output of 'gru' is the first that is not finite, at step 0.", Message(inputs), StringComparison.Ordinal);

        string Message(float[] x) => Assert.Throws<TrainingDivergedException>(() => Trainer.For(network, new Adam(), new() { BatchSize = 6, Shuffle = false })
            .Fit(SequenceData.FromArrays(x, targets, 8, 5, 3, targetEveryStep: true), 2, progress: new Reports(_ => x[at] = x[at + 1] = float.PositiveInfinity), cancellationToken: TestContext.Current.CancellationToken)).Message;
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_saved_and_restored_stream_goes_on_with_the_same_bits(string name)
    {
        INetwork network = Create(name);
        PassData data = RandomData.Batch(network, 1, 8, seed: 2);
        RecurrentStream straight = Streaming.Create(network), restored = Streaming.Create(network);
        float[] state = new float[straight.StateSize], expected = new float[network.Core.Plan.OutputSize], got = new float[expected.Length];
        for (int t = 0; t < data.Steps; t++)
        {
            Streaming.Step(network, straight, data, 0, t, expected);
            if (t == 3)
            {
                straight.SaveState(state);
                restored.LoadState(state);
            }
            else if (t > 3)
            {
                Streaming.Step(network, restored, data, 0, t, got);
                Closeness.Same(expected, got, $"step {t}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Many_streams_of_one_network_on_many_threads_do_not_disturb_each_other(string name)
    {
        const int Streams = 16;
        INetwork network = Create(name);
        PassData data = RandomData.Batch(network, Streams, 8, seed: 2);
        float[][] alone = [.. Enumerable.Range(0, Streams).Select(row => Outputs(row, 1))];
        var together = new float[Streams][];
        Thread[] threads = [.. Enumerable.Range(0, Streams).Select(row => new Thread(() => together[row] = Outputs(row, 50)))];
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        for (int row = 0; row < Streams; row++)
        {
            Closeness.Same(alone[row], together[row], $"stream {row}");
        }

        float[] Outputs(int row, int times)
        {
            RecurrentStream stream = Streaming.Create(network);
            int size = network.Core.Plan.OutputSize;
            var outputs = new float[data.Steps * size];
            for (int again = 0; again < times; again++)
            {
                stream.Reset();
                for (int t = 0; t < data.Steps; t++)
                {
                    Streaming.Step(network, stream, data, row, t, outputs.AsSpan(t * size, size));
                }
            }

            return outputs;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Nothing_beyond_a_length_has_influence_not_even_nan(string name)
    {
        INetwork network = Create(name);
        NetworkPlan plan = network.Core.Plan;
        PassData data = RandomData.Batch(network, 4, 8, seed: 2) with { Lengths = [3, 8, 1, 7] };
        PassData spoiled = data with
        {
            Input = Spoil(data.Input, plan.InputSize, float.NaN),
            Tokens = Spoil(data.Tokens, 1, -5),
            Target = plan.OutputIsSequence ? Spoil(data.Target, plan.OutputSize, float.NaN) : data.Target,
            Classes = plan.OutputIsSequence ? Spoil(data.Classes, 1, 99) : data.Classes,
            OutputGradient = plan.OutputIsSequence ? Spoil(data.OutputGradient, plan.OutputSize, float.NaN) : data.OutputGradient,
        };
        PassResults expected = Passes.Train(network, data), got = Passes.Train(network, spoiled);
        Assert.Equal(expected.Loss, got.Loss);
        foreach ((string result, float[] values) in expected)
        {
            Closeness.Same(values, got[result], result);
        }

        T[] Spoil<T>(T[] values, int size, T by) =>
            [.. values.Select((v, i) => i / size % data.Steps < data.Lengths[i / size / data.Steps] ? v : by)];
    }

    [Theory]
    [InlineData("Steps")]
    [InlineData("Last")]
    [InlineData("Free")]
    public void Nan_in_the_input_reaches_the_output_of_its_sequence_alone(string name)
    {
        INetwork network = Create(name);
        PassData data = RandomData.Batch(network, 3, 8, seed: 2);
        data.Input[(((1 * 8) + 4) * network.Core.Plan.InputSize) + 2] = float.NaN;
        foreach (PassResults results in new[] { Passes.Train(network, data), Passes.Predict(network, data) })
        {
            float[] output = results["output"];
            int each = output.Length / 3, size = network.Core.Plan.OutputSize;
            Assert.DoesNotContain(output[..each], float.IsNaN);
            Assert.DoesNotContain(output[(2 * each)..], float.IsNaN);
            Assert.All(output[((2 * each) - size)..(2 * each)], v => Assert.True(float.IsNaN(v)));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Passes_of_other_shapes_in_between_leave_no_trace(string name)
    {
        INetwork network = Create(name);
        PassData data = RandomData.Batch(network, 3, 5, seed: 2, lengths: true);
        PassResults fresh = Passes.Train(network, data);
        Workspace workspace = network.CreateWorkspace(6, 8);
        foreach (PassData other in new[] { RandomData.Batch(network, 6, 8, seed: 3), RandomData.Batch(network, 1, 8, seed: 4), RandomData.Batch(network, 6, 1, seed: 5), data })
        {
            Passes.Start(network, workspace, other);
            workspace.ZeroGradients();
            PassResults got = Passes.Train(network, workspace, other);
            if (other == data)
            {
                foreach ((string result, float[] values) in fresh)
                {
                    Closeness.Same(values, got[result], result);
                }
            }
        }
    }

    private static INetwork Create(string name) => Variants.Create(_networks.Value[name], seed: 1);
}
