// What the options of layers mean, each said in terms of something that is known to be right: the plain layer with other numbers.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using Xunit;

namespace SeqGen.Generator.Tests.Interpreter;

[Trait("Category", "GoldenInterpreter")]
public class LayerOptionTests
{
    private const int Rows = DeclaredLayers.Batch, Steps = DeclaredLayers.Steps;

    private static readonly DeclaredLayers _declared = new([
        "[Lstm(2)]", "[Lstm(2, CoupledGates = true)]", "[Lstm(2, Direction = Direction.Backward)]", "[Lstm(2, Direction = Direction.Both)]",
        "[Lstm(2, Direction = Direction.Both, Merge = Merge.Sum)]", "[Lstm(2, Direction = Direction.Both, Merge = Merge.Average)]",
        "[Lstm(2, Direction = Direction.Both, Merge = Merge.Product)]", "[Lstm(2, Direction = Direction.Both, Merge = Merge.Product, Returns = Returns.Last)]",
        "[Rnn(2)]", "[Rnn(2, Output = RnnOutput.PreviousState, Outputs = 1)]", "[Gru(2)]", "[Gru(2, Residual = true)]", "[Gru(2, Skip = Skip.Concatenate)]",
        "[Elman(3, 2)]", "[Elman(3, 2, Direction = Direction.Backward)]", "[Elman(3, 2, Direction = Direction.Backward, Returns = Returns.Last)]",
        "[Tdnn(2, 3, Padding = Padding.Same)]", "[Tdnn(2, 1, Padding = Padding.Same)]",
        "[Autoregressive(2, Units = 1)]", "[Jordan(3, 2)]", "[Jordan(3, 2, Recurrent = true)]", "[Gru(2, InitialState = InitialState.Learned)] [Gru(2, InitialState = InitialState.Random, RandomDeviation = 0.5)]",
    ]);

    [Fact]
    public void Coupled_gates_are_an_input_gate_of_the_opposite_sum()
    {
        (NetworkGraph coupled, Run run) = Make("[Lstm(2, CoupledGates = true)]");
        (NetworkGraph plain, Run full) = Make("[Lstm(2)]");
        Take(run, full);
        foreach (string name in run.Parameters.Keys.ToList())
        {
            double[] three = run.Parameters[name];
            double[] forget = [.. three.Take(three.Length / 3)];
            full.Parameters[name] = [.. forget.Select(v => -v), .. three];
        }

        Close(GraphInterpreter.Execute(plain, full)["output"].Data, GraphInterpreter.Execute(coupled, run)["output"].Data);
    }

    [Theory]
    [InlineData("[Lstm(2, Direction = Direction.Backward)]", "[Lstm(2)]")]
    [InlineData("[Elman(3, 2, Direction = Direction.Backward)]", "[Elman(3, 2)]")]
    public void A_backward_direction_is_the_forward_one_on_the_reversed_sequence(string backward, string forward)
    {
        (NetworkGraph graph, Run run) = Make(backward);
        (NetworkGraph plain, Run turned) = Make(forward);
        foreach (KeyValuePair<string, double[]> parameter in run.Parameters)
        {
            turned.Parameters[parameter.Key.Replace("_reverse", "", StringComparison.Ordinal)] = parameter.Value;
        }

        foreach (KeyValuePair<string, double[]> port in run.Ports)
        {
            turned.Ports[port.Key.Replace("_reverse", "", StringComparison.Ordinal)] = port.Value;
        }

        turned.Ports["input"] = Reversed(run.Ports["input"], run.Lengths["time"]);
        Close(Reversed(GraphInterpreter.Execute(plain, turned)["output"].Data, run.Lengths["time"]), GraphInterpreter.Execute(graph, run)["output"].Data);
    }

    [Fact]
    public void The_last_output_of_a_backward_direction_is_that_of_the_first_step()
    {
        (NetworkGraph graph, Run run) = Make("[Elman(3, 2, Direction = Direction.Backward)]");
        double[] whole = GraphInterpreter.Execute(graph, run)["output"].Data, last = Output("[Elman(3, 2, Direction = Direction.Backward, Returns = Returns.Last)]", run);
        Close([.. Enumerable.Range(0, Rows).SelectMany(b => whole.AsSpan(b * Steps * 2, 2).ToArray())], last);
    }

    [Theory]
    [InlineData("Sum")]
    [InlineData("Average")]
    [InlineData("Product")]
    public void A_merge_is_made_of_both_halves_of_a_concatenation(string merge)
    {
        (NetworkGraph graph, Run run) = Make("[Lstm(2, Direction = Direction.Both)]");
        double Merged(double f, double b) => merge switch { "Sum" => f + b, "Average" => (f + b) / 2, _ => f * b };
        double[] both = GraphInterpreter.Execute(graph, run)["output"].Data;
        double[] expected = [.. both.Chunk(4).SelectMany(v => new[] { Merged(v[0], v[2]), Merged(v[1], v[3]) })];
        Close(expected, Output($"[Lstm(2, Direction = Direction.Both, Merge = Merge.{merge})]", run));
    }

    [Fact]
    public void The_last_of_both_directions_are_their_final_states()
    {
        (NetworkGraph graph, Run run) = Make("[Lstm(2, Direction = Direction.Both)]");
        GraphInterpreter both = GraphInterpreter.Execute(graph, run);
        double[] expected = [.. both["final.lstm.h"].Data.Zip(both["final.lstm.h_reverse"].Data, (f, b) => f * b)];
        Close(expected, Output("[Lstm(2, Direction = Direction.Both, Merge = Merge.Product, Returns = Returns.Last)]", run));
    }

    [Fact]
    public void The_output_of_a_previous_state_reads_input_and_state_before_the_step()
    {
        (NetworkGraph graph, Run run) = Make("[Rnn(2, Output = RnnOutput.PreviousState, Outputs = 1)]", lengths: false);
        (NetworkGraph plain, Run states) = Make("[Rnn(2)]", lengths: false);
        Take(run, states);
        double[] h = GraphInterpreter.Execute(plain, states)["output"].Data, x = run.Ports["input"], first = run.Ports["init.rnn.h"];
        double[] ofX = run.Parameters["rnn.weight_io_l0"], ofH = run.Parameters["rnn.weight_ho_l0"], bias = run.Parameters["rnn.bias_o_l0"];
        double Of(int b, int t)
        {
            int at = ((b * Steps) + t) * 2;
            double[] before = t == 0 ? [first[b * 2], first[(b * 2) + 1]] : [h[at - 2], h[at - 1]];
            return (ofX[0] * x[at]) + (ofX[1] * x[at + 1]) + (ofH[0] * before[0]) + (ofH[1] * before[1]) + bias[0];
        }

        Close([.. Enumerable.Range(0, Rows * Steps).Select(i => Of(i / Steps, i % Steps))], GraphInterpreter.Execute(graph, run)["output"].Data);
    }

    [Fact]
    public void A_jordan_network_with_no_recurrent_weights_is_the_plain_one()
    {
        (NetworkGraph graph, Run run) = Make("[Jordan(3, 2, Recurrent = true)]");
        Array.Clear(run.Parameters["jordan.weight_hh"]);
        Close(Output("[Jordan(3, 2)]", run), GraphInterpreter.Execute(graph, run)["output"].Data);
    }

    [Fact]
    public void What_passes_by_is_added_or_put_in_front()
    {
        (NetworkGraph graph, Run run) = Make("[Gru(2)]", lengths: false);
        double[] x = run.Ports["input"], y = GraphInterpreter.Execute(graph, run)["output"].Data;
        Close([.. x.Zip(y, (a, b) => a + b)], Output("[Gru(2, Residual = true)]", run, lengths: false));
        Close([.. x.Chunk(2).Zip(y.Chunk(2), (a, b) => a.Concat(b)).SelectMany(v => v)], Output("[Gru(2, Skip = Skip.Concatenate)]", run, lengths: false));
    }

    [Fact]
    public void An_autoregressive_model_reads_the_newest_step_with_its_last_weights()
    {
        (NetworkGraph graph, Run run) = Make("[Autoregressive(2, Units = 1)]", lengths: false);
        double[] x = run.Ports["input"], w = run.Parameters["autoregressive.weight"], c = run.Parameters["autoregressive.bias"];
        double X(int b, int t, int i) => t < 0 ? 0 : x[(((b * Steps) + t) * 2) + i];
        double Of(int b, int t) => c[0] + (w[0] * X(b, t - 1, 0)) + (w[1] * X(b, t, 0)) + (w[2] * X(b, t - 1, 1)) + (w[3] * X(b, t, 1));
        Close([.. Enumerable.Range(0, Rows * Steps).Select(i => Of(i / Steps, i % Steps))], GraphInterpreter.Execute(graph, run)["output"].Data);
    }

    [Fact]
    public void Beginnings_of_states_are_recorded_beside_the_graph()
    {
        NetworkGraph graph = _declared.Lower("[Gru(2, InitialState = InitialState.Learned)] [Gru(2, InitialState = InitialState.Random, RandomDeviation = 0.5)]");
        Assert.Equal(new StateBeginning("Learned", "gru0.initial_h_l0", 0), graph.InitialStates["init.gru0.h"]);
        Assert.Equal(new StateBeginning("Random", null, 0.5), graph.InitialStates["init.gru1.h"]);
        Assert.Equal([2], graph.Sources<Ops.ParamOp>().Single(p => p.Parameter == "gru0.initial_h_l0").FileShape);
    }

    [Fact]
    public void Only_networks_that_need_no_steps_to_come_stream()
    {
        Assert.Equal("", _declared.Shape("[Tdnn(2, 1, Padding = Padding.Same)]").NoStream);
        Assert.Contains("reads steps that are still to come", _declared.Shape("[Tdnn(2, 3, Padding = Padding.Same)]").NoStream, StringComparison.Ordinal);
        Assert.Equal("", _declared.Shape("[Lstm(2)]").NoStream);
        Assert.Contains("Direction.Both starts at the end of a sequence", _declared.Shape("[Lstm(2, Direction = Direction.Both)]").NoStream, StringComparison.Ordinal);
    }

    private static (NetworkGraph Graph, Run Run) Make(string layers, bool lengths = true)
    {
        NetworkGraph graph = _declared.Lower(layers);
        return (graph, DeclaredLayers.Prepare(graph, lengths: lengths));
    }

    /// <summary>The output with the numbers of another run, as far as it has them.</summary>
    private static double[] Output(string layers, Run numbers, bool lengths = true)
    {
        (NetworkGraph graph, Run run) = Make(layers, lengths);
        Take(numbers, run);
        return GraphInterpreter.Execute(graph, run)["output"].Data;
    }

    private static void Take(Run from, Run to)
    {
        foreach (string name in to.Parameters.Keys.Where(from.Parameters.ContainsKey).ToList())
        {
            to.Parameters[name] = from.Parameters[name];
        }

        foreach (string name in to.Ports.Keys.Where(from.Ports.ContainsKey).ToList())
        {
            to.Ports[name] = from.Ports[name];
        }
    }

    /// <summary>The valid steps of two numbers each in opposite order.</summary>
    private static double[] Reversed(double[] sequence, int[] lengths) => [.. Enumerable.Range(0, Rows * Steps).SelectMany(i =>
    {
        int b = i / Steps, t = i % Steps;
        return t < lengths[b] ? sequence.AsSpan(((b * Steps) + lengths[b] - 1 - t) * 2, 2).ToArray() : [0, 0];
    })];

    private static void Close(double[] expected, double[] got)
    {
        Assert.Equal(expected.Length, got.Length);
        Assert.Contains(expected, v => v != 0);
        Assert.All(expected.Zip(got), p => Assert.Equal(p.First, p.Second, 12));
    }
}
