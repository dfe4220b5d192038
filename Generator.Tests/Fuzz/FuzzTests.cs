// The fuzzer as tests: everything that ever failed, and declarations that no one has seen before.
// Knows where they come from; refuses to know what is checked.
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Xunit;

namespace SeqGen.Generator.Tests.Fuzz;

public class FuzzTests(ITestOutputHelper output)
{
    private const int BatchSize = 16;

    [Fact]
    public void What_failed_once_does_not_fail_again()
    {
        // As a release is compiled, which random ones are not. Each check has something to compare there.
        FuzzCounts counts = Run(Corpus.Read().Chunk(BatchSize), optimizes: true);
        IEnumerable<string> checks = Directory.GetFiles(Path.GetDirectoryName(Corpus.Folder)!, "NetworkChecks*.cs").SelectMany(f => Regex.Matches(File.ReadAllText(f), "Try\\(\"([^\"]+)\"").Select(m => m.Groups[1].Value));
        Assert.Equal([], checks.Distinct().Except(["create", "interpreter"]).Except(counts.Checks.Keys));
    }

    [Fact]
    public void Random_declarations_keep_every_promise()
    {
        int seed = Seed();
        output.WriteLine($"seed {seed}; SEQGEN_FUZZ_SEED = {seed} gives the same ones");
        Run([[.. Enumerable.Range(seed, BatchSize).Select(s => new FuzzCase(s, RandomNetworks.Of(s, string.Create(CultureInfo.InvariantCulture, $"N{s}"))))]]);
    }

    [Fact]
    public void A_declaration_is_the_same_as_text()
    {
        for (int seed = 0; seed < 2000; seed++)
        {
            var one = new FuzzCase(seed, RandomNetworks.Of(seed, "Net"));
            Assert.Equal(one, FuzzRunner.Read(FuzzRunner.Write(one)));
        }
    }

    [Fact]
    public void Few_declarations_are_refused_and_every_layer_and_loss_is_drawn()
    {
        const int count = 1500;
        Model.NetworkSpec[] specs = [.. Enumerable.Range(0, count).Select(seed => RandomNetworks.Of(seed, "Net"))];
        Assert.InRange(specs.Count(s => Layers.NetworkShape.Of(s).Problems.Count > 0), 0, count / 20);
        ILookup<string, Model.LayerSpec> drawn = specs.SelectMany(s => s.Layers).Append(new Model.LayerSpec("Network", Model.ArgumentList.Empty)).ToLookup(l => l.Kind);
        Assert.Equal([], DeclarationText.Attributes.Keys.Where(kind => !drawn.Contains(kind)));

        // What a layer inherits it may refuse: another one has it then.
        HashSet<string> somewhere = [.. drawn.SelectMany(g => g).SelectMany(l => l.Arguments.Items).Select(a => a.Name)];
        Assert.Equal([], DeclarationText.Attributes.Where(a => a.Key != "Network").SelectMany(a => a.Value.GetProperties().Where(p => p.CanWrite)
            .Where(p => p.DeclaringType == a.Value ? !drawn[a.Key].Any(l => l.Arguments.Has(p.Name)) : !somewhere.Contains(p.Name)).Select(p => a.Key + "." + p.Name)));
    }

    private static int Seed() => int.TryParse(Environment.GetEnvironmentVariable("SEQGEN_FUZZ_SEED"), CultureInfo.InvariantCulture, out int seed) ? seed : 19;

    // A crash would end the tests: what runs is written down before it does.
    private FuzzCounts Run(IEnumerable<FuzzCase[]> batches, bool optimizes = false)
    {
        string journal = Path.Combine(AppContext.BaseDirectory, "fuzz-running.txt");
        var failures = new List<FuzzFailure>();
        var counts = new FuzzCounts();
        foreach (FuzzCase[] cases in batches)
        {
            FuzzBatch batch = FuzzBatch.Compile(cases, optimizes);
            failures.AddRange(batch.Failures);
            if (batch.Cases.Count > 0)
            {
                failures.AddRange(FuzzRunner.Run(batch.Image, batch.Cases, counts, protects: true, begins: one => File.WriteAllText(journal, FuzzRunner.Write(one))));
            }
        }

        output.WriteLine($"{counts.Passes} passes compared, {counts.Noisy} of them by their own noise");
        Assert.True(failures.Count == 0, string.Join("\n", failures.Select(f => $"seed {f.Case.Seed}: {f.Case.Text} | {f.Check} | {f.What}")));
        return counts;
    }
}
