// The one exception of unusable parameter files.
using System;

namespace SeqGen;

/// <summary>A file is not a safetensors file, or not one of this network. The message says what was expected and what was found;
/// no parameter was changed.</summary>
public sealed class NetworkFileException : Exception
{
    /// <summary>An exception without a message.</summary>
    public NetworkFileException()
    {
    }

    /// <summary>An exception with a message.</summary>
    public NetworkFileException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with a message and a cause.</summary>
    public NetworkFileException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
