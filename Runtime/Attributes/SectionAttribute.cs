// What every section attribute has. The generator recognises a section by this base type.
using System;

namespace SeqGen;

/// <summary>Opens a section of a network that is not one stack: the layers that follow, up to the next section, belong to it.</summary>
/// <remarks>A network has either an <see cref="EncoderAttribute"/> and a <see cref="DecoderAttribute"/>, or any number of <see cref="HeadAttribute"/>s after the layers they share.</remarks>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public abstract class SectionAttribute : Attribute;
