// Writes one program (training, inference or streaming) as methods: one a layer and direction, time loops inside.
// Knows the order of tasks and the loops over time; what a task looks like is KernelCalls' and MapLoop's.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Model;
using SeqGen.Generator.Passes;
using static SeqGen.Generator.Emission.Literals;

namespace SeqGen.Generator.Emission;

internal sealed partial class ProgramWriter(PlannedProgram program, ParameterNames names, LoopLibrary loops, HashSet<string> taken, int unroll)
{
    private readonly ProgramPlan _plan = program.Plan;
    private readonly KernelCalls _calls = new(program, names, loops);
    private readonly ProductCalls _products = new(program.Plan, names, loops);

    /// <summary>The most statements of one unrolled time loop: the JIT gives up on methods far larger.</summary>
    public const int StatementBudget = 240;

    /// <summary>What the program is, for comments of its methods; empty for one of a network's three.</summary>
    public string Title { get; set; } = "";

    /// <summary>The longest body of a time loop, in statements; what <see cref="StatementBudget"/> is measured by.</summary>
    public int LongestBody { get; private set; }

    /// <summary>Writes <c>PHASE&lt;T&gt;(in Frame f)</c> and the methods that it calls.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="phase">The phase.</param>
    /// <param name="backward">Whether it is the way back.</param>
    /// <param name="only">Which tasks; all where it is left out.</param>
    public void Write(SourceWriter writer, string phase, bool backward, System.Func<Task, bool>? only = null)
    {
        List<LayerMethod> methods = Methods(phase, backward, only);
        SourceWriter layers = writer.Beside();
        methods.ForEach(method => WriteMethod(layers, method, backward));
        WritePhase(writer, phase, backward, methods);
        writer.Add(layers);
    }

    /// <summary>What one layer does in a phase, or as much of it as is done in one go.</summary>
    /// <param name="ForInput">Whether only the gradient of the input needs it.</param>
    private sealed record LayerMethod(string Name, List<Task> Tasks, bool ForInput)
    {
        /// <summary>Whether it asks which step the way back ends with; known when it is written.</summary>
        public bool TakesFirst { get; set; }
    }

    private List<LayerMethod> Methods(string phase, bool backward, System.Func<Task, bool>? only)
    {
        Schedule schedule = backward ? _plan.Backward : _plan.Forward;
        var methods = new List<LayerMethod>();
        foreach (Task task in schedule.Tasks.Where(t => !_plan.ForInputGradient.Contains(t) && only?.Invoke(t) != false))
        {
            AddTo(methods, phase, task, forInput: false);
        }

        foreach (Task task in schedule.Tasks.Where(t => backward && _plan.ForInputGradient.Contains(t)))
        {
            AddTo(methods, phase + "Input", task, forInput: true);
        }

        return methods;
    }

    /// <summary>The method of a phase, which calls its layers' methods.</summary>
    private void WritePhase(SourceWriter writer, string phase, bool backward, List<LayerMethod> methods)
    {
        bool streaming = _plan.Mode == Mode.Streaming;
        writer.Line();
        writer.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
        writer.Line("private static " + (streaming ? "bool " : "void ") + phase + "<T>(in Frame f" + (streaming ? ", bool output" : backward ? ", int first" : "") + ")");
        writer.Indent(1).Line("where T : unmanaged, IVec<T>").Indent(-1).Open();
        var needed = new HashSet<Task>(NeededByStates(backward ? _plan.Backward : _plan.Forward));
        foreach (LayerMethod method in methods)
        {
            WriteCall(writer, method, streaming && !method.Tasks.Any(needed.Contains) ? "output" : method.ForInput ? "f.InputGradient" : "");
        }

        if (streaming)
        {
            WriteHeads(writer);
        }

        writer.Close();
    }

    /// <summary>A call of a layer's method, on a condition or on none.</summary>
    private void WriteCall(SourceWriter writer, LayerMethod method, string condition)
    {
        string call = method.Name + "<T>(in f" + (method.TakesFirst ? ", first" : "") + ")";
        if (_plan.Waits.Any)
        {
            WriteWaiting(writer, call, method.Tasks, condition);
        }
        else if (condition.Length > 0)
        {
            writer.Line("if (" + condition + ")").Open().Line(call + ";").Close();
        }
        else if (CanStop(method.Tasks))
        {
            writer.Line("if (!" + call + ")").Open().Line("return false;").Close();
        }
        else
        {
            writer.Line(call + ";");
        }
    }

    /// <summary>Whether a step may end there: a window that is not complete gives nothing to go on with.</summary>
    private bool CanStop(List<Task> tasks) =>
        _plan.Mode == Mode.Streaming && tasks.Any(t => t.Node.Op is Ops.UnfoldOp { Window.IsEveryStep: false });

    private void AddTo(List<LayerMethod> methods, string phase, Task task, bool forInput)
    {
        if (_plan.IsNoWork(task))
        {
            return;
        }

        if (methods.LastOrDefault() is { } last && last.ForInput == forInput && last.Tasks[0].Node.Layer == task.Node.Layer && Joins(last.Tasks, task))
        {
            last.Tasks.Add(task);
            return;
        }

        methods.Add(new LayerMethod(Identifiers.Unique(names.Pascal(task.Node.Layer) + phase, taken), new List<Task> { task }, forInput));
    }

    /// <summary>Tasks that the next step depends on; the others only make the output.</summary>
    private IEnumerable<Task> NeededByStates(Schedule schedule)
    {
        var needed = new HashSet<Value>(_plan.Graph.Results.Where(r => r.Key.StartsWith("final.", System.StringComparison.Ordinal)).Select(r => r.Value));
        foreach (Task task in schedule.Tasks.Reverse().Where(t => t.Node.Op is Ops.UnfoldOp || t.Nodes.Any(n => n.Outputs.Any(needed.Contains))))
        {
            foreach (Node node in task.Nodes.AsEnumerable().Reverse())
            {
                needed.UnionWith(node.Reads);
            }

            yield return task;
        }
    }

    private void WriteMethod(SourceWriter writer, LayerMethod method, bool backward)
    {
        List<Task> tasks = method.Tasks;
        var places = new Places(_plan, backward);
        var body = new SourceWriter();
        bool inChunks = backward && InChunks(tasks);
        if (inChunks)
        {
            WriteChunks(body, tasks, places);
        }
        else
        {
            foreach (Task task in tasks)
            {
                WriteTask(body, task, places, backward);
            }
        }

        string text = body.ToString();
        method.TakesFirst = places.Method.Uses("first") || (backward && NamesFrom(places, inChunks));
        writer.Line();
        writer.Line("// " + Describe(tasks, backward));
        writer.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
        writer.Line("private static " + (CanStop(tasks) ? "bool " : "void ") + method.Name + "<T>(in Frame f" + (method.TakesFirst ? ", int first" : "") + ")");
        writer.Indent(1).Line("where T : unmanaged, IVec<T>").Indent(-1).Open();
        WriteVariables(writer, places, backward, inChunks);
        writer.Line(text.Trim('\n'));
        if (CanStop(tasks))
        {
            writer.Line("return true;");
        }

        writer.Close();
    }

    /// <summary>What a method does, for a comment.</summary>
    private string Describe(List<Task> tasks, bool backward)
    {
        string layer = tasks[0].Node.Layer.Length > 0 ? tasks[0].Node.Layer : "network";
        if (Title.Length > 0)
        {
            return layer + ": " + (backward ? "the gradient of " : "") + Title + ".";
        }

        if (tasks.All(_plan.ForInputGradient.Contains))
        {
            return layer + ": the gradient of the input, where it is wanted.";
        }

        bool loop = tasks.Any(t => t.Node is Scan);
        return layer + ": " + (_plan.Mode, backward, loop) switch
        {
            (Mode.Training, false, true) => "forward over the steps, saving what the way back reads.",
            (Mode.Training, false, false) => "forward.",
            (Mode.Training, true, true) => "back through time, then the gradients of weights and biases over all steps.",
            (Mode.Training, true, false) => "backward.",
            (Mode.Inference, _, true) => "inference over the steps.",
            (Mode.Inference, _, false) => "inference.",
            _ => "one streaming step.",
        };
    }

    private void WriteTask(SourceWriter writer, Task task, Places places, bool backward)
    {
        if (task.Node is Scan scan)
        {
            if (_plan.Mode == Mode.Streaming)
            {
                WriteStep(writer, scan, places, Where.Step);
            }
            else
            {
                WriteLoop(writer, scan, places);
            }

            return;
        }

        WriteTasks(writer, [task], places, places.Outside);
    }
}
