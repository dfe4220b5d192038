// Trainings of generated networks in processes that are killed: 25 here, 500 by the command (see docs/checkpoints.md).
using System;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;
using Xunit;

namespace SeqGen.Tests;

public sealed class KillTests(ITestOutputHelper output)
{
    [Fact]
    public async Task TrainingsThatAreKilledAtAnyMomentEndWithTheSameBits()
    {
        ProcessStartInfo start = new(Path.Combine(AppContext.BaseDirectory, "SeqGen.Kills"), ["kill", "25"]) { RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        string said = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        output.WriteLine(said);
        Assert.True(process.ExitCode == 0, said);
        Assert.Contains("25 kills of", said, StringComparison.Ordinal);
    }
}
