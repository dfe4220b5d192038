// The golden cases on generated code, from the attributes to the numbers: what a user of the library would get.
// Knows what a case must show; how it is declared, compiled, driven and trained is in the files beside this one.
using System;
using System.Linq;
using SeqGen.Generator.Tests.Goldens;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

[Trait("Category", "Golden")]
public class GoldenGeneratedTests
{
    public static TheoryData<string> Cases => new(GoldenNetworks.Names());

    public static TheoryData<string> DeclarableCases => new(GoldenNetworks.Names().Where(n => GoldenDeclaration.Missing(GoldenNetworks.Load(n)).Length == 0));

    public static TheoryData<string> CasesWithLogits => new(GoldenNetworks.Names().Where(n =>
        GoldenNetworks.Load(n) is var golden && GoldenDeclaration.HasLogits(golden) && GoldenDeclaration.Missing(golden).Length == 0));

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_case_gives_the_reference_results(string name)
    {
        GoldenCase golden = GoldenNetworks.Load(name);
        Check(golden, () => GoldenNetworks.Create(name, golden));
    }

    internal static void Check(GoldenCase golden, Func<INetwork> create)
    {
        INetwork network = create();
        PassData data = GoldenData.Of(golden, network);
        if (GoldenTruncated.IsOne(golden))
        {
            GoldenTruncated.Check(golden, network, data);
            GoldenTruncated.CheckDescent(golden, create(), data);
            return;
        }

        PassResults results = Passes.Train(network, data);
        Closeness.Equal(golden.Json.GetProperty("loss").GetProperty("value").GetDouble(), results.Loss, "loss");
        foreach ((string result, string tensor) in GoldenData.References(golden, network))
        {
            Closeness.Equal(golden[tensor].Values, results[result], tensor);
        }

        if (GoldenTraining.IsOne(golden))
        {
            GoldenTraining.Check(golden, network, data);
        }
    }

    [Theory]
    [MemberData(nameof(DeclarableCases))]
    public void The_inference_program_gives_the_same_outputs_for_a_batch_and_for_its_sequences_alone(string name)
    {
        GoldenCase golden = GoldenNetworks.Load(name);
        INetwork network = GoldenNetworks.Create(name, golden);
        PassData data = GoldenData.Of(golden, network);
        Assert.SkipWhen(data.Noise.Count > 0, "inference has no noise, the reference has");
        PassResults batch = Passes.Predict(network, data);
        Closeness.Equal(golden["output"].Values, batch["output"], "output");
        foreach ((string state, string tensor) in GoldenData.States(golden, network, "final_state"))
        {
            Closeness.Equal(golden[tensor].Values, batch["final." + state], tensor);
        }

        for (int row = 0; row < data.Batch; row++)
        {
            PassResults alone = Passes.Predict(network, data.Row(row));
            foreach ((string result, float[] values) in batch.Where(r => r.Key == "output" || r.Key.StartsWith("final.", StringComparison.Ordinal)))
            {
                double[] whole = Closeness.Doubles(values);
                int size = values.Length / data.Batch;
                Closeness.Equal(whole.AsSpan(row * size, size), alone[result], $"sequence {row} alone: {result}", Closeness.Largest(whole));
            }
        }
    }

    [Theory]
    [MemberData(nameof(DeclarableCases))]
    public void Streams_give_the_reference_outputs_step_by_step(string name)
    {
        GoldenCase golden = GoldenNetworks.Load(name);
        INetwork network = GoldenNetworks.Create(name, golden);
        PassData data = GoldenData.Of(golden, network);
        Assert.SkipWhen(data.Noise.Count > 0, "streams have no noise, the reference has");
        Assert.SkipWhen(data.Lengths.Length > 0, "streams have no lengths, the reference has");
        Assert.SkipWhen(!network.Core.Plan.CanStream, "the network cannot run as a stream");
        Streaming.Check(network, data, golden["output"].ToDoubles(), GoldenData.States(golden, network, "final_state")
            .ToDictionary(s => s.State, s => golden[s.Tensor].ToDoubles()));
    }

    [Theory]
    [MemberData(nameof(CasesWithLogits))]
    public void Before_a_softmax_are_the_reference_logits(string name)
    {
        GoldenCase golden = GoldenNetworks.Load(name);
        INetwork twin = GoldenNetworks.Create(name, golden, logits: true);
        PassResults results = Passes.Train(twin, GoldenData.Of(golden, twin));
        Closeness.Equal(golden["logits"].Values, results["output"], "logits");
        Closeness.Equal(golden.Json.GetProperty("loss").GetProperty("value").GetDouble(), results.Loss, "loss");
    }

    [Fact]
    public void Every_case_of_this_repository_can_be_declared() =>
        Assert.True(GoldenCase.Names().All(n => GoldenDeclaration.Missing(GoldenCase.Load(n)).Length == 0));
}
