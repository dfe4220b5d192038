// An emitted elementwise method before it has names: its text has numbers in their place, so that what does the same is the same text.
// Knows how names are chosen; knows no arithmetic.
using System.Collections.Generic;
using System.Linq;
using System.Text;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Model;
using SeqGen.Generator.Passes;
using static SeqGen.Generator.Emission.Literals;

namespace SeqGen.Generator.Emission;

/// <summary>A line of a method, and how many members of the vector type it calls, operators included: what the inliner counts.</summary>
internal readonly record struct Statement(string Text, int Operations);

/// <summary>A written method and how to call it.</summary>
/// <param name="parameters">Declarations of its parameters, after <c>int rows</c> where it takes that.</param>
/// <param name="arguments">What each of them that is not fixed stands for, in the same order.</param>
/// <param name="body">Text of its body.</param>
/// <param name="symbols">What the numbers in both stand for.</param>
/// <param name="operations">Members of the vector type that it calls.</param>
internal sealed class LoopMethod(IReadOnlyList<string> parameters, IReadOnlyList<LoopArgument> arguments, string body, Symbols symbols, int operations)
{
    public IReadOnlyList<LoopArgument> Arguments { get; } = arguments;

    public Symbols Symbols { get; } = symbols;

    /// <inheritdoc cref="Statement.Operations"/>
    public int Operations { get; } = operations;

    /// <summary>Whether the first parameter is the number of rows; else it is a method for one.</summary>
    public bool TakesRows { get; init; } = true;

    /// <summary>What it does: equal for methods that differ in names alone.</summary>
    public string Key => string.Join(", ", parameters) + "\n" + body;

    /// <summary>Its parameters and its body as C#.</summary>
    public (string Parameters, string Body) Text()
    {
        string[] texts = Symbols.Named(string.Join(", ", (TakesRows ? new[] { "int rows" } : []).Concat(parameters)), body);
        return (texts[0], texts[1]);
    }
}

/// <summary>A reference to a value's place, or the block stride of a panel.</summary>
internal sealed record LoopArgument(Sight? Place, Value? Shared, Room? PanelStride);

/// <summary>The variables of a method, numbered in the order in which they are met. What a variable is called in the text is its number;
/// its name is chosen when all who use the method are known.</summary>
/// <param name="taken">Names that the method has for itself.</param>
internal sealed class Symbols(params IEnumerable<string> taken)
{
    private readonly List<(string Wish, string Role)> _symbols = new();
    private readonly string[] _taken = taken.ToArray();

    /// <summary>A new variable.</summary>
    /// <param name="wish">What it would be called by this user.</param>
    /// <param name="role">What it is called where others call it otherwise.</param>
    public string Add(string wish, string role)
    {
        _symbols.Add((wish, role));
        return "{" + Text(_symbols.Count - 1) + "}";
    }

    /// <summary>Another user of the same method: where the two call a variable by different names, and not for being two directions, it is called
    /// by what it does.</summary>
    public void Join(Symbols other)
    {
        for (int i = 0; i < _symbols.Count; i++)
        {
            string mine = _symbols[i].Wish, others = other._symbols[i].Wish;
            if (mine != others)
            {
                mine = Words.Undirected(mine);
                _symbols[i] = _symbols[i] with { Wish = mine == Words.Undirected(others) ? mine : _symbols[i].Role };
            }
        }
    }

    /// <summary>Texts with names instead of numbers.</summary>
    public string[] Named(params string[] texts)
    {
        var used = new HashSet<string>(Words.Reserved.Concat(_taken));
        string[] names = _symbols.Select(s => Identifiers.Unique(Identifiers.Camel(s.Wish), used)).ToArray();
        return texts.Select(t => Named(t, names)).ToArray();
    }

    private static string Named(string text, string[] names)
    {
        var named = new StringBuilder(text.Length * 2);
        int done = 0;
        for (int open = text.IndexOf('{'); open >= 0; open = text.IndexOf('{', open + 1))
        {
            if (open + 1 < text.Length && char.IsDigit(text[open + 1]))
            {
                int close = text.IndexOf('}', open), number = 0;
                for (int i = open + 1; i < close; i++)
                {
                    number = (number * 10) + text[i] - '0';
                }

                named.Append(text, done, open - done).Append(names[number]);
                done = close + 1;
            }
        }

        return named.Append(text, done, text.Length - done).ToString();
    }
}
