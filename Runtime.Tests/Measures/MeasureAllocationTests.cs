// Measures allocate nothing on the way. Beside the other tests of allocation, which nothing runs beside.
using System.Linq;
using SeqGen.Kernels.V1;
using SeqGen.Tests.Support;
using Xunit;

namespace SeqGen.Tests;

[Collection(nameof(AllocationTests))]
public sealed class MeasureAllocationTests
{
    [Fact]
    public void AddingAllocatesNothing()
    {
        MeasureSet classes = new(
            new() { Outputs = 5, Kind = TargetKind.Classes, Groups = [0, 1] }, Measure.Classification(), Measure.Classification().ByGroup(), Measure.LogLoss, Measure.Top(2), Measure.RocArea());
        MeasureSet values = new(
            new() { Outputs = 6, Targets = 2, Quantiles = [0.1, 0.5, 0.9] }, Measure.MeanAbsoluteError.ByStep(), Measure.RSquared, Measure.Pinball(), Measure.Interval(0.1, 0.9), Measure.MeanAbsolutePercentageError);
        float[] scores = [1, 2, 3, 4, 5], quantiles = [1, 2, 3, 4, 5, 6], targets = [2, 5];
        AllocationTests.AllocatesNothing(() =>
        {
            classes.Add(scores, 3, 0.5f, group: 1);
            values.Add(quantiles, targets);
            values.Clear();
        });
    }

    [Fact]
    public void ABatchAddsWithoutAllocating()
    {
        TinyNetwork net = new(1, new() { Sequence = true, Units = 3, Loss = LossKind.SoftmaxCrossEntropy });
        SequenceData data = SequenceData.FromClasses(TestData.Random(4 * 15, 1), TestData.RandomInts(20, 3, 4), 5, 3, targetEveryStep: true, lengths: [5, 2, 3, 4], mask: [.. Enumerable.Repeat(1f, 20)]);
        Workspace workspace = net.CreateWorkspace(4);
        HeadMeasures measures = new(net.Core.Plan, [Measure.Classification(), Measure.LogLoss.ByGroup(), Measure.RocArea(16)], [5], [3, 8]);
        int[] samples = [2, 0, 3, 1], groups = [0, 1, 1, 0];
        AllocationTests.AllocatesNothing(() =>
        {
            workspace.Fill(data, samples);
            workspace.Forward(ForwardMode.Inference);
            measures.Add(workspace, groups);
        });
    }
}
