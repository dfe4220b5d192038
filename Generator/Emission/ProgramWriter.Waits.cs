// A streaming step of several heads: calls that wait for windows of convolutions, and what each head has after the step.
// Knows which call waits for which window; knows no layer.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Passes;
using static SeqGen.Generator.Emission.Literals;

namespace SeqGen.Generator.Emission;

internal sealed partial class ProgramWriter
{
    /// <summary>Results of the heads, in their order, where there are several: of a stream's step they say which has an output.</summary>
    public IReadOnlyList<string> Heads { get; set; } = [];

    /// <summary>A call that is left out where a window that it waits for is not complete; one that has a window says whether that is.</summary>
    private void WriteWaiting(SourceWriter writer, string call, List<Task> tasks, string condition)
    {
        string complete = Complete(_plan.Waits.Before(tasks[0].Node));
        if (tasks.Select(t => _plan.Waits.NumberOf(t.Node)).FirstOrDefault(n => n is not null) is { } window)
        {
            writer.Line($"bool {Window(window)} = {(complete.Length > 0 ? complete + " && " : "")}{call};");
            return;
        }

        string all = condition.Length > 0 && complete.Length > 0 ? condition + " && " + complete : condition + complete;
        if (all.Length > 0)
        {
            writer.Line("if (" + all + ")").Open().Line(call + ";").Close();
        }
        else
        {
            writer.Line(call + ";");
        }
    }

    /// <summary>Which heads have an output after this step, and whether the first has.</summary>
    private void WriteHeads(SourceWriter writer)
    {
        if (Heads.Count > 0)
        {
            writer.Line("if (output)").Open();
            for (int i = 0; i < Heads.Count; i++)
            {
                string complete = CompleteFor(Heads[i]);
                writer.Line($"Unsafe.Add(ref f.Given, {Text(i)}) = {(complete.Length > 0 ? complete + " ? 1 : 0" : "1")};");
            }

            writer.Close();
        }

        string first = Heads.Count > 0 ? CompleteFor(Heads[0]) : "";
        writer.Line("return " + (first.Length > 0 ? first : "true") + ";");
    }

    private string CompleteFor(string result) => Complete(_plan.Waits[_plan.Graph.Results[result]]);

    private static string Complete(IEnumerable<int> windows) => string.Join(" && ", windows.Select(Window));

    /// <summary>The variable that says whether a window is complete.</summary>
    private static string Window(int number) => "window" + (number == 0 ? "" : Text(number + 1));

    /// <summary>Whether a task waits for what a method waits for, or for the window that the method has.</summary>
    private bool Joins(List<Task> tasks, Task task)
    {
        if (!_plan.Waits.Any)
        {
            return true;
        }

        IEnumerable<int> known = _plan.Waits.Before(tasks[0].Node).Concat(tasks.Select(t => _plan.Waits.NumberOf(t.Node)).OfType<int>());
        return _plan.Waits.NumberOf(task.Node) is null && new HashSet<int>(known).SetEquals(_plan.Waits.Before(task.Node));
    }
}
