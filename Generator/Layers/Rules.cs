// Checks that several layers share; each reports one clear mistake.
using System;
using System.Globalization;
using System.Linq;
using SeqGen.Generator.Model;

namespace SeqGen.Generator.Layers;

internal static class Rules
{
    /// <summary>Why an attention over a sequence has no resets inside of it.</summary>
    public const string WeighsAllSteps = "it weighs the steps of the whole sequence, whatever pieces they belong to; give it the pieces as sequences of their own, with lengths";

    /// <summary>The most units, features or embedding elements.</summary>
    public const int LargestSize = 1 << 20;

    /// <summary>The most numbers a network may have: 2 GiB of parameters, beside which gradients and derived copies need their place.</summary>
    public const long MostParameters = 1L << 29;

    /// <summary>The most steps that can have parameters of their own: each is a tensor in files, whose table of contents is limited.</summary>
    public const int MostUntiedSteps = 1 << 16;

    /// <summary>A size that must be there and positive; gives 1 after a mistake so that later layers do not complain again.</summary>
    public static int Positive(string argument, ArgumentList arguments, ProblemSink problems)
    {
        int value = arguments.Int(argument);
        if (value > LargestSize)
        {
            problems.Add("SEQ0112", argument, argument.ToLowerInvariant(), value, LargestSize);
            return 1;
        }

        if (value > 0)
        {
            return value;
        }

        problems.Add("SEQ0101", argument, argument, arguments.Has(argument) ? value.ToString(CultureInfo.InvariantCulture) : "nothing");
        return 1;
    }

    public static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    public static void Activation(string kind, string argument, string activation, ProblemSink problems, params string[] possible)
    {
        if (!possible.Contains(activation))
        {
            problems.Add("SEQ0108", argument, activation, kind, string.Join(", ", possible));
        }
    }

    /// <summary>What a normalization adds to the variance: a float that is not 0.</summary>
    public static void Epsilon(ArgumentList arguments, ProblemSink problems)
    {
        double epsilon = arguments.Double("Epsilon", 1e-5);
        if (!(epsilon >= 1e-38 && epsilon <= 1))
        {
            problems.Add("SEQ0104", "Epsilon", "Epsilon", "from 1e-38 to 1", epsilon);
        }
    }

    /// <summary>An option that becomes a constant in the generated code.</summary>
    public static void Finite(string argument, double value, ProblemSink problems)
    {
        if (!(System.Math.Abs(value) <= 1e6))
        {
            problems.Add("SEQ0104", argument, argument, "a finite number of at most 1e6 in size", value);
        }
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
