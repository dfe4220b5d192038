// The harness itself: what it promises to other tests.
using System;
using System.Globalization;
using System.Linq;
using Xunit;

namespace SeqGen.Generator.Tests.Harness;

public class HarnessTests
{
    private const string Net = "[Network(Inputs = 8, Timesteps = 64)] [Lstm(16, ForgetBias = -1.5)] [Dense(1)] public partial class Net;";

    [Fact]
    public void Many_networks_are_compiled_and_loaded_in_one_go()
    {
        using LoadedNetworks networks = NetworkHarness.Load(
            [.. Enumerable.Range(0, 20).Select(i => $"namespace Space{i}; [Network(Inputs = {i + 1}, Timesteps = 8)] [Gru(4)] [Dense(1)] public partial class Net;")]);
        Assert.Equal(20, networks.Assembly.GetTypes().Count(t => t.Name == "Net"));
        Assert.Equal(8, networks["Space7.Net"].GetField("InputSize")!.GetRawConstantValue());
    }

    [Fact]
    public void What_is_generated_is_the_same_in_any_culture()
    {
        HarnessRun here = NetworkHarness.Run(Net).AssertClean();
        HarnessRun odd = NetworkHarness.Run(new HarnessOptions(InOddCulture: true), Net).AssertClean();
        Assert.Equal(here.Files, odd.Files);
    }

    [Fact]
    public void The_odd_culture_is_odd_and_goes_away()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        using (new OddCulture())
        {
            Assert.Equal("\u22121,5", string.Format(CultureInfo.CurrentCulture, "{0}", -1.5));
        }

        Assert.Same(before, CultureInfo.CurrentCulture);
    }

    [Fact]
    public void A_later_language_version_compiles_as_well() => NetworkHarness.Load(new HarnessOptions("latest"), Net).Dispose();

    [Fact]
    public void Loaded_networks_can_be_unloaded()
    {
        WeakReference assembly = LoadAndDrop();
        for (int i = 0; i < 20 && assembly.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(assembly.IsAlive);

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static WeakReference LoadAndDrop()
        {
            using LoadedNetworks networks = NetworkHarness.Load(Net);
            return new WeakReference(networks.Assembly);
        }
    }

    [Fact]
    public void A_mark_that_is_not_met_and_a_diagnostic_without_mark_fail()
    {
        Assert.ThrowsAny<Exception>(() => Marked.Check("[Network(Inputs = 8, Timesteps = 64)] [Lstm(16)] partial class {|SEQ0001:Net|};"));
        Assert.ThrowsAny<Exception>(() => Marked.Check("[Network(Inputs = 8, Timesteps = 64)] [Lstm(16)] class Net;"));
    }
}
