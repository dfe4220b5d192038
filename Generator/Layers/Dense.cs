// Fully connected layer at every step: y = f(W x + b), W [out, in] (PyTorch's nn.Linear and an activation).
using SeqGen.Generator.Graph;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Layers;

internal sealed class Dense : Layer
{
    public override string Kind => "Dense";

    public override string OutputActivation(ArgumentList arguments) => Connections.Activation(arguments, arguments.String("Activation", "Linear"));

    public override Signal Check(ArgumentList arguments, Signal input, ProblemSink problems)
    {
        Rules.NeedsNumbers(Kind, input, problems);
        Activations.CheckSlopes(Kind, arguments, problems);
        var output = new Signal(Rules.Positive("Units", arguments, problems), IsTokens: false, input.IsSequence, input.Steps);
        return Connections.Check(Kind, arguments, input, output, problems);
    }

    public override Value Lower(ArgumentList arguments, Lowering lowering, Value input)
    {
        int units = arguments.Int("Units");
        bool bias = arguments.Bool("Bias", true);
        int read = input.Shape.Width;
        Value weight = lowering.Parameter("weight", lowering.Start(arguments, "WeightInitializer", "GlorotUniform", read), units, read);
        Value[] inputs = bias ? [weight, input, lowering.Parameter("bias", lowering.Start(arguments, "BiasInitializer", "Zeros", read), units)] : [weight, input];
        Value y = lowering.Graph.Add(new AffineOp(units, 1, [[0]], bias ? [[0]] : []), inputs);
        y.Name = "a";
        lowering.Logits = y;
        return Connections.Apply(arguments, lowering, input, Activations.Apply(arguments, lowering, y));
    }
}
