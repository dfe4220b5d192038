// Executes a planned program on marks instead of numbers: whoever reads a value must find it where the plan says, and not what was
// written there before or since. So no two values that are still to be read share a cell, whatever the loops over time.
// Knows the order in which emitted code does its work; refuses to know how PlanBuffers decides, and what anything computes.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;
using SeqGen.Generator.Passes;

namespace SeqGen.Generator.Tests.Passes;

/// <summary>How a program is run.</summary>
/// <param name="First">Where the way back ends.</param>
/// <param name="Chunk">Steps of one chunk of the way back.</param>
/// <param name="IsShort">Whether the second sequence ends a step early.</param>
internal sealed record Course(int First = 0, int Chunk = int.MaxValue, bool IsShort = false);

internal sealed partial class PlaceChecker
{
    private const int MostFaults = 20;

    private readonly ProgramPlan _plan;
    private readonly Course _course;
    private readonly MemoryModel _memory;
    private readonly Dictionary<Value, (Scan Scan, ScanCarry Carry)> _previous, _finals;
    private readonly Dictionary<Value, Value> _emitted;
    private readonly HashSet<Node> _decoding = [];
    private readonly HashSet<string> _faults = [];

    // Where in the program it is: the call, the loop over time and its step, and outside of loops the steps that are worked on.
    private int _call;
    private Scan? _loop;
    private int _step;
    private bool _isBack;
    private int _from;
    private int _to = int.MaxValue;

    private PlaceChecker(ProgramPlan plan, Course course)
    {
        (_plan, _course) = (plan, course);
        _memory = new MemoryModel(plan, Steps);
        List<Scan> scans = [.. plan.Graph.Root.Nodes.OfType<Scan>()];
        _previous = scans.SelectMany(s => s.Carries.Select(c => (s, c))).ToDictionary(p => p.c.Previous);
        _finals = scans.SelectMany(s => s.Carries.Select(c => (s, c))).ToDictionary(p => p.c.Final);
        _emitted = scans.SelectMany(s => s.Emits).ToDictionary(e => e.Outer, e => e.Inner);
        FindDecoding();
    }

    /// <summary>What is wrong with a plan, in all courses that a program of its mode takes.</summary>
    public static IReadOnlyList<string> Faults(ProgramPlan plan)
    {
        IEnumerable<Course> courses = plan.Mode switch
        {
            Mode.Streaming => [new()],
            Mode.Inference => [new(), new(IsShort: true)],
            _ => [new(Chunk: 1, IsShort: true), new(), .. plan.Truncates ? new[] { new Course(First: 1), new Course(First: 1, Chunk: 1, IsShort: true) } : []],
        };
        return [.. courses.SelectMany(c => new PlaceChecker(plan, c).Run().Select(f => $"{plan.Mode}, {c}: {f}")).Take(MostFaults)];
    }

    private HashSet<string> Run()
    {
        switch (_plan.Mode)
        {
            case Mode.Training:
                Train();
                break;
            case Mode.Inference:
                Predict();
                break;
            default:
                Stream();
                break;
        }

        return _faults;
    }

    private void Train()
    {
        Stage(n => n.Op is NoiseOp || n.Op is InputOp { Port: var port } && IsGivenBefore(port));
        RunTasks(_plan.Forward.Tasks);
        CheckResults(k => !IsGradient(k));
        foreach (SavedActivation saved in SavedActivations.Of(_plan))
        {
            Read(saved.Value, _plan.Graph.Root, "who looks at " + saved.Name);
        }

        Stage(n => n.Op is LossGradientOp || n.Op is InputOp { Port: var port } && (port.StartsWith("seed", StringComparison.Ordinal) || port.StartsWith(Ports.FinalGradient, StringComparison.Ordinal)));
        (_isBack, _from) = (true, _course.First);
        RunBack([.. _plan.Backward.Tasks.Where(t => !_plan.ForInputGradient.Contains(t) && !(t.IsLoop && t.Nodes.All(_plan.GradientTargets.ContainsKey)))]);
        RunTasks(_plan.Backward.Tasks.Where(_plan.ForInputGradient.Contains));
        CheckResults(IsGradient);
        (_isBack, _from) = (false, 0);
        CheckResults(k => !IsGradient(k));

        // Noise is written once for many passes.
        foreach (Node noise in _plan.Graph.Root.Nodes.Where(n => n.Op is NoiseOp))
        {
            Read(noise.Output, _plan.Graph.Root, "the next pass");
        }
    }

    private void Predict()
    {
        Stage(n => n.Op is InputOp { Port: var port } && IsGivenBefore(port));
        RunTasks(_plan.Forward.Tasks.Where(t => !t.Nodes.Any(_decoding.Contains)));
        List<Task> decoding = [.. _plan.Forward.Tasks.Where(t => t.Nodes.Any(_decoding.Contains))];
        for (_call = 0; _call < (_plan.Continues ? 3 : 1); _call++)
        {
            if (_call > 0)
            {
                Stage(n => n.Op is InputOp { Port: "decoder_input" });
            }

            RunTasks(decoding);
            CheckResults(k => true);
        }
    }

    private void Stream()
    {
        var needed = new HashSet<Value>(_plan.Graph.Results.Where(r => r.Key.StartsWith("final.", StringComparison.Ordinal)).Select(r => r.Value));
        var forState = new HashSet<Task>();
        foreach (Task task in _plan.Forward.Tasks.Reverse().Where(t => t.Node.Op is UnfoldOp || t.Nodes.Any(n => n.Outputs.Any(needed.Contains))))
        {
            forState.Add(task);
            needed.UnionWith(task.Nodes.SelectMany(n => n.Reads));
        }

        for (_call = 0; _call < 4; _call++)
        {
            Stage(n => n.Op is InputOp { Port: var port } && (port == "input" || _call == 0));
            bool wantsOutput = _call != 2;
            RunTasks(_plan.Forward.Tasks.Where(t => wantsOutput || forState.Contains(t)));
            CheckResults(k => wantsOutput || k.StartsWith("final.", StringComparison.Ordinal));
        }
    }

    private void RunTasks(IEnumerable<Task> tasks)
    {
        foreach (Task task in tasks)
        {
            if (task.Node is Scan scan)
            {
                Begin(scan);
                RunSteps(scan, 0, Steps(scan.Axis));
                End(scan);
            }
            else
            {
                RunTask(task);
            }
        }
    }

    /// <summary>The way back: a loop and the products behind it in its method are done in chunks of some steps.</summary>
    private void RunBack(List<Task> tasks)
    {
        for (int i = 0; i < tasks.Count;)
        {
            int end = i + 1;
            while (end < tasks.Count && tasks[end].Node.Layer == tasks[i].Node.Layer)
            {
                end++;
            }

            List<Task> method = tasks.GetRange(i, end - i);
            if (method.Count > 1 && method[0].Node is Scan { Reverse: true } scan && method.Skip(1).All(t => IsInChunks(t.Node, scan)))
            {
                RunChunks(scan, method);
            }
            else
            {
                RunTasks(method);
            }

            i = end;
        }
    }

    private static bool IsInChunks(Node node, Scan scan) => node.Op is AffineWeightGradientOp or AffineBiasGradientOp or AffineInputGradientOp or GatherGradientOp
        && node.Inputs.Any(i => i.Shape.Extent == Extent.BatchAxis) && node.Inputs.All(i => i.Shape.Extent != Extent.BatchAxis || i.Shape.Axis == scan.Axis);

    private void RunChunks(Scan scan, List<Task> method)
    {
        Begin(scan);
        for (int end = Steps(scan.Axis); end > _course.First; end -= Math.Min(end, _course.Chunk))
        {
            int start = Math.Max(_course.First, end - Math.Min(end, _course.Chunk));
            RunSteps(scan, start, end);
            (_from, _to) = (start, end);
            RunTasks(method.Skip(1));
            (_from, _to) = (_course.First, int.MaxValue);
        }

        End(scan);
    }

    private void CheckResults(Func<string, bool> which)
    {
        foreach (KeyValuePair<string, Value> result in _plan.Graph.Results.Where(r => !r.Key.StartsWith("grad.parameter.", StringComparison.Ordinal) && which(r.Key)))
        {
            bool isPart = _isBack;
            _isBack = false;
            Read(result.Value, _plan.Graph.Root, "who asks for " + result.Key);
            _isBack = isPart;
        }
    }

    private static bool IsGradient(string result) => result.StartsWith("grad.", StringComparison.Ordinal);

    private static bool IsGivenBefore(string port) => Ports.HasGradient(port) || port.StartsWith(Ports.Resets, StringComparison.Ordinal);

    /// <summary>What the runtime writes.</summary>
    private void Stage(Func<Node, bool> which)
    {
        foreach (Node node in _plan.Graph.Root.Nodes.Where(n => n is not Scan && n.Output.Shape.IsFloat && which(n)))
        {
            if (_plan.Views.TryGetValue(node.Output, out View? view))
            {
                bool isPart = _isBack;
                _isBack = false;
                Write(node.Output, view);
                _isBack = isPart;
            }
            else
            {
                _faults.Add($"{node.Output} is handed in, and lies nowhere");
            }
        }
    }

    /// <summary>What depends on what a decoder is fed is done again by every call.</summary>
    private void FindDecoding()
    {
        if (_plan.Mode != Mode.Inference || _plan.Graph.Root.Nodes.FirstOrDefault(n => n.Op is InputOp { Port: "decoder_input" }) is not { } input)
        {
            return;
        }

        _decoding.Add(input);
        foreach (Node node in _plan.Graph.Root.Nodes)
        {
            if (node.Reads.Any(v => v.Producer is { } p && _decoding.Contains(p)) || (node is Scan scan && scan.Axis == input.Output.Shape.Axis))
            {
                _decoding.Add(node);
            }
        }
    }

    private bool GoesOn(Scan scan) => _plan.Mode == Mode.Streaming || (_plan.Continues && _decoding.Contains(scan));

    /// <summary>Few steps, but at least two of every axis where that can be.</summary>
    private int Steps(Axis axis)
    {
        if (_plan.Mode == Mode.Streaming)
        {
            return 1;
        }

        if (axis.Source is not null)
        {
            return Math.Max(0, (Steps(axis.Source) - axis.Trim) / axis.Stride);
        }

        int steps = 3;
        foreach (Axis derived in _plan.Axes.Where(a => Root(a) == axis && a != axis))
        {
            int needed = 2;
            for (Axis a = derived; a.Source is not null; a = a.Source)
            {
                needed = (needed * a.Stride) + a.Trim;
            }

            steps = Math.Max(steps, needed);
        }

        return axis.Max > 0 ? Math.Min(steps, axis.Max) : steps;

        static Axis Root(Axis a) => a.Source is null ? a : Root(a.Source);
    }

    private int Length(Axis axis, int row) => !_course.IsShort || row == 0 ? Steps(axis)
        : axis.Source is null ? Math.Max(1, Steps(axis) - 1) : Math.Max(0, (Length(axis.Source, row) - axis.Trim) / axis.Stride);
}
