// Shows how two texts differ, line by line: removed with -, added with +, a few common lines around. It knows nothing but lines.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace SeqGen.Testing;

/// <summary>A readable difference.</summary>
internal static class LineDiff
{
    private const int Context = 3;
    private const int LargestTable = 4_000_000;

    /// <summary>The difference; empty if there is none.</summary>
    public static string Of(string expected, string got)
    {
        string[] a = Lines(expected);
        string[] b = Lines(got);
        var script = new List<(char Sign, string Line, int Number)>();
        int start = 0;
        while (start < a.Length && start < b.Length && a[start] == b[start])
        {
            script.Add((' ', a[start], ++start));
        }

        int end = 0;
        while (end < a.Length - start && end < b.Length - start && a[^(end + 1)] == b[^(end + 1)])
        {
            end++;
        }

        Middle(a.AsSpan(start, a.Length - start - end), b.AsSpan(start, b.Length - start - end), start, script);
        for (int i = end; i > 0; i--)
        {
            script.Add((' ', b[^i], b.Length - i + 1));
        }

        return Print(script);
    }

    private static string[] Lines(string text) => text.Length == 0 ? [] : text.TrimEnd('\n').Split('\n');

    /// <summary>The longest common subsequence by dynamic programming; beyond a size, everything old out and everything new in.</summary>
    private static void Middle(ReadOnlySpan<string> a, ReadOnlySpan<string> b, int start, List<(char, string, int)> script)
    {
        if ((long)a.Length * b.Length > LargestTable)
        {
            Rest(a, b, 0, 0, start, script);
            return;
        }

        var common = new int[a.Length + 1, b.Length + 1];
        for (int i = a.Length - 1; i >= 0; i--)
        {
            for (int j = b.Length - 1; j >= 0; j--)
            {
                common[i, j] = a[i] == b[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        int x = 0;
        int y = 0;
        while (x < a.Length && y < b.Length)
        {
            if (a[x] == b[y])
            {
                script.Add((' ', a[x++], start + ++y));
            }
            else if (common[x + 1, y] >= common[x, y + 1])
            {
                script.Add(('-', a[x], start + ++x));
            }
            else
            {
                script.Add(('+', b[y], start + ++y));
            }
        }

        Rest(a, b, x, y, start, script);
    }

    private static void Rest(ReadOnlySpan<string> a, ReadOnlySpan<string> b, int x, int y, int start, List<(char, string, int)> script)
    {
        for (; x < a.Length; x++)
        {
            script.Add(('-', a[x], start + x + 1));
        }

        for (; y < b.Length; y++)
        {
            script.Add(('+', b[y], start + y + 1));
        }
    }

    private static string Print(List<(char Sign, string Line, int Number)> script)
    {
        var text = new StringBuilder();
        int printed = -1;
        for (int i = 0; i < script.Count; i++)
        {
            if (!script.Exists(i - Context, i + Context, static s => s.Sign != ' '))
            {
                continue;
            }

            if (i != printed + 1)
            {
                text.Append("      ...\n");
            }

            printed = i;
            (char sign, string line, int number) = script[i];
            text.Append(CultureInfo.InvariantCulture, $"{number,5} {sign} {line}\n");
        }

        return text.ToString();
    }

    private static bool Exists<T>(this List<T> list, int from, int to, Predicate<T> match)
    {
        for (int i = Math.Max(0, from); i <= to && i < list.Count; i++)
        {
            if (match(list[i]))
            {
                return true;
            }
        }

        return false;
    }
}
