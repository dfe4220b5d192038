// Gated recurrent unit as ops, with the reset gate after or before the recurrent product.
using System;
using System.Text.Json;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;
using SeqGen.Generator.Tests.Goldens;

namespace SeqGen.Generator.Tests.Graphs;

internal static class GruRecipe
{
    public static Value Write(GraphWriter write, JsonElement layer, Value x)
    {
        int units = GoldenJson.Int(layer, "hidden_size");
        return RecurrentRecipes.Directions(write, layer, x, [("h", units)], suffix =>
        {
            Func<Value, Value, Value> step = Step(write, layer, suffix, units);
            return _ => (input, states) => [step(input, states[0])];
        });
    }

    /// <summary>Makes the parameters and gives the function from input and state to the next state.</summary>
    public static Func<Value, Value, Value> Step(GraphWriter write, JsonElement layer, string suffix, int units)
    {
        if (GoldenJson.Flag(layer, "reset_after"))
        {
            // Slots r, z, the input's part of n, the state's part of n.
            Func<Value, Value, Value> after = RecurrentRecipes.Gates(write, layer, suffix, units, 4, [0, 1, 2], [0, 1, 3]);
            return (x, h) =>
            {
                Value a = after(x, h);
                Value r = write.Sigmoid(write.Slot(a, 0)), z = write.Sigmoid(write.Slot(a, 1));
                Value n = write.Tanh(write.Add(write.Slot(a, 2), write.Mul(r, write.Slot(a, 3))));
                return write.Add(write.Mul(write.OneMinus(z), n), write.Mul(z, h));
            };
        }

        // The recurrent weights of r and z read h, those of n read r h: two products with rows of the same weight.
        Func<Value, Value, Value> before = RecurrentRecipes.Gates(write, layer, suffix, units, 3, [0, 1, 2], [0, 1, -1]);
        Value weight = write.Parameter(layer, "weight_hh" + suffix);
        return (x, h) =>
        {
            Value a = before(x, h);
            Value r = write.Sigmoid(write.Slot(a, 0)), z = write.Sigmoid(write.Slot(a, 1));
            Value recurrent = write.Graph.Add(new AffineOp(units, 1, [[-1, -1, 0]], []), weight, write.Mul(r, h));
            Value n = write.Tanh(write.Add(write.Slot(a, 2), recurrent));
            return write.Add(write.Mul(write.OneMinus(z), n), write.Mul(z, h));
        };
    }
}
