// Data in memory: windows, views, checks.
using System;
using System.Linq;
using SeqGen.Tests.Support;
using Xunit;

namespace SeqGen.Tests;

public sealed class SequenceDataTests
{
    private static readonly float[] Series = Enumerable.Range(0, 20).Select(i => (float)i).ToArray();

    [Fact]
    public void WindowsSlideOverTheSeriesToItsEnd()
    {
        // Ten rows of two columns; column 1 two rows ahead.
        SequenceData data = SequenceData.Windows(Series, timesteps: 3, features: 2, horizon: 2, stride: 2, targetColumns: [1]);
        Assert.Equal((3, 3, 2, 1), (data.Count, data.Steps, data.Features, data.Outputs));
        Assert.Equal([4f, 5, 6, 7, 8, 9], data.Inputs![1].ToArray());
        Assert.Equal([13f], data.Values![1].ToArray());
        Assert.Equal([17f], data.Values[2].ToArray());

        SequenceData every = SequenceData.Windows(Series, timesteps: 3, horizon: 1, targetEveryStep: true);
        Assert.Equal(17, every.Count);
        Assert.Equal([17f, 18, 19], every.Values![16].ToArray());
        Assert.Equal(1, SequenceData.Windows(Series, 19).Count);
        Assert.Contains("need 21 rows, the series has 20", Assert.Throws<ArgumentException>(() => SequenceData.Windows(Series, 20)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NextTokensAreShiftedByOne()
    {
        int[] text = Enumerable.Range(0, 10).ToArray();
        SequenceData data = SequenceData.NextToken(text, 3);
        Assert.Equal(3, data.Count);
        Assert.Equal([6, 7, 8], data.Tokens![2].ToArray());
        Assert.Equal([7, 8, 9], data.Classes![2].ToArray());
        SequenceData last = SequenceData.NextToken(text, 3, stride: 1, targetEveryStep: false);
        Assert.Equal(7, last.Count);
        Assert.Equal([9], last.Classes![6].ToArray());
    }

    [Fact]
    public void ViewsKeepTrackOfTheSamples()
    {
        SequenceData data = SequenceData.FromArrays(Series, Series, 1);
        int[] Indices(SequenceData d) => Enumerable.Range(0, d.Count).Select(d.Index).ToArray();
        (SequenceData first, SequenceData second) = data.Split(0.7);
        Assert.Equal(Enumerable.Range(0, 14), Indices(first));
        Assert.Equal(Enumerable.Range(14, 6), Indices(second));
        Assert.Equal([16, 17], Indices(second.Skip(2).Take(2)));
        int[] shuffled = Indices(second.Shuffle(3));
        Assert.Equal(Enumerable.Range(14, 6), shuffled.Order());
        Assert.NotEqual(Enumerable.Range(14, 6), shuffled);
        Assert.Equal(shuffled[2..4], Indices(second.Shuffle(3).Skip(2).Take(2)));
        Assert.Contains("There are 20 samples: 0 to 20 can be taken or left out, 21 were asked for", Assert.Throws<ArgumentOutOfRangeException>(() => data.Take(21)).Message, StringComparison.Ordinal);
        Assert.Contains("There are 6 samples", Assert.Throws<ArgumentOutOfRangeException>(() => second.Skip(7)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => data.Skip(-1));
        Assert.Throws<ArgumentException>(() => data.Split(0.01));
    }

    [Fact]
    public void ArraysThatDoNotAgreeAreNamed()
    {
        void Says(string text, Action action) => Assert.Contains(text, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);
        Says("inputs [N, 3, 2] is 6 elements a sample; 20 are not", () => SequenceData.FromArrays(Series, Series, 3, 2));
        Says("should be 5 targets for these inputs; 20 were given", () => SequenceData.FromArrays(Series, Series, 2, 2));
        Says("Sample 1 has length 3; it must be 1 to 2", () => SequenceData.FromArrays(new float[4], new float[2], 2, lengths: [1, 3]));
        Says("steps must be at least 1, 0 was given", () => SequenceData.FromArrays(Series, Series, 0));
        Says("Sample 1 has -0.5 in its mask at step 0; weights are finite and 0 (does not count) or more", () => SequenceData.FromArrays(new float[4], new float[4], 2, targetEveryStep: true, mask: [1, 0, -0.5f, 1]));
        Says("Sample 1 has NaN in its mask at step 1", () => SequenceData.FromArrays(new float[4], new float[8], 2, 1, 2, targetEveryStep: true, mask: [1, 1, 1, 1, 1, 1, float.NaN, 1]));
        Says($"Sample 1 has {float.PositiveInfinity} in its mask;", () => SequenceData.FromArrays(new float[4], new float[4], 2, targetEveryStep: true, mask: [1, float.PositiveInfinity]));
        Says("should be 4 mask elements (or 2 times as many, one a value, or 2, one a sample)", () => SequenceData.FromArrays(new float[4], new float[8], 2, 1, 2, targetEveryStep: true, mask: new float[5]));
        Says("A mask says which targets count, and there are no targets", () => SequenceData.FromArrays(new float[4], null, 2, mask: [1, 0]));
        Says("should be 4 mask elements", () => SequenceData.FromArrays(new float[4], new float[4], 2, targetEveryStep: true, mask: [1]));
    }

    [Fact]
    public void LengthsAndMasksReachTheLoss()
    {
        TinyNetwork net = new(1, new() { Sequence = true });
        float[] x = TestData.Random(2 * 4 * 3, 1), y = TestData.Random(2 * 4 * 2, 2);
        SequenceData data = SequenceData.FromArrays(x, y, 4, 3, 2, true, [4, 2], [1, 1, 0, 1, 1, 0, 1, 1]);
        Assert.Equal(4, Trainer.For(net, new Sgd(1)).Evaluate(data).Positions);
        for (int k = 6 * 3; k < x.Length; k++)
        {
            x[k] = float.NaN;
        }

        Assert.True(double.IsFinite(Trainer.For(net, new Sgd(1)).Evaluate(data).Loss));
        Assert.All(Trainer.For(net, new Sgd(1)).Predict(data)[12..], v => Assert.Equal(0f, v));
    }
}
