// Asks a trained network: what does a text mean, and where did it look? Knows decoding; refuses to know formats and how it was trained.
using SeqGen;

namespace DateTranslator;

/// <summary>Answers texts with a <see cref="Translator"/>, the likeliest character every time.</summary>
/// <param name="net">The network.</param>
public sealed class Interpreter(Translator net)
{
    private const int Batch = 64;
    private readonly SequenceDecoder _decoder = new(net, maxBatch: Batch);
    private readonly Workspace _workspace = net.CreateWorkspace(maxBatch: 1);

    /// <summary>What the network writes for every text, up to its end token.</summary>
    public string[] Answer(DatePairs pairs)
    {
        List<string> answers = new(pairs.Count);
        foreach (string[] texts in pairs.Texts.Chunk(Batch))
        {
            int[] tokens = Alphabets.EncodeAll(texts, out int[] lengths);
            int[] written = new int[texts.Length * Alphabets.TargetSteps], writtenLengths = new int[texts.Length];
            _decoder.Greedy(tokens, texts.Length, written, writtenLengths, lengths);
            for (int b = 0; b < texts.Length; b++)
            {
                answers.Add(Alphabets.Decode(written.AsSpan(b * Alphabets.TargetSteps, writtenLengths[b])));
            }
        }

        return [.. answers];
    }

    /// <summary>Where the network looks while it writes an answer.</summary>
    /// <param name="text">The text.</param>
    /// <param name="answer">What was answered: it is fed in again.</param>
    /// <returns>[characters written and the end, characters read], the rows' sums are 1.</returns>
    public float[,] Attention(string text, string answer)
    {
        _workspace.Fill(new DatePairs([(text, answer)]).ToData(), [0]);
        _workspace.Forward(ForwardMode.Inference);
        float[] weights = new float[_workspace.TargetSteps * _workspace.Steps];
        _workspace.OutputOf("attention.weights", weights);
        float[,] matrix = new float[_workspace.TargetSteps, text.Length];
        for (int i = 0; i < matrix.Length; i++)
        {
            matrix[i / text.Length, i % text.Length] = weights[(i / text.Length * _workspace.Steps) + (i % text.Length)];
        }

        return matrix;
    }
}
