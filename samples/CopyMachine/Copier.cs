// The network, declared. It knows how much it can remember; refuses to know what.
using SeqGen;

namespace CopyMachine;

/// <summary>A Neural Turing Machine (Graves et al. 2014): reads vectors of eight bits and a mark, then writes the vectors from memory.
/// A window of training holds sequences of up to 20 vectors; what it learns is not bound to a length.</summary>
[Network(Inputs = 9, Timesteps = 41)]
[NeuralTuringMachine(8, ControllerUnits = 100, Slots = 64, Width = 20, Name = "machine")]
[BinaryCrossEntropy]
public sealed partial class Copier
{
    /// <summary>Slots of the memory.</summary>
    public const int Slots = 64;
}
