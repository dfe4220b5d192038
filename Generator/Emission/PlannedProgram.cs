// A program as it will be written: its plan, the forms of its products, the methods of its loops. All of it is decided before anything is written.
// Knows the order of tasks; knows no text.
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Passes;

namespace SeqGen.Generator.Emission;

internal sealed class PlannedProgram
{
    private readonly Dictionary<Task, LoopMethod> _loops = new();
    private readonly ParameterNames _names;
    private readonly LoopLibrary _library;

    /// <exception cref="System.OperationCanceledException">It was cancelled.</exception>
    public PlannedProgram(ProgramPlan plan, ParameterNames names, LoopLibrary library, CancellationToken cancel)
    {
        Plan = plan;
        Products = new ProductForms(plan);
        _names = names;
        _library = library;
        foreach (Task task in plan.Forward.Tasks.Concat(plan.Backward.Tasks).SelectMany(t => t.Node is Scan scan ? plan.Bodies[scan].Tasks : [t]))
        {
            cancel.ThrowIfCancellationRequested();
            Add(task);
        }
    }

    public ProgramPlan Plan { get; }

    public ProductForms Products { get; }

    /// <summary>The methods of elementwise loops.</summary>
    public IReadOnlyDictionary<Task, LoopMethod> Loops => _loops;

    private void Add(Task task)
    {
        switch (Products.Of(task))
        {
            case ProductForm.Dots dots:
                _library.Add(dots.Method, Use(dots.Product, "Dots"));
                break;
            case ProductForm.Row row:
                _library.Add(row.Method, Use(row.Product, "Row"));
                break;
        }

        if (task.IsLoop && !Plan.IsNoWork(task))
        {
            _library.Add(_loops[task] = MapLoop.Write(Plan, task), LoopUse.Of(Plan, task));
        }
    }

    private LoopUse Use(RowProduct product, string form) => new(product.Node.Layer, _names.PartOf(product.Packed), form, Plan.Mode, IsBackward: false);
}
