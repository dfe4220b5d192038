// The data: spoken digits as features, and the sequences to learn from. Knows the file, pauses and gains; refuses to know networks.
using System.IO.Compression;
using SeqGen;

namespace KeywordSpotter;

/// <summary>One word of one voice.</summary>
/// <param name="Digit">What is said.</param>
/// <param name="Voice">Who says it: an index into <see cref="Voices"/>.</param>
/// <param name="Features">[frames, <see cref="LogMel.Bands"/>], decibels above -60.</param>
public sealed record Utterance(int Digit, int Voice, byte[] Features)
{
    /// <summary>Frames of 10 ms.</summary>
    public int Frames => Features.Length / LogMel.Bands;

    /// <summary>A loudness in decibels above -60, as a byte.</summary>
    public static byte Quantize(float decibels) => (byte)Math.Clamp(MathF.Round(decibels) + 60, 0, 255);

    /// <summary>The loudness that a byte stands for.</summary>
    public static float Decibels(byte quantized) => quantized - 60f;
}

/// <summary>The shipped utterances.</summary>
public sealed class SpokenDigits
{
    private const int Format = 0x31474453;

    private SpokenDigits(List<Utterance> training, List<Utterance> unseen)
    {
        Training = training;
        Unseen = unseen;
    }

    /// <summary>Utterances to learn from.</summary>
    public IReadOnlyList<Utterance> Training { get; }

    /// <summary>Utterances of other voices.</summary>
    public IReadOnlyList<Utterance> Unseen { get; }

    /// <summary>Reads the embedded file.</summary>
    public static SpokenDigits Read()
    {
        using Stream file = typeof(SpokenDigits).Assembly.GetManifestResourceStream("spoken_digits.gz")
            ?? throw new InvalidOperationException("The program was built without data/spoken_digits.gz. Make it with samples/KeywordSpotter/data/make.sh, then build again.");
        using var reader = new BinaryReader(new GZipStream(file, CompressionMode.Decompress));
        return reader.ReadInt32() == Format
            ? new SpokenDigits(ReadList(reader), ReadList(reader))
            : throw new InvalidDataException("data/spoken_digits.gz is of another version. Make it anew with samples/KeywordSpotter/data/make.sh.");
    }

    /// <summary>Writes the file.</summary>
    public static void Write(string path, IReadOnlyList<Utterance> training, IReadOnlyList<Utterance> unseen)
    {
        using var writer = new BinaryWriter(new GZipStream(File.Create(path), CompressionLevel.SmallestSize));
        writer.Write(Format);
        foreach (IReadOnlyList<Utterance> list in (IReadOnlyList<Utterance>[])[training, unseen])
        {
            writer.Write(list.Count);
            foreach (Utterance utterance in list)
            {
                writer.Write((byte)utterance.Digit);
                writer.Write((byte)utterance.Voice);
                writer.Write((short)utterance.Frames);
                writer.Write(utterance.Features);
            }
        }
    }

    /// <summary>Sequences to learn from or to test on: what was said before (another word, mostly), a pause, the word, and a little of what comes
    /// after. So the network learns to forget what came before, as it must in a stream that never ends.</summary>
    /// <param name="utterances">The words.</param>
    /// <param name="copies">Sequences a word, each with another past, pause and gain.</param>
    /// <param name="steps">Frames of a sequence at most; the past is what fits.</param>
    /// <param name="seed">The same seed gives the same sequences.</param>
    public static SequenceData Sequences(IReadOnlyList<Utterance> utterances, int copies, int steps, int seed)
    {
        var random = new Random(seed);
        List<byte> frames = [];
        float[] inputs = new float[utterances.Count * copies * steps * LogMel.Bands];
        int[] classes = new int[utterances.Count * copies], lengths = new int[classes.Length];
        for (int i = 0; i < classes.Length; i++)
        {
            Utterance word = utterances[i % utterances.Count], before = utterances[random.Next(utterances.Count)];
            frames.Clear();
            if (random.Next(4) > 0)
            {
                frames.AddRange(before.Features);
            }

            Pause(frames, word, random.Next(5, 40), random);
            frames.AddRange(word.Features);
            Pause(frames, word, random.Next(0, 12), random);
            int length = Math.Min(frames.Count / LogMel.Bands, steps), skip = frames.Count - (length * LogMel.Bands);
            float gain = (random.NextSingle() * 16) - 8;
            for (int j = 0; j < length * LogMel.Bands; j++)
            {
                inputs[(i * steps * LogMel.Bands) + j] = Math.Max(-60, Utterance.Decibels(frames[skip + j]) + gain);
            }

            (classes[i], lengths[i]) = (word.Digit, length);
        }

        return SequenceData.FromClasses(inputs, classes, steps, LogMel.Bands, lengths: lengths);
    }

    /// <summary>Noise of the room a word was spoken in: frames of the tenth of a second before it, in any order.</summary>
    private static void Pause(List<byte> frames, Utterance word, int count, Random random)
    {
        for (int i = 0; i < count; i++)
        {
            int frame = random.Next(9);
            frames.AddRange(word.Features.AsSpan(frame * LogMel.Bands, LogMel.Bands));
        }
    }

    private static List<Utterance> ReadList(BinaryReader reader)
    {
        int count = reader.ReadInt32();
        List<Utterance> list = new(count);
        for (int i = 0; i < count; i++)
        {
            int digit = reader.ReadByte(), voice = reader.ReadByte(), frames = reader.ReadInt16();
            list.Add(new Utterance(digit, voice, reader.ReadBytes(frames * LogMel.Bands)));
        }

        return list;
    }
}
