// Writes a cell's code as one line of text and reads it again: how a compiled assembly carries it. The form begins with its number, and another number is refused.
// Knows the form; knows no meaning.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace SeqGen.Generator.Model;

internal static class CellText
{
    /// <summary>Number of the form, and of what the functions in it mean.</summary>
    public const int Form = 2;

    public static string Write(CellCode cell)
    {
        var text = new StringBuilder();
        Number(text, Form);
        Number(text, (int)cell.Kind);
        String(text, cell.Name);
        Write(text, cell.Units);
        List(text, cell.Options, o => { String(text, o.Name); Write(text, o.Default); });
        List(text, cell.States, s => { String(text, s.Name); Number(text, s.IsMatrix ? 1 : 0); List(text, s.Sizes, c => Write(text, c)); String(text, s.Targets); });
        Number(text, cell.HasOutput ? 1 : 0);
        List(text, cell.Methods, m => { String(text, m.Name); List(text, m.Parameters, p => String(text, p)); Write(text, m.Body); });
        return text.ToString();
    }

    /// <summary>The cell, or null for text of another form.</summary>
    public static CellCode? Read(string text)
    {
        try
        {
            var reader = new Reader(text);
            return reader.Number() != Form ? null : new CellCode(
                reader.Kind(),
                reader.String(),
                reader.Code(),
                reader.List(r => new OptionCode(r.String(), r.Code())),
                reader.List(r => new StateCode(r.String(), r.Number() == 1, r.List(q => q.Code()), r.String())),
                reader.Number() == 1,
                reader.List(r => new MethodCode(r.String(), r.List(q => q.String()), r.Code())));
        }
        catch (Exception e) when (e is FormatException or ArgumentException or OverflowException)
        {
            return null;
        }
    }

    /// <summary>Sixteen digits that differ for cells that do (FNV-1a of 64 bits, Fowler, Noll and Vo).</summary>
    public static string Fingerprint(CellCode cell) => Hash(Write(cell));

    public static string Hash(string text)
    {
        ulong hash = 14695981039346656037;
        foreach (char c in text)
        {
            hash = unchecked((hash ^ c) * 1099511628211);
        }

        return hash.ToString("x16", CultureInfo.InvariantCulture);
    }

    private static void Write(StringBuilder text, Code code)
    {
        Number(text, (int)code.Kind);
        String(text, code.Text);
        List(text, code.Parts, part => Write(text, part));
    }

    private static void List<T>(StringBuilder text, EquatableArray<T> items, Action<T> write)
        where T : IEquatable<T>
    {
        Number(text, items.Count);
        foreach (T item in items)
        {
            write(item);
        }
    }

    private static void Number(StringBuilder text, int number) => text.Append(number.ToString(CultureInfo.InvariantCulture)).Append(' ');

    // Length first, so that nothing in it need be marked.
    private static void String(StringBuilder text, string value)
    {
        Number(text, value.Length);
        text.Append(value);
    }

    private sealed class Reader(string text)
    {
        private int _at;
        private int _id;

        public int Number()
        {
            int end = text.IndexOf(' ', _at);
            int number = end < 0 ? throw new FormatException() : int.Parse(text.Substring(_at, end - _at), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            _at = end + 1;
            return number;
        }

        public CellKind Kind() => (CellKind)Number() is var kind && Enum.IsDefined(typeof(CellKind), kind) ? kind : throw new FormatException();

        public string String()
        {
            int length = Number();
            string value = text.Substring(_at, length);
            _at += length;
            return value;
        }

        public EquatableArray<T> List<T>(Func<Reader, T> read)
            where T : IEquatable<T>
        {
            int count = Number();
            var items = new List<T>();
            for (int i = 0; i < count; i++)
            {
                items.Add(read(this));
            }

            return new EquatableArray<T>(items);
        }

        public Code Code()
        {
            int id = _id++;
            var kind = (CodeKind)Number();
            return !Enum.IsDefined(typeof(CodeKind), kind) ? throw new FormatException() : new Code(kind, id, String(), List(r => r.Code()));
        }
    }
}
