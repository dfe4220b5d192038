// The data: random bits to copy. Knows the layout of a sequence; refuses to know how it is learnt.
using SeqGen;

namespace CopyMachine;

/// <summary>The copy task of Graves et al. 2014: some vectors of eight random bits, a step with the end mark, then as many steps without any input
/// in which the vectors are to be given in their order. Only those last steps count in the loss.</summary>
public static class CopyTask
{
    /// <summary>Bits of a vector.</summary>
    public const int Bits = 8;

    /// <summary>Steps of a sequence that copies some vectors.</summary>
    public static int Steps(int vectors) => (2 * vectors) + 1;

    /// <summary>Sets a workspace up with random sequences, all of one length: input, target and mask.</summary>
    /// <param name="workspace">The workspace of a <see cref="Copier"/>.</param>
    /// <param name="batch">Sequences.</param>
    /// <param name="vectors">Vectors of each.</param>
    /// <param name="random">Where the bits come from.</param>
    public static void Fill(Workspace workspace, int batch, int vectors, Random random)
    {
        int steps = Steps(vectors), features = Bits + 1;
        workspace.Resize(batch, steps);
        Span<float> input = workspace.Input, target = workspace.Target;
        float[] mask = new float[batch * steps];
        input.Clear();
        target.Clear();
        for (int b = 0; b < batch; b++)
        {
            for (int vector = 0; vector < vectors; vector++)
            {
                for (int bit = 0; bit < Bits; bit++)
                {
                    float value = random.Next(2);
                    input[(((b * steps) + vector) * features) + bit] = value;
                    target[(((b * steps) + vectors + 1 + vector) * Bits) + bit] = value;
                }

                mask[(b * steps) + vectors + 1 + vector] = 1;
            }

            input[(((b * steps) + vectors) * features) + Bits] = 1;
        }

        workspace.SetMask(mask);
    }

    /// <summary>The share of wrong bits after a pass, over the steps that count.</summary>
    public static double WrongBits(Workspace workspace)
    {
        int steps = workspace.Steps, vectors = (steps - 1) / 2, wrong = 0;
        ReadOnlySpan<float> output = workspace.Output, target = workspace.Target;
        for (int b = 0; b < workspace.Batch; b++)
        {
            for (int i = ((b * steps) + vectors + 1) * Bits; i < (b + 1) * steps * Bits; i++)
            {
                wrong += output[i] > 0 == target[i] > 0.5f ? 0 : 1;
            }
        }

        return wrong / (double)(workspace.Batch * vectors * Bits);
    }
}
