// The activations that layers offer, as elementwise ops.
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;

namespace SeqGen.Generator.Layers;

internal static class Activations
{
    public static Value Apply(Lowering lowering, string activation, Value a) => activation switch
    {
        "Relu" => lowering.Map(MapKind.Relu, a),
        "Tanh" => lowering.Map(MapKind.Tanh, a),
        "Sigmoid" => lowering.Map(MapKind.Sigmoid, a),
        "Softmax" => lowering.Graph.Add(new SoftmaxOp(), a),
        _ => a,
    };
}
