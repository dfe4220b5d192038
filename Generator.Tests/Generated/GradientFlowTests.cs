// Gradients followed back through time: against a recurrence whose gradients are known, and against each other for all kinds of layers.
using System;
using System.Linq;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

public sealed class GradientFlowTests
{
    private static readonly Lazy<LoadedNetworks> _networks = new(() => NetworkHarness.Load([
        "[Network(Inputs = 1, Timesteps = 12)] [Rnn(1, Activation = Activation.Relu, Returns = Returns.Last)] [MeanSquaredError] public partial class Known;",
        "[Network(Inputs = 3, Timesteps = 12, TimeMajor = true)] [Lstm(5, RecurrentDropout = 0.2)] [Dropout(0.3)] [Gru(4)] [Head(\"value\")] [Dense(2)] [MeanSquaredError(Weight = 0.5)] [Head(\"last\")] [Rnn(3, Returns = Returns.Last)] [SoftmaxCrossEntropy] public partial class Mixed;",
        "[Network(Tokens = 7, Timesteps = 12)] [Embedding(4)] [Gru(6, InitialState = InitialState.Learned)] [Dense(7)] [SoftmaxCrossEntropy] public partial class Words;",
        "[Network(Inputs = 3, Timesteps = 12)] [Gru(4, Direction = Direction.Both)] [Dense(1)] [MeanSquaredError] public partial class Both;",
        "[Network(Inputs = 3, Timesteps = 12)] [Dense(4)] [Dense(1)] [MeanSquaredError] public partial class Still;",
    ]));

    [Fact]
    public void A_linear_recurrence_multiplies_by_its_weight_a_step()
    {
        INetwork network = Create("Known");

        // Everything above zero: there it is linear.
        network.Parameters["rnn.weight_hh_l0"].CopyFrom([0.8f]);
        network.Parameters["rnn.weight_ih_l0"].CopyFrom([0.5f]);
        network.Parameters["rnn.bias_ih_l0"].CopyFrom([0.1f]);
        network.Parameters["rnn.bias_hh_l0"].CopyFrom([0f]);
        var random = new Random(1);
        float[] targets = RandomData.Uniform(random, 5);
        SequenceData data = SequenceData.FromArrays([.. RandomData.Uniform(random, 5 * 12).Select(MathF.Abs)], targets, 12, 1);
        GradientFlowResult flow = GradientFlow.Measure(network, data);
        Assert.Equal(Enumerable.Range(1, 12), flow.Distances);
        StateGradients h = Assert.Single(flow.States);
        for (int i = 0; i < 12; i++)
        {
            Assert.Equal(Math.Pow(0.8, i), h.Norms[i] / h.Norms[0], 1e-5);
        }

        // 2 (y - target) times the weight, a step back.
        float[] y = Trainer.For(network, new Sgd(0)).Predict(data);
        Assert.Equal(0.8 * 2 * Math.Sqrt(y.Zip(targets, (a, b) => Math.Pow(a - b, 2)).Average()), h.Norms[0], 1e-5);
        Assert.Equal(8, flow.Reach(h.State, share: Math.Pow(0.8, 7.5)));
        Assert.Contains(h.State, flow.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Mixed")]
    [InlineData("Words")]
    public void From_the_beginning_it_is_the_gradient_of_a_whole_pass(string name)
    {
        INetwork network = Create(name);
        var random = new Random(2);
        int[] classes = [.. Enumerable.Range(0, 4).Select(_ => random.Next(3))], tokens = [.. Enumerable.Range(0, 4 * 12).Select(_ => random.Next(7))];
        SequenceData data = name == "Words" ? SequenceData.FromTokenClasses(tokens, tokens, 12, targetEveryStep: true)
            : SequenceData.FromArrays(RandomData.Uniform(random, 4 * 12 * 3), RandomData.Uniform(random, 4 * 12 * 2), 12, 3, 2, targetEveryStep: true).WithClasses(classes, head: "last");
        GradientFlowResult some = GradientFlow.Measure(network, data, [12, 3]), all = GradientFlow.Measure(network, data);
        Assert.Equal([3, 12], some.Distances);
        Assert.NotEmpty(all.States);
        foreach ((StateGradients few, StateGradients every) in some.States.Zip(all.States))
        {
            Assert.Equal(every.Norms[2], few.Norms[0], every.Norms[2] * 1e-4);
            Assert.Equal(every.Norms[11], few.Norms[1], every.Norms[11] * 1e-4);
            Assert.All(every.Norms, n => Assert.True(double.IsFinite(n) && n > 0));
        }

        IsThatOfAPass(network, name, data, all, step: 11, others: true);
    }

    [Theory]
    [InlineData("Mixed")]
    [InlineData("Words")]
    public void The_loss_of_a_chosen_step_is_followed_from_there(string name)
    {
        INetwork network = Create(name);
        var random = new Random(2);
        int[] tokens = [.. Enumerable.Range(0, 4 * 12).Select(_ => random.Next(7))], classes = [.. tokens.Take(4).Select(t => t % 3)];
        SequenceData data = name == "Words" ? SequenceData.FromTokenClasses(tokens, tokens, 12, targetEveryStep: true)
            : SequenceData.FromArrays(RandomData.Uniform(random, 4 * 12 * 3), RandomData.Uniform(random, 4 * 12 * 2), 12, 3, 2, targetEveryStep: true).WithClasses(classes, head: "last");
        GradientFlowResult flow = GradientFlow.Measure(network, data, step: 7), last = GradientFlow.Measure(network, data, step: 11), usual = GradientFlow.Measure(network, data);
        Assert.Equal(Enumerable.Range(1, 8), flow.Distances);
        Assert.Equal(usual.States.SelectMany(s => s.Norms), last.States.SelectMany(s => s.Norms));

        IsThatOfAPass(network, name, data, flow, step: 7, others: false);
    }

    [Fact]
    public void What_cannot_be_followed_says_why()
    {
        SequenceData data = SequenceData.FromArrays(new float[72], new float[24], 12, 3, targetEveryStep: true);
        Says<NotSupportedException>("reads sequences from their ends or as a whole", () => GradientFlow.Measure(Create("Both"), data));
        Says<NotSupportedException>("has no recurrent layer", () => GradientFlow.Measure(Create("Still"), data));
        SequenceData known = SequenceData.FromArrays(new float[24], new float[2], 12, lengths: [12, 3]);
        Says<ArgumentException>("give sequences that are all full", () => GradientFlow.Measure(Create("Known"), known));
        Says<NotSupportedException>("has a loss after the last step alone", () => GradientFlow.Measure(Create("Known"), SequenceData.FromArrays(new float[24], new float[2], 12), step: 3));
        SequenceData words = SequenceData.FromTokenClasses(new int[24], new int[24], 12, targetEveryStep: true);
        Says<ArgumentOutOfRangeException>("A step is 0 to 11", () => GradientFlow.Measure(Create("Words"), words, step: 12));
        Says<ArgumentOutOfRangeException>("Distances are 1 to 4 steps, as many as there are up to the step", () => GradientFlow.Measure(Create("Words"), words, [5], step: 3));
        Says<ArgumentOutOfRangeException>("Distances are 1 to 12 steps", () => GradientFlow.Measure(Create("Known"), SequenceData.FromArrays(new float[24], new float[2], 12), [13]));
    }

    private static void Says<T>(string text, Action action)
        where T : Exception => Assert.Contains(text, Assert.Throws<T>(action).Message, StringComparison.Ordinal);

    private static INetwork Create(string name) => (INetwork)_networks.Value.Create(name, 5);

    /// <summary>The flow to the first states is their gradient in a whole pass in which the loss of one step alone counts.</summary>
    /// <param name="others">Whether outputs that are one a sequence count too.</param>
    private static void IsThatOfAPass(INetwork network, string name, SequenceData data, GradientFlowResult flow, int step, bool others)
    {
        Workspace workspace = network.CreateWorkspace(4);
        workspace.Fill(data, [0, 1, 2, 3]);
        float[] mask = new float[48];
        for (int b = 0; b < 4; b++)
        {
            mask[name == "Mixed" ? (step * 4) + b : (b * 12) + step] = 1;
        }

        workspace.SetMask(network.Core.Plan.Outputs[0].Name, mask);
        if (!others && network.Core.Plan.Outputs.Length > 1)
        {
            workspace.SetMask(network.Core.Plan.Outputs[1].Name, new float[4]);
        }

        workspace.Forward(ForwardMode.Inference);
        workspace.Loss();
        workspace.Backward();
        foreach (StateGradients state in flow.States)
        {
            float[] gradient = new float[4 * network.Core.Plan.Training!.States.First(s => s.Name == state.State).Size];
            workspace.GetInitialStateGradient(state.State, gradient);
            double expected = Math.Sqrt(gradient.Sum(g => (double)g * g) * 4);
            Assert.Equal(expected, state.Norms[step], expected * 1e-4);
        }
    }
}
