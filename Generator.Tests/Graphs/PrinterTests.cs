// What graphs look like as text: an LSTM as it is written, and a small recurrence with its derivative.
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;
using SeqGen.Generator.Passes;
using SeqGen.Generator.Tests.Goldens;
using Xunit;

namespace SeqGen.Generator.Tests.Graphs;

public class PrinterTests
{
    [Fact]
    public void An_lstm_is_one_loop_of_one_affine_and_its_gates()
    {
        NetworkGraph graph = GoldenNetwork.Forward(GoldenCase.Load("lstm_i3_h4_t6_b2_init"));
        const string Text = """
            %0 = input<input>() f32(B,time)[3]
            %1 = param<lstm.weight_ih_l0>() f32[16,3]
            %2 = param<lstm.weight_hh_l0>() f32[16,4]
            %3 = param<lstm.bias_ih_l0>() f32[16]
            %4 = param<lstm.bias_hh_l0>() f32[16]
            %5 = input<init.lstm.h>() f32(B)[4]
            %6 = input<init.lstm.c>() f32(B)[4]
            scan time
              each %7 of %0
              carry %8 f32(B)[4] from %5
              carry %9 f32(B)[4] from %6
              %10 = affine<x{0,1,2,3} + x{0,1,2,3} + b{0,1,2,3} + b{0,1,2,3}>(%1, %7, %2, %8, %3, %4) f32(B)[4,4]
              %11 = slot<0>(%10) f32(B)[4]
              %12 = sigmoid(%11) f32(B)[4]
              %13 = slot<1>(%10) f32(B)[4]
              %14 = sigmoid(%13) f32(B)[4]
              %15 = slot<2>(%10) f32(B)[4]
              %16 = tanh(%15) f32(B)[4]
              %17 = mul(%14, %9) f32(B)[4]
              %18 = mul(%12, %16) f32(B)[4]
              %19 = add(%17, %18) f32(B)[4]
              %20 = slot<3>(%10) f32(B)[4]
              %21 = sigmoid(%20) f32(B)[4]
              %22 = tanh(%19) f32(B)[4]
              %23 = mul(%21, %22) f32(B)[4]
              next %8 = %23, final %24
              next %9 = %19, final %25
              emit %26 = %23
            %27 = input<target>() f32(B,time)[4]
            %28 = loss<MeanSquaredError>(%26, %27) f32[1]
            result final.lstm.c = %25
            result final.lstm.h = %24
            result loss = %28
            result output = %26

            """;
        Assert.Equal(Text, Printer.Print(graph));
    }

    [Fact]
    public void The_derivative_of_a_loop_is_a_loop_backwards_and_its_products_leave_it()
    {
        var graph = new NetworkGraph();
        var time = new Axis("time", 0);
        Value x = graph.Add(new InputOp("input", Shape.Seq(time, 3))), init = graph.Add(new InputOp("init", Shape.PerRow(2)));
        Value input = graph.Add(new ParamOp("weight_ih", new Start("Zeros"), true, 2, 3)), recurrent = graph.Add(new ParamOp("weight_hh", new Start("Zeros"), true, 2, 2));
        Scan scan = graph.Begin(time);
        ScanCarry state = graph.Carry(scan, "h", init);
        state.Next = graph.Add(new MapOp(MapKind.Tanh), graph.Add(new AffineOp(2, 1, [[0], [0]], []), input, graph.Each(scan, x), recurrent, state.Previous));
        graph.End(scan);
        Value loss = graph.Add(new LossOp(LossKind.MeanSquaredError), state.Final, graph.Add(new InputOp("target", Shape.PerRow(2))));
        var gradients = Differentiate.Run(graph, new DifferentiateOptions(loss, null, op => op is ParamOp));
        graph.Results["grad.weight_ih"] = gradients[input];
        graph.Results["grad.weight_hh"] = gradients[recurrent];
        GatherGradients.Run(graph);
        Verifier.Check(graph);
        const string Text = """
            %0 = input<input>() f32(B,time)[3]
            %1 = input<init>() f32(B)[2]
            %2 = param<weight_ih>() f32[2,3]
            %3 = param<weight_hh>() f32[2,2]
            scan time
              each %4 of %0
              carry %5 f32(B)[2] from %1
              %6 = affine<x{0} + x{0}>(%2, %4, %3, %5) f32(B)[2]
              %7 = tanh(%6) f32(B)[2]
              next %5 = %7, final %8
              emit %9 = %7
              emit %10 = %5
            %11 = input<target>() f32(B)[2]
            %12 = loss_dy<MeanSquaredError>(%8, %11) f32(B)[2]
            scan time reverse
              each %13 of %9
              carry %14 f32(B)[2] from %12
              %15 = const<1>() f32[1]
              %16 = mul(%13, %13) f32(B)[2]
              %17 = sub(%15, %16) f32(B)[2]
              %18 = mul(%14, %17) f32(B)[2]
              %19 = affine_dx<{0}>(%3, %18) f32(B)[2]
              next %14 = %19, final %20
              emit %21 = %18
            %22 = affine_dw<{0}>(%21, %10) f32[2,2]
            %23 = affine_dw<{0}>(%21, %0) f32[2,3]
            result grad.weight_hh = %22
            result grad.weight_ih = %23

            """;
        Assert.Equal(Text, Printer.Print(graph));
    }
}
