// The adding problem as data. Knows the task; knows no network.
using SeqGen;

namespace Cells;

public static class AddingProblem
{
    public const int Steps = 30;

    /// <summary>What is lost by always answering 1, the mean.</summary>
    public const double Guess = 1.0 / 6;

    /// <summary>Sequences of numbers from 0 to 1, two of them marked, one in each half.</summary>
    /// <param name="count">How many.</param>
    /// <param name="features">2; 3 with the time of the step in units of the sequence; 6 with what GRU-D asks for.</param>
    /// <param name="seed">Another seed gives other sequences.</param>
    public static SequenceData Data(int count, int features, int seed)
    {
        (float[] inputs, float[] sums) = Draw(count, features, seed);
        return SequenceData.FromArrays(inputs, sums, Steps, features);
    }

    /// <summary>The same for two heads: the sum, and "above", whether it is more than 1.</summary>
    public static SequenceData DataWithAbove(int count, int seed)
    {
        (float[] inputs, float[] sums) = Draw(count, 2, seed);
        return SequenceData.FromArrays(inputs, sums, Steps, 2).WithClasses([.. sums.Select(s => s > 1 ? 1 : 0)], head: "above");
    }

    private static (float[] Inputs, float[] Sums) Draw(int count, int features, int seed)
    {
        var random = new Random(seed);
        float[] inputs = new float[count * Steps * features], targets = new float[count];
        for (int i = 0; i < count; i++)
        {
            int first = random.Next(Steps / 2), second = random.Next(Steps / 2, Steps);
            double sum = 0;
            for (int t = 0; t < Steps; t++)
            {
                double value = random.NextDouble();
                bool isMarked = t == first || t == second;
                sum += isMarked ? value : 0;
                Span<float> x = inputs.AsSpan(((i * Steps) + t) * features, features);
                (x[0], x[1]) = ((float)value, isMarked ? 1 : 0);
                if (features == 3)
                {
                    x[2] = t / (float)Steps;
                }
                else if (features == 6)
                {
                    x[2..4].Fill(1);
                    x[4..].Fill(t == 0 ? 0 : 1f / Steps);
                }
            }

            targets[i] = (float)sum;
        }

        return (inputs, targets);
    }
}
