// What the reverse walk works with: gradients that add up, saved values brought into a backward body, and the view that an op's
// gradient rule has of the walk. Knows regions; knows no op's derivative.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Passes;

internal sealed partial class Differentiate
{
    /// <summary>Gradients that add up, slot by slot where that is how they come.</summary>
    private sealed class Gradients(NetworkGraph graph)
    {
        private readonly Dictionary<Value, Value> _whole = new();
        private readonly Dictionary<Value, Value?[]> _slots = new();

        public IEnumerable<Value> Keys => _whole.Keys.Concat(_slots.Keys).Distinct();

        public void Add(Value of, Value gradient) =>
            _whole[of] = _whole.TryGetValue(of, out Value? sum) ? graph.Add(new MapOp(MapKind.Add), sum, gradient) : gradient;

        public void AddSlot(Value of, int slot, Value gradient)
        {
            if (!_slots.TryGetValue(of, out Value?[]? slots))
            {
                _slots[of] = slots = new Value?[of.Shape.Dims[0]];
            }

            slots[slot] = slots[slot] is { } sum ? graph.Add(new MapOp(MapKind.Add), sum, gradient) : gradient;
        }

        public Value? Take(Value of)
        {
            Value? gradient = Get(of);
            _whole.Remove(of);
            return gradient;
        }

        public Value? Get(Value of)
        {
            if (_slots.TryGetValue(of, out Value?[]? slots))
            {
                _slots.Remove(of);
                Shape one = of.Shape.WithDims(of.Shape.Dims[1]);
                Add(of, graph.Add(new StackOp(), slots.Select(s => s is null ? graph.Add(new ZerosOp(one)) : Elementwise(s)).ToArray()));
            }

            return _whole.TryGetValue(of, out Value? gradient) ? gradient : null;
        }

        /// <summary>A value that a loop computes, so that it can be written into a slot: what a kernel made goes through one.</summary>
        private Value Elementwise(Value value) =>
            value.Producer?.Op is MapOp ? value : graph.Add(new MapOp(MapKind.Add), value, graph.Add(new ConstOp(0)));
    }

    /// <summary>Brings values of a forward body into the backward body: read from the tape, or computed again where that is cheap.</summary>
    private sealed class Saved(NetworkGraph graph, Scan scan, Scan back, bool recompute)
    {
        private readonly Dictionary<Value, Value> _known = new();

        public Value Use(Value forward)
        {
            if (forward.Region != scan.Body)
            {
                return forward;
            }

            if (!_known.TryGetValue(forward, out Value? here))
            {
                _known[forward] = here = Bring(forward);
            }

            return here;
        }

        private Value Bring(Value forward)
        {
            if (scan.Each.FirstOrDefault(e => e.Inner == forward) is { } each)
            {
                return graph.Each(back, each.Outer);
            }

            bool isState = scan.Carries.Any(c => c.Next == forward || c.Previous == forward);
            switch (forward.Producer?.Op)
            {
                case { } op when forward.Shape.Extent == Extent.None:
                    return graph.Add(op, forward.Producer!.Inputs.Select(Use).ToArray());
                case MapOp map when recompute && !map.IsCostly && !isState:
                    return graph.Add(map, forward.Producer.Inputs.Select(Use).ToArray());
                default:
                    return graph.Each(back, graph.Emit(scan, forward));
            }
        }
    }

    private sealed class Rule(NetworkGraph graph, Node node, Value gradient, Gradients gradients, HashSet<Value> needed, System.Func<Value, Value> use) : GradientRule
    {
        public override Node Node => node;

        public override Value OutputGradient => gradient;

        public override bool Needs(int input) => needed.Contains(node.Inputs[input]);

        public override Value Use(Value forward) => use(forward);

        public override Value Emit(Op op, params Value[] inputs) => graph.Add(op, inputs);

        public override void Add(int input, Value gradientOfInput) => AddTo(graph, gradients, node.Inputs[input], gradientOfInput);

        public static void AddTo(NetworkGraph graph, Gradients gradients, Value of, Value gradientOf)
        {
            Shape target = of.Shape, found = gradientOf.Shape;
            if (found != target)
            {
                // A body's arguments have the extent of a step; a gradient that is narrower than its value stretches when it is used.
                gradientOf = Shape.Broadcast(found, target) == found ? graph.Add(new SumToOp(target), gradientOf)
                    : graph.Add(new MapOp(MapKind.Add), graph.Add(new ZerosOp(target)), gradientOf);
            }

            if (gradientOf.Name.Length == 0 && of.Name.Length > 0 && gradientOf.Producer is not null)
            {
                gradientOf.Name = "d" + char.ToUpperInvariant(of.Name[0]) + of.Name.Substring(1);
            }

            gradients.Add(of, gradientOf);
        }

        public override void AddSlot(int input, int slot, Value gradientOfSlot) => gradients.AddSlot(node.Inputs[input], slot, gradientOfSlot);

        public override Value? Take(int input) => gradients.Take(node.Inputs[input]);
    }
}
