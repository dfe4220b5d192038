// Carries the code of a cell of a user's own in the assembly that has its class, so that networks of other projects can be compiled with it.
using System;
using System.ComponentModel;

namespace SeqGen.Kernels.V1;

/// <summary>Written by the generator: what the compiler needs of a public cell, loss or activation of this assembly.</summary>
/// <param name="name">Full name of the class.</param>
/// <param name="code">Its method, in a form that has its number in front.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
public sealed class CellCodeAttribute(string name, string code) : Attribute
{
    /// <summary>Full name of the class.</summary>
    public string Name { get; } = name;

    /// <summary>Its method.</summary>
    public string Code { get; } = code;
}
