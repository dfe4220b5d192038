// A streaming network written by hand: a memory of two slots that starts from a parameter, and the sum of this and the last input, which
// there is from the second step on:  M' = 0.5 M + x;  y = x_(t-1) + x_t + the sum of M'
using System;
using System.Runtime.CompilerServices;
using SeqGen.Kernels.V1;

namespace SeqGen.Tests.Support;

internal sealed class MemoryProgram : NetworkProgram
{
    public MemoryProgram(bool inStep = false)
    {
        Place memory = new(Area.Tape, 0, 32), ring = new(Area.Tape, 32, 16), input = new(Area.Tape, 32, 16);
        StatePlace state = new("ntm.memory", 4, memory, memory, Start: StateStart.Learned, Parameter: "ntm.memory0", Slots: 2);
        Plan = new NetworkPlan
        {
            Contract = NetworkPlan.CurrentContract,
            Name = "Memory",
            Fingerprint = "memory",
            Timesteps = 3,
            Axes = [new("time", 3)],
            Inputs = [new("input", 1)],
            Outputs = [new("output", 1, 0)],
            Parameters = [new() { Name = "ntm.memory0", Shape = [2, 2], Offset = 0, Units = 2, Columns = 2, BlockStride = 32, RowStride = 16, Initialization = new(InitializationKind.Uniform, 1f) }],
            ParameterLength = 32,
            Inference = new WorkArea
            {
                TapeWidths = [64],
                ScratchWidth = 0,
                Inputs = [input],
                Outputs = [new(new(Area.Tape, 48, 16))],
                States = [state with { Final = memory with { AtSteps = true } }],
            },
            Streaming = new WorkArea
            {
                TapeWidths = [48],
                ScratchWidth = 16,
                Inputs = [new(Area.Scratch, 0, 16)],
                Outputs = [new(new(Area.Scratch, 0, 16))],
                States = [state, new("ring", 2, ring, ring, Start: StateStart.Hidden)],
                InStep = inStep,
            },
        };
    }

    public override NetworkPlan Plan { get; }

    // Copies the memory on: what is looked at is where it starts.
    public override void Predict(in Frame f)
    {
        for (int i = 0; i < f.Batch * 32; i++)
        {
            Unsafe.Add(ref f.Tape, (f.Steps * f.Batch * 32) + i) = Unsafe.Add(ref f.Tape, i);
        }
    }

    public override bool Step(in Frame f, bool output)
    {
        bool has = false;
        for (int b = 0; b < f.Batch; b++)
        {
            ref float memory = ref Unsafe.Add(ref f.Tape, b * 32);
            ref float ring = ref Unsafe.Add(ref f.Tape, (32 * f.Batch) + (b * 16));
            ref float x = ref Unsafe.Add(ref f.Scratch, b * 16);
            float y = ring + x;
            has = Unsafe.Add(ref ring, 1) != 0;
            (ring, Unsafe.Add(ref ring, 1)) = (x, 1);
            foreach (int at in (ReadOnlySpan<int>)[0, 1, 16, 17])
            {
                ref float element = ref Unsafe.Add(ref memory, at);
                element = (0.5f * element) + x;
                y += element;
            }

            x = y;
        }

        return has;
    }
}
