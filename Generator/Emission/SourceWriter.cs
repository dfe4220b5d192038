// An indented text writer: lines end with \n, braces indent. Knows of C# how a statement ends. Whoever writes stops here when the compilation is cancelled.
using System.Text;
using System.Threading;

namespace SeqGen.Generator.Emission;

/// <param name="cancel">Ends the writing at the next line.</param>
internal sealed class SourceWriter(CancellationToken cancel = default)
{
    private readonly StringBuilder _text = new();
    private int _indent;

    /// <summary>How many statements were written.</summary>
    public int Statements { get; private set; }

    /// <summary>Writes a statement, on one line or several; its end is not part of the text.</summary>
    public SourceWriter Statement(string text)
    {
        Statements++;
        return Line(text + ";");
    }

    /// <summary>Writes lines; each is indented, an empty one stays empty.</summary>
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

    /// <summary>Another one at the same indentation, whose text can be added later.</summary>
    public SourceWriter Beside() => new SourceWriter(cancel).Indent(_indent);

    public SourceWriter Add(SourceWriter beside)
    {
        _text.Append(beside._text);
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
