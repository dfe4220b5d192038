// Cells of a user's own, compiled: the same numbers as the method itself run in double, and gradients, streams and batches as of every layer.
// Knows what must agree; refuses to know any equation.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Layers.Cells;
using SeqGen.Generator.Model;
using SeqGen.Generator.Parsing;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

public class UserCellTests
{
    private static readonly (string Name, string Attribute, int Inputs)[] _cells =
    [
        ("Mgu", "Mgu(5)", 3),
        ("LiGru", "LiGru(5)", 3),
        ("LiGruNormalized", "LiGru(5, Normalized = true)", 3),
        ("MinGru", "MinGru(5)", 3),
        ("MinLstm", "MinLstm(5)", 3),
        ("IndRnn", "IndRnn(5)", 3),
        ("Janet", "Janet(5, Beta = 0.5)", 3),
        ("Sru", "Sru(5)", 3),
        ("SruHighway", "Sru(3)", 3),
        ("Qrnn", "Qrnn(5)", 3),
        ("GruD", "GruD(5, 2)", 6),
        ("PhasedLstm", "PhasedLstm(5)", 3),
        ("FastWeights", "FastWeights(5, InnerSteps = 2)", 3),
    ];

    private static readonly Lazy<LoadedNetworks> _networks = new(() => NetworkHarness.Load(
    [
        .. UserCells.Sample.Values,
        .. _cells.Select(c => $"[Network(Inputs = {c.Inputs}, Timesteps = 7)] [Cells.{c.Attribute}] public partial class {c.Name};"),
    ]));

    public static TheoryData<string> Names => new(_cells.Select(c => c.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_cell_gives_what_its_method_gives(string name)
    {
        var network = (INetwork)_networks.Value.Create(name, seed: 3);
        RandomData.SetParameters(network, seed: 5, scale: 1);
        ParsedNetwork parsed = NetworkParser.Parse((Microsoft.CodeAnalysis.INamedTypeSymbol)_networks.Value.Run.Run.After.GetTypeByMetadataName(name)!, _networks.Value.Run.Run.After, TestContext.Current.CancellationToken)!;
        LayerSpec spec = parsed.Spec.Layers[0];
        object attribute = network.GetType().GetCustomAttributes(inherit: false).First(a => a is CellAttribute);
        PassData data = RandomData.Batch(network, 1, 7, seed: 4);
        int size = _cells.First(c => c.Name == name).Inputs;
        double[][] inputs = [.. Enumerable.Range(0, 7).Select(t => data.Input.Skip(t * size).Take(size).Select(v => (double)v).ToArray())];
        double[][] expected = UserCells.Run(network, attribute, spec, inputs);
        float[] got = Passes.Predict(network, data)["output"];
        Closeness.Equal([.. expected.SelectMany(e => e)], got, name);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Training_gives_what_the_interpreter_gives(string name) =>
        Equivalence.CheckTraining(Oracle.Of(_networks.Value, name), [Variants.Create(_networks.Value[name], seed: 7)]);

    [Theory]
    [MemberData(nameof(Names))]
    public void Inference_and_streams_give_what_the_interpreter_gives(string name) =>
        Equivalence.CheckInference(Oracle.Of(_networks.Value, name), [Variants.Create(_networks.Value[name], seed: 7)]);
}
