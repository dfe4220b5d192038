// Who may call a trainer when, and where each call works: calls from within a training have a workspace of their own, so that they leave
// its states, noise and threads alone.
// Knows threads and workspaces; refuses to know what calls do.
using System;

namespace SeqGen;

public sealed partial class Trainer
{
    private int _thread;
    private string _call = "";
    private bool _isTraining;
    private ParallelWorkspace? _workspace;
    private ParallelWorkspace? _aside;

    /// <summary>Where batches run; for tests.</summary>
    internal ParallelWorkspace? Workspace => _workspace;

    /// <summary>Begins a public call; what it gives is to be disposed at its end.</summary>
    private Call Enter(string call)
    {
        if (!OneThread.TryEnter(ref _thread, out bool isOutermost))
        {
            throw new InvalidOperationException(
                $"{call}: this trainer of {_plan.Name} is in {_call} on another thread, and a trainer is used by one thread at a time. Create one a thread, each with a network " +
                "of its own. (A Progress<T> reports on other threads: to call the trainer from a report, write a class that implements IProgress<TrainingProgress>, which is called on Fit's thread.)");
        }

        if (_isTraining && call is nameof(Fit) or nameof(Resume))
        {
            throw new InvalidOperationException(
                $"{call} of this trainer of {_plan.Name} was called from within its Fit (by a progress report, a schedule or an optimizer), where Evaluate and Predict may be called alone. " +
                "Call it after the other has returned; to end that early, cancel its token.");
        }

        if (isOutermost)
        {
            _call = call;
        }

        return new Call(this, isOutermost);
    }

    /// <summary>A workspace that is large enough for some data: the trainer's own, or, in a call from within a training, the one beside it.</summary>
    private ParallelWorkspace WorkspaceFor(SequenceData data, SequenceData? more = null)
    {
        ref ParallelWorkspace? workspace = ref _isTraining ? ref _aside : ref _workspace;
        int batch = Math.Min(Math.Max(data.Count, more?.Count ?? 0), _options.BatchSize), steps = Math.Max(data.Steps, more?.Steps ?? 0);
        int targetSteps = Math.Max(DataChecks.TargetSteps(data, _plan), more is null ? 0 : DataChecks.TargetSteps(more, _plan));
        if (workspace is null || workspace.MaxBatch < batch || workspace.MaxSteps < steps || workspace.MaxTargetSteps < targetSteps)
        {
            batch = Math.Max(batch, workspace?.MaxBatch ?? 0);
            steps = Math.Max(steps, workspace?.MaxSteps ?? 0);
            targetSteps = Math.Max(targetSteps, workspace?.MaxTargetSteps ?? 0);
            Forget(ref workspace);
            if (!_isTraining)
            {
                _sampler?.Dispose();
                _sampler = null;
            }

            workspace = new ParallelWorkspace(_network.Core, batch, steps, _options.Threads, training: true, Processors, targetSteps, _losses);
        }

        return workspace;
    }

    /// <summary>A workspace that was made for larger data may have more threads than this training has where nothing came before it, and sums in another order.</summary>
    private void ForgetThreadsOfOthers(int samples)
    {
        if (_workspace is { } workspace && workspace.Threads != BatchSplit.Threads(_options.Threads, Math.Min(samples, _options.BatchSize), Processors))
        {
            Forget(ref _workspace);
        }
    }

    // Nothing that was disposed stays behind, whatever fails next.
    private static void Forget(ref ParallelWorkspace? workspace)
    {
        ParallelWorkspace? old = workspace;
        workspace = null;
        old?.Dispose();
    }

    /// <summary>A public call that is running.</summary>
    private readonly struct Call(Trainer trainer, bool isOutermost) : IDisposable
    {
        /// <summary>From here on, calls are from within a training.</summary>
        public void BeginTraining() => trainer._isTraining = true;

        public void Dispose()
        {
            if (!isOutermost)
            {
                return;
            }

            trainer._isTraining = false;
            Forget(ref trainer._aside);
            OneThread.Leave(ref trainer._thread);
        }
    }
}
