// Generated code against the double interpreter on every option of every layer.
// Knows what a stack is; refuses to know any layer, and how numbers are compared.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

public class LayerEquivalenceTests
{
    private static readonly (int Batch, int Steps, bool Lengths, bool Mask)[] _shapes =
        [(5, 7, false, false), (2, 7, true, false), (1, 4, false, true), (5, 7, true, true)];

    // Stacks that do not compile are left out of a second try, so that only their own tests fail.
    private static readonly Lazy<(LoadedNetworks Networks, ILookup<string, string> Errors)> _loaded = new(() =>
    {
        HarnessRun run = NetworkHarness.Run([.. LayerStacks.Sources]);
        ILookup<string, string> errors = run.SeqGen.Concat(run.Compiler).ToLookup(
            d => LayerStacks.Names.FirstOrDefault((n => d.File == LayerStacks.Space + n + ".g.cs" || d.Message.Contains("'" + n + "'", StringComparison.Ordinal)), ""), d => d.ToString());
        string[] sound = [.. LayerStacks.Sources.Where((s, i) => !errors.Contains(LayerStacks.Names.ElementAt(i)))];
        return (NetworkHarness.Load(sound.Length == LayerStacks.Sources.Count ? run : NetworkHarness.Run(sound)), errors);
    });

    public static TheoryData<string> Stacks => new(LayerStacks.Names);

    [Theory]
    [MemberData(nameof(Stacks))]
    public void Training_gives_what_the_interpreter_gives(string stack) => Equivalence.CheckTraining(OracleOf(stack), _shapes, [Network(stack)]);

    [Theory]
    [MemberData(nameof(Stacks))]
    public void Inference_and_streams_give_what_the_interpreter_gives_without_noise(string stack) => Equivalence.CheckInference(OracleOf(stack), _shapes, [Network(stack)]);

    private static Oracle OracleOf(string stack) => Oracle.Of(Networks(stack), LayerStacks.Space + stack);

    private static INetwork Network(string stack) => (INetwork)Networks(stack).Create(LayerStacks.Space + stack, seed: 7);

    private static LoadedNetworks Networks(string stack)
    {
        (LoadedNetworks networks, ILookup<string, string> errors) = _loaded.Value;
        Assert.True(!errors.Contains(stack), string.Join("\n", errors[stack]));
        return networks;
    }
}
