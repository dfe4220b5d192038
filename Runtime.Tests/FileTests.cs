// Parameter files: round trips, other number formats, and every way a file can be wrong.
using System;
using System.Buffers.Binary;
using System.IO;
using System.Linq;
using System.Text;
using SeqGen.Kernels.V1;
using SeqGen.Tests.Support;
using Xunit;

namespace SeqGen.Tests;

public sealed class FileTests
{
    [Fact]
    public void SavedParametersComeBackBitForBitAndFilesAreDeterministic()
    {
        string path = Path.Combine(Path.GetTempPath(), $"seqgen-{Guid.NewGuid():N}.safetensors");
        try
        {
            TinyNetwork a = new(1, new() { Tokens = 21, Units = 18 }), b = new(2, new() { Tokens = 21, Units = 18 });
            File.WriteAllText(path, "something else");
            a.Save(path);
            Assert.Equal(a.Bytes(), File.ReadAllBytes(path));
            Assert.Single(Directory.GetFiles(Path.GetTempPath(), Path.GetFileName(path) + "*"));
            b.Core.Load(path);
            Assert.Equal(a.Parameters.Values.ToArray(), b.Parameters.Values.ToArray());
            Assert.Equal(a.Core.Derived.Span.ToArray(), b.Core.Derived.Span.ToArray());
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void TheHeaderIsWhatOtherToolsExpect()
    {
        byte[] file = new TinyNetwork().Bytes();
        int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(file);
        Assert.Equal(0, (8 + length) % 8);
        Assert.StartsWith(
            """{"__metadata__":{"format":"pt","seqgen.fingerprint":"tiny 3 2 0","seqgen.network":"Tiny"},"rnn.weight_ih":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"rnn.weight_hh":""",
            Encoding.UTF8.GetString(file, 8, length),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("F64", 0)]
    [InlineData("F16", 1e-3)]
    [InlineData("BF16", 8e-3)]
    public void OtherFloatsAreConverted(string type, double tolerance)
    {
        TinyNetwork source = new(1), target = new(2);
        byte[] data = source.Parameters.SelectMany(p => p.ToArray()).SelectMany(v => type switch
        {
            "F64" => BitConverter.GetBytes((double)v),
            "F16" => BitConverter.GetBytes((Half)v),
            _ => BitConverter.GetBytes((ushort)(BitConverter.SingleToUInt32Bits(v) >> 16)),
        }).ToArray();
        int size = data.Length / 12;
        target.Load(Build($$$"""{"rnn.weight_ih":{"dtype":"{{{type}}}","shape":[2,3],"data_offsets":[0,{{{6 * size}}}]},"rnn.bias":{"dtype":"{{{type}}}","shape":[2],"data_offsets":[{{{10 * size}}},{{{12 * size}}}]},"rnn.weight_hh":{"dtype":"{{{type}}}","shape":[2,2],"data_offsets":[{{{6 * size}}},{{{10 * size}}}]}}""", data));
        TestData.Near(source.Parameters.Values, target.Parameters.Values, tolerance);
    }

    [Fact]
    public void OptionalParametersMayBeMissingAndThenStartAnew()
    {
        TinyNetwork with = new(1, new() { Normalization = true }), without = new(2);
        with.Parameters[InputNormalization.MeanName].CopyFrom([1, 2, 3]);
        with.Load(without.Bytes());
        Assert.Equal(without.Parameters["rnn.bias"].ToArray(), with.Parameters["rnn.bias"].ToArray());
        Assert.Equal(new float[3], with.Parameters[InputNormalization.MeanName].ToArray());
    }

    [Theory]
    [InlineData("""{"a":1}""", 48, "tensor 'a' should be a JSON StartObject; found Number")]
    [InlineData("""[]""", 48, "the header should be a JSON StartObject; found StartArray")]
    [InlineData("""{"W""", 48, "is not the JSON object")]
    [InlineData("""{W} x""", 48, "is not the JSON object")]
    [InlineData("""{W,"x":{"dtype":"F32","shape":[1],"data_offsets":[48,52]}}""", 52, "a tensor 'x', F32 [1], that Tiny does not have")]
    [InlineData("""{I,H,"x":{"dtype":"F32","shape":[2],"data_offsets":[40,48]}}""", 48, "Tiny needs a tensor 'rnn.bias', F32 [2]; the file has none of this name. It has rnn.weight_ih, rnn.weight_hh, x")]
    [InlineData("""{I,H,B,B}""", 48, "tensor 'rnn.bias' appears twice")]
    [InlineData("""{W}""", 52, "the tensors take 48 bytes, the file has 52")]
    [InlineData("""{W}""", 44, "should lie at bytes 40 to 48 of the data, which has 44")]
    [InlineData("""{I,H,"rnn.bias":{"dtype":"F32","shape":[2],"data_offsets":[36,44]}}""", 44, "begins at byte 36 of the data, 40 was expected")]
    [InlineData("""{I,H,"rnn.bias":{"dtype":"F32","shape":[2],"data_offsets":[48,40]}}""", 48, "should lie at bytes 48 to 40")]
    [InlineData("""{I,H,"rnn.bias":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}""", 48, "whole numbers from 0; found -8 as number 0")]
    [InlineData("""{I,H,"rnn.bias":{"dtype":"F32","shape":[3],"data_offsets":[40,52]}}""", 52, "tensor 'rnn.bias' should be F32 [2]; the file's is F32 [3]")]
    [InlineData("""{I,H,"rnn.bias":{"dtype":"F32","shape":[2,1],"data_offsets":[40,48]}}""", 48, "tensor 'rnn.bias' should be F32 [2]; the file's is F32 [2, 1]")]
    [InlineData("""{I,H,"rnn.bias":{"dtype":"I32","shape":[2],"data_offsets":[40,48]}}""", 48, "the file's is I32 [2]. F32, F16, BF16 and F64 can be read")]
    [InlineData("""{I,H,"rnn.bias":{"dtype":"Q9","shape":[2],"data_offsets":[40,48]}}""", 48, "the file's is Q9 [2]")]
    [InlineData("""{I,H,"rnn.bias":{"dtype":"F64","shape":[2],"data_offsets":[40,48]}}""", 48, "is F64 [2] and has 8 bytes, which do not agree")]
    [InlineData("""{I,H,"rnn.bias":{"dtype":"F32","shape":[4611686018427387905,4],"data_offsets":[40,48]}}""", 48, "which do not agree")]
    [InlineData("""{I,H,"rnn.bias":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[40,48]}}""", 48, "found 99999999999999999999")]
    [InlineData("""{I,H,"rnn.bias":{"dtype":"F32","shape":[2],"data_offsets":[40,9223372036854775807]}}""", 48, "should lie at bytes 40 to 9223372036854775807")]
    [InlineData("""{I,H,"rnn.bias":{"dtype":"F32","shape":[2.5],"data_offsets":[40,48]}}""", 48, "found 2.5")]
    [InlineData("""{I,H,"rnn.bias":{"dtype":"F32","shape":[2],"shape":[2],"data_offsets":[40,48]}}""", 48, "has its shape twice")]
    [InlineData("""{I,H,"rnn.bias":{"dtype":"F32","shape":[2]}}""", 48, "needs a dtype, a shape and two data_offsets")]
    [InlineData("""{I,H,"rnn.bias":{"dtype":"F32","shape":[2],"data_offsets":[40,48],"x":[[[[[[]]]]]]}}""", 48, "unknown property 'x'")]
    [InlineData("""{"\ud800":{}}""", 48, "is not the JSON object")]
    [InlineData("""{"__metadata__":{"seqgen.fingerprint":"gru 8","seqgen.network":"Other"},I,H,"rnn.bias":{"dtype":"F32","shape":[3],"data_offsets":[40,52]}}""", 52, "should be F32 [2]; the file's is F32 [3]. Another size of network wrote it. It was saved from Other, 'gru 8'; Tiny is 'tiny 3 2 0'")]
    [InlineData("""{"__metadata__":{"a":1},W}""", 48, "__metadata__ 'a' should be a JSON String; found Number")]
    public void WrongFilesAreNamedAndChangeNothing(string header, int bytes, string message)
    {
        const string Input = "\"rnn.weight_ih\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]}";
        const string Hidden = "\"rnn.weight_hh\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[24,40]}";
        const string Bias = "\"rnn.bias\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[40,48]}";
        header = header.Replace("{W", "{I,H,B", StringComparison.Ordinal).Replace(",W}", ",I,H,B}", StringComparison.Ordinal);
        header = header.Replace("{I,H", "{" + Input + "," + Hidden, StringComparison.Ordinal).Replace(",I,H", "," + Input + "," + Hidden, StringComparison.Ordinal)
            .Replace(",B", "," + Bias, StringComparison.Ordinal);
        TinyNetwork net = new();
        float[] before = net.Parameters.Values.ToArray();
        byte[] file = Build(header, new byte[bytes]);
        Assert.Contains(message, Assert.Throws<NetworkFileException>(() => net.Load(file)).Message, StringComparison.Ordinal);
        Assert.Equal(before, net.Parameters.Values.ToArray());
    }

    [Fact]
    public void TheTensorsDecideWhateverNetworkWroteThem()
    {
        TinyNetwork source = new(1), target = new(2);
        byte[] file = source.Bytes();
        string text = Encoding.UTF8.GetString(file, 8, file.Length - 8 - 48);
        byte[] other = Build(text.Replace("tiny 3 2 0", "gru 8 #00", StringComparison.Ordinal), file[^48..]);
        target.Load(other);
        Assert.Equal(source.Parameters.Values.ToArray(), target.Parameters.Values.ToArray());
    }

    [Fact]
    public void AFileOfTorchSaveIsNamed() => Assert.Contains(
        "the bytes given: this is a zip archive, as torch.save writes", Assert.Throws<NetworkFileException>(() => new TinyNetwork().Load("PK\u0003\u0004 and more"u8)).Message, StringComparison.Ordinal);

    [Fact]
    public void EveryTruncationIsRefused()
    {
        TinyNetwork net = new();
        byte[] file = new TinyNetwork(2).Bytes();
        float[] before = net.Parameters.Values.ToArray();
        for (int length = 0; length < file.Length; length++)
        {
            byte[] cut = file[..length];
            Assert.Throws<NetworkFileException>(() => net.Load(cut));
            Assert.Throws<NetworkFileException>(() => net.Load([.. cut, .. new byte[file.Length + 1 - length]]));
        }

        BinaryPrimitives.WriteUInt64LittleEndian(file, ulong.MaxValue);
        Assert.Throws<NetworkFileException>(() => net.Load(file));
        Assert.Equal(before, net.Parameters.Values.ToArray());
    }

    [Fact]
    public void MutatedFilesLoadWhollyOrNotAtAll()
    {
        TinyNetwork net = new();
        byte[] file = new TinyNetwork(2).Bytes();
        float[] before = net.Parameters.Values.ToArray();
        RandomSource random = new(11);
        int loaded = 0;
        for (int round = 0; round < 3000; round++)
        {
            byte[] mutant = (byte[])file.Clone();
            for (int k = random.NextInt32(4); k >= 0; k--)
            {
                // Mostly in the header, where it matters.
                int at = random.NextInt32(random.NextInt32(4) == 0 ? file.Length : file.Length - 48);
                mutant[at] = random.NextInt32(3) switch
                {
                    0 => (byte)random.NextInt32(256),
                    1 => (byte)"0123456789[]{}\",:- "[random.NextInt32(19)],
                    _ => (byte)(mutant[at] ^ (1 << random.NextInt32(8))),
                };
            }

            try
            {
                net.Load(mutant);
                loaded++;
                before = net.Parameters.Values.ToArray();
            }
            catch (NetworkFileException)
            {
                Assert.True(before.AsSpan().SequenceEqual(net.Parameters.Values));
            }
        }

        Assert.InRange(loaded, 1, 2999);
    }

    private static byte[] Build(string header, byte[] data)
    {
        byte[] json = Encoding.UTF8.GetBytes(header), length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)json.Length);
        return [.. length, .. json, .. data];
    }
}
