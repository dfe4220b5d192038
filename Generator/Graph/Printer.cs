// A graph as text, one node a line: what lowering and pass tests compare and what a person reads when something is wrong.
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace SeqGen.Generator.Graph;

internal static class Printer
{
    public static string Print(NetworkGraph graph)
    {
        var numbers = new Dictionary<Value, int>();
        var text = new StringBuilder();
        foreach (Node node in graph.Root.Nodes)
        {
            if (node is Scan scan)
            {
                Print(scan, numbers, text);
            }
            else
            {
                Line(node, numbers, text, "");
            }
        }

        foreach (KeyValuePair<string, Value> result in graph.Results.OrderBy(r => r.Key, System.StringComparer.Ordinal))
        {
            text.Append("result ").Append(result.Key).Append(" = ").Append(Ref(result.Value, numbers)).Append('\n');
        }

        return text.ToString();
    }

    private static void Print(Scan scan, Dictionary<Value, int> numbers, StringBuilder text)
    {
        text.Append("scan ").Append(scan.Op.Attributes).Append('\n');
        foreach (ScanEach each in scan.Each)
        {
            text.Append("  each ").Append(Ref(each.Inner, numbers)).Append(" of ").Append(Ref(each.Outer, numbers)).Append('\n');
        }

        foreach (ScanCarry carry in scan.Carries)
        {
            text.Append("  carry ").Append(Ref(carry.Previous, numbers)).Append(' ').Append(carry.Previous.Shape).Append(" from ").Append(Ref(carry.Init, numbers)).Append('\n');
        }

        foreach (Node node in scan.Body.Nodes)
        {
            Line(node, numbers, text, "  ");
        }

        foreach (ScanCarry carry in scan.Carries)
        {
            text.Append("  next ").Append(Ref(carry.Previous, numbers)).Append(" = ").Append(Ref(carry.Next!, numbers))
                .Append(", final ").Append(Ref(carry.Final, numbers)).Append('\n');
        }

        foreach (ScanResult emit in scan.Emits)
        {
            text.Append("  emit ").Append(Ref(emit.Outer, numbers)).Append(" = ").Append(Ref(emit.Inner, numbers)).Append('\n');
        }

        foreach (ScanResult sum in scan.Sums)
        {
            text.Append("  sum ").Append(Ref(sum.Outer, numbers)).Append(" = ").Append(Ref(sum.Inner, numbers)).Append('\n');
        }
    }

    private static void Line(Node node, Dictionary<Value, int> numbers, StringBuilder text, string indent)
    {
        text.Append(indent).Append(Ref(node.Output, numbers)).Append(" = ").Append(node.Op.Name);
        if (node.Op.Attributes.Length > 0)
        {
            text.Append('<').Append(node.Op.Attributes).Append('>');
        }

        text.Append('(').Append(string.Join(", ", node.Inputs.Select(i => Ref(i, numbers)))).Append(") ").Append(node.Output.Shape).Append('\n');
    }

    private static string Ref(Value value, Dictionary<Value, int> numbers)
    {
        if (!numbers.TryGetValue(value, out int number))
        {
            numbers[value] = number = numbers.Count;
        }

        return "%" + number.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }
}
