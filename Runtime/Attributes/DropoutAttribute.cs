// Arguments of the layer that silences units at random while training.
namespace SeqGen;

/// <summary>Silences each unit with probability <c>rate</c> while training and scales the others by <c>1 / (1 - rate)</c> (Srivastava et al. 2014); does nothing otherwise.</summary>
/// <remarks>Between layers only, as Zaremba et al. 2014 have it: the recurrent path is untouched. Its noise is keyed by seed, layer, sample, step and unit.</remarks>
/// <param name="rate">Probability of silencing a unit, at least 0 and below 1.</param>
public sealed class DropoutAttribute(double rate) : LayerAttribute
{
    /// <summary>Probability of silencing a unit, at least 0 and below 1.</summary>
    public double Rate { get; } = rate;

    /// <summary>Whether one mask holds for all steps of a sequence (Gal and Ghahramani 2016) instead of a new one at every step.</summary>
    public bool PerSequence { get; set; }
}
