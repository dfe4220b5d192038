// What every recurrent cell shares: its size, what it returns, its initialisers, and the loop over time. Knows no cell's equations.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Layers;

internal abstract class RecurrentLayer : Layer
{
    public override bool HasStates => true;

    public override Signal Check(ArgumentList arguments, Signal input, ProblemSink problems)
    {
        Rules.NeedsSequence(Kind, input, problems);
        Rules.NeedsNumbers(Kind, input, problems);
        int units = Rules.Positive("Units", arguments, problems);
        CheckMore(arguments, problems);
        return new Signal(units, IsTokens: false, IsSequence: arguments.String("Returns", "Sequence") != "Last");
    }

    /// <summary>Checks what only this cell has.</summary>
    protected virtual void CheckMore(ArgumentList arguments, ProblemSink problems)
    {
    }

    /// <summary>One step: from the input and the states to the next states. The first state is the output.</summary>
    protected abstract Value[] Step(Cell cell, Value x, Value[] states);

    protected abstract IReadOnlyList<string> States { get; }

    /// <summary>The parameters, in the order of a PyTorch module; made before the loop opens.</summary>
    protected abstract void Declare(Cell cell, int inputs);

    public override Value Lower(ArgumentList arguments, Lowering lowering, Value input)
    {
        NetworkGraph graph = lowering.Graph;
        var cell = new Cell(arguments, lowering);
        LoopPart? inside = lowering.Inside;
        lowering.Inside = null;
        Declare(cell, input.Shape.Width + (inside?.Width ?? 0));
        Value[] initial = States.Select(s => lowering.InitialState(s, cell.Units)).ToArray();
        Scan scan = graph.Begin(input.Shape.Axis!);
        Value x = graph.Each(scan, input);
        ScanCarry[] carries = States.Select((s, i) => graph.Carry(scan, s, initial[i])).ToArray();
        x = inside?.Before(scan, x, carries[0].Previous) ?? x;
        Value[] next = Step(cell, x, carries.Select(c => c.Previous).ToArray());
        for (int i = 0; i < carries.Length; i++)
        {
            carries[i].Next = next[i];
            next[i].Name = States[i] + "Next";
        }

        Value sequence = graph.Emit(scan, inside?.After(next[0]) ?? next[0]);
        graph.End(scan);
        for (int i = 0; i < carries.Length; i++)
        {
            lowering.Final(States[i], carries[i].Final);
        }

        return arguments.String("Returns", "Sequence") == "Last" ? carries[0].Final : sequence;
    }

    /// <summary>A cell being written: its parameters by role, and shorthands for its arithmetic.</summary>
    protected sealed class Cell(ArgumentList arguments, Lowering lowering)
    {
        private readonly Dictionary<string, Value> _parameters = new();

        public ArgumentList Arguments { get; } = arguments;

        public int Units { get; } = arguments.Int("Units");

        public bool Bias { get; } = arguments.Bool("Bias", true);

        public Value this[string role] => _parameters[role];

        /// <summary>weight_ih, weight_hh and, with biases, bias_ih and bias_hh of that many gates.</summary>
        public void DeclareGates(int gates, int inputs, bool recurrentBias = true, int forgetGate = -1, double forgetBias = 0)
        {
            Add("weight_ih", new Start(Initializer("InputInitializer", "GlorotUniform")), gates * Units, inputs);
            Add("weight_hh", new Start(Initializer("RecurrentInitializer", "Orthogonal")), gates * Units, Units);
            if (Bias)
            {
                string bias = Initializer("BiasInitializer", "Zeros");
                Add("bias_ih", new Start(bias, 0, forgetGate, forgetBias), gates * Units);
                if (recurrentBias)
                {
                    Add("bias_hh", new Start(bias), gates * Units);
                }
            }
        }

        /// <summary>W_ih x + W_hh h + biases, gate g of the input part in slot xSlots[g], of the recurrent part in slot hSlots[g].</summary>
        public Value Gates(int slots, Value x, int[] xSlots, Value h, int[] hSlots)
        {
            var inputs = new List<Value> { this["weight_ih"], x, this["weight_hh"], h };
            var biases = new List<int[]>();
            AddBias("bias_ih", xSlots, inputs, biases);
            AddBias("bias_hh", hSlots, inputs, biases);
            return Named("gates", lowering.Graph.Add(new AffineOp(Units, slots, [xSlots, hSlots], biases), inputs.ToArray()));
        }

        public Value Slot(string name, Value gates, int slot) => Named(name, lowering.Slot(gates, slot));

        public Value Add(Value a, Value b) => lowering.Map(MapKind.Add, a, b);

        public Value Sub(Value a, Value b) => lowering.Map(MapKind.Sub, a, b);

        public Value Mul(Value a, Value b) => lowering.Map(MapKind.Mul, a, b);

        public Value Sigmoid(string name, Value a) => Named(name, lowering.Map(MapKind.Sigmoid, a));

        public Value Tanh(string name, Value a) => Named(name, lowering.Map(MapKind.Tanh, a));

        public Value Apply(string activation, Value a) => Activations.Apply(lowering, activation, a);

        public Value Affine(AffineOp op, params Value[] inputs) => Named("gates", lowering.Graph.Add(op, inputs));

        private static Value Named(string name, Value value)
        {
            value.Name = name;
            return value;
        }

        private void Add(string role, Start start, params int[] shape) => _parameters[role] = lowering.RecurrentParameter(role, start, shape);

        private void AddBias(string role, int[] slots, List<Value> inputs, List<int[]> biases)
        {
            if (_parameters.TryGetValue(role, out Value? bias))
            {
                inputs.Add(bias);
                biases.Add(slots);
            }
        }

        private string Initializer(string argument, string otherwise) =>
            Arguments.String(argument, "Default") is var given && given == "Default" ? otherwise : given;
    }
}
