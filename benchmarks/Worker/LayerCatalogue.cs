// The workloads of single layers: "layer:KIND" is a training step, "stream:KIND" a step of a stream, "function:NAME" an activation.
// Knows which there are; refuses to know what they should cost.
namespace SeqGen.Benchmarks;

/// <summary>Every layer kind by its name.</summary>
public static class LayerCatalogue
{
    private static readonly Dictionary<string, (Func<IWorkload> Training, Func<IWorkload>? Stream)> _kinds = new(StringComparer.Ordinal)
    {
        ["Dense"] = Kind(() => new LayerDense(), n => n.CreateStream()),
        ["Rnn"] = Kind(() => new LayerRnn(), n => n.CreateStream()),
        ["Elman"] = Kind(() => new LayerElman(), n => n.CreateStream()),
        ["Jordan"] = Kind(() => new LayerJordan(), n => n.CreateStream()),
        ["Lstm"] = Kind(() => new LayerLstm(), n => n.CreateStream()),
        ["Lstm.Peephole"] = Kind(() => new LayerLstmPeephole(), n => n.CreateStream()),
        ["Lstm.Projection"] = Kind(() => new LayerLstmProjection(), n => n.CreateStream()),
        ["Lstm.LayerNorm"] = Kind(() => new LayerLstmNorm(), n => n.CreateStream()),
        ["Lstm.Coupled"] = Kind(() => new LayerLstmCoupled(), n => n.CreateStream()),
        ["Lstm.Both"] = Kind(() => new LayerLstmBoth(), null),
        ["Lstm.RecurrentDropout"] = Kind(() => new LayerLstmStepDropout(), n => n.CreateStream()),
        ["Lstm.VariationalHidden"] = Kind(() => new LayerLstmSequenceDropout(), n => n.CreateStream()),
        ["Lstm.WeightDrop"] = Kind(() => new LayerLstmWeightDrop(), n => n.CreateStream()),
        ["Gru"] = Kind(() => new LayerGru(), n => n.CreateStream()),
        ["Gru.LayerNorm"] = Kind(() => new LayerGruNorm(), n => n.CreateStream()),
        ["Tdnn"] = Kind(() => new LayerTdnn(), n => n.CreateStream()),
        ["Autoregressive"] = Kind(() => new LayerAutoregressive(), n => n.CreateStream()),
        ["LayerNorm"] = Kind(() => new LayerNormAfterDense(), n => n.CreateStream()),
        ["Dropout"] = Kind(() => new LayerDropoutAfterDense(), n => n.CreateStream()),
        ["Embedding"] = Kind(() => new LayerEmbedding(), n => n.CreateStream()),
        ["SelfAttention"] = Kind(() => new LayerSelfAttention(), null),
        ["AttentionPooling"] = Kind(() => new LayerAttentionPooling(), null),
        ["Luong"] = Kind(() => new LayerLuong(), null),
        ["Bahdanau"] = Kind(() => new LayerBahdanau(), null),
        ["NeuralTuringMachine"] = Kind(() => new LayerTuring(), n => n.CreateStream()),
        ["Ctc"] = Kind(() => new LayerCtc(), null),
    };

    /// <summary>All kinds, in the order of tables.</summary>
    public static IReadOnlyCollection<string> Kinds => _kinds.Keys;

    /// <summary>Whether a stream of this kind exists.</summary>
    public static bool Streams(string kind) => _kinds[kind].Stream is not null;

    /// <summary>Makes the workload of a name with a colon in it; null where there is none.</summary>
    public static IWorkload? Make(string name) => name.Split(':') switch
    {
        ["layer", var kind] => _kinds.TryGetValue(kind, out var found) ? found.Training() : null,
        ["stream", var kind] => _kinds.TryGetValue(kind, out var found) ? found.Stream?.Invoke() : null,
        ["function", var function] => Function.Named(function),
        _ => null,
    };

    private static (Func<IWorkload>, Func<IWorkload>?) Kind<TNetwork>(Func<TNetwork> make, Func<TNetwork, RecurrentStream>? stream)
        where TNetwork : INetwork =>
        (() => new LayerTraining(make()), stream is null ? null : () => MakeStream(make(), stream));

    private static LayerStream MakeStream<TNetwork>(TNetwork network, Func<TNetwork, RecurrentStream> stream)
        where TNetwork : INetwork => new(stream(network), network.Core.Plan);
}
