// A network written by hand against the contract, in simple loops: an Elman layer
//   h' = tanh(W (m * (x - mean) / std) + U h + b),   the output is h, at every step or the last
// that has everything the runtime must serve: packed parameters, derived and transposed copies, states, noise, lengths, tokens.
using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using SeqGen.Kernels.V1;

namespace SeqGen.Tests.Support;

internal class TinyProgram : NetworkProgram
{
    private readonly TinyOptions _o;
    private readonly int _f;
    private readonly int _h;
    private readonly int _rowF;
    private readonly int _rowH;
    private readonly int _weight;
    private readonly int _recurrent;
    private readonly int _bias;
    private readonly int _mean;
    private readonly int _std;
    private readonly int _table;

    public TinyProgram(TinyOptions options)
    {
        _o = options;
        _f = options.Features;
        _h = options.Units;
        _rowF = (_f + 15) & ~15;
        _rowH = (_h + 15) & ~15;
        List<ParameterPlan> parameters = [];
        int at = 0;
        int Add(string name, int units, int columns, InitializationPlan law, bool vector = false, bool transposed = false, bool trainable = true, bool optional = false)
        {
            int start = at;
            parameters.Add(new ParameterPlan
            {
                Name = name,
                Shape = vector ? [units] : transposed ? [columns, units] : [units, columns],
                Offset = at,
                Units = units,
                Columns = columns,
                BlockStride = 16 * columns,
                RowStride = 16,
                Transposed = transposed,
                Trainable = trainable,
                Optional = optional,
                Initialization = law,
            });
            at += (units + 15) / 16 * 16 * columns;
            return start;
        }

        InitializationPlan glorot = new(InitializationKind.GlorotUniform, FanIn: _f, FanOut: _h);
        _table = options.Tokens > 0 ? Add("embedding.weight", _f, options.Tokens, new(InitializationKind.Normal, 1f), transposed: true) : 0;
        _weight = Add("rnn.weight_ih", _h, _f, glorot, trainable: !options.FreezeInput);
        _recurrent = Add("rnn.weight_hh", _h, _h, new(InitializationKind.Orthogonal));
        _bias = Add("rnn.bias", _h, 1, new(InitializationKind.Uniform, 0.1f), vector: true);
        if (options.Normalization)
        {
            _mean = Add(InputNormalization.MeanName, _f, 1, new(InitializationKind.Zeros), vector: true, trainable: false, optional: true);
            _std = Add(InputNormalization.StdName, _f, 1, new(InitializationKind.Ones), vector: true, trainable: false, optional: true);
        }

        Place x = new(Area.Tape, 0, _rowF), h0 = new(Area.Tape, _rowF, _rowH);
        Place steps = h0 with { Slot = 1 }, last = h0 with { AtSteps = true }, output = options.Sequence ? steps : last;
        int after = _rowF + _rowH;
        Place seed = new(Area.Tape, after, _rowH), dx = new(Area.Tape, after + _rowH, _rowF), dh0 = new(Area.Tape, after + _rowH + _rowF, _rowH);
        Place noise = new(Area.Tape, after + (2 * _rowH) + _rowF, _rowF);
        Place state = new(Area.Tape, 0, _rowH);
        Plan = new NetworkPlan
        {
            Contract = NetworkPlan.CurrentContract,
            Name = options.Name,
            Fingerprint = $"tiny {_f} {_h} {options.Tokens}",
            Timesteps = options.Timesteps,
            TimeMajor = options.TimeMajor,
            Parameters = parameters.ToArray(),
            ParameterLength = at,
            DerivedLength = _rowH,
            TransposedLength = _h * _h,
            Training = new WorkArea
            {
                TapeWidths = [after + (2 * _rowH) + (2 * _rowF)],
                ScratchWidth = _rowH,
                Inputs = [x],
                Outputs = [new(output, Seed: seed)],
                InputGradients = [options.Tokens > 0 ? null : dx],
                States = [new("rnn.h", _h, h0, last, dh0)],
                Noises = options.Keep < 1 ? [new("dropout.mask", 0, _f, options.Keep, 1f / options.Keep, 1f, NoiseLife.Step, noise)] : [],
                LayerOutputs = [new("rnn", _h, 0, steps)],
            },
            Inference = new WorkArea { TapeWidths = [after], ScratchWidth = 0, Inputs = [x], Outputs = [new(output)], States = [new("rnn.h", _h, h0, last)] },
            Streaming = new WorkArea
            {
                TapeWidths = [_rowH],
                ScratchWidth = _rowF,
                Inputs = [new Place(Area.Scratch, 0, _rowF)],
                Outputs = [new(state)],
                States = [new("rnn.h", _h, state, state)],
            },
            Axes = [new("time", options.Timesteps, IsLimit: options.Limit)],
            Inputs = [new("input", options.Tokens > 0 ? 0 : _f, options.Tokens)],
            Outputs = [new("output", _h, options.Sequence ? 0 : -1, options.Loss == LossKind.None ? null : options.FullLoss ?? new LossPlan(options.Loss, options.LossWeight))],
            TruncatesBackward = true,
            Layers = [new("rnn", "Rnn", $"{_h}, tanh", $"[{options.Timesteps}, {_h}]", (_h * _f) + (_h * _h) + _h, (_h * _f) + (_h * _h))],
        };
    }

    public override NetworkPlan Plan { get; }

    public override void Derive(ref float parameters, ref float derived)
    {
        for (int u = 0; u < _h; u++)
        {
            Unsafe.Add(ref derived, u) = Unsafe.Add(ref parameters, _bias + u);
        }
    }

    public override void DeriveTransposed(ref float parameters, ref float transposed)
    {
        for (int u = 0; u < _h; u++)
        {
            for (int k = 0; k < _h; k++)
            {
                Unsafe.Add(ref transposed, (k * _h) + u) = Unsafe.Add(ref parameters, At(_recurrent, _h, u, k));
            }
        }
    }

    public override void Predict(in Frame f) => Run(in f, noise: -1);

    public override void Forward(in Frame f) => Run(in f, _o.Keep < 1 ? Plan.Training!.Noises[0].Place.Offset : -1);

    public override bool Step(in Frame f, bool output)
    {
        Span<float> next = stackalloc float[_h];
        for (int b = 0; b < f.Batch; b++)
        {
            ref float x = ref Unsafe.Add(ref f.Scratch, b * _rowF);
            Embed(in f, ref x, b);
            ref float h = ref Unsafe.Add(ref f.Tape, b * _rowH);
            Cell(in f, ref x, ref Unsafe.NullRef<float>(), ref h, ref next[0]);
            for (int u = 0; u < _h; u++)
            {
                Unsafe.Add(ref h, u) = next[u];
            }
        }

        return true;
    }

    public override void Backward(in Frame f, int firstStep)
    {
        nint extent = (f.Steps + 1) * f.Batch;
        WorkArea a = Plan.Training!;
        Span<float> dh = stackalloc float[_h], dz = stackalloc float[_h];
        for (int b = 0; b < f.Batch; b++)
        {
            dh.Clear();
            for (int t = f.Steps - 1; t >= firstStep; t--)
            {
                int r = (t * f.Batch) + b;
                if (_o.Sequence || t == f.Steps - 1)
                {
                    ref float seed = ref Unsafe.Add(ref f.Tape, (a.Outputs[0].Seed!.Value.Offset * extent) + ((_o.Sequence ? r : b) * _rowH));
                    for (int u = 0; u < _h; u++)
                    {
                        dh[u] += Unsafe.Add(ref seed, u);
                    }
                }

                if (!f.Lengths.IsEmpty && t >= f.Lengths[b])
                {
                    continue;
                }

                CellBackward(in f, r, dh, dz);
            }

            for (int u = 0; u < _h; u++)
            {
                Unsafe.Add(ref f.Tape, (a.States[0].InitialGradient!.Value.Offset * extent) + (b * _rowH) + u) = dh[u];
            }
        }
    }

    private static int At(int offset, int columns, int unit, int column) => offset + (unit / 16 * 16 * columns) + (column * 16) + (unit % 16);

    private void Run(in Frame f, int noise)
    {
        nint extent = (f.Steps + 1) * f.Batch;
        for (int r = 0; r < f.Steps * f.Batch; r++)
        {
            ref float x = ref Unsafe.Add(ref f.Tape, r * _rowF);
            ref float h = ref Unsafe.Add(ref f.Tape, (_rowF * extent) + (r * _rowH));
            ref float next = ref Unsafe.Add(ref h, f.Batch * _rowH);
            if (!f.Lengths.IsEmpty && r / f.Batch >= f.Lengths[r % f.Batch])
            {
                for (int u = 0; u < _h; u++)
                {
                    Unsafe.Add(ref next, u) = Unsafe.Add(ref h, u);
                }

                continue;
            }

            Embed(in f, ref x, r);
            ref float mask = ref noise < 0 ? ref Unsafe.NullRef<float>() : ref Unsafe.Add(ref f.Tape, (noise * extent) + (r * _rowF));
            Cell(in f, ref x, ref mask, ref h, ref next);
        }
    }

    private void Embed(in Frame f, ref float x, int row)
    {
        for (int j = 0; j < _f && _o.Tokens > 0; j++)
        {
            Unsafe.Add(ref x, j) = Unsafe.Add(ref f.Parameters, At(_table, _o.Tokens, j, Unsafe.Add(ref f.Tokens, row)));
        }
    }

    private void Cell(in Frame f, ref float x, ref float mask, ref float h, ref float next)
    {
        for (int u = 0; u < _h; u++)
        {
            float z = Unsafe.Add(ref f.Derived, u);
            for (int j = 0; j < _f; j++)
            {
                float value = Unsafe.Add(ref x, j);
                if (_o.Normalization)
                {
                    value = (value - Unsafe.Add(ref f.Parameters, _mean + j)) / Unsafe.Add(ref f.Parameters, _std + j);
                }

                z += Unsafe.Add(ref f.Parameters, At(_weight, _f, u, j)) * value * (Unsafe.IsNullRef(ref mask) ? 1 : Unsafe.Add(ref mask, j));
            }

            for (int k = 0; k < _h; k++)
            {
                z += Unsafe.Add(ref f.Parameters, At(_recurrent, _h, u, k)) * Unsafe.Add(ref h, k);
            }

            Unsafe.Add(ref next, u) = MathF.Tanh(z);
        }
    }

    // Plain inputs only: no normalization.
    private void CellBackward(in Frame f, int r, Span<float> dh, Span<float> dz)
    {
        nint extent = (f.Steps + 1) * f.Batch;
        ref float x = ref Unsafe.Add(ref f.Tape, r * _rowF);
        ref float h = ref Unsafe.Add(ref f.Tape, (_rowF * extent) + (r * _rowH));
        ref float next = ref Unsafe.Add(ref h, f.Batch * _rowH);
        for (int u = 0; u < _h; u++)
        {
            dz[u] = dh[u] * (1 - (Unsafe.Add(ref next, u) * Unsafe.Add(ref next, u)));
            Unsafe.Add(ref f.Gradients, _bias + u) += dz[u];
        }

        for (int j = 0; j < _f; j++)
        {
            float mask = _o.Keep < 1 ? Unsafe.Add(ref f.Tape, (Plan.Training!.Noises[0].Place.Offset * extent) + (r * _rowF) + j) : 1;
            float std = _o.Normalization ? Unsafe.Add(ref f.Parameters, _std + j) : 1;
            float mean = _o.Normalization ? Unsafe.Add(ref f.Parameters, _mean + j) : 0;
            float dx = 0;
            for (int u = 0; u < _h; u++)
            {
                Unsafe.Add(ref f.Gradients, At(_weight, _f, u, j)) += dz[u] * (Unsafe.Add(ref x, j) - mean) / std * mask;
                dx += dz[u] * Unsafe.Add(ref f.Parameters, At(_weight, _f, u, j)) * mask / std;
            }

            if (_o.Tokens > 0)
            {
                Unsafe.Add(ref f.Gradients, At(_table, _o.Tokens, j, Unsafe.Add(ref f.Tokens, r))) += dx;
            }
            else if (f.InputGradient)
            {
                Unsafe.Add(ref f.Tape, (Plan.Training!.InputGradients[0]!.Value.Offset * extent) + (r * _rowF) + j) = dx;
            }
        }

        for (int k = 0; k < _h; k++)
        {
            dh[k] = 0;
            for (int u = 0; u < _h; u++)
            {
                Unsafe.Add(ref f.Gradients, At(_recurrent, _h, u, k)) += dz[u] * Unsafe.Add(ref h, k);
                dh[k] += Unsafe.Add(ref f.Transposed, (k * _h) + u) * dz[u];
            }
        }
    }
}
