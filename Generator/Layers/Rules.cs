// Checks that several layers share; each reports one clear mistake.
using System.Globalization;
using SeqGen.Generator.Model;

namespace SeqGen.Generator.Layers;

internal static class Rules
{
    /// <summary>A size that must be there and positive; gives 1 after a mistake so that later layers do not complain again.</summary>
    public static int Positive(string argument, ArgumentList arguments, ProblemSink problems)
    {
        int value = arguments.Int(argument);
        if (value > 0)
        {
            return value;
        }

        problems.Add("SEQ0101", argument, argument, arguments.Has(argument) ? value.ToString(CultureInfo.InvariantCulture) : "nothing");
        return 1;
    }

    public static void NeedsSequence(string kind, Signal input, ProblemSink problems)
    {
        if (!input.IsSequence)
        {
            problems.Add("SEQ0105", "", kind, problems.LayerBefore);
        }
    }

    public static void NeedsNumbers(string kind, Signal input, ProblemSink problems)
    {
        if (input.IsTokens)
        {
            problems.Add("SEQ0106", "", $"the input is tokens, which [{kind}] cannot read; put [Embedding(size)] before it");
        }
    }
}
