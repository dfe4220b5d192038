// What a user may hand over by mistake to data, splits, files, vocabularies and intervals: sizes that no array has, spans that overlap, files that were closed, numbers that are infinite.
using System;
using System.IO;
using System.Linq;
using SeqGen.Tests.Support;
using Xunit;
using static SeqGen.Tests.Support.Errors;

namespace SeqGen.Tests;

public sealed class HostileDataTests
{
    private const int Most = int.MaxValue;
    private const float None = float.NaN;

    private static readonly float[] Series = [.. Enumerable.Range(0, 100).Select(i => (float)i)];

    [Fact]
    public void WindowsOfAnySizeAreNamedAndNotOverflown()
    {
        Says<ArgumentException>("need 2147483648 rows, the series has 100.", () => Cut(new() { Timesteps = Most }));
        Says<ArgumentException>("need 2147483650 rows, the series has 100.", () => Cut(new() { Timesteps = 3, StepsAhead = Most }));
        Says<ArgumentException>("2147483647 target rows from 2147483647 ahead on need 6442450940 rows", () => Cut(new() { Timesteps = Most, StepsAhead = Most, TargetSteps = Most }));
        Says<ArgumentException>("need 2147483650 rows", () => SequenceData.Windows(Series, 3, horizon: Most));
        Assert.Equal(1, Cut(new() { Timesteps = 3, Columns = 2, Stride = Most }).Count);
        float[] long1 = new float[3_000_100];
        Says<ArgumentException>("Targets of a window are 3000000000 numbers; 2147483591 are the most.", () => SequenceData.Windows(long1, new WindowOptions { Timesteps = 3_000_000, Target = WindowTarget.EveryStep, TargetSteps = 100, TargetColumns = new int[10] }));
        Says<ArgumentException>("Inputs that are known ahead of a window are 3000000000 numbers", () => SequenceData.Windows(long1, new WindowOptions { Timesteps = 3_000_000, KnownColumns = new int[10], TargetSteps = 100 }));

        Says<ArgumentException>("3 rows and 4294967293 to come of 1 columns, are 4294967296 elements", () => SequenceData.LastWindow(Series, new WindowOptions { Timesteps = 3, StepsAhead = Most, TargetSteps = Most }));
        Says<ArgumentException>("A window of 2147483647 steps needs 2147483647 rows, the series has 100.", () => SequenceData.LastWindow(Series, new WindowOptions { Timesteps = Most }));
        Says<ArgumentException>("There should be 9223372036854775807 targets", () => SequenceData.FromArrays(Series, null, 1).WithTargets(Series, Most, Most));
        Says<ArgumentException>("There should be 9223372036854775807 values of 'a'", () => SequenceData.FromArrays(Series, null, 1).WithInput("a", Series, Most, Most));

        static SequenceData Cut(WindowOptions options) => SequenceData.Windows(Series, options);
    }

    [Fact]
    public void SeriesOfAPanelAreNamed()
    {
        Says<ArgumentException>("series 1 [rows, 2] is 2 elements a row; 3 are not", () => SequenceData.Windows([Series, Series[..3]], new WindowOptions { Timesteps = 3, Columns = 2 }));
        Says<ArgumentException>("Series 1 is null.", () => SequenceData.Windows([Series, null!], new WindowOptions { Timesteps = 3 }));
        Says<ArgumentException>("There are no parts", () => SeriesColumns.Join(3));
        Says<ArgumentOutOfRangeException>("truncation must be None, KeepFirst or KeepLast, 7 was given.", () => SequencePadding.Pad([[1, 2]], 1, truncation: (Truncation)7));
    }

    [Fact]
    public void SplitsOfAnySizeAreNamedAndNotOverflown()
    {
        SequenceData windows = SequenceData.Windows(Series, new WindowOptions { Timesteps = 5, TargetSteps = 3 });
        foreach ((int folds, int test) in new[] { (2, Most), (3, Most), (65536, 65536), (Most, 0), (Most, Most), (46341, 46341) })
        {
            Says<ArgumentException>("has no test samples", () => windows.Backtest(folds, test));
        }

        Says<ArgumentOutOfRangeException>("shared must be None or AsInputs, 7 was given.", () => windows.SplitInTime(0.5, (SharedRows)7));
        Says<ArgumentOutOfRangeException>("shared must be None or AsInputs, 7 was given.", () => windows.Backtest(2, shared: (SharedRows)7));

        // Windows that share no rows may be in any order, but then nothing is a gap before anything.
        SequenceData apart = SequenceData.Windows(Series, new WindowOptions { Timesteps = 5, TargetSteps = 3, Stride = 8 }).Shuffle(1);
        Assert.Equal(apart.Count, apart.Split(0.5).First.Count + apart.Split(0.5).Second.Count);
        Says<InvalidOperationException>("in which nothing is 20 rows before something else", () => apart.SplitInTime(0.5, gap: 20));
        Says<InvalidOperationException>("in which nothing is 1 rows before something else", () => apart.Backtest(2, gap: 1));
    }

    [Fact]
    public void InfiniteReadingsAreNotCarriedForward()
    {
        MissingValues gaps = new([2f, 3], timeSinceSeen: true);
        Says<ArgumentException>("Row 1 has -Infinity in column 1: a value that is missing is NaN", () => gaps.Apply([1, 1, 1, float.NegativeInfinity, 1, 1]));
        MissingValueStream stream = gaps.CreateStream();
        float[] features = new float[6];
        stream.Step([1, 5], features);
        Says<ArgumentException>("There is Infinity in column 0", () => stream.Step([float.PositiveInfinity, 7], features));
        stream.Step([None, None], features);
        Assert.Equal([1f, 5, 1, 1, 1, 1], features);
    }

    [Theory]
    [InlineData(float.PositiveInfinity, "Infinity")]
    [InlineData(float.NegativeInfinity, "-Infinity")]
    public void InfiniteInputsAreNamedWhereverTheyStandBeforeAnythingIsDoneWithThem(float value, string text)
    {
        // A squashed state makes finite numbers of them, which look like any other.
        for (int at = 0; at < 18; at++)
        {
            float[] series = [.. Enumerable.Range(0, 21).Select(i => i * 0.1f)];
            series[at] = value;
            SequenceData data = SequenceData.Windows(series, new WindowOptions { Timesteps = 5, Columns = 3, TargetColumns = [0, 1], TargetSeries = new float[21] });
            Trainer trainer = Trainer.For(new TinyNetwork(), new Sgd(0.1f));
            string said = $"has {text} as input at step";
            Says<ArgumentException>($"feature {at % 3} (row {at / 3} of the series): inputs are finite", () => trainer.Predict(data));
            Says<ArgumentException>(said, () => trainer.Evaluate(data));
            Says<ArgumentException>(said, () => trainer.Fit(data, 1));
        }
    }

    [Fact]
    public void ARowIsNotWrittenOverWhileItIsRead()
    {
        float[] all = [9, None, 1, 9, 9, 9, 9];
        MissingValueStream stream = new MissingValues([2f, 3], timeSinceSeen: true).CreateStream();
        Says<ArgumentException>("give them a span apart from it", () => stream.Step(all.AsSpan(1, 2), all.AsSpan(1, 6)));
        Says<ArgumentException>("give them a span apart from it", () => stream.Step(all.AsSpan(1, 2), all.AsSpan(0, 6)));
        Assert.Equal([9, None, 1, 9, 9, 9, 9], all);
    }

    [Fact]
    public void IntervalsAreWrittenWhereNothingIsStillRead()
    {
        SplitConformal conformal = SplitConformal.Fit([1, 1, 1], [1, 2, 3], 0.5);
        float[] forecasts = [5, 6, 7, 0], other = new float[3];
        Says<ArgumentException>("spans apart", () => conformal.Apply(forecasts.AsSpan(0, 3), [], forecasts.AsSpan(1, 3), other));
        Says<ArgumentException>("spans apart", () => conformal.Apply(forecasts.AsSpan(0, 3), [], other, other));
        conformal.Apply(forecasts.AsSpan(0, 3), [], other, forecasts.AsSpan(0, 3));
        Assert.Equal([4, 5, 6, 6, 7, 8, 0], [.. other, .. forecasts]);
    }

    [Fact]
    public void IntervalsAreFittedToWhatIsFinite()
    {
        Says<ArgumentException>("The truth of sample 1, number 0, is Infinity", () => SplitConformal.Fit([1, 1, 1], [1, float.PositiveInfinity, 1], 0.5));
        Says<ArgumentException>("The truth of sample 0, number 1, is -Infinity", () => SplitConformal.FitQuantiles([1, 1], [2, 2], [1, float.NegativeInfinity], 0.5, 2));
        Says<ArgumentException>("The deviation of sample 0, number 0, is Infinity", () => SplitConformal.FitScaled([1, 1, 1], [float.PositiveInfinity, 1, 1], [1, 1, 2], 0.5));
        Says<ArgumentException>("as many of one as of the other and at least one", () => SplitConformal.Fit([], [], 0.5, Most));

        // Where there is no truth nothing is said of forecast and deviation: beyond the end of a sequence they are 0.
        Assert.Equal([1.0], SplitConformal.FitScaled([0, 1, 1], [0, 1, 1], [None, 1, 2], 0.6).Margins.ToArray());
        foreach (string wrong in new[] { "conformal 1; Absolute,Scaled; coverage 0.5; margins 1", "conformal 1; +1; coverage 0.5; margins 1", "conformal 1;  1; coverage 0.5; margins 1" })
        {
            Says<FormatException>("is no text of a SplitConformal", () => SplitConformal.Parse(wrong));
        }
    }

    [Fact]
    public void IntervalsGoWithTheNetwork()
    {
        TinyNetwork net = new();
        SplitConformal.Fit([1, 1, 1], [1, 2, 3], 0.5).SaveIn(net.Core.Metadata);
        Assert.Equal("conformal 1; Absolute; coverage 0.5; margins 1", SplitConformal.LoadFrom(net.Core.Metadata).ToString());
        Says<InvalidOperationException>("no 'wide' of intervals", () => SplitConformal.LoadFrom(net.Core.Metadata, "wide"));
    }

    [Fact]
    public void SymbolsThatNoFileCanHoldAreRefused()
    {
        Says<ArgumentException>("half of a surrogate pair, U+D800 at 1, has none", () => Vocabulary.Of(["a\ud800"]));
        Says<ArgumentException>("half of a surrogate pair", () => Vocabulary.Of(["a"], new() { Unknown = "\udc00" }));
        string[] odd = ["", "\0", "\uFFFD", "e\u0301", "\u00e9", "\"", "\\", "\U0001F600"];
        Assert.Equal(odd.Order(StringComparer.Ordinal), Vocabulary.Parse(Vocabulary.Of(odd).ToString()).Symbols);
        Says<FormatException>("there are no symbols", () => Vocabulary.Parse("{\"symbols\":[]}"));
        Says<FormatException>("two of them are one here", () => Vocabulary.Parse("{\"symbols\":[\"a\"],\"padding\":0,\"unknown\":0}"));
        Says<ArgumentNullException>("symbol", () => Vocabulary.Of(["a"]).Contains(null!));
    }

    [Fact]
    public void AFileThatNobodyCanReadIsNotWritten()
    {
        TinyNetwork net = new();
        string path = Path.GetTempFileName();
        net.Save(path);
        byte[] before = File.ReadAllBytes(path);
        net.Core.Metadata["large"] = new string('a', 100_000_000);
        Says<NetworkFileException>("no reader takes more than 100000000: texts in the metadata have 1000000", () => net.Save(path));
        Assert.Equal(before, File.ReadAllBytes(path));
        File.Delete(path);
    }

    [Fact]
    public void AFileThatWasClosedIsNamed()
    {
        string path = Path.GetTempFileName();
        File.WriteAllBytes(path, new byte[4 * 3 * 20]);
        SeriesFile file = SeriesFile.OpenRaw(path, 3);
        SequenceData data = SequenceData.Windows(file, new WindowOptions { Timesteps = 5, Columns = 3, TargetColumns = [0, 1] });
        file.Dispose();
        file.Dispose();
        string said = $"The series file {path} was closed";
        Says<ObjectDisposedException>(said, () => Trainer.For(new TinyNetwork(), new Sgd(0.1f)).Predict(data));
        Says<ObjectDisposedException>(said, () => SequenceData.Windows(file, new WindowOptions { Timesteps = 5, Columns = 3 }));
        Says<ObjectDisposedException>(said, () => SequenceData.FromFiles(file, null, 5, 3));
        Says<InvalidDataException>("has 0 bytes after the first 9223372036854775807", () => SeriesFile.OpenRaw(path, 3, long.MaxValue));
        File.Delete(path);
    }
}
