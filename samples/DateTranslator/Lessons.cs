// Batches of dates in a workspace: learning from answers, and answering without them. Knows both orders of time; refuses to know formats.
using SeqGen;

namespace DateTranslator;

/// <summary>Teaches and asks a <see cref="Translator"/>.</summary>
/// <param name="net">The network.</param>
/// <param name="workspace">A workspace of it.</param>
public sealed class Lessons(Translator net, Workspace workspace)
{
    private readonly int[] _lengths = new int[workspace.MaxBatch];

    /// <summary>One update: the answer's characters are fed in one step late (teacher forcing).</summary>
    /// <returns>The loss.</returns>
    public double Learn(DatePairs pairs, ReadOnlySpan<int> samples, Optimizer optimizer, GradientClipping clipping)
    {
        Read(pairs, samples);
        for (int b = 0; b < samples.Length; b++)
        {
            Alphabets.EncodeAnswer(pairs.Answers[samples[b]], workspace.TargetClasses.Slice(b * Alphabets.TargetSteps, Alphabets.TargetSteps));
        }

        workspace.ShiftTargets();
        workspace.ZeroGradients();
        double loss = workspace.ForwardBackward();
        clipping.Apply(net.Parameters, workspace.Gradients);
        optimizer.Step(net.Parameters, workspace.Gradients);
        return loss;
    }

    /// <summary>Answers: what was written last is fed in next, the likeliest character every time.</summary>
    public string[] Answer(DatePairs pairs, ReadOnlySpan<int> samples)
    {
        Read(pairs, samples);
        Span<int> written = workspace.TokensOf("decoder_input");
        written.Clear();
        int[] answer = new int[written.Length];
        for (int step = 0; step < Alphabets.TargetSteps; step++)
        {
            workspace.Forward(ForwardMode.Inference);
            ReadOnlySpan<float> scores = workspace.Output;
            for (int b = 0; b < samples.Length; b++)
            {
                int row = (b * Alphabets.TargetSteps) + step;
                answer[row] = Largest(scores.Slice(row * Translator.OutputSize, Translator.OutputSize));
                if (step + 1 < Alphabets.TargetSteps)
                {
                    written[row + 1] = answer[row];
                }
            }
        }

        string[] texts = new string[samples.Length];
        for (int b = 0; b < texts.Length; b++)
        {
            texts[b] = Alphabets.Decode(answer.AsSpan(b * Alphabets.TargetSteps, Alphabets.TargetSteps));
        }

        return texts;
    }

    /// <summary>Where the network looked while it gave the last answers, of the first text.</summary>
    /// <returns>[characters written, characters read].</returns>
    public float[,] Attention(int length)
    {
        float[] weights = new float[workspace.Batch * Alphabets.TargetSteps * workspace.Steps];
        workspace.OutputOf("attention.weights", weights);
        float[,] matrix = new float[Alphabets.TargetSteps, length];
        for (int i = 0; i < matrix.Length; i++)
        {
            matrix[i / length, i % length] = weights[(i / length * workspace.Steps) + (i % length)];
        }

        return matrix;
    }

    private void Read(DatePairs pairs, ReadOnlySpan<int> samples)
    {
        workspace.Resize(samples.Length, DateWriter.Longest, Alphabets.TargetSteps);
        Span<int> tokens = workspace.Tokens;
        tokens.Clear();
        for (int b = 0; b < samples.Length; b++)
        {
            string text = pairs.Texts[samples[b]];
            Alphabets.Encode(text, tokens.Slice(b * DateWriter.Longest, DateWriter.Longest));
            _lengths[b] = text.Length;
        }

        workspace.SetLengths(_lengths.AsSpan(0, samples.Length));
    }

    private static int Largest(ReadOnlySpan<float> scores)
    {
        int best = 0;
        for (int i = 1; i < scores.Length; i++)
        {
            best = scores[i] > scores[best] ? i : best;
        }

        return best;
    }
}
