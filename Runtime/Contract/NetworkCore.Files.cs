// Files and predictions of a network, for generated code to forward to.
// Knows argument checks; refuses to know formats and passes.
using System;

namespace SeqGen.Kernels.V1;

public sealed partial class NetworkCore
{
    /// <summary>Writes the parameters to a safetensors file.</summary>
    public void Save(string path) => throw new NotImplementedException(path);

    /// <summary>Reads the parameters from a safetensors file.</summary>
    public void Load(string path) => throw new NotImplementedException(path);

    /// <summary>Reads the parameters from the bytes of a safetensors file.</summary>
    public void Load(ReadOnlySpan<byte> safetensors) => throw new NotImplementedException();

    /// <summary>Inference over a batch.</summary>
    public void Predict(ReadOnlySpan<float> x, Span<float> y, Workspace workspace, ReadOnlySpan<int> lengths = default) => throw new NotImplementedException();

    /// <summary>Inference over a batch of tokens.</summary>
    public void Predict(ReadOnlySpan<int> tokens, Span<float> y, Workspace workspace, ReadOnlySpan<int> lengths = default) => throw new NotImplementedException();
}
