// What a convolution over time sees before the first step.
namespace SeqGen;

/// <summary>What a window over time does at the beginning of a sequence.</summary>
public enum Padding
{
    /// <summary>Steps before the first count as zero: an output at every step, made of this step and earlier ones.</summary>
    Causal,

    /// <summary>Only whole windows: <c>(kernel - 1) * dilation</c> outputs fewer than steps.</summary>
    Valid,
}
