// Losses that are handed in: beside those that attributes declare, against differences, on threads, with weights, and what is said of mistakes.
using System;
using System.Linq;
using SeqGen.Kernels.V1;
using SeqGen.Tests.Support;
using Xunit;

namespace SeqGen.Tests;

[Collection(nameof(AllocationTests))]
public sealed class CustomLossTests
{
    private static readonly CustomLoss[] SquaredErrors =
    [
        CustomLoss.OfElements(Squared),
        CustomLoss.OfPositions((output, target, gradient) =>
        {
            double sum = 0;
            for (int k = 0; k < output.Length; k++)
            {
                sum += Squared(output[k], target[k], out gradient[k]) / output.Length;
                gradient[k] /= output.Length;
            }

            return sum;
        }),
        CustomLoss.OfSequences((in LossSequence sequence) =>
        {
            double sum = 0;
            for (int i = 0; i < sequence.Outputs.Length; i++)
            {
                float weight = (sequence.ElementWeights.IsEmpty ? sequence.Weights[i / sequence.OutputSize] : sequence.ElementWeights[i]) / sequence.OutputSize;
                sum += weight * Squared(sequence.Outputs[i], sequence.Targets[i], out float gradient);
                sequence.Gradients[i] = weight * gradient;
            }

            return sum;
        }),
    ];

    internal static double LogCosh(float output, float target, out float gradient)
    {
        double error = output - (double)target, size = Math.Abs(error);
        gradient = (float)Math.Tanh(error);
        return size + Math.Log(1 + Math.Exp(-2 * size)) - Math.Log(2);
    }

    /// <summary>Up to rounding: the kernel multiplies a gradient by its weights in another order, and adds the loss up in floats.</summary>
    [Theory]
    [InlineData(false, 1, LossReduction.Mean, 0)]
    [InlineData(false, 3, LossReduction.Mean, 1)]
    [InlineData(true, 2, LossReduction.SumOverSteps, 2)]
    [InlineData(true, 1, LossReduction.SumOverSteps, 0)]
    public void ASquaredErrorThatIsHandedInTrainsAsTheDeclaredOne(bool timeMajor, int threads, LossReduction reduction, int form)
    {
        foreach (string weights in new[] { "none", "lengths", "sequences", "positions", "values", "missing" })
        {
            if (form == 1 && weights is "values" or "missing")
            {
                continue;
            }

            SequenceData data = Weighed(weights), test = Weighed(weights).Take(9);
            Outcome Train(bool isHandedIn)
            {
                TinyNetwork net = new(3, new() { Sequence = true, TimeMajor = timeMajor, Loss = isHandedIn ? LossKind.None : LossKind.MeanSquaredError, LossWeight = 0.5f });
                Trainer trainer = Trainer.For(net, new Sgd(0.05f, 0.9f), new()
                {
                    BatchSize = 8,
                    Threads = threads,
                    LossReduction = reduction,
                    AccumulatedBatches = 2,
                    GradientClipping = GradientClipping.ByNorm(0.5f),
                    EarlyStopping = new(5),
                    LearningRate = LearningRateSchedule.Exponential(0.8),
                    Losses = isHandedIn ? [SquaredErrors[form] with { Weight = 0.5f }] : [],
                });
                trainer.Processors = threads;
                TrainingHistory history = trainer.Fit(data, 4, test);
                return new(net.Parameters.Values.ToArray(), history.Last.Training, history.Last.Validation!, trainer.Evaluate(test, [Measure.MeanAbsoluteError]), trainer.Predict(test));
            }

            Outcome declared = Train(false), own = Train(true);
            TestData.Near(declared.Values, own.Values, 2e-6);
            TestData.Near(declared.Outputs, own.Outputs, 2e-6);
            foreach ((EvaluationResult expected, EvaluationResult got) in new[] { (declared.Training, own.Training), (declared.Validation, own.Validation), (declared.Evaluated, own.Evaluated) })
            {
                Assert.Equal(expected.Loss, got.Loss, 1e-6);
                Assert.Equal(expected.Positions, got.Positions);
                Assert.Equal(expected.RootMeanSquaredError!.Value, got.RootMeanSquaredError!.Value, 1e-6);
            }

            Assert.Equal(declared.Evaluated.Measures["MAE"], own.Evaluated.Measures["MAE"], 1e-6);
        }
    }

    /// <summary>By hand: log cosh of 1.5 and -0.25 (Python: math.log(math.cosh(1.5)), math.log(math.cosh(0.25))) and tanh of them.</summary>
    [Fact]
    public void ItsGradientIsItsDerivative()
    {
        Assert.Equal(0.8554401710137967, LogCosh(2, 0.5f, out float slope), 1e-12);
        Assert.Equal(0.9051482536448664f, slope);
        Assert.Equal(0.030929803620161386, LogCosh(0.5f, 0.75f, out slope), 1e-12);
        Assert.Equal(-0.24491866240370913f, slope);
        foreach (string weights in new[] { "none", "lengths", "values" })
        {
            TinyNetwork net = new(3, new() { Sequence = true, Units = 2, Loss = LossKind.None });
            GradientCheckResult result = GradientCheck.Run(net, Weighed(weights).Take(6), losses: [CustomLoss.OfElements(LogCosh) with { Weight = 3 }]);
            Assert.True(result.Passes, result.ToString());
            Assert.False(GradientCheck.Run(net, Weighed(weights).Take(6), losses: [CustomLoss.OfElements(HalfOfIt)]).Passes);
        }

        static double HalfOfIt(float output, float target, out float gradient)
        {
            double loss = LogCosh(output, target, out gradient);
            gradient *= 0.5f;
            return loss;
        }
    }

    /// <summary>Steps that differ from the one before, squared: no step has a loss of its own.</summary>
    [Fact]
    public void ALossOfSequencesSeesStepsAtOnce()
    {
        CustomLoss differences = CustomLoss.OfSequences((in LossSequence sequence) =>
        {
            double sum = 0;
            for (int t = 1; t < sequence.Steps; t++)
            {
                double difference = sequence.Output(t)[0] - (double)sequence.Output(t - 1)[0] - (sequence.Target(t)[0] - (double)sequence.Target(t - 1)[0]);
                sum += difference * difference;
                sequence.Gradient(t)[0] += (float)(2 * difference);
                sequence.Gradient(t - 1)[0] -= (float)(2 * difference);
            }

            return sum;
        });
        TinyNetwork net = new(3, new() { Sequence = true, Loss = LossKind.None });
        SequenceData data = Weighed("lengths");
        GradientCheckResult result = GradientCheck.Run(net, data.Take(7), losses: [differences]);
        Assert.True(result.Passes, result.ToString());

        Trainer trainer = Trainer.For(net, new Adam(), new() { Losses = [differences], BatchSize = 7 });
        float[] y = trainer.Predict(data);
        double expected = 0;
        int counted = 0;
        for (int b = 0; b < data.Count; b++)
        {
            int length = data.Lengths![b];
            counted += length;
            for (int t = 1; t < length; t++)
            {
                float At(int step) => y[((b * 5) + step) * 2] - data.Values![b][step * 2];
                expected += Math.Pow((double)At(t) - At(t - 1), 2);
            }
        }

        Assert.Equal(expected / counted, trainer.Evaluate(data).Loss, 1e-6);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void OfSeveralHeadsSomeDeclareALossAndSomeAreHandedOne(int threads)
    {
        // The cross entropy of the head "words" by hand beside the declared one; the two other heads have theirs.
        CustomLoss own = CustomLoss.OfClasses((output, target, gradient) =>
        {
            double sum = 0, most = double.NegativeInfinity;
            foreach (float y in output)
            {
                most = Math.Max(most, y);
            }

            foreach (float y in output)
            {
                sum += Math.Exp(y - most);
            }

            for (int k = 0; k < output.Length; k++)
            {
                gradient[k] = (float)((Math.Exp(output[k] - most) / sum) - (k == target ? 1 : 0));
            }

            return Math.Log(sum) + most - output[target];
        });
        own = own with { Name = "own cross entropy", Weight = 0.5f };
        (float[] Values, EvaluationResult Result) Train(bool isHandedIn)
        {
            TinyNetwork net = new(new PairProgram(words: isHandedIn ? new LossPlan(LossKind.None) : null), 6);
            Trainer trainer = Trainer.For(net, new Sgd(0.05f), new() { BatchSize = 8, Threads = threads, Losses = isHandedIn ? [own] : [], TeacherForcing = TeacherForcing.Linear(1, 0.2), Monitor = Metric.Accuracy.OfHead("words"), EarlyStopping = new(9) });
            trainer.Processors = threads;
            trainer.Fit(TestData.Pairs(40), 3, TestData.Pairs(10));
            return (net.Parameters.Values.ToArray(), trainer.Evaluate(TestData.Pairs(20)));
        }

        var (declared, expected) = Train(false);
        var (values, result) = Train(true);
        TestData.Near(declared, values, 2e-6);
        Assert.Equal(expected.Loss, result.Loss, 1e-6);
        Assert.Equal(expected.Heads["words"].Accuracy, result.Heads["words"].Accuracy);
        Assert.Equal(expected.Heads.Keys, result.Heads.Keys);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void OnThreadsItGivesTheSameBitsEveryTimeAndThoseOfOneUpToRounding(int threads)
    {
        float[] Train(int count)
        {
            TinyNetwork net = new(3, new() { Sequence = true, Loss = LossKind.None, Keep = 0.8f });
            Trainer trainer = Trainer.For(net, new Adam(0.02f), new() { BatchSize = 9, Threads = count, Losses = [CustomLoss.OfElements(LogCosh)] });
            trainer.Processors = count;
            trainer.Fit(Weighed("values"), 4);
            return net.Parameters.Values.ToArray();
        }

        float[] values = Train(threads);
        Assert.Equal(values, Train(threads));
        TestData.Near(Train(1), values, 1e-5);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void AStepAllocatesNothing(int threads)
    {
        foreach (CustomLoss loss in SquaredErrors)
        {
            TinyNetwork net = new(3, new() { Sequence = true, Loss = LossKind.None });
            SequenceData data = Weighed("lengths");
            using ParallelWorkspace ws = new(net.Core, 8, 5, threads, training: true, processors: threads, losses: HeadLosses.With(net.Core.Plan, [loss], "losses"));
            int[] samples = [.. Enumerable.Range(0, 8)];
            AllocationTests.AllocatesNothing(() =>
            {
                BatchFiller.Fill(data, samples, ws, targets: true);
                ws.ZeroGradients();
                ws.ForwardBackward();
            });
        }
    }

    [Fact]
    public void NumbersThatAreNoneAreNamedWithTheirSample()
    {
        string Message(CustomLoss loss, bool sequence = true)
        {
            TinyNetwork net = new(3, new() { Sequence = sequence, Loss = LossKind.None });
            float[] before = net.Parameters.Values.ToArray(), targets = new float[20 * (sequence ? 10 : 2)];
            targets[^1] = 7;
            SequenceData data = SequenceData.FromArrays(TestData.Random(300, 3), targets, 5, 3, 2, targetEveryStep: sequence);
            Trainer trainer = Trainer.For(net, new Adam(), new() { Losses = [loss], Shuffle = false, BatchSize = 20 });
            string message = Assert.Throws<TrainingDivergedException>(() => trainer.Fit(data, 1)).Message;
            Assert.Equal(before, net.Parameters.Values.ToArray());
            return message;
        }

        Assert.Contains("It begins with sample 19: all layers' outputs are finite there, and its loss is NaN. (Handed in: root of output times 1.)", Message(CustomLoss.OfElements(NaN) with { Name = "root" }), StringComparison.Ordinal);
        string gradient = Message(CustomLoss.OfElements(NoGradient) with { Name = "slope" });
        Assert.Contains("It begins with sample 19: its loss is", gradient, StringComparison.Ordinal);
        Assert.Contains("'slope' gave the gradient Infinity for 'output' at step 4. ", gradient, StringComparison.Ordinal);
        Assert.Contains("'slope' gave the gradient Infinity for 'output'. ", Message(CustomLoss.OfElements(NoGradient) with { Name = "slope" }, sequence: false), StringComparison.Ordinal);

        static double NaN(float output, float target, out float gradient) => (gradient = 0) + (target == 7 ? double.NaN : 1);
        static double NoGradient(float output, float target, out float gradient)
        {
            double loss = Squared(output, target, out gradient);
            gradient = target == 7 ? float.PositiveInfinity : gradient;
            return loss;
        }
    }

    [Fact]
    public void WhatDoesNotFitIsSaid()
    {
        CustomLoss loss = CustomLoss.OfElements(LogCosh);
        string Refused(TinyNetwork net, params CustomLoss[] losses) => Assert.Throws<ArgumentException>(() => Trainer.For(net, new Adam(), new() { Losses = losses })).Message;
        Assert.Contains("it declares a loss already. Leave that attribute out", Refused(new TinyNetwork(), loss), StringComparison.Ordinal);
        Assert.Contains("'output' has been given one already", Refused(Free(), loss with { Head = "output" }, loss with { Head = "output" }), StringComparison.Ordinal);
        Assert.Contains("The loss log-cosh on 'level' cannot be one of Tiny: it has no such head. Without a loss are output.", Refused(Free(), loss with { Name = "log-cosh", Head = "level" }), StringComparison.Ordinal);
        Assert.Contains("2 outputs have no 3 targets", Refused(Free(), loss with { TargetSize = 3 }), StringComparison.Ordinal);
        Assert.Contains("leave TargetSize out", Refused(Free(), CustomLoss.OfClasses((_, _, _) => 0) with { TargetSize = 3 }), StringComparison.Ordinal);
        Assert.Contains("leave IgnoredClass out", Refused(Free(), loss with { IgnoredClass = 1 }), StringComparison.Ordinal);
        Assert.Contains("'sum' declares a loss already", Refused(new TinyNetwork(new PairProgram(), 1), loss with { Head = "sum" }), StringComparison.Ordinal);
        Assert.Contains("every head declares a loss already", Refused(new TinyNetwork(new PairProgram(), 1), loss), StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => loss with { Weight = 0 });
        Assert.Throws<ArgumentException>(() => loss with { Name = "" });
        Assert.Throws<ArgumentNullException>(() => CustomLoss.OfElements(null!));

        Assert.Contains("TrainerOptions.Losses", Assert.Throws<NotSupportedException>(() => Trainer.For(Free(), new Adam())).Message, StringComparison.Ordinal);
        Trainer trainer = Trainer.For(Free(), new Adam(), new() { Losses = [loss] });
        Assert.Contains("has no targets", Assert.Throws<ArgumentException>(() => trainer.Fit(SequenceData.FromArrays(new float[30], null, 5, 3), 1)).Message, StringComparison.Ordinal);
        Assert.Contains("targets of 1 values; Tiny gives 2", Assert.Throws<ArgumentException>(() => trainer.Fit(SequenceData.FromArrays(new float[30], new float[2], 5, 3), 1)).Message, StringComparison.Ordinal);
        Assert.Contains("targets must be finite", Assert.Throws<ArgumentException>(() => trainer.Fit(SequenceData.FromArrays(new float[30], [1, 2, 3, float.NaN], 5, 3, 2), 1)).Message, StringComparison.Ordinal);
        Assert.Contains("has classes as targets", Assert.Throws<ArgumentException>(() => trainer.Fit(SequenceData.FromClasses(new float[30], [0, 1], 5, 3), 1)).Message, StringComparison.Ordinal);

        // A head that nobody has a loss for, beside others.
        Trainer pair = Trainer.For(new TinyNetwork(new PairProgram(words: new LossPlan(LossKind.None)), 6), new Adam());
        Assert.Contains("has targets of 'words', and Pair has no loss on it", Assert.Throws<ArgumentException>(() => pair.Fit(TestData.Pairs(4), 1)).Message, StringComparison.Ordinal);

        // Of whole positions: there is nobody to weigh single values, and targets that are no forecasts have no errors.
        Trainer positions = Trainer.For(Free(), new Adam(), new() { Losses = [SquaredErrors[1] with { Name = "whole" }] });
        SequenceData missing = SequenceData.FromArrays(new float[30], [1, 2, 3, float.NaN], 5, 3, 2).IgnoreMissingTargets();
        Assert.Contains("'whole' of Tiny is a loss of whole positions", Assert.Throws<NotSupportedException>(() => positions.Fit(missing, 1)).Message, StringComparison.Ordinal);
        Assert.Equal(1, positions.Evaluate(SequenceData.FromArrays(new float[30], [1, 2, 3, float.NaN], 5, 3, 2).IgnoreMissingTargets(MissingTargets.Positions)).Positions);
        CustomLoss ofThree = CustomLoss.OfPositions((output, target, gradient) => (output[0] * target[2]) + (gradient[0] = target[2])) with { TargetSize = 3 };
        Trainer three = Trainer.For(Free(), new Adam(), new() { Losses = [ofThree] });
        SequenceData targets = SequenceData.FromArrays(TestData.Random(60, 1), TestData.Random(12, 2), 5, 3, 3);
        Assert.Null(three.Evaluate(targets).RootMeanSquaredError);
        Assert.Contains("3 targets for 2 outputs, which are no forecasts of them", Assert.Throws<ArgumentException>(() => three.Evaluate(targets, [Measure.MeanAbsoluteError])).Message, StringComparison.Ordinal);
        Assert.Throws<NotSupportedException>(() => three.Calibrate(targets, 0.5));
        Assert.Throws<NotSupportedException>(() => Trainer.For(Free(), new Adam(), new() { Losses = [ofThree], Monitor = Metric.MeanAbsoluteError }));

        // What it throws is the caller's to see.
        Trainer throws = Trainer.For(Free(), new Adam(), new() { Losses = [CustomLoss.OfPositions((_, _, _) => throw new FormatException("mine"))] });
        Assert.Equal("mine", Assert.Throws<FormatException>(() => throws.Fit(TestData.Learnable(4), 1)).Message);
        TinyNetwork Free() => new(1, new() { Loss = LossKind.None });
    }

    private static double Squared(float output, float target, out float gradient)
    {
        double error = output - (double)target;
        gradient = (float)(2 * error);
        return error * error;
    }

    /// <summary>25 sequences of 5 steps with a target at each, weighed in one way.</summary>
    private static SequenceData Weighed(string how)
    {
        const int Count = 25;
        float[] x = TestData.Random(Count * 15, 3), y = TestData.Random(Count * 10, 4);
        int[] lengths = [.. Enumerable.Range(0, Count).Select(i => 1 + (i * 7 % 5))];
        float[] Weights(int count) => [.. Enumerable.Range(0, count).Select(i => i % 4 == 3 ? 0f : 0.25f * (1 + (i % 7)))];
        if (how == "missing")
        {
            for (int i = 0; i < y.Length; i += 6)
            {
                y[i] = float.NaN;
            }
        }

        SequenceData data = SequenceData.FromArrays(x, y, 5, 3, 2, targetEveryStep: true, lengths: how == "none" ? null : lengths);
        return how switch
        {
            "sequences" => SequenceData.FromArrays(x, y, 5, 3, 2, targetEveryStep: true, lengths: lengths, mask: Weights(Count)),
            "positions" => SequenceData.FromArrays(x, y, 5, 3, 2, targetEveryStep: true, lengths: lengths, mask: Weights(Count * 5)),
            "values" => SequenceData.FromArrays(x, y, 5, 3, 2, targetEveryStep: true, lengths: lengths, mask: Weights(Count * 10)),
            "missing" => data.IgnoreMissingTargets(),
            _ => data,
        };
    }

    private sealed record Outcome(float[] Values, EvaluationResult Training, EvaluationResult Validation, EvaluationResult Evaluated, float[] Outputs);
}
