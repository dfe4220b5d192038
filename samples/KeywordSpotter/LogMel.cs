// What the network hears: sound as loudness in bands of frequency. Knows windows, the Fourier transform and the mel scale;
// refuses to know words and networks.
namespace KeywordSpotter;

/// <summary>Log-mel features: every 10 ms, the loudness in decibels of the last 25 ms in 20 bands that are as far apart as the ear hears
/// them (Davis and Mermelstein 1980, without the cosine transform). Allocates nothing after construction.</summary>
public sealed class LogMel
{
    /// <summary>Samples a second.</summary>
    public const int Rate = 16_000;

    /// <summary>Samples of a window: 25 ms.</summary>
    public const int Window = 400;

    /// <summary>Samples from one window to the next: 10 ms.</summary>
    public const int Hop = 160;

    /// <summary>Bands of a frame.</summary>
    public const int Bands = 20;

    private const int Size = 512;
    private const double Lowest = 80, Highest = 7000;
    private readonly float[] _hann = new float[Window];
    private readonly float[] _real = new float[Size];
    private readonly float[] _imaginary = new float[Size];
    private readonly float[] _cosine = new float[Size / 2];
    private readonly float[] _sine = new float[Size / 2];
    private readonly int[] _reversed = new int[Size];
    private readonly float[] _power = new float[Size / 2];
    private readonly int[] _first = new int[Bands];
    private readonly float[][] _weights = new float[Bands][];

    /// <summary>Works out the tables.</summary>
    public LogMel()
    {
        for (int i = 0; i < Window; i++)
        {
            _hann[i] = (float)(0.5 - (0.5 * Math.Cos(2 * Math.PI * (i + 0.5) / Window)));
        }

        for (int i = 0; i < Size / 2; i++)
        {
            (double sine, double cosine) = Math.SinCos(-2 * Math.PI * i / Size);
            (_sine[i], _cosine[i]) = ((float)sine, (float)cosine);
            _reversed[2 * i] = _reversed[i] / 2;
            _reversed[(2 * i) + 1] = (_reversed[i] / 2) + (Size / 2);
        }

        double step = (Mel(Highest) - Mel(Lowest)) / (Bands + 1);
        for (int band = 0; band < Bands; band++)
        {
            FillTriangle(band, Mel(Lowest) + (step * band), step);
        }
    }

    /// <summary>The frames of a piece of sound that fit in it wholly.</summary>
    /// <returns>[frames, <see cref="Bands"/>], decibels.</returns>
    public float[] Frames(ReadOnlySpan<float> sound)
    {
        int frames = sound.Length < Window ? 0 : ((sound.Length - Window) / Hop) + 1;
        float[] result = new float[frames * Bands];
        for (int i = 0; i < frames; i++)
        {
            Frame(sound.Slice(i * Hop, Window), result.AsSpan(i * Bands, Bands));
        }

        return result;
    }

    /// <summary>One frame.</summary>
    /// <param name="sound"><see cref="Window"/> samples, -1 to 1.</param>
    /// <param name="bands">Receives <see cref="Bands"/> loudnesses: decibels, -100 for silence, a loud voice about 20.</param>
    public void Frame(ReadOnlySpan<float> sound, Span<float> bands)
    {
        Array.Clear(_imaginary);
        for (int i = 0; i < Size; i++)
        {
            _real[_reversed[i]] = i < Window ? sound[i] * _hann[i] : 0;
        }

        Transform();
        for (int i = 0; i < _power.Length; i++)
        {
            _power[i] = (_real[i] * _real[i]) + (_imaginary[i] * _imaginary[i]);
        }

        for (int band = 0; band < Bands; band++)
        {
            float sum = 1e-10f;
            for (int i = 0; i < _weights[band].Length; i++)
            {
                sum += _weights[band][i] * _power[_first[band] + i];
            }

            bands[band] = 10 * MathF.Log10(sum);
        }
    }

    private static double Mel(double hertz) => 2595 * Math.Log10(1 + (hertz / 700));

    /// <summary>The fast Fourier transform in place (Cooley and Tukey 1965), of numbers in bit-reversed order.</summary>
    private void Transform()
    {
        for (int half = 1; half < Size; half *= 2)
        {
            int stride = Size / (2 * half);
            for (int start = 0; start < Size; start += 2 * half)
            {
                for (int i = start; i < start + half; i++)
                {
                    int root = (i - start) * stride, j = i + half;
                    float real = (_real[j] * _cosine[root]) - (_imaginary[j] * _sine[root]);
                    float imaginary = (_real[j] * _sine[root]) + (_imaginary[j] * _cosine[root]);
                    (_real[j], _imaginary[j]) = (_real[i] - real, _imaginary[i] - imaginary);
                    _real[i] += real;
                    _imaginary[i] += imaginary;
                }
            }
        }
    }

    /// <summary>A band rises from one neighbour's middle to its own and falls to the other's.</summary>
    private void FillTriangle(int band, double left, double step)
    {
        double[] weights = [.. Enumerable.Range(0, Size / 2).Select(i => Math.Max(0, 1 - Math.Abs(((Mel((double)i * Rate / Size) - left) / step) - 1)))];
        _first[band] = Array.FindIndex(weights, w => w > 0);
        int last = Array.FindLastIndex(weights, w => w > 0);
        _weights[band] = [.. weights[_first[band]..(last + 1)].Select(w => (float)w)];
    }
}
