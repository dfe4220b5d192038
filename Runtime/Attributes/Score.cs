// Names of the ways to compare a state with what an encoder read; what they compute is in the generator.
namespace SeqGen;

/// <summary>How attention compares the decoder's state d with an output e of the encoder.</summary>
public enum Score
{
    /// <summary><c>d . e</c>: both have the same size.</summary>
    Dot,

    /// <summary><c>d . (W e)</c>.</summary>
    General,
}
