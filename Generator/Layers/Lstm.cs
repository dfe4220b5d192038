// Long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000; PyTorch's nn.LSTM):
// i, f, o = sigmoid, g = tanh of a = W_ih x + b_ih + W_hh h + b_hh;  c' = f c + i g;  h' = o tanh(c').
//   Peephole (Gers and Schmidhuber 2000):   i, f also see p_i c, p_f c; o sees p_o c'
//   Projection (Sak et al. 2014):           h' = W_hr (o tanh(c'))
//   CoupledGates (Greff et al. 2017):       i = 1 - f; three gates f, g, o
//   LayerNorm (Ba et al. 2016):             a = LN(W_ih x; ln_ih) + LN(W_hh h; ln_hh), h' = o tanh(LN(c'; ln_c)); the cell carried on is not normalised
//   CellClip (Sak et al. 2014; TensorFlow):     c' = min(max(f c + i g, -C), C), which is carried on, and which o and h' see
// Any gate, the candidate g and the cell's output can have another function by option.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Layers;

internal sealed class Lstm : RecurrentLayer
{
    public override string Kind => "Lstm";

    protected override int OutputSize(ArgumentList arguments, int inputs) => arguments.Int("Projection") is > 0 and var size ? size : arguments.Int("Units");

    protected override IReadOnlyList<CellState> States(ArgumentList arguments) => [new("h", OutputSize(arguments, inputs: 0)), new("c", arguments.Int("Units"))];

    protected override string Refusal(string option, ArgumentList arguments, int inputs) => "";

    protected override void CheckMore(ArgumentList arguments, ProblemSink problems)
    {
        Rules.Finite("ForgetBias", arguments.Double("ForgetBias", 1), problems);
        Activations.Check(
            Kind, arguments, problems, "GateActivation", "InputGateActivation", "ForgetGateActivation", "OutputGateActivation", "Activation", "OutputActivation");
        if (arguments.Has("InputGateActivation") && arguments.Bool("CoupledGates"))
        {
            problems.Add("SEQ0123", "InputGateActivation", "InputGateActivation", Kind, "with CoupledGates the input gate is one minus the forget gate; write ForgetGateActivation, or leave one of the two out");
        }

        double clip = arguments.Double("CellClip");
        if (!(clip == 0 || (clip >= 1e-6 && clip <= 1e6)))
        {
            problems.Add("SEQ0104", "CellClip", "CellClip", "from 1e-6 to 1e6, or 0 for none", clip);
        }

        Rules.Epsilon(arguments, problems);
        if (arguments.Has("Projection"))
        {
            Rules.Positive("Projection", arguments, problems);
        }
    }

    protected override void Declare(Cell cell)
    {
        bool coupled = cell.Arguments.Bool("CoupledGates");
        int gates = coupled ? 3 : 4, output = OutputSize(cell.Arguments, cell.Inputs);
        cell.AddGates(gates, output, true, gates, forgetGate: coupled ? 0 : 1, forgetBias: cell.Arguments.Double("ForgetBias", 1));
        if (cell.Arguments.Int("Projection") > 0)
        {
            cell.AddInput("weight_hr", output, cell.Units);
        }

        if (cell.Arguments.Bool("Peephole"))
        {
            foreach (string role in coupled ? ["weight_cf", "weight_co"] : new[] { "weight_ci", "weight_cf", "weight_co" })
            {
                cell.Add(role, new Start("Zeros"), cell.Units);
            }
        }

        if (cell.IsNormalized)
        {
            cell.AddNorm("ln_c", cell.Units);
        }
    }

    protected override CellResult Step(Cell cell, Value x, Value[] states)
    {
        bool coupled = cell.Arguments.Bool("CoupledGates"), peephole = cell.Arguments.Bool("Peephole");
        int[] slots = Enumerable.Range(0, coupled ? 3 : 4).ToArray();
        int forget = coupled ? 0 : 1;
        Value c = states[1];
        string gates = Activations.Of(cell.Arguments, "GateActivation", "Sigmoid"), candidate = Activations.Of(cell.Arguments, "Activation", "Tanh");
        string OfGate(string name) => Activations.Of(cell.Arguments, name + "GateActivation", gates);
        GateSum sum = cell.Gates(slots.Length, x, slots, cell.Hidden(states[0]), slots);
        Value Gate(string name, string function, int slot, Value seen) => cell.Apply(name, function, peephole
            ? cell.Add(sum("a" + name, slot), cell.Mul(cell["weight_c" + name], seen))
            : sum("a" + name, slot));
        Value? i = coupled ? null : Gate("i", OfGate("Input"), 0, c);
        Value f = Gate("f", OfGate("Forget"), forget, c);
        Value g = cell.Candidate(cell.Apply("g", candidate, sum("ag", forget + 1)));
        Value? o = peephole ? null : Gate("o", OfGate("Output"), forget + 2, c);
        Value memory = cell.Memory(cell.Clip(
            cell.Arguments.Double("CellClip"), i is null ? cell.Add(g, cell.Mul(f, cell.Sub(c, g))) : cell.Add(cell.Mul(f, c), cell.Mul(i, g))));
        o ??= Gate("o", OfGate("Output"), forget + 2, memory);
        Value seen = cell.IsNormalized ? cell.Normalize("ln_c", memory) : memory;
        string output = Activations.Of(cell.Arguments, "OutputActivation", candidate);
        Value h = cell.Mul(o, cell.Apply(output == "Tanh" ? "tanhC" : "shownC", output, seen));
        h = cell.Arguments.Int("Projection") > 0 ? cell.Sum(OutputSize(cell.Arguments, cell.Inputs), "", ("weight_hr", h)) : h;
        h = cell.Keep("h", states[0], h);
        return new CellResult(h, [h, cell.Keep("c", c, memory)]);
    }
}
