// What a convolution over time sees before the first step, and after the last.
namespace SeqGen;

/// <summary>What a window over time does at the ends of a sequence.</summary>
public enum Padding
{
    /// <summary>Steps before the first count as zero: an output at every step, made of this step and earlier ones.</summary>
    Causal,

    /// <summary>Only whole windows: <c>(kernel - 1) * dilation</c> outputs fewer than steps.</summary>
    Valid,

    /// <summary>An output at every step, in the middle of what it reads: <c>(kernel - 1) * dilation</c> other steps, one more after it than before it where they are odd. Steps outside of the
    /// sequence, whose own length decides, count as zero (PyTorch's <c>padding="same"</c>). It sees steps to come: such a network has no stream.</summary>
    Same,
}
