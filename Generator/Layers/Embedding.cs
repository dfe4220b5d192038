// A learned vector for every token: y = row x of weight [tokens, size] (PyTorch's nn.Embedding, standard normal start).
using SeqGen.Generator.Graph;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Layers;

internal sealed class Embedding : Layer
{
    public override string Kind => "Embedding";

    public override Signal Check(ArgumentList arguments, Signal input, ProblemSink problems)
    {
        if (!input.IsTokens)
        {
            problems.Add("SEQ0106", "", "[Embedding] looks tokens up, but what reaches it is numbers; declare the input with Tokens = ... and put [Embedding] first");
        }

        return new Signal(Rules.Positive("Size", arguments, problems), IsTokens: false, input.IsSequence, input.Steps);
    }

    public override Value Lower(ArgumentList arguments, Lowering lowering, Value input)
    {
        string start = arguments.String("Initializer", "Default");
        Start law = start is "Default" or "PyTorchUniform" ? new Start("Normal", 1) : new Start(start);
        Value table = lowering.Parameter("weight", law, lowering.Tokens, arguments.Int("Size"));
        return lowering.Graph.Add(new GatherOp(), table, input);
    }
}
