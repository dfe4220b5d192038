// What layers with a state carried from step to step have in common. It knows no cell equations.
namespace SeqGen;

/// <summary>A layer that carries a state from step to step.</summary>
/// <remarks>The dropouts are off at 0, draw their masks from the run's seed while training, and follow their papers otherwise; a layer for which the idea makes no sense says so.</remarks>
/// <param name="units">Size of the state, H.</param>
public abstract class RecurrentLayerAttribute(int units) : LayerAttribute
{
    /// <summary>Size of the state, and of the output unless the layer says otherwise, H.</summary>
    public int Units { get; } = units;

    /// <summary>Whether the layer gives its output at every step, <c>[batch, time, H]</c>, or that of the last step alone, <c>[batch, H]</c>.</summary>
    public Returns Returns { get; set; } = Returns.Sequence;

    /// <summary>Which way the sequence is read. A backward direction has parameters that end in <c>_reverse</c>, starts at each sequence's last valid step, and cannot stream.</summary>
    public Direction Direction { get; set; } = Direction.Forward;

    /// <summary>What becomes of the outputs of two directions.</summary>
    public Merge Merge { get; set; } = Merge.Concatenate;

    /// <summary>Where states begin that are neither given nor carried over.</summary>
    public InitialState InitialState { get; set; } = InitialState.Zero;

    /// <summary>Standard deviation of <see cref="InitialState.Random"/> states.</summary>
    public double RandomDeviation { get; set; } = 0.1;

    /// <summary>Whether all steps share one set of parameters. <c>false</c> gives each of the network's <c>Timesteps</c> its own, under names that end in
    /// <c>.t0</c>, <c>.t1</c>, ...; at most 65,536; longer sequences are then an error, and there is no stream.</summary>
    public bool Tied { get; set; } = true;

    /// <summary>Whether the input is added to the output, <c>x + layer(x)</c> (He et al. 2016); their sizes must be equal.</summary>
    public bool Residual { get; set; }

    /// <summary>Whether the input passes by: <see cref="SeqGen.Skip.Concatenate"/> gives <c>[x, layer(x)]</c>.</summary>
    public Skip Skip { get; set; } = Skip.None;

    /// <summary>Whether the layer has biases; <c>false</c> leaves out both the input's and the recurrent one.</summary>
    public bool Bias { get; set; } = true;

    /// <summary>Rate of dropping elements of the candidate, what a step would add to the memory (Semeniuta et al. 2016).</summary>
    public double RecurrentDropout { get; set; }

    /// <summary>Whether the mask of <see cref="RecurrentDropout"/> holds for a whole sequence instead of a step.</summary>
    public bool RecurrentDropoutPerSequence { get; set; }

    /// <summary>Probability that an element of h keeps its old value at a step (Krueger et al. 2017). Inference mixes old and new with that share.</summary>
    public double Zoneout { get; set; }

    /// <summary>The same for the cell c of an LSTM.</summary>
    public double ZoneoutCell { get; set; }

    /// <summary>Rate of silencing elements of the cell c for a whole sequence (RNNDrop, Moon et al. 2015); inference scales by <c>1 - rate</c>.</summary>
    public double RnnDrop { get; set; }

    /// <summary>Rate of dropping elements of the input, the same at every step of a sequence (Gal and Ghahramani 2016).</summary>
    public double VariationalInput { get; set; }

    /// <summary>Rate of dropping elements of h where the recurrent weights read it, the same at every step of a sequence (Gal and Ghahramani 2016).</summary>
    public double VariationalHidden { get; set; }

    /// <summary>Rate of dropping recurrent weights, one mask a pass (DropConnect: Wan et al. 2013; AWD-LSTM: Merity et al. 2018).</summary>
    public double WeightDrop { get; set; }

    /// <summary>How the input weights <c>[gates * H, inputs]</c> begin; by default <see cref="Initializer.GlorotUniform"/>.</summary>
    public Initializer InputInitializer { get; set; } = Initializer.Default;

    /// <summary>How the recurrent weights <c>[gates * H, H]</c> begin; by default <see cref="Initializer.Orthogonal"/>, gate by gate.</summary>
    public Initializer RecurrentInitializer { get; set; } = Initializer.Default;

    /// <summary>How both biases begin; by default <see cref="Initializer.Zeros"/>.</summary>
    public Initializer BiasInitializer { get; set; } = Initializer.Default;
}
