// Names of the networks that can steer a memory; what they compute is in the generator.
namespace SeqGen;

/// <summary>What steers the heads of a <see cref="NeuralTuringMachineAttribute"/>.</summary>
public enum Controller
{
    /// <summary><c>h = tanh(W [x ; r] + b)</c>: it has no memory but the machine's.</summary>
    FeedForward,

    /// <summary>A long short-term memory cell on <c>[x ; r]</c>, with states of its own beside the machine's memory.</summary>
    Lstm,
}
