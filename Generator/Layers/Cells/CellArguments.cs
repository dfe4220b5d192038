// Completes the arguments of layers with code of a user's: what its constructor was given lies apart from its properties, and the layer's size is worked out.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Model;

namespace SeqGen.Generator.Layers.Cells;

internal static class CellArguments
{
    /// <summary>A layer with an activation of a user's own: where none of its options says that it is meant, its main activation does.</summary>
    public static LayerSpec WithFunction(string kind, ArgumentList arguments, CellCode function)
    {
        string main = Catalogue.Layers.TryGetValue(kind, out Layer? layer) ? layer.MainActivation : "Activation";
        bool isSaid = arguments.Has(main) || arguments.Items.Any(a => a.Value is "Custom");
        return new LayerSpec(kind, isSaid ? arguments : new ArgumentList(new(arguments.Items.Append(new ArgumentSpec(main, "Custom")))), Function: function);
    }

    /// <summary>The layer with the argument Units that all recurrent layers have. A size that cannot be worked out is told when the step is.</summary>
    public static LayerSpec Complete(string kind, ArgumentList arguments, CellCode code)
    {
        if (code.Kind != CellKind.Cell)
        {
            return new LayerSpec(kind, arguments, code);
        }

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
