// What ops compute, against numbers worked out by hand: difference quotients check a derivative, not a value.
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;
using Xunit;

namespace SeqGen.Generator.Tests.Interpreter;

public class EvaluatorTests
{
    private static readonly Axis _time = new("time", 0);

    [Fact]
    public void Last_takes_each_rows_last_valid_step_and_zero_where_there_is_none() =>
        Assert.Equal([2, 0], Compute(new LastOp(), [2, 0], (Shape.Seq(_time, 1), [1, 2, 9, 9, 9, 9])));

    [Fact]
    public void At_last_puts_the_value_at_each_rows_last_valid_step() =>
        Assert.Equal([0, 5, 0, 0, 0, 6], Compute(new AtLastOp(_time), [2, 3], (Shape.PerRow(1), [5, 6])));

    [Theory]
    [InlineData(ReduceKind.Sum, 3, 0)]
    [InlineData(ReduceKind.Mean, 1.5, 0)]
    [InlineData(ReduceKind.Max, 2, 0)]
    public void A_reduction_along_an_axis_sees_valid_steps_only_and_gives_zero_for_none(object kind, double first, double second) =>
        Assert.Equal([first, second], Compute(new ReduceOp((ReduceKind)kind, true), [2, 0], (Shape.Seq(_time, 1), [1, 2, 9, 9, 9, 9])));

    [Fact]
    public void A_softmax_along_an_axis_gives_valid_steps_all_the_weight() =>
        Assert.Equal([0.5, 0.5, 0, 1, 0, 0], Compute(new SoftmaxOp(true), [2, 1], (Shape.Seq(_time, 1), [3, 3, 100, 7, 100, 100])));

    [Fact]
    public void A_contraction_along_an_axis_leaves_invalid_steps_out()
    {
        (Shape, double[]) weights = (Shape.Seq(_time, 1), [1, 2, 3, 4, 5, 6]), values = (Shape.Seq(_time, 2), [1, 0, 0, 1, 9, 9, 2, 3, 9, 9, 9, 9]);
        Assert.Equal([1, 2, 8, 12], Compute(new ContractOp(ContractKind.Sum, true), [2, 1], weights, values));
        Assert.Equal([1, 2, 0, 3, 0, 0], Compute(new ContractOp(ContractKind.Dot, true), [2, 1], values, (Shape.PerRow(2), [1, 2, 0, 1])));
    }

    [Fact]
    public void A_circular_convolution_shifts_down_by_its_first_and_up_by_its_last_tap()
    {
        (Shape, double[]) values = (Shape.PerRow(4), [1, 2, 3, 4, 5, 6, 7, 8]);
        Assert.Equal([2, 3, 4, 1, 6, 7, 8, 5], Compute(new CircularConvOp(), null, values, (Shape.Whole(3), [1, 0, 0])));
        Assert.Equal([4, 1, 2, 3, 8, 5, 6, 7], Compute(new CircularConvOp(), null, values, (Shape.Whole(3), [0, 0, 1])));
    }

    [Theory]
    [InlineData(2, 1, 1, true, new double[] { 1, 12, 23 })]
    [InlineData(2, 2, 1, true, new double[] { 1, 2, 13 })]
    [InlineData(2, 1, 2, true, new double[] { 1, 23 })]
    [InlineData(2, 1, 1, false, new double[] { 12, 23 })]
    [InlineData(2, 2, 1, false, new double[] { 13 })]
    [InlineData(2, 1, 2, false, new double[] { 12 })]
    [InlineData(3, 2, 1, false, new double[] { })]
    public void A_window_reads_the_steps_of_a_convolution(int kernel, int dilation, int stride, bool causal, double[] expected)
    {
        var window = new Window(kernel, dilation, stride, causal);
        double[] got = Compute(new UnfoldOp(window, window.Output(_time, "out")), null, (Shape.Seq(_time, 1), [1, 2, 3, 1, 2, 3]));
        double[] sums = [.. got.Chunk(kernel).Select(taps => kernel == 2 ? (10 * taps[0]) + taps[1] : taps.Sum())];
        Assert.Equal(expected.Concat(expected), sums);
    }

    [Fact]
    public void A_window_has_the_taps_of_a_feature_side_by_side() => Assert.Equal(
        [0, 1, 0, 5, 1, 2, 5, 6, 2, 3, 6, 7],
        Compute(new UnfoldOp(new Window(2, 1, 1, true), _time), null, (Shape.Seq(_time, 2), [1, 5, 2, 6, 3, 7, 1, 5, 2, 6, 3, 7])).Take(12));

    [Fact]
    public void Layer_norm_takes_all_slots_at_once()
    {
        (Shape, double[]) x = (Shape.PerRow(2, 2), [1, 1, 3, 3, 2, 4, 4, 2]), weight = (Shape.Whole(4), [1, 1, 2, 2]), bias = (Shape.Whole(4), [0, 0, 1, 1]);
        Assert.Equal([-1, -1, 3, 3, -1, 1, 3, -1], Compute(new LayerNormOp(0), null, x, weight, bias));
    }

    [Fact]
    public void Noise_that_is_not_given_has_its_inference_value() =>
        Assert.Equal([0.25, 0.25], Compute(new NoiseOp("n", 0, NoiseLife.Sequence, 0.5, 2, 0.25, Shape.PerRow(1)), null));

    /// <summary>The op's value with two rows of three steps, and lengths where they are given.</summary>
    private static double[] Compute(Op op, int[]? lengths, params (Shape Shape, double[] Numbers)[] inputs)
    {
        var graph = new NetworkGraph();
        var run = new Run(2);
        run.Steps["time"] = 3;
        if (lengths is not null)
        {
            run.Lengths["time"] = lengths;
        }

        Value[] ports = inputs.Select((input, i) =>
        {
            run.Ports["x" + i] = input.Numbers;
            return graph.Add(new InputOp("x" + i, input.Shape));
        }).ToArray();
        Value result = graph.Add(op, ports);
        return GraphInterpreter.Execute(graph, run)[result].Data;
    }
}
