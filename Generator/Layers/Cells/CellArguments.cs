// Completes the arguments of a user's cell: what its constructor was given lies apart from its properties, and the layer's size is worked out.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Model;

namespace SeqGen.Generator.Layers.Cells;

internal static class CellArguments
{
    /// <summary>The layer with the argument Units that all recurrent layers have. A size that cannot be worked out is told when the step is.</summary>
    public static LayerSpec Complete(string kind, ArgumentList arguments, CellCode code)
    {
        int units;
        try
        {
            units = CellEvaluator.Units(code, arguments);
        }
        catch (CellMistakeException)
        {
            return new LayerSpec(kind, arguments, code);
        }

        ArgumentSpec size = new("Units", (long)units);
        IEnumerable<ArgumentSpec> all = arguments.Has("Units") ? arguments.Items.Select(a => a.Name == "Units" ? size : a) : arguments.Items.Prepend(size);
        return new LayerSpec(kind, new ArgumentList(new EquatableArray<ArgumentSpec>(all)), code);
    }
}
