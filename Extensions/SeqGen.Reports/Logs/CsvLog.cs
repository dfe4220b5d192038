// Epochs as rows of a table. Knows columns; refuses to know how lines get into a file.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;

namespace SeqGen.Reports;

/// <summary>Writes a row for every epoch: epoch, losses and metrics (<c>loss</c>, <c>accuracy</c>, <c>rmse</c>, <c>mae</c>; those of the validation with <c>val_</c> before them, those of heads
/// as <c>head/loss</c>), gradient norm and learning rate of the epoch's last update, monitored value, seconds. Numbers are exact and of the invariant culture; NaN and Infinity are words.</summary>
/// <remarks>A file that is there already is gone on with: the row of an epoch takes the place of the rows of that epoch and later ones, so a training that was killed and goes on from a
/// checkpoint has each row once, and one that begins anew begins the file anew. Columns are those of
/// the first epoch; what one has not is empty. What cannot be written is thrown, and ends the training.</remarks>
public sealed class CsvLog : IProgress<TrainingProgress>, IDisposable
{
    private readonly LogFile _file;
    private readonly string _path;
    private string[]? _columns;

    /// <summary>Opens a file, or creates it.</summary>
    /// <param name="path">Where.</param>
    /// <exception cref="InvalidDataException">There is a file that is no log.</exception>
    public CsvLog(string path)
    {
        _path = path;
        _file = new LogFile(path, line => int.TryParse(line.AsSpan(0, Math.Max(0, line.IndexOf(','))), NumberStyles.None, CultureInfo.InvariantCulture, out int epoch) ? new Moment(epoch, int.MaxValue) : null, "epoch,", 1, "CSV log");
    }

    /// <summary>Writes the row of an epoch that is done; other reports write nothing.</summary>
    /// <exception cref="InvalidDataException">The file has other columns: it is of another network, or of a training without (or with) validation.</exception>
    public void Report(TrainingProgress value)
    {
        if (value.Completed is not { } epoch)
        {
            return;
        }

        (string Name, double? Value)[] columns =
        [
            ("epoch", epoch.Epoch),
            .. Results.Of(epoch.Training),
            .. epoch.Validation is null ? [] : Results.Of(epoch.Validation).Select(r => ("val_" + r.Name, r.Value)),
            ("gradient_norm", value.GradientNorm),
            ("learning_rate", double.Parse(epoch.LearningRate.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)),
            ("monitored", epoch.Monitored),
            ("seconds", Math.Round(epoch.Duration.TotalSeconds, 3)),
        ];
        string heading = string.Join(',', columns.Select(c => Quoted(c.Name)));
        if (_file.Heading is null)
        {
            _file.WriteHeading(heading);
        }
        else if (_columns is null && _file.Heading != heading)
        {
            throw new InvalidDataException($"{_path} has the columns {_file.Heading}; this training has {heading}. Give another file, or delete this one.");
        }

        // A head of which nothing counts in an epoch has no accuracy in that one: a column stays empty then.
        _columns ??= [.. columns.Select(c => c.Name)];
        Dictionary<string, double?> values = columns.ToDictionary(c => c.Name, c => c.Value);
        _file.Write(Moment.Of(value), string.Join(',', _columns.Select(c => values.GetValueOrDefault(c) is { } number ? Results.Text(number) : "")));
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    private static string Quoted(string name) => name.AsSpan().IndexOfAny(",\"\r\n") < 0 ? name : "\"" + name.Replace("\"", "\"\"", StringComparison.Ordinal).ReplaceLineEndings(" ") + "\"";
}
