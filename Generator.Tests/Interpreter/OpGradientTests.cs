// Every op's gradient rule against difference quotients: in the root and in a loop, both directions, with and without lengths.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;
using Xunit;

namespace SeqGen.Generator.Tests.Interpreter;

public class OpGradientTests
{
    public static TheoryData<string> Everywhere => new(OpCases.All.Select(c => c.Name));

    public static TheoryData<string> InBodies => new(OpCases.All.Where(c => !c.RootOnly).Select(c => c.Name));

    [Theory]
    [MemberData(nameof(Everywhere))]
    public void An_op_in_the_root_has_the_gradient_of_its_difference_quotient(string name)
    {
        OpCase op = OpCases.All.Single(c => c.Name == name);
        foreach (bool lengths in new[] { false, true })
        {
            FiniteDifferences.Check(op.InRoot, g => op.Prepare(g, lengths), $"{name}, lengths {lengths}");
        }
    }

    [Theory]
    [MemberData(nameof(InBodies))]
    public void An_op_in_a_loop_has_the_gradient_of_its_difference_quotient(string name)
    {
        OpCase op = OpCases.All.Single(c => c.Name == name);
        foreach ((bool reverse, bool lengths) in new[] { (false, false), (false, true), (true, false), (true, true) })
        {
            FiniteDifferences.Check(() => op.InScan(reverse), g => op.Prepare(g, lengths), $"{name}, reverse {reverse}, lengths {lengths}");
        }
    }

    [Fact]
    public void Every_op_with_a_gradient_rule_is_in_the_list_of_cases()
    {
        var tested = OpCases.All.SelectMany(c => c.InRoot().Root.Nodes).Select(n => n.Op.GetType()).Append(typeof(LossOp)).ToHashSet();
        IEnumerable<Type> rules = typeof(Op).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(Op)) && !t.IsAbstract
            && t.GetMethod(nameof(Op.Gradient))!.DeclaringType != typeof(Op));
        Assert.Empty(rules.Where(t => !tested.Contains(t)).Select(t => t.Name));
    }

    [Fact]
    public void Every_op_has_an_evaluator()
    {
        IEnumerable<Type> ops = typeof(Op).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(Op)) && !t.IsAbstract && t != typeof(ScanOp));
        Assert.Empty(ops.Where(t => !Evaluators.Known.Contains(t)).Select(t => t.Name));
    }

    [Fact]
    public void Only_ops_that_need_steps_to_come_have_no_step_form()
    {
        Node[] nodes = [.. OpCases.All.SelectMany(c => c.InRoot().Root.Nodes)];
        IEnumerable<string> names = nodes.Where(n => !n.Op.CanStep).Select(n => n.Op.Name).Distinct();
        Assert.All(nodes.Select(n => n.Op).OfType<UnfoldOp>(), u => Assert.Equal(!u.Window.LooksAhead, u.CanStep));
        Assert.Equal(["at_last", "batch_norm", "contract_dot_axis", "contract_outer_axis", "contract_sum_axis", "fold", "max_axis", "mean_axis", "softmax_axis", "sum_axis", "unfold"], names.Order());
    }

    [Fact]
    public void An_op_without_an_evaluator_is_named_in_the_error()
    {
        var graph = new NetworkGraph();
        graph.Add(new UnknownOp());
        var error = Assert.Throws<NotSupportedException>(() => GraphInterpreter.Execute(graph, new Run(1)));
        Assert.Contains("UnknownOp (unknown)", error.Message);
    }

    private sealed class UnknownOp : Op
    {
        public override string Name => "unknown";

        public override Shape Infer(IReadOnlyList<Value> inputs) => Shape.Whole(1);
    }
}
