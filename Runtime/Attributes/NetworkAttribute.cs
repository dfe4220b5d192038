// What the user says about a network as a whole. It holds plain values and computes nothing: the generator reads them from the source.
using System;

namespace SeqGen;

/// <summary>Turns a partial class into a recurrent network whose layers are the attributes that follow, in the order of the source.</summary>
/// <remarks>
/// <code>
/// [Network(Inputs = 8, Timesteps = 64)]
/// [Lstm(64)]
/// [Dense(1)]
/// public partial class Forecaster;
/// </code>
/// Say either <see cref="Inputs"/> (numbers) or <see cref="Tokens"/> (integer ids; then the first layer is an <see cref="EmbeddingAttribute"/>).
/// </remarks>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false, Inherited = false)]
public sealed class NetworkAttribute : Attribute
{
    /// <summary>Features per step: a sequence is <c>[batch, time, Inputs]</c>.</summary>
    public int Inputs { get; set; }

    /// <summary>Number of different tokens: a sequence is <c>[batch, time]</c> of ids from 0 to <c>Tokens - 1</c>.</summary>
    public int Tokens { get; set; }

    /// <summary>Steps in a training window, the length that back-propagation through time covers (Werbos 1990). Sequences may be shorter.</summary>
    public int Timesteps { get; set; }

    /// <summary>
    /// Steps written out per turn of the time loop: 0 leaves it to the generator, 1 is a plain loop,
    /// n is n steps a turn, <see cref="Timesteps"/> writes the whole window out. Every choice gives the same numbers.
    /// </summary>
    public int Unroll { get; set; }

    /// <summary>Whether the backward pass is generated. Without it the network only predicts and streams.</summary>
    public bool Training { get; set; } = true;

    /// <summary>Whether the network carries a mean and a scale per input feature, saved with its weights, and applies them to its inputs: those of its first input (the encoder's), and not those that a decoder reads.</summary>
    public bool NormalizeInputs { get; set; }

    /// <summary>Whether the network carries a mean and a scale for each number of its targets, saved with its weights: every loss on values ([MeanSquaredError], [MeanAbsoluteError], [Huber],
    /// [Quantile], [GaussianLikelihood]) is worked out in normalized units, and what comes out of the network (and metrics, targets, what a decoder is fed) is in the targets' own. The trainer
    /// fits them; see <see cref="T:SeqGen.TargetNormalization"/>.</summary>
    public bool NormalizeTargets { get; set; }

    /// <summary>Whether a flag at a step can begin a new piece inside of a sequence (an episode, the next document): states go back to where they begin before that step, windows
    /// see zeros before it, and no gradient goes past it. See <c>Workspace.SetResets</c> and <c>SequenceData.WithResets</c>.</summary>
    public bool Resets { get; set; }

    /// <summary>Whether sequences are <c>[time, batch, features]</c> instead of <c>[batch, time, features]</c>.</summary>
    public bool TimeMajor { get; set; }
}
