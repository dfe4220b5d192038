// Checkpoints in folders full of other things, damaged, lost and in the wrong place; what a file can hold and what it cannot.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using SeqGen.Kernels.V1;
using SeqGen.Tests.Support;
using Xunit;

namespace SeqGen.Tests;

public sealed partial class HostileCheckpointTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TheFileOfTheBestEpochIsThereHoweverItsReportEnded(bool throws)
    {
        // The first epoch stays the best.
        Kind kind = new() { Options = new() { BatchSize = 4, Seed = 3, Threads = 1, Monitor = Metric.Of("loss, more is better", true, r => r.Loss) } };
        Checkpoints folder = Folder("best");
        if (throws)
        {
            Assert.Throws<OperationCanceledException>(() => new Training(kind).Fit(folder, After(Updates, () => new OperationCanceledException())));
        }
        else
        {
            Assert.Throws<OperationCanceledException>(() => new Training(kind).Fit(folder, After(Updates + 1, () => new OperationCanceledException())));
            File.Delete(Path.Combine(folder.Folder, Checkpoints.BestName));
        }

        Training training = new(kind);
        Assert.Equal(1, training.Fit(folder).Best.Epoch);
        training.Trainer.RestoreBest();
        TinyNetwork best = kind.Network();
        best.Core.Load(Path.Combine(folder.Folder, Checkpoints.BestName));
        Assert.Equal(training.Net.Parameters.Values.ToArray(), best.Parameters.Values.ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void DamagedCheckpointsDoNotCountAmongThoseThatStay(int keep)
    {
        Kind kind = new();
        string whole = Whole(kind);
        Checkpoints folder = new(Path.Combine(_directory, "kept")) { Keep = keep, EveryUpdates = 2, Waits = true };
        Assert.Throws<OperationCanceledException>(() => new Training(kind).Fit(folder, After(18, () => new OperationCanceledException())));
        foreach (string file in Directory.GetFiles(folder.Folder, "training-*"))
        {
            File.WriteAllBytes(file, File.ReadAllBytes(file)[..^8]);
        }

        for (int at = 3; at < 20; at += 4)
        {
            Training training = new(kind);
            Assert.Throws<OperationCanceledException>(() => training.Fit(folder, After(at, () => new OperationCanceledException())));
            if (at > 3)
            {
                Assert.Contains($"{at - 4:d10}", training.Trainer.History!.Notices[^1], StringComparison.Ordinal);
            }
        }

        Training last = new(kind);
        last.Fit(folder);
        Assert.Equal(whole, last.Outcome);
        Assert.Equal(keep, Directory.GetFiles(folder.Folder, "training-*").Length);
    }

    [Fact]
    public void WhatElseIsInTheFolderStaysThere()
    {
        Kind kind = new();
        string whole = Whole(kind);
        Checkpoints folder = new(Path.Combine(_directory, "full")) { Keep = 1, Waits = true };
        string At(string name) => Path.Combine(folder.Folder, name);
        Directory.CreateDirectory(At("training-0000000099.safetensors"));
        new TinyNetwork(5).Save(At("training-2024.safetensors"));
        File.WriteAllText(At("training-.safetensors"), "mine");
        File.WriteAllText(At("training-12a.safetensors"), "mine");
        File.WriteAllText(At("training-0000000007.safetensors.txt"), "mine");
        File.CreateSymbolicLink(At("training-0000000098.safetensors"), At("nowhere"));
        string[] before = Directory.GetFileSystemEntries(folder.Folder);
        Assert.Throws<OperationCanceledException>(() => new Training(kind).Fit(folder, After(9, () => new OperationCanceledException())));
        Training last = new(kind);
        last.Fit(folder);
        Assert.Equal(whole, last.Outcome);
        Assert.Empty(before.Except(Directory.GetFileSystemEntries(folder.Folder)));
    }

    [Fact]
    public void ACheckpointWithoutItsSumIsDamaged()
    {
        Checkpoints folder = Folder("sum");
        new Training(new()).Fit(folder);
        string file = Directory.GetFiles(folder.Folder, "training-*").Order(StringComparer.Ordinal).Last();
        byte[] bytes = File.ReadAllBytes(file);
        bytes[bytes.AsSpan().IndexOf("seqgen.crc32c"u8) + 12]++;
        bytes[^3] ^= 1;
        File.WriteAllBytes(file, bytes);
        Assert.Throws<NetworkFileException>(() => CheckpointFile.Open(file).Dispose());
    }

    [Fact]
    public void WhatIsBetterIsPartOfWhatIsMonitored()
    {
        TrainerOptions Of(bool higher) => new() { BatchSize = 4, Seed = 3, Threads = 1, Monitor = Metric.Of("mine", higher, r => r.Loss) };
        Checkpoints folder = Folder("direction");
        new Training(new() { Options = Of(true) }).Fit(folder, epochs: 2);
        Assert.Contains("Monitor", Assert.Throws<NetworkFileException>(() => new Training(new() { Options = Of(false) }).Fit(folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NotesHoldAnyText()
    {
        string path = Path.Combine(_directory, "notes.safetensors");
        Dictionary<string, string> notes = new()
        {
            [""] = "",
            ["seqgen.crc32c"] = "00000000",
            ["\"seqgen.crc32c\":\""] = "\"seqgen.crc32c\":\"12345678\"",
            ["a/b\\c"] = "line\r\n\0\t\u2028",
            ["ключ 🗝"] = "\U0001F9EA é \u0301",
            ["training/"] = new string('x', 100_000),
        };
        TinyNetwork net = new(3);
        Adam adam = new();
        Checkpoint.Save(path, net, adam, notes);
        Assert.Equal(notes.OrderBy(n => n.Key, StringComparer.Ordinal), Checkpoint.Load(path, net, adam).OrderBy(n => n.Key, StringComparer.Ordinal));
        Assert.ThrowsAny<ArgumentException>(() => Checkpoint.Save(path, net, adam, new Dictionary<string, string> { ["none"] = null! }));
        Assert.Equal(notes.Count, Checkpoint.Load(path, net, adam).Count);
    }

    [Fact]
    public void AnOptimizerOfOnesOwnGoesOnAndOneWhoseStateCannotBeReadIsRefused()
    {
        Kind kind = new() { Optimizer = () => new Signs("a/b", "a") };
        string whole = Whole(kind);
        Checkpoints folder = Folder("own");
        Assert.Throws<OperationCanceledException>(() => new Training(kind).Fit(folder, After(9, () => new OperationCanceledException())));
        Training last = new(kind);
        last.Fit(folder);
        Assert.Equal(whole, last.Outcome);

        string path = Path.Combine(_directory, "own.safetensors");
        Assert.Contains("twice", Assert.Throws<InvalidOperationException>(() => Checkpoint.Save(path, new TinyNetwork(3), new Signs("a", "a"))).Message, StringComparison.Ordinal);
        Assert.Contains("floats", Assert.Throws<InvalidOperationException>(() => Checkpoint.Save(path, new TinyNetwork(3), new Signs("a", "b", less: 1))).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(path));
    }

    public static TheoryData<bool, int, bool, bool?, double> Combinations
    {
        get
        {
            TheoryData<bool, int, bool, bool?, double> all = [];
            foreach (bool stateful in new[] { false, true })
            {
                foreach (int accumulated in new[] { 1, 2, 9 })
                {
                    foreach (bool average in new[] { false, true })
                    {
                        foreach (bool? restores in new bool?[] { null, false, true })
                        {
                            all.Add(stateful, accumulated, average, restores, stateful ? 0.3 : 0);
                            all.Add(stateful, accumulated, average, restores, stateful ? 0 : 0.3);
                        }
                    }
                }
            }

            return all;
        }
    }

    [Fact]
    public void AFolderThatIsAFileIsRefusedAndALinkToOneIsAFolder()
    {
        Kind kind = new();
        string file = Path.Combine(_directory, "file");
        File.WriteAllText(file, "mine");
        Training training = new(kind);
        Assert.Contains(file, Assert.ThrowsAny<Exception>(() => training.Fit(new(file))).Message, StringComparison.Ordinal);
        Assert.Null(training.Trainer.History);
        Assert.Equal("mine", File.ReadAllText(file));
        Directory.CreateDirectory(Path.Combine(_directory, "real"));
        string link = Path.Combine(_directory, "link");
        Directory.CreateSymbolicLink(link, Path.Combine(_directory, "real"));
        Assert.Throws<OperationCanceledException>(() => new Training(kind).Fit(new(link), After(8, () => new OperationCanceledException())));
        training.Fit(new(Path.Combine(_directory, "real")));
        Assert.Equal(Whole(kind), training.Outcome);
    }
}
