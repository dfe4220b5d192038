// What is handed to a graph from outside, by the names of its input ops. Knows names; refuses to know who hands it in.
namespace SeqGen.Generator.Graph;

internal static class Ports
{
    public const string Input = "input";

    public const string DecoderInput = "decoder_input";

    /// <summary>The target that the program of a loss of a user's own is handed; that of a network's loss is the runtime's.</summary>
    public const string LossTarget = "loss_target";

    /// <summary>Before a state's name: its value before the first step.</summary>
    public const string Initial = "init.";

    /// <summary>Before a state's name: what resets inside a sequence set it back to, where that is not zero.</summary>
    public const string Beginning = "begin.";

    /// <summary>Before a state's name: the gradient of its final value.</summary>
    public const string FinalGradient = "end.";

    /// <summary>1 where a step begins a new piece of its sequence, [1] a step.</summary>
    public const string Resets = "resets";

    /// <summary>The same for loops from the last step to the first: 1 where a piece ends, and another one follows.</summary>
    public const string ResetEnds = "resets.ends";

    /// <summary>The number of the piece that a step belongs to, [1] a step: what windows compare.</summary>
    public const string ResetPieces = "resets.pieces";

    /// <summary>Whether gradients with respect to it are wanted.</summary>
    public static bool HasGradient(string port) => port is Input or DecoderInput
        || port.StartsWith(Initial, System.StringComparison.Ordinal) || port.StartsWith(Beginning, System.StringComparison.Ordinal);
}
