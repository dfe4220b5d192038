// Training steps and inference over whole batches.
// Knows workspaces; refuses to know layers.
using System;
using System.Linq;
using SeqGen.Generator.Tests.Generated;
using SeqGen.Kernels.V1;
using Batches = SeqGen.Generator.Tests.Generated.Passes;

namespace SeqGen.Generator.Tests.Fuzz;

internal sealed partial class NetworkChecks
{
    private void Training(Judgement judged)
    {
        PassData data = judged.Data;
        string shape = $"batch {data.Batch}, steps {data.Steps}{(data.TargetSteps > 0 ? $", target steps {data.TargetSteps}" : "")}{(data.Lengths.Length > 0 ? ", lengths" : "")}{(data.Mask.Length > 0 ? ", mask" : "")}";
        Workspace workspace = null!;
        PassResults first = null!;
        Try("training", () =>
        {
            workspace = _network.CreateWorkspace(data.Batch + 1, data.Steps + (CanHave(data.Steps + 1) ? 1 : 0), maxTargetSteps: data.TargetSteps);
            first = Train(_network, workspace, data);
            CheckLoss(judged, first, shape);
            Compare(judged, first, shape);
        });
        if (first is null)
        {
            return;
        }

        Try("repeat", () => Same(first, Train(_network, workspace, data), "again in the same workspace, " + shape));
        Try("padding", () => NoPadding(workspace));
        Try("drawn", () => Same(first, Train(_network, Drawing(_network.CreateWorkspace(data.Batch, data.Steps, maxTargetSteps: data.TargetSteps)), Undrawn(data)), "with what it draws by itself, " + shape));
        Try("poison", () =>
        {
            Poison(workspace, data);
            Same(first, Train(_network, workspace, data), "after a pass over NaN, " + shape);
        });
        Try("variant", () =>
        {
            INetwork variant = _create(FuzzBatch.VariantSpace + "." + _case.Spec.Name);
            Equivalence.CopyParameters(_network, variant);
            PassResults got = Batches.Train(variant, data);
            string what = $"{_case.Variant.Name}, {shape}";
            if (_case.Variant.SameBits)
            {
                Same(first, got, what);
                Same(Batches.Predict(_network, data), Batches.Predict(variant, data), what + ", inference");
            }
            else
            {
                CheckLoss(judged, got, what);
                Compare(judged, got, what);
            }
        });
        Try("parallel", () =>
        {
            using var parallel = new ParallelWorkspace(_network.Core, data.Batch, data.Steps, threads: 2, training: true, processors: 2, data.TargetSteps);
            PassResults got = Train(_network, Drawing(parallel), Undrawn(data));
            CheckLoss(judged, got, "two threads, " + shape);
            Compare(judged, got, "two threads, " + shape);
        });
        Try("activations", () => Activations(workspace, data, shape));
        Try("calls", () => Calls(workspace, judged, first, shape));
        if (_plan.Training!.Noises.Length > 0 || _plan.Training.States.Any(s => s.Start == StateStart.Random))
        {
            Try("monte carlo", () => MonteCarlo(data));
        }

        Try("training inference", () =>
        {
            PassData quiet = data with { Noise = _none, Draws = default };
            Judgement forward = Judgement.Forward(_oracle, _network, quiet);
            Compare(forward, Batches.Predict(_network, workspace, quiet), "inference in a workspace for training, " + shape);
        });
    }

    private static PassResults Train(INetwork network, Workspace workspace, PassData data)
    {
        Batches.Start(network, workspace, data);
        workspace.ZeroGradients();
        return Batches.Train(network, workspace, data);
    }

    /// <summary>What a forward pass leaves of gates and other activations, and what is counted of them, on one thread and on two.</summary>
    private void Activations(Workspace workspace, PassData data, string shape)
    {
        Judgement judged = Judgement.Forward(Oracle.WithActivations(_case.Spec), _network, data, readsBatch: true);
        using var parallel = new ParallelWorkspace(_network.Core, data.Batch, data.Steps, threads: 2, training: true, processors: 2, data.TargetSteps);
        foreach (Workspace one in new[] { workspace, parallel })
        {
            string what = $"activations{(one == parallel ? " on two threads" : "")}, {shape}";
            Batches.Start(_network, one, data);
            Batches.Fill(_plan, one, data);
            one.Forward(ForwardMode.Training);
            PassResults got = Batches.Activations(_network, one, data);
            Compare(judged, got, what);
            foreach (ActivationPlace activation in _plan.Training!.Activations)
            {
                ActivationCounts counts = new(activation);
                one.AddTo(counts);
                double[] expected = CountedByHand(activation, got[PassResults.Activation + activation.Name], data);
                Same([.. expected.Select(v => (float)v)], [(float)counts.Low, (float)counts.High, (float)counts.Dead], $"{what}: shares of {activation.Name}: ");
            }
        }
    }

    private double[] CountedByHand(ActivationPlace activation, float[] values, PassData data)
    {
        int steps = activation.Axis < 0 ? 1 : data.StepsOf(_plan, activation.Axis);
        int[] lengths = activation.Axis < 0 ? [] : AxisSteps.Root(_plan, activation.Axis) == 0 ? data.Lengths : data.TargetLengths;
        int[] rows = [.. Enumerable.Range(0, data.Batch * steps).Where(r => lengths.Length == 0 || r % steps < AxisSteps.Of(_plan, activation.Axis, lengths[r / steps]))];
        bool IsLow(float v) => activation.Function switch { ActivationFunction.Sigmoid => v < 0.05f, ActivationFunction.Tanh => v < -0.95f, _ => v == 0 };
        bool IsHigh(float v) => activation.Function switch { ActivationFunction.Relu => false, ActivationFunction.HardSigmoid => v == 1, _ => v > 0.95f };
        float[][] units = [.. Enumerable.Range(0, activation.Size).Select(u => rows.Select(r => values[(r * activation.Size) + u]).ToArray())];
        double count = Math.Max(1, rows.Length * activation.Size);
        return
        [
            units.Sum(u => u.Count(IsLow)) / count, units.Sum(u => u.Count(IsHigh)) / count,
            rows.Length == 0 ? 0 : units.Count(u => u.All(IsLow)) / (double)activation.Size,
        ];
    }

    /// <summary>What is no parameter's has no gradient: it would count in a norm, and be moved by an update.</summary>
    private void NoPadding(Workspace workspace)
    {
        foreach ((int first, int length) in PackedLayout.PaddingRanges(_plan))
        {
            int at = workspace.Gradients.Slice(first, length).IndexOfAnyExcept(0f);
            if (at >= 0)
            {
                throw new MismatchException($"float {first + at} of the packed gradients is no parameter's, and has the gradient {workspace.Gradients[first + at]}");
            }
        }

        _counts.Passes++;
    }

    /// <summary>Three calls in one, without the gradient of the input, and after another pass whose gradients stay.</summary>
    private void Calls(Workspace workspace, Judgement judged, PassResults first, string shape)
    {
        if (_plan.Outputs.Any(o => o.Loss is null))
        {
            return;
        }

        Batches.Start(_network, workspace, judged.Data);
        Batches.Fill(_plan, workspace, judged.Data);
        workspace.ComputeInputGradient = false;
        workspace.ZeroGradients();
        Batches.GiveEnds(workspace, judged.Data);
        double loss = workspace.ForwardBackward(), parts = _plan.Outputs.Sum(o => workspace.LossOf(o.Name) * o.Loss!.Weight);
        if (Math.Abs(parts - loss) > 1e-12 * _plan.Outputs.Sum(o => Math.Abs(workspace.LossOf(o.Name) * o.Loss!.Weight)))
        {
            throw new MismatchException($"the heads' losses are {parts:R}, all of it {loss:R}, {shape}");
        }

        PassResults got = Gradients(1);
        got.Loss = loss;
        Same(new PassResults(first.Where(r => got.ContainsKey(r.Key))) { Loss = first.Loss }, got, "in one call, " + shape);
        Batches.GiveEnds(workspace, judged.Data);
        workspace.ForwardBackward();
        Compare(judged, Gradients(0.5f), "half of two passes, " + shape);

        PassResults Gradients(float times)
        {
            var results = new PassResults();
            foreach (Parameter parameter in _network.Parameters)
            {
                var values = new float[parameter.Count];
                parameter.CopyGradientTo(workspace.Gradients, values);
                results["grad." + parameter.Name] = Array.ConvertAll(values, v => v * times);
            }

            return results;
        }
    }

    private void CheckLoss(Judgement judged, PassResults got, string what, bool training = true)
    {
        if (_plan.Outputs.All(o => o.Loss is null))
        {
            return;
        }

        // A loss has noise of its own, and it is cheap to see only where it matters.
        double expected = _oracle.Forward(_network, judged.Data, training)["loss"][0], error = Math.Abs(got.Loss - expected);
        if (error <= Closeness.Tolerance * Math.Abs(expected))
        {
            return;
        }

        Judgement forward = Judgement.Forward(_oracle, _network, judged.Data, training);
        forward.Check("loss", forward.Values["loss"], [(float)got.Loss], what + ": loss");
    }

    /// <summary>Runs a training step of which everything is NaN that a program computes, so that whatever the next one reads and has not written shows.</summary>
    private void Poison(Workspace workspace, PassData data)
    {
        float[] parameters = _network.Parameters.Values.ToArray();
        foreach (Parameter parameter in _network.Parameters)
        {
            parameter.CopyFrom(Nan(parameter.Count));
        }

        PassData spoiled = data with
        {
            Input = Nan(data.Input.Length),
            DecoderInput = Nan(data.DecoderInput.Length),
            OutputGradient = Nan(data.OutputGradient.Length),
            States = data.States.ToDictionary(s => s.Key, s => Nan(s.Value.Length)),
            Heads = data.Heads.ToDictionary(h => h.Key, h => h.Value with { OutputGradient = Nan(h.Value.OutputGradient.Length) }),
        };
        if (workspace.IsTraining)
        {
            Batches.Start(_network, workspace, spoiled);
            Batches.Train(_network, workspace, spoiled);
        }
        else
        {
            Batches.Predict(_network, workspace, spoiled);
        }

        Judgement.Restore(_network, parameters);
    }

    private static float[] Nan(int count)
    {
        var values = new float[count];
        Array.Fill(values, float.NaN);
        return values;
    }

    private void Inference(Judgement judged)
    {
        PassData data = judged.Data;
        string shape = $"batch {data.Batch}, steps {data.Steps}{(data.TargetSteps > 0 ? $", target steps {data.TargetSteps}" : "")}{(data.Lengths.Length > 0 ? ", lengths" : "")}";
        Workspace workspace = null!;
        PassResults first = null!;
        Try("inference", () =>
        {
            workspace = _network.CreateWorkspace(data.Batch + 1, data.Steps, training: false, data.TargetSteps);
            first = Batches.Predict(_network, workspace, data);
            Compare(judged, first, shape);
        });
        if (first is null)
        {
            return;
        }

        Labels(first, data);
        Try("inference repeat", () => Same(first, Batches.Predict(_network, workspace, data), "again in the same workspace, " + shape));
        Try("inference repeat", () => Same(first, Batches.Predict(_network, data), "in a fresh workspace, " + shape));
        Try("inference poison", () =>
        {
            Poison(workspace, data);
            Same(first, Batches.Predict(_network, workspace, data), "after a pass over NaN, " + shape);
        });
        Files(data, first);
        Try("singles", () =>
        {
            for (int row = 0; row < Math.Min(3, data.Batch) && data.Batch > 1; row++)
            {
                foreach ((string name, float[] values) in Batches.Predict(_network, data.Row(row)))
                {
                    double[] whole = judged.Values[name];
                    judged.Check(name, whole.AsSpan(whole.Length / data.Batch * row, whole.Length / data.Batch), values, $"sequence {row} by itself, {shape}: {name}");
                }

                _counts.Passes++;
            }
        });
    }

    /// <summary>Backward(k) is the gradient as if what was k steps before the end were a constant and only the last k steps counted.</summary>
    private void LastSteps(Judgement judged)
    {
        PassData data = judged.Data;
        if (!_plan.TruncatesBackward || data.Steps < 2)
        {
            return;
        }

        Try("last steps", () =>
        {
            int last = _draws.Between(1, data.Steps - 1);
            Judgement cut = Judgement.From(_oracle, _network, data, data.Steps - last);
            string what = $"Backward({last}) of {data.Steps} steps, batch {data.Batch}{(data.Lengths.Length > 0 ? ", lengths" : "")}{(data.Mask.Length > 0 ? ", mask" : "")}";
            Compare(cut, Batches.Train(_network, data, last), what);

            // Where the losses of the other steps do not count, the mean is one of fewer; a sum over steps is as many means as a sequence has positions.
            if (_plan is not { Outputs: [{ Axis: 0, Loss: { ClassWeights: null, Kind: not LossKind.Ctc } }] })
            {
                return;
            }

            Workspace workspace = _network.CreateWorkspace(data.Batch, data.Steps);
            PassResults all = Train(_network, workspace, data);
            double counted = workspace.CountedWeight;
            if (counted == 0)
            {
                return;
            }

            workspace.LossSteps = last;
            PassResults some = Batches.Train(_network, Begun(workspace, data), data with { FinalGradients = _none }, last);
            if (workspace.CountedWeight > 0 && data.FinalGradients.Count == 0)
            {
                Compare(cut, Scaled(some, workspace.CountedWeight / counted), what + ", whose losses alone count");
            }

            (workspace.LossSteps, workspace.Reduction) = (0, LossReduction.SumOverSteps);
            data = data with { FinalGradients = data.FinalGradients.ToDictionary(g => g.Key, g => Array.ConvertAll(g.Value, v => (float)(v * (counted / data.Batch)))) };
            Compare(judged, Scaled(Train(_network, workspace, data), data.Batch / counted), what + ", sum over steps");
        });
    }

    private Workspace Begun(Workspace workspace, PassData data)
    {
        Batches.Start(_network, workspace, data);
        workspace.ZeroGradients();
        return workspace;
    }

    /// <summary>Gradients times a factor; what is no gradient as it is.</summary>
    private static PassResults Scaled(PassResults results, double factor) => new(results.Select(r => r.Key.StartsWith("grad.", StringComparison.Ordinal)
        ? new(r.Key, Array.ConvertAll(r.Value, v => (float)(v * factor))) : r))
    { Loss = results.Loss };

    /// <summary>A sequence in two parts, states carried over.</summary>
    private void Carried(Judgement judged)
    {
        PassData data = judged.Data;
        if (!_plan.CanStream || _plan.Axes.Length > 1 || data.Lengths.Length > 0 || data.Steps < 2 || _plan.Streaming!.States.Any(s => s.Start == StateStart.Hidden))
        {
            return;
        }

        Try("carried states", () =>
        {
            int from = _draws.Between(1, data.Steps - 1);
            Workspace workspace = _network.CreateWorkspace(data.Batch, data.Steps, training: false);
            Batches.Predict(_network, workspace, data.Between(0, from));
            workspace.CarryState();
            workspace.Resize(data.Batch, data.Steps - from, keepStates: true);
            PassResults got = Batches.PredictOn(_network, workspace, data.Between(from, data.Steps - from));
            _counts.Passes++;
            foreach ((string name, float[] values) in got)
            {
                double[] whole = judged.Values[name];
                bool isWhole = name.StartsWith("final.", StringComparison.Ordinal) || values.Length == whole.Length;
                int size = whole.Length / data.Batch / data.Steps;
                double[] expected = isWhole ? whole : [.. Enumerable.Range(0, data.Batch).SelectMany(b => whole.AsSpan(((b * data.Steps) + from) * size, (data.Steps - from) * size).ToArray())];
                judged.Check(name, expected, values, $"the rest from step {from} on with carried states, batch {data.Batch}, steps {data.Steps}: {name}");
            }
        });
    }
}
