// What an error must say. Knows messages; refuses to know who throws.
using System;
using Xunit;

namespace SeqGen.Tests.Support;

internal static class Errors
{
    /// <summary>Fails unless an exception of exactly that type comes, with that text in its message.</summary>
    public static void Says<TException>(string text, Action action)
        where TException : Exception => Assert.Contains(text, Assert.Throws<TException>(action).Message, StringComparison.Ordinal);
}
