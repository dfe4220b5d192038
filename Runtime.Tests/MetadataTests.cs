// Users' texts in a network's file: they come back, they do not touch what is the file's own, and a file that does not fit changes none.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using SeqGen.Kernels.V1;
using SeqGen.Tests.Support;
using Xunit;

namespace SeqGen.Tests;

public sealed class MetadataTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("seqgen-metadata-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Texts_come_back_with_the_parameters_in_the_order_of_their_keys()
    {
        TinyNetwork net = new(1), other = new(2);
        NetworkMetadata texts = net.Core.Metadata, loaded = other.Core.Metadata;
        (texts["units"], texts["classes"], texts["empty"], texts["snowman ☃ 😀"]) = ("ppm", "[\"a\",\"b\\\"\"]", "", "line\nline\0");
        texts["gone"] = "x";
        texts["gone"] = null;
        loaded["of before"] = "y";
        net.Save(At("net"));
        other.Core.Load(At("net"));
        Assert.Equal(["classes", "empty", "snowman ☃ 😀", "units"], loaded.Select(t => t.Key));
        Assert.Equal(texts.Select(t => t.Value), loaded.Select(t => t.Value));
        Assert.Null(loaded["of before"]);
        Assert.False(loaded.Contains("gone"));
        Assert.Equal(4, loaded.Count);

        // Saved again it is the same file, whatever the order in which they were set.
        other.Save(At("again"));
        Assert.Equal(File.ReadAllBytes(At("net")), File.ReadAllBytes(At("again")));
        loaded.Clear();
        other.Save(At("without"));
        Assert.Equal(new TinyNetwork(1).Bytes(), File.ReadAllBytes(At("without")));
    }

    [Fact]
    public void Other_tools_find_them_under_their_own_keys()
    {
        TinyNetwork net = new(1);
        net.Core.Metadata["units"] = "ppm";
        net.Save(At("net"));
        Assert.StartsWith(
            """{"__metadata__":{"format":"pt","seqgen.fingerprint":"tiny 3 2 0","seqgen.network":"Tiny","units":"ppm"},""",
            Encoding.UTF8.GetString(File.ReadAllBytes(At("net")).AsSpan(8)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_another_network_changes_no_text()
    {
        TinyNetwork net = new(1), other = new(1, new() { Units = 5 });
        net.Core.Metadata["units"] = "ppm";
        other.Core.Metadata["units"] = "K";
        other.Save(At("other"));
        Assert.Throws<NetworkFileException>(() => net.Core.Load(At("other")));
        Assert.Equal("ppm", net.Core.Metadata["units"]);
    }

    [Theory]
    [InlineData("format")]
    [InlineData("seqgen.fingerprint")]
    [InlineData("seqgen.")]
    [InlineData("")]
    public void Keys_of_the_format_and_what_no_file_can_hold_are_refused(string key)
    {
        NetworkMetadata texts = new TinyNetwork(1).Core.Metadata;
        Assert.Throws<ArgumentException>(() => texts[key] = "x");
        Assert.Throws<ArgumentException>(() => texts["key"] = "\udc00 half");
        Assert.Throws<ArgumentException>(() => texts["half \ud83d"] = "x");
        Assert.Empty(texts);
    }

    /// <summary>A checkpoint is a file of the network too, and so is the best; a program that goes on and says more is not forgotten.</summary>
    [Fact]
    public void Checkpoints_carry_them()
    {
        SequenceData data = SequenceData.FromArrays([.. Enumerable.Range(0, 120).Select(i => MathF.Sin(i))], [.. Enumerable.Range(0, 40).Select(i => MathF.Cos(i))], 2, 3, 2);
        Checkpoints checkpoints = new(At("run"));
        TinyNetwork net = new(1);
        (net.Core.Metadata["a"], net.Core.Metadata["b"]) = ("then", "then");
        Trainer.For(net, new Adam(1e-2f), new() { BatchSize = 4 }).Fit(data, 1, data, checkpoints: checkpoints);

        TinyNetwork later = new(2), plain = new(3), best = new(4);
        (later.Core.Metadata["b"], later.Core.Metadata["c"]) = ("now", "now");
        Trainer.For(later, new Adam(1e-2f), new() { BatchSize = 4 }).Fit(data, 2, data, checkpoints: checkpoints);
        Assert.Equal(["then", "now", "now"], later.Core.Metadata.Select(t => t.Value));

        plain.Core.Load(Directory.GetFiles(At("run"), "training-*").Order().Last());
        best.Core.Load(Path.Combine(At("run"), "best.safetensors"));
        foreach (TinyNetwork each in (TinyNetwork[])[plain, best])
        {
            Assert.Equal([.. later.Core.Metadata], each.Core.Metadata.Where(t => !t.Key.StartsWith("seqgen", StringComparison.Ordinal)).ToList());
            Assert.Equal(3, each.Core.Metadata.Count);
        }
    }

    [Fact]
    public void Notes_of_a_loop_of_ones_own_stay_notes()
    {
        TinyNetwork net = new(1), other = new(2);
        net.Core.Metadata["epoch"] = "a text";
        Adam adam = new(1e-2f);
        Checkpoint.Save(At("loop"), net, adam, new Dictionary<string, string> { ["epoch"] = "3" });
        Adam second = new(1e-2f);
        Assert.Equal("3", Checkpoint.Load(At("loop"), other, second)["epoch"]);
        Assert.Equal("a text", other.Core.Metadata["epoch"]);
    }

    private string At(string name) => Path.Combine(_folder, name);
}
