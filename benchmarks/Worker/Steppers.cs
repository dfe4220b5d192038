// Streams of the networks as structs over their sealed types, which makes a generic loop call them directly.
// Knows how a stream is made and started over; refuses to know what is measured.
using SeqGen.Kernels.V1;

namespace SeqGen.Benchmarks;

public readonly struct StepA1(A1 net) : IStepper
{
    private readonly A1.StepStream _stream = net.CreateStream();

    public int Inputs => A1.InputSize;

    public int Outputs => A1.OutputSize;

    public void Step(ReadOnlySpan<float> x, Span<float> y) => _stream.Step(x, y);

    public void Reset() => _stream.Reset();
}

public readonly struct StepA2(A2 net) : IStepper
{
    private readonly A2.StepStream _stream = net.CreateStream();

    public int Inputs => A2.InputSize;

    public int Outputs => A2.OutputSize;

    public void Step(ReadOnlySpan<float> x, Span<float> y) => _stream.Step(x, y);

    public void Reset() => _stream.Reset();
}

public readonly struct StepA3(A3 net) : IStepper
{
    private readonly A3.StepStream _stream = net.CreateStream();

    public int Inputs => A3.InputSize;

    public int Outputs => A3.OutputSize;

    public void Step(ReadOnlySpan<float> x, Span<float> y) => _stream.Step(x, y);

    public void Reset() => _stream.Reset();
}

public readonly struct StepA4(A4 net) : IStepper
{
    private readonly A4.StepStream _stream = net.CreateStream();

    public int Inputs => A4.InputSize;

    public int Outputs => A4.OutputSize;

    public void Step(ReadOnlySpan<float> x, Span<float> y) => _stream.Step(x, y);

    public void Reset() => _stream.Reset();
}

public readonly struct StepA5(A5 net) : IStepper
{
    private readonly A5.StepStream _stream = net.CreateStream();

    public int Inputs => A5.InputSize;

    public int Outputs => A5.OutputSize;

    public void Step(ReadOnlySpan<float> x, Span<float> y) => _stream.Step(x, y);

    public void Reset() => _stream.Reset();
}

public readonly struct StepA6(A6 net) : IStepper
{
    private readonly A6.StepStream _stream = net.CreateStream();

    public int Inputs => A6.InputSize;

    public int Outputs => A6.OutputSize;

    public void Step(ReadOnlySpan<float> x, Span<float> y) => _stream.Step(x, y);

    public void Reset() => _stream.Reset();
}

/// <summary>Any network's stream, by the class that all have in common.</summary>
public readonly struct StepOf(RecurrentStream stream, NetworkPlan plan) : IStepper
{
    public int Inputs => plan.InputSize;

    public int Outputs => plan.OutputSize;

    public void Step(ReadOnlySpan<float> x, Span<float> y) => stream.Step(x, y);

    public void Reset() => stream.Reset();
}
