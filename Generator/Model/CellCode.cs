// The method of a user's own cell, loss or activation as plain values: what was read from C# and is not yet known in sizes. No symbols, no syntax, no locations.
// It does not know what a function means; that is in Layers/Cells.
using System.Globalization;

namespace SeqGen.Generator.Model;

/// <summary>What a piece of code is.</summary>
internal enum CodeKind
{
    /// <summary>Statements, one after the other.</summary>
    Block,

    /// <summary>Gives the variable <see cref="Code.Text"/> the value of its part.</summary>
    Let,

    /// <summary>Gives the variables named in <see cref="Code.Text"/>, with commas between and an empty name for none, the items of its part.</summary>
    LetItems,

    /// <summary>Ends the method with its part.</summary>
    Return,

    /// <summary>Condition, what is done then, and else where there is a third part.</summary>
    If,

    /// <summary>Beginning, condition, what follows each round, body.</summary>
    For,

    /// <summary>Says that an option may not be so; its part is the message.</summary>
    Refuse,

    Integer,
    Number,
    Truth,
    Text,
    Variable,

    /// <summary>A property of the attribute, or a parameter of its constructor.</summary>
    Option,

    Tuple,

    /// <summary>Item <see cref="Code.Text"/> of a tuple, from 0.</summary>
    Item,

    /// <summary>Condition, and one of two values.</summary>
    Choose,

    /// <summary>A function of the language, by name.</summary>
    Call,

    /// <summary>A method of the user's, by its place in <see cref="CellCode.Methods"/>.</summary>
    Invoke,

    /// <summary>Ends the innermost loop.</summary>
    Break,

    /// <summary>Ends its round.</summary>
    Continue,
}

/// <summary>A piece of code.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Id">Its number in the cell, by which its place in the source is found again.</param>
/// <param name="Text">A name, or a constant in invariant culture.</param>
/// <param name="Parts">What it is made of.</param>
internal sealed record Code(CodeKind Kind, int Id, string Text, EquatableArray<Code> Parts)
{
    public double Number => double.Parse(Text, CultureInfo.InvariantCulture);
}

/// <summary>A method: its parameters' variables, and its body.</summary>
internal sealed record MethodCode(string Name, EquatableArray<string> Parameters, Code Body);

/// <summary>A state by name, or the target of a loss, with its size: one code for a vector, two for a matrix, none for the layer's or the output's.</summary>
/// <param name="Targets">What targets are, by the member of the runtime's enum; empty where nothing says it.</param>
internal sealed record StateCode(string Name, bool IsMatrix, EquatableArray<Code> Sizes, string Targets = "");

/// <summary>An option that can be read, and what it is where it is not written.</summary>
internal sealed record OptionCode(string Name, Code Default);

/// <summary>What a class of a user's is.</summary>
internal enum CellKind
{
    /// <summary>A recurrent layer: the method is a step.</summary>
    Cell,

    /// <summary>A loss: the method is of an output and its target.</summary>
    Loss,

    /// <summary>An activation: the method is of one number, or of a vector element by element.</summary>
    Activation,
}

/// <summary>A cell, a loss or an activation of a user's.</summary>
/// <param name="Kind">Which of them.</param>
/// <param name="Name">Full name of its class.</param>
/// <param name="Units">Size of the layer, from the options; 0 where there is none.</param>
/// <param name="Options">Its own options.</param>
/// <param name="States">Its states in order; of a loss, the target.</param>
/// <param name="HasOutput">Whether the step gives an output beside the states.</param>
/// <param name="Methods">The method itself first, then what it calls.</param>
internal sealed record CellCode(
    CellKind Kind, string Name, Code Units, EquatableArray<OptionCode> Options, EquatableArray<StateCode> States, bool HasOutput, EquatableArray<MethodCode> Methods)
{
    /// <summary>What messages call it: its class without namespace and suffix.</summary>
    public string Title => Identifiers.WithoutSuffix(Name.Substring(Name.LastIndexOf('.') + 1));

    /// <summary>All of it in a line: equal for equal cells, and what a package carries.</summary>
    public string Text => CellText.Write(this);
}
