// The one list of what this compiler knows: add a layer or a loss here.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Layers.Cells;
using SeqGen.Generator.Model;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Layers;

internal static class Catalogue
{
    public static IReadOnlyDictionary<string, Layer> Layers { get; } = new Layer[]
    {
        new Embedding(),
        new Rnn(),
        new Lstm(),
        new Gru(),
        new Elman(),
        new Jordan(),
        new Tdnn(),
        new Autoregressive(),
        new Dense(),
        new Dropout(),
        new LayerNorm(),
        new BatchNorm(),
        new PRelu(),
        new NeuralTuringMachine(),
        new LuongAttention(),
        new BahdanauAttention(),
        new SelfAttention(),
        new AttentionPooling(),
    }.ToDictionary(l => l.Kind);

    /// <summary>The recipe of a layer, a user's own included; null where there is none.</summary>
    public static Layer? Of(LayerSpec spec) => spec.Cell is { } cell ? cell.Kind switch
    {
        CellKind.Cell => new UserCell(spec.Kind, cell),
        CellKind.Activation => new UserActivation(spec.Kind, cell),
        _ => null,
    }
    : Layers.TryGetValue(spec.Kind, out Layer? layer) ? layer : null;

    public static IReadOnlyDictionary<string, SectionKind> Sections { get; } = new Dictionary<string, SectionKind>
    {
        ["Head"] = SectionKind.Head,
        ["Encoder"] = SectionKind.Encoder,
        ["Decoder"] = SectionKind.Decoder,
    };

    public static IReadOnlyDictionary<string, LossKind> Losses { get; } = new Dictionary<string, LossKind>
    {
        ["MeanSquaredError"] = LossKind.MeanSquaredError,
        ["MeanAbsoluteError"] = LossKind.MeanAbsoluteError,
        ["Huber"] = LossKind.Huber,
        ["SoftmaxCrossEntropy"] = LossKind.SoftmaxCrossEntropy,
        ["BinaryCrossEntropy"] = LossKind.BinaryCrossEntropy,
        ["Ctc"] = LossKind.Ctc,
        ["PoissonLikelihood"] = LossKind.PoissonLikelihood,
        ["Quantile"] = LossKind.Quantile,
        ["GaussianLikelihood"] = LossKind.GaussianLikelihood,
    };
}
