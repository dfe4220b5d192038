// Arrays whose size is a product of what users give. Knows how many elements an array holds; refuses to know what they are.
using System;

namespace SeqGen;

internal static class ArrayRoom
{
    /// <summary>An array of so many elements.</summary>
    /// <param name="count">How many, worked out in 64 bits.</param>
    /// <param name="what">What they are, and of what sizes, for the message.</param>
    /// <param name="advice">What to do where they are too many: a sentence.</param>
    /// <param name="argument">The argument that asks for them.</param>
    /// <exception cref="ArgumentException">No array holds them.</exception>
    public static T[] Of<T>(long count, string what, string advice, string argument) => count >= 0 && count <= Array.MaxLength ? new T[count]
        : throw new ArgumentException($"{what} are {count} elements, more than one array holds ({Array.MaxLength}). {advice}", argument);
}
