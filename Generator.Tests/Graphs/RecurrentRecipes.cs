// The plain recurrent layer and what all recurrent layers share: the loop over time, two directions, what is returned.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;
using SeqGen.Generator.Tests.Goldens;

namespace SeqGen.Generator.Tests.Graphs;

/// <summary>Writes one step: from the input and the states before to the states after; the first is the output.</summary>
internal delegate Value[] Step(Value x, Value[] states);

internal static class RecurrentRecipes
{
    /// <summary>One or two directions of a cell. <paramref name="cell"/> makes the parameters of a direction and gives its step.</summary>
    public static Value Directions(GraphWriter write, JsonElement layer, Value x, (string Name, int Size)[] states, Func<string, Func<Scan, Step>> cell)
    {
        (Value sequence, Value last) = Direction(write, layer, x, states, "", cell);
        if (GoldenJson.Flag(layer, "bidirectional"))
        {
            (Value backSequence, Value backLast) = Direction(write, layer, x, states, "_reverse", cell);
            sequence = write.Concat(sequence, backSequence);
            last = write.Concat(last, backLast);
        }

        return GoldenJson.Flag(layer, "return_sequences") ? sequence : last;
    }

    public static Value Rnn(GraphWriter write, JsonElement layer, Value x)
    {
        int units = GoldenJson.Int(layer, "hidden_size");
        return Directions(write, layer, x, [("h", units)], suffix =>
        {
            Func<Value, Value, Value> gates = Gates(write, layer, suffix, units, 1, [0], [0]);
            return _ => (input, states) => [write.Activate(GoldenJson.Text(layer, "nonlinearity"), gates(input, states[0]))];
        });
    }

    /// <summary>W_ih x + W_hh h + the biases there are, gate g of the two parts in slots xSlots[g] and hSlots[g].</summary>
    public static Func<Value, Value, Value> Gates(GraphWriter write, JsonElement layer, string suffix, int units, int slots, int[] xSlots, int[] hSlots)
    {
        Value inputWeight = write.Parameter(layer, "weight_ih" + suffix), stateWeight = write.Parameter(layer, "weight_hh" + suffix);
        var biases = new List<Value>();
        var biasSlots = new List<int[]>();
        foreach ((string role, int[] roleSlots) in new[] { ("bias_ih" + suffix, xSlots), ("bias_hh" + suffix, hSlots) })
        {
            if (write.Has(layer, role))
            {
                biases.Add(write.Parameter(layer, role));
                biasSlots.Add(roleSlots);
            }
        }

        return (x, h) => write.Graph.Add(new AffineOp(units, slots, [xSlots, hSlots], biasSlots), [inputWeight, x, stateWeight, h, .. biases]);
    }

    private static (Value Sequence, Value Last) Direction(
        GraphWriter write, JsonElement layer, Value x, (string Name, int Size)[] states, string suffix, Func<string, Func<Scan, Step>> cell)
    {
        Func<Scan, Step> open = cell(suffix);
        Value[] initial = states.Select(s => write.Initial(layer, s.Name + suffix, s.Size)).ToArray();
        Scan scan = write.Graph.Begin(x.Shape.Axis!, suffix.Length > 0);
        Step step = open(scan);
        ScanCarry[] carries = states.Select((s, i) => write.Graph.Carry(scan, s.Name + suffix, initial[i])).ToArray();
        Value[] next = step(write.Graph.Each(scan, x), carries.Select(c => c.Previous).ToArray());
        for (int i = 0; i < carries.Length; i++)
        {
            carries[i].Next = next[i];
        }

        Value sequence = write.Graph.Emit(scan, next[0]);
        write.Graph.End(scan);
        foreach (ScanCarry carry in carries)
        {
            write.Final(layer, carry);
        }

        return (sequence, carries[0].Final);
    }
}
