// Numbers and texts as they stand in C#, whatever the culture. Knows literals alone.
using System.Globalization;
using System.Linq;

namespace SeqGen.Generator.Emission;

internal static class Literals
{
    public static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>A number of single precision; what is too large for it is infinite.</summary>
    public static string Number(double value) => (float)value switch
    {
        float.PositiveInfinity => "float.PositiveInfinity",
        float.NegativeInfinity => "float.NegativeInfinity",
        float number when float.IsNaN(number) => "float.NaN",
        float number => number.ToString("R", CultureInfo.InvariantCulture) + "f",
    };

    public static string Flag(bool value) => value ? "true" : "false";

    public static string Quote(string text) => "\"" + string.Concat(text.Select(c => c switch
    {
        '\\' or '"' => "\\" + c,
        < ' ' or '\u007f' or '\u0085' or '\u2028' or '\u2029' => "\\u" + ((int)c).ToString("x4", CultureInfo.InvariantCulture),
        _ => c.ToString(),
    })) + "\"";
}
