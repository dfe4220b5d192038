// Parameters: packing, editing, initialization.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Kernels.V1;
using SeqGen.Tests.Support;
using Xunit;

namespace SeqGen.Tests;

public sealed class ParameterTests
{
    [Fact]
    public void PackingFollowsTheContractForGatesBlocksAndTables()
    {
        ParameterPlan gates = new() { Name = "w", Shape = [60, 5], Offset = 32, Gates = 3, Units = 20, Columns = 5, BlockStride = 400, RowStride = 48 };
        float[] values = Enumerable.Range(1, 300).Select(i => (float)i).ToArray(), master = new float[1000], back = new float[300];
        PackedLayout.Pack(gates, values, master);
        // Row 57 is gate 2, unit 17: block 1, lane 1. Column 3.
        Assert.Equal(values[(57 * 5) + 3], master[32 + 400 + (3 * 48) + 32 + 1]);
        Assert.Equal(300, master.Count(v => v != 0));
        PackedLayout.Unpack(gates, master, back);
        Assert.Equal(values, back);

        ParameterPlan table = new() { Name = "e", Shape = [7, 18], Offset = 0, Units = 18, Columns = 7, BlockStride = 112, RowStride = 16, Transposed = true };
        values = Enumerable.Range(1, 126).Select(i => (float)i).ToArray();
        master = new float[224];
        PackedLayout.Pack(table, values, master);
        Assert.Equal(values[(4 * 18) + 17], master[112 + (4 * 16) + 1]);
        back = new float[126];
        PackedLayout.Unpack(table, master, back);
        Assert.Equal(values, back);
    }

    [Fact]
    public void EditsReachTheNetworkAndPaddingStaysZero()
    {
        TinyNetwork net = new();
        float[] before = Output(net);
        using (ParameterEdit edit = net.Parameters.Edit())
        {
            edit.Values.Fill(0.25f);
        }

        Assert.Equal(net.Info().ParameterCount, net.Parameters.Values.ToArray().Count(v => v != 0));
        Assert.All(net.Parameters, p => Assert.All(p.ToArray(), v => Assert.Equal(0.25f, v)));
        Assert.NotEqual(before, Output(net));
        net.Parameters["rnn.bias"].CopyFrom([1, 2]);
        Assert.Equal([1f, 2f], net.Core.Derived.Span[..2].ToArray());
    }

    [Fact]
    public void ValuesCopyBetweenNetworksOfTheSameParametersOnly()
    {
        TinyNetwork a = new(1), b = new(2), same = new(3, new() { Name = "Other" }), wider = new(4, new() { Units = 4 });
        Assert.NotEqual(Output(a), Output(b));
        b.Parameters.CopyFrom(a.Parameters);
        same.Parameters.CopyFrom(a.Parameters);
        Assert.Equal(Output(a), Output(b));
        Assert.Equal(Output(a), Output(same));
        float[] before = b.Parameters.Values.ToArray();
        string message = Assert.Throws<ArgumentException>(() => b.Parameters.CopyFrom(wider.Parameters)).Message;
        Assert.Contains("Tiny has parameter rnn.weight_ih [2, 3], Tiny has rnn.weight_ih [4, 3]", message, StringComparison.Ordinal);
        Assert.Equal(before, b.Parameters.Values.ToArray());
    }

    [Fact]
    public void WrongNamesAndLengthsAreNamed()
    {
        ParameterSet parameters = new TinyNetwork().Parameters;
        Assert.Contains(
            "no parameter 'lstm'. It has rnn.weight_ih, rnn.weight_hh, rnn.bias", Assert.Throws<KeyNotFoundException>(() => parameters["lstm"]).Message, StringComparison.Ordinal);
        Assert.Contains(
            "rnn.weight_ih [2, 3] has 6 elements, 5 were given", Assert.Throws<ArgumentException>(() => parameters["rnn.weight_ih"].CopyFrom(new float[5])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(InitializationKind.GlorotUniform, 0.1, 0.17321)] // sqrt(6 / 200)
    [InlineData(InitializationKind.GlorotNormal, 0.1, 9)]
    [InlineData(InitializationKind.HeUniform, 0.1826, 0.3163)] // sqrt(6 / 60)
    [InlineData(InitializationKind.HeNormal, 0.1826, 9)]
    [InlineData(InitializationKind.PyTorchUniform, 0.07454, 0.1292)] // 1 / sqrt(60)
    [InlineData(InitializationKind.Uniform, 0.2887, 0.5)]
    [InlineData(InitializationKind.Normal, 0.5, 9)]
    public void RandomLawsHaveTheirSpread(InitializationKind kind, double deviation, double bound)
    {
        float[] values = Fill(new(kind, 0.5f, FanIn: 60, FanOut: 140), 140, 60);
        double std = Math.Sqrt(values.Average(v => (double)v * v));
        Assert.InRange(std, deviation * 0.97, deviation * 1.03);
        Assert.InRange(values.Average(), -0.02 * deviation * 3, 0.02 * deviation * 3);
        Assert.All(values, v => Assert.InRange(Math.Abs(v), 0, bound * 1.001));
    }

    [Theory]
    [InlineData(20, 20)]
    [InlineData(20, 33)]
    [InlineData(33, 20)]
    public void OrthogonalGatesHaveOrthonormalRowsOrColumns(int rows, int columns)
    {
        float[] values = Fill(new(InitializationKind.Orthogonal), rows, columns, gates: 2);
        for (int g = 0; g < 2; g++)
        {
            int count = Math.Min(rows, columns), length = Math.Max(rows, columns);
            double Element(int vector, int k) => values[(g * rows * columns) + (rows <= columns ? (vector * columns) + k : (k * columns) + vector)];
            for (int a = 0; a < count; a++)
            {
                for (int b = 0; b < count; b++)
                {
                    Assert.Equal(a == b ? 1 : 0, Enumerable.Range(0, length).Sum(k => Element(a, k) * Element(b, k)), 1e-5);
                }
            }
        }
    }

    [Fact]
    public void ForgetBiasesAreOverriddenAndSeedsDecide()
    {
        float[] bias = Fill(new(InitializationKind.Zeros, OverrideGate: 1, OverrideValue: 1), 5, 1, gates: 4);
        Assert.Equal(Enumerable.Repeat(0f, 5).Concat(Enumerable.Repeat(1f, 5)).Concat(Enumerable.Repeat(0f, 10)), bias);
        Assert.Equal(new TinyNetwork(7).Parameters.Values.ToArray(), new TinyNetwork(7).Parameters.Values.ToArray());
        Assert.NotEqual(new TinyNetwork(7).Parameters.Values.ToArray(), new TinyNetwork(8).Parameters.Values.ToArray());
    }

    [Fact]
    public void InfoCountsAndDescribes()
    {
        NetworkInfo info = TinyNetwork.Info;
        Assert.Equal((12L, 2, 3), (info.ParameterCount, info.StateSize, info.InputSize));
        string[] lines = info.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("Tiny: 3 inputs, 5 steps", lines[0]);
        Assert.Equal(["rnn", "Rnn", "[5,", "2]", "12", "10", "2,", "tanh"], lines[3].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(lines[1].IndexOf("multiply", StringComparison.Ordinal) + "multiply-adds/step".Length, lines[3].IndexOf("10  2, tanh", StringComparison.Ordinal) + 2);
    }

    [Theory]
    [InlineData(true, LossKind.MeanSquaredError)]
    [InlineData(false, LossKind.None)]
    public void WorkspaceBytesAreWhatAWorkspaceAllocates(bool training, LossKind loss)
    {
        TinyNetwork net = new(1, new() { Sequence = true, Loss = loss });
        net.CreateWorkspace(1);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Workspace ws = net.CreateWorkspace(64, 100, training);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.InRange(net.Info().WorkspaceBytes(64, 100, training), allocated * 0.98, allocated * 1.02);
        GC.KeepAlive(ws);
    }

    private static float[] Output(TinyNetwork net)
    {
        float[] y = new float[2];
        net.Core.Predict(TestData.Random(15, 1), y, net.CreateWorkspace(1, training: false));
        return y;
    }

    private static float[] Fill(InitializationPlan law, int units, int columns, int gates = 1)
    {
        ParameterPlan p = new()
        {
            Name = "p",
            Shape = [gates * units, columns],
            Offset = 0,
            Gates = gates,
            Units = units,
            Columns = columns,
            BlockStride = 16 * gates * columns,
            RowStride = 16 * gates,
            Initialization = law,
        };
        float[] master = new float[16 * gates * columns * ((units + 15) / 16)], values = new float[p.Count];
        ParameterInitializer.Fill(p, 0, 1, master);
        PackedLayout.Unpack(p, master, values);
        return values;
    }
}

internal static class TinyNetworkInfo
{
    public static NetworkInfo Info(this TinyNetwork net) => new(net.Core.Plan);
}
