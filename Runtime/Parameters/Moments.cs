// A mean and a scale for each of some numbers, kept as two parameters of a network. Knows where they lie; refuses to know whether they are of inputs or of targets.
using System;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>The parameters NAME.mean and NAME.std.</summary>
internal sealed class Moments
{
    private readonly NetworkCore _core;
    private readonly ParameterPlan _mean;
    private readonly ParameterPlan _scale;

    public Moments(NetworkCore core, string name)
    {
        _core = core;
        (_mean, _scale) = (Of(MeanOf(name)), Of(ScaleOf(name)));

        ParameterPlan Of(string parameter) => Array.Find(core.Plan.Parameters, p => p.Name == parameter)!;
    }

    public static string MeanOf(string name) => name + ".mean";

    public static string ScaleOf(string name) => name + ".std";

    /// <summary>Those of something that may be normalized; null where it is not.</summary>
    public static Moments? Of(NetworkCore core, string? name) => name is null ? null : new Moments(core, name);

    /// <summary>Whether they are other than 0 and 1, as they were before anybody set them.</summary>
    public static bool AreSet(ParameterSet parameters, string name) =>
        parameters[MeanOf(name)].ToArray().AsSpan().ContainsAnyExcept(0f) || parameters[ScaleOf(name)].ToArray().AsSpan().ContainsAnyExcept(1f);

    /// <summary>Sets them.</summary>
    /// <param name="parameters">The network's.</param>
    /// <param name="name">What the parameters' names begin with.</param>
    /// <param name="means">Means.</param>
    /// <param name="variances">Variances, as many.</param>
    public static void Set(ParameterSet parameters, string name, double[] means, double[] variances)
    {
        float[] mean = Array.ConvertAll(means, m => (float)m), scale = new float[means.Length];
        for (int i = 0; i < scale.Length; i++)
        {
            // The deviation of what is one number throughout is what rounding left of it, 1e-16 of the mean; what changes does so by 6e-8 of itself at least, and in one of billions of
            // steps at least. So the limit is relative: what has a small unit is scaled like anything else.
            double deviation = Math.Sqrt(variances[i]);
            scale[i] = deviation > 1e-12 * Math.Abs(means[i]) && float.IsFinite(1 / (float)deviation) ? (float)deviation : 1f;
        }

        parameters[MeanOf(name)].CopyFrom(mean);
        parameters[ScaleOf(name)].CopyFrom(scale);
    }

    /// <summary>(x - mean) / scale, as compiled code has it: a scale of 0 counts as 1.</summary>
    public void Normalize(Span<float> values)
    {
        ReadOnlySpan<float> master = _core.Master.Span;
        for (int i = 0; i < values.Length; i++)
        {
            float centred = values[i] - master[PositionOf(_mean, i)], scale = master[PositionOf(_scale, i)];
            values[i] = scale == 0 ? centred : centred / scale;
        }
    }

    /// <summary>The means.</summary>
    public void CopyMeans(Span<float> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = _core.Master.Span[PositionOf(_mean, i)];
        }
    }

    // One number a unit: PackedLayout's rule without columns and gates.
    private static int PositionOf(ParameterPlan parameter, int i) => parameter.Offset + (i / 16 * parameter.BlockStride) + (i % 16);
}
