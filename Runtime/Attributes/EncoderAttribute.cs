// Arguments of the section that reads a sequence for a decoder to write another.
namespace SeqGen;

/// <summary>Opens the encoder of an encoder-decoder (Cho et al. 2014, Sutskever et al. 2014): it reads a sequence whole; the <see cref="DecoderAttribute"/> after it writes another, of another length.</summary>
/// <remarks>
/// <code>
/// [Network(Timesteps = 40)]
/// [Encoder(Tokens = 60)]                      [Embedding(32)] [Gru(64)]
/// [Decoder(Tokens = 13, Start = 0, End = 12)] [Embedding(16)] [BahdanauAttention(64)] [Gru(64)] [Dense(13)]
/// [SoftmaxCrossEntropy]
/// public partial class DateTranslator;
/// </code>
/// </remarks>
public sealed class EncoderAttribute : SectionAttribute
{
    /// <summary>Features per step: a sequence is <c>[batch, time, Inputs]</c>.</summary>
    public int Inputs { get; set; }

    /// <summary>Number of different tokens: a sequence is <c>[batch, time]</c> of ids from 0 to <c>Tokens - 1</c>.</summary>
    public int Tokens { get; set; }

    /// <summary>The longest sequence to read; by default <see cref="NetworkAttribute.Timesteps"/>.</summary>
    public int Timesteps { get; set; }
}
