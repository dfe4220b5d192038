// That a process which crashes or hangs is replaced, the declaration that ran is blamed, and the others are run.
using System;
using System.IO;
using System.Linq;
using Xunit;

namespace SeqGen.Generator.Tests.Fuzz;

public class WorkerTests
{
    [Theory]
    [InlineData("crash")]
    [InlineData("hang")]
    public void A_process_that_does_not_come_back_is_started_again_behind_the_declaration_that_ran(string trouble)
    {
        FuzzCase[] cases = [.. new[] { "A", "B", "C" }.Select(name => new FuzzCase(1, DeclarationText.Parse($"[Network(Inputs = 1, Timesteps = 2)] [Dense(1)] public partial class {name};")))];
        FuzzBatch batch = FuzzBatch.Compile(cases, optimizes: true);
        Assert.Equal([], batch.Failures);
        string folder = Directory.CreateTempSubdirectory("seqgen-worker").FullName, image = Path.Combine(folder, "1.dll"), list = Path.Combine(folder, "1.txt");
        try
        {
            File.WriteAllBytes(image, batch.Image);
            File.WriteAllLines(list, batch.Cases.Select(FuzzRunner.Write));
            var counts = new FuzzCounts();
            using var worker = new FuzzRunner.Worker("512", "", only: "inference") { Trouble = trouble + " B", Patience = TimeSpan.FromSeconds(10) };
            FuzzFailure failure = Assert.Single(worker.Run(image, list, batch.Cases, counts));
            Assert.Equal(("B", trouble), (failure.Case.Spec.Name, failure.Check));

            // Two shapes of each of the others.
            Assert.Equal(4, counts.Checks["inference"]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
