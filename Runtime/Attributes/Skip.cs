// How a layer's input passes by it.
namespace SeqGen;

/// <summary>How the input of a layer reaches the layers after it beside the output.</summary>
public enum Skip
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>In front of the output, <c>[x, layer(x)]</c>: a dense connection (Huang et al. 2017).</summary>
    Concatenate,
}
