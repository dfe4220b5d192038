// Measures and what a user may ask of them by mistake.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Tests.Support;
using Xunit;
using static SeqGen.Tests.Support.Errors;

namespace SeqGen.Tests.Measures;

public sealed class HostileMeasureTests
{
    private static readonly MeasureShape Three = new() { Outputs = 3, Kind = TargetKind.Classes };

    [Fact]
    public void WhatOneMeasureCallsTheClassesAllDo()
    {
        foreach (MeasureSet set in new MeasureSet[] { new(Three, Measure.RocArea(), Measure.Classification("low", "middle", "high")), new(Three with { Labels = ["low", "middle", "high"] }, Measure.RocArea(), Measure.Classification()) })
        {
            set.Add([1, 0, 0], 0);
            set.Add([0, 1, 0], 1);
            set.Add([1, 0, 0], 2);
            MeasureResults results = set.Results();
            Assert.Equal(["low", "middle", "high"], results.Tables().Single(t => t.Corner == "class").Rows);
            Assert.Equal((0.75, 0.5), (results.Get("ROC area", label: "low"), results.Get("precision", label: "low")));
            Assert.Equal(["low", "middle", "high"], results.Confusion().Labels);
        }

        Says<ArgumentException>("'output' has 2 labels; 3 classes have a label each", () => new MeasureSet(Three with { Labels = ["a", "b"] }));
        Says<ArgumentException>("Label 1 is 'a', as one before it", () => Measure.Classification("a", "a", "b"));
        Says<ArgumentException>("Label 1 is null", () => Measure.Classification("a", null!, "b"));
    }

    [Fact]
    public void PartsAreTakenOnce()
    {
        Says<InvalidOperationException>("MAE is taken by step already", () => Measure.MeanAbsoluteError.ByStep(2).ByGroup().ByStep(2));
        Says<InvalidOperationException>("MAE is taken by group already", () => Measure.MeanAbsoluteError.ByGroup().ByGroup());
    }

    [Fact]
    public void OwnMeasuresThatCannotBeAreNamed()
    {
        Says<ArgumentException>("Odd asks for -1 sums", () => new MeasureSet(Three, new Odd("odd", -1)));
        Says<ArgumentException>("Odd has no Name", () => new MeasureSet(Three, new Odd("", 1)));
        Says<ArgumentOutOfRangeException>("weights must be finite and 0 or more, -1 was given", () => Measure.RocAreaOf([1, 2], [true, false], [1, -1]));
        Says<ArgumentException>("reads 2147483647 numbers before a target, and the series has 20 rows", () => Baseline.LinearAr(int.MaxValue).Fit(SequenceData.Windows(new float[20], 3)));
        Says<ArgumentException>("labels, which Trainer.Evaluate measures alone", () => new MeasureSet(new() { Outputs = 3, Kind = TargetKind.Labels }, Measure.LabelErrorRate).Add([1, 2, 3], 1));
        string said = Assert.Throws<NotSupportedException>(() => Trainer.For(new TinyNetwork(), new Sgd(0.1f), new() { Measures = [Measure.MeanAbsoluteError.ByStep()], Monitor = Metric.Measured("MAE", false) }).Fit(TestData.Learnable(8), 1, TestData.Learnable(8))).Message;
        Assert.Contains("has no MAE to monitor. TrainerOptions.Measures gives no number over everything", said, StringComparison.Ordinal);
    }

    private sealed class Odd(string name, int sums) : Measure
    {
        public override string Name => name;

        protected internal override int SumCount(MeasureShape shape) => sums;

        protected internal override void Add(Span<double> sums, in MeasuredPosition position)
        {
            // Nothing is ever added.
        }

        protected internal override double Value(ReadOnlySpan<double> sums, MeasureShape shape) => 0;
    }
}
