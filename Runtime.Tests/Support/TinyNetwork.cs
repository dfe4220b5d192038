// The surface a generated network would have around TinyProgram, and data for it.
using System;
using System.Linq;
using SeqGen.Kernels.V1;

namespace SeqGen.Tests.Support;

internal sealed class TinyNetwork : INetwork<TinyNetwork>
{
    private static readonly NetworkProgram DefaultProgram = new TinyProgram(new TinyOptions());

    public TinyNetwork(ulong seed = 1, TinyOptions? options = null)
        : this(options is null ? DefaultProgram : new TinyProgram(options), seed)
    {
    }

    public TinyNetwork(NetworkProgram program, ulong seed = 1)
    {
        Core = new NetworkCore(program);
        Core.Initialize(seed);
    }

    public static NetworkInfo Info { get; } = new(DefaultProgram.Plan);

    public NetworkCore Core { get; }

    public ParameterSet Parameters => Core.Parameters;

    public Workspace CreateWorkspace(int maxBatch, int maxSteps = 0, bool training = true, int maxTargetSteps = 0) =>
        Core.CreateWorkspace(maxBatch, maxSteps, training, maxTargetSteps);

    public TinyStream CreateStream() => new(Core);

    public StreamBatch CreateStreams(int count) => Core.CreateStreams(count);

    public void Save(string path) => Core.Save(path);

    public void Load(ReadOnlySpan<byte> file) => Core.Load(file);

    public byte[] Bytes()
    {
        using System.IO.MemoryStream stream = new();
        ParameterFile.Write(Core.Plan, Core.Master.Memory, stream);
        return stream.ToArray();
    }
}

internal sealed class TinyStream(NetworkCore core) : RecurrentStream(core)
{
    private readonly NetworkProgram _program = core.Program;

    public override bool Step(ReadOnlySpan<float> x, Span<float> y)
    {
        CheckOutput(y);
        StageInput(x);
        CreateFrame(out Frame frame);
        bool output = _program.Step(in frame, output: true);
        FinishOutput(y);
        return output;
    }

    public override bool Step(int token, Span<float> y)
    {
        CheckOutput(y);
        StageToken(token);
        CreateFrame(out Frame frame);
        bool output = _program.Step(in frame, output: true);
        FinishOutput(y);
        return output;
    }

    public override bool Advance(ReadOnlySpan<float> x)
    {
        StageInput(x);
        CreateFrame(out Frame frame);
        return _program.Step(in frame, output: false);
    }
}

internal static class TestData
{
    public static float[] Random(int count, ulong seed, float bound = 1f)
    {
        RandomSource random = new(seed);
        float[] values = new float[count];
        foreach (ref float value in values.AsSpan())
        {
            value = random.NextUniform(-bound, bound);
        }

        return values;
    }

    public static int[] RandomInts(int count, int bound, ulong seed)
    {
        RandomSource random = new(seed);
        return Enumerable.Range(0, count).Select(_ => random.NextInt32(bound)).ToArray();
    }

    /// <summary>Something a tiny network can learn: outputs follow the mean of each feature.</summary>
    public static SequenceData Learnable(int samples, int steps = 5, ulong seed = 3)
    {
        float[] x = Random(samples * steps * 3, seed);
        float[] y = new float[samples * 2];
        for (int i = 0; i < samples; i++)
        {
            float last = x[(((i + 1) * steps) - 1) * 3];
            y[2 * i] = 0.5f * last;
            y[(2 * i) + 1] = -0.3f * last;
        }

        return SequenceData.FromArrays(x, y, steps, features: 3, outputs: 2);
    }

    /// <summary>Pairs for a <see cref="PairProgram"/>, with all its heads, of different lengths.</summary>
    public static SequenceData Pairs(int samples) =>
        SequenceData.FromArrays(Random(samples * 5, 3), null, 5, lengths: [.. Enumerable.Range(0, samples).Select(i => 1 + (i % 5))])
            .WithClasses(RandomInts(samples * 3, 3, 3), steps: 3, lengths: [.. Enumerable.Range(0, samples).Select(i => 1 + (i % 3))])
            .WithTargets(Random(samples * 3, 5), outputs: 3, head: "sum").WithTargets(Random(samples * 5, 6), steps: 5, head: "pairs");

    public static void Near(ReadOnlySpan<float> expected, ReadOnlySpan<float> got, double tolerance = 1e-5)
    {
        Xunit.Assert.Equal(expected.Length, got.Length);
        double scale = 1e-9, worst = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            scale = Math.Max(scale, Math.Abs(expected[i]));
            worst = Math.Max(worst, Math.Abs((double)expected[i] - got[i]));
            Xunit.Assert.False(float.IsNaN(got[i]), $"element {i} is NaN");
        }

        Xunit.Assert.True(worst <= tolerance * scale, $"worst error {worst}, largest value {scale}");
    }
}
