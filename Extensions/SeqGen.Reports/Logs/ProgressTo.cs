// Several reporters of one training. Knows whom to tell; refuses to know what they do.
using System;
using System.Collections.Generic;
using System.Linq;

namespace SeqGen.Reports;

/// <summary>Hands reports on.</summary>
public static class Progress
{
    /// <summary>Several reporters as one: <c>progress: Progress.To(new ConsoleProgress(), log, live)</c>. Each is told on the thread that reports (Fit's own), in this order.
    /// Where one throws, the others are told before it goes on to Fit and ends the training.</summary>
    /// <param name="reporters">Whom to tell; null is nobody, so that one can be left out by a condition.</param>
    public static IProgress<TrainingProgress> To(params IReadOnlyList<IProgress<TrainingProgress>?> reporters)
    {
        ArgumentNullException.ThrowIfNull(reporters);
        return new CompositeProgress([.. reporters.OfType<IProgress<TrainingProgress>>()]);
    }

    private sealed class CompositeProgress(IProgress<TrainingProgress>[] reporters) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            List<Exception>? failures = null;
            foreach (IProgress<TrainingProgress> reporter in reporters)
            {
                try
                {
                    reporter.Report(value);
                }
                catch (Exception e)
                {
                    (failures ??= []).Add(e);
                }
            }

            switch (failures)
            {
                case null:
                    return;
                case [var one]:
                    System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(one);
                    return;
                default:
                    throw new AggregateException(failures);
            }
        }
    }
}
