// Arguments of the layer with an addressable memory.
namespace SeqGen;

/// <summary>A neural Turing machine (Graves, Wayne and Danihelka 2014): a controller that reads and writes a memory of slots, every step, through heads that look by content and by position.</summary>
/// <remarks>
/// <code>
/// h = controller([x ; r])                          r what was read at the step before
/// each head, from dense layers on h:
///   k = tanh(key)   beta = softplus(beta)   g = sigmoid(gate)   s = softmax(shift)   gamma = 1 + softplus(gamma)
///   wc = softmax over n of beta * cos(M(n), k)     by content
///   wg = g * wc + (1 - g) * w                      or where it was
///   w' = sharpened (wg shifted by s) ^ gamma       one on, one back, or as far as Shifts says
/// r' = sum of w_read'(n) M(n)       M'(n) = M(n) * (1 - w_write'(n) e) + w_write'(n) a
/// y  = W_o [h ; r'] + b_o
/// </code>
/// Takes <c>[batch, time, inputs]</c>. Parameters: <c>controller.weight [C, inputs + R*W]</c> and <c>controller.bias</c> (or those of an LSTM cell), <c>read_head.key.weight [W, C]</c> and so on
/// (<c>read_head0</c>, <c>read_head1</c> where there are several), <c>output.weight [outputs, C + R*W]</c>, <c>output.bias</c>.
/// States: <c>memory [N, W]</c>, <c>read</c>, <c>w_read</c>, <c>w_write</c> (<c>read0</c>, ... where there are several heads), and <c>h</c>, <c>c</c> of an LSTM controller.
/// The weightings of every step can be looked at as <c>OutputOf("LAYER.w_read")</c> and <c>OutputOf("LAYER.w_write")</c>.
/// </remarks>
/// <param name="outputs">Size of the output.</param>
public sealed class NeuralTuringMachineAttribute(int outputs) : LayerAttribute
{
    /// <summary>Size of the output.</summary>
    public int Outputs { get; } = outputs;

    /// <summary>What steers the heads.</summary>
    public Controller Controller { get; set; } = Controller.FeedForward;

    /// <summary>Size of the controller's state, C.</summary>
    public int ControllerUnits { get; set; } = 100;

    /// <summary>Number of the memory's slots, N.</summary>
    public int Slots { get; set; } = 128;

    /// <summary>Numbers in one slot, W.</summary>
    public int Width { get; set; } = 20;

    /// <summary>Number of heads that read, R, at most 16.</summary>
    public int ReadHeads { get; set; } = 1;

    /// <summary>Number of heads that write, at most 16.</summary>
    public int WriteHeads { get; set; } = 1;

    /// <summary>How far a head can move in one step: 1 gives the three shifts -1, 0 and +1.</summary>
    public int Shifts { get; set; } = 1;

    /// <summary>What is added to the product of norms in the cosine, so that empty slots can be compared.</summary>
    public double CosineEpsilon { get; set; } = 1e-8;

    /// <summary>Where memory and heads begin that are neither given nor carried over.</summary>
    public MemoryStart MemoryStart { get; set; } = MemoryStart.Constant;

    /// <summary>Whether the layer gives its output at every step, <c>[batch, time, outputs]</c>, or that of the last step alone, <c>[batch, outputs]</c>.</summary>
    public Returns Returns { get; set; } = Returns.Sequence;
}
