// How many steps an epoch runs, and how many of them are padding. Holds numbers; does nothing.
using System.Globalization;

namespace SeqGen;

/// <summary>The steps of an epoch over sequences of unequal length (of a decoder's targets too): see <see cref="Trainer.CountSteps"/>.</summary>
/// <param name="Own">Steps that samples have.</param>
/// <param name="Whole">Steps that are run where every sample is padded to the longest of all.</param>
/// <param name="Run">Steps that are run as the trainer is set: the same, or, with <see cref="TrainerOptions.BucketBatches"/>, those of batches of near lengths, each padded to its own longest sample.</param>
public readonly record struct EpochSteps(long Own, long Whole, long Run)
{
    /// <summary>Both shares of padding in a line.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Own} steps of samples; padded to the longest {Whole} ({1 - (Own / (double)Whole):P1} padding), in batches as they are run {Run} ({1 - (Own / (double)Run):P1} padding)");
}
