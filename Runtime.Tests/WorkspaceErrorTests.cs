// Wrong calls of workspaces: each error names the thing, what was expected and found, and what to do.
using System;
using SeqGen.Kernels.V1;
using SeqGen.Tests.Support;
using Xunit;
using static SeqGen.Tests.Support.Errors;

namespace SeqGen.Tests;

public sealed class WorkspaceErrorTests
{
    [Fact]
    public void CallsOutOfOrderSayWhatComesFirst()
    {
        Workspace ws = new TinyNetwork().CreateWorkspace(2);
        Says<InvalidOperationException>("needs Forward first", () => ws.Loss());
        Says<InvalidOperationException>("needs Forward first", () => _ = ws.Output.Length);
        Says<InvalidOperationException>("needs Forward and Loss first", () => ws.Backward());
        Says<InvalidOperationException>("needs Backward first", () => _ = ws.InputGradient.Length);
        ws.Forward(ForwardMode.Training);
        Says<InvalidOperationException>("needs Loss first", () => ws.Backward());
        ws.Loss();
        ws.Backward();
        Says<InvalidOperationException>("another Forward", () => ws.Backward());
        Says<InvalidOperationException>("ComputeInputGradient = true", () => _ = ws.InputGradient.Length);
        ws.Resize(1, 2);
        Says<InvalidOperationException>("needs Forward first", () => ws.CarryState());
    }

    [Fact]
    public void BackwardNoticesThatParametersChanged()
    {
        TinyNetwork net = new();
        Workspace ws = net.CreateWorkspace(2);
        ws.Forward(ForwardMode.Training);
        ws.Loss();
        net.Core.Initialize(2);
        Says<InvalidOperationException>("have changed since Forward", () => ws.Backward());
    }

    [Fact]
    public void ANetworkWhoseConstructorForgotToInitializeSaysSo()
    {
        NetworkCore core = new(new TinyProgram(new()));
        Workspace ws = core.CreateWorkspace(1);
        Says<InvalidOperationException>("Tiny has no parameters yet, all are zero", () => ws.Forward(ForwardMode.Inference));
        core.Initialize(1);
        ws.Forward(ForwardMode.Inference);
    }

    [Fact]
    public void AWorkspaceIsFilledWithSamplesThatFit()
    {
        TinyNetwork net = new();
        Workspace ws = net.CreateWorkspace(3, 5);
        SequenceData data = TestData.Learnable(10);
        ws.Fill(data, [7, 2]);
        Assert.Equal((2, 5), (ws.Batch, ws.Steps));
        Assert.Equal(data.Inputs![2].ToArray(), ws.Input[15..].ToArray());
        Assert.Equal(data.Values![7].ToArray(), ws.Target[..2].ToArray());
        ws.Fill(SequenceData.FromArrays(new float[15], null, 5, 3), [0]);
        Assert.Equal(1, ws.Batch);
        Says<ArgumentOutOfRangeException>("samples 0 to 9, 10 was asked for", () => ws.Fill(data, [0, 10]));
        Says<ArgumentOutOfRangeException>("1 to 3 sequences, 4 were asked for", () => ws.Fill(data, [0, 1, 2, 3]));
        Says<ArgumentException>("has 2 features a step; Tiny takes 3", () => ws.Fill(SequenceData.FromArrays(new float[10], null, 5, 2), [0]));
        Assert.Throws<ArgumentNullException>(() => ws.Fill(null!, [0]));
        TinyNetwork without = new(1, new() { Loss = LossKind.None });
        without.CreateWorkspace(1).Fill(data, [3]);
    }

    [Fact]
    public void ShapesAndRangesAreChecked()
    {
        Workspace ws = new TinyNetwork().CreateWorkspace(2, 4);
        Says<ArgumentOutOfRangeException>("1 to 2 sequences, 3 were asked for. Create it with a larger maxBatch.", () => ws.Resize(3, 4));
        Assert.DoesNotContain("larger", Assert.Throws<ArgumentOutOfRangeException>(() => ws.Resize(0, 4)).Message, StringComparison.Ordinal);
        Says<ArgumentOutOfRangeException>("1 to 4 steps, 5 were asked for", () => ws.Resize(2, 5));
        Says<ArgumentOutOfRangeException>("Sequence 1 has length 5; it must be 1 to 4", () => ws.SetLengths([1, 5]));
        Says<ArgumentException>("lengths [Batch = 2] has 2 elements here, 3 were given", () => ws.SetLengths([1, 2, 3]));
        Says<ArgumentException>("mask [Batch = 2] (or one for each of 2 values, or one a sequence)", () => ws.SetMask([1]));
        Says<ArgumentOutOfRangeException>("Element 1 of the mask is -0.5; weights are finite and 0 (does not count) or more", () => ws.SetMask([1, -0.5f]));
        Says<ArgumentOutOfRangeException>("Element 3 of the mask is NaN", () => ws.SetMask([1, 0.5f, 1, float.NaN]));
        Says<ArgumentException>("has no state 'x'. It has rnn.h", () => ws.SetInitialState("x", []));
        Says<ArgumentException>("has no noise 'x' here. It has none.", () => ws.SetNoise("x", []));
        Says<InvalidOperationException>("fill Input", () => _ = ws.Tokens.Length);
        Says<InvalidOperationException>("fill Target", () => _ = ws.TargetClasses.Length);
        Says<InvalidOperationException>("call Loss", () => _ = ws.OutputGradient.Length);
        ws.Forward(ForwardMode.Training);
        ws.Loss();
        Says<ArgumentOutOfRangeException>("There are 4 steps", () => ws.Backward(5));
    }

    [Fact]
    public void TokensAndClassesOutOfRangeAreNamedUnlessBeyondALength()
    {
        TinyNetwork net = new(1, new() { Tokens = 7, Sequence = true, Loss = LossKind.SoftmaxCrossEntropy });
        Workspace ws = net.CreateWorkspace(2, 3);
        ws.Tokens[4] = 7;
        ws.TargetClasses[5] = 2;
        Says<InvalidOperationException>("Token 7 at sequence 1, step 1: Tiny takes tokens 0 to 6", () => ws.Forward(ForwardMode.Training));
        ws.Tokens[4] = 6;
        ws.Forward(ForwardMode.Training);
        Says<InvalidOperationException>("Target class 2 at sequence 1, step 2: Tiny has classes 0 to 1", () => ws.Loss());
        ws.Tokens[5] = -1;
        ws.SetLengths([3, 2]);
        ws.Forward(ForwardMode.Training);
        Assert.True(double.IsFinite(ws.Loss()));
        Says<NotSupportedException>("tokens have none", () => ws.ComputeInputGradient = true);
    }

    [Fact]
    public void AWorkspaceWithoutTrainingSaysSo()
    {
        Workspace ws = new TinyNetwork().CreateWorkspace(2, training: false);
        Says<InvalidOperationException>("created with training: false", () => ws.Forward(ForwardMode.Training));
        Says<InvalidOperationException>("created with training: false", () => _ = ws.Gradients.Length);
        ws.Forward(ForwardMode.Inference);
        Assert.True(ws.Loss() >= 0);
        Says<InvalidOperationException>("created with training: false", () => ws.Backward());
    }

    [Fact]
    public void NoCountedPositionGivesNoLossAndNoGradient()
    {
        Workspace ws = new TinyNetwork().CreateWorkspace(2);
        ws.Input.Fill(1);
        ws.Target.Fill(float.NaN);
        ws.SetMask([0, 0]);
        ws.Forward(ForwardMode.Training);
        Assert.Equal(0, ws.Loss());
        ws.Backward();
        Assert.All(ws.Gradients.ToArray(), g => Assert.Equal(0f, g));
    }

    [Fact]
    public void APlanOfAnotherContractIsRefused()
    {
        NetworkPlan plan = new TinyProgram(new()).Plan;
        NetworkPlan other = new()
        {
            Contract = 1,
            Name = plan.Name,
            Fingerprint = plan.Fingerprint,
            Axes = plan.Axes,
            Inputs = plan.Inputs,
            Outputs = plan.Outputs,
            Timesteps = 5,
            Parameters = plan.Parameters,
            ParameterLength = plan.ParameterLength,
            Inference = plan.Inference,
        };
        Says<InvalidOperationException>($"revision 1 of SeqGen's runtime contract, this runtime has revision {NetworkPlan.CurrentContract}", () => PlanChecks.Check(other));
    }
}
