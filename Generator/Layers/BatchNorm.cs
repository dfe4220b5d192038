// Batch normalisation of every feature (Ioffe and Szegedy 2015; PyTorch's nn.BatchNorm1d): y = w (x - mean) / sqrt(var + eps) + b, mean and var over the batch's rows
// and steps in training, over those of the past (running_mean, running_var) elsewhere and where it is not trained. A function after it where one is given.
using SeqGen.Generator.Graph;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Layers;

internal sealed class BatchNorm : Layer
{
    public override string Kind => "BatchNorm";

    public override string OutputActivation(ArgumentList arguments) => arguments.String("Activation", "Linear");

    public override Signal Check(ArgumentList arguments, Signal input, ProblemSink problems)
    {
        Rules.NeedsNumbers(Kind, input, problems);
        Rules.Epsilon(arguments, problems);
        double momentum = arguments.Double("Momentum", 0.1);
        if (!(momentum > 0 && momentum <= 1))
        {
            problems.Add("SEQ0104", "Momentum", "Momentum", "0 < momentum <= 1", momentum);
        }

        Activations.Check(Kind, arguments, problems, "Activation");
        return input with { IsTokens = false };
    }

    public override Value Lower(ArgumentList arguments, Lowering lowering, Value input)
    {
        int size = input.Shape.Width;
        bool affine = arguments.Bool("Affine", true);
        Value? weight = affine ? lowering.Parameter("weight", new Start("Ones"), size) : null, bias = affine ? lowering.Parameter("bias", new Start("Zeros"), size) : null;
        Value mean = lowering.Statistic("running_mean", new Start("Zeros"), size), variance = lowering.Statistic("running_var", new Start("Ones"), size);
        Value y = lowering.Graph.Add(new BatchNormOp(arguments.Double("Epsilon", 1e-5), arguments.Double("Momentum", 0.1), !lowering.Trainable), input, mean, variance);
        if (affine)
        {
            y.Name = "normalized";
            y = lowering.Map(MapKind.Add, lowering.Map(MapKind.Mul, y, weight!), bias!);
        }

        lowering.Logits = y;
        return Activations.Apply(lowering, arguments.String("Activation", "Linear"), y);
    }
}
