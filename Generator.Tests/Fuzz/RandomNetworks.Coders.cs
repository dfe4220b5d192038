// Encoders with their decoders: cells that are partners, bridges, both attentions, decoders that write by themselves.
// Knows which states must fit; refuses to know what any of it computes.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Model;

namespace SeqGen.Generator.Tests.Fuzz;

internal sealed partial class RandomNetworks
{
    private void Coder(int timesteps)
    {
        bool bridge = _draws.Chance(0.25), both = _draws.Chance(0.25);
        int cells = _draws.Pick(1, 1, 1, 2);
        string[] kinds = [.. Enumerable.Range(0, cells).Select(_ => _draws.Pick("Lstm", "Gru", "Gru", "Rnn", "Elman", "Jordan"))];
        int[] units = [.. kinds.Select(_ => _draws.Size())];
        LayerSpec[] read = Encoder(timesteps, kinds, units, both);
        (int encoded, bool isWhole) = (_size, _isSequence);

        bool tokens = _draws.Chance(0.45), writes = tokens && _draws.Chance(0.7);
        int fed = tokens ? _draws.Between(3, 9) : _draws.Size();
        _steps = _draws.Chance(0.3) ? _draws.Between(1, timesteps + 2) : timesteps;
        var section = new Arguments().With(tokens ? "Tokens" : "Inputs", fed).With(writes, "Start", () => 0).With(writes, "End", () => fed - 1)
            .With(_steps != timesteps, "Timesteps", () => _steps).With(bridge, "Bridge", () => true);
        _layers.Add(section.Of("Decoder"));
        (_size, _isSequence, _isOutput) = (fed, true, false);
        Embed(tokens);
        if (_draws.Chance(0.2))
        {
            Layer(_draws.Pick("Dense", "Dropout", "LayerNorm", "BatchNorm", "Tdnn"));
        }

        bool attends = _draws.Chance(0.6) && isWhole;
        for (int i = 0; i < cells; i++)
        {
            DecoderCell(read[i], both, bridge, attends && i == 0, encoded);
        }

        // What a decoder can be fed with is as much as it takes.
        bool linear = tokens || _draws.Chance(0.5), returns = tokens || _draws.Chance(0.4);
        if (linear)
        {
            _isOutput = true;
            string activation = _draws.Chance(0.8) ? "Linear" : "Softmax";
            _layers.Add(Common(new Arguments().With("Units", _size = returns ? fed : _draws.Size()).With(activation == "Softmax", "Activation", () => activation)).Of("Dense"));
            _activation = activation;
        }

        Loss(always: false);
    }

    private LayerSpec[] Encoder(int timesteps, string[] kinds, int[] units, bool both)
    {
        bool tokens = _draws.Chance(0.4);
        _size = tokens ? _draws.Between(2, 12) : _draws.Size();
        _steps = _draws.Chance(0.2) ? _draws.Between(1, timesteps + 2) : timesteps;
        _layers.Add(new Arguments().With(tokens ? "Tokens" : "Inputs", _size).With(_steps != timesteps, "Timesteps", () => _steps).Of("Encoder"));
        _isOutput = false;
        Embed(tokens);
        if (_draws.Chance(0.3))
        {
            Layer(_draws.Pick("Dense", "Dropout", "LayerNorm", "BatchNorm", "Tdnn", "SelfAttention"));
        }

        var cells = new List<LayerSpec>();
        foreach ((string kind, int size) in kinds.Zip(units))
        {
            string activation = "";
            LayerSpec cell = Recurrent(kind, size, ref activation, isCoder: true);
            if (both)
            {
                // What comes out of both directions is joined, and so are their states.
                cell = cell with { Arguments = new(new(cell.Arguments.Items.Where(a => a.Name is not ("Residual" or "Skip")).Append(new ArgumentSpec("Direction", "Both")))) };
                _size = 2 * Outputs(cell.Arguments);
            }

            _layers.Add(WithFunction(cell));
            cells.Add(cell);
        }

        if (_draws.Chance(0.2))
        {
            Layer(_draws.Pick("Dense", "Dropout", "LayerNorm", "BatchNorm"));
        }

        return [.. cells];
    }

    private static int Outputs(ArgumentList arguments) =>
        arguments.Has("Projection") ? arguments.Int("Projection") : arguments.Has("Outputs") ? arguments.Int("Outputs") : arguments.Int("Units");

    /// <summary>A cell whose states are those of its partner in the encoder, and attention before or behind it.</summary>
    private void DecoderCell(LayerSpec partner, bool both, bool bridge, bool attends, int encoded)
    {
        bool before = attends && _draws.Chance(0.5);
        if (before)
        {
            _layers.Add(Common(new Arguments().With("Units", _draws.Size())).Of("BahdanauAttention"));
        }

        string activation = "";
        int times = both ? 2 : 1;
        LayerSpec cell = Recurrent(bridge ? _draws.Pick("Lstm", "Gru", "Rnn", "Elman") : partner.Kind, bridge ? _draws.Size() : times * partner.Arguments.Int("Units"), ref activation, isCoder: true, mayPass: !before);
        if (!bridge)
        {
            cell = Fitted(cell, partner, times);
        }

        _layers.Add(WithFunction(cell));
        bool passes = cell.Arguments.Has("Skip");
        _size = passes || cell.Arguments.Has("Residual") ? _size : Outputs(cell.Arguments) + (before ? encoded : 0);
        _activation = "Linear";
        if (attends && !before)
        {
            bool dot = _size == encoded && _draws.Chance(0.7);
            _layers.Add(Common(new Arguments().With("Units", _size = _draws.Size()).With(!dot, "Score", () => "General")).Of("LuongAttention"));
        }
    }

    /// <summary>The options that decide on states, as the partner has them.</summary>
    private static LayerSpec Fitted(LayerSpec cell, LayerSpec partner, int times)
    {
        string[] deciding = ["Projection", "Context", "Recurrent", .. cell.Kind == "Jordan" ? new[] { "Outputs" } : []];
        IEnumerable<ArgumentSpec> own = cell.Arguments.Items.Where(a => !deciding.Contains(a.Name) && a.Name is not ("Residual" or "Skip" or "Zoneout" or "VariationalHidden"));
        IEnumerable<ArgumentSpec> given = partner.Arguments.Items.Where(a => deciding.Contains(a.Name)).Select(a => a.Value is long n && a.Name != "Context" ? a with { Value = n * times } : a);

        // What a constructor takes comes first.
        string[] positional = DeclarationText.Positional(cell.Kind);
        return cell with { Arguments = new(new(own.Concat(given).OrderBy(a => positional.Contains(a.Name) ? System.Array.IndexOf(positional, a.Name) : 99))) };
    }
}
