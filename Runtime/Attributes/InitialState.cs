// Where the states of a recurrent layer begin that nobody gives.
namespace SeqGen;

/// <summary>Where a sequence's states begin unless they are given or carried over.</summary>
public enum InitialState
{
    /// <summary>At zero.</summary>
    Zero,

    /// <summary>At parameters <c>initial_h</c>, ... of the layer, which begin at zero and are trained with the others.</summary>
    Learned,

    /// <summary>At normal draws while training (Zimmermann et al. 2012: noise there makes a net robust against it), at zero otherwise.</summary>
    Random,
}
