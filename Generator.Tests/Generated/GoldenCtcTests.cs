// The CTC kernel on the golden cases' stored outputs. Knows the last Dense layer, whose gradients are sums over that of the output; runs no network.
using System;
using System.Linq;
using SeqGen.Generator.Tests.Goldens;
using SeqGen.Kernels.V1;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

public sealed class GoldenCtcTests
{
    [Theory]
    [InlineData("loss_ctc_lstm", "out.lstm")]
    [InlineData("loss_ctc_lengths_bilstm", "out.bilstm")]
    [InlineData("loss_ctc_empty_target_gru", "out.gru")]
    public void LossAndGradientOfTheDenseLayer(string name, string below)
    {
        GoldenCase golden = GoldenCase.Load(name);
        GoldenTensor output = golden["output"], target = golden["target"], input = golden[below];
        int batch = output.Shape[0], steps = output.Shape[1], classes = output.Shape[2], most = target.Shape[1], width = input.Shape[2];
        AlignedBuffer y = new(steps * batch * 16), dy = new(steps * batch * 16);
        for (int i = 0; i < output.Values.Length; i++)
        {
            int b = i / classes / steps, t = i / classes % steps;
            y.Span[(((t * batch) + b) * 16) + (i % classes)] = output.Values[i];
        }

        var loss = golden.Json.GetProperty("loss");
        var scratch = new double[ConnectionistTemporal.ScratchLength(steps, most, classes)];
        double value = ConnectionistTemporal.LossAndGradient(
            ref y.Origin, 16, steps, batch, classes, loss.GetProperty("blank").GetInt32(), golden["input_lengths"].ToIntegers(),
            target.ToIntegers(), most, golden["target_lengths"].ToIntegers(), 1, ref dy.Origin, 16, scratch);
        double expected = loss.GetProperty("value").GetDouble();
        Assert.Equal(expected, value, 1e-6 * expected);
        double[] weight = new double[classes * width], bias = new double[classes];
        for (int i = 0; i < steps * batch * classes; i++)
        {
            int k = i % classes, b = i / classes % batch, t = i / classes / batch;
            double d = dy.Span[(((t * batch) + b) * 16) + k];
            bias[k] += d;
            for (int u = 0; u < width; u++)
            {
                weight[(k * width) + u] += d * input.Values[(((b * steps) + t) * width) + u];
            }
        }

        Near(golden["grad.dense.weight"], weight);
        Near(golden["grad.dense.bias"], bias);
    }

    private static void Near(GoldenTensor reference, double[] got)
    {
        double most = reference.Values.Max(Math.Abs);
        Assert.True(got.Zip(reference.Values).All(p => Math.Abs(p.First - p.Second) <= 1e-5 * most), reference.Name);
    }
}
