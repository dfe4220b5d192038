// The loss of label sequences that are shorter than the input and not aligned with it.
namespace SeqGen;

/// <summary>Connectionist temporal classification (Graves et al. 2006): minus the logarithm of the probability of all paths that give the target after equal neighbours are merged and blanks dropped,
/// divided by the target's length; the mean over the batch.</summary>
/// <remarks>The output is taken as logits <c>[batch, time, classes]</c>; targets are labels <c>[batch, longest]</c> with their lengths.</remarks>
public sealed class CtcAttribute : LossAttribute
{
    /// <summary>The class that stands for no label.</summary>
    public int Blank { get; set; }

    /// <summary>Whether a sequence whose labels no path gives (more of them, and blanks between equal neighbours, than steps) has a loss and gradient of 0, as PyTorch's
    /// <c>zero_infinity</c>; it counts in the mean. Otherwise its loss is infinite, and a trainer names the sample before it begins.</summary>
    public bool ZeroInfinity { get; set; }
}
