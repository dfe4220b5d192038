// Neural Turing machine (Graves, Wayne and Danihelka 2014): a controller with read and write heads on a memory M [slots, width].
//   h = controller([x ; r]);  every head addresses M as it was at the start of the step (see Weighting);
//   r' = sum_n w_read'(n) M(n);  M'(n) = M(n) prod_heads (1 - w'(n) e) + sum_heads w'(n) a;  y = W_o [h ; r'] + b_o.
// Where it starts: the memory at one small constant (Collier and Beel 2018), each weighting on the first slot, what was read at zero.
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Layers;

internal sealed class NeuralTuringMachine : Layer
{
    public override string Kind => "NeuralTuringMachine";

    // The most numbers of one memory: every sequence of a batch has its own, at every step where there is a way back.
    private const int MostMemory = 1 << 24;

    // The most heads of a kind: each is some thirty ops a step, all written out.
    private const int MostHeads = 16;

    public override bool HasStates => true;

    public override Signal Check(ArgumentList arguments, Signal input, ProblemSink problems)
    {
        Rules.NeedsSequence(Kind, input, problems);
        Rules.NeedsNumbers(Kind, input, problems);
        int outputs = Rules.Positive("Outputs", arguments, problems);
        foreach (string size in new[] { "ControllerUnits", "Slots", "Width" }.Where(arguments.Has))
        {
            Rules.Positive(size, arguments, problems);
        }

        foreach (string heads in new[] { "ReadHeads", "WriteHeads" }.Where(h => arguments.Int(h, 1) is < 1 or > MostHeads))
        {
            problems.Add("SEQ0104", heads, heads, Rules.Text($"from 1 to {MostHeads}"), arguments.Int(heads, 1));
        }

        long memory = (long)arguments.Int("Slots", 128) * arguments.Int("Width", 20);
        if (memory > MostMemory)
        {
            problems.Add("SEQ0112", arguments.Has("Slots") ? "Slots" : "Width", "numbers in a memory (Slots * Width)", memory, MostMemory);
        }

        int shifts = arguments.Int("Shifts", 1);
        if (shifts is < 0 or > 1000)
        {
            problems.Add("SEQ0104", "Shifts", "Shifts", "from 0 to 1000", shifts);
        }

        double epsilon = arguments.Double("CosineEpsilon", 1e-8);
        if (!(epsilon >= 1e-38 && epsilon < 1))
        {
            problems.Add("SEQ0104", "CosineEpsilon", "CosineEpsilon", "at least 1e-38 and below 1", epsilon);
        }

        bool isSequence = arguments.String("Returns", "Sequence") != "Last";
        return new Signal(outputs, IsTokens: false, isSequence, isSequence ? input.Steps : 0);
    }

    public override Value Lower(ArgumentList arguments, Lowering lowering, Value input) => new Machine(arguments, lowering).Loop(input);

    /// <summary>One machine being written.</summary>
    private sealed class Machine
    {
        // Below it a square root has no derivative and a logarithm no value; what is smaller counts as this.
        private const double Tiny = 1e-30;

        private readonly ArgumentList _arguments;
        private readonly Lowering _lowering;
        private readonly NetworkGraph _graph;
        private readonly int _units;
        private readonly int _slots;
        private readonly int _width;
        private readonly string[] _reads;
        private readonly string[] _writes;
        private readonly Dictionary<string, Value> _parameters = new();
        private readonly Dictionary<string, ScanCarry> _states = new();

        public Machine(ArgumentList arguments, Lowering lowering)
        {
            _arguments = arguments;
            _lowering = lowering;
            _graph = lowering.Graph;
            _units = arguments.Int("ControllerUnits", 100);
            _slots = arguments.Int("Slots", 128);
            _width = arguments.Int("Width", 20);
            _reads = Numbers(arguments.Int("ReadHeads", 1));
            _writes = Numbers(arguments.Int("WriteHeads", 1));
        }

        private bool IsLstm => _arguments.String("Controller", "FeedForward") == "Lstm";

        public Value Loop(Value input)
        {
            Declare(input.Shape.Width);
            List<(string Name, Value Initial)> initial = States();
            Scan scan = _graph.Begin(input.Shape.Axis!);
            foreach ((string name, Value start) in initial)
            {
                _states[name] = _graph.Carry(scan, name, start);
            }

            Value memory = _states["memory"].Previous;
            Value h = Control(Named("controller.input", Join([_graph.Each(scan, input), .. _reads.Select(n => _states["read" + n].Previous)])));
            foreach (string n in _reads)
            {
                Value weighting = Address("read_head" + n, "w_read" + n, h, memory);
                _states["read" + n].Next = Contract(ContractKind.Sum, weighting, memory);
            }

            _states["memory"].Next = Write(h, memory);
            Value read = Named("output.input", Join([h, .. _reads.Select(n => _states["read" + n].Next!)]));
            Value y = Named("y", Linear("output", read));
            Value sequence = _graph.Emit(scan, y);
            List<(string Name, Value Weights)> looked = _reads.Select(n => "w_read" + n).Concat(_writes.Select(n => "w_write" + n))
                .Select(name => (name, _graph.Emit(scan, _states[name].Next!))).ToList();
            _graph.End(scan);
            foreach ((string name, Value weights) in looked)
            {
                _graph.Results["out." + _lowering.Name + "." + name] = weights;
            }

            foreach ((string name, _) in initial)
            {
                _states[name].Next!.Name = name + "Next";
                _lowering.Final(name, _states[name].Final);
            }

            return _arguments.String("Returns", "Sequence") == "Last" ? _graph.Add(new LastOp(), sequence) : sequence;
        }

        /// <summary>Every parameter, in the order of a file, before the loop opens.</summary>
        private void Declare(int inputs)
        {
            int read = _reads.Length * _width;
            if (IsLstm)
            {
                Parameter("controller.weight_ih", new Start("GlorotUniform"), 4 * _units, inputs + read);
                Parameter("controller.weight_hh", new Start("Orthogonal"), 4 * _units, _units);
                Parameter("controller.bias_ih", new Start("Zeros", 0, 1, 1), 4 * _units);
                Parameter("controller.bias_hh", new Start("Zeros"), 4 * _units);
            }
            else
            {
                DeclareLinear("controller", _units, inputs + read);
            }

            foreach (string head in _reads.Select(n => "read_head" + n).Concat(_writes.Select(n => "write_head" + n)))
            {
                DeclareLinear(head + ".key", _width, _units);
                DeclareLinear(head + ".beta", 1, _units);
                DeclareLinear(head + ".gate", 1, _units);
                DeclareLinear(head + ".shift", (2 * _arguments.Int("Shifts", 1)) + 1, _units);
                DeclareLinear(head + ".gamma", 1, _units);
            }

            foreach (string head in _writes.Select(n => "write_head" + n))
            {
                DeclareLinear(head + ".erase", _width, _units);
                DeclareLinear(head + ".add", _width, _units);
            }

            DeclareLinear("output", _arguments.Int("Outputs"), _units + read);
        }

        private List<(string Name, Value Initial)> States()
        {
            string start = _arguments.String("MemoryStart", "Constant");
            bool isLearned = start == "Learned", isZero = start == "Zero";
            var states = new List<(string, Value)> { ("memory", State("memory", isZero ? null : new Start("Constant", 1e-6), _slots, _width)) };
            states.AddRange(_reads.Select(n => ("read" + n, State("read" + n, isLearned ? new Start("Zeros") : null, _width))));
            states.AddRange(_reads.Select(n => "w_read" + n).Concat(_writes.Select(n => "w_write" + n))
                .Select(name => (name, State(name, isZero ? null : new Start("First", 1), _slots))));
            states.AddRange((IsLstm ? new[] { "h", "c" } : []).Select(name => (name, State(name, isLearned ? new Start("Zeros") : null, _units))));
            return states;

            Value State(string name, Start? beginning, params int[] dims)
            {
                Value initial = _lowering.InitialState(name, dims);
                if (beginning is not null)
                {
                    _lowering.Begins(initial, "initial_" + name, beginning, isLearned);
                }

                return initial;
            }
        }

        private Value Control(Value u)
        {
            if (!IsLstm)
            {
                return Named("controller.h", Map(MapKind.Tanh, Linear("controller", u)));
            }

            int[] slots = [0, 1, 2, 3];
            ScanCarry h = _states["h"], c = _states["c"];
            Value a = _graph.Add(
                new AffineOp(_units, 4, [slots, slots], [slots, slots]),
                _parameters["controller.weight_ih"], u, _parameters["controller.weight_hh"], h.Previous, _parameters["controller.bias_ih"], _parameters["controller.bias_hh"]);
            a.Name = "gates";
            Value Gate(MapKind kind, int slot) => Map(kind, _lowering.Slot(a, slot));
            Value kept = Map(MapKind.Mul, Gate(MapKind.Sigmoid, 1), c.Previous);
            c.Next = Map(MapKind.Add, kept, Map(MapKind.Mul, Gate(MapKind.Sigmoid, 0), Gate(MapKind.Tanh, 2)));
            return h.Next = Map(MapKind.Mul, Gate(MapKind.Sigmoid, 3), Map(MapKind.Tanh, c.Next));
        }

        /// <summary>What all write heads leave of the memory: erasures multiply, additions add, so their order does not matter.</summary>
        private Value Write(Value h, Value memory)
        {
            var added = new List<Value>();
            foreach (string n in _writes)
            {
                Value weighting = Address("write_head" + n, "w_write" + n, h, memory: _states["memory"].Previous);
                string head = "write_head" + n;
                Value erase = Named(head + ".erase", Map(MapKind.Sigmoid, Linear(head + ".erase", h)));
                memory = Map(MapKind.Mul, memory, OneMinus(Named(head + ".erased", Contract(ContractKind.Outer, weighting, erase))));
                Value add = Named(head + ".add", Map(MapKind.Tanh, Linear(head + ".add", h)));
                added.Add(Named(head + ".added", Contract(ContractKind.Outer, weighting, add)));
            }

            return added.Aggregate(memory, (sum, a) => Map(MapKind.Add, sum, a));
        }

        /// <summary>
        /// Where a head looks: by content, mixed with where it was, shifted, sharpened. w = ws^gamma / sum ws^gamma is written as the
        /// softmax of gamma log ws: the same numbers, also where every power is too small for a float.
        /// </summary>
        private Value Address(string head, string state, Value h, Value memory)
        {
            Value Part(string part, Value value) => Named(head + "." + part, value);
            Value key = Part("key", Map(MapKind.Tanh, Linear(head + ".key", h))), beta = Part("beta", Map(MapKind.Softplus, Linear(head + ".beta", h)));
            Value gate = Part("gate", Map(MapKind.Sigmoid, Linear(head + ".gate", h))), shift = Part("shift", Softmax(Linear(head + ".shift", h)));
            Value gamma = Part("gamma", Map(MapKind.Add, _lowering.Constant(1), Part("sharpness", Map(MapKind.Softplus, Linear(head + ".gamma", h)))));
            Value norms = Part("norms", Map(MapKind.Add, Map(MapKind.Mul, Norm("memory", memory), Norm(head + ".key", key)), _lowering.Constant(_arguments.Double("CosineEpsilon", 1e-8))));
            Value similarity = Part("similarity", Map(MapKind.Div, Part("match", Contract(ContractKind.Dot, memory, key)), norms));
            Value content = Part("content", Softmax(Part("scores", Map(MapKind.Mul, beta, similarity))));
            Value found = Map(MapKind.Mul, gate, content), kept = Part("kept", Map(MapKind.Mul, Part("others", OneMinus(gate)), _states[state].Previous));
            Value mixed = Part("mixed", Map(MapKind.Add, found, kept));
            Value shifted = Part("shifted", _graph.Add(new CircularConvOp(), mixed, shift));
            Value weighting = Softmax(Part("sharpened", Map(MapKind.Mul, gamma, Part("log", Map(MapKind.Log, AtLeastTiny(shifted))))));
            return _states[state].Next = weighting;
        }

        private Value Norm(string name, Value value)
        {
            Value square = Named(name + ".square", _graph.Add(new ReduceOp(ReduceKind.Sum), Named(name + ".squares", Map(MapKind.Mul, value, value))));
            return Named(name + ".norm", Map(MapKind.Sqrt, AtLeastTiny(square)));
        }

        private Value AtLeastTiny(Value value) => Map(MapKind.Max, value, _lowering.Constant(Tiny));

        private Value OneMinus(Value value) => Map(MapKind.Sub, _lowering.Constant(1), value);

        private Value Softmax(Value value) => _graph.Add(new SoftmaxOp(), value);

        private Value Contract(ContractKind kind, Value a, Value b) => _graph.Add(new ContractOp(kind), a, b);

        private Value Join(params Value[] values) => _graph.Add(new ConcatOp(), values);

        private Value Map(MapKind kind, params Value[] inputs) => _lowering.Map(kind, inputs);

        private Value Linear(string name, Value x)
        {
            Value weight = _parameters[name + ".weight"];
            return Named(name + ".a", _graph.Add(new AffineOp(weight.Shape.Dims[0], 1, [[0]], [[0]]), weight, x, _parameters[name + ".bias"]));
        }

        /// <summary>A value is called as a part of its head: read_head.key becomes read_key.</summary>
        private static Value Named(string name, Value value)
        {
            value.Name = name.Replace("_head", "").Replace('.', '_');
            return value;
        }

        private void DeclareLinear(string name, int units, int inputs)
        {
            Parameter(name + ".weight", new Start("GlorotUniform"), units, inputs);
            Parameter(name + ".bias", new Start("Zeros"), units);
        }

        private void Parameter(string name, Start start, params int[] shape) => _parameters[name] = _lowering.Parameter(name, start, shape);

        private static string[] Numbers(int heads) =>
            heads == 1 ? [""] : Enumerable.Range(0, heads).Select(i => i.ToString(CultureInfo.InvariantCulture)).ToArray();
    }
}
