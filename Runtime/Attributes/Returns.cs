// The two things a recurrent layer can hand on.
namespace SeqGen;

/// <summary>What a recurrent layer hands on.</summary>
public enum Returns
{
    /// <summary>Its output at every step, <c>[batch, time, units]</c>: many to many.</summary>
    Sequence,

    /// <summary>Its output at the last step, <c>[batch, units]</c>: many to one.</summary>
    Last,
}
