// Whole networks, as the side-by-side runner has them, and training steps with an optimizer.
// Knows the catalogue of workloads; refuses to know networks.
using BenchmarkDotNet.Attributes;

namespace SeqGen.Benchmarks.Suites;

/// <summary>1,024 steps of a stream.</summary>
public class StreamBenchmarks
{
    private IWorkload _workload = null!;

    [Params("A1", "A2", "A3", "A4", "A5", "A6")]
    public string Network { get; set; } = "";

    [GlobalSetup]
    public void Setup() => _workload = Catalogue.Make(Network);

    [Benchmark(OperationsPerInvoke = Sizes.Signal)]
    public void Step() => _workload.Run(Sizes.Signal);
}

/// <summary>A sequence of 100 steps in one call; a time is of one step of the batch.</summary>
public class PredictBenchmarks
{
    private IWorkload _workload = null!;

    [Params("A1", "A2", "A3", "A4", "A5", "A6")]
    public string Network { get; set; } = "";

    [Params(1, 32)]
    public int Batch { get; set; }

    [GlobalSetup]
    public void Setup() => _workload = Catalogue.Make($"B-{Network}-{Batch}");

    [Benchmark(OperationsPerInvoke = Sizes.Sequence)]
    public void Predict() => _workload.Run(1);
}

/// <summary>A training step: up to the gradients and the copies that an update makes stale, and with Adam.</summary>
public class TrainingBenchmarks
{
    private IWorkload _gradients = null!;
    private IWorkload _adam = null!;

    [Params("C1-1", "C1-32", "C2", "C3")]
    public string Workload { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        _gradients = Catalogue.Make(Workload);
        _adam = Workload switch
        {
            "C1-1" => new Training(new C1(), 1, optimizer: new Adam(1e-3f)),
            "C1-32" => new Training(new C1(), 32, optimizer: new Adam(1e-3f)),
            "C2" => new Training(new C2(), 32, optimizer: new Adam(1e-3f)),
            _ => new Training(new C3(), 64, optimizer: new Adam(1e-3f)),
        };
    }

    [Benchmark(Baseline = true)]
    public void Gradients() => _gradients.Run(1);

    [Benchmark]
    public void WithAdam() => _adam.Run(1);
}
