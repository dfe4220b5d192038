// Where files go: through links, with their modes, under the longest names, beside what other processes do.
using System;
using System.IO;
using System.Linq;
using SeqGen.Kernels.V1;
using SeqGen.Tests.Support;
using Xunit;

namespace SeqGen.Tests;

public sealed class SavingTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("seqgen-saving-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void ALinkStaysAndItsTargetIsReplaced()
    {
        string target = At("versions", "1.safetensors"), link = At("model.safetensors"), second = At("latest.safetensors");
        Directory.CreateDirectory(At("versions"));
        File.WriteAllText(target, "old");
        File.CreateSymbolicLink(link, Path.Combine("versions", "1.safetensors"));
        File.CreateSymbolicLink(second, "model.safetensors");
        TinyNetwork net = new(1);
        foreach (string path in new[] { link, second, target })
        {
            net.Save(path);
            Assert.Equal(Path.Combine("versions", "1.safetensors"), new FileInfo(link).LinkTarget);
            Assert.Equal("model.safetensors", new FileInfo(second).LinkTarget);
            Assert.Equal(net.Bytes(), File.ReadAllBytes(target));
            File.WriteAllText(target, "old");
        }

        // A link to what is not there yet.
        File.Delete(target);
        net.Save(second);
        Assert.Equal(net.Bytes(), File.ReadAllBytes(target));
        Assert.Equal(3, Directory.GetFileSystemEntries(_directory).Length);
        Assert.Single(Directory.GetFileSystemEntries(At("versions")));
    }

    [Fact]
    public void AnExistingFilesModeStaysAndANewOnesIsTheProcesss()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        TinyNetwork net = new(1);
        string path = At("secret.safetensors"), other = At("other"), plain = At("new.safetensors");
        File.WriteAllText(path, "old");
        foreach (UnixFileMode mode in new[] { UnixFileMode.UserRead | UnixFileMode.UserWrite, (UnixFileMode)0x1B6, (UnixFileMode)0x1E8 })
        {
            File.SetUnixFileMode(path, mode);
            net.Save(path);
            Assert.Equal(mode, File.GetUnixFileMode(path));
            Assert.Equal(net.Bytes(), File.ReadAllBytes(path));
        }

        File.WriteAllText(other, "as files are made here");
        net.Save(plain);
        Assert.Equal(File.GetUnixFileMode(other), File.GetUnixFileMode(plain));
    }

    [Theory]
    [InlineData(243)]
    [InlineData(255)]
    public void ANameMayBeAsLongAsTheDirectoryAllows(int length)
    {
        TinyNetwork net = new(1);
        string path = At(new string('n', length - ".safetensors".Length) + ".safetensors");
        net.Save(path);
        net.Save(path);
        Assert.Equal(net.Bytes(), File.ReadAllBytes(path));
        Assert.Single(Directory.GetFileSystemEntries(_directory));
    }

    [Fact]
    public void WhatCannotBeWrittenSaysWhyAndLeavesNothing()
    {
        TinyNetwork net = new(1);
        Assert.Contains("there is no directory", Assert.Throws<DirectoryNotFoundException>(() => net.Save(At("missing", "a.safetensors"))).Message, StringComparison.Ordinal);
        Assert.ThrowsAny<IOException>(() => net.Save(At(new string('n', 256))));
        Directory.CreateDirectory(At("directory"));
        Assert.ThrowsAny<SystemException>(() => net.Save(At("directory")));
        Assert.Equal([At("directory")], Directory.GetFileSystemEntries(_directory));
    }

    [Fact]
    public void WhatAKilledSaveLeftIsSweptAndNothingElse()
    {
        string[] left = [At(".seqgen-0123456789ab.tmp"), At(".seqgen-ffffffffffff.tmp")];
        string[] others =
        [
            At(".seqgen-0123456789.tmp"), At(".seqgen-0123456789xy.tmp"), At(".seqgen-.tmp"), At("seqgen-0123456789ab.tmp"), At(".seqgen-0123456789ab.tmp.bak"),
            At("model.safetensors.0123abcd.tmp"), At("sub", ".seqgen-0123456789ab.tmp"),
        ];
        string young = At(".seqgen-aaaaaaaaaaaa.tmp"), inProgress = At(".seqgen-bbbbbbbbbbbb.tmp");
        Directory.CreateDirectory(At("sub"));
        DateTime old = DateTime.UtcNow - TimeSpan.FromMinutes(11);
        using (FileStream writing = new(inProgress, FileMode.CreateNew, FileAccess.Write, FileShare.None))
        {
            foreach (string file in left.Concat(others).Append(young))
            {
                File.WriteAllText(file, "half of");
                File.SetLastWriteTimeUtc(file, file == young ? DateTime.UtcNow : old);
            }

            File.SetLastWriteTimeUtc(writing.SafeFileHandle, old);
            new TinyNetwork(1).Save(At("model.safetensors"));
            Assert.All(left, file => Assert.False(File.Exists(file), file));
            Assert.All(others.Append(young).Append(inProgress), file => Assert.True(File.Exists(file), file));
        }

        File.SetLastWriteTimeUtc(inProgress, old);
        new TinyNetwork(1).Save(At("model.safetensors"));
        Assert.False(File.Exists(inProgress));
    }

    [Fact]
    public void ANetworkWithoutParametersIsNotSaved()
    {
        NetworkCore core = new(new TinyProgram(new()));
        Assert.Contains("Tiny has no parameters yet", Assert.Throws<InvalidOperationException>(() => core.Save(At("zeros.safetensors"))).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_directory));
        core.Load(new TinyNetwork(1).Bytes());
        core.Save(At("ones.safetensors"));
    }

    [Fact]
    public void MoreBytesThanAnArrayHoldsAreWritten()
    {
        // Memory that is only read needs none.
        const int Count = 1 << 29;
        NetworkPlan tiny = new TinyProgram(new()).Plan;
        NetworkPlan plan = new()
        {
            Contract = tiny.Contract,
            Name = "Huge",
            Fingerprint = "huge",
            Axes = tiny.Axes,
            Inputs = tiny.Inputs,
            Outputs = tiny.Outputs,
            Timesteps = 5,
            Parameters = [new ParameterPlan { Name = "w", Shape = [16, Count / 16], Offset = 0, Units = 16, Columns = Count / 16, BlockStride = Count, RowStride = 16 }],
            ParameterLength = Count,
            Inference = tiny.Inference,
        };
        using Counter stream = new();
        using Zeros zeros = new(Count);
        ParameterFile.Write(plan, zeros.Memory, stream);
        Assert.InRange(stream.Length - (4L * Count), 100, 400);
    }

    private string At(params string[] names) => Path.Combine([_directory, .. names]);

    private sealed unsafe class Zeros(int count) : System.Buffers.MemoryManager<float>
    {
        private readonly void* _values = System.Runtime.InteropServices.NativeMemory.AllocZeroed((nuint)count, sizeof(float));

        public override Span<float> GetSpan() => new(_values, count);

        public override System.Buffers.MemoryHandle Pin(int elementIndex = 0) => new((float*)_values + elementIndex);

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing) => System.Runtime.InteropServices.NativeMemory.Free(_values);
    }

    private sealed class Counter : Stream
    {
        private long _length;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => _length;

        public override long Position { get => _length; set => throw new NotSupportedException(); }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => _length += count;

        public override void Write(ReadOnlySpan<byte> buffer) => _length += buffer.Length;
    }
}
