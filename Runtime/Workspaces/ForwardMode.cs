// How noise behaves in a forward pass. A word, nothing more.
namespace SeqGen;

/// <summary>Whether a forward pass draws noise (dropout).</summary>
public enum ForwardMode
{
    /// <summary>Noise has its expected value: no dropout.</summary>
    Inference,

    /// <summary>Noise is drawn from <see cref="Workspace.Seed"/> and <see cref="Workspace.SampleOffset"/>.</summary>
    Training,
}
