// Batch normalization: what the parts see of a batch, when it is the batch's own and when the running statistics', and when those learn of it.
// Knows passes; refuses to know sums, and how running statistics move.
using SeqGen.Kernels.V1;

namespace SeqGen;

public partial class Workspace
{
    private BatchStatistics[] _statistics = [];
    private RunningStatistics? _running;

    /// <summary>Whether passes of training, too, normalize by running statistics, which then do not move: repeated passes over one batch, a batch of one stream.</summary>
    internal bool UsesRunningStatistics { get; set; }

    /// <summary>Whether running statistics learn of the batches of this workspace: not where passes only look at a network.</summary>
    internal bool MovesStatistics { get; set; } = true;

    /// <summary>Where the parts of a batch meet, between their sums and what is made of all of them.</summary>
    private protected void MeetAt(IMeetingPoint point)
    {
        foreach (BatchStatistics part in _statistics)
        {
            part.Meeting = point;
        }
    }

    /// <summary>Whether parts wait for each other within passes.</summary>
    private protected bool PartsMeet => _statistics.Length > 1;

    /// <summary>How many parts have sequences: the first ones.</summary>
    private protected int PartsAtWork
    {
        get
        {
            int count = 0;
            foreach (Part part in _parts)
            {
                count += part.Rows > 0 ? 1 : 0;
            }

            return count;
        }
    }

    private void AllocateStatistics(int parts)
    {
        if (_plan.Norms.Length == 0 || !_training)
        {
            return;
        }

        _running = RunningStatistics.Of(_plan);
        int[] widths = RunningStatistics.Widths(_plan);
        _statistics = new BatchStatistics[parts];
        for (int i = 0; i < parts; i++)
        {
            _statistics[i] = new BatchStatistics(widths, _statistics);
        }
    }

    private void BeginStatistics()
    {
        foreach (BatchStatistics part in _statistics)
        {
            part.Begin(_mode == ForwardMode.Inference || UsesRunningStatistics);
        }
    }

    /// <summary>After the way back, which is what tells training from looking: every part knows the whole batch's, the first has sequences.</summary>
    private void KeepStatistics()
    {
        if (!MovesStatistics || _running is null)
        {
            return;
        }

        _running.Add(_statistics[0]);
        if (_running.Any)
        {
            _core.Await(_running);
        }
    }
}
