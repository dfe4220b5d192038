// What is done with the reports of a training. Knows the interface; refuses to know what a report says.
using System;

namespace SeqGen.Generator.Tests.Harness;

/// <summary>Hands every report on, on the training's own thread.</summary>
internal sealed class Reports(Action<TrainingProgress> report) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value) => report(value);
}
