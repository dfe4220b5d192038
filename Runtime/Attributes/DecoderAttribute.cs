// Arguments of the section that writes a sequence from what an encoder read.
namespace SeqGen;

/// <summary>Opens the decoder of an encoder-decoder: it writes a sequence, fed at each step with what it should have written at the step before (teacher forcing) or has.</summary>
/// <remarks>
/// Its recurrent layers start from the final states of the encoder's, the last from the last, the one before it from the one before; a decoder layer that has no partner starts from zero.
/// The final states of an encoder layer that runs in both directions are joined, so the decoder's has twice the units, or <see cref="Bridge"/> is set.
/// </remarks>
public sealed class DecoderAttribute : SectionAttribute
{
    /// <summary>Features per step: what is fed in is <c>[batch, time, Inputs]</c>.</summary>
    public int Inputs { get; set; }

    /// <summary>Number of different tokens: what is fed in is <c>[batch, time]</c> of ids from 0 to <c>Tokens - 1</c>.</summary>
    public int Tokens { get; set; }

    /// <summary>The token fed in at the first step. With it and <see cref="End"/> the network can write on its own.</summary>
    public int Start { get; set; }

    /// <summary>The token that ends what is written.</summary>
    public int End { get; set; }

    /// <summary>The longest sequence to write; by default <see cref="NetworkAttribute.Timesteps"/>.</summary>
    public int Timesteps { get; set; }

    /// <summary>Whether states of the encoder's reach the decoder's through a dense layer, <c>tanh(W [all final states] + b)</c> (Bahdanau et al. 2015): then sizes and kinds may differ.</summary>
    public bool Bridge { get; set; }
}
