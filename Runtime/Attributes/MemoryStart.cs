// Where the memory of a machine begins that nobody gives.
namespace SeqGen;

/// <summary>Where the states of a <see cref="NeuralTuringMachineAttribute"/> begin unless they are given or carried over.</summary>
public enum MemoryStart
{
    /// <summary>
    /// The memory at one small number, 1e-6, which trains fastest (Collier and Beel 2018), and every head on the first slot, without which no slot would ever differ from another.
    /// Kept as <c>initial_memory [N, W]</c> and <c>initial_w_read [N]</c>, ..., which are not trained and may be missing in a file.
    /// </summary>
    Constant,

    /// <summary>The same beginnings, and what was read, as parameters that are trained.</summary>
    Learned,

    /// <summary>All at zero: for machines whose states are always given.</summary>
    Zero,
}
