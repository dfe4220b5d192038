// What every layer recipe is: a shape rule that finds the user's mistakes, and a lowering into ops. No backward code anywhere here.
using System.Collections.Generic;
using System.Globalization;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Model;

namespace SeqGen.Generator.Layers;

/// <summary>What flows from one layer to the next.</summary>
/// <param name="Size">Features per step, or the number of different tokens.</param>
/// <param name="IsTokens">Whether it is integer ids instead of numbers.</param>
/// <param name="IsSequence">Whether there is one per step or one per sequence.</param>
/// <param name="Steps">The most steps there are of a sequence: fewer than the network's after a layer whose windows are whole or strided.</param>
internal sealed record Signal(int Size, bool IsTokens, bool IsSequence, int Steps = 0);

/// <summary>Collects the mistakes of one declaration, and tells a layer that is being checked where it stands.</summary>
internal sealed class ProblemSink
{
    private readonly List<Problem> _problems = new();

    /// <summary>The attribute being checked, by its position in <see cref="NetworkSpec.Layers"/>; -1 for [Network] itself.</summary>
    public int Layer { get; set; } = -1;

    /// <summary>Kind of the layer before the one being checked, for messages.</summary>
    public string LayerBefore { get; set; } = "";

    /// <summary>The layer after the one being checked, in the same section.</summary>
    public Layer? LayerAfter { get; set; }

    /// <summary>Its arguments.</summary>
    public ArgumentList ArgumentsAfter { get; set; } = ArgumentList.Empty;

    /// <summary>In a decoder: what the encoder gives.</summary>
    public Signal? Encoded { get; set; }

    public IReadOnlyList<Problem> Problems => _problems;

    /// <summary>Reports a mistake in the current layer; <paramref name="argument"/> is empty for the attribute as a whole.</summary>
    public void Add(string id, string argument, params object[] values)
    {
        var texts = new string[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            // Sizes that are too large to be read digit by digit.
            texts[i] = id == "SEQ0112" && values[i] is System.IFormattable size
                ? size.ToString("N0", CultureInfo.InvariantCulture)
                : System.Convert.ToString(values[i], CultureInfo.InvariantCulture) ?? "";
        }

        _problems.Add(new Problem(id, Layer, argument, new EquatableArray<string>(texts)));
    }
}

/// <summary>The recipe of one kind of layer.</summary>
internal abstract class Layer
{
    /// <summary>Name of the attribute without its suffix, e.g. <c>Lstm</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>Whether it carries states from step to step.</summary>
    public virtual bool HasStates => false;

    /// <summary>The activation at the layer's output as far as a loss must know it: Linear, Sigmoid, Softmax, ...</summary>
    public virtual string OutputActivation(ArgumentList arguments) => "Linear";

    /// <summary>The option that a function of a user's own is of, where no other says so.</summary>
    public virtual string MainActivation => "Activation";

    /// <summary>Why a network with this layer cannot run step by step, and what to do instead; empty if it can.</summary>
    public virtual string NoStream(ArgumentList arguments) => "";

    /// <summary>Why a decoder with this layer cannot write by itself, feeding back what it has written; empty if it can. Unlike a stream, such a
    /// decoder ends after a number of steps, and keeps states alone.</summary>
    public virtual string NoDecoding(ArgumentList arguments) => NoStream(arguments);

    /// <summary>Why a sequence that this layer reads cannot begin anew inside, and what to do instead; empty if it can.</summary>
    public virtual string NoResets(ArgumentList arguments) => "";

    /// <summary>Whether it begins at the end of a sequence, in one direction at least.</summary>
    public virtual bool ReadsFromEnd(ArgumentList arguments) => false;

    /// <summary>What the layer after this one gives beside its own output, because this one works inside its loop.</summary>
    public virtual int AddedToNext(ProblemSink problems) => 0;

    /// <summary>Its name in a decoder or encoder where the user gives none; empty for one made of section and kind.</summary>
    public virtual string NameInSection(string section) => "";

    /// <summary>Checks the arguments against the input, reports mistakes, and says what the layer gives (a best guess after a mistake).</summary>
    public abstract Signal Check(ArgumentList arguments, Signal input, ProblemSink problems);

    /// <summary>Writes the layer as ops; only called on a declaration without mistakes.</summary>
    public abstract Value Lower(ArgumentList arguments, Lowering lowering, Value input);
}

/// <summary>What a layer writes into the loop of the recurrent layer after it: it sees the state before the step and changes what goes in and out.</summary>
internal abstract class LoopPart
{
    /// <summary>Features that it adds to the input of every step.</summary>
    public abstract int Width { get; }

    /// <summary>The cell's input, made of the step's and the state before it.</summary>
    public abstract Value Before(Scan scan, Value x, Value state);

    /// <summary>The layer's output, made of the cell's.</summary>
    public abstract Value After(Value output);
}
