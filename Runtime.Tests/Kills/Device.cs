// A stream that learns while it runs and saves after every step, so that many kills fall into a save. Knows a learner; refuses to know who kills it.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Runtime.InteropServices;

namespace SeqGen.Kills;

internal static class Device
{
    public const string Name = "device";
    private const int Steps = 500, Horizon = 3;

    /// <summary>Runs to its end, from its checkpoint where there is one, and writes what came out.</summary>
    public static int Run(string folder, string result)
    {
        Noisy network = new(1);
        OnlineLearner learner = new(network.CreateStream(), new Adam(3e-3f), new() { Window = 7, Horizon = Horizon, Seed = 3 });
        string path = Path.Combine(Directory.CreateDirectory(folder).FullName, "training-device.safetensors");
        ulong outputs = 0;
        if (File.Exists(path))
        {
            outputs = ulong.Parse(learner.Load(path)["outputs"], CultureInfo.InvariantCulture);
        }

        float[] y = new float[Noisy.OutputSize];
        for (long t = learner.Steps; t < Steps; t++)
        {
            learner.Step(Input(t), y);
            foreach (float value in y)
            {
                outputs = unchecked((outputs ^ BitConverter.SingleToUInt32Bits(value)) * 1099511628211);
            }

            // Every fourth truth is missing.
            if (t >= Horizon && t % 4 != 0)
            {
                learner.Observe([MathF.Sin(t - Horizon), MathF.Cos(t - Horizon)]);
            }

            learner.Save(path, new Dictionary<string, string> { ["outputs"] = outputs.ToString(CultureInfo.InvariantCulture) });
        }

        File.WriteAllLines(
            result,
            [
                string.Create(CultureInfo.InvariantCulture, $"{learner.Steps} {learner.Updates} {learner.MissingInputs} {learner.Loss:R} {learner.GradientNorm:R} {outputs}"),
                Convert.ToHexString(MemoryMarshal.AsBytes(network.Parameters.Values)),
            ]);
        return 0;
    }

    /// <summary>What the sensors say; now and then one of them nothing.</summary>
    private static float[] Input(long t) => [MathF.Sin(t), t % 11 == 5 ? float.NaN : MathF.Cos(0.3f * t), t % 7];
}
