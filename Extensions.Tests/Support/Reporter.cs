// A reporter that does what a test wants.
using System;

namespace SeqGen.Extensions.Tests.Support;

internal sealed class Reporter(Action<TrainingProgress> report) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value) => report(value);
}
