// Initial values of parameters: the laws of InitializationKind.
// Knows plans and random numbers; refuses to know layers (the generator chose law and fans).
using System;
using System.Numerics;
using SeqGen.Kernels.V1;

namespace SeqGen;

internal static class ParameterInitializer
{
    /// <summary>Writes the initial values of one parameter into the master, drawing in the file's order.</summary>
    public static void Fill(ParameterPlan p, int index, ulong seed, Span<float> master)
    {
        InitializationPlan law = p.Initialization;
        RandomSource random = RandomSequences.Create(seed, (ulong)index);
        float[] values = new float[p.Count];
        switch (law.Kind)
        {
            case InitializationKind.Zeros: break;
            case InitializationKind.Ones: Array.Fill(values, 1f); break;
            case InitializationKind.Constant: Array.Fill(values, law.Value); break;
            case InitializationKind.First: values[0] = law.Value; break;
            case InitializationKind.Uniform: Uniform(values, law.Value, ref random); break;
            case InitializationKind.UniformAround:
                Uniform(values, law.Value, ref random);
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] += law.OverrideValue;
                }

                break;
            case InitializationKind.Normal: Normal(values, law.Value, ref random); break;
            case InitializationKind.GlorotUniform: Uniform(values, Math.Sqrt(6.0 / (FanIn(p) + FanOut(p))), ref random); break;
            case InitializationKind.GlorotNormal: Normal(values, Math.Sqrt(2.0 / (FanIn(p) + FanOut(p))), ref random); break;
            case InitializationKind.HeUniform: Uniform(values, Math.Sqrt(6.0 / FanIn(p)), ref random); break;
            case InitializationKind.HeNormal: Normal(values, Math.Sqrt(2.0 / FanIn(p)), ref random); break;
            case InitializationKind.PyTorchUniform: Uniform(values, 1.0 / Math.Sqrt(FanIn(p)), ref random); break;
            case InitializationKind.Orthogonal:
                int gate = p.Units * p.Columns;
                for (int g = 0; g < p.Gates; g++)
                {
                    Orthogonal(values.AsSpan(g * gate, gate), p.Transposed ? p.Columns : p.Units, p.Transposed ? p.Units : p.Columns, ref random);
                }

                break;
            default:
                throw new InvalidOperationException($"Parameter '{p.Name}' has the unknown initialization {law.Kind}. Use one version of SeqGen and rebuild.");
        }

        if (law.OverrideGate >= 0)
        {
            values.AsSpan(law.OverrideGate * p.Units * p.Columns, p.Units * p.Columns).Fill(law.OverrideValue);
        }

        PackedLayout.Pack(p, values, master);
    }

    private static void Uniform(Span<float> values, double bound, ref RandomSource random)
    {
        foreach (ref float value in values)
        {
            value = (float)(((2 * random.NextDouble()) - 1) * bound);
        }
    }

    private static void Normal(Span<float> values, double deviation, ref RandomSource random)
    {
        foreach (ref float value in values)
        {
            value = (float)(random.NextNormal() * deviation);
        }
    }

    /// <summary>Orthonormal rows (or columns, if there are fewer of them): modified Gram-Schmidt in double on a Gaussian matrix,
    /// whose result is distributed uniformly over the orthogonal matrices.</summary>
    private static void Orthogonal(Span<float> values, int rows, int columns, ref RandomSource random)
    {
        int count = Math.Min(rows, columns), length = Math.Max(rows, columns);
        double[][] vectors = new double[count][];
        for (int i = 0; i < count; i++)
        {
            double[] v = vectors[i] = new double[length];
            double norm;
            do
            {
                for (int k = 0; k < length; k++)
                {
                    v[k] = random.NextNormal();
                }

                for (int j = 0; j < i; j++)
                {
                    AddScaled(v, -Dot(v, vectors[j]), vectors[j]);
                }

                norm = Math.Sqrt(Dot(v, v));
            }
            while (norm < 1e-6);

            for (int k = 0; k < length; k++)
            {
                v[k] /= norm;
            }
        }

        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                values[(i * columns) + j] = (float)(rows <= columns ? vectors[i][j] : vectors[j][i]);
            }
        }
    }

    // A fixed order of summation whatever the width of vectors, so that a seed gives the same bits on every machine.
    private static double Dot(double[] a, double[] b)
    {
        double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        int k = 0;
        for (; k <= a.Length - 4; k += 4)
        {
            s0 += a[k] * b[k];
            s1 += a[k + 1] * b[k + 1];
            s2 += a[k + 2] * b[k + 2];
            s3 += a[k + 3] * b[k + 3];
        }

        for (; k < a.Length; k++)
        {
            s0 += a[k] * b[k];
        }

        return (s0 + s1) + (s2 + s3);
    }

    private static void AddScaled(double[] a, double factor, double[] b)
    {
        int k = 0;
        Vector<double> f = new(factor);
        for (; k <= a.Length - Vector<double>.Count; k += Vector<double>.Count)
        {
            (new Vector<double>(a, k) + (f * new Vector<double>(b, k))).CopyTo(a, k);
        }

        for (; k < a.Length; k++)
        {
            a[k] += factor * b[k];
        }
    }

    private static int FanIn(ParameterPlan p) => Positive(p, p.Initialization.FanIn, nameof(InitializationPlan.FanIn));

    private static int FanOut(ParameterPlan p) => Positive(p, p.Initialization.FanOut, nameof(InitializationPlan.FanOut));

    private static int Positive(ParameterPlan p, int fan, string name) => fan > 0
        ? fan
        : throw new InvalidOperationException($"Parameter '{p.Name}' has {p.Initialization.Kind} and {name} {fan}; it must be positive. Please report it.");
}
