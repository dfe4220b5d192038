// What every generated network offers, for code that works with any of them (the trainer, for one).
// Knows no network; refuses to know how one is generated.
using System.ComponentModel;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>A generated network.</summary>
public interface INetwork
{
    /// <summary>What the generated code and the runtime share. Not for users.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    NetworkCore Core { get; }

    /// <summary>The parameters.</summary>
    ParameterSet Parameters { get; }

    /// <summary>Texts that are saved and loaded with the parameters.</summary>
    NetworkMetadata Metadata => Core.Metadata;

    /// <summary>Allocates what a forward or a training pass needs. A workspace is used by one thread at a time.</summary>
    /// <param name="maxBatch">The most sequences of one pass.</param>
    /// <param name="maxSteps">The most steps of one pass; 0 for the network's Timesteps.</param>
    /// <param name="training">Whether the workspace can run the backward pass.</param>
    /// <param name="maxTargetSteps">The most steps of a decoder; 0 for its declared ones. For networks with a decoder alone.</param>
    Workspace CreateWorkspace(int maxBatch, int maxSteps = 0, bool training = true, int maxTargetSteps = 0);
}

/// <summary>A generated network with its description, known before there is an instance.</summary>
/// <typeparam name="TSelf">The network's own type.</typeparam>
public interface INetwork<TSelf> : INetwork
    where TSelf : INetwork<TSelf>
{
    /// <summary>Layers, shapes and costs.</summary>
    static abstract NetworkInfo Info { get; }
}
