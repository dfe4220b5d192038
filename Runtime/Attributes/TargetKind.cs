// Names of what targets can be: measures ask for it, and losses of users' own say it.
namespace SeqGen;

/// <summary>What the targets of a head are, and with that what its outputs mean.</summary>
public enum TargetKind
{
    /// <summary>Numbers, in the target's unit.</summary>
    Values,

    /// <summary>Scores of classes of which one is right: logits, or probabilities (see <c>MeasureShape.AreProbabilities</c>).</summary>
    Classes,

    /// <summary>A yes or no each: logits, or probabilities. Targets are 0 to 1; more than 0.5 is a yes.</summary>
    YesNo,

    /// <summary>Scores of labels and the blank at every step, trained with CTC: a whole sequence is a position.</summary>
    Labels,
}
