// The dropouts that live inside recurrent layers: which there are, their rates, and which exclude each other. Knows no cell's equations.
using System;
using System.Collections.Generic;
using SeqGen.Generator.Model;

namespace SeqGen.Generator.Layers;

internal static class Regularizers
{
    /// <summary>The noises of a layer, by what they act on; a noise's place here keeps its draws apart from the others' (backward directions: plus 16).</summary>
    private static readonly string[] _noises = ["x", "g", "h", "c", "weight_hh", "weight_oh", "weight_hh1", "weight_hh2"];

    private static readonly string[] _rates = ["RecurrentDropout", "Zoneout", "ZoneoutCell", "RnnDrop", "VariationalInput", "VariationalHidden", "WeightDrop"];

    /// <summary>Numbers from here on are those of cells that have other noises.</summary>
    public const int FirstFree = 64;

    /// <summary>The number of a noise, or null for one that is not in the list.</summary>
    public static int? Id(string noise, bool reverse) => Array.IndexOf(_noises, noise) is var index and >= 0 ? index + (reverse ? 17 : 1) : null;

    /// <param name="kind">Kind of the layer.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="refusal">Why the layer cannot have that dropout; empty if it can.</param>
    /// <param name="problems">Takes the mistakes.</param>
    public static void Check(string kind, ArgumentList arguments, Func<string, string> refusal, ProblemSink problems)
    {
        foreach (string option in _rates)
        {
            double rate = arguments.Double(option);
            if (!(rate >= 0 && rate < 1))
            {
                problems.Add("SEQ0104", option, option, "0 <= rate < 1", rate);
            }
            else if (rate > 0 && refusal(option) is { Length: > 0 } reason)
            {
                problems.Add("SEQ0123", option, option, kind, reason);
            }
        }

        foreach ((string first, string second, string state) in new[] { ("Zoneout", "VariationalHidden", "h"), ("ZoneoutCell", "RnnDrop", "c") })
        {
            if (arguments.Double(first) > 0 && arguments.Double(second) > 0)
            {
                problems.Add("SEQ0121", second, kind, first, second, $"both are masks on {state} under one name; keep one of them");
            }
        }
    }

    /// <summary>Why a layer without a candidate or a cell refuses the dropouts on them.</summary>
    public static string Refusal(string option, bool hasCandidate, bool hasCell) => option switch
    {
        "RecurrentDropout" when !hasCandidate =>
            "it drops elements of a candidate that is added to a memory, and here the state is made anew at every step, so that dropping would erase the memory; use Zoneout or VariationalHidden",
        "ZoneoutCell" or "RnnDrop" when !hasCell => "it acts on a memory cell c, which only [Lstm] has; use " + (option == "RnnDrop" ? "VariationalHidden" : "Zoneout"),
        _ => "",
    };
}
