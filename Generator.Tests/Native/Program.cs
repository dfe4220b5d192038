// Runs the shared tests in this process, one after the other: for binaries of Native AOT, where xunit cannot run.
//   SeqGen.NativeTests [PART OF A NAME]
// Knows which classes have tests; refuses to know what they test.
using System;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SeqGen.Generator.Tests.Generated;
using SeqGen.NativeTests;
using SeqGen.Tests.Kernels;

string widest = Vector512.IsHardwareAccelerated ? "512" : Vector256.IsHardwareAccelerated ? "256" : "128";
Console.WriteLine($"{(RuntimeFeature.IsDynamicCodeCompiled ? "JIT" : "native")}, .NET {Environment.Version}, vectors of {widest} bits");
return new TestRun(args.FirstOrDefault() ?? "")
    .Add<GoldenGeneratedTests>()
    .Add<VectorTests512>().Add<VectorTests256>().Add<VectorTests128>()
    .Add<AffineTests512>().Add<AffineTests256>().Add<AffineTests128>()
    .Add<RowsTests512>().Add<RowsTests256>().Add<RowsTests128>()
    .Add<NormalizationTests512>().Add<NormalizationTests256>().Add<NormalizationTests128>()
    .Add<BatchNormalizationTests512>().Add<BatchNormalizationTests256>().Add<BatchNormalizationTests128>()
    .Add<ReductionsTests512>().Add<ReductionsTests256>().Add<ReductionsTests128>()
    .Add<AlongTests512>().Add<AlongTests256>().Add<AlongTests128>()
    .Add<ContractionsTests512>().Add<ContractionsTests256>().Add<ContractionsTests128>()
    .Add<CircularShiftTests512>().Add<CircularShiftTests256>().Add<CircularShiftTests128>()
    .Add<WindowsTests512>().Add<WindowsTests256>().Add<WindowsTests128>()
    .Add<MovesTests>()
    .Add<LossesTests>()
    .Add<PositionLossesTests>()
    .Add<ConnectionistTemporalTests>()
    .Add<GoldenCtcTests>()
    .Add<NoiseTests>()
    .Finish();
