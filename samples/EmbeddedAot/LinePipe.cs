// Lines in, lines out, without allocation. Knows buffers of bytes; refuses to know what the lines mean.
using System.Buffers;
using System.Buffers.Text;

namespace EmbeddedAot;

/// <summary>Reads lines from one stream and writes lines to another. What was written goes out before the pipe waits for more input, so
/// it answers a person line by line and a file in large pieces.</summary>
public sealed class LinePipe(Stream input, Stream output)
{
    private readonly byte[] _in = new byte[16384];
    private readonly byte[] _out = new byte[16384];
    private int _start;
    private int _end;
    private int _written;

    /// <summary>Uses everything once without effect: what sets itself up on first use allocates here and not later.</summary>
    public void WarmUp()
    {
        WriteLine(-1.5f, decimals: 2);          // the minus sign has a cache of its own
        _written = 0;
        Flush();
        _ = input.Read([]);
    }

    /// <summary>The next line, without its end.</summary>
    /// <returns>False at the end of the input.</returns>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        int searched = 0;
        while (true)
        {
            int length = _in.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (length >= 0)
            {
                line = _in.AsSpan(_start, searched + length).TrimEnd((byte)'\r');
                _start += searched + length + 1;
                return true;
            }

            searched = _end - _start;
            if (!Refill())
            {
                line = _in.AsSpan(_start, searched);
                _start = _end;
                return searched > 0;
            }
        }
    }

    /// <summary>Writes a number with some decimals as a line.</summary>
    public void WriteLine(float value, byte decimals)
    {
        const int Longest = 64;
        if (_out.Length - _written < Longest)
        {
            Flush();
        }

        Utf8Formatter.TryFormat(value, _out.AsSpan(_written), out int length, new StandardFormat('F', decimals));
        _written += length;
        _out[_written++] = (byte)'\n';
    }

    /// <summary>Sends out what was written.</summary>
    public void Flush()
    {
        output.Write(_out.AsSpan(0, _written));
        _written = 0;
    }

    private bool Refill()
    {
        Flush();
        _in.AsSpan(_start, _end - _start).CopyTo(_in);
        (_start, _end) = (0, _end - _start);
        if (_end == _in.Length)
        {
            throw new InvalidDataException($"A line is longer than {_in.Length} bytes.");
        }

        int read = input.Read(_in.AsSpan(_end));
        _end += read;
        return read > 0;
    }
}
