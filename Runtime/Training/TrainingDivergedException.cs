// The exception of a training whose numbers ran away.
using System;

namespace SeqGen;

/// <summary>A loss or gradient became infinite or not a number. The parameters are those before the update in question.</summary>
public sealed class TrainingDivergedException : Exception
{
    /// <summary>The epochs that were done before; null where it is not a trainer's.</summary>
    public TrainingHistory? History { get; internal set; }

    /// <summary>An exception without a message.</summary>
    public TrainingDivergedException()
    {
    }

    /// <summary>An exception with a message.</summary>
    public TrainingDivergedException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with a message and a cause.</summary>
    public TrainingDivergedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
