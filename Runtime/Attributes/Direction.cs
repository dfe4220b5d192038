// Which way a recurrent layer reads its sequence.
namespace SeqGen;

/// <summary>Which way a recurrent layer reads a sequence.</summary>
public enum Direction
{
    /// <summary>From the first step to the last.</summary>
    Forward,

    /// <summary>From each sequence's last valid step to its first. Needs the whole sequence: such a network has no stream.</summary>
    Backward,

    /// <summary>Both, each with parameters of its own; what they give is merged (Schuster and Paliwal 1997). Needs the whole sequence.</summary>
    Both,
}
