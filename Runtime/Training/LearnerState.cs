// What an online learner writes down to go on: names and numbers. Knows their kinds; refuses to know what they mean, and files.
using System;
using System.Collections.Generic;

namespace SeqGen;

/// <summary>All that an online learner remembers beside the network's parameters and the optimizer's state.</summary>
/// <param name="Settings">What must be the same to go on with the same bits; null of what was read, when that is known.</param>
/// <param name="Counts">Counts and places.</param>
/// <param name="Numbers">Results.</param>
/// <param name="Integers">Tokens and classes.</param>
/// <param name="Tensors">Inputs, targets, masks and states.</param>
internal sealed record LearnerState(
    TrainingSettings? Settings,
    IReadOnlyDictionary<string, long> Counts,
    IReadOnlyDictionary<string, double> Numbers,
    IReadOnlyDictionary<string, int[]> Integers,
    IReadOnlyDictionary<string, float[]> Tensors);
