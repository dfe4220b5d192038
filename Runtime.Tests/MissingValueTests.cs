// Series with gaps: filled by hand on paper, row by row and as a whole; what is missing elsewhere is named.
using System;
using System.IO;
using System.Linq;
using SeqGen.Tests.Support;
using Xunit;
using static SeqGen.Tests.Support.Errors;

namespace SeqGen.Tests;

[Collection(nameof(AllocationTests))]
public sealed class MissingValueTests
{
    private const float None = float.NaN;

    // Two columns; means over what is there: (1 + 3 + 8) / 3 = 4, (10 + 30) / 2 = 20.
    private static readonly float[] Gaps = [None, 10, 1, None, None, None, 3, 30, 8, None];

    [Theory]
    [InlineData(MissingFill.CarryForward, new[] { 4f, 10, 1, 10, 1, 10, 3, 30, 8, 30 })]
    [InlineData(MissingFill.Mean, new[] { 4f, 10, 1, 20, 4, 20, 3, 30, 8, 20 })]
    [InlineData(MissingFill.Constant, new[] { -1f, 10, 1, -1, -1, -1, 3, 30, 8, -1 })]
    public void GapsAreFilledAndSaid(MissingFill fill, float[] expected)
    {
        MissingValues plain = MissingValues.Fit(Gaps, 2, fill, -1, indicators: false), full = MissingValues.Fit(Gaps, 2, fill, -1, timeSinceSeen: true);
        Assert.Equal([4f, 20], plain.Means);
        Assert.Equal((2, 2, 6), (plain.Features, full.Columns, full.Features));
        Assert.Equal(expected, plain.Apply(Gaps));
        float[] said = [1, 0, 1, 0, 0, 1, 0, 1, 1, 1, 1, 2, 0, 0, 0, 0, 0, 1, 0, 1];
        Assert.Equal([.. Enumerable.Range(0, 5).SelectMany(r => (float[])[.. expected[(2 * r)..((2 * r) + 2)], .. said[(4 * r)..((4 * r) + 4)]])], full.Apply(Gaps));

        // Known again from its means, and as rows come in.
        MissingValues again = new([.. full.Means], fill, -1, true, true);
        MissingValueStream stream = again.CreateStream();
        float[] features = new float[6];
        for (int r = 0; r < 5; r++)
        {
            stream.Step(Gaps.AsSpan(2 * r, 2), features);
            Assert.Equal(full.Apply(Gaps)[(6 * r)..((6 * r) + 6)], features);
        }

        stream.Reset();
        stream.Step(Gaps.AsSpan(4, 2), features);
        Assert.Equal([fill == MissingFill.Constant ? -1 : 4, fill == MissingFill.Constant ? -1 : 20, 1, 1, 1, 1], features);
        AllocationTests.AllocatesNothing(() => stream.Step(Gaps.AsSpan(4, 2), features));
    }

    [Fact]
    public void WhatWasFittedGoesWithTheNetwork()
    {
        MissingValues gaps = MissingValues.Fit([1, None, 1 / 3f, 1e-30f], 2, MissingFill.Mean, 7, indicators: false, timeSinceSeen: true);
        TinyNetwork net = new(), other = new(2);
        gaps.SaveIn(net.Core.Metadata);
        new MissingValues([3]).SaveIn(net.Core.Metadata, "second");
        string path = Path.GetTempFileName();
        net.Save(path);
        other.Load(File.ReadAllBytes(path));
        File.Delete(path);
        MissingValues loaded = MissingValues.LoadFrom(other.Core.Metadata);
        Assert.Equal((gaps.Fill, gaps.Constant, gaps.Indicators, gaps.TimeSinceSeen), (loaded.Fill, loaded.Constant, loaded.Indicators, loaded.TimeSinceSeen));
        Assert.Equal(gaps.Means, loaded.Means);
        Assert.Equal([3f], MissingValues.LoadFrom(other.Core.Metadata, "second").Means);
        Says<InvalidOperationException>("no 'third' of missing values", () => MissingValues.LoadFrom(other.Core.Metadata, "third"));
        string text = gaps.ToString();
        foreach (string wrong in new[] { "", "[]", "{}", text.Replace("Mean", "Median"), text.Replace("\"Mean\"", "3"), text.Replace("[", "[\"a\","), text.Replace(":7", ":1e99"), "{\"fill\":\"Mean\",\"constant\":0,\"indicators\":true,\"timeSinceSeen\":true,\"means\":[]}" })
        {
            Says<FormatException>("The text is none of missing values", () => MissingValues.Parse(wrong));
        }
    }

    [Fact]
    public void EverySeriesOfAPanelBeginsAnew()
    {
        MissingValues filling = new([5f], indicators: false, timeSinceSeen: true);
        Assert.Equal([1f, 0, 1, 1, 5, 1, 5, 2, 2, 0], filling.Apply([1, None, None, None, 2], [1, 1, 2, 2, 2]));
        Assert.Equal([1f, 0, 1, 1, 1, 2, 1, 3, 2, 0], filling.Apply([1, None, None, None, 2]));
    }

    [Fact]
    public void WhatCannotBeFilledIsNamed()
    {
        Says<ArgumentException>("Column 1 has no value in any of 2 rows", () => MissingValues.Fit([1, None, 2, None], 2));
        Assert.Equal(7, MissingValues.Fit([1, None, 2, None], 2, MissingFill.Constant, 7).Apply([None, None])[1]);
        Says<ArgumentException>("Row 1 has Infinity in column 0", () => MissingValues.Fit([1, 2, float.PositiveInfinity, 3], 2));
        Says<ArgumentException>("3 are not a positive multiple", () => MissingValues.Fit([1, 2, 3], 2));
        Says<ArgumentException>("3 are no multiple", () => new MissingValues([1, 2]).Apply([1, 2, 3]));
        Says<ArgumentException>("There should be 2 series ids, one a row; 1 were given", () => new MissingValues([1]).Apply([1, 2], [1]));
        Says<ArgumentException>("A row has 1 columns and 2 features, 2 and 2 were given", () => new MissingValues([1]).CreateStream().Step([1, 2], new float[2]));
        Says<ArgumentException>("There is a mean a column", () => _ = new MissingValues([]));
        Says<ArgumentOutOfRangeException>("the mean of column 1 must be finite, NaN was given", () => _ = new MissingValues([1, None]));
        Says<ArgumentOutOfRangeException>("fill must be", () => _ = new MissingValues([1], (MissingFill)7));
    }

    [Fact]
    public void AnInputThatIsMissingIsNamedBeforeAnythingIsTrained()
    {
        float[] x = TestData.Random(16 * 15, 3), series = TestData.Random(60, 1);
        x[(14 * 15) + (3 * 3) + 1] = None;
        TinyNetwork net = new();
        float[] before = net.Parameters.Values.ToArray();
        Trainer trainer = Trainer.For(net, new Adam());
        SequenceData data = SequenceData.FromArrays(x, new float[32], 5, 3, 2);
        Says<ArgumentException>("Sample 14 has NaN as input at step 3, feature 1: a value is missing. Fill it (see MissingValues)", () => trainer.Fit(data, 1));
        Says<ArgumentException>("Sample 6 has NaN", () => trainer.Evaluate(data.Skip(8)));
        Says<ArgumentException>("Sample 14 has NaN", () => trainer.Predict(data));
        Says<ArgumentException>("Sample 14 has NaN", () => trainer.Fit(TestData.Learnable(8), 1, data));
        Assert.Equal(before, net.Parameters.Values.ToArray());

        // Beyond a sample's length nothing is read; where columns are chosen it is the chosen feature, and the series' row is said.
        trainer.Evaluate(SequenceData.FromArrays(x, new float[32], 5, 3, 2, lengths: [.. Enumerable.Repeat(3, 16)]));
        series[(8 * 4) + 2] = None;
        SequenceData windows = SequenceData.Windows(series, new WindowOptions { Timesteps = 5, Columns = 4, InputColumns = [0, 1, 2], TargetColumns = [3, 0] });
        Says<ArgumentException>("Sample 4 has NaN as input at step 4, feature 2 (row 8 of the series)", () => trainer.Fit(windows, 1));
        trainer.Evaluate(windows.Take(4));
        trainer.Evaluate(SequenceData.Windows(series, new WindowOptions { Timesteps = 5, Columns = 4, InputColumns = [0, 1, 3], TargetColumns = [3, 0] }));
    }

    /// <summary>A number that many windows have is looked at once; every one of them is found, in any order and whichever columns are chosen.</summary>
    [Fact]
    public void NoGapIsPassedOver()
    {
        Trainer trainer = Trainer.For(new TinyNetwork(), new Adam());
        WindowOptions options = new() { Timesteps = 5, Columns = 4, InputColumns = [1, 2, 3], TargetColumns = [0, 1], TargetSeries = new float[40 * 4] };
        for (int at = 0; at < 39 * 4; at++)
        {
            float[] series = new float[40 * 4];
            series[at] = None;
            foreach (int stride in new[] { 1, 2, 7 })
            {
                SequenceData data = SequenceData.Windows(series, options with { Stride = stride, SeriesIds = [.. Enumerable.Range(0, 40).Select(r => Math.Min(2, r / 13))] });
                foreach (SequenceData view in new[] { data, data.Shuffle((ulong)at), data.Skip(1) })
                {
                    bool isThere = Enumerable.Range(0, view.Count).Any(i => view.Inputs![view.Index(i)].ToArray().Any(float.IsNaN));
                    Exception? found = Record.Exception(() => trainer.Predict(view));
                    Assert.Equal(isThere, found is ArgumentException);
                    Assert.True(!isThere || found!.Message.Contains($", feature {(at % 4) - 1} (row {(at / 4) - (Math.Min(2, at / 4 / 13) * 13)} of series {Math.Min(2, at / 4 / 13)})", StringComparison.Ordinal), found?.Message);
                }
            }
        }
    }

    [Fact]
    public void TargetsComeFromAnotherSeriesOfAsManyRows()
    {
        float[] series = [.. Enumerable.Range(0, 8).Select(i => (float)i)], others = [.. Enumerable.Range(0, 16).Select(i => 100f + i)];
        SequenceData data = SequenceData.Windows(series, new WindowOptions { Timesteps = 3, TargetSteps = 2, TargetSeries = others, TargetColumns = [1] });
        Assert.Equal((4, 2), (data.Count, data.Outputs));
        Assert.Equal([1f, 2, 3], data.Inputs![1].ToArray());
        Assert.Equal([109f, 111], data.Values![1].ToArray());
        SequenceData every = SequenceData.Windows(series, new WindowOptions { Timesteps = 3, TargetSteps = 2, TargetSeries = others, Target = WindowTarget.EveryStep });
        Assert.Equal([104f, 105, 106, 107, 106, 107, 108, 109, 108, 109, 110, 111], every.Values![1].ToArray());
        Says<ArgumentException>("TargetSeries has 15 numbers, no multiple of the 8 rows of the series", () => SequenceData.Windows(series, new WindowOptions { Timesteps = 3, TargetSeries = new float[15] }));
        Says<ArgumentOutOfRangeException>("has columns 0 to 1, 2 was asked for", () => SequenceData.Windows(series, new WindowOptions { Timesteps = 3, TargetSeries = others, TargetColumns = [2] }));
    }

    /// <summary>Against a mask written by hand, and the mean worked out from the outputs.</summary>
    [Theory]
    [InlineData(false, MissingTargets.Values)]
    [InlineData(true, MissingTargets.Values)]
    [InlineData(false, MissingTargets.Positions)]
    [InlineData(true, MissingTargets.Positions)]
    public void TargetsThatAreMissingDoNotCount(bool timeMajor, MissingTargets by)
    {
        TinyNetwork net = new(1, new() { Sequence = true, TimeMajor = timeMajor });
        float[] x = TestData.Random(4 * 15, 1), y = TestData.Random(4 * 10, 2), filled = [.. y];
        foreach (int at in new[] { 3, 10, 11, 26, 39 })
        {
            y[at] = None;
        }

        // Two values a position: by value five are out; by position those and the ones beside them.
        float[] mask = [.. Enumerable.Range(0, 40).Select(i => float.IsNaN(y[i]) || (by == MissingTargets.Positions && float.IsNaN(y[i ^ 1])) ? 0f : 1)];
        Assert.Equal(by == MissingTargets.Values ? 35 : 32, mask.Sum());
        SequenceData missing = SequenceData.FromArrays(x, y, 5, 3, 2, targetEveryStep: true), masked = SequenceData.FromArrays(x, filled, 5, 3, 2, targetEveryStep: true, mask: mask);
        Trainer trainer = Trainer.For(net, new Adam());
        Says<ArgumentException>("Sample 0 has the target NaN at step 1, value 1; targets must be finite: mask what is not known (IgnoreMissingTargets leaves out what is NaN)", () => trainer.Evaluate(missing));
        EvaluationResult got = trainer.Evaluate(missing.IgnoreMissingTargets(by));
        float[] outputs = trainer.Predict(missing);
        double mean = Enumerable.Range(0, 40).Where(i => mask[i] != 0).Average(i => Math.Pow((double)outputs[i] - filled[i], 2));
        Assert.Equal(mean, got.Loss, 1e-6);
        Assert.Equal(trainer.Evaluate(masked).Loss, got.Loss, 1e-12);

        Workspace a = net.CreateWorkspace(3), b = net.CreateWorkspace(3);
        a.Fill(missing.Shuffle(3).IgnoreMissingTargets(by), [3, 0, 2]);
        b.Fill(masked.Shuffle(3), [3, 0, 2]);
        Assert.Equal(b.ForwardBackward(), a.ForwardBackward(), 1e-12);
        Assert.All(b.Gradients.ToArray().Zip(a.Gradients.ToArray()), g => Assert.Equal(g.First, g.Second, 1e-6f));
        SequenceData shuffled = missing.IgnoreMissingTargets(by);
        int[] samples = [3, 0, 2];
        AllocationTests.AllocatesNothing(() => a.Fill(shuffled, samples));
        Says<ArgumentException>("nothing counts in the loss", () => trainer.Evaluate(SequenceData.FromArrays(x, Enumerable.Repeat(None, 40).ToArray(), 5, 3, 2, targetEveryStep: true).IgnoreMissingTargets(by)));
        Assert.Equal(trainer.Evaluate(SequenceData.FromArrays(x, filled, 5, 3, 2, targetEveryStep: true)).Loss, trainer.Evaluate(SequenceData.FromArrays(x, filled, 5, 3, 2, targetEveryStep: true).IgnoreMissingTargets(by)).Loss, 1e-12);
    }

    /// <summary>A mask beside: what it says and what is missing are both left out, whatever the mask is one of.</summary>
    [Theory]
    [InlineData(4)]
    [InlineData(20)]
    [InlineData(40)]
    public void AMaskStays(int numbers)
    {
        TinyNetwork net = new(1, new() { Sequence = true });
        float[] x = TestData.Random(4 * 15, 1), y = TestData.Random(4 * 10, 2), filled = [.. y], mask = [.. TestData.Random(numbers, 5).Select(v => v < -0.3f ? 0 : 1 + v)];
        (y[7], y[22]) = (None, None);
        foreach (MissingTargets by in new[] { MissingTargets.Values, MissingTargets.Positions })
        {
            float[] both = [.. Enumerable.Range(0, 40).Select(i => float.IsNaN(y[i]) || (by == MissingTargets.Positions && float.IsNaN(y[i ^ 1])) ? 0 : mask[i * numbers / 40])];
            SequenceData missing = SequenceData.FromArrays(x, null, 5, 3).WithTargets(y, 2, 5, mask: mask).IgnoreMissingTargets(by), masked = SequenceData.FromArrays(x, filled, 5, 3, 2, targetEveryStep: true, mask: both);
            Assert.Equal(Trainer.For(net, new Adam()).Evaluate(masked).Loss, Trainer.For(net, new Adam()).Evaluate(missing).Loss, 1e-6);
        }

        Says<InvalidOperationException>("no targets that are values", () => SequenceData.FromClasses(x, new int[4], 5, 3).IgnoreMissingTargets());
    }
}
