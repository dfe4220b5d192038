// Drives a generated network through its public interface: fills a workspace, runs the passes, and collects everything by name.
// Knows the names of the golden cases' README (output, out.LAYER, final.STATE, grad.NAME); refuses to know what is right.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Kernels.V1;

namespace SeqGen.Generator.Tests.Generated;

/// <summary>What a pass gave, [batch, time, ...].</summary>
internal sealed class PassResults : Dictionary<string, float[]>
{
    /// <summary>What names of activations begin with.</summary>
    public const string Activation = "activation.";

    public PassResults()
    {
    }

    public PassResults(IEnumerable<KeyValuePair<string, float[]>> results)
        : base(results)
    {
    }

    public double Loss { get; set; }
}

internal static class Passes
{
    /// <summary>Forward, loss and backward in a fresh workspace of just the size.</summary>
    public static PassResults Train(INetwork network, PassData data, int lastSteps = 0)
    {
        Workspace workspace = network.CreateWorkspace(data.Batch, data.Steps, maxTargetSteps: data.TargetSteps);
        Start(network, workspace, data);
        return Train(network, workspace, data, lastSteps);
    }

    /// <summary>The same in a workspace that has its shape, states and noise.</summary>
    public static PassResults Train(INetwork network, Workspace workspace, PassData data, int lastSteps = 0)
    {
        NetworkPlan plan = network.Core.Plan;
        workspace.ComputeInputGradient = plan.Training!.InputGradients.Any(g => g is not null);
        Fill(plan, workspace, data);
        workspace.Forward(ForwardMode.Training);
        var results = new PassResults();
        foreach (OutputPort head in plan.Outputs.Where(o => o.Loss is null))
        {
            float[] gradient = head == plan.Outputs[0] ? data.OutputGradient : data.Heads[head.Name].OutputGradient;
            Put(plan, gradient, workspace.OutputGradientOf(head.Name), data, head.Axis);
        }

        if (plan.Outputs.Any(o => o.Loss is not null))
        {
            results.Loss = workspace.Loss();
        }

        ReadForward(plan, workspace, data, results);
        GiveEnds(workspace, data);
        workspace.Backward(lastSteps);
        foreach (Parameter parameter in network.Parameters)
        {
            parameter.CopyGradientTo(workspace.Gradients, results["grad." + parameter.Name] = new float[parameter.Count]);
        }

        if (workspace.ComputeInputGradient)
        {
            foreach (InputPort port in plan.Inputs.Where((p, i) => plan.Training.InputGradients[i] is not null))
            {
                results["grad." + port.Name] = Get(plan, workspace.InputGradientOf(port.Name), data, port.Axis);
            }
        }

        foreach (StatePlace state in plan.Training.States)
        {
            if (state.InitialGradient is not null)
            {
                workspace.GetInitialStateGradient(state.Name, results["grad.init." + state.Name] = new float[data.Batch * state.Size]);
            }
        }

        return results;
    }

    /// <summary>Outputs and final states of the inference program.</summary>
    public static PassResults Predict(INetwork network, PassData data) =>
        Predict(network, network.CreateWorkspace(data.Batch, data.Steps, training: false, data.TargetSteps), data);

    /// <summary>The same in a workspace with room for it, which may be one for training.</summary>
    public static PassResults Predict(INetwork network, Workspace workspace, PassData data)
    {
        Resize(workspace, data);
        foreach (KeyValuePair<string, float[]> state in data.States)
        {
            workspace.SetInitialState(state.Key, state.Value);
        }

        return PredictOn(network, workspace, data);
    }

    /// <summary>The same in a workspace that has its shape and states.</summary>
    public static PassResults PredictOn(INetwork network, Workspace workspace, PassData data)
    {
        NetworkPlan plan = network.Core.Plan;
        FillInput(plan, workspace, data);
        workspace.Forward(ForwardMode.Inference);
        var results = new PassResults();
        ReadForward(plan, workspace, data, results);
        return results;
    }

    /// <summary>Gives a workspace its shape, initial states and noise.</summary>
    public static void Start(INetwork network, Workspace workspace, PassData data)
    {
        NetworkPlan plan = network.Core.Plan;
        Resize(workspace, data);
        if (data.Draws.Seed != 0)
        {
            (workspace.Seed, workspace.SampleOffset) = data.Draws;
        }

        foreach (KeyValuePair<string, float[]> state in data.States)
        {
            workspace.SetInitialState(state.Key, state.Value);
        }

        foreach (NoisePlace noise in plan.Training!.Noises)
        {
            if (data.Noise.TryGetValue(noise.Name, out float[]? values))
            {
                workspace.SetNoise(noise.Name, Reordered(plan, values, data, noise.Life == NoiseLife.Step ? noise.Axis : -1));
            }
        }
    }

    /// <summary>Gives the gradients of final states, for one way back.</summary>
    public static void GiveEnds(Workspace workspace, PassData data)
    {
        foreach ((string name, float[] gradient) in data.FinalGradients)
        {
            workspace.SetFinalStateGradient(name, gradient);
        }
    }

    /// <summary>Input, lengths, and what the loss needs.</summary>
    public static void Fill(NetworkPlan plan, Workspace workspace, PassData data)
    {
        FillInput(plan, workspace, data);
        foreach (OutputPort head in plan.Outputs.Skip(1).Where(h => h.Loss is not null))
        {
            FillHead(plan, workspace, data, head);
        }

        int axis = plan.Outputs[0].Axis;
        switch (plan.Loss?.Kind)
        {
            case null:
                break;
            case LossKind.Ctc:
                workspace.SetLabels(data.Labels, data.LabelLengths);
                workspace.SetLossLengths(data.LossLengths);
                workspace.SetMask(data.Mask);
                return;
            case LossKind.SoftmaxCrossEntropy or LossKind.CustomOfClasses:
                Put(plan, data.Classes, workspace.TargetClasses, data, axis);
                break;
            default:
                Put(plan, data.Target, workspace.Target, data, axis);
                break;
        }

        workspace.SetMask(Reordered(plan, data.Mask, data, axis));
    }

    private static void FillHead(NetworkPlan plan, Workspace workspace, PassData data, OutputPort head)
    {
        HeadData given = data.Heads[head.Name];
        if (head.Loss!.Kind == LossKind.Ctc)
        {
            workspace.SetLabels(head.Name, given.Labels, given.LabelLengths);
            workspace.SetLossLengths(head.Name, data.LossLengths);
            return;
        }

        if (head.Loss.Kind.TakesClasses())
        {
            Put(plan, given.Classes, workspace.TargetClassesOf(head.Name), data, head.Axis);
        }
        else
        {
            Put(plan, given.Target, workspace.TargetOf(head.Name), data, head.Axis);
        }

        workspace.SetMask(head.Name, Reordered(plan, given.Mask, data, head.Axis));
    }

    private static void Resize(Workspace workspace, PassData data)
    {
        if (data.TargetSteps > 0)
        {
            workspace.Resize(data.Batch, data.Steps, data.TargetSteps);
        }
        else
        {
            workspace.Resize(data.Batch, data.Steps);
        }
    }

    private static void FillInput(NetworkPlan plan, Workspace workspace, PassData data)
    {
        workspace.SetLengths(data.Lengths);
        if (data.TargetLengths.Length > 0)
        {
            workspace.SetTargetLengths(data.TargetLengths);
        }

        if (plan.Resets)
        {
            workspace.SetResets(Reordered(plan, data.Resets, data, 0));
        }

        foreach (InputPort port in plan.Inputs)
        {
            FillPort(plan, workspace, data, port);
        }
    }

    /// <summary>What a decoder is fed alone.</summary>
    public static void FillDecoder(NetworkPlan plan, Workspace workspace, PassData data) => FillPort(plan, workspace, data, plan.Inputs[1]);

    /// <summary>[batch, time, ...] in the network's own order.</summary>
    public static T[] Ordered<T>(NetworkPlan plan, T[] values, PassData data, int axis) => Reordered(plan, values, data, axis);

    private static void FillPort(NetworkPlan plan, Workspace workspace, PassData data, InputPort port)
    {
        bool first = port.Axis == 0;
        if (port.TokenCount > 0)
        {
            Put(plan, first ? data.Tokens : data.DecoderTokens, workspace.TokensOf(port.Name), data, port.Axis);
        }
        else
        {
            Put(plan, first ? data.Input : data.DecoderInput, workspace.InputOf(port.Name), data, port.Axis);
        }
    }

    /// <summary>Gates and other activations that a forward pass of training leaves.</summary>
    public static PassResults Activations(INetwork network, Workspace workspace, PassData data)
    {
        NetworkPlan plan = network.Core.Plan;
        var results = new PassResults();
        foreach (ActivationPlace activation in plan.Training!.Activations)
        {
            var values = new float[data.Batch * (activation.Axis < 0 ? 1 : data.StepsOf(plan, activation.Axis)) * activation.Size];
            workspace.OutputOf(activation.Name, values);
            results[PassResults.Activation + activation.Name] = Get(plan, values, data, activation.Axis);
        }

        return results;
    }

    private static void ReadForward(NetworkPlan plan, Workspace workspace, PassData data, PassResults results)
    {
        foreach (OutputPort output in plan.Outputs)
        {
            results[output.Name == "output" ? "output" : "output." + output.Name] = Get(plan, workspace.OutputOfHead(output.Name), data, output.Axis);
        }

        WorkArea area = workspace.IsTraining ? plan.Training! : plan.Inference;
        foreach (OutputPlace output in area.LayerOutputs)
        {
            int steps = (output.Axis < 0 ? 1 : data.StepsOf(plan, output.Axis)) * (output.Across < 0 ? 1 : data.StepsOf(plan, output.Across));
            var values = new float[data.Batch * steps * output.Size];
            workspace.OutputOf(output.Layer, values);
            results["out." + output.Layer] = Get(plan, values, data, output.Axis);
        }

        foreach (StatePlace state in area.States.Where(s => s.Start != StateStart.Hidden).Concat(area.Finals))
        {
            workspace.GetFinalState(state.Name, results["final." + state.Name] = new float[data.Batch * state.Size]);
        }
    }

    private static void Put<T>(NetworkPlan plan, T[] values, Span<T> destination, PassData data, int axis) =>
        Reordered(plan, values, data, axis).CopyTo(destination);

    /// <summary>From the network's order to [batch, time, ...].</summary>
    private static float[] Get(NetworkPlan plan, ReadOnlySpan<float> values, PassData data, int axis) =>
        axis >= 0 && plan.TimeMajor ? Swapped(values.ToArray(), data.StepsOf(plan, axis), data.Batch) : values.ToArray();

    /// <summary>From [batch, time, ...] to the network's order.</summary>
    private static T[] Reordered<T>(NetworkPlan plan, T[] values, PassData data, int axis) =>
        axis >= 0 && plan.TimeMajor ? Swapped(values, data.Batch, data.StepsOf(plan, axis)) : values;

    /// <summary>[outer, inner, ...] as [inner, outer, ...].</summary>
    private static T[] Swapped<T>(T[] values, int outer, int inner)
    {
        var swapped = new T[values.Length];
        int size = values.Length / (outer * inner);
        for (int i = 0; i < outer * inner; i++)
        {
            values.AsSpan(i * size, size).CopyTo(swapped.AsSpan(((i % inner * outer) + (i / inner)) * size));
        }

        return swapped;
    }
}
