// Sound in memory and in WAV files. Knows samples and rates; refuses to know what is said.
using System.Buffers.Binary;

namespace KeywordSpotter;

/// <summary>WAV files of one channel, and changing the rate.</summary>
public static class Sound
{
    /// <summary>Reads a WAV file of one channel with 8 or 16 bits a sample, also one that a program wrote to a pipe (whose header has no length).</summary>
    /// <returns>Samples from -1 to 1 and their rate.</returns>
    public static (float[] Samples, int Rate) ReadWave(ReadOnlySpan<byte> file)
    {
        if (file.Length < 44 || !file.StartsWith("RIFF"u8) || !file[8..].StartsWith("WAVEfmt "u8) || BinaryPrimitives.ReadInt16LittleEndian(file[22..]) != 1)
        {
            throw new InvalidDataException($"These {file.Length} bytes are not a WAV file of one channel. Convert it first, for instance: sox in.wav -c 1 out.wav");
        }

        int rate = BinaryPrimitives.ReadInt32LittleEndian(file[24..]), bits = BinaryPrimitives.ReadInt16LittleEndian(file[34..]);
        int data = file.IndexOf("data"u8) + 8;
        int count = (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(file[(data - 4)..]), (uint)(file.Length - data)) / (bits / 8);
        float[] samples = new float[count];
        for (int i = 0; i < count; i++)
        {
            samples[i] = bits switch
            {
                8 => (file[data + i] - 128) / 128f,
                16 => BinaryPrimitives.ReadInt16LittleEndian(file[(data + (2 * i))..]) / 32768f,
                _ => throw new InvalidDataException($"The WAV file has {bits} bits a sample; 8 and 16 can be read. Convert it first, for instance: sox in.wav -b 16 out.wav"),
            };
        }

        return (samples, rate);
    }

    /// <summary>Writes a WAV file of 8 bits a sample.</summary>
    public static void WriteWave(string path, ReadOnlySpan<float> samples, int rate)
    {
        byte[] file = new byte[44 + samples.Length];
        using var writer = new BinaryWriter(new MemoryStream(file));
        writer.Write("RIFF"u8);
        writer.Write(36 + samples.Length);
        writer.Write("WAVEfmt "u8);
        writer.Write(16);
        writer.Write((short)1);
        writer.Write((short)1);
        writer.Write(rate);
        writer.Write(rate);
        writer.Write((short)1);
        writer.Write((short)8);
        writer.Write("data"u8);
        writer.Write(samples.Length);
        foreach (float sample in samples)
        {
            writer.Write((byte)Math.Clamp(MathF.Round(sample * 127) + 128, 0, 255));
        }

        File.WriteAllBytes(path, file);
    }

    /// <summary>The same sound at another, lower rate: a windowed sinc that leaves out what the lower rate cannot carry.</summary>
    public static float[] Resample(ReadOnlySpan<float> samples, int from, int to)
    {
        const int Reach = 16;
        double ratio = (double)from / to;
        float[] result = new float[(int)(samples.Length / ratio)];
        for (int i = 0; i < result.Length; i++)
        {
            double at = i * ratio, sum = 0;
            for (int j = Math.Max(0, (int)at - Reach); j < Math.Min(samples.Length, (int)at + Reach); j++)
            {
                double x = (at - j) / ratio, window = Math.Cos(Math.PI / 2 * Math.Min(1, Math.Abs(at - j) / (Reach + 1)));
                sum += samples[j] * window * window * (x == 0 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x)) / ratio;
            }

            result[i] = (float)sum;
        }

        return result;
    }
}
