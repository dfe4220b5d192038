// What every recurrent layer shares: its size, directions, what it returns, and the loop over time. Knows no cell's equations.
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
        Rules.Positive("Units", arguments, problems);
        CheckMore(arguments, problems);
        Regularizers.Check(Kind, arguments, option => Refusal(option, arguments, input.Size), problems);
        bool both = arguments.String("Direction", "Forward") == "Both";
        if (arguments.Has("Merge") && !both)
        {
            problems.Add("SEQ0123", "Merge", "Merge", Kind, "there is one direction, so nothing is merged; write Direction = Direction.Both");
        }

        string[] shared = ["WeightDrop", "LayerNorm"];
        if (!arguments.Bool("Tied", true) && shared.FirstOrDefault(o => arguments.Double(o) > 0 || arguments.Bool(o)) is { } other)
        {
            problems.Add("SEQ0123", "Tied", "Tied = false", Kind, $"{other} is for parameters that all steps share; leave one of the two out");
        }

        if (!arguments.Bool("Tied", true) && input.Steps > Rules.MostUntiedSteps)
        {
            problems.Add("SEQ0112", "Tied", "steps with parameters of their own", input.Steps, Rules.MostUntiedSteps);
        }

        double deviation = arguments.Double("RandomDeviation", 0.1);
        if (!(deviation >= 0 && deviation <= 1e6))
        {
            problems.Add("SEQ0104", "RandomDeviation", "RandomDeviation", "a deviation from 0 to 1e6", deviation);
        }

        int size = System.Math.Min(System.Math.Max(1, OutputSize(arguments, input.Size)), Rules.LargestSize) * (both && arguments.String("Merge", "Concatenate") == "Concatenate" ? 2 : 1);
        bool isSequence = arguments.String("Returns", "Sequence") != "Last";
        var output = new Signal(size, IsTokens: false, isSequence, isSequence ? input.Steps : 0);
        return Connections.Check(Kind, arguments, input, output, problems);
    }

    public override string OutputActivation(ArgumentList arguments)
    {
        string activation = CellActivation(arguments);
        return activation != "Linear" && arguments.String("Direction", "Forward") == "Both" ? activation + " of two directions merged" : Connections.Activation(arguments, activation);
    }

    public override bool ReadsFromEnd(ArgumentList arguments) => arguments.String("Direction", "Forward") != "Forward";

    public override string NoStream(ArgumentList arguments) => arguments.String("Direction", "Forward") switch
    {
        "Forward" => arguments.Bool("Tied", true) ? ""
            : $"[{Kind}] with Tied = false has parameters for a number of steps, and a stream has no last one. Give whole sequences to Predict, or let all steps share one set",
        string direction => $"[{Kind}] with Direction = Direction.{direction} starts at the end of a sequence, which a stream has not seen. "
            + "Collect a window of steps and give it to Predict, again and again with the newest steps, or use Direction.Forward (with a [Tdnn] of Padding.Valid before it to look ahead a few steps)",
    };

    public override string NoResets(ArgumentList arguments) => !arguments.Bool("Tied", true) ? "Tied = false gives every step of a sequence parameters of its own, and pieces have no steps of their own; let all steps share one set"
        : ReadsFromEnd(arguments) && arguments.String("Returns", "Sequence") == "Last" ? "Returns = Returns.Last would be the end of the last piece in one direction and the beginning of the first in the other; write Returns = Returns.Sequence"
        : "";

    // Parameters for a number of steps are no obstacle: a decoder has that number.
    public override string NoDecoding(ArgumentList arguments) => arguments.String("Direction", "Forward") == "Forward" ? "" : NoStream(arguments);

    public override Value Lower(ArgumentList arguments, Lowering lowering, Value input)
    {
        Value output = arguments.String("Direction", "Forward") switch
        {
            "Both" => Merge(arguments.String("Merge", "Concatenate"), lowering, Run(arguments, lowering, input, false), Run(arguments, lowering, input, true)),
            string direction => Run(arguments, lowering, input, direction == "Backward"),
        };
        return Connections.Apply(arguments, lowering, input, output);
    }

    /// <summary>Checks what only this cell has.</summary>
    protected virtual void CheckMore(ArgumentList arguments, ProblemSink problems)
    {
    }

    /// <summary>Why this cell cannot have that dropout; empty if it can.</summary>
    protected virtual string Refusal(string option, ArgumentList arguments, int inputs) => Regularizers.Refusal(option, hasCandidate: false, hasCell: false);

    /// <summary>Size of the output of one direction.</summary>
    protected virtual int OutputSize(ArgumentList arguments, int inputs) => arguments.Int("Units");

    /// <summary>The activation of the cell's output as far as a loss must know it.</summary>
    protected virtual string CellActivation(ArgumentList arguments) => "Linear";

    /// <summary>Whether the parameters of a module's first layer have its number, as those of PyTorch's own modules have.</summary>
    protected virtual bool IsNumbered => true;

    protected abstract IReadOnlyList<CellState> States(ArgumentList arguments);

    /// <summary>The parameters, in the order of a PyTorch module; made before the loop opens.</summary>
    protected abstract void Declare(Cell cell);

    /// <summary>One step: from the input and the states to the output and the next states.</summary>
    protected abstract CellResult Step(Cell cell, Value x, Value[] states);

    private Value Run(ArgumentList arguments, Lowering lowering, Value input, bool reverse)
    {
        NetworkGraph graph = lowering.Graph;
        LoopPart? inside = lowering.Inside;
        lowering.Inside = null;
        var cell = new Cell(arguments, lowering, input.Shape.WithDims(input.Shape.Width + (inside?.Width ?? 0)), reverse, IsNumbered);
        Declare(cell);
        CellState[] states = States(arguments).ToArray();
        Value[] initial = states.Select(cell.Initial).ToArray();
        Scan scan = graph.Begin(input.Shape.Axis!, reverse);
        Value x = graph.Each(scan, input);
        ScanCarry[] carries = states.Select((s, i) => graph.Carry(scan, s.Name + cell.Suffix, initial[i])).ToArray();
        x = inside?.Before(scan, x, carries[0].Previous) ?? x;
        CellResult result = Step(cell, cell.Open(scan, x), carries.Select(c => c.Previous).ToArray());
        result = inside is null ? result : result with { Output = inside.After(result.Output), Logits = null };
        for (int i = 0; i < carries.Length; i++)
        {
            carries[i].Next = result.States[i];
            if (result.States[i].Producer is not null)
            {
                cell.Named(states[i].Name + "Next", result.States[i]);
            }
        }

        bool isLast = arguments.String("Returns", "Sequence") == "Last";
        ScanCarry? shown = carries.FirstOrDefault(c => c.Next == result.Output);
        if (isLast && reverse && shown is null)
        {
            // The last step that a backward direction computes is the first of the sequence; a carry that nothing reads holds it.
            shown = graph.Carry(scan, "y" + cell.Suffix, graph.AddTo(graph.Root, new ZerosOp(Shape.PerRow(result.Output.Shape.Width))));
            shown.Next = result.Output;
        }

        Value sequence = graph.Emit(scan, result.Output);
        Value? logits = result.Logits is null ? null : graph.Emit(scan, result.Logits);
        graph.End(scan);
        for (int i = 0; i < carries.Length; i++)
        {
            lowering.Final(states[i].Name + cell.Suffix, carries[i].Final);
        }

        lowering.Logits = logits is not null && isLast ? graph.Add(new LastOp(), logits) : logits;
        return !isLast ? sequence : shown is not null ? shown.Final : graph.Add(new LastOp(), sequence);
    }

    private static Value Merge(string merge, Lowering lowering, Value forward, Value backward)
    {
        lowering.Logits = null;
        return merge switch
        {
            "Sum" => lowering.Map(MapKind.Add, forward, backward),
            "Average" => lowering.Map(MapKind.Mul, lowering.Map(MapKind.Add, forward, backward), lowering.Constant(0.5)),
            "Product" => lowering.Map(MapKind.Mul, forward, backward),
            _ => lowering.Graph.Add(new ConcatOp(), forward, backward),
        };
    }
}
