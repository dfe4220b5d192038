// How a problem says that it lies in the method of a cell: by the number of a piece of code, in place of an argument's name.
using System.Globalization;

namespace SeqGen.Generator.Layers.Cells;

internal static class CellPlaces
{
    private const string Mark = "#";
    private const string FunctionMark = "~";

    /// <summary>What stands for an argument.</summary>
    public static string Argument(int place) => Mark + place.ToString(CultureInfo.InvariantCulture);

    /// <summary>The same for the activation that a layer has.</summary>
    public static string FunctionArgument(int place) => FunctionMark + place.ToString(CultureInfo.InvariantCulture);

    /// <summary>The number, or null for an argument's name.</summary>
    public static int? Place(string argument) => Place(argument, Mark);

    /// <summary>The number in a layer's activation, or null.</summary>
    public static int? FunctionPlace(string argument) => Place(argument, FunctionMark);

    private static int? Place(string argument, string mark) =>
        argument.StartsWith(mark, System.StringComparison.Ordinal) && int.TryParse(argument.Substring(1), NumberStyles.None, CultureInfo.InvariantCulture, out int place) ? place : null;
}
