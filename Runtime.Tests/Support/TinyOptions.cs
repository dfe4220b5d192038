// What a TinyProgram can be: sizes, orders, loss, noise.
using SeqGen.Kernels.V1;

namespace SeqGen.Tests.Support;

internal sealed record TinyOptions
{
    public int Features { get; init; } = 3;

    public int Units { get; init; } = 2;

    public int Tokens { get; init; }

    public int Timesteps { get; init; } = 5;

    /// <summary>Whether there cannot be more steps.</summary>
    public bool Limit { get; init; }

    public bool Sequence { get; init; }

    public bool TimeMajor { get; init; }

    public bool Normalization { get; init; }

    public bool FreezeInput { get; init; }

    public float Keep { get; init; } = 1f;

    public LossKind Loss { get; init; } = LossKind.MeanSquaredError;

    public float LossWeight { get; init; } = 1f;

    /// <summary>All of the loss, instead of kind and weight.</summary>
    public LossPlan? FullLoss { get; init; }

    public string Name { get; init; } = "Tiny";
}
