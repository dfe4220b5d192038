// Batch normalization as users meet it: numbers of plain Python (Goldens/batchnorm.py), running statistics and when they move, files, threads, trainers, learners.
// Knows promises; refuses to know how statistics are computed.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using SeqGen.Generator.Tests.Harness;
using SeqGen.Kernels.V1;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

public sealed class BatchNormTests
{
    private const int Steps = 4, Inputs = 2;
    private const string Norm = "[BatchNorm(Momentum = 0.3, Epsilon = 0.01, Activation = Activation.Tanh)]";

    private static readonly int[] _lengths = [4, 1, 3];

    private static readonly Lazy<LoadedNetworks> _networks = new(() => NetworkHarness.Load(
        $"[Network(Inputs = 2, Timesteps = 4)] [Dense(3, Bias = false)] {Norm} [Dense(2)] public partial class Stepwise;",
        $"[Network(Inputs = 2, Timesteps = 4)] [Rnn(3, Returns = Returns.Last)] {Norm} [Dense(2)] public partial class Last;",
        "[Network(Inputs = 2, Timesteps = 6)] [Dense(20, Bias = false)] [BatchNorm] [Gru(5, Returns = Returns.Last)] [BatchNorm(Affine = false)] [Dropout(0.3)] [Dense(1)] [MeanSquaredError] public partial class Trained;",
        "[Network(Inputs = 2, Timesteps = 6)] [Dense(20)] [BatchNorm(Trainable = false)] [Gru(5)] [Dense(1)] [MeanSquaredError] public partial class Frozen;",
        "[Network(Tokens = 9, Timesteps = 6)] [Embedding(20)] [BatchNorm] [Gru(5)] [Dense(1)] [MeanSquaredError] public partial class Words;"));

    private static readonly Dictionary<string, Dictionary<string, double[]>> _numbers = Read();

    public static TheoryData<string> Cases => new(_numbers.Keys);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Outputs_gradients_and_running_statistics_are_those_of_plain_Python(string name)
    {
        Dictionary<string, double[]> numbers = _numbers[name];
        INetwork network = Prepared(name);
        PassData data = Data(network, 1);
        Workspace workspace = network.CreateWorkspace(3, Steps);
        for (int times = 1; times <= 2; times++)
        {
            Passes.Start(network, workspace, data);
            workspace.ZeroGradients();
            PassResults got = Passes.Train(network, workspace, Data(network, times));
            if (times == 1)
            {
                Closeness.Equal(numbers["y"], Counting(network, got["output"]), "y");
                CheckGradients(network, numbers, got);
            }

            new Sgd(0).Step(network.Parameters, workspace.Gradients);
            Closeness.Equal(numbers[$"mean{times}"], network.Parameters["batchnorm.running_mean"].ToArray(), "mean after " + times);
            Closeness.Equal(numbers[$"variance{times}"], network.Parameters["batchnorm.running_var"].ToArray(), "variance after " + times);
        }

        Closeness.Equal(numbers["inference"], Counting(network, Passes.Predict(network, data)["output"]), "inference");
        Closeness.Equal(numbers["inference"], Counting(network, Passes.Predict(network, workspace, data)["output"]), "inference in a workspace for training");
    }

    [Fact]
    public void Running_statistics_move_with_the_update_and_with_that_of_their_own_gradients()
    {
        INetwork network = Prepared("Stepwise");
        float[] Statistics() => [.. network.Parameters["batchnorm.running_mean"].ToArray(), .. network.Parameters["batchnorm.running_var"].ToArray()];
        float[] before = Statistics();
        Workspace workspace = network.CreateWorkspace(3, Steps), other = network.CreateWorkspace(3, Steps);
        void Pass(Workspace on)
        {
            Passes.Start(network, on, Data(network, 1));
            Passes.Train(network, on, Data(network, 1));
        }

        // Neither a pass nor its way back moves them, and what belongs to gradients that are dropped is dropped.
        Pass(workspace);
        workspace.Forward(ForwardMode.Inference);
        Assert.Equal(before, Statistics());
        workspace.ZeroGradients();
        new Sgd(0).Step(workspace);
        Assert.Equal(before, Statistics());

        // Another workspace's are not this one's; two batches of one update move them twice, as each would alone.
        Pass(other);
        Pass(workspace);
        Pass(workspace);
        new Sgd(0).Step(workspace);
        float[] two = Statistics();
        double stays = 0.7 * 0.7;
        Closeness.Equal([.. before.Zip(_numbers["Stepwise"]["mean1"].Concat(_numbers["Stepwise"]["variance1"]), (a, one) => (stays * a) + ((1 - stays) * ((one - (0.7 * a)) / 0.3)))], two, "two batches");

        // Parameters that come from elsewhere bring their own.
        Pass(workspace);
        network.Parameters.CopyFrom(Prepared("Stepwise").Parameters);
        new Sgd(0).Step(network.Parameters, workspace.Gradients);
        Assert.Equal(before, Statistics());
    }

    [Fact]
    public void One_row_alone_is_normalized_by_running_statistics_which_stay()
    {
        INetwork network = Prepared("Last");
        PassData data = Data(network, 1).Row(0) with { OutputGradient = [0.5f, -1] };
        float[] before = network.Parameters.Values.ToArray();
        Workspace workspace = network.CreateWorkspace(1, Steps);
        Passes.Start(network, workspace, data);
        PassResults got = Passes.Train(network, workspace, data);
        Closeness.Equal([.. Passes.Predict(network, data)["output"].Select(v => (double)v)], got["output"], "one row");
        Assert.Contains(got["grad.rnn.weight_ih_l0"], g => g != 0);
        new Sgd(0).Step(workspace);
        Closeness.Same(before, network.Parameters.Values.ToArray(), "parameters");
    }

    [Fact]
    public void Threads_share_the_statistics_of_a_batch()
    {
        INetwork network = Create("Trained");
        PassData data = RandomData.Batch(network, 12, 6, seed: 3, lengths: true);
        Workspace alone = network.CreateWorkspace(12);
        Passes.Start(network, alone, data);
        PassResults expected = Passes.Train(network, alone, data);
        foreach ((int threads, int processors) in new[] { (2, 2), (3, 3), (3, 2), (5, 2) })
        {
            using var shared = new ParallelWorkspace(network.Core, 12, 6, threads, training: true, processors);
            PassResults? first = null;
            for (int again = 0; again < 20; again++)
            {
                Passes.Start(network, shared, data);
                shared.ZeroGradients();
                PassResults got = Passes.Train(network, shared, data);
                first ??= got;
                Assert.Equal(first.Loss, got.Loss);
                Assert.All(got, r => Closeness.Same(first[r.Key], r.Value, r.Key));
            }

            Assert.Equal(expected.Loss, first!.Loss, 1e-6 * expected.Loss);
            Assert.All(first, r => Closeness.Equal([.. expected[r.Key].Select(v => (double)v)], r.Value, $"{r.Key}, {threads} threads"));
        }

        // Fewer sequences than threads: who has none is not waited for.
        using var many = new ParallelWorkspace(network.Core, 12, 6, 5, training: true, processors: 5);
        PassData few = RandomData.Batch(network, 3, 6, seed: 3);
        Passes.Start(network, many, few);
        Assert.NotEmpty(Passes.Train(network, many, few));
    }

    [Fact]
    public void A_thread_that_fails_lets_the_others_go_and_its_error_is_the_one()
    {
        INetwork network = Create("Words");
        using var shared = new ParallelWorkspace(network.Core, 8, 6, 4, training: true, processors: 2);
        for (int bad = 0; bad < 8; bad++)
        {
            shared.Resize(8, 6);
            shared.Tokens.Fill(3);
            shared.Tokens[(bad * 6) + 2] = 77;
            Assert.Contains("77", Assert.Throws<InvalidOperationException>(() => shared.ForwardBackward()).Message, StringComparison.Ordinal);
            shared.Tokens.Fill(3);
            shared.ZeroGradients();
            Assert.True(double.IsFinite(shared.ForwardBackward()));
        }
    }

    [Fact]
    public void Files_hold_running_statistics_and_PyTorchs_count_of_batches_is_passed_over()
    {
        INetwork network = Create("Trained"), other = Create("Trained");
        RandomData.SetParameters(network, 4);
        string folder = Directory.CreateTempSubdirectory("seqgen-batchnorm").FullName;
        try
        {
            string path = Path.Combine(folder, "net.safetensors");
            network.Core.Save(path);
            other.Core.Load(path);
            Closeness.Same(network.Parameters.Values.ToArray(), other.Parameters.Values.ToArray(), "loaded");
            Assert.Equal(["weight", "bias", "running_mean", "running_var"], network.Parameters.Where(p => p.Name.StartsWith("batchnorm0.", StringComparison.Ordinal)).Select(p => p.Name[11..]));
            Assert.Equal(["running_mean", "running_var"], network.Parameters.Where(p => p.Name.StartsWith("batchnorm1.", StringComparison.Ordinal)).Select(p => p.Name[11..]));

            WriteWithCount(path, "batchnorm0.num_batches_tracked");
            Create("Trained").Core.Load(path);
            WriteWithCount(path, "gru.num_batches_tracked");
            Assert.Contains("gru.num_batches_tracked", Assert.Throws<NetworkFileException>(() => Create("Trained").Core.Load(path)).Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        // A count of batches beside the parameters, a whole number without dimensions, as PyTorch writes it.
        void WriteWithCount(string path, string count)
        {
            network.Core.Save(path);
            byte[] file = File.ReadAllBytes(path);
            int length = (int)BitConverter.ToInt64(file);
            string header = System.Text.Encoding.UTF8.GetString(file, 8, length).TrimEnd();
            long end = file.Length - 8 - length;
            header = header[..^1] + $",\"{count}\":{{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[{end},{end + 8}]}}}}";
            header += new string(' ', (8 - (header.Length % 8)) % 8);
            File.WriteAllBytes(path, [.. BitConverter.GetBytes((long)header.Length), .. System.Text.Encoding.UTF8.GetBytes(header), .. file.AsSpan(8 + length), .. BitConverter.GetBytes(7L)]);
        }
    }

    [Fact]
    public void A_training_goes_on_with_the_same_bits_and_its_mean_has_the_statistics_of_its_mean()
    {
        float[] Fit(int epochs, int then, double? average = null)
        {
            INetwork network = Create("Trained");
            Trainer trainer = Trainer.For(network, new Adam(1e-2f), new() { BatchSize = 8, Threads = 2, Seed = 3, WeightAverage = average, AccumulatedBatches = 2 });
            trainer.Fit(Samples(33), epochs, cancellationToken: TestContext.Current.CancellationToken);
            if (then > 0)
            {
                trainer.Resume(Samples(33), then, cancellationToken: TestContext.Current.CancellationToken);
            }

            return network.Parameters.Values.ToArray();
        }

        Closeness.Same(Fit(4, 0), Fit(4, 0), "twice");
        Closeness.Same(Fit(4, 0), Fit(2, 4), "in two");
        Closeness.Same(Fit(4, 0, 0.5), Fit(2, 4, 0.5), "a mean in two");
        INetwork network = Create("Trained");
        int at = network.Core.Plan.Parameters.First(p => p.Name == "batchnorm0.running_mean").Offset;
        Assert.NotEqual(network.Parameters.Values[at], Fit(4, 0)[at]);
        Assert.NotEqual(Fit(4, 0)[at], Fit(4, 0, 0.5)[at]);
        Assert.NotEqual(network.Parameters.Values[at], Fit(4, 0, 0.5)[at]);
    }

    [Fact]
    public void A_trained_network_predicts_what_it_was_trained_for()
    {
        INetwork network = Create("Trained");
        Trainer trainer = Trainer.For(network, new Adam(1e-2f), new() { BatchSize = 16, Seed = 3 });
        SequenceData data = Samples(256);
        double before = trainer.Evaluate(data).Loss;
        trainer.Fit(data, 40, cancellationToken: TestContext.Current.CancellationToken);
        Assert.InRange(trainer.Evaluate(data).Loss, 0, before / 5);
    }

    [Fact]
    public void Checks_and_measurements_leave_running_statistics_alone()
    {
        INetwork network = Create("Trained");
        RandomData.SetParameters(network, 4);
        float[] before = network.Parameters.Values.ToArray();
        Assert.True(GradientCheck.Run(network, Samples(9)).Passes);
        GradientFlow.Measure(network, Samples(4));
        Workspace workspace = network.CreateWorkspace(4);
        workspace.Fill(Samples(4), [0, 1, 2, 3]);
        float[] mean = new float[4], one = new float[4];
        new MonteCarlo(workspace).Predict(1, mean);
        new Sgd(0).Step(network.Parameters, workspace.Gradients);
        Closeness.Same(before, network.Parameters.Values.ToArray(), "parameters");

        // A prediction with noise: what is beside a sequence in its batch changes nothing.
        Workspace single = network.CreateWorkspace(1);
        single.Fill(Samples(4), [0]);
        new MonteCarlo(single).Predict(1, one.AsSpan(0, 1));
        Assert.Equal(mean[0], one[0], 1e-5f);
    }

    [Fact]
    public void Frozen_running_statistics_normalize_in_training_too_and_stay()
    {
        INetwork network = Create("Frozen");
        RandomData.SetParameters(network, 4);
        Assert.Empty(network.Core.Plan.Norms);
        string[] names = [.. network.Parameters.Where(p => p.Name.StartsWith("batchnorm", StringComparison.Ordinal)).Select(p => p.Name)];
        float[][] before = [.. names.Select(n => network.Parameters[n].ToArray())];
        PassData data = RandomData.Batch(network, 5, 6, seed: 3);
        Closeness.Equal([.. Passes.Predict(network, data)["output"].Select(v => (double)v)], Passes.Train(network, data)["output"], "a pass of training");
        Trainer.For(network, new Adam(1e-2f), new() { BatchSize = 4 }).Fit(Samples(12, everyStep: true), 2, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(before, names.Select(n => network.Parameters[n].ToArray()));
    }

    [Fact]
    public void A_learner_on_one_stream_keeps_running_statistics()
    {
        INetwork network = Create("Words");
        float[] before = network.Parameters["batchnorm.running_mean"].ToArray();
        OnlineLearner learner = new(Streaming.Create(network), new Adam(1e-2f), new() { Window = 4 });
        float[] y = new float[1], weight = network.Parameters["batchnorm.weight"].ToArray();
        for (int t = 0; t < 20; t++)
        {
            learner.Step(t % 9, y);
            learner.Observe([0.5f]);
        }

        Assert.True(learner.Updates > 0);
        Assert.Equal(before, network.Parameters["batchnorm.running_mean"].ToArray());
        Assert.NotEqual(weight, network.Parameters["batchnorm.weight"].ToArray());
    }

    [Fact]
    public void Batches_of_one_that_never_have_a_variance_are_refused()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => Trainer.For(Create("Trained"), new Adam(), new() { BatchSize = 1 }).Fit(Samples(9), 1, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Contains("'batchnorm1.running_mean'", error.Message, StringComparison.Ordinal);
        Assert.Contains("BatchSize to 2 or more", error.Message, StringComparison.Ordinal);
        Assert.Contains("more samples", Assert.Throws<ArgumentException>(() => Trainer.For(Create("Trained"), new Adam(), new() { BatchSize = 8 }).Fit(Samples(1), 1, cancellationToken: TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);

        // A last batch of one is not.
        Trainer.For(Create("Trained"), new Adam(), new() { BatchSize = 8 }).Fit(Samples(9), 1, cancellationToken: TestContext.Current.CancellationToken);
    }

    private static INetwork Create(string name) => Variants.Create(_networks.Value[name], seed: 1);

    private static SequenceData Samples(int count, bool everyStep = false)
    {
        var random = new System.Random(5);
        float[] inputs = [.. Enumerable.Range(0, count * 12).Select(_ => (float)((3 * random.NextDouble()) + 4))];
        float[] targets = [.. Enumerable.Range(0, everyStep ? count * 6 : count).Select(i => everyStep ? inputs[2 * i] : inputs[(12 * i) + 10] - inputs[(12 * i) + 11])];
        return SequenceData.FromArrays(inputs, targets, 6, 2, targetEveryStep: everyStep);
    }

    private static INetwork Prepared(string name)
    {
        INetwork network = Create(name);
        foreach ((Parameter parameter, int k) in network.Parameters.OrderBy(p => p.Name, StringComparer.Ordinal).Select((p, k) => (p, k)))
        {
            parameter.CopyFrom([.. Enumerable.Range(0, parameter.Count).Select(i => (float)(0.9 * Math.Sin((1.7 * i) + (0.3 * k) + 0.5)))]);
        }

        network.Parameters["batchnorm.running_mean"].CopyFrom([0.1f, 0.2f, 0.3f]);
        network.Parameters["batchnorm.running_var"].CopyFrom([1.1f, 1.2f, 1.3f]);
        return network;
    }

    private static void CheckGradients(INetwork network, Dictionary<string, double[]> numbers, PassResults got)
    {
        foreach (string name in network.Parameters.Select(p => p.Name).Append("input"))
        {
            double[] terms = [.. got["grad." + name].Select((g, i) => g * Math.Cos(1 + i))];
            double allowed = Closeness.Tolerance * terms.Sum(Math.Abs);
            Assert.InRange(terms.Sum(), numbers[name][0] - allowed, numbers[name][0] + allowed);
        }
    }

    private static PassData Data(INetwork network, int times)
    {
        bool isSequence = network.Core.Plan.OutputIsSequence;
        float[] gradient = new float[3 * 2 * (isSequence ? Steps : 1)];
        for (int row = 0, i = 0; row < 3; row++)
        {
            for (int k = 0; k < 2 * (isSequence ? _lengths[row] : 1); k++, i++)
            {
                gradient[(row * gradient.Length / 3) + k] = (float)Math.Cos((0.7 * i) + 0.1);
            }
        }

        return new PassData(3, Steps)
        {
            Input = [.. Enumerable.Range(0, 3 * Steps * Inputs).Select(i => times * (float)(1.5 * Math.Sin((0.9 * i) + 0.2)))],
            Lengths = _lengths,
            OutputGradient = gradient,
        };
    }

    private static float[] Counting(INetwork network, float[] output) => !network.Core.Plan.OutputIsSequence ? output
        : [.. Enumerable.Range(0, 3).SelectMany(row => output[(row * Steps * 2)..][..(_lengths[row] * 2)])];

    private static Dictionary<string, Dictionary<string, double[]>> Read()
    {
        var all = new Dictionary<string, Dictionary<string, double[]>>();
        foreach (string line in File.ReadAllLines(Path.Combine(Repository.Root, "Generator.Tests", "Goldens", "batchnorm.txt")))
        {
            string[] words = line.Trim().Split(' ');
            if (line[0] != ' ')
            {
                all[line] = new();
            }
            else
            {
                all.Last().Value[words[0]] = [.. words.Skip(1).Select(w => double.Parse(w, CultureInfo.InvariantCulture))];
            }
        }

        return all;
    }
}
