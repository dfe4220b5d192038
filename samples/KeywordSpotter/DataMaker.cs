// Makes the shipped data: lets espeak-ng speak, adds noise, keeps features. Knows recording conditions; refuses to know networks.
using System.Diagnostics;

namespace KeywordSpotter;

/// <summary>Makes <c>spoken_digits.gz</c> and <c>unseen_voices.wav</c>. Needs espeak-ng (Debian: <c>apt-get install espeak-ng</c>).</summary>
public sealed class DataMaker
{
    private const int TrainingTakes = 4, UnseenTakes = 3, Pad = LogMel.Rate / 8;
    private readonly Random _random = new(2024);
    private readonly LogMel _features = new();

    /// <summary>Words of <c>unseen_voices.wav</c>.</summary>
    public const int ConversationLength = 30;

    /// <summary>The digit that is said there as word <paramref name="i"/>.</summary>
    public static int Said(int i) => i * 7 % 10;

    /// <summary>Makes both files.</summary>
    /// <param name="folder">Where to.</param>
    public static void Make(string folder)
    {
        var maker = new DataMaker();
        Directory.CreateDirectory(folder);
        List<Utterance> training = maker.Record(Voices.Training, TrainingTakes, "training"), unseen = maker.Record(Voices.Unseen, UnseenTakes, "unseen voices");
        string path = Path.Combine(folder, "spoken_digits.gz");
        SpokenDigits.Write(path, training, unseen);
        Console.WriteLine($"wrote {path}: {training.Count} utterances to learn from, {unseen.Count} to test, {new FileInfo(path).Length:N0} bytes");
        path = Path.Combine(folder, "unseen_voices.wav");
        Sound.WriteWave(path, maker.Conversation(), LogMel.Rate);
        Console.WriteLine($"wrote {path}: {new FileInfo(path).Length:N0} bytes");
    }

    private List<Utterance> Record(string[] voices, int takes, string what)
    {
        List<Utterance> result = [];
        for (int voice = 0; voice < voices.Length; voice++)
        {
            Console.WriteLine($"{what} {voice + 1}/{voices.Length}: {voices[voice]}");
            for (int take = 0; take < takes; take++)
            {
                for (int digit = 0; digit < Voices.Words.Length; digit++)
                {
                    float[] spoken = Speak(Voices.Words[digit], voices[voice]);
                    float[] sound = new float[spoken.Length + Pad + (Pad / 4)];
                    spoken.CopyTo(sound, Pad);
                    AddNoise(sound, level: Decibels(-62, -36));
                    result.Add(new Utterance(digit, voice, Quantize(_features.Frames(sound))));
                }
            }
        }

        return result;
    }

    /// <summary>Every unseen voice says a digit or two, one after the other, in one noisy room.</summary>
    private float[] Conversation()
    {
        List<float> sound = [];
        for (int i = 0; i < ConversationLength; i++)
        {
            sound.AddRange(new float[_random.Next(LogMel.Rate / 3, LogMel.Rate / 2)]);
            sound.AddRange(Speak(Voices.Words[Said(i)], Voices.Unseen[i % Voices.Unseen.Length]));
        }

        sound.AddRange(new float[LogMel.Rate / 2]);
        float[] result = [.. sound];
        AddNoise(result, level: Decibels(-48, -48));
        return result;
    }

    /// <summary>A word at a random accent, speed, pitch and loudness, cut where it begins and ends.</summary>
    private float[] Speak(string word, string voice)
    {
        string accent = Voices.Accents[_random.Next(Voices.Accents.Length)];
        var start = new ProcessStartInfo("espeak-ng") { RedirectStandardOutput = true };
        foreach (string argument in (string[])["-v", $"{accent}+{voice}", "-s", $"{_random.Next(115, 215)}", "-p", $"{_random.Next(25, 75)}", "--stdout", word])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        using var bytes = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(bytes);
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"espeak-ng failed for voice {accent}+{voice}. The voices are those of version 1.51 (Debian 12).");
        }

        (float[] samples, int rate) = Sound.ReadWave(bytes.ToArray());
        float[] sound = Sound.Resample(samples, rate, LogMel.Rate);
        float loudest = sound.Max(Math.Abs);
        int first = Array.FindIndex(sound, s => Math.Abs(s) > 0.01f * loudest), last = Array.FindLastIndex(sound, s => Math.Abs(s) > 0.01f * loudest);
        float gain = Decibels(-16, 0) / loudest;
        return [.. sound[first..(last + 1)].Select(s => s * gain)];
    }

    private float Decibels(double from, double to) => (float)Math.Pow(10, (from + (_random.NextDouble() * (to - from))) / 20);

    /// <summary>Noise between white and brown, as rooms have it.</summary>
    private void AddNoise(Span<float> sound, float level)
    {
        double keep = _random.NextDouble() * 0.9, state = 0, scale = level * Math.Sqrt(1 - (keep * keep));
        foreach (ref float sample in sound)
        {
            double normal = Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
            state = (keep * state) + (scale * normal);
            sample += (float)state;
        }
    }

    private static byte[] Quantize(float[] decibels) => [.. decibels.Select(Utterance.Quantize)];
}
