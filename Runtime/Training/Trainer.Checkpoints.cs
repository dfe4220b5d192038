// What a training leaves and goes on from: the best parameters, what it has in its hands between two updates, and its checkpoints.
// Knows what goes into a TrainingState and when; refuses to know files and updates.
using System;
using System.Collections.Generic;

namespace SeqGen;

public sealed partial class Trainer
{
    private (string Folder, float Rate)? _kept;

    /// <summary>Gives the network the parameters of the last training's best epoch (<see cref="EarlyStopping.RestoreBest"/> does it by itself at the end).</summary>
    /// <exception cref="InvalidOperationException">No epoch of it was done, or it is running.</exception>
    public void RestoreBest()
    {
        using Call call = Enter(nameof(RestoreBest));
        if (_isTraining || _last?.BestValues is null)
        {
            throw new InvalidOperationException(_isTraining ? "RestoreBest was called from within a training: wait for its end." : "There is no best epoch yet: no epoch of a training was done.");
        }

        BringBack(_last, _last.BestValues);
    }

    private void BringBack(TrainingState state, float[] parameters)
    {
        state.LastValues ??= _network.Parameters.Values.ToArray();
        _network.Core.ReplaceParameters(parameters);
    }

    /// <summary>The rate that a training of a folder began with, and is known by: reports may have changed it since, before the same trainer tries again.</summary>
    private float RateAtBeginning(Checkpoints? checkpoints) =>
        _kept is { } kept && kept.Folder == checkpoints?.FullPath && Optimizer.LearningRate == _last?.Rate ? kept.Rate : Optimizer.LearningRate;

    /// <summary>Where a training stands that is to go on; null where there is none.</summary>
    private TrainingState? Newest(CheckpointFolder folder, TrainingSettings settings, List<string> notices)
    {
        using CheckpointFile? file = folder.Newest(notices);
        if (file?.WhyNot(settings) is { } reason)
        {
            throw new NetworkFileException(
                $"{file.Path}: this checkpoint is of another training: {reason}. Set these back to go on with it, or give the new training another folder. Nothing was changed.");
        }

        if (file is null)
        {
            return null;
        }

        TrainingState state = file.Load(_network.Core, Optimizer, _trained, _options.Monitor.HigherIsBetter);
        Optimizer.LearningRate = state.Rate;
        if (state.Best is not null)
        {
            // It may have been broken off between an epoch and its file, or lost that since.
            folder.BestIsNew();
        }

        return state;
    }

    /// <summary>Puts back what a training that was broken off within an epoch had in its hands.</summary>
    private void GoOn(Run run, ParallelWorkspace workspace)
    {
        TrainingState state = run.State;
        if (state.Batch > 0)
        {
            _trained.Load(state.Sums);
            if (state.Carried is { } carried)
            {
                workspace.Resize(state.CarriedRows, run.Train.Steps);
                foreach ((string name, float[] values) in carried)
                {
                    workspace.SetInitialState(name, values);
                }
            }
        }

        // Where updates follow, the first one's report has the notices: another of the moment before would be told twice what it may act on.
        if (run.Notices.Count > 0 && (run.Epoch >= run.Epochs || (state.Batch == 0 && state.IsOver(_options.EarlyStopping))))
        {
            run.Report(0, null);
        }
    }

    /// <summary>Notes in the state what the training has in its hands.</summary>
    private void Note(Run run, ParallelWorkspace workspace)
    {
        TrainingState state = run.State;
        run.TakeRate(Optimizer);
        run.StopClock();
        bool isWithin = state.Batch > 0;
        state.Sums = isWithin ? _trained.Save() : [];
        state.Carried = isWithin && _options.Stateful ? workspace.GivenStates() : null;
        state.CarriedRows = state.Carried is null ? 0 : workspace.Batch;
    }

    private void Save(Run run, ParallelWorkspace workspace, bool force = false)
    {
        if (run.Folder is not { } folder)
        {
            return;
        }

        Note(run, workspace);
        run.Saved(folder.Save(
            run.Updates,
            () => CheckpointFile.Of(_network.Core, Optimizer, training: (run.State, run.Settings!)),
            () => run.State.BestValues is { } best ? ParameterFile.Of(_plan, best, _network.Core.Metadata) : null,
            force));
    }
}
