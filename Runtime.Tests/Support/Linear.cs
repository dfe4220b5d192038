// What a PairProgram computes, in double, one sequence at a time; and difference quotients.
using System;
using System.Linq;

namespace SeqGen.Tests.Support;

internal static class Linear
{
    /// <summary>The encoder's states e_1 ... e_n of one sequence.</summary>
    public static double[][] Encode(TinyNetwork net, ReadOnlySpan<float> x, float[]? start = null, float mask = 1)
    {
        float[] w = net.Parameters["w"].ToArray();
        double[] e = (start ?? net.Parameters["encoder.h0"].ToArray()).Select(v => (double)v).ToArray();
        double[][] states = new double[x.Length][];
        for (int t = 0; t < x.Length; t++)
        {
            double input = (double)x[t] * mask;
            states[t] = e = e.Select((v, u) => (v * w[u]) + input).ToArray();
        }

        return states;
    }

    /// <summary>The decoder's outputs, fed with tokens.</summary>
    public static double[][] Decode(TinyNetwork net, double[] start, ReadOnlySpan<int> tokens)
    {
        float[] w = net.Parameters["w"].ToArray(), table = net.Parameters["table"].ToArray();
        double[][] outputs = new double[tokens.Length][];
        double[] d = start;
        for (int t = 0; t < tokens.Length; t++)
        {
            int token = tokens[t];
            outputs[t] = d = d.Select((v, u) => (v * w[u]) + table[(token * PairProgram.Units) + u]).ToArray();
        }

        return outputs;
    }

    public static float[] Differences(float[] values, Action<float[]> set, Func<double> loss, float step = 1e-2f)
    {
        float[] slopes = new float[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            float old = values[i];
            values[i] = old + step;
            set(values);
            double up = loss();
            values[i] = old - step;
            set(values);
            slopes[i] = (float)((up - loss()) / (2 * step));
            values[i] = old;
            set(values);
        }

        return slopes;
    }
}
