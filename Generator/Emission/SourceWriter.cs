// An indented text writer: lines end with \n, braces indent. Knows no C#. Whoever writes stops here when the compilation is cancelled.
using System;
using System.Globalization;
using System.Text;
using System.Threading;

namespace SeqGen.Generator.Emission;

/// <param name="cancel">Ends the writing at the next line.</param>
internal sealed class SourceWriter(CancellationToken cancel = default)
{
    private readonly StringBuilder _text = new();
    private int _indent;

    /// <summary>Writes lines; each is indented, an empty one stays empty.</summary>
    public SourceWriter Line(FormattableString line) => Line(line.ToString(CultureInfo.InvariantCulture));

    public SourceWriter Line(string lines = "")
    {
        cancel.ThrowIfCancellationRequested();
        foreach (string line in lines.Replace("\r", "").Split('\n'))
        {
            if (line.Length > 0)
            {
                _text.Append(' ', 4 * _indent).Append(line);
            }

            _text.Append('\n');
        }

        return this;
    }

    public SourceWriter Open()
    {
        Line("{");
        _indent++;
        return this;
    }

    public SourceWriter Close(string after = "")
    {
        _indent--;
        return Line("}" + after);
    }

    public SourceWriter Indent(int by)
    {
        _indent += by;
        return this;
    }

    public override string ToString() => _text.ToString();
}
