// Listens to sound that never ends. Knows when a word ends; refuses to know what words there are.
namespace KeywordSpotter;

/// <summary>A word that was heard.</summary>
/// <param name="Start">When it began, in seconds.</param>
/// <param name="End">When it ended.</param>
/// <param name="Digit">What it was.</param>
/// <param name="Probability">How sure the network is.</param>
public readonly record struct Heard(double Start, double End, int Digit, double Probability);

/// <summary>Takes sound in hop by hop: features, then one step of the network; when a word is over, the network's output of that moment
/// says which it was. Allocates nothing after construction.</summary>
/// <param name="network">The network.</param>
public sealed class Listener(Spotter network)
{
    // A word is louder than the room by 9 dB for a tenth of a second at least, and over when it was quieter for 120 ms.
    private const float Louder = 9;
    private const int Shortest = 10, Silence = 12;

    private readonly LogMel _features = new();
    private readonly Spotter.StepStream _stream = network.CreateStream();
    private readonly float[] _window = new float[LogMel.Window];
    private readonly float[] _frame = new float[LogMel.Bands];
    private readonly float[] _scores = new float[Spotter.OutputSize];
    private float _room = float.NaN;
    private int _frames;
    private int _loud;
    private int _quiet;
    private int _start;

    /// <summary>Takes in 10 ms of sound.</summary>
    /// <param name="sound"><see cref="LogMel.Hop"/> samples.</param>
    /// <param name="heard">The word that ended just now.</param>
    /// <returns>Whether a word ended.</returns>
    public bool Hear(ReadOnlySpan<float> sound, out Heard heard)
    {
        _window.AsSpan(LogMel.Hop).CopyTo(_window);
        sound.CopyTo(_window.AsSpan(LogMel.Window - LogMel.Hop));
        _features.Frame(_window, _frame);
        _stream.Step(_frame, _scores);
        _frames++;
        heard = default;
        if (!Ended(Loudness()))
        {
            return false;
        }

        int best = 0;
        double sum = 0;
        for (int i = 0; i < _scores.Length; i++)
        {
            best = _scores[i] > _scores[best] ? i : best;
        }

        foreach (float score in _scores)
        {
            sum += Math.Exp(score - _scores[best]);
        }

        heard = new Heard(_start * 0.01, (_frames - Silence) * 0.01, best, 1 / sum);
        return true;
    }

    private float Loudness()
    {
        float largest = float.NegativeInfinity;
        foreach (float band in _frame)
        {
            largest = MathF.Max(largest, band);
        }

        return largest;
    }

    /// <summary>Follows how loud the room is: down at once, up slowly.</summary>
    private bool Ended(float loudness)
    {
        if (_frames < 4)
        {
            return false;
        }

        _room = float.IsNaN(_room) ? loudness : loudness < _room ? (0.9f * _room) + (0.1f * loudness) : _room + 0.01f;
        if (loudness > _room + Louder)
        {
            _start = _loud == 0 ? _frames : _start;
            _loud++;
            _quiet = 0;
            return false;
        }

        if (_loud == 0 || ++_quiet < Silence)
        {
            return false;
        }

        bool word = _loud >= Shortest;
        (_loud, _quiet) = (0, 0);
        return word;
    }
}
