// Windows over series: which rows and columns inputs and targets are, panels, and where a sample came from.
// All numbers are rows and columns counted by hand: row r, column c of a series has the value 10 r + c.
using System;
using System.Linq;
using SeqGen.Kernels.V1;
using SeqGen.Tests.Support;
using Xunit;
using static SeqGen.Tests.Support.Errors;

namespace SeqGen.Tests;

[Collection(nameof(AllocationTests))]
public sealed class WindowTests
{
    private static readonly WindowOptions Three = new() { Timesteps = 3, Columns = 3 };

    private const float None = float.NaN;

    // Ten rows of three columns: 0 1 2, 10 11 12, ... 90 91 92.
    private static float[] Series(int rows = 10, int from = 0) => [.. Enumerable.Range(0, rows * 3).Select(i => (float)(((from + (i / 3)) * 10) + (i % 3)))];

    [Fact]
    public void TheNextRowsAreOneTargetOfAWindow()
    {
        SequenceData data = SequenceData.Windows(Series(), Three with { TargetSteps = 2, TargetColumns = [2, 0], Stride = 2 });

        // Rows 0 1 2 -> 3 4; 2 3 4 -> 5 6; 4 5 6 -> 7 8. Row 9 would be the second of a window that begins at 5.
        Assert.Equal((3, 3, 3, 4, false), (data.Count, data.Steps, data.Features, data.Outputs, data.TargetsAreSequences));
        Assert.Equal([20f, 21, 22, 30, 31, 32, 40, 41, 42], data.Inputs![1].ToArray());
        Assert.Equal([52f, 50, 62, 60], data.Values![1].ToArray());
        Assert.Equal([72f, 70, 82, 80], data.Values![2].ToArray());
        Assert.Equal(new SampleIndex(2, 0, 4, 7), data.IndexOf(2));
    }

    /// <summary>What the parameter was always: one row, so far ahead.</summary>
    [Fact]
    public void AHorizonIsOneRowThatFarAhead()
    {
        SequenceData one = SequenceData.Windows(Series(), 3, 3, horizon: 4, targetColumns: [1]), same = SequenceData.Windows(Series(), Three with { StepsAhead = 4, TargetColumns = [1] });
        Assert.Equal((4, 1), (one.Count, one.Outputs));
        Assert.Equal([61f], one.Values![0].ToArray());
        Assert.Equal([91f], same.Values![3].ToArray());
        SequenceData rows = SequenceData.Windows(Series(), Three with { StepsAhead = 2, TargetSteps = 4, TargetColumns = [1] });
        Assert.Equal(3, rows.Count);
        Assert.Equal([41f, 51, 61, 71], rows.Values![0].ToArray());
    }

    [Fact]
    public void RowsAfterEveryStepAreATargetOfThatStep()
    {
        SequenceData data = SequenceData.Windows(Series(), Three with { TargetSteps = 2, TargetColumns = [1], Target = WindowTarget.EveryStep });
        Assert.Equal((6, 2, true), (data.Count, data.Outputs, data.TargetsAreSequences));
        Assert.Equal([61f, 71, 71, 81, 81, 91], data.Values![5].ToArray());
        Assert.Equal([21f, 31], data.Values![0].Slice(2, 2).ToArray());
        Assert.Equal(new SampleIndex(5, 0, 5, 6), data.IndexOf(5));
        SequenceData all = SequenceData.Windows(Series(), Three with { TargetSteps = 2, Target = WindowTarget.EveryStep });
        Assert.Equal([10f, 11, 12, 20, 21, 22], all.Values![0].Slice(0, 6).ToArray());
    }

    [Fact]
    public void ColumnsKnownAheadGoToTheDecoderOrFollowTheFeatures()
    {
        WindowOptions options = Three with { TargetSteps = 2, TargetColumns = [0], InputColumns = [0, 2], KnownColumns = [2] };
        SequenceData steps = SequenceData.Windows(Series(), options with { Target = WindowTarget.DecoderSteps });
        Assert.Equal((6, 2, 1, 2), (steps.Count, steps.Features, steps.Outputs, steps.TargetSteps));
        Assert.Equal([10f, 12, 20, 22, 30, 32], steps.Inputs![1].ToArray());
        Assert.Equal([42f, 52], steps.InputBlocks[1].Values![1].ToArray());
        Assert.Equal(("decoder_input", 1, 2), (steps.InputBlocks[1].Name, steps.InputBlocks[1].Size, steps.InputBlocks[1].Steps));
        Assert.Equal([40f, 50], steps.Values![1].ToArray());

        // Without a decoder each step has the values of the rows that are its targets.
        SequenceData features = SequenceData.Windows(Series(), options with { Target = WindowTarget.EveryStep });
        Assert.Equal(4, features.Features);
        Assert.Equal([10f, 12, 22, 32, 20, 22, 32, 42, 30, 32, 42, 52], features.Inputs![1].ToArray());
        Assert.Single(features.InputBlocks);
    }

    [Fact]
    public void NoWindowOfAPanelReachesIntoTheNext()
    {
        float[] all = [.. Series(5), .. Series(2, 5), .. Series(4, 7)];
        int[] ids = [7, 7, 7, 7, 7, 3, 3, 9, 9, 9, 9];
        bool[] resets = [.. Enumerable.Range(0, 11).Select(r => r == 8)];
        Says<ArgumentException>("need 4 rows, series 1 has 2: set SkipShortSeries", () => SequenceData.Windows(all, Three with { SeriesIds = ids }));
        SequenceData data = SequenceData.Windows(all, Three with { SeriesIds = ids, SkipShortSeries = true, TargetColumns = [1], Resets = resets });
        Assert.Equal(3, data.Count);
        Assert.Equal([70f, 71, 72, 80, 81, 82, 90, 91, 92], data.Inputs![2].ToArray());
        Assert.Equal([41f, 101], [data.Values![1][0], data.Values![2][0]]);
        Assert.Equal([false, true, false], data.Resets![2].ToArray());
        Assert.Equal([new(0, 0, 0, 3), new(1, 0, 1, 4), new(2, 2, 0, 3)], Enumerable.Range(0, 3).Select(data.IndexOf));

        SequenceData listed = SequenceData.Windows([Series(5), Series(2, 5), Series(4, 7)], Three with { SkipShortSeries = true, TargetColumns = [1] });
        Assert.Equal(Enumerable.Range(0, 3).Select(i => data.Inputs![i].ToArray()), Enumerable.Range(0, 3).Select(i => listed.Inputs![i].ToArray()));
        Assert.Equal(2, listed.IndexOf(2).Series);
        Says<ArgumentException>("Each array is a series of its own", () => SequenceData.Windows([Series()], Three with { SeriesIds = new int[10] }));
        Says<ArgumentException>("There are no series", () => SequenceData.Windows(Array.Empty<float[]>(), Three));
        Says<ArgumentException>("None of the 2 series is long enough", () => SequenceData.Windows([Series(2), Series(3)], Three with { SkipShortSeries = true }));
        Says<ArgumentException>("Row 3 is of series 1 again", () => SequenceData.Windows(Series(4), Three with { SeriesIds = [1, 1, 2, 1] }));
        Says<ArgumentException>("There should be 10 series ids", () => SequenceData.Windows(Series(), Three with { SeriesIds = [1] }));
    }

    [Fact]
    public void TheLastWindowIsBeforeWhatNobodyKnows()
    {
        // Ten rows: the window is rows 7 to 9, the targets would be rows 11 and 12.
        WindowOptions options = Three with { StepsAhead = 2, TargetSteps = 2, TargetColumns = [0], InputColumns = [0, 2], KnownColumns = [1], Target = WindowTarget.DecoderSteps, TargetSeries = new float[20], Stride = 4 };
        float[] future = [None, 1, None, None, 2, None, None, 3, None];
        SequenceData last = SequenceData.LastWindow(Series(), options, future);
        Assert.Equal((1, 3, 2, false), (last.Count, last.Steps, last.Features, last.HasTargets));
        Assert.Equal([70f, 72, 80, 82, 90, 92], last.Inputs![0].ToArray());
        Assert.Equal([2f, 3], last.InputBlocks[1].Values![0].ToArray());
        Assert.Equal(new SampleIndex(0, 0, 7, 11), last.IndexOf(0));

        // As features of each step: of row 7 those of rows 9 and 10, of which one is known and one to come.
        Assert.Equal([70f, 72, 91, 1, 80, 82, 1, 2, 90, 92, 2, 3], SequenceData.LastWindow(Series(), options with { Target = WindowTarget.EveryStep }, future).Inputs![0].ToArray());

        // A panel: the second series is too short for a window, the third has one, and rows to come of its own.
        int[] ids = [.. Enumerable.Range(0, 10).Select(r => r < 4 ? 5 : r < 6 ? 6 : 7)];
        bool[] resets = [.. Enumerable.Range(0, 10).Select(r => r == 8)];
        SequenceData panel = SequenceData.LastWindow(Series(), options with { SeriesIds = ids, SkipShortSeries = true, Resets = resets }, [.. Enumerable.Range(0, 27).Select(i => (float)i)]);
        Assert.Equal([new SampleIndex(0, 0, 1, 5), new(1, 2, 1, 5)], [panel.IndexOf(0), panel.IndexOf(1)]);
        Assert.Equal([70f, 72, 80, 82, 90, 92], panel.Inputs![1].ToArray());
        Assert.Equal([4f, 7, 22, 25], [.. panel.InputBlocks[1].Values![0].ToArray(), .. panel.InputBlocks[1].Values![1].ToArray()]);
        Assert.Equal([false, true, false], panel.Resets![1].ToArray());

        Says<ArgumentNullException>("read at the 3 rows to come: give those rows", () => SequenceData.LastWindow(Series(), options));
        Says<ArgumentException>("There should be 9 numbers of the 3 rows to come, 3 columns each", () => SequenceData.LastWindow(Series(), options, new float[6]));
        Says<ArgumentException>("A window of 3 steps needs 3 rows, series 1 has 2", () => SequenceData.LastWindow(Series(), options with { SeriesIds = ids }, new float[27]));
        Says<ArgumentException>("A window of 3 steps needs 3 rows, the series has 2", () => SequenceData.LastWindow(Series(2), Three));

        // It is what the windows before were: the same forecast as of the window that has these rows and their targets.
        TinyNetwork net = new();
        WindowOptions plain = new() { Timesteps = 5, Columns = 3, TargetColumns = [0, 1] };
        float[] rows = TestData.Random(60, 4);
        Assert.Equal(Trainer.For(net, new Adam()).Predict(SequenceData.Windows(rows, plain))[^2..], Trainer.For(net, new Adam()).Predict(SequenceData.LastWindow(rows[..^3], plain)));
    }

    [Fact]
    public void ASampleIsFoundAgainInEveryView()
    {
        SequenceData data = SequenceData.Windows([Series(6), Series(5, 6)], Three);
        foreach (SequenceData view in new[] { data, data.Shuffle(4), data.Skip(2), data.Shuffle(1).Skip(1).Take(3), data.Skip(1).Shuffle(2) })
        {
            for (int i = 0; i < view.Count; i++)
            {
                SampleIndex at = view.IndexOf(i);
                Assert.Equal((((at.Series * 6) + at.Row) * 10f, ((at.Series * 6) + at.TargetRow) * 10f), (view.Inputs![view.Index(i)][0], view.Values![view.Index(i)][0]));
            }
        }

        Assert.Equal(new SampleIndex(3, 0, 3, 3), SequenceData.FromArrays(new float[8], null, 2).Skip(1).IndexOf(2));
        Says<ArgumentOutOfRangeException>("There are samples 0 to 2, 3 was asked for", () => data.Take(3).IndexOf(3));
    }

    [Fact]
    public void ChosenColumnsReachTheWorkspaceAndTrainWithTheSameBits()
    {
        // By windows that choose, and by arrays that were copied out by hand.
        WindowOptions options = new() { Timesteps = 5, Columns = 5, TargetSteps = 2, TargetColumns = [4], InputColumns = [3, 1, 0] };
        float[] series = TestData.Random(40 * 5, 3);
        SequenceData chosen = SequenceData.Windows(series, options);
        int count = chosen.Count;
        Assert.Equal(34, count);
        float[] x = [.. from i in Enumerable.Range(0, count) from t in Enumerable.Range(0, 5) from c in new[] { 3, 1, 0 } select series[((i + t) * 5) + c]];
        float[] y = [.. from i in Enumerable.Range(0, count) from h in Enumerable.Range(0, 2) select series[((i + 5 + h) * 5) + 4]];
        SequenceData copied = SequenceData.FromArrays(x, y, 5, 3, 2);
        float[] Train(SequenceData data)
        {
            TinyNetwork net = new();
            Trainer.For(net, new Adam(1e-2f), new() { BatchSize = 8 }).Fit(data.Shuffle(3), 2);
            return net.Parameters.Values.ToArray();
        }

        Assert.Equal(Train(copied), Train(chosen));
        Workspace ws = new TinyNetwork().CreateWorkspace(2);
        int[] samples = [3, 1];
        AllocationTests.AllocatesNothing(() => ws.Fill(chosen, samples));
    }

    /// <summary>Options at random, against windows that three plain loops copy out.</summary>
    [Fact]
    public void AnyWindowIsWhatLoopsWouldCopy()
    {
        Random random = new(5);
        int[] Some(int of, int least) => [.. Enumerable.Range(0, random.Next(least, 4)).Select(_ => random.Next(of))];
        for (int round = 0; round < 200; round++)
        {
            int columns = random.Next(1, 5), targetColumns = random.Next(1, 4), rows = 60;
            float[] series = TestData.Random(rows * columns, (ulong)round + 1), others = TestData.Random(rows * targetColumns, (ulong)round + 1000);
            bool hasOthers = random.Next(2) == 0;
            WindowOptions options = new()
            {
                Timesteps = random.Next(1, 6),
                Columns = columns,
                StepsAhead = random.Next(1, 4),
                TargetSteps = random.Next(1, 4),
                Stride = random.Next(1, 5),
                Target = (WindowTarget)random.Next(3),
                TargetSeries = hasOthers ? others : null,
                TargetColumns = Some(hasOthers ? targetColumns : columns, 0),
                InputColumns = Some(columns, 0),
                KnownColumns = Some(columns, 0),
                SeriesIds = random.Next(2) == 0 ? null : [.. Enumerable.Range(0, rows).Select(r => r / 20)],
            };
            (float[] from, int width) = hasOthers ? (others, targetColumns) : (series, columns);
            int[] all = [.. Enumerable.Range(0, columns)], inputs = options.InputColumns.Count > 0 ? [.. options.InputColumns] : all;
            int[] asked = options.TargetColumns.Count > 0 ? [.. options.TargetColumns] : [.. Enumerable.Range(0, width)];
            bool areSteps = options.Target == WindowTarget.DecoderSteps;
            SequenceData data = SequenceData.Windows(series, options);
            int sample = 0;
            for (int start = 0; start < rows; start++)
            {
                int begin = options.SeriesIds is null ? 0 : start / 20 * 20, end = options.SeriesIds is null ? rows : begin + 20;
                if ((start - begin) % options.Stride != 0 || start + options.Timesteps - 1 + options.StepsAhead + options.TargetSteps > end)
                {
                    continue;
                }

                float[] Ahead(float[] array, int across, int[] chosen, int step) =>
                    [.. from h in Enumerable.Range(0, options.TargetSteps) from c in chosen select array[((start + step + options.StepsAhead + h) * across) + c]];
                float[] x = [.. Enumerable.Range(0, options.Timesteps).SelectMany(t => (float[])[.. inputs.Select(c => series[((start + t) * columns) + c]), .. areSteps ? [] : Ahead(series, columns, [.. options.KnownColumns], t)])];
                int[] steps = options.Target == WindowTarget.EveryStep ? [.. Enumerable.Range(0, options.Timesteps)] : [options.Timesteps - 1];
                Assert.Equal(x, data.Inputs![sample].ToArray());
                Assert.Equal([.. steps.SelectMany(t => Ahead(from, width, asked, t))], data.Values![sample].ToArray());
                Assert.Equal(areSteps && options.KnownColumns.Count > 0, data.InputBlocks.Length == 2);
                Assert.Equal(data.InputBlocks.Length == 2 ? Ahead(series, columns, [.. options.KnownColumns], options.Timesteps - 1) : [], data.InputBlocks.Length == 2 ? data.InputBlocks[1].Values![sample].ToArray() : []);
                Assert.Equal(new SampleIndex(sample, begin / 20, start - begin, start - begin + steps[0] + options.StepsAhead), data.IndexOf(sample));
                sample++;
            }

            Assert.Equal(sample, data.Count);
        }
    }

    [Fact]
    public void WhatCannotBeCutIsNamed()
    {
        Says<ArgumentOutOfRangeException>("The series has columns 0 to 2, 3 was asked for", () => SequenceData.Windows(Series(), Three with { InputColumns = [3] }));
        Says<ArgumentOutOfRangeException>("The series has columns 0 to 2, -1 was asked for", () => SequenceData.Windows(Series(), Three with { KnownColumns = [-1] }));
        Says<ArgumentOutOfRangeException>("The series has columns 0 to 2, 5 was asked for", () => SequenceData.Windows(Series(), Three with { TargetColumns = [0, 5] }));
        Says<ArgumentException>("A window of 3 steps and 8 target rows from 1 ahead on need 11 rows, the series has 10", () => SequenceData.Windows(Series(), Three with { TargetSteps = 8 }));
        Says<ArgumentOutOfRangeException>("TargetSteps must be at least 1, 0 was given", () => _ = Three with { TargetSteps = 0 });
        Says<ArgumentOutOfRangeException>("Target must be Window, EveryStep or DecoderSteps", () => _ = Three with { Target = (WindowTarget)9 });
        Says<ArgumentException>("on need 4294967296 rows, the series has 10", () => SequenceData.Windows(Series(), Three with { TargetSteps = int.MaxValue, StepsAhead = int.MaxValue }));
        SequenceData panel = SequenceData.Windows([Series(), Series()], Three with { Stride = 3, Target = WindowTarget.EveryStep });
        TinyNetwork net = new(1, new() { Sequence = true, Units = 3 });
        Says<ArgumentException>("these are windows of 2 series", () => Trainer.For(net, new Adam(), new() { Stateful = true }).Fit(panel, 1));
    }
}
