// What every loss attribute has. The generator recognises a loss by this base type.
using System;

namespace SeqGen;

/// <summary>What training makes small. Optional and last: without one, the caller writes the gradient of the output.</summary>
/// <remarks>Repeating is allowed by the language so that the generator can explain what is wrong with it.</remarks>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public abstract class LossAttribute : Differentiable
{
    /// <summary>What the loss counts beside those of other heads; the total is the sum of weight times loss.</summary>
    public double Weight { get; set; } = 1;
}
