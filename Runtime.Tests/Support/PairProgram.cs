// A network written by hand against the contract that has every shape there is: two inputs along two axes, a third axis that follows from the
// first, three heads, a learned state, noise on inputs and on weights, a decoder that goes on, weights across two axes. All of it is linear:
//   e' = w * e + m x      encoder, elementwise in the units, from a learned start        head "sum": the last e
//   p_t = x_t + x_(t+1)   along the axis that follows                                    head "pairs"
//   d' = w * d + table[token]     decoder, from the encoder's last e                      head "words": d' as logits
using System;
using System.Runtime.CompilerServices;
using SeqGen.Kernels.V1;

namespace SeqGen.Tests.Support;

internal sealed class PairProgram : NetworkProgram
{
    public const int Units = 3;

    // Class 0: x, e, dx, de, seed of "sum", two noises; 1: d, seed; 2: p, seed; 3: weights across.
    private static readonly int[] Widths = [112, 32, 32, 16];

    public PairProgram(bool timeMajor = false, StateStart start = StateStart.Learned, LossPlan? words = null, float keep = 1f, float keepWeights = 1f)
    {
        Place e = new(Area.Tape, 16, 16), d = new(Area.Tape, 0, 16, Class: 1), noise = new(Area.Tape, 80, 16);
        OutputPlace[] looks = [new("encoder", Units, 0, e with { Slot = 1 }), new("attention.weights", 1, 1, new Place(Area.Tape, 0, 16, Class: 3), Across: 0)];
        StatePlace state = new("encoder.h", Units, e, e with { AtSteps = true }, new(Area.Tape, 48, 16), start, start == StateStart.Learned ? "encoder.h0" : null, 0.5f);
        Plan = new NetworkPlan
        {
            Contract = NetworkPlan.CurrentContract,
            Name = "Pair",
            Fingerprint = "pair",
            Timesteps = 6,
            TimeMajor = timeMajor,
            Axes = [new("source", 6), new("target", 4), new("pairs", 0, Source: 0, Trim: 1)],
            Inputs = [new("input", 1), new("decoder_input", 0, Units, Axis: 1)],
            Outputs =
            [
                new("words", Units, 1, words ?? new LossPlan(LossKind.SoftmaxCrossEntropy, 0.5f)),
                new("sum", Units, -1, new LossPlan(LossKind.MeanSquaredError, 2f)),
                new("pairs", 1, 2, new LossPlan(LossKind.Huber, 0.25f, Option: 0.5f)),
            ],
            Decoder = new DecoderPlan(Start: 1, End: 2),
            Parameters =
            [
                Parameter("w", 0, 0.5f), Parameter("encoder.h0", 16, 0.3f),
                new() { Name = "table", Shape = [Units, Units], Offset = 32, Units = Units, Columns = Units, BlockStride = 16 * Units, RowStride = 16, Transposed = true, Initialization = new(InitializationKind.Normal, 1f) },
            ],
            ParameterLength = 32 + (16 * Units),
            DerivedLength = 16,
            TransposedLength = 16,
            Training = new WorkArea
            {
                TapeWidths = Widths,
                Pairs = [(1, 0)],
                ScratchWidth = 16,
                Inputs = [new(Area.Tape, 0, 16), default],
                InputGradients = [new(Area.Tape, 32, 16), null],
                Outputs = [new(d with { Slot = 1 }, Seed: new(Area.Tape, 16, 16, Class: 1)), new(e with { AtSteps = true }, Seed: new(Area.Tape, 64, 16)), new(new(Area.Tape, 0, 16, Class: 2), Seed: new(Area.Tape, 16, 16, Class: 2))],
                States = [state],
                Noises =
                [
                    .. keep < 1 ? new NoisePlace[] { new("encoder.x", 3, 1, keep, 1 / keep, 1, NoiseLife.Sequence, noise), new("encoder.y", 3, 1, keep, 7, 4, NoiseLife.Sequence, noise with { Offset = 96 }, Id: 2) } : [],
                    .. keepWeights < 1 ? new NoisePlace[] { new("encoder.w", 4, Units, keepWeights, 1 / keepWeights, 1, NoiseLife.Weight, default, Parameter: "w") } : [],
                ],
                LayerOutputs = [.. looks, new("noise.x", 1, -1, noise), new("noise.y", 1, -1, noise with { Offset = 96 })],
            },
            Inference = new WorkArea
            {
                TapeWidths = Widths,
                Pairs = [(1, 0)],
                ScratchWidth = 0,
                Inputs = [new(Area.Tape, 0, 16), default],
                Outputs = [new(d with { Slot = 1 }), new(e with { AtSteps = true }), new(new(Area.Tape, 0, 16, Class: 2))],
                States = [state with { InitialGradient = null }, new("decoder.h", Units, d, d with { AtSteps = true }, Start: StateStart.Hidden)],
                LayerOutputs = looks,
                Continues = true,
            },
        };
        HasNoise = keep < 1;
    }

    public override NetworkPlan Plan { get; }

    private bool HasNoise { get; }

    public override void Derive(ref float parameters, ref float derived) => Copy(ref parameters, ref derived);

    public override void DeriveTransposed(ref float parameters, ref float transposed) => Copy(ref parameters, ref transposed);

    public override void Predict(in Frame f)
    {
        Encode(in f, noise: false);
        Decode(in f);
    }

    public override void Forward(in Frame f)
    {
        Encode(in f, HasNoise);
        Decode(in f);
    }

    public override void Decode(in Frame f)
    {
        int steps = f.StepsOf(1), source = f.StepsOf(0);
        for (int b = 0; b < f.Batch; b++)
        {
            for (int u = 0; u < Units; u++)
            {
                float d = f.Continue ? At(in f, 1, 0, (steps * f.Batch) + b, u) : At(in f, 0, 16, (source * f.Batch) + b, u);
                At(in f, 1, 0, b, u) = d;
                for (int t = 0; t < steps; t++)
                {
                    int r = (t * f.Batch) + b;
                    if (t < Length(in f, 1, b))
                    {
                        d = (d * Unsafe.Add(ref f.Derived, u)) + Table(ref f.Parameters, Unsafe.Add(ref f.Tokens, f.TokenStarts[1] + r), u);
                    }

                    At(in f, 1, 0, r + f.Batch, u) = d;
                }
            }

            for (int r = 0; r < steps * source; r++)
            {
                At(in f, 3, 0, (r * f.Batch) + b, 0) = At(in f, 1, 0, ((r / source) + 1) * f.Batch + b, 0) * At(in f, 0, 16, (((r % source) + 1) * f.Batch) + b, 0);
            }
        }
    }

    public override void Backward(in Frame f, int firstStep)
    {
        for (int b = 0; b < f.Batch; b++)
        {
            for (int t = 0; t < f.Steps; t++)
            {
                // Along the axis that follows: each step of the source is read by two.
                float after = t < Length(in f, 2, b) ? At(in f, 2, 16, (t * f.Batch) + b, 0) : 0, before = t > 0 && t <= Length(in f, 2, b) ? At(in f, 2, 16, ((t - 1) * f.Batch) + b, 0) : 0;
                At(in f, 0, 32, (t * f.Batch) + b, 0) = after + before;
            }

            for (int u = 0; u < Units; u++)
            {
                float g = 0;
                for (int t = Length(in f, 1, b) - 1; t >= 0; t--)
                {
                    int r = (t * f.Batch) + b;
                    g += At(in f, 1, 16, r, u);
                    Table(ref f.Gradients, Unsafe.Add(ref f.Tokens, f.TokenStarts[1] + r), u) += g;
                    Unsafe.Add(ref f.Gradients, u) += g * At(in f, 1, 0, r, u);
                    g *= Unsafe.Add(ref f.Transposed, u);
                }

                g += At(in f, 0, 64, b, u);
                for (int t = Length(in f, 0, b) - 1; t >= 0; t--)
                {
                    int r = (t * f.Batch) + b;
                    At(in f, 0, 32, r, 0) += g * (HasNoise ? At(in f, 0, 80, b, 0) : 1);
                    Unsafe.Add(ref f.Gradients, u) += g * At(in f, 0, 16, r, u);
                    g *= Unsafe.Add(ref f.Transposed, u);
                }

                At(in f, 0, 48, b, u) = g;
            }
        }
    }

    private static void Encode(in Frame f, bool noise)
    {
        for (int b = 0; b < f.Batch; b++)
        {
            for (int t = 0; t < f.Steps; t++)
            {
                int r = (t * f.Batch) + b;
                for (int u = 0; u < Units; u++)
                {
                    float e = At(in f, 0, 16, r, u);
                    At(in f, 0, 16, r + f.Batch, u) = t < Length(in f, 0, b) ? (e * Unsafe.Add(ref f.Derived, u)) + (At(in f, 0, 0, r, 0) * (noise ? At(in f, 0, 80, b, 0) : 1)) : e;
                }

                if (t + 1 < f.Steps)
                {
                    At(in f, 2, 0, r, 0) = At(in f, 0, 0, r, 0) + At(in f, 0, 0, r + f.Batch, 0);
                }
            }
        }
    }

    private static ParameterPlan Parameter(string name, int offset, float bound) =>
        new() { Name = name, Shape = [Units], Offset = offset, Units = Units, BlockStride = 16, RowStride = 16, Initialization = new(InitializationKind.Uniform, bound) };

    private static void Copy(ref float from, ref float to)
    {
        for (int u = 0; u < Units; u++)
        {
            Unsafe.Add(ref to, u) = Unsafe.Add(ref from, u);
        }
    }

    private static int Length(in Frame f, int axis, int b) => f.LengthsOf(axis).IsEmpty ? f.StepsOf(axis) : f.LengthsOf(axis)[b];

    private static ref float Table(ref float parameters, int token, int unit) => ref Unsafe.Add(ref parameters, 32 + (16 * token) + unit);

    /// <summary>Row r of the value at an offset of a class.</summary>
    private static ref float At(in Frame f, int tapeClass, int offset, int row, int unit)
    {
        int start = 0;
        for (int k = 0; k < tapeClass; k++)
        {
            start += Widths[k] * (f.AllSteps[k] + 1) * f.Batch;
        }

        int extent = tapeClass < 3 ? (f.AllSteps[tapeClass] + 1) * f.Batch : f.AllSteps[1] * f.AllSteps[0] * f.Batch;
        return ref Unsafe.Add(ref f.Tape, start + (offset * extent) + (row * 16) + unit);
    }
}
