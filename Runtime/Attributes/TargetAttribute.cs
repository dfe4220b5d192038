// What the targets of a loss of one's own are. Knows kinds; knows no formula.
using System;

namespace SeqGen;

/// <summary>Says on the parameter <c>target</c> of a loss of one's own what targets are. Without it they are numbers that nothing is known of.</summary>
/// <param name="kind">
/// <see cref="TargetKind.Values"/>: values of any size, which <see cref="NetworkAttribute.NormalizeTargets"/> may move and scale.
/// <see cref="TargetKind.YesNo"/>: answers from 0 to 1, one for each output; they are never scaled.
/// <see cref="TargetKind.Classes"/>: one class a position. Data has its number, 0 to the outputs - 1, and the method sees it one-hot: a vector of the output's size with 1 at the class, else 0.
/// </param>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class TargetAttribute(TargetKind kind) : Attribute
{
    /// <summary>What targets are.</summary>
    public TargetKind Kind { get; } = kind;
}
